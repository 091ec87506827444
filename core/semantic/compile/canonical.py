"""One form of queries that mean the same, so that SQL can be read back to exactly one of them.

- A list of one value is that value: `IN ('a')` is `= 'a'`; a filter said twice is said once.
- Values have their column's type: a date in a datetime column is its midnight.
- A filter that a dimension, a metric or the grade of readings implies is not said again.
- `order` lists what the tie-break does not give by itself: the dimensions, ascending.
- `table` is the one that the first measure reads; `Measure.table` is None there.
- The day or the moment of a table as a column is that grain.
- A share within the first dimension of nothing is a share of all.
- `readings` is `good` where no figure minds the grade; for records `all` is `good` too, since
  records show every grade.
- A window without edges is no window, unless its axis moves the days of a dimension or filter.
- HAVING and ORDER BY name the first of measures that are alike.
- Without a limit, and of figures that are not split, nothing is skipped.
- Every group there is stands for those with a condition on figures, split by columns alone.
- What the kind of query does not use is empty, `fields` of records are spelled out, and a
  reference's `drop` names only what changes it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Literal

from core.semantic.compile.figures import Leaf, figure_of
from core.semantic.compile.grouped import axis_of, dropped_nulls, is_graded
from core.semantic.compile.names import table_of
from core.semantic.compile.predicates import filter_condition, good_readings
from core.semantic.compile.rows import fields_of, tie_breaks
from core.semantic.compile.trees import parsed
from core.semantic.model import Column, SemanticModel, Table
from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Grain,
    Measure,
    Op,
    Order,
    Scalar,
    SemanticQuery,
    TimeWindow,
    Transform,
)

_NO_COLUMN = (Agg.DURATION, Agg.FIRST_TIME, Agg.LAST_TIME)


def canonical(q: SemanticQuery, model: SemanticModel) -> SemanticQuery:
    """The form of `q` that stands for all queries with its meaning; UserFixable as compile."""
    table = table_of(model, q.table)
    if q.limit is None or (q.kind == "aggregate" and not q.dimensions):
        q = q.with_(skip=0)
    if q.kind == "records" or not q.measures or not _has_plain_splits(q):
        q = q.with_(every=None)
    if q.kind == "records":
        return q.with_(
            fields=fields_of(q, table),
            filters=_filters(q.filters, q.table, model),
            measures=(),
            dimensions=(),
            having=(),
            comparison=None,
            per_group=False,
            readings="bad" if q.readings == "bad" else "good",
            time=_time(q),
            order=_record_order(q.order, tie_breaks(table, model)),
        )
    leaves = [leaf for m in q.measures for leaf in figure_of(m, q.table, model).leaves]
    main = leaves[0].table if leaves else q.table
    q = q.with_(
        table=main,
        fields=(),
        measures=tuple(
            _whole(_measure(m, q.table, main, model), is_split=bool(q.dimensions))
            for m in q.measures
        ),
        dimensions=tuple(_dimension(d, table_of(model, main), axis_of(q)) for d in q.dimensions),
        filters=_filters(q.filters, main, model),
        time=_time(q),
        order=_order(q.order, len(q.dimensions)),
        having=tuple(replace(h, op=_single(h.op, h.values)) for h in dict.fromkeys(q.having)),
        per_group=q.per_group and q.limit is not None and bool(q.dimensions),
    )
    first = _first_alike(q, model)
    q = q.with_(
        order=tuple(
            replace(o, index=first.get(o.index, o.index)) if o.by != "dimension" else o
            for o in q.order
        ),
        having=tuple(replace(h, measure=first.get(h.measure, h.measure)) for h in q.having),
    )
    q = q.with_(order=_order(q.order, len(q.dimensions)), having=tuple(dict.fromkeys(q.having)))
    if not leaves:
        q = q.with_(comparison=None)
    q = q.with_(
        filters=_unsaid(q, model, leaves),
        readings=_readings(q, model, leaves),
    )
    return q.with_(comparison=_comparison(q))


def _has_plain_splits(q: SemanticQuery) -> bool:
    columns = [d.column for d in q.dimensions if d.grain is None and d.bin_width is None]
    return bool(columns) and len(columns) == len(q.dimensions) and bool(q.having)


def _first_alike(q: SemanticQuery, model: SemanticModel) -> dict[int, int]:
    """Position of each measure -> the first position of a measure with the same SQL."""
    seen: dict[object, int] = {}
    found: dict[int, int] = {}
    for k, measure in enumerate(q.measures):
        figure = figure_of(measure, q.table, model)
        leaves = tuple(
            (leaf.table, leaf.expression.sql(), leaf.condition, leaf.where, leaf.needs_good)
            for leaf in figure.leaves
        )
        key = (figure.tree, leaves, measure.transform, measure.window, measure.per)
        found[k] = seen.setdefault(key, k)
    return found


def _single(op: Op, values: tuple[Scalar, ...]) -> Op:
    if len(values) == 1 and op in (Op.IN, Op.NOT_IN):
        return Op.EQ if op is Op.IN else Op.NE
    return op


def _filters(filters: tuple[Filter, ...], main: str, model: SemanticModel) -> tuple[Filter, ...]:
    columns = table_of(model, main).columns
    return tuple(dict.fromkeys(_filter(f, columns.get(f.column)) for f in filters))


def _filter(condition: Filter, column: Column | None) -> Filter:
    values = tuple(_typed(v, column) for v in condition.values)
    return replace(condition, op=_single(condition.op, values), values=values)


def _typed(value: Scalar, column: Column | None) -> Scalar:
    if column is None:
        return value
    if column.type == "datetime" and isinstance(value, dt.date):
        is_moment = isinstance(value, dt.datetime)
        return value if is_moment else dt.datetime.combine(value, dt.time(0))
    if column.type == "date" and isinstance(value, dt.datetime) and value.time() == dt.time(0):
        return value.date()
    return value


def _measure(measure: Measure, old: str, main: str, model: SemanticModel) -> Measure:
    home = measure.table or old
    window = measure.window if measure.transform is Transform.MOVING else None
    if measure.metric is not None:
        where = _filters(measure.where, model.metrics[measure.metric].table or main, model)
        return replace(
            measure, agg=None, column=None, percentile=None, where=where, window=window, table=None
        )
    return replace(
        measure,
        column=None if measure.agg in _NO_COLUMN else measure.column,
        percentile=measure.percentile if measure.agg is Agg.PERCENTILE else None,
        where=_filters(measure.where, home, model),
        window=window,
        table=None if home == main else home,
    )


def _whole(measure: Measure, *, is_split: bool) -> Measure:
    if measure.transform is Transform.SHARE_WITHIN and not is_split:
        return replace(measure, transform=Transform.SHARE)
    return measure


def _dimension(dimension: Dimension, table: Table, axis: str) -> Dimension:
    time = table.time
    if time is None or dimension.column is None or dimension.bin_width is not None:
        return dimension
    if dimension.grain is not None:
        is_own = dimension.column == time.timestamp
        return Dimension(grain=dimension.grain) if is_own else dimension
    day = time.production_date if axis == "production" else time.date
    if dimension.column == day:
        return Dimension(grain=Grain.DAY)
    return Dimension(grain=Grain.INTERVAL) if dimension.column == time.timestamp else dimension


def _time(q: SemanticQuery) -> TimeWindow | None:
    if q.time is None or q.time.start or q.time.end:
        return q.time
    grains = {d.grain for d in q.dimensions} - {
        None,
        Grain.SHIFT,
        Grain.HOUR,
        Grain.INTERVAL,
        Grain.HOUR_OF_DAY,
    }
    parts = {f.column for f in q.filters}
    parts |= {f.column for m in q.measures for f in m.where}
    if q.time.axis == "production" and (grains or parts & {"@weekday", "@month"}):
        return q.time
    return None


def _order(orders: tuple[Order, ...], dimensions: int) -> tuple[Order, ...]:
    """Without repeats, and without a tail that the tie-break gives by itself."""
    if not dimensions:
        return ()
    found: list[Order] = []
    for order in orders:
        if not any(o.by == order.by and o.index == order.index for o in found):
            found.append(replace(order, column=None))
    while found and found[-1].by == "dimension" and not found[-1].descending:
        named = {o.index for o in found[:-1] if o.by == "dimension"}
        if found[-1].index != next(k for k in range(dimensions) if k not in named):
            break
        found.pop()
    return tuple(found)


def _record_order(orders: tuple[Order, ...], ties: tuple[str, ...]) -> tuple[Order, ...]:
    found: list[Order] = []
    for order in orders:
        if not any(o.column == order.column for o in found):
            found.append(replace(order, index=0))
    while found and not found[-1].descending:
        named = {o.column for o in found[:-1]}
        if found[-1].column != next((t for t in ties if t not in named), None):
            break
        found.pop()
    return tuple(found)


def _unsaid(q: SemanticQuery, model: SemanticModel, leaves: list[Leaf]) -> tuple[Filter, ...]:
    """The filters less those that the figures or the dimensions imply."""
    if len({leaf.table for leaf in leaves}) > 1:
        return q.filters
    table = table_of(model, q.table)
    implied = []
    conditions = {leaf.condition for leaf in leaves}
    shared = conditions.pop() if len(conditions) == 1 else None
    if shared:
        implied.append(parsed(shared))
    needs_good = is_graded(q, table) or all(leaf.needs_good for leaf in leaves)
    good = good_readings(table)
    if leaves and good is not None and q.readings == "good" and needs_good:
        implied.append(good)
    kept = tuple(f for f in q.filters if filter_condition(f, table, axis_of(q)) not in implied)
    for condition in kept:
        rest = tuple(f for f in kept if f is not condition)
        is_presence = condition.op is Op.NOT_NULL
        if is_presence and condition.column in dropped_nulls(q.with_(filters=rest), table):
            kept = rest
    return kept


def _readings(
    q: SemanticQuery, model: SemanticModel, leaves: list[Leaf]
) -> Literal["good", "all", "bad"]:
    if q.readings != "all":
        return q.readings
    tables = [table_of(model, leaf.table) for leaf in leaves]
    minds = any(
        table.quality is not None and (leaf.needs_good or is_graded(q, table))
        for leaf, table in zip(leaves, tables, strict=True)
    )
    return "all" if minds else "good"


def _comparison(q: SemanticQuery) -> Comparison | None:
    comparison = q.comparison
    if comparison is None or comparison.kind == "window":
        return comparison and replace(comparison, drop=())
    filtered = {f.column for f in q.filters} & set(comparison.drop)
    split = {d.column for d in q.dimensions if d.column} & set(comparison.drop)
    drop = tuple(sorted(filtered | split)) if filtered else ()
    return replace(comparison, drop=drop, window=None)
