"""What was found of a figure, in words: a headline, facts, and a table of findings."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.charts.steps import Steps
from core.drift.series import Series
from core.language.asked_drift import DriftAsks
from core.language.drift_questions import asset_column
from core.semantic.display import (
    format_date,
    format_moment,
    format_number,
    format_plain,
    format_span,
    scale_unit,
)
from core.semantic.model import SemanticModel
from core.semantic.phrases import plural
from core.semantic.query import Grain, Op, SemanticQuery
from core.semantic.said import said, value_label
from core.semantic.wording import measure_words
from core.statistics.baseline import LEAST
from core.statistics.drift import LEAST_OF_LEVEL, Drift
from core.statistics.readings import Reason
from core.statistics.rules import Rule
from core.translation import gettext as _
from core.types import Fact, Finding, ResultColumn

#: Findings of a table; more are counted.
MOST_FINDINGS: Final = 60
#: Marked readings, and their part of all, from which on chance does not explain them.
_MANY: Final = 10
_MUCH: Final = 0.1
#: Readings at either end of a baseline that are set against each other.
_END_OF_BASELINE: Final = 7


def subject_words(query: SemanticQuery, model: SemanticModel) -> str:
    """`mean vibration of PMP-03`."""
    columns = said(model).tables[query.table].columns
    asset = asset_column(model)
    is_named = any(one.column == asset and one.op in (Op.EQ, Op.IN) for one in query.filters)
    names = [
        value_label(str(value), columns[one.column])
        for one in query.filters
        if one.op in (Op.EQ, Op.IN) and one.column in columns and columns[one.column].linked
        if one.column == asset or not is_named
        for value in one.values
    ]
    measure = measure_words(query.measures[0], query, model)
    if not names:
        return measure
    return _("{measure} of {what}").format(measure=measure, what=", ".join(names))


def group_words(query: SemanticQuery, model: SemanticModel) -> str:
    """`pumps in Hamburg`: several things by the values that they share; empty where a filter is no
    single value."""
    columns = said(model).tables[query.table].columns
    kinds: list[str] = []
    names: list[str] = []
    for one in query.filters:
        if one.column in columns and not columns[one.column].linked:
            continue
        if one.op not in (Op.EQ, Op.IN) or len(one.values) != 1 or one.column not in columns:
            return ""
        words = value_label(str(one.values[0]), columns[one.column])
        if words.islower():
            kinds.append(plural(words))
        else:
            names.append(words)
    who, where = ", ".join(kinds), ", ".join(names)
    return _("{what} in {where}").format(what=who, where=where) if who and where else who or where


def means_of(grain: Grain) -> str:
    """What one reading of a step is."""
    return _("hours") if grain is Grain.HOUR else _("days")


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Puts what was found of one series into words."""

    series: Series
    found: Drift
    steps: Steps
    column: ResultColumn
    subject: str

    # -- amounts and moments -----------------------------------------------------------------

    def amount(self, value: float) -> str:
        """A figure on the scale of the screen, with digits enough to tell it from others here."""
        sigma = self.found.baseline.usual.sigma
        needed = -int(np.floor(np.log10(sigma)))
        digits = min(9, max(self.column.decimals, needed))
        return format_plain(round(value, digits), scale_unit(self.column), digits)

    def moment(self, position: int) -> str:
        return self.said(self.steps.moment(self.near(position)))

    def said(self, moment: dt.datetime) -> str:
        if self.series.grain is Grain.HOUR:
            return format_moment(moment)
        return format_date(moment.date())

    def near(self, position: int) -> int:
        """The first reading that is there from a position on; else the last one before."""
        there = np.flatnonzero(~np.isnan(self.steps.values))
        later = there[there >= position]
        return int(later[0]) if len(later) else int(there[-1])

    # -- sentences ---------------------------------------------------------------------------

    def headline(self, asks: DriftAsks) -> str:
        """The answer in one or two sentences."""
        verdict = self._verdict(asks)
        return f"{self._rules()} {verdict}" if asks == "rules" else verdict

    def _verdict(self, asks: DriftAsks) -> str:
        found, usual = self.found, self.found.baseline.usual
        words = {
            "subject": self.subject,
            "mean": self.amount(usual.mean),
            "now": self.amount(found.levels[-1].mean if found.levels else usual.mean),
        }
        if found.verdict == "steady":
            return self._steady(asks, words)
        assert found.since is not None
        assert found.level is not None
        words["since"] = self.moment(found.since)
        words["level"] = self.amount(found.level)
        is_above = found.level > usual.mean
        if found.verdict == "moved":
            if asks == "level":
                text = _("The level of {subject} changed about {since}, from {mean} to {level}.")
            elif is_above:
                text = _(
                    "Yes: since about {since} {subject} is above its usual {mean}, and at {level} "
                    "now."
                )
            else:
                text = _(
                    "Yes: since about {since} {subject} is below its usual {mean}, and at {level} "
                    "now."
                )
            return text.format(**words)
        assert found.until is not None
        words["until"] = self.moment(found.until)
        if asks == "level":
            text = _(
                "The level of {subject} changed about {since}, from {mean} to as far as {level}, "
                "and again about {until}; it is {now} now."
            )
        else:
            text = _(
                "Not any more: {subject} left its usual {mean} about {since}, went as far as "
                "{level}, and is at {now} since about {until}."
            )
        return text.format(**words)

    def _steady(self, asks: DriftAsks, words: dict[str, str]) -> str:
        found = self.found
        if self.is_early:
            text = _(
                "It is too early to tell whether {subject} drifts: {n} {steps} are there to look "
                "at, and a level has at least {least}."
            )
            steps = means_of(self.series.grain)
            return text.format(**words, n=found.looked_at, steps=steps, least=LEAST_OF_LEVEL)
        if asks == "level":
            text = _("The level of {subject} did not change: {now}, usual is {mean}.")
        else:
            text = _("No drift is found: {subject} is at {now}, usual is {mean}.")
        said_so = text.format(**words)
        if len(found.flagged) < max(_MANY, _MUCH * found.looked_at):
            return said_so
        more = _(
            "But it varies otherwise than in the baseline: more readings break a rule than by "
            "chance."
        )
        return f"{said_so} {more}"

    @property
    def is_early(self) -> bool:
        """Whether there are too few readings for a level."""
        found = self.found
        return not found.levels or found.looked_at < LEAST_OF_LEVEL

    def _rules(self) -> str:
        flagged = len(self.found.flagged)
        if not flagged:
            return _("No control rule is broken in {n} {steps} looked at.").format(
                n=self.found.looked_at, steps=means_of(self.series.grain)
            )
        return _("{flagged} of {n} {steps} looked at break a control rule.").format(
            flagged=flagged, n=self.found.looked_at, steps=means_of(self.series.grain)
        )

    def facts(self, asks: DriftAsks) -> tuple[Fact, ...]:
        """What the answer rests on."""
        base, usual = self.found.baseline, self.found.baseline.usual
        windows = self.series.windows
        limits = (usual.lower_control_limit, usual.upper_control_limit)
        last = windows.start - dt.timedelta(microseconds=1)
        first = _(
            "Usual is {mean}, with control limits {low} and {high}: {n} {steps} from {span}."
        ).format(
            mean=self.amount(usual.mean),
            low=self.amount(limits[0]),
            high=self.amount(limits[1]),
            n=base.count,
            steps=means_of(self.series.grain),
            span=format_span(windows.first.date(), last.date()),
        )
        facts = [Fact("range", first, (usual.mean, *limits, float(base.count)))]
        if asks != "rules":
            numbers = (float(len(self.found.flagged)), float(self.found.looked_at))
            facts.append(Fact("outlier", self._rules(), numbers))
        facts += self._most_broken()
        return tuple(facts)

    def _most_broken(self) -> list[Fact]:
        counts: Counter[str] = Counter()
        for at in self.found.flagged:
            counts.update({rule.name_in_english for rule in self.found.broken.at(at)})
        if not counts:
            return []
        name, count = counts.most_common(1)[0]
        rules = [rule for rule in self.found.broken.rules if rule.name_in_english == name]
        text = _("Most often {rule}: {n} times. {text}").format(
            rule=named_rule(rules), n=count, text=rules[0].text
        )
        return [Fact("outlier", text, (float(count),))]

    # -- the table ---------------------------------------------------------------------------

    def findings(self) -> tuple[tuple[Finding, ...], int]:
        """The level, the sum that signalled, and stretches that break a rule, the longest of them
        in the order of time; and how many more there are."""
        first = [*self._levels(), *self._signal()]
        stretches = self._stretches()
        longest = sorted(stretches, key=lambda f: -(f.count or 0))[: MOST_FINDINGS - len(first)]
        shown = sorted(longest, key=lambda f: (f.first, f.what))
        return (*first, *shown), len(stretches) - len(shown)

    def _levels(self) -> Sequence[Finding]:
        found, usual = self.found, self.found.baseline.usual
        if found.verdict == "steady" or found.since is None:
            return ()
        assert found.level is not None
        until = found.until if found.until is not None else len(self.steps.times)
        says = _("From {mean} to {level}, {sigmas} sigma from the mean.").format(
            mean=self.amount(usual.mean),
            level=self.amount(found.level),
            sigmas=format_plain(round(found.sigmas or 0.0, 1)),
        )
        return (self._finding(_("Another level"), says, found.since, until - 1, None),)

    def _signal(self) -> Sequence[Finding]:
        signal = self.found.signal
        if signal is None:
            return ()
        says = (
            _("The sum of deviations above the mean went over its limit of 5 sigma.")
            if signal.side == "above"
            else _("The sum of deviations below the mean went over its limit of 5 sigma.")
        )
        return (self._finding(_("CUSUM"), says, signal.since, signal.position, None),)

    def _stretches(self) -> list[Finding]:
        """Those of two families that say the same as one."""
        rules: dict[tuple[str, int, int], list[Rule]] = {}
        for one in self.found.stretches:
            key = (one.rule.name_in_english, one.flagged, one.last)
            rules.setdefault(key, []).append(one.rule)
        made = []
        for one in self.found.stretches:
            own = rules.pop((one.rule.name_in_english, one.flagged, one.last), [])
            if not own:
                continue
            sides = self.found.broken.sides[self.found.broken.rules.index(one.rule)]
            begin = max(one.flagged, self.found.start)
            count = int(np.count_nonzero(sides[begin : one.last + 1]))
            made.append(self._finding(named_rule(own), one.rule.text, one.first, one.last, count))
        return made

    def _finding(self, what: str, says: str, first: int, last: int, count: int | None) -> Finding:
        return Finding(what, says, *self.span(first, last), count)

    def span(self, first: int, last: int) -> tuple[dt.datetime, dt.datetime]:
        """The first and the last reading that is there between two positions."""
        return self.steps.moment(self.near(first)), self.steps.moment(self._before(last))

    def _before(self, position: int) -> int:
        there = np.flatnonzero(~np.isnan(self.steps.values))
        earlier = there[there <= position]
        return int(earlier[-1]) if len(earlier) else int(there[0])


