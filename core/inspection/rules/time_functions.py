"""Rules about how a condition is put to a time column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from core.inspection.rule import Edit, Hit, Rule, Twin, removed, shown
from core.inspection.rules.time_filters import time_filter
from core.semantic.model import Column, Table
from core.statement.calendar import day_after, is_date_only, literal_of, moment_of
from core.statement.reach import (
    COMPARISONS,
    axis_columns,
    conditions_of,
    has_recurring,
    partition_column,
)
from core.statement.scopes import Scope, Source, Statement
from core.statement.spans import Span, span_of
from core.statement.trees import bare, columns_in, conjuncts

_MIDNIGHT = dt.time(0)
_DEEPEST = 12
_CONDITIONS = (*COMPARISONS, exp.Between, exp.In, exp.Like)


def function_on_time(statement: Statement) -> Iterator[Hit]:
    """A function around a time column in a condition, so that no partition is skipped."""
    for scope in statement.scopes:
        chains = _chains(scope)
        for chain in chains:
            for condition in chain:
                column = _wrapped_axis(condition, scope)
                if column is None or _is_pruned(chain, column, scope):
                    continue
                yield _wrapped_hit(condition, chain, column, scope, statement)


def _wrapped_hit(
    condition: exp.Expr,
    chain: list[exp.Expr],
    column: exp.Column,
    scope: Scope,
    statement: Statement,
) -> Hit:
    origin = scope.origin(column)
    assert origin is not None
    whole = _with_parts(condition, chain)
    fix, edit = "", None
    if whole is not None:
        new = _range(whole.span, scope)
        if new is not None:
            fix = "Compare the column itself: the same rows"
            edit = _put(condition, new, whole.parts)
    owner = scope.owner(column)
    if edit is None and owner is not None:
        fix, edit = _week_beside(statement, scope, owner, origin.table)
    is_text = isinstance(condition, exp.Like)
    how = "is compared as a text" if is_text else "stands inside a function"
    return Hit(
        condition,
        f"{shown(column)} {how} here. StarRocks then works it out for every "
        f"row of {origin.table.name} and skips no partition; a range on the column itself opens "
        "only the days that are asked for.",
        fix=fix,
        edit=edit,
    )


def _week_beside(
    statement: Statement, scope: Scope, source: Source, table: Table
) -> tuple[str, Edit | None]:
    """The last full week by the date of the partitions, beside a condition that stays: where the
    table itself is read, which may be in a subquery or step."""
    edits: list[Edit] = []
    label = ""
    for reader, read in _readings(scope, source, table, 0):
        label, edit = time_filter(statement, reader, read)
        if edit is not None:
            edits.append(edit)
    if not edits:
        return "", None

    def all_of_them(twin: Twin) -> None:
        for edit in edits:
            edit(twin)

    return f"{label}, beside the function", all_of_them


def _readings(scope: Scope, source: Source, table: Table, depth: int) -> list[tuple[Scope, Source]]:
    """The SELECTs behind a source that read a table and do not hold its partitions, each with the
    table as it is there."""
    if source.table is table:
        return [] if _holds_partitions(scope, source, table) else [(scope, source)]
    if depth > _DEEPEST:
        return []
    inner = [(arm, each) for arm in source.arms for each in arm.sources.values()]
    return [found for arm, each in inner for found in _readings(arm, each, table, depth + 1)]


def _holds_partitions(scope: Scope, source: Source, table: Table) -> bool:
    """Whether a condition that the source's rows have to meet is on the date of its partitions."""
    key = partition_column(table)
    return key is not None and any(
        _is_on(condition, key.name, source, scope)
        for condition, allowed in conditions_of(scope)
        if source.name.casefold() in allowed
    )


def _is_on(condition: exp.Expr, name: str, source: Source, scope: Scope) -> bool:
    node = bare(condition.this) if isinstance(condition, _CONDITIONS) else None
    if not isinstance(node, exp.Column) or node.name.casefold() != name.casefold():
        return False
    return not isinstance(condition, exp.Like) and scope.owner(node) is source


def _put(condition: exp.Expr, new: exp.Expr, parts: list[exp.Expr]) -> Edit:
    def edit(twin: Twin) -> None:
        for part in parts:
            removed(part, twin)
        place = twin(condition)
        inside = place.parent
        is_free = isinstance(new, exp.And) and not isinstance(inside, exp.And | exp.Where)
        place.replace(exp.Paren(this=new.copy()) if is_free else new.copy())

    return edit


@dataclass(frozen=True, slots=True)
class _Whole:
    """A stretch of time and the further conditions of the chain that it takes in."""

    span: Span
    parts: list[exp.Expr]


