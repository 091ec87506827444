"""Aggregates, in windows too."""

from __future__ import annotations

from sqlglot import exp

from core.errors import ModelFixable
from core.execution.dialect.trees import call, cast, number
from core.execution.dialect.types import Mend

_TRUTHS = (exp.Predicate, exp.And, exp.Or, exp.Not, exp.Xor, exp.Boolean)
_GROUP_CONCAT_CHARACTERS = 1024


def _mend_sample(node: exp.Expr) -> exp.Expr:
    """One value has a sample deviation of 0 in StarRocks, NULL in DuckDB."""
    window = node.parent if isinstance(node.parent, exp.Window) else None
    if window is not None:
        return node  # the window is mended as a whole
    return _zero_for_one(node.copy(), exp.Count(this=node.this.copy()))


def _mend_window(node: exp.Expr) -> exp.Expr:
    inner = node.this
    if not isinstance(inner, exp.StddevSamp | exp.Variance):
        if isinstance(inner, exp.PercentileDisc):
            raise ModelFixable(
                "PERCENTILE_DISC cannot be used with OVER here.",
                hint="Use PERCENTILE_CONT, or PERCENTILE_DISC without OVER.",
            )
        return node
    count = node.copy()
    count.set("this", exp.Count(this=inner.this.copy()))
    return _zero_for_one(node.copy(), count)


def _zero_for_one(value: exp.Expr, count: exp.Expr) -> exp.Expr:
    is_one = exp.EQ(this=count, expression=number(1))
    return exp.Case(ifs=[exp.If(this=is_one, true=number(0))], default=value)


def _mend_percentile_disc(node: exp.Expr) -> exp.Expr:
    """StarRocks takes the larger neighbour; DuckDB the first value that reaches the share."""
    if isinstance(node.parent, exp.Window):
        return node
    value, share = node.this, node.expression
    not_null = exp.Where(this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())))
    values = exp.Filter(this=call("list", value.copy()), expression=not_null)
    count = exp.Count(this=value.copy())
    last = exp.Paren(this=exp.Sub(this=count, expression=number(1)))
    place = call("ceil", exp.Mul(this=share.copy(), expression=last))
    index = exp.Add(this=cast(place, "BIGINT"), expression=number(1))
    return call("list_extract", call("list_sort", values), index)


def _mend_group_concat(node: exp.Expr) -> exp.Expr:
    """StarRocks cuts the text at group_concat_max_len, 1024 characters."""
    return exp.Left(this=node.copy(), expression=number(_GROUP_CONCAT_CHARACTERS))


def _mend_distinct_count(node: exp.Expr) -> exp.Expr:
    """An exact count stands for the estimate, so that an answer is the same each time."""
    return exp.Count(this=exp.Distinct(expressions=[node.this]))


def _mend_truth(node: exp.Expr) -> exp.Expr:
    """A condition counts as 1 and 0 in SUM and AVG."""
    inner = node.this
    while isinstance(inner, exp.Paren):
        inner = inner.this
    if isinstance(inner, _TRUTHS):
        node.set("this", cast(exp.Paren(this=node.this), "INT"))
    return node


MENDS: dict[type[exp.Expr], Mend] = {
    exp.StddevSamp: _mend_sample,
    exp.Variance: _mend_sample,
    exp.Window: _mend_window,
    exp.PercentileDisc: _mend_percentile_disc,
    exp.GroupConcat: _mend_group_concat,
    exp.ApproxDistinct: _mend_distinct_count,
    exp.Sum: _mend_truth,
    exp.Avg: _mend_truth,
}
