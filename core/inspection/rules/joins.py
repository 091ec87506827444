"""Rules about rows of two tables side by side."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from core.inspection.apart import grouped_apart
from core.inspection.once import counted_once
from core.inspection.rule import Edit, Hit, Rule, Twin, add_condition, both, removed, shown
from core.inspection.tested import tested_only
from core.semantic.model import Table
from core.semantic.phrases import listed
from core.statement.repeats import Repeated, repeats
from core.statement.scopes import Scope, Source, Statement, column_named
from core.statement.trees import bare, columns_in, conjuncts

# -- fan-out ---------------------------------------------------------------------------------------


def fan_out(statement: Statement) -> Iterator[Hit]:
    """Sums and counts over rows that a join repeats, and means that it weighs."""
    found = list(repeats(statement))
    for scope in statement.scopes:
        own = [one for one in found if one.scope is scope]
        direct = [one for one in own if one.is_direct]
        fix, edit = _each_once(scope, direct) if direct else ("", None)
        for one in own:
            counted, names = one.counted.name, [other.name for other in one.others]
            yield Hit(
                one.call,
                _weighed(one, counted, names)
                if one.is_weighed
                else f"Each row of {counted} stands once for every row of {listed(names)} "
                f"that it is joined to, so {shown(one.call)} takes it as often. Group "
                f"{listed([counted, *names])} in subqueries of their own, by the keys of "
                "the join, and join those.",
                fix=fix if one.is_direct else "",
                edit=edit if one.is_direct else None,
            )


def _weighed(one: Repeated, counted: str, names: list[str]) -> str:
    return (
        f"Each row of {counted} stands once for every row of {listed(names)} that it is joined to, "
        f"so {shown(one.call)} is a mean that those rows weigh: what is joined most counts most. "
        f"Where each row of {counted} is meant to count once, take the mean of {counted} alone, or "
        "count each row once."
    )


def _each_once(scope: Scope, found: list[Repeated]) -> tuple[str, Edit | None]:
    """The plainest way to count each row once, and what to call it."""
    others = {other.name.casefold() for one in found for other in one.others}
    owners = {one.counted.name.casefold() for one in found}
    edit = grouped_apart(scope)
    if edit is not None:
        return "Group each table before the join, so that each row counts once", edit
    names = listed([scope.sources[key].name for key in scope.sources if key in others])
    edit = tested_only(scope, others) if not others & owners else None
    if edit is not None:
        return f"Ask only whether {names} has a match, so that each row counts once", edit
    edit = counted_once(scope, [(one.call, one.counted) for one in found])
    if edit is not None:
        return "Number the rows before the join, and count each once in each group", edit
    return "", None


# -- outer joins -----------------------------------------------------------------------------------


def outer_join_undone(statement: Statement) -> Iterator[Hit]:
    """Conditions in WHERE that drop the rows an outer join kept."""
    for scope in statement.scopes:
        for condition in conjuncts(scope.where):
            owners = _refused_sources(condition, scope)
            empty = [o for o in owners if o.is_nullable]
            if len(owners) != 1 or not empty:
                continue
            source = empty[0]
            side = source.join.side.upper() if source.join is not None else ""
            edit = _to_on(condition, source) if side == "LEFT" else None
            yield Hit(
                condition,
                f"The outer join keeps rows without a match in {source.name} and fills its columns "
                "with NULL; this condition is not true for NULL, so those rows are dropped again "
                "and the join is an inner one.",
                fix="Move the condition to the join, so that the rows stay" if edit else "",
                edit=edit,
            )


def _refused_sources(condition: exp.Expr, scope: Scope) -> list[Source]:
    """The sources without whose values a condition cannot be true."""
    condition = bare(condition) or condition
    if isinstance(condition, exp.Or):
        one = _refused_sources(condition.this, scope)
        other = _refused_sources(condition.expression, scope)
        return [s for s in one if any(s is o for o in other)]
    if isinstance(condition, exp.Not):
        inner = bare(condition.this)
        is_test = isinstance(inner, exp.Is | exp.In | exp.Between | exp.Like | exp.EQ)
        plain = is_test and not isinstance(inner, exp.Is)
        if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
            return _strict_owners([inner.this], scope)
        return _refused_sources(inner, scope) if plain and inner is not None else []
    kinds = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Like)
    if not isinstance(condition, kinds) or condition.find(exp.Query):
        return []
    return _strict_owners([condition], scope)


_FORGIVING = (exp.Coalesce, exp.Case, exp.If, exp.Is, exp.NullSafeEQ, exp.ConcatWs, exp.Nullif)


def _strict_owners(nodes: list[exp.Expr], scope: Scope) -> list[Source]:
    if any(node.find(*_FORGIVING) for node in nodes):
        return []
    owners = [scope.owner(c) for node in nodes for c in columns_in(node)]
    found = {id(o): o for o in owners if o is not None}
    return list(found.values())


def _to_on(condition: exp.Expr, source: Source) -> Edit | None:
    join = source.join
    if join is None or not join.args.get("on"):
        return None
    held = join

    def edit(twin: Twin) -> None:
        copy = twin(held)
        copy.set("on", both(copy.args["on"], condition))
        removed(condition, twin)

    return edit


# -- NOT IN ----------------------------------------------------------------------------------------


def not_in_nulls(statement: Statement) -> Iterator[Hit]:
    """NOT IN over a subquery that may give NULL."""
    scopes = {id(s.select): s for s in statement.scopes}
    for node in statement.tree.find_all(exp.Not):
        test = bare(node.this)
        query = test.args.get("query") if isinstance(test, exp.In) else None
        select = query.this if isinstance(query, exp.Subquery) else query
        scope = scopes.get(id(select)) if isinstance(select, exp.Select) else None
        if scope is None or not scope.select.expressions or scope.select.args.get("limit"):
            continue
        _, value = scope.items()[0]
        if _never_null(value, scope, statement):
            continue
        origin = scope.origin(value)
        grouped = scope.group is not None
        yield Hit(
            node,
            f"If the subquery gives a single NULL for {shown(value)}, NOT IN is never true and "
            "nothing comes back.",
            is_warning=origin is not None and origin.column.drop_null,
            fix="" if grouped else "Leave NULL out of the subquery",
            edit=None if grouped else _without_null(scope, value),
        )


def _without_null(scope: Scope, value: exp.Expr) -> Edit:
    def edit(twin: Twin) -> None:
        add_condition(
            twin(scope.select), exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))
        )

    return edit


def _never_null(value: exp.Expr, scope: Scope, statement: Statement) -> bool:
    plain = bare(value)
    if isinstance(plain, exp.Count | exp.Literal):
        return True
    for condition in conjuncts(scope.where):
        test = bare(condition.this) if isinstance(condition, exp.Not) else condition
        names = [bare(test.this)] if isinstance(test, exp.Is | exp.In | exp.Between) else []
        if isinstance(test, exp.EQ | exp.GT | exp.GTE | exp.LT | exp.LTE | exp.NEQ | exp.Like):
            names = [bare(test.this), bare(test.expression)]
        is_null_test = isinstance(test, exp.Is) and test is condition
        if plain in names and not is_null_test:
            return True
    origin = scope.origin(value)
    if origin is None:
        return False
    table = origin.table
    return origin.column.name in _always_there(table, statement)


def _always_there(table: Table, statement: Statement) -> set[str]:
    """Columns that every row of a table has: whose it is, what it is about, and when."""
    names = {table.scope or "", statement.model.entity or ""}
    if table.own_time is not None:
        names |= {table.own_time.timestamp, table.own_time.date or ""}
    return {n for n in names if column_named(table, n) is not None}


RULES = (
    Rule("fan_out", "A join that repeats rows before a sum", fan_out),
    Rule("outer_join_undone", "A condition that undoes an outer join", outer_join_undone),
    Rule("not_in_nulls", "NOT IN over values that may be NULL", not_in_nulls),
)