def named_rule(rules: Sequence[Rule]) -> str:
    """`Western Electric rule 1, Nelson rule 1: beyond 3 sigma`, of rules that say the same."""
    return f"{', '.join(rule.title for rule in rules)}: {rules[0].name}"


def why_untold(tries: Sequence[Series]) -> str:
    """Why no step of time can be judged."""
    parts = [
        _("over {steps} {why}").format(steps=means_of(one.grain), why=_why(one)) for one in tries
    ]
    return "; ".join(parts)


def _why(series: Series) -> str:
    match series.reason:
        case Reason.CORRELATED:
            text = _("a reading of the baseline is too like the one before it (correlation {r})")
            return text.format(r=format_number(series.correlation, 2))
        case Reason.TOO_MANY:
            return _("there are too many rows")
        case Reason.NO_VARIATION:
            return _("the readings of the baseline do not vary")
        case Reason.TOO_FEW:
            return _("the baseline has fewer than {n} readings").format(n=LEAST)
        case Reason.TOO_FEW_NEIGHBOURS:
            return _("too few readings of the baseline follow one another without a gap")
        case Reason.INFINITE:
            return _("a reading is infinite")
    steps = series.steps
    before = 0 if steps is None else steps.position(series.windows.start)
    if steps is not None and not np.isnan(steps.values[:before]).all():
        return _("there is no reading after the baseline")
    return _("there is no reading in the baseline")


def baseline_moved(tries: Sequence[Series], column: ResultColumn) -> str:
    """Where a baseline went whose readings are too alike; empty where another reason holds."""
    last = tries[-1]
    if last.reason is not Reason.CORRELATED or last.steps is None:
        return ""
    own = last.steps.values[: last.steps.position(last.windows.start)]
    own = own[~np.isnan(own)]
    if len(own) < 2 * _END_OF_BASELINE:
        return ""
    ends = (float(np.mean(own[:_END_OF_BASELINE])), float(np.mean(own[-_END_OF_BASELINE:])))
    unit, digits = scale_unit(column), column.decimals + 1
    said_ends = [format_plain(round(one, digits), unit, digits) for one in ends]
    return _(
        "Within the baseline it went from {first} (mean of its first {n} {steps}) to {last} (of "
        "its last {n})."
    ).format(first=said_ends[0], last=said_ends[1], n=_END_OF_BASELINE, steps=means_of(last.grain))
