"""Sums, products, quotients and remainders."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from sqlglot import exp

from core.execution.dialect.kinds import kind_of
from core.execution.dialect.trees import call, cast, is_plain_number, is_text, moment, number
from core.execution.dialect.types import Mend


def _mend_arithmetic(node: exp.Expr) -> exp.Expr:
    """Sums and products of whole numbers are 64-bit; dates take intervals as moments."""
    for name in ("this", "expression"):
        side = node.args[name]
        other = node.args["expression" if name == "this" else "this"]
        if is_text(side) and isinstance(other, exp.Paren) and other.find(exp.Interval):
            node.set(name, moment(side))
        elif is_plain_number(side) and side.this.isdecimal():
            node.set(name, cast(side, "BIGINT"))
    return node


def _mend_div(node: exp.Expr) -> exp.Expr:
    """Of two plain numbers of which one is a DECIMAL, the quotient has its scale plus six."""
    left, right = node.this, node.expression
    if is_plain_number(left) and is_plain_number(right) and "." in left.this + right.this:
        scale = len(left.this.partition(".")[2])
        places = scale + 6 if scale <= 6 else max(12, scale)
        if re.fullmatch(r"[0-9.]+", left.this + right.this) and float(right.this):
            quotient = Decimal(left.this) / Decimal(right.this)
            rounded = quotient.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
            return exp.Literal.number(str(rounded))
    kinds = {kind_of(left), kind_of(right)}
    if "double" in kinds or "text" in kinds or kinds == {"integer"}:
        return node
    return call("sr_divide", left, right)


def _mend_int_div(node: exp.Expr) -> exp.Expr:
    return call("sr_div", node.this, node.expression)


def _mend_mod(node: exp.Expr) -> exp.Expr:
    node.set("expression", exp.Nullif(this=node.expression, expression=number(0)))
    return node


MENDS: dict[type[exp.Expr], Mend] = {
    exp.Add: _mend_arithmetic,
    exp.Sub: _mend_arithmetic,
    exp.Mul: _mend_arithmetic,
    exp.Div: _mend_div,
    exp.IntDiv: _mend_int_div,
    exp.Mod: _mend_mod,
}
