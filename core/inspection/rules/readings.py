"""Rules about grades of readings."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from core.inspection.rule import Edit, Hit, Rule, Twin, add_condition
from core.semantic.model import Table
from core.semantic.phrases import listed
from core.statement.scopes import Scope, Source, Statement
from core.statement.trees import columns_in


def ungraded_readings(statement: Statement) -> Iterator[Hit]:
    """Figures over sensor readings of any quality."""
    for scope in statement.scopes:
        calls: list[exp.Expr] = []
        table: Table | None = None
        for call in scope.aggregates():
            origin = _graded_origin(call, scope)
            if origin is None or _minds_quality(call, scope, origin):
                continue
            calls.append(call)
            table = table or origin
        if not calls or table is None or table.quality is None:
            continue
        names = dict.fromkeys(c.name for call in calls for c in columns_in(_measured(call)))
        good = listed(table.quality.good, link="or")
        fix, edit = _only_good(calls, scope, table)
        yield Hit(
            calls[0],
            f"Every reading of {listed(list(names))} counts here, whatever {table.quality.column} "
            f"says: stuck and failing sensors are in the figure. A metric takes {good} readings "
            "only.",
            fix=fix,
            edit=edit,
        )


def _measured(call: exp.Expr) -> exp.Expr:
    inner = call.expressions[0] if isinstance(call, exp.Anonymous) and call.expressions else None
    return inner if inner is not None else call.this if isinstance(call.this, exp.Expr) else call


def _graded_origin(call: exp.Expr, scope: Scope) -> Table | None:
    """The table whose graded column an aggregate takes values of."""
    if isinstance(call, exp.Count | exp.CountIf | exp.ApproxDistinct | exp.AnyValue):
        return None
    for column in columns_in(_measured(call)):
        origin = scope.origin(column)
        if origin is not None and origin.column.needs_good and origin.table.quality is not None:
            return origin.table
    return None


def _minds_quality(call: exp.Expr, scope: Scope, table: Table) -> bool:
    """Whether the grade decides: in the aggregate, the conditions or the groups, or below."""
    parts = [call, scope.where, *(j.args.get("on") for j in scope.joins()), *scope.group_keys()]
    for part in parts:
        for column in columns_in(part):
            if _is_grade(column, scope, table):
                return True
    owners = [scope.owner(c) for c in columns_in(_measured(call))]
    return bool(owners) and all(o is not None and _is_graded(o, table, 0) for o in owners)


def _is_grade(column: exp.Column, scope: Scope, table: Table) -> bool:
    origin = scope.origin(column)
    return (
        origin is not None
        and table.quality is not None
        and origin.table is table
        and origin.column.name == table.quality.column
    )


def _is_graded(source: Source, table: Table, depth: int) -> bool:
    """Whether every SELECT behind a source takes readings by their grade."""
    if not source.arms or depth > 8:
        return False
    return all(
        any(_is_grade(c, arm, table) for c in columns_in(arm.where))
        or any(_is_graded(s, table, depth + 1) for s in arm.sources.values())
        for arm in source.arms
    )


def _only_good(calls: list[exp.Expr], scope: Scope, table: Table) -> tuple[str, Edit | None]:
    """Conditions inside the aggregates, so that groups without a good reading stay."""
    quality = table.quality
    assert quality is not None
    owners = {id(o): o for call in calls for c in columns_in(_measured(call))
              if (o := scope.owner(c)) is not None}  # fmt: skip
    owner = next(iter(owners.values()), None)
    if len(owners) != 1 or owner is None or owner.table is not table:
        return "", None
    column = exp.column(quality.column, table=owner.name if len(scope.sources) > 1 else None)
    values: list[exp.Expr] = [exp.Literal.string(v) for v in quality.good]
    good: exp.Expr = exp.In(this=column, expressions=values)
    if len(values) == 1:
        good = exp.EQ(this=column, expression=values[0])
    label = f"Only {listed(quality.good, link='or')} readings"
    is_whole = len(calls) == len(scope.aggregates()) and len(scope.sources) == 1

    def edit(twin: Twin) -> None:
        if is_whole:
            add_condition(twin(scope.select), good)
            return
        for call in calls:
            inner = twin(_measured(call))
            inner.replace(exp.Case(ifs=[exp.If(this=good.copy(), true=inner.copy())]))

    return label, edit


RULES = (
    Rule("ungraded_readings", "Sensor figures over readings of any quality", ungraded_readings),
)