def _with_parts(condition: exp.Expr, chain: list[exp.Expr]) -> _Whole | None:
    """A condition with those beside it that narrow it: a year with its months or quarters."""
    span = span_of(condition)
    if span is None:
        return None
    is_year = isinstance(bare(condition.this), exp.Year | exp.Extract)
    start = span.start
    if not is_year or start is None or span.end != start.replace(year=start.year + 1):
        return _Whole(span, [])
    for kind, size in ((exp.Month, 1), (exp.Quarter, 3)):
        beside = [c for c in chain if _is_part(c, kind, span.column)]
        numbers = _numbers(beside[0]) if len(beside) == 1 else None
        if numbers and 1 <= numbers[0] <= numbers[1] <= 12 // size:
            first, last = (numbers[0] - 1) * size, numbers[1] * size
            year = start.year
            end = dt.datetime(year + last // 12, last % 12 + 1, 1)
            return _Whole(Span(span.column, dt.datetime(year, first + 1, 1), end), beside)
    return _Whole(span, [])


def _is_part(condition: exp.Expr, kind: type[exp.Expr], column: exp.Column) -> bool:
    node = bare(condition.this) if isinstance(condition.this, exp.Expr) else None
    return isinstance(node, kind) and bare(node.this) == column


def _numbers(condition: exp.Expr) -> tuple[int, int] | None:
    """First and last of the whole numbers that a condition allows, without a gap."""
    if isinstance(condition, exp.EQ):
        nodes = [condition.expression]
    elif isinstance(condition, exp.Between):
        low, high = condition.args["low"], condition.args["high"]
        if low.name.isdecimal() and high.name.isdecimal():
            return int(low.name), int(high.name)
        return None
    elif isinstance(condition, exp.In) and condition.expressions:
        nodes = condition.expressions
    else:
        return None
    if not all(isinstance(n, exp.Literal) and n.name.isdecimal() for n in nodes):
        return None
    found = sorted({int(n.name) for n in nodes})
    return (found[0], found[-1]) if found[-1] - found[0] == len(found) - 1 else None


def _range(span: Span, scope: Scope) -> exp.Expr | None:
    """The span as comparisons of the column itself, on the table's date where that is the same."""
    origin = scope.origin(span.column)
    if origin is None:
        return None
    if origin.column.type == "date":
        # A date is its midnight: from noon on is from the next day on.
        start, end = (e and _ceiling(e) for e in (span.start, span.end))
        span = Span(span.column, start, end)
    edges = [e for e in (span.start, span.end) if e is not None]
    whole_days = all(e.time() == _MIDNIGHT for e in edges)
    column, known = span.column, origin.column
    axis, owner = origin.table.own_time, scope.owner(span.column)
    if axis is not None and axis.date and known.name == axis.timestamp and whole_days and owner:
        # The model's own claim: the date is that of the timestamp.
        date = origin.table.columns.get(axis.date)
        if owner.table is not None and date is not None:
            known = date
            column = exp.column(date.name, table=span.column.text("table") or None)
    if known.type == "date" and span.start and span.end == day_after(span.start):
        return exp.EQ(this=column.copy(), expression=literal_of(span.start, known))
    parts: list[exp.Expr] = []
    if span.start is not None:
        parts.append(exp.GTE(this=column.copy(), expression=literal_of(span.start, known)))
    if span.end is not None:
        parts.append(exp.LT(this=column.copy(), expression=literal_of(span.end, known)))
    return parts[0] if len(parts) == 1 else exp.And(this=parts[0], expression=parts[1])


def _chains(scope: Scope) -> list[list[exp.Expr]]:
    """Conditions of WHERE and ON, those that must hold together in one list."""
    chains: list[list[exp.Expr]] = []
    stack = [scope.where, *(j.args.get("on") for j in scope.joins())]
    while stack:
        node = bare(stack.pop())
        if node is None:
            continue
        chain: list[exp.Expr] = []
        for part in conjuncts(node):
            if isinstance(part, exp.Or):
                stack += [part.expression, part.this]
            elif isinstance(part, exp.Not):
                stack.append(part.this)
            elif isinstance(part, _CONDITIONS):
                chain.append(part)
        chains.append(chain)
    return chains


def _wrapped_axis(condition: exp.Expr, scope: Scope) -> exp.Column | None:
    """The column of a time axis that stands inside a function in a condition of its own."""
    columns = columns_in(condition)
    if len(columns) != 1 or condition.find(exp.Query) is not None:
        return None
    column = columns[0]
    origin = scope.origin(column)
    if origin is None or origin.column.name not in axis_columns(origin.table):
        return None
    sides = [condition.this, condition.args.get("expression")]
    if not isinstance(condition, exp.Like) and any(bare(s) is column for s in sides):
        return None
    return None if has_recurring(condition) else column


def _is_pruned(chain: list[exp.Expr], column: exp.Column, scope: Scope) -> bool:
    """Whether another condition beside it holds the partition column of the same table."""
    origin, owner = scope.origin(column), scope.owner(column)
    if origin is None or origin.table.own_time is None:
        return True
    key = origin.table.own_time.date or origin.table.own_time.timestamp
    if owner is None or any(_is_on(c, key, owner, scope) for c in chain):
        return True
    if owner.table is not None:
        return _holds_partitions(scope, owner, origin.table)
    if any(_is_on(c, key, owner, scope) for c in conjuncts(scope.where)):
        return True
    return bool(owner.arms) and not _readings(scope, owner, origin.table, 0)


# -- texts against dates and moments ---------------------------------------------------------------


def ends_at_midnight(statement: Statement) -> Iterator[Hit]:
    """A moment compared with a bare date, which means that day's midnight."""
    for scope in statement.scopes:
        for condition in _leaves(scope):
            known, edge = _bare_date_edge(condition, scope)
            if known is None or edge is None:
                continue
            day = moment_of(edge)
            assert day is not None
            new = _whole_day(condition, known, day)
            what = "equals" if isinstance(condition, exp.EQ) else "ends at"
            yield Hit(
                condition,
                f"{known.name} is a moment, so this {what} midnight at the start of "
                f"{day:%Y-%m-%d}: the rest of that day is left out.",
                fix=f"Take in the whole of {day:%Y-%m-%d}",
                edit=_put(condition, new, []),
            )


def _leaves(scope: Scope) -> list[exp.Expr]:
    return [condition for chain in _chains(scope) for condition in chain]


def _bare_date_edge(condition: exp.Expr, scope: Scope) -> tuple[Column | None, exp.Expr | None]:
    """(datetime column, date literal that closes it)."""
    origin = scope.origin(condition.this)
    if origin is None or origin.column.type != "datetime":
        return None, None
    edge = None
    if isinstance(condition, exp.Between):
        edge = condition.args["high"]
    elif isinstance(condition, exp.LTE | exp.EQ):
        edge = condition.expression
    return (origin.column, edge) if is_date_only(edge) else (None, None)


def _whole_day(condition: exp.Expr, known: Column, day: dt.datetime) -> exp.Expr:
    column = condition.this
    below = exp.LT(this=column.copy(), expression=literal_of(day_after(day), known))
    if isinstance(condition, exp.LTE):
        return below
    low: exp.Expr = literal_of(day, known)
    if isinstance(condition, exp.Between):
        low = condition.args["low"].copy()
    return exp.And(this=exp.GTE(this=column.copy(), expression=low), expression=below)


def date_with_time(statement: Statement) -> Iterator[Hit]:
    """A date compared with a text that has a time of day."""
    for scope in statement.scopes:
        for condition in _leaves(scope):
            origin = scope.origin(condition.this)
            if origin is None or origin.column.type != "date":
                continue
            edges = _timed_edges(condition)
            if not edges:
                continue
            new = _on_days(condition, origin.column)
            never = isinstance(condition, exp.EQ) and new is None
            yield Hit(
                condition,
                f"{origin.column.name} is a date and is compared with a time of day. StarRocks "
                "compares both as moments, the date as its midnight, "
                + ("so this is never true." if never else "which reads as if hours counted."),
                is_warning=never,
                fix="" if new is None else "Compare with whole days: the same rows",
                edit=None if new is None else _put(condition, new, []),
            )


def _timed_edges(condition: exp.Expr) -> list[exp.Expr]:
    edges = [condition.args.get(k) for k in ("expression", "low", "high")]
    return [e for e in edges if isinstance(e, exp.Expr) and moment_of(e) and not is_date_only(e)]


def _on_days(condition: exp.Expr, known: Column) -> exp.Expr | None:
    """The same condition with dates: `d < 'day 12:00'` is `d < the day after`."""
    column = condition.this
    if isinstance(condition, exp.Between):
        low, high = moment_of(condition.args["low"]), moment_of(condition.args["high"])
        if low is None or high is None:
            return None
        first, last = _ceiling(low), high.replace(hour=0, minute=0, second=0, microsecond=0)
        return exp.Between(
            this=column.copy(), low=literal_of(first, known), high=literal_of(last, known)
        )
    at = moment_of(condition.args.get("expression"))
    if at is None:
        return None
    if at.time() == _MIDNIGHT:
        return type(condition)(this=column.copy(), expression=literal_of(at, known))
    if isinstance(condition, exp.GT | exp.GTE):
        return exp.GTE(this=column.copy(), expression=literal_of(day_after(at), known))
    if isinstance(condition, exp.LT | exp.LTE):
        return exp.LT(this=column.copy(), expression=literal_of(day_after(at), known))
    return None


def _ceiling(moment: dt.datetime) -> dt.datetime:
    return moment if moment.time() == _MIDNIGHT else day_after(moment)


RULES = (
    Rule("function_on_time", "A function around the time column", function_on_time),
    Rule("ends_at_midnight", "A moment compared with a bare date", ends_at_midnight),
    Rule("date_with_time", "A date compared with a time of day", date_with_time),
)
