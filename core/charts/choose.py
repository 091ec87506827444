"""Which chart a result gets: a pure function of its shape and its query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow.compute as pc

from core.charts.case import (
    MAX_BARS,
    MAX_SERIES,
    Case,
    by_unit,
    cut,
    kpi,
    more,
    percentiles,
    topped,
    with_previous,
)
from core.charts.lines import limit_lines
from core.charts.shape import Shape, Split, led, shape_of
from core.charts.titles import titled
from core.charts.wish import wished
from core.charts.words import say
from core.semantic.limits import Known
from core.semantic.model import SemanticModel
from core.semantic.query import Op, SemanticQuery, Transform
from core.semantic.wording import is_count_of_some
from core.types import ChartSpec, ChartType, Result, ResultColumn

#: From here on a table of two categories reads better as colours than as bars.
_MANY = 6
_MANY_CELLS = 40
_FAR_APART = 20
#: Rows from which on a figure that never changes is no chance.
_ENOUGH_TO_VARY = 4


def choose_chart(
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery | None,
    model: SemanticModel,
    *,
    wish: str | None = None,
    known: Known | None = None,
) -> ChartSpec:
    """The specification for a result.

    wish: a ChartType that the question asked for, or another word for one; it is honoured where
    the rows allow it, and otherwise the note says why not. known: column -> values that the rows
    are known to have, beyond what filters say, so that limits with a condition can be drawn.
    """
    shape = _varied(led(shape_of(result, columns, query), columns, query), result)
    far = _are_far_apart(result, shape)
    case = Case(shape, query, model, tuple(columns), result.table, result.truncated, far)
    if _are_alike(result, case):
        return titled(case, ChartSpec("table", "", note=say("rows_alike")))
    spec = _chosen(case)
    if wish:
        spec = wished(case, spec, wish)
    spec = titled(case, spec)
    if query is not None and spec.y and spec.type in ("line", "bar", "grouped_bar", "box"):
        spec = limit_lines(spec, result, columns, query, model, known)
    return spec


def _are_alike(result: Result, case: Case) -> bool:
    """Whether rows of somebody's own SQL cannot be told apart by what they are split by, so that
    one mark would stand for several of them."""
    is_own = case.query is None or not (case.query.measures or case.query.kind == "records")
    names = [split.name for split in case.shape.splits]
    if not is_own or not names or not case.shape.measures:
        return False
    rows = result.table.select(names)
    return bool(rows.group_by(names).aggregate([]).num_rows < rows.num_rows)


def _varied(shape: Shape, result: Result) -> Shape:
    """The shape without figures that are the same in every row, where others are not: a picture
    has nothing to show of them, and the table has them."""
    if shape.rows < _ENOUGH_TO_VARY or len(shape.measures) < 2 or shape.is_compared:
        return shape
    kept = tuple(
        m for m in shape.measures if len(result.table.column(m.name).drop_null().unique()) > 1
    )
    return replace(shape, measures=kept) if kept else shape


def _are_far_apart(result: Result, shape: Shape) -> bool:
    """Whether figures of one unit differ so much in size that the smaller would not be seen."""
    if len(shape.measures) < 2:
        return False
    tops = []
    for column in shape.measures:
        ends = pc.min_max(result.table.column(column.name))
        low, high = ends["min"].as_py(), ends["max"].as_py()
        if low is not None and high is not None:
            tops.append(max(abs(float(low)), abs(float(high))))
    return len(tops) > 1 and min(tops) * _FAR_APART < max(tops)


def _chosen(case: Case) -> ChartSpec:
    shape, query = case.shape, case.query
    if query is not None and query.kind == "records":
        return ChartSpec("table", "")
    if not shape.measures or shape.rows == 0:
        return ChartSpec("table", "")
    if shape.rows == 1 and not shape.undrawable and shape.axis is None:
        return kpi(case)
    if not shape.splits:
        return ChartSpec("table", "")
    if shape.axis is not None:
        return _over_time(case, shape.axis)
    if len(shape.splits) == 1:
        return _one_split(case, shape.splits[0])
    if len(shape.splits) == 2:
        return _two_splits(case, shape.splits[0], shape.splits[1])
    return ChartSpec("table", "", note=say("more_splits"))


def _over_time(case: Case, axis: Split) -> ChartSpec:
    shape, others = case.shape, case.shape.categories
    if shape.rows == 1:
        return replace(kpi(case), x=axis.name)
    if not others:
        if shape.is_compared:
            return ChartSpec("line", "", x=axis.name, y=with_previous(case), note=more(case))
        if _is_event_count(case):
            return ChartSpec("bar", "", x=axis.name, y=(case.measure.name,), note=more(case))
        left, right, is_whole = by_unit(shape.measures)
        if len(left) == 2 and not right and case.are_far_apart:
            left, right = left[:1], left[1:]
        note = "" if is_whole else more(case, (*left, *right))
        return ChartSpec("line", "", x=axis.name, y=left, y2=right, note=note)
    if len(others) > 1:
        return ChartSpec("table", "", note=say("more_splits"))
    series = others[0]
    y: tuple[str, ...] = (case.measure.name,)
    if _is_event_count(case) and axis.count <= 62:
        spec = ChartSpec("stacked_bar", "", x=axis.name, y=y, series=series.name)
    elif axis.count == 1:
        return _one_split(case, series)
    else:
        spec = ChartSpec("line", "", x=axis.name, y=y, series=series.name)
    return topped(case, replace(spec, note=more(case)), series)


def _is_event_count(case: Case) -> bool:
    """A sum over events: a step of time without a row had none, which bars show and a line with
    gaps does not."""
    if case.query is None or not case.query.measures:
        return False
    if len(case.shape.measures) != 1 or case.shape.is_compared:
        return False
    table = case.model.tables.get(case.query.table)
    is_events = table is not None and table.time is not None and table.time.interval_min is None
    measure = case.query.measures[0]
    if measure.transform is not Transform.NONE:
        return False
    is_some = is_count_of_some(case.query, measure, case.model)
    return case.measure.additive and (is_events or is_some)


def _one_split(case: Case, split: Split) -> ChartSpec:
    shape = case.shape
    y: tuple[str, ...] = (case.measure.name,)
    if split.bin_width:
        return ChartSpec("histogram", "", x=split.name, y=y, note=more(case))
    boxed = percentiles(case)
    if boxed:
        return ChartSpec("box", "", x=split.name, y=boxed, top_n=MAX_BARS)
    horizontal = not split.is_recurring
    if shape.is_compared:
        y = with_previous(case)
        spec = ChartSpec("grouped_bar", "", x=split.name, y=y, horizontal=horizontal)
        return cut(case, replace(spec, note=more(case)), split, can_sum=False)
    if len(shape.measures) > 1:
        return _several(case, split)
    if _is_pareto(case, split):
        spec = ChartSpec("pareto", "", x=split.name, y=(case.measure.name,))
        return cut(case, spec, split, limit=16)
    spec = ChartSpec("bar", "", x=split.name, y=(case.measure.name,), horizontal=horizontal)
    return cut(case, spec, split)


def _several(case: Case, split: Split) -> ChartSpec:
    """More than one figure for each category."""
    measures = case.shape.measures
    y, y2, _ = by_unit(measures)
    if len(y) == len(measures) and case.are_far_apart:
        lies = not split.is_recurring
        note = say("same_unit_far", shown=case.measure.label)
        spec = ChartSpec("bar", "", x=split.name, y=y[:1], horizontal=lies, note=note)
        return cut(case, spec, split)
    if len(y) == len(measures):
        spec = ChartSpec(
            "grouped_bar", "", x=split.name, y=y[:4], horizontal=not split.is_recurring
        )
        return cut(case, replace(spec, note=more(case, y[:4])), split, can_sum=False)
    if split.is_recurring:
        return ChartSpec("line", "", x=split.name, y=y, y2=y2)
    if case.shape.rows >= 5 and len(measures) == 2:
        names = tuple(m.name for m in measures)
        return ChartSpec("scatter", "", x=names[0], y=names[1:], series=split.name)
    return ChartSpec("table", "", note=say("many_units"))


def _two_splits(case: Case, one: Split, two: Split) -> ChartSpec:
    shape = case.shape
    y = (case.measure.name,)
    note = more(case)
    if shape.is_compared and len(shape.measures) == 1:
        return ChartSpec("table", "", note=say("more_splits"))
    if one.is_recurring and two.is_recurring:
        return ChartSpec("heatmap", "", x=two.name, series=one.name, y=y, note=note)
    if one.bin_width or two.bin_width:
        binned, series = (one, two) if one.bin_width else (two, one)
        spec = ChartSpec("histogram", "", x=binned.name, series=series.name, y=y, note=note)
        return topped(case, spec, series)
    if one.is_recurring or two.is_recurring:
        along, series = (one, two) if one.is_recurring else (two, one)
        if series.count > MAX_SERIES:
            return ChartSpec("heatmap", "", x=along.name, series=series.name, y=y, note=note)
        return ChartSpec("line", "", x=along.name, y=y, series=series.name, note=note)
    many, few = (one, two) if one.count >= two.count else (two, one)
    is_large = few.count > _MANY or (few.count >= 4 and many.count * few.count > _MANY_CELLS)
    if is_large:
        return ChartSpec("heatmap", "", x=few.name, series=many.name, y=y, note=note)
    kind: ChartType = "stacked_bar" if case.measure.additive else "grouped_bar"
    spec = ChartSpec(kind, "", x=many.name, y=y, series=few.name, horizontal=True, note=note)
    return cut(case, spec, many, can_sum=False)


def _is_pareto(case: Case, split: Split) -> bool:
    """An amount of something unwanted by its reasons: a column that is empty where nothing
    happened and no level of a hierarchy. Only over all of them: the share of a cut list would
    add up to 100 % of less than everything."""
    query, measure = case.query, case.measure
    if query is None or query.limit is not None or query.having or case.truncated:
        return False
    if not measure.additive or measure.display == "percent" or measure.direction == "higher":
        return False
    table = case.model.tables.get(query.table)
    column = table.columns.get(split.column.model_column or "") if table else None
    if column is None or not column.drop_null or case.shape.rows < 3:
        return False
    if any(f.column == column.name and f.op is not Op.NOT_NULL for f in query.filters):
        return False
    return not any(column.name in h.levels for h in case.model.hierarchies)
