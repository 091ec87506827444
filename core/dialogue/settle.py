"""What in a query depends on the rest of it, put right after a change."""

from __future__ import annotations

from dataclasses import replace

from core.semantic.axis import laid, uses_shift
from core.semantic.model import SemanticModel
from core.semantic.query import Filter, Op, Order, SemanticQuery, Transform

#: Conditions that keep rows without a value, or say only that there is one.
_OF_MANY = (Op.NE, Op.NOT_IN, Op.NOT_NULL)
_OF_PARTS = (Transform.SHARE, Transform.SHARE_WITHIN)
_ALONG_TIME = (Transform.RUNNING, Transform.MOVING, Transform.CHANGE)


def settled(query: SemanticQuery, model: SemanticModel) -> SemanticQuery:
    """The query with its window on the right axis, its order over what it still has, and without
    limits, shares and courses of nothing."""
    if query.kind == "records":
        return query
    query = _without_nulls(query, model)
    query = _on_axis(query, model)
    query = _of_something(query)
    return _ordered(query)


def is_same(one: SemanticQuery, other: SemanticQuery) -> bool:
    """Whether two queries give the same answer, shown in the same units."""
    units = tuple(m.unit for m in one.measures)
    return one == other and units == tuple(m.unit for m in other.measures)


def is_like(one: SemanticQuery, other: SemanticQuery) -> bool:
    """Whether two queries ask the same, in whatever order and words their conditions are said."""
    return is_same(_unworded(one), _unworded(other))


def _unworded(query: SemanticQuery) -> SemanticQuery:
    bare = (replace(f, phrase="") for f in query.filters)
    ordered = sorted(bare, key=lambda f: (f.column, str(f.op), str(f.values)))
    time = replace(query.time, phrase="") if query.time is not None else None
    return query.with_(filters=tuple(ordered), time=time)


def _on_axis(query: SemanticQuery, model: SemanticModel) -> SemanticQuery:
    time = model.tables[query.table].time
    if query.time is None or time is None:
        return query
    of_shifts = uses_shift(time, query.measures, query.dimensions, query.filters)
    comparison = query.comparison
    if comparison is not None and comparison.window is not None:
        other = laid(comparison.window, time, of_shifts=of_shifts)
        comparison = replace(comparison, window=other)
    window = laid(query.time, time, of_shifts=of_shifts)
    return query.with_(time=window, comparison=comparison)


def _without_nulls(query: SemanticQuery, model: SemanticModel) -> SemanticQuery:
    """In a split by reason, rows without a reason are left out; elsewhere they count."""
    columns = model.tables[query.table].columns
    split = {d.column for d in query.dimensions if d.column}
    kept = [f for f in query.filters if f.op is not Op.NOT_NULL or f.phrase]
    for name, column in columns.items():
        is_left_out = column.drop_null and name in split
        said = any(f.column == name and f.op not in _OF_MANY for f in kept)
        if is_left_out and not said:
            kept.append(Filter(name, Op.NOT_NULL))
    return query.with_(filters=tuple(kept))


def _of_something(query: SemanticQuery) -> SemanticQuery:
    """A share of a whole wants its parts, a course its steps; without them it is the plain figure.
    A limit wants groups."""
    steps = any(d.grain is not None and not d.grain.is_recurring for d in query.dimensions)
    measures = []
    for measure in query.measures:
        is_part = bool(query.dimensions or query.filters or measure.where)
        lacks = measure.transform in _OF_PARTS and not is_part
        lacks = lacks or (measure.transform is Transform.SHARE_WITHIN and len(query.dimensions) < 2)
        lacks = lacks or (measure.transform in _ALONG_TIME and not steps)
        plain = replace(measure, transform=Transform.NONE, window=None)
        measures.append(plain if lacks else measure)
    limit = query.limit if query.dimensions else None
    having = tuple(h for h in query.having if h.measure < len(measures)) if query.dimensions else ()
    if query.comparison is None:
        having = tuple(h for h in having if h.on == "value")
    return query.with_(
        measures=tuple(measures),
        limit=limit,
        having=having,
        per_group=query.per_group and limit is not None and len(query.dimensions) > 1,
    )


def _ordered(query: SemanticQuery) -> SemanticQuery:
    """The order as it was, where it still means something; else time forward, and groups by their
    figure, highest first."""
    counts = {"measure": len(query.measures), "dimension": len(query.dimensions)}
    counts["change"] = len(query.measures) if query.comparison is not None else 0
    if not query.dimensions:
        return query.with_(order=())
    if query.order and all(o.index < counts.get(o.by, 0) for o in query.order):
        return query
    if any(d.grain is not None for d in query.dimensions) or not query.measures:
        along = range(len(query.dimensions))
        order = tuple(Order("dimension", i, descending=False) for i in along)
        return query.with_(order=order)
    return query.with_(order=(Order("measure", 0, descending=True),))
