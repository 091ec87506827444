"""Rules about how far back a statement reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlglot import exp

from core.inspection.periods import Kind, kind_of, stretch_of
from core.inspection.rule import Edit, Hit, Rule, Twin, add_condition, both, replaced
from core.inspection.sources import narrowed
from core.semantic.display import format_window
from core.semantic.model import Column, Table
from core.semantic.query import TimeWindow
from core.statement.calendar import day_after, literal_of, moment_of
from core.statement.reach import Reach, partition_column
from core.statement.scopes import Scope, Source, Statement
from core.statement.trees import aggregates_in, bare, conjuncts

_WEEK = dt.timedelta(days=7)
_DAY = dt.timedelta(days=1)


def no_time_filter(statement: Statement) -> Iterator[Hit]:
    """Tables with a time axis that are read from the beginning."""
    reach = Reach(statement)
    for scope in statement.scopes:
        for source in reach.open_sources(scope):
            table = source.table
            assert table is not None
            axis = partition_column(table)
            if axis is None:
                continue
            kind = kind_of(scope, reach)
            where = f" in {scope.name}" if scope.name else ""
            # Events are few; a table of intervals grows by every asset and every interval.
            is_large = table.own_time is not None and table.own_time.interval_min is not None
            fix, edit = _spanned(statement, scope, source) if kind == "cases" else ("", None)
            if edit is None:
                fix, edit = time_filter(statement, scope, source)
            yield Hit(
                source.node,
                f"{source.name}{where} is read from its first row to its last: no condition holds "
                f"{axis.name} to a stretch of time. {_OUTCOMES[kind]}",
                is_warning=is_large and kind in ("figures", "rows", "cases"),
                fix=fix,
                edit=edit,
            )


_OUTCOMES: dict[Kind, str] = {
    "figures": "It reads more every day, and each figure mixes all periods.",
    "rows": "It reads more every day, and every row since the first comes back.",
    "cases": "The figures take their own stretches of time, and still every row is read for them: "
    "a window around them in WHERE leaves the others out.",
    "periods": "It reads more every day, and gives every period since the first.",
    "some": "It reads more every day, for an answer that stays as small.",
}


def _spanned(statement: Statement, scope: Scope, source: Source) -> tuple[str, Edit | None]:
    """A window around what the figures take by themselves."""
    stretch = stretch_of(scope, source)
    if stretch is None or source.table is None:
        return "", None
    known = source.table.columns[stretch.name]
    column = column_of(source, stretch.name, scope)
    condition = half_open(column, known, stretch.start, stretch.end)
    edit = held_to(statement, scope, source, condition)
    words = format_window(TimeWindow(stretch.start, stretch.end))
    # Rows that an outer join fills up may come or go with what is read.
    is_exact = stretch.is_exact and not scope.joins()
    label = f"Read only {words}" + (": the same figures" if is_exact else "")
    return (label, edit) if edit is not None else ("", None)


def time_filter(statement: Statement, scope: Scope, source: Source) -> tuple[str, Edit | None]:
    """A label and an edit that hold a source to the last full week before the data's end."""
    window = last_week(statement, source.table)
    axis = partition_column(source.table) if source.table is not None else None
    if window is None or axis is None:
        return "", None
    start, end = window
    condition = half_open(column_of(source, axis.name, scope), axis, start, end)
    edit = held_to(statement, scope, source, condition)
    label = f"Only the last full week, {format_window(TimeWindow(start, end))}"
    return (label, edit) if edit is not None else ("", None)


def held_to(statement: Statement, scope: Scope, source: Source, condition: exp.Expr) -> Edit | None:
    """An edit that takes only some rows of a source, before any outer join fills them up: in
    WHERE, in ON, or in a subquery in its place."""
    if not source.is_nullable:

        def in_where(twin: Twin) -> None:
            add_condition(twin(scope.select), condition)

        return in_where
    join = source.join
    if join is None or join.side.upper() != "LEFT":
        # The earlier side of a RIGHT JOIN: its condition stands with that join.
        joins = [j for j in scope.joins() if j.side.upper() in ("RIGHT", "FULL")]
        join = joins[-1] if joins and joins[-1].side.upper() == "RIGHT" else None
    if join is None or not join.args.get("on"):
        return narrowed(scope, source, condition, statement.visible)
    held = join

    def in_on(twin: Twin) -> None:
        copy = twin(held)
        copy.set("on", both(copy.args["on"], condition))

    return in_on


def last_week(statement: Statement, table: Table | None) -> tuple[dt.datetime, dt.datetime] | None:
    """The last full week that the data hold, None when their end is not known."""
    if statement.last is None:
        return None
    length = (
        table.own_time.interval_min if table is not None and table.own_time is not None else None
    )
    end = statement.last + dt.timedelta(minutes=length or 0)
    day = end.replace(hour=0, minute=0, second=0, microsecond=0)
    end = day - ((day.isoweekday() - statement.model.week_start) % 7) * _DAY
    return end - _WEEK, end


def half_open(
    column: exp.Expr, known: Column, start: dt.datetime | None, end: dt.datetime | None
) -> exp.Expr:
    """`column >= start AND column < end`; one of them may be None, for a side that is open."""
    above = exp.GTE(this=column.copy(), expression=literal_of(start, known)) if start else None
    below = exp.LT(this=column.copy(), expression=literal_of(end, known)) if end else None
    if above is None or below is None:
        one = above or below
        assert one is not None, "a stretch that is open on both sides holds nothing"
        return one
    return exp.And(this=above, expression=below)


def column_of(source: Source, name: str, scope: Scope) -> exp.Column:
    """A source's column, qualified where the SELECT reads several."""
    return exp.column(name, table=source.name if len(scope.sources) > 1 else None)


