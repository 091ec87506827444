"""What a statement reads of each table: for which time, under which plain conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from sqlglot import exp

from core.semantic.model import Table
from core.semantic.query import Filter, TimeWindow
from core.semantic.recognise.conditions import read_where
from core.statement.calendar import literal_of
from core.statement.reach import Reach, axis_columns, conditions_of
from core.statement.scopes import Scope, Source, Statement
from core.statement.spans import span_of
from core.statement.trees import bare, columns_in, limit_of

_FLIPPED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE, exp.EQ: exp.EQ,
}  # fmt: skip
#: How deep a window is looked for through queries that hand their rows on.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Read:
    """One read of a table. window: of all rows that it can give, None for all times. filters: what
    holds for each of them. is_partial: other conditions leave fewer rows, so that these are a
    superset of the rows that are used. is_aside: only compared with, in a subquery. is_tied: its
    time is set against that of another table, and bounded by nothing else."""

    table: Table
    window: TimeWindow | None = None
    filters: tuple[Filter, ...] = ()
    is_partial: bool = False
    is_aside: bool = False
    is_tied: bool = False


def reads_of(statement: Statement) -> tuple[Read, ...]:
    """Each read of a table of the model, those that are only compared with last. A condition that
    asks for either of two windows gives a read for each of them."""
    reach = Reach(statement)
    found = [
        read
        for scope in statement.scopes
        for source in scope.sources.values()
        if source.table is not None
        for read in _reads(scope, source, source.table, reach)
    ]
    return tuple(sorted(found, key=lambda read: read.is_aside))


def later_windows(statement: Statement) -> tuple[TimeWindow, ...]:
    """Windows that SELECTs over other SELECTs put on a date that comes from a table unchanged,
    though more is read: the answer's rows are of these."""
    read = {one.window for one in reads_of(statement)}
    found: list[TimeWindow] = []
    for scope in statement.scopes:
        for source in scope.sources.values():
            window = _window_over(scope, source) if source.arms else None
            if window is not None and window not in read and window not in found:
                found.append(window)
    return tuple(found)


def _reads(scope: Scope, source: Source, table: Table, reach: Reach) -> Iterator[Read]:
    own, others = _conditions(scope, source)
    said = read_where(_all(own), table, None)
    is_partial = bool(said.rest) or others or said.is_bad
    first = Read(table, said.time, tuple(said.filters), is_partial, _is_aside(scope))
    if said.time is None and said.other_time is None:
        for window in _carried_down(scope, reach, 0) or (None,):
            is_tied = window is None and _is_tied(scope, source, table)
            yield replace(first, window=window, is_tied=is_tied)
        return
    yield first
    if said.other_time is not None:
        yield replace(first, window=said.other_time)


def _carried_down(scope: Scope, reach: Reach, depth: int) -> tuple[TimeWindow, ...]:
    """The windows that all SELECTs over this one put on its rows, where an engine may as well put
    them here: it neither counts its rows nor looks from one to another. None of them otherwise."""
    readers = reach.readers(scope)
    is_fixed = limit_of(scope.select) is not None or scope.select.find(exp.Window) is not None
    if not readers or is_fixed or depth > _DEEPEST:
        return ()
    found: list[TimeWindow] = []
    for reader, source in readers:
        window = _window_over(reader, source)
        more = (window,) if window is not None else _carried_down(reader, reach, depth + 1)
        if not more:
            return ()
        found += [one for one in more if one not in found]
    return tuple(found)


def _is_tied(scope: Scope, source: Source, table: Table) -> bool:
    axis = axis_columns(table)
    for condition, _ in conditions_of(scope):
        owners = {_key(scope.owner(c)) for c in columns_in(condition)}
        mine = [c for c in columns_in(condition) if scope.owner(c) is source]
        if len(owners) > 1 and any(c.name.casefold() in axis for c in mine):
            return True
    return False


def _is_aside(scope: Scope) -> bool:
    return scope.place == "subquery" or scope.outer is not None


def _conditions(scope: Scope, source: Source) -> tuple[list[exp.Expr], bool]:
    """Conditions on the source's columns alone, and whether there are others that choose among
    its rows. A condition of a join that ties two tables chooses none."""
    key = source.name.casefold()
    own: list[exp.Expr] = []
    has_others = False
    where = scope.where
    for condition, allowed in conditions_of(scope):
        owners = {_key(scope.owner(c)) for c in columns_in(condition)}
        if key not in owners or key not in allowed:
            continue
        if owners == {key} and not any(isinstance(n, exp.Query) for n in condition.walk()):
            own.append(_plain(condition, scope))
        elif where is not None and _stands_in(condition, where):
            has_others = True
    return own, has_others


def _stands_in(node: exp.Expr, whole: exp.Expr) -> bool:
    at: exp.Expr | None = node
    while at is not None and at is not whole:
        at = at.parent
    return at is whole


def _key(source: Source | None) -> str:
    return source.name.casefold() if source is not None else ""


def _plain(condition: exp.Expr, scope: Scope) -> exp.Expr:
    """The condition, its column first; one on a function of a date or moment as the stretch of
    time it means."""
    flipped = _FLIPPED.get(type(condition))
    if flipped is not None and isinstance(bare(condition.this), exp.Literal):
        sides = {"this": condition.expression.copy(), "expression": condition.this.copy()}
        return _plain(flipped(**sides), scope)
    span = span_of(condition)
    origin = scope.origin(span.column) if span is not None else None
    if span is None or origin is None or origin.column.type not in ("date", "datetime"):
        return condition
    edges: list[exp.Expr] = []
    for kind, at in ((exp.GTE, span.start), (exp.LT, span.end)):
        if at is None:
            continue
        if origin.column.type == "date" and (at.hour or at.minute or at.second):
            return condition
        edges.append(kind(this=span.column.copy(), expression=literal_of(at, origin.column)))
    return _all(edges) or condition


def _all(conditions: Sequence[exp.Expr]) -> exp.Expr | None:
    copies: list[exp.Expr] = [exp.Paren(this=one.copy()) for one in conditions]
    if not copies:
        return None
    return reduce(lambda one, other: exp.And(this=one, expression=other), copies)


def _window_over(scope: Scope, source: Source) -> TimeWindow | None:
    """The window of a SELECT on the rows of another one, on a column that is a table's axis."""
    key = source.name.casefold()
    by_table: dict[str, tuple[Table, list[exp.Expr]]] = {}
    for condition, allowed in conditions_of(scope):
        columns = columns_in(condition)
        if key not in allowed or not columns:
            continue
        if {_key(scope.owner(c)) for c in columns} != {key}:
            continue
        origins = [scope.origin(c) for c in columns]
        tables = {o.table.name for o in origins if o is not None}
        first = origins[0]
        if first is None or None in origins or len(tables) != 1:
            continue
        named = condition.copy()
        for column, origin in zip(columns_in(named), origins, strict=True):
            assert origin is not None
            column.set("this", exp.to_identifier(origin.column.name))
            column.set("table", None)
        by_table.setdefault(first.table.name, (first.table, []))[1].append(named)
    for table, conditions in by_table.values():
        window = read_where(_all(conditions), table, None).time
        if window is not None:
            return window
    return None
