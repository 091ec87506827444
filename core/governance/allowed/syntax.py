"""The parts of a statement that are no functions."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from core.governance.allowed import values
from core.governance.allowed.rule import Check, NodeRule


def _node(
    *args: str, words: Mapping[str, frozenset[str]] | None = None, check: Check | None = None
) -> NodeRule:
    return NodeRule(frozenset(args), words or {}, check)


def _words(*words: str) -> frozenset[str]:
    return frozenset(words)


_QUERY_TAIL = ("order", "limit", "offset", "with_")
_BINARY = _node("this", "expression")

SYNTAX: dict[type[exp.Expr], NodeRule] = {
    exp.Select: _node(
        "expressions",
        "distinct",
        "from_",
        "joins",
        "where",
        "group",
        "having",
        "qualify",
        *_QUERY_TAIL,
        check=values.not_empty,
    ),
    exp.Union: _node("this", "expression", "distinct", *_QUERY_TAIL),
    exp.Intersect: _node("this", "expression", "distinct", *_QUERY_TAIL),
    exp.Except: _node("this", "expression", "distinct", *_QUERY_TAIL),
    exp.Subquery: _node("this", "alias"),
    exp.With: _node("expressions"),
    exp.CTE: _node("this", "alias", check=values.plain_with),
    exp.TableAlias: _node("this", "columns"),
    exp.From: _node("this"),
    exp.Table: _node("this", "alias"),
    exp.Join: _node(
        "this",
        "on",
        "using",
        "side",
        "kind",
        words={
            "side": _words("LEFT", "RIGHT", "FULL"),
            "kind": _words("INNER", "OUTER", "CROSS", "SEMI", "ANTI"),
        },
    ),
    exp.Where: _node("this"),
    exp.Group: _node("expressions", "rollup", "cube", "grouping_sets", check=values.not_empty),
    exp.Rollup: _node("expressions"),
    exp.Cube: _node("expressions"),
    exp.GroupingSets: _node("expressions"),
    exp.Having: _node("this"),
    exp.Qualify: _node("this"),
    exp.Order: _node("this", "expressions"),
    exp.Ordered: _node("this", "desc", "nulls_first"),
    exp.Limit: _node("expression", check=values.row_count),
    exp.Offset: _node("expression", check=values.row_count),
    exp.Distinct: _node("expressions"),
    exp.Column: _node("this", "table"),
    exp.Identifier: _node("this", "quoted"),
    exp.Star: _node(),
    exp.Alias: _node("this", "alias"),
    exp.Literal: _node("this", "is_string", check=values.literal_size),
    exp.Boolean: _node("this"),
    exp.Null: _node(),
    exp.Paren: _node("this"),
    exp.Tuple: _node("expressions"),
    exp.And: _BINARY,
    exp.Or: _BINARY,
    exp.Xor: _BINARY,
    exp.Not: _node("this"),
    exp.EQ: _BINARY,
    exp.NEQ: _BINARY,
    exp.LT: _BINARY,
    exp.LTE: _BINARY,
    exp.GT: _BINARY,
    exp.GTE: _BINARY,
    exp.NullSafeEQ: _BINARY,
    exp.Is: _node("this", "expression", check=values.is_null),
    exp.Between: _node("this", "low", "high"),
    exp.In: _node("this", "expressions", "query", check=values.items),
    exp.Exists: _node("this", check=values.a_query),
    exp.Like: _node("this", "expression", "negate"),
    exp.Add: _BINARY,
    exp.Sub: _BINARY,
    exp.Mul: _BINARY,
    exp.Div: _node("this", "expression", "typed", "safe"),
    exp.IntDiv: _BINARY,
    exp.Mod: _BINARY,
    exp.Neg: _node("this"),
    exp.Case: _node("this", "ifs", "default"),
    exp.Interval: _node("this", "unit", check=values.amount("this", *values.ADD_UNITS)),
    exp.Var: _node("this", check=values.word),
    exp.DataType: _node("this", "expressions", "nested"),
    exp.DataTypeParam: _node("this"),
    exp.Window: _node(
        "this", "partition_by", "order", "spec", "over", words={"over": _words("OVER")}
    ),
    exp.WindowSpec: _node(
        "kind",
        "start",
        "start_side",
        "end",
        "end_side",
        words={
            "kind": _words("ROWS", "RANGE"),
            "start": _words("UNBOUNDED", "CURRENT ROW"),
            "end": _words("UNBOUNDED", "CURRENT ROW"),
            "start_side": _words("PRECEDING", "FOLLOWING"),
            "end_side": _words("PRECEDING", "FOLLOWING"),
        },
        check=values.frame,
    ),
    exp.IgnoreNulls: _node("this"),
    # The parser wraps date arguments in these; they are not written.
    exp.TsOrDsToTimestamp: _node("this"),
}