def time_without_partition(statement: Statement) -> Iterator[Hit]:
    """A window on the timestamp without the dates that partitions are pruned by."""
    for scope in statement.scopes:
        for source in scope.sources.values():
            axis = source.table.own_time if source.table is not None else None
            if axis is None or axis.date is None or axis.date == axis.timestamp:
                continue
            edges = _edges(scope, source, axis.timestamp)
            if not edges or _mentions(scope, source, axis.date):
                continue
            assert source.table is not None
            date = source.table.columns[axis.date]
            conditions = [_date_edge(op, at, column_of(source, axis.date, scope), date)
                          for op, at, _ in edges]  # fmt: skip
            condition = conditions[0]
            for more in conditions[1:]:
                condition = exp.And(this=condition, expression=more)
            yield Hit(
                edges[0][2],
                f"The window is on {axis.timestamp} alone. Partitions of {source.name} are skipped "
                f"by {axis.date}: with the dates of the window beside it, only those days are "
                "opened.",
                is_warning=False,
                fix=f"Add the dates on {axis.date}: the same rows",
                edit=held_to(statement, scope, source, condition),
            )


_FLIPPED = {"GT": "LT", "GTE": "LTE", "LT": "GT", "LTE": "GTE", "EQ": "EQ"}


def _edges(scope: Scope, source: Source, name: str) -> list[tuple[str, dt.datetime, exp.Expr]]:
    """(operator, moment, condition) of each comparison of a column with a literal moment."""
    found: list[tuple[str, dt.datetime, exp.Expr]] = []
    for condition in conjuncts(scope.where):
        if isinstance(condition, exp.Between):
            sides = [("GTE", condition.this, condition.args["low"])]
            sides.append(("LTE", condition.this, condition.args["high"]))
        elif isinstance(condition, exp.GT | exp.GTE | exp.LT | exp.LTE | exp.EQ):
            op = type(condition).__name__
            sides = [(op, condition.this, condition.expression)]
            sides.append((_FLIPPED[op], condition.expression, condition.this))
        else:
            continue
        for op, left, right in sides:
            at = moment_of(right)
            if at is not None and is_column(left, name, source, scope):
                found.append((op, at, condition))
    return found


def is_column(node: exp.Expr, name: str, source: Source, scope: Scope) -> bool:
    """Whether it is that column of that source, plain."""
    node = bare(node) or node
    if not isinstance(node, exp.Column) or node.name.casefold() != name.casefold():
        return False
    return scope.owner(node) is source


def _mentions(scope: Scope, source: Source, name: str) -> bool:
    """Whether any condition of the SELECT is on the column."""
    parts = [scope.where, *(j.args.get("on") for j in scope.joins())]
    return any(
        is_column(c, name, source, scope)
        for part in parts
        if part is not None
        for c in part.find_all(exp.Column)
    )


def _date_edge(op: str, at: dt.datetime, column: exp.Expr, known: Column) -> exp.Expr:
    """The widest condition on the date that follows from one on the moment."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if op == "EQ":
        return exp.EQ(this=column, expression=literal_of(day, known))
    if op in ("GT", "GTE"):
        return exp.GTE(this=column, expression=literal_of(day, known))
    end = day if op == "LT" and at == day else day_after(day)
    return exp.LT(this=column, expression=literal_of(end, known))


def wide_distinct(statement: Statement) -> Iterator[Hit]:
    """DISTINCT over columns of many values, over all time and without a LIMIT."""
    reach = Reach(statement)
    for scope in statement.scopes:
        open_sources = reach.open_sources(scope)
        if not open_sources:
            continue
        for node, expressions in _distincts(scope):
            many = _many_valued(expressions, scope, open_sources)
            if not many:
                continue
            source, column = many
            fix, edit = time_filter(statement, scope, source)
            if edit is None:
                fix, edit = _approximate(node)
            yield Hit(
                node,
                f"{column.name} has nearly a value of its own in each row of {source.name}, and "
                "no condition holds the time: all its values are kept in memory at once to tell "
                "which differ.",
                fix=fix,
                edit=edit,
            )


def _approximate(node: exp.Expr) -> tuple[str, Edit | None]:
    """Where only the number of different values is asked for, an estimate of it."""
    inside = node.this if isinstance(node, exp.Count) else None
    if not isinstance(inside, exp.Distinct) or len(inside.expressions) != 1:
        return "", None
    counted = exp.ApproxDistinct(this=inside.expressions[0].copy())
    return "Estimate how many differ, in little memory", replaced(node, counted)


def _distincts(scope: Scope) -> Iterator[tuple[exp.Expr, list[exp.Expr]]]:
    if scope.select.args.get("distinct") and not scope.select.args.get("limit"):
        yield scope.select, [v for _, v in scope.items()]
    for item in scope.select.expressions:
        for call in aggregates_in(item):
            if isinstance(call, exp.Count) and isinstance(call.this, exp.Distinct):
                yield call, list(call.this.expressions)


def _many_valued(
    expressions: list[exp.Expr], scope: Scope, sources: list[Source]
) -> tuple[Source, Column] | None:
    for node in expressions:
        origin = scope.origin(node)
        plain = bare(node)
        owner = scope.owner(plain) if isinstance(plain, exp.Column) else None
        if origin is None or owner is None or not any(owner is s for s in sources):
            continue
        column = origin.column
        is_number = column.role == "measure" and column.type == "double"
        if is_number or column.role == "text" or column.type == "datetime":
            return owner, column
    return None


RULES = (
    Rule("no_time_filter", "A table is read over all time", no_time_filter),
    Rule("time_without_partition", "A window without its dates", time_without_partition),
    Rule("wide_distinct", "DISTINCT over nearly every row", wide_distinct),
)
