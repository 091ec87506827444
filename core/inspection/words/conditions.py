"""Conditions in words."""

from __future__ import annotations

import datetime as dt

from sqlglot import exp

from core.inspection.words.telling import Book, Telling, quoted, told
from core.semantic.display import format_window
from core.semantic.query import TimeWindow
from core.statement.calendar import moment_of
from core.statement.trees import bare, conjuncts

CONDITIONS: Book = {}

_MOST = 12
_NUMBERS: dict[type[exp.Expr], str] = {
    exp.EQ: "is", exp.NEQ: "is not", exp.LT: "is below", exp.LTE: "is at most",
    exp.GT: "is above", exp.GTE: "is at least",
}  # fmt: skip
_TIMES: dict[type[exp.Expr], str] = {
    exp.EQ: "is", exp.NEQ: "is not", exp.LT: "is before", exp.LTE: "is not after",
    exp.GT: "is after", exp.GTE: "is not before",
}  # fmt: skip


def all_of(node: exp.Expr | None, to: Telling) -> list[str]:
    """Conditions that must all hold, the two ends of a window in one."""
    parts = conjuncts(node)
    found: list[str] = []
    taken: set[int] = set()
    for at, part in enumerate(parts):
        if at in taken:
            continue
        window = None
        for other in range(at + 1, len(parts)):
            window = None if other in taken else _window(part, parts[other], to)
            if window is not None:
                taken.add(other)
                break
        words = window or to.say(part)
        is_loose = len(parts) > 1 and isinstance(part, exp.Or | exp.Xor)
        found.append(f"({words})" if is_loose else words)
    return found


def _window(one: exp.Expr, other: exp.Expr, to: Telling) -> str | None:
    """`day >= a AND day < b` as the stretch of time that it is."""
    if isinstance(one, exp.LT):
        one, other = other, one
    if not isinstance(one, exp.GTE) or not isinstance(other, exp.LT) or one.this != other.this:
        return None
    start, end = moment_of(one.expression), moment_of(other.expression)
    if start is None or end is None or start >= end or not to.is_time(one.this):
        return None
    column = to.column(one.this)
    is_moment = column is not None and column.type == "datetime"
    if not is_moment and (start.time() != dt.time(0) or end.time() != dt.time(0)):
        return None
    return f"{to.say(one.this)} is within {format_window(TimeWindow(start, end))}"


@told(CONDITIONS, exp.And)
def _and(node: exp.Expr, to: Telling) -> str:
    return " and ".join(all_of(node, to))


@told(CONDITIONS, exp.Or)
def _or(node: exp.Expr, to: Telling) -> str:
    parts: list[exp.Expr] = []
    at: exp.Expr = node
    while isinstance(at, exp.Or):
        parts.append(at.expression)
        at = at.this
    plain = [bare(p) or p for p in (at, *reversed(parts))]
    return " or ".join(
        f"({to.say(p)})" if isinstance(p, exp.And | exp.Or | exp.Xor) else to.say(p) for p in plain
    )


@told(CONDITIONS, exp.Xor)
def _xor(node: exp.Expr, to: Telling) -> str:
    return f"either {to.inner(node.this)} or {to.inner(node.expression)}, not both"


@told(CONDITIONS, *_NUMBERS)
def _comparison(node: exp.Expr, to: Telling) -> str:
    left, right = node.this, node.expression
    is_time = to.is_time(left) or to.is_time(right)
    verb = (_TIMES if is_time else _NUMBERS)[type(node)]
    return f"{to.value(left, right)} {verb} {to.value(right, left)}"


@told(CONDITIONS, exp.NullSafeEQ)
def _same(node: exp.Expr, to: Telling) -> str:
    left, right = node.this, node.expression
    return f"{to.value(left, right)} is {to.value(right, left)}, or neither has a value"


@told(CONDITIONS, exp.Between)
def _between(node: exp.Expr, to: Telling) -> str:
    return f"{to.inner(node.this)} is {_ends(node, to)}"


def _ends(node: exp.Expr, to: Telling) -> str:
    low, high = (to.value(node.args[end], node.this) for end in ("low", "high"))
    return f"from {low} to {high}"


@told(CONDITIONS, exp.In)
def _in(node: exp.Expr, to: Telling) -> str:
    return f"{to.inner(node.this)} is {_choice(node, to)}"


def _choice(node: exp.Expr, to: Telling) -> str:
    query = node.args.get("query")
    if query is not None:
        return f"among the rows of {to.say(query)}"
    values = [to.value(v, node.this) for v in node.expressions]
    if len(values) == 1:
        return values[0]
    more = f" and {len(values) - _MOST:,} more" if len(values) > _MOST else ""
    return f"one of {', '.join(values[:_MOST])}{more}"


@told(CONDITIONS, exp.Is)
def _is(node: exp.Expr, to: Telling) -> str | None:
    if isinstance(node.expression, exp.Null):
        return f"{to.inner(node.this)} has no value"
    return None


@told(CONDITIONS, exp.Like)
def _like(node: exp.Expr, to: Telling) -> str:
    return f"{to.inner(node.this)} {_pattern(node, not node.args.get('negate'), to)}"


#: No sort key and no index finds a text by what it does not begin with.
_LOOKED_THROUGH = " (every value is looked through)"


def _pattern(node: exp.Expr, holds: bool, to: Telling) -> str:
    """What LIKE asks for, or its opposite."""
    pattern = node.expression
    if isinstance(pattern, exp.Literal) and pattern.is_string:
        text = pattern.name
        core = text.strip("%")
        if core and not any(sign in core for sign in "%_\\"):
            if text == core + "%":
                return f"{'begins' if holds else 'does not begin'} with {quoted(core)}"
            if text == "%" + core:
                return f"{'ends' if holds else 'does not end'} with {quoted(core)}{_LOOKED_THROUGH}"
            if text == f"%{core}%":
                has = "has" if holds else "does not have"
                return f"{has} {quoted(core)} in it{_LOOKED_THROUGH}"
    verb = "matches" if holds else "does not match"
    return f"{verb} the pattern {to.inner(pattern)}"


@told(CONDITIONS, exp.RegexpLike)
def _regexp(node: exp.Expr, to: Telling) -> str:
    return f"{to.inner(node.this)} matches the regular expression {to.inner(node.expression)}"


@told(CONDITIONS, exp.Exists)
def _exists(node: exp.Expr, to: Telling) -> str:
    return f"{to.say(node.this)} has a row"


@told(CONDITIONS, exp.Not)
def _not(node: exp.Expr, to: Telling) -> str:
    inner = bare(node.this)
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
        return f"{to.inner(inner.this)} has a value"
    if isinstance(inner, exp.In):
        choice = _choice(inner, to)
        return f"{to.inner(inner.this)} is not {choice}"
    if isinstance(inner, exp.Between):
        return f"{to.inner(inner.this)} is not {_ends(inner, to)}"
    if isinstance(inner, exp.Like):
        return f"{to.inner(inner.this)} {_pattern(inner, bool(inner.args.get('negate')), to)}"
    if isinstance(inner, exp.Exists):
        return f"{to.say(inner.this)} has no row"
    return f"not ({to.say(inner)})"
