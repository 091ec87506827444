"""Titles of a chart and its axes, in words and with units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.charts.case import Case
from core.charts.words import joined, say
from core.semantic.display import column_measures, format_window, unit_of
from core.semantic.phrases import lowered, sentence
from core.semantic.said import said
from core.semantic.wording import filters_of, measure_words
from core.types import ChartSpec, ResultColumn

_FILTERS_SHOWN = 3


def titled(case: Case, spec: ChartSpec) -> ChartSpec:
    """The chart with its title and the titles of its axes."""
    labels = labels_of(case)
    by_name = {c.name: c for c in case.columns}
    if spec.type == "scatter" and spec.x in by_name and spec.y:
        x, y = by_name[spec.x], by_name[spec.y[0]]
        title = say("against", y=labels[y.name], x=lowered(labels[x.name]))
        return replace(
            spec,
            title=_bounded(case, title),
            x_title=_with_unit(labels[x.name], x),
            y_title=_with_unit(labels[y.name], y),
        )
    return replace(
        spec,
        title=_bounded(case, _title(case, spec, labels)),
        x_title=_x_title(case, spec, by_name),
        y_title=_y_title(spec.y, by_name, labels),
        y2_title=say("cumulative") if spec.type == "pareto" else _y_title(spec.y2, by_name, labels),
    )


def labels_of(case: Case) -> dict[str, str]:
    """Name -> what a column is; a measure in the query's own words."""
    measures = column_measures(case.columns, case.query)
    return {
        column.name: sentence(measure_words(measure, case.query, case.model))
        if measure is not None and case.query is not None
        else column.label
        for column, measure in zip(case.columns, measures, strict=True)
    }


def _title(case: Case, spec: ChartSpec, labels: dict[str, str]) -> str:
    shape, query = case.shape, case.query
    if query is not None and query.kind == "records":
        table = said(case.model).tables.get(query.table)
        return table.label if table else say("records")
    drawn = [m.name for m in shape.measures if m.name in (*spec.y, *spec.y2)]
    names = drawn or [m.name for m in (*shape.measures, *shape.undrawable)]
    splits = [s.column for s in shape.splits]
    if not names:
        return say("values", what=joined([lowered(c.label) for c in splits]))
    named = [labels[n] if i == 0 else lowered(labels[n]) for i, n in enumerate(names[:3])]
    label = joined(named)
    if splits and spec.type != "kpi":
        label = say("by", measure=label, splits=joined([lowered(c.label) for c in splits]))
    return label


def _bounded(case: Case, title: str) -> str:
    """The title with what the rows are of, when, and against when."""
    query = case.query
    if query is None:
        return title
    filters = filters_of(query, case.model)
    if len(filters) > _FILTERS_SHOWN:
        more = len(filters) - _FILTERS_SHOWN
        filters = [*filters[:_FILTERS_SHOWN], say("more_filters", n=more)]
    if filters:
        title = say("filtered", title=title, filters=joined(filters))
    title = say("during", title=title, window=format_window(query.time))
    comparison = query.comparison
    if comparison is not None and comparison.kind == "window":
        return say("compared", title=title, window=format_window(comparison.window))
    return title


def _x_title(case: Case, spec: ChartSpec, by_name: dict[str, ResultColumn]) -> str:
    column = by_name.get(spec.x or "")
    if column is None:
        return ""
    axis = case.shape.axis
    if axis is not None and axis.name == column.name:
        # The dates of the window; ticks alone leave out the year.
        is_bounded = case.query is not None and case.query.time is not None
        return format_window(case.query.time) if is_bounded and case.query else column.label
    if any(s.name == column.name and s.bin_width for s in case.shape.splits):
        return _with_unit(column.label, column)
    return column.label


def _y_title(names: Sequence[str], by_name: dict[str, ResultColumn], labels: dict[str, str]) -> str:
    found = [by_name[n] for n in names if n in by_name and by_name[n].role == "measure"]
    if not found:
        return ""
    if len(found) == 1:
        return _with_unit(labels[found[0].name], found[0])
    return unit_of(found[0]) or joined([labels[c.name] for c in found])


def _with_unit(label: str, column: ResultColumn) -> str:
    symbol = unit_of(column)
    return f"{label} ({symbol})" if symbol else label
