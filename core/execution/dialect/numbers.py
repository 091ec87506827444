"""Functions of numbers: outside their domain StarRocks gives NULL."""

from __future__ import annotations

from sqlglot import exp

from core.execution.dialect.trees import call, is_plain_number
from core.execution.dialect.types import Mend


def _one(function: str) -> Mend:
    def mend(node: exp.Expr) -> exp.Expr:
        return call(function, node.this)

    return mend


def _mend_log(node: exp.Expr) -> exp.Expr:
    base, value = node.this, node.expression
    if is_plain_number(base) and base.this in ("2", "10"):
        return call(f"sr_log{base.this}", value)
    return call("sr_log", base, value)


def _mend_finite(node: exp.Expr) -> exp.Expr:
    return call("sr_finite", node.copy())


MENDS: dict[type[exp.Expr], Mend] = {
    exp.Ln: _one("sr_ln"),
    exp.Log: _mend_log,
    exp.Sqrt: _one("sr_sqrt"),
    exp.Asin: _one("sr_asin"),
    exp.Acos: _one("sr_acos"),
    exp.Cot: _mend_finite,
    exp.Sinh: _mend_finite,
    exp.Cosh: _mend_finite,
    exp.Exp: _mend_finite,
    exp.Pow: _mend_finite,
}
