"""Aggregates over rows that a join repeats: a figure of one table is then taken as often as rows of
another go with it (the fan trap), and figures of two tables multiply each other (the chasm trap).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from core.semantic.model import SemanticModel
from core.statement.scopes import Scope, Source, Statement, definitions, outputs_of
from core.statement.trees import bare, columns_in, conjuncts

_REPEATABLE = (exp.Sum, exp.Count, exp.Avg, exp.CountIf)


@dataclass(frozen=True, slots=True)
class Repeated:
    """An aggregate that takes rows more often than once. scope: the SELECT that joins; counted:
    whose rows; others: for whose rows each stands again; is_direct: the aggregate stands in that
    SELECT itself, not around it; is_weighed: it is the mean of what a table without a time says,
    which those rows weigh: nobody can tell from the statement whether on purpose."""

    call: exp.Expr
    scope: Scope
    counted: Source
    others: tuple[Source, ...]
    is_direct: bool = True
    is_weighed: bool = False


def repeats(statement: Statement) -> Iterator[Repeated]:
    """Every aggregate of a statement whose figure a join changes, in its SELECT or in one below
    that hands its rows on."""
    for scope in statement.scopes:
        for call in scope.aggregates():
            if isinstance(call, _REPEATABLE) and not isinstance(call.this, exp.Distinct):
                yield from _within(call, columns_in(call), scope, statement.model, 0)


def _within(
    call: exp.Expr, columns: Sequence[exp.Column], scope: Scope, model: SemanticModel, depth: int
) -> Iterator[Repeated]:
    many = [
        source
        for source in scope.sources.values()
        if not _is_test(source) and _repeats(source, _keys(source, scope), scope, model)
    ]  # fmt: skip
    if len(scope.sources) > 1 and many:
        counted = _counted(call, columns, scope, many)
        others = tuple(source for source in many if source is not counted)
        if counted is not None and others:
            is_weighed = _is_lookup(counted) and isinstance(call, exp.Avg)
            if not is_weighed or not _is_one_each(scope, counted, model):
                yield Repeated(call, scope, counted, others, depth == 0, is_weighed)
            return
    for inner, below in _below(columns, scope):
        yield from _within(call, below, inner, model, depth + 1)


def _below(columns: Sequence[exp.Column], scope: Scope) -> Iterator[tuple[Scope, list[exp.Column]]]:
    """The SELECTs that hand their single rows on to this one, with the columns behind these."""
    if len(scope.sources) == 1:
        owners = list(scope.sources.values())
    else:
        owned = (scope.owner(column) for column in columns)
        owners = list({id(o): o for o in owned if o is not None}.values())
    for owner in owners if len(owners) == 1 else ():
        for inner in owner.arms:
            if inner.group is not None or inner.select.args.get("distinct") or inner.aggregates():
                continue
            if _is_numbered(inner, [*columns, *columns_in(scope.where)]):
                continue
            below: list[exp.Column] = []
            for column in columns:
                for value, place in definitions(owner, column.name.casefold()):
                    below += columns_in(value) if place is inner else ()
            if below or not columns:
                yield inner, below


def _is_numbered(inner: Scope, used: Sequence[exp.Column]) -> bool:
    """Whether a number or rank of its rows picks those that count."""
    return any(column.name.casefold() in _ranks(inner) for column in used)


def _ranks(inner: Scope) -> set[str]:
    return {name.casefold() for name, value in inner.items() if isinstance(bare(value), exp.Window)}


def _is_test(source: Source) -> bool:
    """Whether a semi or anti join asks for a match and joins no rows."""
    return source.join is not None and source.join.kind.upper() in ("SEMI", "ANTI")


def _counted(
    call: exp.Expr, columns: Sequence[exp.Column], scope: Scope, many: Sequence[Source]
) -> Source | None:
    """The source whose rows an aggregate takes, None when taking one twice changes nothing."""
    owners = {o.name.casefold(): o for c in columns if (o := scope.owner(c)) is not None}
    if not owners and not columns and isinstance(call, exp.Count):
        return many[0] if len(many) > 1 else None
    if len(owners) != 1:
        return None
    return next(iter(owners.values()))


def _is_lookup(source: Source) -> bool:
    return source.table is not None and source.table.own_time is None


def _is_one_each(scope: Scope, counted: Source, model: SemanticModel) -> bool:
    """Whether each group has one row of it, by the keys of a declared relation: the mean of one
    value is that value, however often it stands."""
    groups: set[tuple[bool, str]] = set()
    for key in scope.group_keys():
        column = bare(key)
        if isinstance(column, exp.Column):
            groups.add((scope.owner(column) is counted, column.name.casefold()))
    return any(
        relation.kind == "many_to_one"
        and counted.table is not None
        and relation.right == counted.table.name
        and all(
            (True, right.casefold()) in groups or (False, left.casefold()) in groups
            for left, right in relation.pairs
        )
        for relation in model.relations
    )


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


def _repeats(source: Source, keys: set[str], scope: Scope, model: SemanticModel) -> bool:
    """Whether several of its rows may meet one row of the others."""
    if source.table is not None:
        time = source.table.own_time
        if any(
            relation.kind == "many_to_one"
            and relation.right == source.table.name
            and keys >= {right.casefold() for _, right in relation.pairs}
            for relation in model.relations
        ):
            return False
        if time is None:
            # A list of things, one row each, unless a key names a row of another of which several
            # may be each one's.
            return _is_many(source, keys, model)
        return time.timestamp.casefold() not in keys  # a moment is one row
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
    return any(_repeats(s, _passed(inner, s, keys), inner, model) for s in inner.sources.values())


def _is_many(source: Source, keys: set[str], model: SemanticModel) -> bool:
    """Whether the keys are those by which a declared relation says that several rows may go with
    one."""
    table = source.table
    return table is not None and any(
        relation.kind == "many_to_one"
        and relation.left == table.name
        and bool(keys & {mine.casefold() for mine, _ in relation.pairs})
        for relation in model.relations
    )


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
    ranks = _ranks(inner)
    conditions = [*conjuncts(scope.where)]
    for join in scope.joins():
        conditions += conjuncts(join.args.get("on"))
    for condition in conditions:
        for column in columns_in(condition):
            if scope.owner(column) is source and column.name.casefold() in ranks:
                return True
    return inner.select.args.get("qualify") is not None
