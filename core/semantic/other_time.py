"""Steps of time by another time of the rows than the one they go by: closed, by month."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from core.semantic.model import SemanticModel, Table, TimeAxis
from core.semantic.query import Dimension, Filter, Grain, Op, SemanticQuery

_MOMENTS: Final = ("date", "datetime")
_OF_DAYS: Final = (
    Grain.DAY,
    Grain.WEEK,
    Grain.MONTH,
    Grain.QUARTER,
    Grain.YEAR,
    Grain.DAY_OF_WEEK,
    Grain.MONTH_OF_YEAR,
)
_OF_MOMENTS: Final = (*_OF_DAYS, Grain.HOUR, Grain.HOUR_OF_DAY)


def has_steps(table: Table, name: str, grain: Grain) -> bool:
    """Whether a column of the table is a time that can be cut so."""
    column = table.own.get(name)
    if column is None or column.type not in _MOMENTS:
        return False
    return grain in (_OF_MOMENTS if column.type == "datetime" else _OF_DAYS)


def by_column(table: Table, name: str) -> Table:
    """The table as one whose time is that column."""
    date = name if table.columns[name].type == "date" else None
    return replace(table, time=TimeAxis(timestamp=name, date=date), times=())


def other_steps(query: SemanticQuery) -> str | None:
    """The column that the query's steps of time go by, where it is not the table's own time."""
    return next((d.column for d in query.dimensions if d.grain is not None and d.column), None)


def other_time(query: SemanticQuery, model: SemanticModel) -> str | None:
    """The column that a query's times go by, its steps or else its one period, where it is not the
    table's own time: `closed per month`, `closed in May`."""
    if (steps := other_steps(query)) is not None:
        return steps
    table = model.tables[query.table]
    is_own = query.time is not None or any(d.grain is not None for d in query.dimensions)
    if table.time is None or is_own:
        return None
    axis = table.time
    own = {axis.timestamp, axis.date, axis.utc, axis.production_date}
    names = {
        f.column
        for f in query.filters
        if f.op in (Op.GE, Op.LT) and f.column in table.own and f.column not in own
        and table.columns[f.column].type in _MOMENTS
    }  # fmt: skip
    return names.pop() if len(names) == 1 else None


def on_other_time(query: SemanticQuery, name: str, model: SemanticModel) -> SemanticQuery:
    """The query with all its times by that column: its steps, and a window as a condition on it in
    place of one that was there. Rows without such a time are in no step and in no window."""
    column = model.tables[query.table].columns[name]
    dimensions = tuple(
        Dimension(column=name, grain=d.grain) if d.grain is not None else d
        for d in query.dimensions
    )
    filters = list(query.filters)
    if query.time is not None:
        filters = [f for f in filters if f.column != name or f.op is Op.NOT_NULL]
        for op, edge in ((Op.GE, query.time.start), (Op.LT, query.time.end)):
            if edge is not None:
                value: dt.date = edge.date() if column.type == "date" else edge
                filters.append(Filter(name, op, (value,), phrase=query.time.phrase))
    if not any(f.column == name for f in filters):
        filters.append(Filter(name, Op.NOT_NULL))
    return query.with_(dimensions=dimensions, filters=tuple(filters), time=None)
