"""A SemanticQuery as one short line, so that a test's expectation can be read."""

from __future__ import annotations

import datetime as dt

from core.language.reading import Reading
from core.semantic.query import Filter, Having, Measure, SemanticQuery, TimeWindow, Transform


def outline(reading: Reading) -> str:
    """`measures; by dimensions; where filters; time; ...`, leaving out what is not there.

    A question back is `ask: ` and its text.
    """
    if reading.query is None:
        assert reading.clarification or reading.problem
        asked = reading.clarification.question if reading.clarification else ""
        return f"{reading.problem or 'ask'}: {asked}"
    return outline_of(reading.query)


def outline_of(query: SemanticQuery) -> str:
    parts = [query.table if query.kind == "aggregate" else f"records of {query.table}"]
    if query.measures:
        parts.append(", ".join(_measure(m) for m in query.measures))
    if query.dimensions:
        by = ", ".join(d.column or str(d.grain) for d in query.dimensions)
        parts.append(f"by {by}")
    if query.filters:
        parts.append("where " + " and ".join(_filter(f) for f in query.filters))
    if query.time:
        parts.append(_window(query.time))
    if query.comparison:
        against = query.comparison.window
        parts.append("vs " + (_window(against) if against else "all but its filter"))
    if query.having:
        parts.append("having " + " and ".join(_having(h) for h in query.having))
    if query.limit is not None:
        order = query.order[0]
        side = "top" if order.descending else "bottom"
        parts.append(f"{side} {query.limit}" + (" each" if query.per_group else ""))
    if query.readings != "good":
        parts.append(f"{query.readings} readings")
    if query.anchor:
        anchor = query.anchor
        parts.append(f"{anchor.relation} {anchor.edge} {anchor.table}")
        if anchor.span:
            parts.append(f"span {anchor.span.total_seconds() / 3600:g} h")
    return "; ".join(parts)


def _measure(measure: Measure) -> str:
    name = measure.metric or str(measure.agg)
    inner = [measure.column or "", *(_filter(f) for f in measure.where)]
    if measure.percentile is not None:
        inner.append(f"{measure.percentile:g}")
    if measure.metric is None or any(inner):
        name += "(" + ", ".join(i for i in inner if i) + ")"
    if measure.transform is not Transform.NONE:
        name = f"{measure.transform} {name}"
    if measure.window:
        name += f" over {measure.window}"
    if measure.per:
        name += f" per {measure.per}"
    return name + (f" in {measure.unit}" if measure.unit else "")


def _filter(item: Filter) -> str:
    values = ", ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in item.values)
    return f"{item.column} {item.op} {values}".strip()


def _having(item: Having) -> str:
    values = ", ".join(f"{v:g}" for v in item.values)
    return f"{'change ' if item.on == 'change' else ''}#{item.measure} {item.op} {values}"


def _window(window: TimeWindow) -> str:
    axis = " by production day" if window.axis == "production" else ""
    return f"{_edge(window.start)} .. {_edge(window.end)}{axis}"


def _edge(edge: dt.datetime | None) -> str:
    if edge is None:
        return "-"
    return f"{edge:%m-%d}" if edge.time() == dt.time() else f"{edge:%m-%d %H:%M}"
