"""From a query to JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from core.semantic.query import (
    AUTO_WIDTH,
    Anchor,
    Comparison,
    Dimension,
    Filter,
    Having,
    Measure,
    Order,
    Scalar,
    SemanticQuery,
    TimeWindow,
    Transform,
)

#: JSON's word for AUTO_WIDTH.
AUTO = "auto"
#: JSON's name of each thing that an order is by.
ORDERS = {"measure": "measure", "change": "change", "dimension": "by"}


def to_json(query: SemanticQuery) -> dict[str, Any]:
    """The query as JSON: objects, lists, texts, numbers and `true`, in the order in which it is
    best written. Fields at their default are left out, and so are the words that led to it and the
    model's name."""
    found: dict[str, Any] = {"table": query.table}
    if query.kind != "aggregate":
        found["kind"] = query.kind
    found |= _given("measures", [_measure(m) for m in query.measures])
    found |= _given("by", [_dimension(d) for d in query.dimensions])
    found |= _given("fields", list(query.fields))
    found |= _given("where", _filters(query.filters))
    if query.time is not None:
        found["time"] = _window(query.time, "clock")
    if query.anchor is not None:
        found["anchor"] = _anchor(query.anchor)
    if query.comparison is not None:
        found["compare"] = _comparison(query.comparison, query.time)
    found |= _given("having", [_having(h) for h in query.having])
    found |= _given("order", [_order(o) for o in query.order])
    if query.every is not None:
        found["every"] = query.every
    if query.limit is not None:
        found["limit"] = query.limit
    if query.skip:
        found["skip"] = query.skip
    if query.per_group:
        found["per_group"] = True
    if query.readings != "good":
        found["readings"] = query.readings
    return found


def _given(name: str, items: list[Any]) -> dict[str, Any]:
    return {name: items} if items else {}


def _measure(measure: Measure) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if measure.metric is not None:
        found["metric"] = measure.metric
    if measure.table is not None:
        found["table"] = measure.table
    if measure.agg is not None:
        found["agg"] = measure.agg.value
    if measure.column is not None:
        found["column"] = measure.column
    if measure.percentile is not None:
        found["percentile"] = measure.percentile
    found |= _given("where", _filters(measure.where))
    if measure.transform is Transform.MOVING:
        found["moving"] = measure.window
    elif measure.transform is not Transform.NONE:
        found["transform"] = measure.transform.value
    if measure.per is not None:
        found["per"] = measure.per.value
    if measure.over is not None:
        found["over"] = _measure(measure.over)
    if measure.unit is not None:
        found["unit"] = measure.unit
    return found


def _dimension(dimension: Dimension) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if dimension.column is not None:
        found["column"] = dimension.column
    if dimension.grain is not None:
        found["grain"] = dimension.grain.value
    if dimension.bin_width is not None:
        found["bin"] = AUTO if dimension.bin_width == AUTO_WIDTH else dimension.bin_width
    return found


def _filters(filters: Iterable[Filter]) -> list[Any]:
    return [
        {"column": f.column, "op": f.op.value, **_given("values", [_plain(v) for v in f.values])}
        for f in filters
    ]


def _plain(value: Scalar) -> Any:
    """Dates as `2026-06-01`, moments as `2026-06-01T06:00`."""
    if isinstance(value, dt.datetime):
        is_minute = not value.second and not value.microsecond
        return value.isoformat(timespec="minutes" if is_minute else "auto")
    return value.isoformat() if isinstance(value, dt.date) else value


def _window(window: TimeWindow, axis: str) -> dict[str, Any]:
    """Edges at midnight as dates; the axis where it is not the one that would be taken."""
    found = {}
    for name, edge in (("from", window.start), ("to", window.end)):
        if edge is not None:
            found[name] = _plain(edge.date() if edge.time() == dt.time(0) else edge)
    if window.axis != axis:
        found["axis"] = window.axis
    return found


def _comparison(comparison: Comparison, time: TimeWindow | None) -> dict[str, Any]:
    if comparison.kind == "reference" or comparison.window is None:
        return {"without": list(comparison.drop)}
    return _window(comparison.window, time.axis if time else "clock")


def _having(having: Having) -> dict[str, Any]:
    found = {"measure": having.measure, "op": having.op.value, "values": list(having.values)}
    return found | ({"on": having.on} if having.on != "value" else {})


def _order(order: Order) -> dict[str, Any]:
    named = {"column": order.column} if order.by == "column" else {ORDERS[order.by]: order.index}
    return {**named, "direction": "desc" if order.descending else "asc"}


def _anchor(anchor: Anchor) -> dict[str, Any]:
    found: dict[str, Any] = {
        "table": anchor.table,
        "edge": anchor.edge,
        "relation": anchor.relation,
        **_given("where", _filters(anchor.filters)),
    }
    if anchor.span is not None:
        minutes = anchor.span / dt.timedelta(minutes=1)
        found["minutes"] = int(minutes) if minutes == int(minutes) else minutes
    return found
