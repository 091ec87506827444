"""Functions that sqlglot knows by name only."""

from __future__ import annotations

import re

from sqlglot import exp

from core.execution.dialect.trees import call, cast, is_text, moment, number, text, times
from core.execution.dialect.types import Mend

_MOVES = re.compile(r"(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S_(ADD|SUB)")
_DIFFS = re.compile(r"(YEAR|QUARTER|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S_DIFF")


def _mend_named(node: exp.Expr) -> exp.Expr:
    name, args = node.name.upper(), node.expressions
    if move := _MOVES.fullmatch(name):
        kind = exp.Sub if move[2] == "SUB" else exp.Add
        amount = args[1] if not is_text(args[1]) else exp.Literal.number(args[1].this)
        return exp.Paren(this=kind(this=moment(args[0]), expression=times(amount, move[1])))
    if diff := _DIFFS.fullmatch(name):
        return call("sr_diff", text(diff[1].lower()), moment(args[1]), moment(args[0]))
    if name == "WEEKDAY":
        return exp.Paren(this=exp.Sub(this=call("isodow", moment(args[0])), expression=number(1)))
    if name == "WEEK_ISO":
        return call("weekofyear", moment(args[0]))
    if name == "TO_DATE":
        return cast(moment(args[0]), "DATE")
    if name == "NDV":
        return exp.Count(this=exp.Distinct(expressions=[args[0]]))
    if name == "PERCENTILE_APPROX":
        return exp.PercentileCont(this=args[0], expression=args[1])
    if name == "NULL_OR_EMPTY":
        empty = exp.EQ(this=args[0].copy(), expression=text(""))
        return exp.Paren(
            this=exp.Or(this=exp.Is(this=args[0], expression=exp.Null()), expression=empty)
        )
    return node


MENDS: dict[type[exp.Expr], Mend] = {exp.Anonymous: _mend_named}
