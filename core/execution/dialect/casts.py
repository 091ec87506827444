"""Casts, comparisons and LIKE."""

from __future__ import annotations

from sqlglot import exp

from core.execution.dialect.trees import ISO_DATE, ISO_DATETIME, call, cast, is_text, text
from core.execution.dialect.types import Mend

_COMPARISONS = (
    exp.EQ,
    exp.NEQ,
    exp.LT,
    exp.LTE,
    exp.GT,
    exp.GTE,
    exp.NullSafeEQ,
    exp.Between,
    exp.In,
)


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
        if kind == exp.DType.BIGINT:
            return call("sr_bigint", value)
        return exp.TryCast(this=call("sr_bigint", value), to=to)
    if kind in _TEXTS:
        return value if is_text(value) else call("sr_text", value)
    if kind in (exp.DType.DATE, exp.DType.DATETIME, exp.DType.TIMESTAMPTZ):
        target = "DATE" if kind == exp.DType.DATE else "TIMESTAMP"
        iso = is_text(value) and ISO_DATE.fullmatch(value.this)
        moment = value if iso else call("sr_datetime", value)
        return exp.TryCast(this=moment, to=exp.DataType.build(target, dialect="duckdb"))
    return exp.TryCast(this=value, to=to)


def _mend_comparison(node: exp.Expr) -> exp.Expr:
    """`date = '2026-06-30 12:00:00'` compares moments: DuckDB would cut the text to a date."""
    for literal in list(node.iter_expressions()):
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
    **dict.fromkeys(_COMPARISONS, _mend_comparison),
}
