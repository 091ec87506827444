"""A source of a SELECT written as a subquery: with fewer rows, or with its rows numbered."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from core.inspection.rule import Edit, Twin, both
from core.statement.scopes import Scope, Source, outputs_of, starred


def used_columns(
    scope: Scope, source: Source, visible: Mapping[str, frozenset[str]] | None = None
) -> list[str]:
    """The source's columns whose names stand anywhere in the SELECT, subqueries included: all
    that are needed, now and then one more. visible: as of the statement; it bounds a `*`."""
    known = outputs_of(source)
    if any(item.is_star and source in starred(item, scope) for item in scope.select.expressions):
        allowed = None
        if source.table is not None and visible is not None:
            allowed = visible.get(source.table.name, frozenset())
        return [name for name in known.values() if allowed is None or name in allowed]
    used = {column.name.casefold() for column in scope.select.find_all(exp.Column)}
    for join in scope.joins():
        used |= {name.name.casefold() for name in join.args.get("using") or ()}
    return [name for key, name in known.items() if key in used]


def as_subquery(
    source: Source, items: list[exp.Expr], conditions: list[exp.Expr], node: exp.Expr
) -> exp.Subquery:
    """`(SELECT items FROM node WHERE conditions) AS name`; the node is taken over, not copied."""
    where: exp.Expr | None = None
    for condition in conditions:
        where = both(where, condition)
    select = exp.Select(expressions=items, from_=exp.From(this=node))
    if where is not None:
        select.set("where", exp.Where(this=where))
    return exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(source.name)))


def narrowed(
    scope: Scope,
    source: Source,
    condition: exp.Expr,
    visible: Mapping[str, frozenset[str]] | None,
) -> Edit | None:
    """An edit that takes only some rows of a source before it is joined at all; None for one of
    which no column is used."""
    names = used_columns(scope, source, visible)
    if not names:
        return None

    def edit(twin: Twin) -> None:
        place = twin(source.node)
        items: list[exp.Expr] = [exp.column(name, table=source.name) for name in names]
        new = as_subquery(source, items, [condition], place.copy())
        place.replace(new)

    return edit
