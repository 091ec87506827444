"""A chart that the question asked for: drawn where the shape allows it, else why not."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from core.charts.case import (
    MAX_BARS,
    MAX_SERIES,
    MAX_SLICES,
    Case,
    by_unit,
    cut,
    kpi,
    more,
    percentiles,
    topped,
    with_previous,
)
from core.charts.fits import misfit
from core.charts.pies import has_no_slice
from core.charts.words import chart_name, say
from core.types import ChartSpec, ChartType

_ALIASES: dict[str, ChartType] = {
    "column": "bar",
    "bars": "bar",
    "barchart": "bar",
    "area": "line",
    "number": "kpi",
    "stacked": "stacked_bar",
    "grouped": "grouped_bar",
    "boxplot": "box",
    "donut": "pie",
    "doughnut": "pie",
}


def wished(case: Case, spec: ChartSpec, wish: str) -> ChartSpec:
    """The chart of the wish; else the chosen one with the reason in its note."""
    name = wish.strip().casefold().replace(" ", "_").replace("-", "_")
    name = name.removesuffix("_chart")
    name = _ALIASES.get(name, name)
    if name == spec.type:
        return spec
    if name not in get_args(ChartType):
        note = say("unknown_wish", wish=wish, type=chart_name(spec.type))
        return replace(spec, note=f"{note} {spec.note}".strip())
    changed, reason = of_type(case, name)
    if changed is not None:
        reason = misfit(case, changed)
        if not reason:
            return changed
    note = say("not_drawable", wish=chart_name(name), reason=say(reason))
    return replace(spec, note=f"{note} {spec.note}".strip())


def of_type(case: Case, name: str) -> tuple[ChartSpec | None, str]:
    """The chart of that type for this result, or None and the key of the reason why not."""
    shape = case.shape
    if name == "table":
        return ChartSpec("table", ""), ""
    if shape.rows == 0:
        return None, "empty"
    if not shape.measures:
        return None, "needs_number"
    measure = case.measure
    y = (measure.name,)
    axis = shape.axis
    along = axis or next((s for s in shape.splits if s.is_recurring or s.bin_width), None)
    others = [s for s in shape.splits if s is not along]
    match name:
        case "kpi":
            return (kpi(case), "") if shape.rows == 1 else (None, "needs_one_row")
        case "line":
            if along is None:
                return None, "needs_time"
            series = others[0] if others else None
            made = ChartSpec("line", "", x=along.name, y=y, series=series.name if series else None)
            if series is None and len(shape.measures) > 1:
                first, second, _ = by_unit(shape.measures)
                made = replace(made, y=first, y2=second)
            return (topped(case, made, series) if series else made), ""
        case "bar" | "grouped_bar" | "stacked_bar":
            return _as_bars(case, name)
        case "pareto":
            if len(shape.splits) != 1:
                return None, "needs_category"
            if not measure.additive or case.truncated:
                return None, "needs_additive"
            made = ChartSpec("pareto", "", x=shape.splits[0].name, y=y)
            return cut(case, made, shape.splits[0], limit=16), ""
        case "pie":
            return _as_pie(case)
        case "heatmap":
            if len(shape.splits) != 2:
                return None, "needs_two_splits"
            x = along or shape.splits[1]
            rows = next(s for s in shape.splits if s is not x)
            return ChartSpec("heatmap", "", x=x.name, series=rows.name, y=y), ""
        case "scatter":
            return _as_scatter(case)
        case "histogram":
            binned = next((s for s in shape.splits if s.bin_width), None)
            if binned is None:
                return None, "needs_bins"
            return ChartSpec("histogram", "", x=binned.name, y=y), ""
        case _:
            boxed = percentiles(case)
            if boxed and shape.splits:
                return ChartSpec("box", "", x=shape.splits[0].name, y=boxed), ""
            if axis is None:
                return None, "needs_spread"
            by = others[0].name if others else None
            return ChartSpec("box", "", x=by, y=y, top_n=MAX_BARS if by else None), ""


def _as_bars(case: Case, name: str) -> tuple[ChartSpec | None, str]:
    shape, measure = case.shape, case.measure
    if not shape.splits:
        return None, "needs_category"
    x = shape.axis or max(shape.splits, key=lambda s: (s.is_recurring, s.count))
    others = [s for s in shape.splits if s is not x]
    if name == "bar" and others and all(s.count == 1 for s in others):
        others = []  # one thing only: nothing to stack
    if name == "stacked_bar" and not measure.additive:
        return None, "needs_additive"
    if name == "stacked_bar" and not others:
        return None, "needs_two_splits"
    lies = not (x.is_axis or x.is_recurring or x.bin_width)
    if others:
        kind: ChartType = (
            "stacked_bar" if measure.additive and name != "grouped_bar" else "grouped_bar"
        )
        spec = ChartSpec(kind, "", x=x.name, y=(measure.name,), series=others[0].name)
        if not lies:
            return topped(case, spec, others[0]), ""
        if others[0].count > MAX_SERIES:
            return None, "too_many_series"
        return cut(case, replace(spec, horizontal=True), x, can_sum=False), ""
    y: tuple[str, ...] = (measure.name,)
    if shape.is_compared:
        y = with_previous(case)
    elif len(shape.measures) > 1 and name == "grouped_bar":
        y, y2, _ = by_unit(shape.measures)
        if y2:
            return None, "needs_one_unit"
    kind = "grouped_bar" if len(y) > 1 else "bar"
    spec = ChartSpec(kind, "", x=x.name, y=y, horizontal=lies, note=more(case, y))
    if not lies:
        return spec, ""
    return cut(case, spec, x, can_sum=len(y) == 1), ""


def _as_pie(case: Case) -> tuple[ChartSpec | None, str]:
    shape = case.shape
    if not shape.splits:
        return None, "needs_category"
    if shape.is_compared:
        return None, "no_pie_of_two"
    parted = [s for s in shape.splits if s.count != 1] or list(shape.splits[:1])
    if len(parted) > 1:
        return None, "needs_one_split" if shape.axis is None else "no_pie_of_time"
    split = parted[0]
    made = ChartSpec("pie", "", x=split.name, y=(case.measure.name,), order="highest")
    reason = misfit(case, made)
    if reason:
        return None, reason
    note = [more(case)]
    if not case.is_whole:
        note.append(say("share_of_shown", n=shape.rows))
    if has_no_slice(case.table, case.measure):
        note.append(say("slices_without"))
    made = replace(made, note=" ".join(filter(None, note)))
    return cut(case, made, split, limit=MAX_SLICES), ""


def _as_scatter(case: Case) -> tuple[ChartSpec | None, str]:
    measures = case.shape.measures
    if len(measures) >= 2:
        by = next(iter(case.shape.splits), None)
        return (
            ChartSpec(
                "scatter",
                "",
                x=measures[0].name,
                y=(measures[1].name,),
                series=by.name if by else None,
            ),
            "",
        )
    return None, "needs_two_measures"
