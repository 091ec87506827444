"""Means of ratios and of means, written so that each value weighs what stands behind it.

AVG(a / b)                             ->  SUM((a / b) * b) / NULLIF(SUM(weight of the rows
                                           that have a ratio), 0)
AVG(m) of (SELECT AVG(x) AS m ...)     ->  SUM(m * m_weight) / NULLIF(SUM(m_weight), 0)
                                           of (SELECT AVG(x) AS m, COUNT(x) AS m_weight ...)
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from core.inspection.rule import Edit, Twin
from core.statement.scopes import Scope, Source, Statement, outputs_of
from core.statement.trees import SETS, arms_of, bare

#: What the value of a SELECT's column weighs.
Weight = Callable[[exp.Expr], exp.Expr]


def without_nullif(node: exp.Expr) -> exp.Expr:
    """A denominator without what keeps it from being zero: `NULLIF(b, 0)` -> `b`."""
    inner = bare(node) or node
    if isinstance(inner, exp.Nullif):
        return bare(inner.this) or inner
    return inner


def weighed(call: exp.Avg, weight: exp.Expr, *, is_empty: bool = False) -> Edit:
    """An edit that weighs each value of a mean. is_empty: the weight is NULL or 0 wherever the
    value is NULL, so that it does not have to be left out."""

    def edit(twin: Twin) -> None:
        place = twin(call)
        place.replace(_weighed_mean(place, weight, is_empty=is_empty))

    return edit


def _weighed_mean(call: exp.Expr, weight: exp.Expr, *, is_empty: bool) -> exp.Expr:
    value = _factor(call.this)
    above = exp.Sum(this=exp.Mul(this=value, expression=_factor(weight)))
    there = exp.Not(this=exp.Is(this=_factor(call.this), expression=exp.Null()))
    counted = weight.copy() if is_empty else exp.Case(ifs=[exp.If(this=there, true=weight.copy())])
    below = exp.Nullif(this=exp.Sum(this=counted), expression=exp.Literal.number(0))
    ratio = exp.Div(this=above, expression=below)
    is_free = isinstance(call.parent, exp.Binary | exp.Unary | exp.Window)
    return exp.Paren(this=ratio) if is_free else ratio


def _factor(node: exp.Expr) -> exp.Expr:
    copy = node.copy()
    is_sum = isinstance(copy, exp.Binary) and not isinstance(copy, exp.Dot)
    return exp.Paren(this=copy) if is_sum or isinstance(copy, exp.Not | exp.Neg) else copy


def weighed_below(
    statement: Statement, scope: Scope, call: exp.Avg, weight: Weight, *, is_empty: bool
) -> Edit | None:
    """An edit that lets the subquery behind a mean give a weight beside each value, and takes it.

    weight: of a value as one of its SELECTs computes it. None where the subquery is no list of
    SELECTs with a column of that name.
    """
    column = bare(call.this)
    source = scope.owner(column) if isinstance(column, exp.Column) else None
    if source is None or not isinstance(column, exp.Column) or not source.arms:
        return None
    names = [n.casefold() for n in source.columns]
    first = source.arms[0].select
    names = names or [item.alias_or_name.casefold() for item in first.expressions]
    key = column.name.casefold()
    if key not in names or any(item.is_star for arm in source.arms for item in
                               arm.select.expressions):  # fmt: skip
        return None
    at = names.index(key)
    name = f"{column.name}_weight"
    while name.casefold() in outputs_of(source):
        name += "_2"
    query = _query_of(first)
    taken = exp.column(name, table=column.text("table") or None)
    is_shared = isinstance(source.node, exp.Table) and _is_starred(statement, source)

    def edit(twin: Twin) -> None:
        place = twin(call)
        place.replace(_weighed_mean(place, taken, is_empty=is_empty))
        if is_shared:
            inlined = twin(query).copy()
            _give(inlined, at, name, weight)
            _named_as(inlined, [*source.columns, name])
            alias = exp.TableAlias(this=exp.to_identifier(source.name))
            twin(source.node).replace(exp.Subquery(this=inlined, alias=alias))
            return
        _give(twin(query), at, name, weight)
        holder = twin(query).parent
        columns = holder.args["alias"].args.get("columns") if isinstance(holder, exp.CTE) else None
        if isinstance(holder, exp.CTE) and columns:
            holder.args["alias"].set("columns", [*columns, exp.to_identifier(name)])

    return edit


def _query_of(select: exp.Expr) -> exp.Expr:
    """The whole query that a SELECT is of: itself, or the set operation that it is an arm of."""
    query = select
    while isinstance(query.parent, SETS) or (
        isinstance(query.parent, exp.Subquery) and isinstance(query.parent.parent, SETS)
    ):
        query = query.parent
    return query


def _give(query: exp.Expr, at: int, name: str, weight: Weight) -> None:
    """Each SELECT of a query gives the weight of its column at a place, under a name."""
    arms = arms_of(query) if isinstance(query, SETS) else [query]
    for arm in arms:
        inner = arm
        while isinstance(inner, exp.Subquery):
            inner = inner.this
        if isinstance(inner, SETS):
            _give(inner, at, name, weight)
        elif isinstance(inner, exp.Select):
            item = inner.expressions[at]
            value = item.this if isinstance(item, exp.Alias) else item
            inner.append("expressions", exp.alias_(weight(value), name))


def _named_as(query: exp.Expr, names: list[str]) -> None:
    """The columns of a query under the names that its WITH clause gave them, if it did."""
    while not isinstance(query, exp.Select):
        query = query.this
    if len(names) == len(query.expressions):
        query.set("expressions", [
            exp.alias_(item.this if isinstance(item, exp.Alias) else item, name)
            for item, name in zip(query.expressions, names, strict=True)
        ])  # fmt: skip


def _is_starred(statement: Statement, source: Source) -> bool:
    """Whether some SELECT takes all columns of what the source reads."""
    for scope in statement.scopes:
        if any(s.arms and s.arms[0] is source.arms[0] for s in scope.sources.values()) and any(
            item.is_star for item in scope.select.expressions
        ):
            return True
    return False
