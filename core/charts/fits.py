"""Whether a chart shows what a result holds: rules that hold for each kind, with the reason."""

from __future__ import annotations

import numpy as np

from core.charts.case import MAX_SERIES, Case, percentiles
from core.charts.points import numbers
from core.charts.shape import Split, axis_unit
from core.charts.summed import are_apart, drawn_rows
from core.types import ChartSpec, ChartType, ResultColumn

BARS: tuple[ChartType, ...] = ("bar", "grouped_bar", "stacked_bar")
#: Kinds whose axis of values can hold lines, such as limits.
LINED: tuple[ChartType, ...] = ("line", *BARS, "box")
#: Figures that stand side by side for one category.
MOST_FIGURES = 4


def figures_of(case: Case) -> dict[str, ResultColumn]:
    """Name -> column that may be drawn as a figure: measures, and what they are compared with."""
    found = {m.name: m for m in case.shape.measures}
    for companions in case.shape.companions.values():
        if "previous" in companions:
            found[companions["previous"].name] = companions["previous"]
    return found


def splits_of(case: Case) -> dict[str, Split]:
    """Name -> what the rows are split by."""
    return {s.name: s for s in case.shape.splits}


def is_ordered(split: Split) -> bool:
    """Whether its values follow one another, as times and bins do."""
    return split.is_temporal or split.is_recurring or bool(split.bin_width)


def is_upright(case: Case, spec: ChartSpec) -> bool:
    """Whether bars must stand, because time runs from left to right."""
    split = splits_of(case).get(spec.x or "")
    return split is not None and (split.is_temporal or split.is_recurring)


def misfit(case: Case, spec: ChartSpec) -> str:
    """The key of the reason why a chart would not show this result as it is; empty where it
    does."""
    if spec.type == "table":
        return ""
    if case.shape.rows == 0:
        return "empty"
    figures, splits = figures_of(case), splits_of(case)
    if not figures or not spec.y:
        return "needs_number"
    if any(name not in figures for name in (*spec.y, *spec.y2)):
        return "no_such_column"
    if spec.type != "scatter" and spec.x is not None and spec.x not in splits:
        return "no_such_column"
    if spec.series is not None and (spec.series not in splits or spec.series == spec.x):
        return "no_such_column"
    if spec.y2 and spec.type != "line":
        return "needs_one_unit"
    return (
        _by_kind(case, spec, figures, splits)
        or _sum_reason(case, spec, figures)
        or _values_reason(case, spec, figures)
    )


def _by_kind(
    case: Case, spec: ChartSpec, figures: dict[str, ResultColumn], splits: dict[str, Split]
) -> str:
    """What the kind asks of the columns."""
    x = splits.get(spec.x or "")
    units = {axis_unit(figures[name]) for name in spec.y}
    units2 = {axis_unit(figures[name]) for name in spec.y2}
    match spec.type:
        case "kpi":
            return "needs_one_row" if case.shape.rows != 1 else ""
        case "scatter":
            if spec.x not in figures or len(spec.y) != 1 or spec.x == spec.y[0]:
                return "needs_two_measures"
            return ""
        case "heatmap":
            if x is None or spec.series is None:
                return "needs_two_splits"
            return _single(spec)
        case "box":
            if len(spec.y) > 1:
                return "" if x is not None and spec.y == percentiles(case) else "needs_spread"
            return "needs_spread" if case.shape.axis is None or spec.series else ""
    if x is None:
        return "needs_time" if spec.type == "line" else "needs_category"
    if len(units) > 1 or len(units2) > 1:
        return "needs_one_unit"
    if spec.series is not None and (len(spec.y) > 1 or spec.y2):
        return "one_figure_by_series"
    match spec.type:
        case "line":
            return "" if is_ordered(x) else "needs_time"
        case "bar":
            return "needs_one_split" if spec.series else _single(spec)
        case "grouped_bar":
            if spec.series is None and len(spec.y) < 2:
                return "needs_two_splits"
            return "too_many_figures" if len(spec.y) > MOST_FIGURES else _side_by_side(spec, splits)
        case "stacked_bar":
            if spec.series is None:
                return "needs_two_splits"
            return _single(spec) or _side_by_side(spec, splits)
        case "histogram":
            return _single(spec) if x.bin_width else "needs_bins"
        case "pareto" | "pie":
            if spec.series is not None:
                return "needs_one_split"
            return _single(spec)
    return ""


def _single(spec: ChartSpec) -> str:
    return "" if len(spec.y) == 1 else "one_figure"


def _side_by_side(spec: ChartSpec, splits: dict[str, Split]) -> str:
    """Bars along categories draw every series; along time the rest is summed or left out."""
    x, series = splits.get(spec.x or ""), splits.get(spec.series or "")
    if x is None or series is None or x.is_temporal or x.is_recurring:
        return ""
    return "too_many_series" if series.count > MAX_SERIES else ""


def _sum_reason(case: Case, spec: ChartSpec, figures: dict[str, ResultColumn]) -> str:
    """Whether one mark stands for one row, or for the sum of several that may be added up."""
    if spec.type in ("scatter", "kpi", "box"):
        return "needs_each" if spec.summed else ""
    if not spec.summed:
        by = [name for name in (spec.x, spec.series) if name]
        return "" if are_apart(case.table, by) else "several_rows"
    if not all(figures[name].additive for name in (*spec.y, *spec.y2)):
        return "no_sum_of_ratios"
    return "" if case.is_whole else "needs_whole"


def _values_reason(case: Case, spec: ChartSpec, figures: dict[str, ResultColumn]) -> str:
    """What a kind that shows parts of a whole asks of the figures."""
    if spec.type not in ("pie", "pareto", "stacked_bar"):
        return ""
    column = figures[spec.y[0]]
    if spec.type == "stacked_bar":
        return "" if column.additive else "needs_additive"
    x = splits_of(case)[spec.x or ""]
    if spec.type == "pareto":
        if not column.additive:
            return "needs_additive"
        return "needs_whole" if case.truncated else _parts_reason(case, spec, column)
    if is_ordered(x):
        return "no_pie_of_time"
    if not column.additive:
        return "no_pie_of_ratios"
    if case.truncated or (column.display == "percent" and not case.is_whole):
        return "needs_whole"
    return _parts_reason(case, spec, column)


def _parts_reason(case: Case, spec: ChartSpec, column: ResultColumn) -> str:
    values = numbers(drawn_rows(spec, case.table), column)
    if np.any(values < 0):
        return "needs_positive"
    total = float(np.nansum(values))
    return "" if 0 < total < np.inf else "needs_something"


def has_order(case: Case, spec: ChartSpec) -> bool:
    """Whether its categories have no order of their own."""
    x = splits_of(case).get(spec.x or "")
    return spec.type in (*BARS, "pie") and x is not None and not is_ordered(x)


def coloured_by(case: Case, spec: ChartSpec) -> str | None:
    """The column whose values tell colours apart, or could."""
    if spec.series is not None:
        return spec.series if spec.type in ("line", "histogram", *BARS) else None
    if spec.type in ("pie", "pareto") or (spec.type == "bar" and not is_upright(case, spec)):
        return spec.x
    return None
