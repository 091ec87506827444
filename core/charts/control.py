"""Mean, control limits and broken rules of one line over time (docs/statistics.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from core.charts.case import Case
from core.charts.fits import figures_of, splits_of
from core.charts.misfit import ChartMisfit
from core.charts.steps import Steps, steps_of
from core.charts.words import say
from core.semantic.display import format_moment, format_span
from core.statistics.baseline import LEAST
from core.statistics.drift import Drift, drift, fit_baseline
from core.statistics.readings import Reason, UnfitReadings
from core.statistics.rules import NELSON, WESTERN_ELECTRIC, Rule
from core.translation import gettext as _
from core.types import ChartSpec, Control, ControlChange, ControlLevel, ControlRules

_FAMILIES: Final[dict[ControlRules, tuple[Rule, ...]]] = {
    "both": (*WESTERN_ELECTRIC, *NELSON),
    "nelson": NELSON,
    "western_electric": WESTERN_ELECTRIC,
}
#: Of a line without a declared baseline this part of its readings is one, from the first on.
_BASELINE_PART: Final = 3


def rules_of(rules: ControlRules) -> Sequence[Rule]:
    """The rules of a control chart."""
    return _FAMILIES[rules]


def is_one_line(case: Case, spec: ChartSpec) -> bool:
    """Whether a chart is one line over time."""
    x = splits_of(case).get(spec.x or "")
    is_line = spec.type == "line" and x is not None and x.is_axis and not spec.summed
    return is_line and spec.series is None and len(spec.y) == 1 and not spec.y2


def with_control(case: Case, spec: ChartSpec, rules: ControlChange) -> ChartSpec:
    """The chart with control limits of its own first readings, or without any. One that has a
    baseline keeps it. Raises ChartMisfit with the reason why limits would not hold."""
    if rules == "none":
        if spec.control is None:
            raise ChartMisfit(_("The chart shows no control limits."))
        return replace(spec, control=None)
    if not is_one_line(case, spec):
        raise ChartMisfit(_("Control limits are of one line over time."))
    if spec.control is not None:
        return replace(spec, control=replace(spec.control, rules=rules))
    if case.truncated:
        raise ChartMisfit(_("Not all rows are here, so there is no telling what is usual."))
    split = splits_of(case)[spec.x or ""]
    steps = steps_of(case.table, split.name, figures_of(case)[spec.y[0]], split.grain)
    try:
        found = _judged(steps, rules_of(rules))
    except UnfitReadings as error:
        raise ChartMisfit(_why_not(error)) from None
    return replace(spec, control=control_of(found, steps, rules, has_levels=False))


def control_kept(old: ChartSpec, spec: ChartSpec) -> ChartSpec:
    """The chart with its control limits after other changes: of another line they do not hold."""
    is_same = (old.x, old.y, old.y2, old.series) == (spec.x, spec.y, spec.y2, spec.series)
    return spec if is_same or spec.control is None else replace(spec, control=None)


def control_of(
    found: Drift, steps: Steps, rules: ControlRules = "both", *, has_levels: bool = True
) -> Control:
    """What was found of readings, as a chart shows it."""
    usual, base = found.baseline.usual, found.baseline
    there = [at for at in range(base.first, base.stop) if steps.values[at] == steps.values[at]]
    start = next(at for at in range(found.start, len(steps.times)) if _is_there(steps, at))
    levels = tuple(
        ControlLevel(steps.moment(one.first), steps.moment(one.last), one.mean)
        for one in (found.levels if has_levels and len(found.levels) > 1 else ())
    )
    return Control(
        usual.mean,
        usual.sigma,
        steps.moment(there[0]),
        steps.moment(there[-1]),
        steps.moment(start),
        rules,
        levels,
    )


def control_note(spec: ChartSpec) -> str:
    """What must be said beside control limits; empty where there are none."""
    control = spec.control
    if control is None or spec.type != "line":
        return ""
    return say("control_note", window=_span(control))


def _span(control: Control) -> str:
    first, last = control.first, control.last
    if (last - first).days >= 2:
        return format_span(first.date(), last.date())
    return f"{format_moment(first)} – {format_moment(last)}"


def _is_there(steps: Steps, at: int) -> bool:
    return bool(steps.values[at] == steps.values[at])


def _judged(steps: Steps, rules: Sequence[Rule]) -> Drift:
    """Raises UnfitReadings."""
    there = [at for at in range(len(steps.values)) if _is_there(steps, at)]
    count = max(LEAST, len(there) // _BASELINE_PART)
    if len(there) <= count:
        raise UnfitReadings(
            _("Too few readings: {n}, and at least {needed} are needed.").format(
                n=len(there), needed=LEAST + 1
            ),
            reason=Reason.TOO_FEW,
        )
    usual = fit_baseline(steps.values, there[0], there[count])
    return drift(steps.values, usual, there[count], rules)


def _why_not(error: UnfitReadings) -> str:
    text = _("There are no control limits here. {why}").format(why=str(error))
    if error.reason is not Reason.CORRELATED:
        return text
    more = _("Means over a longer step of time, such as a day, may be.")
    return f"{text} {more}"
