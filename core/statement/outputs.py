"""The columns that a statement gives: what each is, and which of them tell its rows apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from core.semantic.query import Grain
from core.statement.reach import is_axis
from core.statement.scopes import Scope, Statement
from core.statement.trees import bare, columns_in, limit_of
from core.statement.values import Value, Values

_DEEPEST: Final = 8
_RECURRING: Final[dict[type[exp.Expr], Grain]] = {
    exp.Hour: Grain.HOUR_OF_DAY,
    exp.DayOfWeekIso: Grain.DAY_OF_WEEK,
    exp.Month: Grain.MONTH_OF_YEAR,
}
_UNITS: Final = {
    "HOUR": Grain.HOUR,
    "DAY": Grain.DAY,
    "WEEK": Grain.WEEK,
    "MONTH": Grain.MONTH,
    "QUARTER": Grain.QUARTER,
    "YEAR": Grain.YEAR,
}


@dataclass(frozen=True, slots=True)
class Output:
    """One column. name: given by the SELECT list. is_named: its author gave it that name. value:
    what is known of it. is_key: it tells the rows apart; None where rows are listed as they are.
    grain: for a step of time. is_calendar: a part of a date, and no figure."""

    name: str
    is_named: bool
    value: Value
    is_key: bool | None
    grain: Grain | None
    is_calendar: bool


def outputs_of(statement: Statement) -> tuple[Output, ...]:
    """The columns of the whole statement, in order; none for one with a `*` of its own. Of several
    SELECTs put together, what is the same in each."""
    roots = [scope for scope in statement.scopes if scope.place == "root"]
    values = Values(statement.model)
    if not roots or any(item.is_star for scope in roots for item in scope.select.expressions):
        return ()
    first = _outputs(roots[0], values)
    for scope in roots[1:]:
        first = [_common(a, b) for a, b in zip(first, _outputs(scope, values), strict=False)]
    return tuple(first)


def gives_all_groups(statement: Statement, outputs: tuple[Output, ...]) -> bool:
    """Whether there is a row for each group of the rows that are read, told apart by columns of
    its own: one SELECT with groups over a table, or a plain SELECT over that one."""
    roots = [scope for scope in statement.scopes if scope.place == "root"]
    if len(roots) != 1:
        return False
    scope: Scope = roots[0]
    for _ in range(_DEEPEST):
        if len(scope.sources) != 1 or _drops_rows(scope):
            return False
        (source,) = scope.sources.values()
        if scope.group is not None:
            keys = sum(1 for output in outputs if output.is_key)
            return source.table is not None and keys == len(scope.group_keys())
        if scope.where is not None or scope.aggregates() or len(source.arms) != 1:
            return False
        scope = source.arms[0]
    return False


def row_limit(statement: Statement) -> int | None:
    """The number behind the outermost LIMIT, None where there is none."""
    return limit_of(statement.tree)


def is_listing(statement: Statement) -> bool:
    """Whether rows of a table are listed as they are."""
    roots = [scope for scope in statement.scopes if scope.place == "root"]
    return any(_grouped(scope) is None and not scope.aggregates() for scope in roots)


def _drops_rows(scope: Scope) -> bool:
    select = scope.select
    if select.args.get("having") or select.args.get("qualify") or select.args.get("distinct"):
        return True
    return limit_of(select) is not None or bool(select.args.get("offset"))


def _outputs(scope: Scope, values: Values) -> list[Output]:
    grouped = _grouped(scope)
    is_single = grouped is None and bool(scope.aggregates())
    found = []
    for item in scope.select.expressions:
        tree = item.this if isinstance(item, exp.Alias) else item
        is_key = None if grouped is None and not is_single else _is_key(tree, scope, 0)
        grain, is_calendar = _calendar(tree, scope, 0)
        found.append(
            Output(
                item.alias_or_name,
                isinstance(item, exp.Alias),
                values.of(tree, scope),
                is_key,
                grain,
                is_calendar,
            )
        )
    return found


def _grouped(scope: Scope, depth: int = 0) -> Scope | None:
    """The SELECT whose groups the rows are: this one, or the first that it reads."""
    if scope.group is not None:
        return scope
    if scope.aggregates() or depth > _DEEPEST:
        return None
    first = next(iter(scope.sources.values()), None)
    return _grouped(first.arms[0], depth + 1) if first is not None and first.arms else None


def _is_key(tree: exp.Expr, scope: Scope, depth: int) -> bool:
    tree = bare(tree) or tree
    if scope.group is not None:
        return any(tree == (bare(key) or key) for key in scope.group_keys())
    if scope.aggregates() or depth > _DEEPEST:
        return False
    behind = scope.behind(tree)
    return bool(behind) and all(_is_key(item, inner, depth + 1) for item, inner in behind)


def _calendar(tree: exp.Expr, scope: Scope, depth: int) -> tuple[Grain | None, bool]:
    """The step of time that an expression is, and whether it is a part of a date at all."""
    tree = bare(tree) or tree
    if isinstance(tree, exp.Cast):
        return _calendar(tree.this, scope, depth)
    if isinstance(tree, exp.ArgMax | exp.ArgMin | exp.Min | exp.Max):
        return None, _calendar(tree.this, scope, depth)[1]
    if isinstance(tree, exp.Column):
        if is_axis(tree, scope):
            origin = scope.origin(tree)
            is_day = origin is not None and origin.column.type == "date"
            return (Grain.DAY if is_day else Grain.INTERVAL), True
        behind = scope.behind(tree) if depth < _DEEPEST else []
        found = {_calendar(item, inner, depth + 1) for item, inner in behind}
        return next(iter(found)) if len(found) == 1 else (None, False)
    if not any(is_axis(c, scope) for c in columns_in(tree)):
        return None, False
    if isinstance(tree, exp.TimestampTrunc | exp.DateTrunc):
        return _UNITS.get(tree.text("unit").upper()), True
    for kind, grain in _RECURRING.items():
        if isinstance(tree, kind):
            return grain, True
    return None, isinstance(tree, exp.DayOfWeek | exp.DayOfYear | exp.Week | exp.Year | exp.Day)


def _common(one: Output, other: Output) -> Output:
    is_same = (one.value.unit, one.value.display) == (other.value.unit, other.value.display)
    return Output(
        one.name,
        one.is_named,
        one.value if is_same else Value(),
        one.is_key if one.is_key == other.is_key else None,
        one.grain if one.grain is other.grain else None,
        one.is_calendar and other.is_calendar,
    )
