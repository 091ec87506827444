"""Whether a threshold can be used: every finding names its field and says what to do.

Each group of rules is a function of its own; none needs a database. `check` calls them all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final

from core.errors import did_you_mean
from core.thresholds.finding import Finding, errors
from core.thresholds.grounds import Grounds, Measure
from core.thresholds.limit_checks import HUGE, limit_findings, number_findings
from core.thresholds.order_checks import order_findings
from core.thresholds.place_checks import place_findings
from core.thresholds.record import KINDS, SEVERITIES, STATISTICS, Threshold
from core.thresholds.time_checks import LONGEST, duration_findings, moment_findings
from core.thresholds.whole import why_not
from core.translation import gettext as _

#: Characters of a text.
MOST_TEXT: Final = 2_000
MOST_NAME: Final = 256
MOST_WEIGHT: Final = 10.0
#: How far names are looked for that could have been meant.
_OTHER_LENGTH: Final = 3
_MANY: Final = 100


def check(
    threshold: Threshold,
    grounds: Grounds,
    *,
    at: dt.datetime,
    beside: Iterable[Threshold] = (),
    earlier: Threshold | None = None,
) -> tuple[Finding, ...]:
    """All that is wrong with it or worth a look, field by field.

    at: the clock, UTC, naive. beside: other thresholds at the same place, published or to be.
    earlier: its own newest version that was published.
    """
    if threshold.kind not in KINDS:
        return (_no_kind(threshold),)
    if threshold.model != grounds.model.name:
        text = _("{name} is of another model.").format(name=threshold.name)
        return (Finding("model", text),)
    found = [*moment_findings(threshold, earlier, at)]
    if earlier is not None:
        found += _same_slot(threshold, earlier)
    if threshold.ends:
        # what is wrong with it otherwise may be why it goes
        return (*found, *_ending(threshold, earlier))
    found += _scope(threshold, grounds)
    measure = grounds.measures.get(threshold.measure)
    found += _measure(threshold, grounds)
    found += place_findings(threshold, grounds)
    found += limit_findings(threshold, measure)
    found += _choices(threshold)
    found += duration_findings(threshold, grounds.watch.interval_min)
    found += _texts(threshold)
    if measure is not None:
        found += order_findings(threshold, beside, measure, at)
    return tuple(found)


def keep_findings(threshold: Threshold) -> tuple[Finding, ...]:
    """What cannot even be kept as a draft: no numbers, unknown words, texts that no file holds."""
    if threshold.kind not in KINDS:
        return (_no_kind(threshold),)
    found = [*number_findings(threshold), *_choices(threshold), *_texts(threshold)]
    for level, value in threshold.scope.at:
        if not is_writable(level + value) or len(level + value) > MOST_NAME:
            text = _("It holds a character that cannot be kept. Write it again.")
            found.append(Finding(f"scope.{level}", text))
    for field in ("measure", "unit", "per"):
        value = getattr(threshold, field)
        if not is_writable(value) or len(value) > MOST_NAME:
            found.append(Finding(field, _("It is no name that can be kept. Choose one.")))
    times = (*LONGEST, "baseline_days")
    huge = [field for field in times if abs(getattr(threshold, field) or 0) > HUGE]
    return errors([*found, *(Finding(field, _("It must be a number.")) for field in huge)])


def _no_kind(threshold: Threshold) -> Finding:
    text = _("There is no kind {kind!r}.{near} Use: {known}.").format(
        kind=threshold.kind,
        near=did_you_mean(str(threshold.kind), KINDS),
        known=", ".join(KINDS),
    )
    return Finding("kind", text)


# -- where and on what -----------------------------------------------------------------------------


def _scope(threshold: Threshold, grounds: Grounds) -> Iterator[Finding]:
    if not threshold.scope.at:
        if not threshold.per:  # a figure of each line or plant names what it is of
            text = _("It names no place. Name one of: {levels}.")
            yield Finding("scope", text.format(levels=", ".join(grounds.levels)))
        return
    is_known = True
    for level, value in threshold.scope.at:
        finding = _level(level, value, grounds)
        if finding is not None:
            is_known = False
            yield finding
    if is_known and threshold.scope.names != tuple(
        level for level in grounds.levels if level in threshold.scope.names
    ):
        is_known = False
        text = _("Each level may be named once, in this order: {levels}.")
        yield Finding("scope", text.format(levels=", ".join(grounds.levels)))
    if not grounds.places.assets:
        text = _("No asset is known yet, so that nobody can tell whether this place exists.")
        yield Finding("scope", text, "warning")
    elif is_known and not grounds.places.has(threshold.scope):
        text = _("There is no asset with {place}. Leave one of them out, or correct it.")
        place = _(" and ").join(f"{level} {value}" for level, value in threshold.scope.at)
        yield Finding("scope", text.format(place=place))


def _level(level: str, value: str, grounds: Grounds) -> Finding | None:
    field = f"scope.{level}"
    if level not in grounds.levels:
        text = _("There is no level {level!r}. Use: {levels}.")
        return Finding(field, text.format(level=level, levels=", ".join(grounds.levels)))
    if not value:
        return Finding(field, _("The level {level!r} has no value.").format(level=level))
    known = grounds.places.values(level)
    if known and value not in known:
        text = _("There is no {level} {value!r}.{near}")
        near = did_you_mean(value, _alike(value, known))
        return Finding(field, text.format(level=level, value=value[:80], near=near))
    return None


def _alike(value: str, known: Iterable[str]) -> list[str]:
    """Some of about the same length and beginning: a file may hold many wrong names of many."""
    begin, length = value[:1].casefold(), len(value)
    alike = [
        one
        for one in known
        if abs(len(one) - length) <= _OTHER_LENGTH and one[0].casefold() == begin
    ]
    return sorted(alike)[:_MANY]


def _measure(threshold: Threshold, grounds: Grounds) -> Iterator[Finding]:
    name = threshold.measure
    if name in grounds.measures:
        measure = grounds.measures[name]
        if threshold.kind == "missing" and measure.is_metric:
            text = _("{name!r} is a figure; only a sensor's readings can be missing.")
            yield Finding("measure", text.format(name=name))
        return
    if name in grounds.model.metrics:
        yield Finding("measure", why_not(name, grounds.model, grounds.watch))
        return
    if name in grounds.model.tables[grounds.watch.table].columns:
        text = _(
            "{name!r} is no level such as a sensor's: it is a text, a time, or an amount that "
            "grows with the time. Take a sensor or a metric."
        )
    else:
        text = _("The model has no measure {name!r}.{near}")
    near = did_you_mean(name, grounds.measures)
    yield Finding("measure", text.format(name=name[:80], near=near))


def _same_slot(threshold: Threshold, earlier: Threshold) -> Iterator[Finding]:
    for field in ("scope", "measure", "kind", "per"):
        if getattr(threshold, field) != getattr(earlier, field):
            text = _(
                "A published threshold keeps its place, measure and kind, so that its alerts stay "
                "explained. Make another one, and take this one out of force."
            )
            yield Finding(field, text)


def _ending(threshold: Threshold, earlier: Threshold | None) -> Iterator[Finding]:
    if earlier is None:
        yield Finding("ends", _("It was never in force. Discard the draft."))
    elif earlier.status == "retired":
        yield Finding("ends", _("{name} is out of force already.").format(name=threshold.name))


# -- the rest --------------------------------------------------------------------------------------


def _choices(threshold: Threshold) -> Iterator[Finding]:
    text = _("There is no {value!r} here. Use: {known}.")
    if threshold.severity not in SEVERITIES:
        known = ", ".join(SEVERITIES)
        yield Finding("severity", text.format(value=threshold.severity, known=known))
    if threshold.statistic not in STATISTICS:
        known = ", ".join(STATISTICS)
        yield Finding("statistic", text.format(value=threshold.statistic, known=known))
    if not 0 <= threshold.weight <= MOST_WEIGHT:
        yield Finding("weight", _("The weight must be from 0 to 10; 0 leaves it out of the score."))


def _texts(threshold: Threshold) -> Iterator[Finding]:
    source = threshold.source
    texts = {
        "action": threshold.action, "note": threshold.note, "source.standard": source.standard,
        "source.part": source.part, "source.group": source.group,
        "source.support": source.support, "source.note": source.note,
    }  # fmt: skip
    for field, text in texts.items():
        if len(text) > MOST_TEXT:
            said = _("It has {n} characters. Write at most {most}.")
            yield Finding(field, said.format(n=len(text), most=MOST_TEXT))
        if not is_writable(text):
            yield Finding(field, _("It holds a character that cannot be kept. Write it again."))
    if threshold.severity == "critical":
        if not threshold.action:
            text = _("A critical alert should say what to do.")
            yield Finding("action", text, "warning")
        if not source.text:
            text = _("A critical limit should say where its number comes from.")
            yield Finding("source", text, "warning")


def is_writable(text: str) -> bool:
    """Whether a text can be kept in a database and a file: no half characters, no zero bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def measure_of(threshold: Threshold, grounds: Grounds) -> Measure | None:
    """What it looks at; None when the model has no such measure."""
    return grounds.measures.get(threshold.measure)
