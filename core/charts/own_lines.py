"""Lines across a changed chart: those that somebody draws, and the limits of its figure."""

from __future__ import annotations

import math
from dataclasses import replace

from core.charts.case import Case
from core.charts.fits import LINED, figures_of
from core.charts.lines import is_along_time, limit_lines, limits_left_out
from core.charts.misfit import ChartMisfit
from core.charts.shape import axis_unit
from core.charts.text import clip
from core.charts.words import chart_name
from core.semantic.display import format_plain, scale_unit
from core.semantic.limits import Known
from core.semantic.units import UnitError, convert, is_ucum, parse_unit
from core.translation import gettext as _
from core.types import ChartSpec, NewLine, Result, ResultColumn, ThresholdLine

#: Lines of somebody's own on one chart, and characters of a line's name.
MOST_LINES = 6
MOST_NAME = 60
_FURTHEST = 1e15


def axis_column(case: Case, spec: ChartSpec) -> ResultColumn | None:
    """The figure whose unit the axis of values has."""
    return figures_of(case).get(spec.y[0]) if spec.y else None


def lines_kept(
    case: Case, result: Result, old: ChartSpec, spec: ChartSpec, known: Known | None = None
) -> ChartSpec:
    """The chart with its lines after other changes: limits are those of its figure, and somebody's
    own lines stay where their unit does."""
    before, after = axis_column(case, old), axis_column(case, spec)
    if spec.y[:1] != old.y[:1]:
        is_same = before is not None and after is not None and axis_unit(before) == axis_unit(after)
        own = tuple(line for line in spec.lines if line.is_own and is_same)
        return with_limits(case, result, replace(spec, lines=own), known)
    if _is_along(case, old) != _is_along(case, spec):
        if _has_all(case, result, old, known):
            return with_limits(case, result, spec, known)
        kept = tuple(one for one in spec.lines if one.start is None and one.end is None)
        spec = replace(spec, lines=kept)
    is_first = old.type not in LINED and spec.type in LINED
    if is_first and all(line.is_own for line in spec.lines):
        return with_limits(case, result, spec, known)
    return spec


def with_limits(
    case: Case, result: Result, spec: ChartSpec, known: Known | None = None
) -> ChartSpec:
    """The chart with its figure's limits beside somebody's own lines. known: as for
    `choose_chart`."""
    own = tuple(line for line in spec.lines if line.is_own)
    bare = replace(spec, lines=())
    is_measure = any(m.name in spec.y[:1] for m in case.shape.measures)
    if case.query is None or spec.type not in LINED or not is_measure:
        return replace(spec, lines=own)
    found = limit_lines(bare, result, case.columns, case.query, case.model, known)
    return replace(spec, lines=(*found.lines, *own))


def _is_along(case: Case, spec: ChartSpec) -> bool:
    return is_along_time(spec, case.columns, case.query)


def _has_all(case: Case, result: Result, spec: ChartSpec, known: Known | None) -> bool:
    """Whether a chart has the limits that it can have, so that nobody took one away."""
    return set(with_limits(case, result, spec, known).lines) <= set(spec.lines)


def left_out(case: Case, result: Result, spec: ChartSpec, known: Known | None = None) -> str:
    """Why limits are not drawn on a chart that can have some; empty where there is nothing to
    say."""
    if case.query is None or spec.type not in LINED:
        return ""
    found = limits_left_out(spec, result, case.columns, case.query, case.model, known)
    return " ".join(found)


def without_limits(spec: ChartSpec) -> ChartSpec:
    """The chart with somebody's own lines alone."""
    return replace(spec, lines=tuple(line for line in spec.lines if line.is_own))


def without(spec: ChartSpec, line: ThresholdLine) -> ChartSpec:
    """The chart without one of its lines. Raises ChartMisfit."""
    if line not in spec.lines:
        raise ChartMisfit(
            _("The chart has no line at {value}.").format(value=format_plain(line.value))
        )
    return replace(spec, lines=tuple(one for one in spec.lines if one != line))


def with_line(case: Case, spec: ChartSpec, new: NewLine) -> ChartSpec:
    """The chart with one more line, its value in the unit of the axis. Raises ChartMisfit."""
    column = axis_column(case, spec)
    if spec.type not in LINED or column is None:
        raise ChartMisfit(
            _("A line has nothing to stand on in {chart}.").format(chart=chart_name(spec.type))
        )
    if sum(line.is_own for line in spec.lines) >= MOST_LINES:
        raise ChartMisfit(
            _("A chart has room for {n} lines. Remove one first.").format(n=MOST_LINES)
        )
    value = on_axis(new, column)
    if not math.isfinite(value) or abs(value) > _FURTHEST:
        raise ChartMisfit(_("A line needs a number that can be drawn."))
    name = " ".join(clip(new.label, MOST_NAME).split())
    line = ThresholdLine(value, name, new.severity, is_own=True)
    if line in spec.lines:
        raise ChartMisfit(_("The chart has that line already."))
    return replace(spec, lines=(*spec.lines, line))


def on_axis(new: NewLine, column: ResultColumn) -> float:
    """The line's value on the scale of the axis. Raises ChartMisfit."""
    if new.unit is None or not new.unit.strip() or not math.isfinite(new.value):
        return new.value
    code = parse_unit(new.unit) or (new.unit if is_ucum(new.unit) else None)
    if code is None:
        raise ChartMisfit(_("The unit {name!r} is not known.").format(name=clip(new.unit, 20)))
    try:
        return convert(new.value, code, scale_unit(column))
    except (UnitError, OverflowError) as error:
        raise ChartMisfit(str(error)) from None
