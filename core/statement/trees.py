"""Pieces of a statement's tree, whatever the tables are."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

SETS = (exp.Union, exp.Intersect, exp.Except)
_NULL_MODES = (exp.IgnoreNulls, exp.RespectNulls)
_NAMED_AGGREGATES = frozenset(("PERCENTILE_APPROX", "NDV"))


def arms_of(node: exp.Expr) -> list[exp.Expr]:
    """The SELECTs of a set operation, in order; a bracketed or nested one is one arm."""
    arms: list[exp.Expr] = []
    top: exp.Expr = node
    while isinstance(top, SETS) and (top is node or top.args.get("with_") is None):
        arms.append(top.expression)
        top = top.this
    return [top, *reversed(arms)]


def value_of(item: exp.Expr) -> exp.Expr:
    """What a part of a SELECT list computes, without its name."""
    inner = item.this if isinstance(item, exp.Alias) else item
    assert isinstance(inner, exp.Expr)
    return inner


def bare(node: exp.Expr | None) -> exp.Expr | None:
    """The expression without brackets around it."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def conjuncts(node: exp.Expr | None) -> list[exp.Expr]:
    """Conditions that must all hold, in order."""
    node = bare(node)
    if node is None:
        return []
    if isinstance(node, exp.And):
        found: list[exp.Expr] = []
        stack: list[exp.Expr] = [node]
        while stack:
            at = bare(stack.pop())
            if isinstance(at, exp.And):
                stack += [at.expression, at.this]
            elif at is not None:
                found.append(at)
        return found
    return [node]


def is_aggregate(node: exp.Expr) -> bool:
    """Whether a call makes one value of many rows."""
    if isinstance(node, exp.AggFunc):
        return True
    return isinstance(node, exp.Anonymous) and node.name.upper() in _NAMED_AGGREGATES


def aggregates_in(node: exp.Expr) -> list[exp.Expr]:
    """Aggregates in an expression, the outermost; inside a window call those in its arguments."""
    found: list[exp.Expr] = []
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, exp.Window):
            inner = at.this.this if isinstance(at.this, _NULL_MODES) else at.this
            stack += list(inner.iter_expressions()) if isinstance(inner, exp.Expr) else []
            stack += [c for k, c in at.args.items() if k != "this" and isinstance(c, exp.Expr)]
            stack += list(at.args.get("partition_by") or ())
        elif is_aggregate(at):
            found.append(at)
        elif not isinstance(at, exp.Query):
            stack += reversed(list(at.iter_expressions()))
    return found


def columns_in(node: exp.Expr | None) -> list[exp.Column]:
    """Columns of an expression, not those of subqueries in it."""
    found: list[exp.Column] = []
    stack = [node] if node is not None else []
    while stack:
        at = stack.pop()
        if isinstance(at, exp.Column):
            found.append(at)
        elif not isinstance(at, exp.Query):
            stack += reversed(list(at.iter_expressions()))
    return found


def limit_of(node: exp.Expr) -> int | None:
    """The number behind LIMIT, None where there is none."""
    limit = node.args.get("limit")
    text = limit.expression.name if limit is not None and limit.expression is not None else ""
    return int(text) if text.isdecimal() else None


def own_nodes(select: exp.Select) -> Iterator[exp.Expr]:
    """Every node of the SELECT's own clauses, not of queries inside them."""
    parts: list[exp.Expr] = []
    for name, value in select.args.items():
        if name in ("from_", "with_"):
            continue
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, exp.Join):
                parts += [on for on in (child.args.get("on"),) if on is not None]
            elif isinstance(child, exp.Expr):
                parts.append(child)
    while parts:
        node = parts.pop(0)
        yield node
        if not isinstance(node, exp.Query):
            parts[:0] = [n for n in node.iter_expressions() if not isinstance(n, exp.Query)]


def number_of(node: exp.Expr | None) -> float | None:
    """The value of a number written in the statement, None for anything else."""
    node = bare(node)
    if isinstance(node, exp.Neg):
        inner = number_of(node.this)
        return None if inner is None else -inner
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    try:
        return float(node.name)
    except ValueError:
        return None
