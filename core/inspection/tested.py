"""A SELECT over a join, written so that a table that gives it nothing is asked for a match only.

A table whose columns stand in its join and in conditions alone does not have to be joined: whether
it has a row is what EXISTS asks, and no row of the others is repeated.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlglot import exp

from core.inspection.rule import Edit, Twin, both
from core.statement.scopes import Scope, Source
from core.statement.trees import columns_in, conjuncts

_INSIDE = frozenset(("from_", "joins", "where", "with_"))


@dataclass(frozen=True, slots=True)
class _Test:
    """A source that is tested, and what a row of it has to meet."""

    source: Source
    conditions: list[exp.Expr]


def tested_only(scope: Scope, others: Collection[str]) -> Edit | None:
    """An edit that asks for a match in each of the other sources in place of joining it. others:
    folded names. None where one gives a column, stands with an outer join, or is tied to another
    of them."""
    if any(join.side or join.kind not in ("", "INNER") for join in scope.joins()):
        return None
    if any(join.args.get("using") for join in scope.joins()) or _gives(scope, others):
        return None
    kept = [s for key, s in scope.sources.items() if key not in others]
    if not kept:
        return None
    conditions = [*conjuncts(scope.where)]
    for join in scope.joins():
        conditions += conjuncts(join.args.get("on"))
    tests = [_Test(scope.sources[key], []) for key in scope.sources if key in others]
    rest: list[exp.Expr] = []
    for condition in conditions:
        owners = {id(o) for c in _all_columns(condition) if (o := scope.owner(c)) is not None}
        of = [test for test in tests if id(test.source) in owners]
        if len(of) > 1 or (of and condition.find(exp.Query) is not None):
            return None
        (of[0].conditions if of else rest).append(condition)
    if not all(test.conditions for test in tests):
        return None
    if len(kept) > 1 and kept[0].join is not None:
        return None  # what the others were joined to is gone
    gone = {id(test.source) for test in tests}
    for source in kept[1:]:
        on = source.join.args.get("on") if source.join is not None else None
        if any(id(scope.owner(c)) in gone for c in columns_in(on)):
            return None
    return _edit(scope, kept, tests, rest)


def _all_columns(condition: exp.Expr) -> list[exp.Column]:
    return list(condition.find_all(exp.Column))


def _gives(scope: Scope, others: Collection[str]) -> bool:
    """Whether a column of one of the sources stands elsewhere than in conditions on rows."""
    for name, value in scope.select.args.items():
        if name in _INSIDE:
            continue
        for part in value if isinstance(value, list) else [value]:
            if not isinstance(part, exp.Expr):
                continue
            for column in part.find_all(exp.Column):
                owner = scope.owner(column)
                if owner is not None and owner.name.casefold() in others:
                    return True
                if column.text("table").casefold() in others:
                    return True
    return any(item.is_star for item in scope.select.expressions)


def _edit(scope: Scope, kept: list[Source], tests: list[_Test], rest: list[exp.Expr]) -> Edit:
    joins = [s.join for s in kept if s.join is not None]
    staying = {id(c) for j in joins for c in conjuncts(j.args.get("on"))}
    is_qualified = [(c, o) for c in _conditions_columns(scope) if (o := scope.owner(c)) is not None]

    def edit(twin: Twin) -> None:
        select = twin(scope.select)
        for column, owner in is_qualified:
            twin(column).set("table", exp.to_identifier(owner.name))
        where: exp.Expr | None = None
        is_alone = len(kept) == 1
        for condition in rest:
            if is_alone or id(condition) not in staying:
                where = both(where, twin(condition))
        for test in tests:
            where = both(where, exp.Exists(this=_query(test, twin)))
        select.set("from_", exp.From(this=twin(kept[0].node).copy()))
        select.set("joins", [] if is_alone else [twin(join).copy() for join in joins])
        assert where is not None
        select.set("where", exp.Where(this=where))

    return edit


def _conditions_columns(scope: Scope) -> list[exp.Column]:
    parts = [scope.where, *(j.args.get("on") for j in scope.joins())]
    return [column for part in parts for column in columns_in(part)]


def _query(test: _Test, twin: Twin) -> exp.Select:
    where: exp.Expr | None = None
    for condition in test.conditions:
        where = both(where, twin(condition))
    return exp.Select(
        expressions=[exp.Literal.number(1)],
        from_=exp.From(this=twin(test.source.node).copy()),
        where=exp.Where(this=where),
    )
