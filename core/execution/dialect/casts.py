"""Casts, comparisons and LIKE."""

from __future__ import annotations

from sqlglot import exp

from core.execution.dialect.kinds import kind_of
from core.execution.dialect.trees import (
    COMPARISONS,
    ISO_DATE,
    ISO_DATETIME,
    as_text,
    call,
    cast,
    copied,
    is_text,
    text,
    try_cast,
)
from core.execution.dialect.types import Mend

_INTEGERS = {
    exp.DType.TINYINT: "TINYINT",
    exp.DType.SMALLINT: "SMALLINT",
    exp.DType.INT: "INT",
    exp.DType.BIGINT: "BIGINT",
}
_TEXTS = (exp.DType.VARCHAR, exp.DType.CHAR, exp.DType.TEXT)


def _mend_cast(node: exp.Expr) -> exp.Expr:
    value, to = node.this, node.args["to"]
    kind = to.this
    if isinstance(value, exp.Null):
        return node
    if kind in _INTEGERS:
        return try_cast(_whole(value), _INTEGERS[kind])
    if kind in _TEXTS:
        return as_text(value)
    if kind in (exp.DType.DATE, exp.DType.DATETIME, exp.DType.TIMESTAMPTZ):
        iso = is_text(value) and ISO_DATE.fullmatch(value.this)
        is_moment = iso or kind_of(value) in ("date", "datetime")
        moment = value if is_moment else call("sr_datetime", value)
        return try_cast(moment, "DATE" if kind == exp.DType.DATE else "TIMESTAMP")
    if kind == exp.DType.DECIMAL:
        return _decimal(value, to)
    if kind == exp.DType.BOOLEAN and kind_of(value) not in ("boolean", "integer"):
        return call("sr_boolean", value)
    return exp.TryCast(this=value, to=to)


def _whole(value: exp.Expr) -> exp.Expr:
    """A number is cut, not rounded."""
    kind = kind_of(value)
    if kind in ("integer", "boolean"):
        return value
    if kind in ("double", "decimal"):
        return call("trunc", value)
    return call("sr_bigint", value)


def _decimal(value: exp.Expr, to: exp.Expr) -> exp.Expr:
    """StarRocks keeps a DECIMAL in 4, 8 or 16 bytes: what they cannot hold is NULL. Whether it
    keeps what they can hold beyond the digits declared differs by type, so that is stopped."""
    sizes = [int(p.name) for p in to.expressions]
    precision, scale = (*sizes, 0)[:2] if sizes else (10, 0)
    bits = 31 if precision <= 9 else 63 if precision <= 18 else 127
    kept = try_cast(value, f"DECIMAL({precision}, {scale})")
    wide = try_cast(copied(value), "DOUBLE")
    return call("sr_decimal", kept, wide, exp.Literal.number(repr(2.0**bits / 10**scale)))


def _mend_comparison(node: exp.Expr) -> exp.Expr:
    """`date = '2026-06-30 12:00:00'` compares moments: DuckDB would cut the text to a date."""
    sides = list(node.iter_expressions())
    if all(kind_of(side) == "text" for side in sides):
        return node
    for literal in sides:
        if is_text(literal) and ISO_DATETIME.fullmatch(literal.this):
            literal.replace(cast(literal.copy(), "TIMESTAMP"))
    return node


def _mend_like(node: exp.Expr) -> exp.Expr:
    """A backslash escapes in StarRocks' LIKE; DuckDB has to be told."""
    if isinstance(node.parent, exp.Escape):
        return node
    pattern = node.expression
    if is_text(pattern) and "\\" not in pattern.this:
        return node
    negate = node.args.get("negate")
    node.set("negate", None)
    escaped = exp.Escape(this=node.copy(), expression=text("\\"))
    return exp.Not(this=exp.Paren(this=escaped)) if negate else escaped


MENDS: dict[type[exp.Expr], Mend] = {
    exp.Cast: _mend_cast,
    exp.Like: _mend_like,
    **dict.fromkeys(COMPARISONS, _mend_comparison),
}
