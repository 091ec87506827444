"""Rules about rows of two tables side by side."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from core.inspection.apart import grouped_apart
from core.inspection.once import Counted, counted_once
from core.inspection.rule import Edit, Hit, Rule, Twin, add_condition, both, removed, shown
from core.inspection.tested import tested_only
from core.semantic.model import Table
from core.semantic.phrases import listed
from core.statement.scopes import Scope, Source, Statement, column_named, outputs_of
from core.statement.trees import bare, columns_in, conjuncts

# -- fan-out ---------------------------------------------------------------------------------------


def fan_out(statement: Statement) -> Iterator[Hit]:
    """Sums and counts over rows that a join repeats."""
    for scope in statement.scopes:
        if len(scope.sources) < 2:
            continue
        many = {
            key: s
            for key, s in scope.sources.items()
            if not _is_test(s) and _repeats(s, _keys(s, scope), scope)
        }
        found: list[tuple[Counted, list[str]]] = []
        for call in scope.aggregates() if many else ():
            counted = _counted(call, scope, many)
            others = [key for key in many if counted and key != counted.name.casefold()]
            if counted is not None and others:
                found.append(((call, counted), others))
        if not found:
            continue
        fix, edit = _each_once(scope, found)
        for (call, counted), keys in found:
            others = [many[key].name for key in keys]
            yield Hit(
                call,
                f"Each row of {counted.name} stands once for every row of {listed(others)} "
                f"that it is joined to, so {shown(call)} takes it as often. Group "
                f"{listed([counted.name, *others])} in subqueries of their own, by the keys of "
                "the join, and join those.",
                fix=fix,
                edit=edit,
            )


def _is_test(source: Source) -> bool:
    """Whether a semi or anti join asks for a match and joins no rows."""
    return source.join is not None and source.join.kind.upper() in ("SEMI", "ANTI")


def _each_once(scope: Scope, found: list[tuple[Counted, list[str]]]) -> tuple[str, Edit | None]:
    """The plainest way to count each row once, and what to call it."""
    others = {key for _, keys in found for key in keys}
    owners = {source.name.casefold() for (_, source), _ in found}
    edit = grouped_apart(scope)
    if edit is not None:
        return "Group each table before the join, so that each row counts once", edit
    names = listed([scope.sources[key].name for key in scope.sources if key in others])
    edit = tested_only(scope, others) if not others & owners else None
    if edit is not None:
        return f"Ask only whether {names} has a match, so that each row counts once", edit
    edit = counted_once(scope, [one for one, _ in found])
    if edit is not None:
        return "Number the rows before the join, and count each once in each group", edit
    return "", None


def _counted(call: exp.Expr, scope: Scope, many: dict[str, Source]) -> Source | None:
    """The source whose rows an aggregate takes, None when taking one twice changes nothing."""
    if not isinstance(call, exp.Sum | exp.Count | exp.Avg | exp.CountIf):
        return None
    if isinstance(call.this, exp.Distinct):
        return None
    columns = columns_in(call)
    owners = {o.name.casefold(): o for c in columns if (o := scope.owner(c)) is not None}
    if not owners and isinstance(call, exp.Count):
        return next(iter(many.values())) if len(many) > 1 else None
    if len(owners) != 1:
        return None
    owner = next(iter(owners.values()))
    # A mean of what a lookup table says is weighed by the rows on purpose.
    is_lookup = owner.table is not None and owner.table.time is None
    return None if is_lookup and isinstance(call, exp.Avg) else owner


def _keys(source: Source, scope: Scope) -> set[str]:
    """Folded names of a source's columns that an equality ties to another source or a value."""
    found: set[str] = set()
    before: list[Source] = []
    for each in scope.sources.values():
        join = each.join
        for name in (join.args.get("using") or ()) if join is not None else ():
            if source is each or source in before:
                found.add(name.name.casefold())
        before.append(each)
    conditions = [*conjuncts(scope.where)]
    for join in scope.joins():
        conditions += conjuncts(join.args.get("on"))
    for condition in conditions:
        if not isinstance(condition, exp.EQ | exp.NullSafeEQ):
            continue
        for mine, other in (
            (condition.this, condition.expression),
            (condition.expression, condition.this),
        ):
            node = bare(mine)
            if not isinstance(node, exp.Column) or scope.owner(node) is not source:
                continue
            if all(scope.owner(c) is not source for c in columns_in(other)):
                found.add(node.name.casefold())
    return found


def _repeats(source: Source, keys: set[str], scope: Scope) -> bool:
    """Whether several of its rows may meet one row of the others."""
    if source.table is not None:
        time = source.table.time
        # Without a time axis it is a list of things, one row each; and a moment is one row.
        return time is not None and time.timestamp.casefold() not in keys
    if not source.arms:
        return False
    if len(source.arms) > 1:
        return not (set(outputs_of(source)) <= keys or _are_written_apart(source, keys))
    inner = source.arms[0]
    if not inner.sources or inner.is_single_row():
        return False
    if _is_one_of_each(inner, scope, source):
        return False
    if inner.select.args.get("distinct"):
        return not set(outputs_of(source)) <= keys
    if inner.group is not None:
        return not _covers(inner, source, keys)
    return any(_repeats(s, _passed(inner, s, keys), inner) for s in inner.sources.values())


def _are_written_apart(source: Source, keys: set[str]) -> bool:
    """Whether its rows are written out in the statement and differ in the keys."""
    if any(arm.sources for arm in source.arms):
        return False
    names = list(outputs_of(source))
    rows = []
    for arm in source.arms:
        cells = zip(names, arm.items(), strict=False)
        rows.append(tuple(v.sql(comments=False) for n, (_, v) in cells if n in keys))
    return len(set(rows)) == len(rows)


def _covers(inner: Scope, source: Source, keys: set[str]) -> bool:
    """Whether the keys fix every group of a grouped subquery."""
    names = list(outputs_of(source))
    tied = [value for name, (_, value) in zip(names, inner.items(), strict=False) if name in keys]
    groups = inner.group_keys()
    return all(any(group == value for value in tied) for group in groups)


def _passed(inner: Scope, source: Source, keys: set[str]) -> set[str]:
    """The keys that are plain columns of a source below, and that source's own ties."""
    found = _keys(source, inner)
    for name, value in inner.items():
        plain = bare(value)
        if name.casefold() not in keys or not isinstance(plain, exp.Column):
            continue
        if inner.owner(plain) is source:
            found.add(plain.name.casefold())
    return found


def _is_one_of_each(inner: Scope, scope: Scope, source: Source) -> bool:
    """Whether a rank inside picks one row of each group (`WHERE rn = 1`)."""
    ranks = {
        name.casefold() for name, value in inner.items() if isinstance(bare(value), exp.Window)
    }
    conditions = [*conjuncts(scope.where)]
    for join in scope.joins():
        conditions += conjuncts(join.args.get("on"))
    for condition in conditions:
        for column in columns_in(condition):
            if scope.owner(column) is source and column.name.casefold() in ranks:
                return True
    return inner.select.args.get("qualify") is not None


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
    if table.time is not None:
        names |= {table.time.timestamp, table.time.date or ""}
    return {n for n in names if column_named(table, n) is not None}


RULES = (
    Rule("fan_out", "A join that repeats rows before a sum", fan_out),
    Rule("outer_join_undone", "A condition that undoes an outer join", outer_join_undone),
    Rule("not_in_nulls", "NOT IN over values that may be NULL", not_in_nulls),
)
