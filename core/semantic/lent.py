"""Which times of a query are those of another table: windows and steps of a table that has no time
of its own (`ways`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.semantic.compile.figures import tables_of
from core.semantic.model import SemanticModel, Table
from core.semantic.phrases import listed
from core.semantic.query import Agg, Measure, SemanticQuery
from core.semantic.said import said

_BY_TIME = (Agg.LATEST, Agg.FIRST_TIME, Agg.LAST_TIME)


@dataclass(frozen=True, slots=True)
class LentTime:
    """A table, the one whose time it has, and what that time is called."""

    table: Table
    lender: Table
    label: str


def lent_times(query: SemanticQuery, model: SemanticModel) -> tuple[LentTime, ...]:
    """Of each table that a query reads by a time that is not its own; none where it asks for no
    time."""
    spoken = said(model)
    names = dict.fromkeys(
        name
        for measure in query.measures or (None,)
        for name in (tables_of(measure, query.table, model) if measure else (query.table,))
        if _is_timed(query, measure)
    )
    found = []
    for name in names:
        table = spoken.tables[name]
        if table.time is not None and table.time.lender is not None:
            lender = spoken.tables[table.time.lender]
            found.append(LentTime(table, lender, table.columns[table.time.timestamp].label))
    return tuple(found)


def listed_for(
    query: SemanticQuery, model: SemanticModel, visible: Mapping[str, frozenset[str]]
) -> SemanticQuery:
    """A list of rows without the time that another table would give them, where the person may not
    see that and has not asked for it. visible: names of columns, by table."""
    time = model.tables[query.table].time
    if query.kind != "records" or time is None or not time.via or query.time is not None:
        return query
    if time.timestamp in visible.get(query.table, frozenset()):
        return query
    return query.with_(
        fields=tuple(f for f in query.fields if f != time.timestamp),
        order=tuple(o for o in query.order if o.column != time.timestamp),
    )


def lenders_of(query: SemanticQuery, model: SemanticModel) -> str:
    """The tables whose times count, in words; empty where each table's own does."""
    return listed(list(dict.fromkeys(one.lender.label for one in lent_times(query, model))))


def _is_timed(query: SemanticQuery, measure: Measure | None) -> bool:
    """Whether any time counts: a window, a step, an order by time."""
    window, comparison = query.time, query.comparison
    is_held = window is not None and not (window.start is None and window.end is None)
    is_compared = comparison is not None and comparison.kind == "window"
    is_stepped = any(d.grain is not None for d in query.dimensions)
    is_by_time = measure is not None and (measure.per is not None or measure.agg in _BY_TIME)
    is_listed = measure is None and query.kind == "records"
    return is_held or is_compared or is_stepped or is_by_time or is_listed or bool(query.anchor)
