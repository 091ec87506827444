"""Which of several assets drift: each looked at by itself, and what was found of all as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from core.drift.series import Series
from core.drift.words import Told, group_words, why_untold
from core.language.asked_drift import DriftAsks
from core.semantic.columns import describe
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.semantic.wording import measure_words
from core.translation import gettext as _
from core.translation import ngettext
from core.types import Finding

OneVerdict = Literal["moved", "returned", "steady", "untold"]
#: What is told of an asset, the most urgent first.
_ORDER: Final[tuple[OneVerdict, ...]] = ("moved", "returned", "untold", "steady")
#: Assets that a headline names.
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class One:
    """What was found of one asset. tries: as in `tried`; told: None where it cannot be told."""

    name: str
    tries: tuple[Series, ...]
    told: Told | None
    sigmas: float = 0.0

    @property
    def verdict(self) -> OneVerdict:
        if self.told is None or self.told.is_early:
            return "untold"
        return self.told.found.verdict

    @property
    def flagged(self) -> int:
        """Readings that break a rule."""
        return len(self.told.found.flagged) if self.told is not None else 0


def one_of(name: str, tries: tuple[Series, ...], subject: str, model: SemanticModel) -> One:
    """What the tries of one asset came to. subject: what it is called in words."""
    series = tries[-1]
    if series.found is None or series.steps is None:
        return One(name, tries, None)
    column = describe(series.query, model)[-1]
    told = Told(series, series.found, series.steps, column, subject)
    return One(name, tries, told, abs(series.found.sigmas or 0.0))


def in_order(ones: Sequence[One]) -> tuple[One, ...]:
    """Those that have moved first, the furthest off of them before the others."""
    return tuple(sorted(ones, key=lambda one: (_ORDER.index(one.verdict), -one.sigmas, one.name)))


def subject_of_all(query: SemanticQuery, model: SemanticModel) -> str:
    """`Mean vibration of pumps`."""
    words = measure_words(query.measures[0], query, model)
    group = group_words(query, model)
    return _("{measure} of {what}").format(measure=words, what=group) if group else words


def headline(ones: Sequence[One], subject: str, asks: DriftAsks) -> str:
    """How many drift and which; how many do not, and of how many it cannot be told."""
    parts = [_moved(ones)]
    returned = [one for one in ones if one.verdict == "returned"]
    if returned:
        text = ngettext(
            "{n} did and is back to what is usual: {names}",
            "{n} did and are back to what is usual: {names}",
            len(returned),
        )
        parts.append(text.format(n=len(returned), names=_names(returned, lambda one: one.name)))
    untold = [one for one in ones if one.verdict == "untold"]
    if untold:
        text = ngettext(
            "of {n} it cannot be told: {names}", "of {n} it cannot be told: {names}", len(untold)
        )
        parts.append(text.format(n=len(untold), names=_names(untold, lambda one: one.name)))
    told = _("{subject}: {parts}.").format(subject=subject, parts="; ".join(parts))
    told = told[0].upper() + told[1:]
    if asks != "rules":
        return told
    broken = sum(1 for one in ones if one.flagged)
    text = _("Readings of {k} of {n} break a control rule.")
    return f"{text.format(k=broken, n=len(ones))} {told}"


def _moved(ones: Sequence[One]) -> str:
    moved = [one for one in ones if one.verdict == "moved"]
    if not moved:
        return _("none of {n} drifts now").format(n=len(ones))
    text = ngettext("{k} of {n} drifts: {names}", "{k} of {n} drift: {names}", len(moved))
    return text.format(k=len(moved), n=len(ones), names=_names(moved, _since))


def _since(one: One) -> str:
    told = one.told
    assert told is not None
    assert told.found.since is not None
    text = _("{name} (since about {since})")
    return text.format(name=one.name, since=told.moment(told.found.since))


def _names(ones: Sequence[One], name: Callable[[One], str]) -> str:
    names = [name(one) for one in ones[:_MOST_NAMED]]
    if len(ones) > _MOST_NAMED:
        names.append(_("{n} more").format(n=len(ones) - _MOST_NAMED))
    return ", ".join(names)


def findings(ones: Sequence[One]) -> tuple[Finding, ...]:
    """A row an asset: what was found of it, from when to when, and how many readings break a
    rule."""
    return tuple(_finding(one) for one in ones)


def _finding(one: One) -> Finding:
    windows = one.tries[-1].windows
    if one.told is None or one.told.is_early:
        text = _("Cannot be told: {why}.")
        why = why_untold(one.tries) if one.told is None else _("too few readings to look at")
        return Finding(one.name, text.format(why=why), windows.start, windows.end)
    told, found = one.told, one.told.found
    mean = told.amount(found.baseline.usual.mean)
    if found.verdict == "steady" or found.since is None or found.level is None:
        now = told.amount(found.levels[-1].mean)
        text = _("No drift: at {now}, usual is {mean}.").format(now=now, mean=mean)
        return Finding(one.name, text, windows.start, windows.end, one.flagged)
    words = {
        "mean": mean,
        "level": told.amount(found.level),
        "now": told.amount(found.levels[-1].mean),
    }
    until = found.until if found.until is not None else len(told.steps.times)
    text = (
        _("Drifts: from {mean} to {level}.")
        if found.verdict == "moved"
        else _("Did: from {mean} to {level}, and at {now} now.")
    )
    first, last = told.span(found.since, until - 1)
    return Finding(one.name, text.format(**words), first, last, one.flagged)
