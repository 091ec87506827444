"""The spots of a pair whose SQL says what a SemanticQuery says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core.errors import UserFixable
from core.semantic.compile import compile_query
from core.semantic.model import SemanticModel
from core.semantic.query import (
    Filter,
    Having,
    Measure,
    Op,
    Scalar,
    SemanticQuery,
    TimeWindow,
)
from core.verified.spots import Content, Filled, Spot

_EDGES = {Op.GE: "start", Op.GT: "start", Op.LT: "end", Op.LE: "end"}
_LISTS = {Op.EQ: False, Op.IN: False, Op.NE: True, Op.NOT_IN: True}
_DAY = dt.timedelta(days=1)

#: Writes one content into a query.
Write = Callable[[SemanticQuery, Content], SemanticQuery]
_Found = list[tuple[Spot, Write]]


@dataclass(frozen=True)
class PlanBody:
    """A query as a value. Filters stand in one order, so that two queries of one shape have their
    spots in the same places."""

    query: SemanticQuery
    model: SemanticModel
    spots: tuple[Spot, ...]
    writers: tuple[Write, ...]
    numbers: frozenset[float]
    texts: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, query: SemanticQuery, model: SemanticModel) -> PlanBody:
        """The spots of a canonical query."""
        query = query.with_(filters=tuple(sorted(query.filters, key=_rank)))
        found: _Found = []
        columns = _column_units(model)
        for index, condition in enumerate(query.filters):
            found += _of_filter(condition, columns, _at_filter(index))
        for index, measure in enumerate(query.measures):
            for place, condition in enumerate(measure.where):
                found += _of_filter(condition, columns, _at_measure(index, place))
        found += _of_window(query.time, "time")
        if query.comparison is not None:
            found += _of_window(query.comparison.window, "comparison")
        for index, having in enumerate(query.having):
            unit = _unit_of(query.measures[having.measure], model, columns)
            found += [
                (Spot("number", number=v, role="compared", unit=unit), _at_having(index, k))
                for k, v in enumerate(having.values)
            ]
        if query.limit is not None:
            found.append((Spot("number", number=float(query.limit), role="limit"), _at_limit))
        widths = {float(m.window) for m in query.measures if m.window is not None}
        spots, writers = tuple(s for s, _ in found), tuple(w for _, w in found)
        return cls(query, model, spots, writers, frozenset(widths))

    def write(self, contents: Mapping[int, Content]) -> Filled | None:
        """As Body says."""
        query = self.query
        for index, content in contents.items():
            query = self.writers[index](query, content)
        try:
            return Filled(compile_query(query, self.model), query)
        except (UserFixable, ValueError):
            return None


def _rank(condition: Filter) -> tuple[str, str, str]:
    op = condition.op
    sign = {Op.IN: "=", Op.NOT_IN: "!="}.get(op, op.value)
    return condition.column, sign, "" if op in _LISTS else str(condition.values)


def _column_units(model: SemanticModel) -> dict[str, str | None]:
    return {
        column.name: column.unit
        for table in model.tables.values()
        for column in table.columns.values()
    }


def _unit_of(
    measure: Measure, model: SemanticModel, columns: Mapping[str, str | None]
) -> str | None:
    if measure.metric is not None:
        metric = model.metrics[measure.metric]
        return "%" if metric.display == "percent" else metric.unit
    return columns.get(measure.column or "")


# -- what stands where ---------------------------------------------------------------------------


def _of_filter(
    condition: Filter,
    columns: Mapping[str, str | None],
    put: Callable[[Callable[[Filter], Filter]], Callable[[SemanticQuery], SemanticQuery]],
) -> _Found:
    def writing(change: Callable[[Filter, Content], Filter]) -> Write:
        def write(query: SemanticQuery, content: Content) -> SemanticQuery:
            return put(lambda f: change(f, content))(query)

        return write

    values = condition.values
    negated = _LISTS.get(condition.op)
    if negated is not None and values and all(isinstance(v, str) for v in values):
        texts = tuple(str(v) for v in values)
        return [(Spot("values", condition.column, texts, negated), writing(_with_texts))]
    found: _Found = []
    for place, value in enumerate(values):
        moment = _moment(value)
        if moment is not None:
            spot = _moment_spot(condition, value, moment, place)
            found.append((spot, writing(_with_value(place, isinstance(value, dt.datetime)))))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            if condition.column.startswith("@"):
                continue
            unit = columns.get(condition.column)
            number = Spot("number", condition.column, number=value, role="compared", unit=unit)
            found.append((number, writing(_with_value(place, has_time=False))))
    return found


def _moment_spot(condition: Filter, value: Scalar, moment: dt.datetime, place: int) -> Spot:
    is_date = not isinstance(value, dt.datetime)
    edge = _EDGES.get(condition.op, "any")
    if condition.op is Op.BETWEEN:
        edge = "end" if place else "start"
    elif condition.op is Op.EQ and is_date:
        edge = "day"
    behind = _DAY if is_date and (edge == "end" and condition.op is not Op.LT) else dt.timedelta(0)
    if is_date and condition.op is Op.GT:
        behind = _DAY
    if edge == "end" and moment.time() == dt.time(23, 59, 59):
        behind = dt.timedelta(seconds=1)
    return Spot(
        "moment",
        condition.column,
        moment=moment,
        edge="start"
        if edge == "start"
        else "end"
        if edge == "end"
        else "day"
        if edge == "day"
        else "any",
        behind=behind,
        is_date=is_date,
    )


def _of_window(window: TimeWindow | None, field: str) -> _Found:
    if window is None:
        return []
    found: _Found = []
    if window.start is not None:
        found.append((Spot("moment", moment=window.start, edge="start"), _at_edge(field, "start")))
    if window.end is not None:
        found.append((Spot("moment", moment=window.end, edge="end"), _at_edge(field, "end")))
    return found


def _moment(value: Scalar) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value
    return dt.datetime.combine(value, dt.time()) if isinstance(value, dt.date) else None


# -- writing -------------------------------------------------------------------------------------


def _with_texts(condition: Filter, content: Content) -> Filter:
    assert isinstance(content, tuple)
    negated = _LISTS[condition.op]
    if len(content) == 1:
        return replace(condition, op=Op.NE if negated else Op.EQ, values=content)
    return replace(condition, op=Op.NOT_IN if negated else Op.IN, values=content)


def _with_value(place: int, has_time: bool) -> Callable[[Filter, Content], Filter]:
    def change(condition: Filter, content: Content) -> Filter:
        assert not isinstance(content, tuple)
        value: Scalar = content
        if isinstance(content, dt.datetime) and not has_time:
            value = content.date()
        values = (*condition.values[:place], value, *condition.values[place + 1 :])
        return replace(condition, values=values)

    return change


def _at_filter(
    index: int,
) -> Callable[[Callable[[Filter], Filter]], Callable[[SemanticQuery], SemanticQuery]]:
    def put(change: Callable[[Filter], Filter]) -> Callable[[SemanticQuery], SemanticQuery]:
        def write(query: SemanticQuery) -> SemanticQuery:
            return query.with_(filters=_changed(query.filters, index, change))

        return write

    return put


def _at_measure(
    index: int, place: int
) -> Callable[[Callable[[Filter], Filter]], Callable[[SemanticQuery], SemanticQuery]]:
    def put(change: Callable[[Filter], Filter]) -> Callable[[SemanticQuery], SemanticQuery]:
        def write(query: SemanticQuery) -> SemanticQuery:
            measure = query.measures[index]
            measure = replace(measure, where=_changed(measure.where, place, change))
            measures = (*query.measures[:index], measure, *query.measures[index + 1 :])
            return query.with_(measures=measures)

        return write

    return put


def _changed(
    filters: tuple[Filter, ...], index: int, change: Callable[[Filter], Filter]
) -> tuple[Filter, ...]:
    return (*filters[:index], change(filters[index]), *filters[index + 1 :])


def _at_edge(field: str, edge: str) -> Write:
    def write(query: SemanticQuery, content: Content) -> SemanticQuery:
        assert isinstance(content, dt.datetime)
        compared = query.comparison.window if query.comparison is not None else None
        window = query.time if field == "time" else compared
        assert window is not None
        window = replace(window, start=content) if edge == "start" else replace(window, end=content)
        if field == "time":
            return query.with_(time=window)
        assert query.comparison is not None
        return query.with_(comparison=replace(query.comparison, window=window))

    return write


def _at_having(index: int, place: int) -> Write:
    def write(query: SemanticQuery, content: Content) -> SemanticQuery:
        assert isinstance(content, int | float)
        having: Having = query.having[index]
        values = (*having.values[:place], float(content), *having.values[place + 1 :])
        having = replace(having, values=values)
        return query.with_(having=(*query.having[:index], having, *query.having[index + 1 :]))

    return write


def _at_limit(query: SemanticQuery, content: Content) -> SemanticQuery:
    assert isinstance(content, int | float)
    return query.with_(limit=int(content))
