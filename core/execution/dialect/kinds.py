"""What kind of value an expression has, as far as its text says.

Columns say nothing here: their types are in the store, and a macro asks for them with `typeof`. A
macro copies its arguments, so each kind that is known from the text saves copies.
"""

from __future__ import annotations

import re
from typing import Literal

from sqlglot import exp

Kind = Literal["", "null", "text", "integer", "decimal", "double", "boolean", "date", "datetime"]

_BY_CLASS: dict[type[exp.Expr], Kind] = {
    **dict.fromkeys(
        (
            exp.Upper, exp.Lower, exp.Concat, exp.ConcatWs, exp.Substring, exp.Left, exp.Right,
            exp.Replace, exp.Trim, exp.Reverse, exp.Pad, exp.SplitPart, exp.SubstringIndex,
            exp.TimeToStr, exp.Dayname, exp.GroupConcat, exp.RegexpExtract, exp.RegexpReplace,
            exp.Translate, exp.MD5, exp.UnixToTime, exp.Repeat, exp.Initcap, exp.ArrayToString,
        ),
        "text",
    ),
    **dict.fromkeys(
        (
            exp.Count, exp.CountIf, exp.ApproxDistinct, exp.Length, exp.StrPosition, exp.DateDiff,
            exp.TimestampDiff, exp.Year, exp.Quarter, exp.Month, exp.Day, exp.DayOfMonth,
            exp.DayOfYear, exp.DayOfWeek, exp.DayOfWeekIso, exp.Week, exp.WeekOfYear, exp.Hour,
            exp.Minute, exp.Second, exp.Extract, exp.ToDays, exp.RowNumber, exp.Rank,
            exp.DenseRank, exp.Ntile, exp.Grouping, exp.GroupingId, exp.IntDiv, exp.Sign, exp.Ascii,
            exp.ArraySize,
        ),
        "integer",
    ),
    **dict.fromkeys(
        (
            exp.Sqrt, exp.Exp, exp.Ln, exp.Log, exp.Pow, exp.Sin, exp.Cos, exp.Tan, exp.Asin,
            exp.Acos, exp.Atan, exp.Atan2, exp.Sinh, exp.Cosh, exp.Tanh, exp.Cot, exp.Cbrt,
            exp.Degrees, exp.Radians, exp.Pi, exp.StddevPop, exp.StddevSamp, exp.VariancePop,
            exp.Variance, exp.Corr, exp.CovarPop, exp.CovarSamp, exp.Avg, exp.Div, exp.CumeDist,
            exp.PercentRank,
        ),
        "double",
    ),
    **dict.fromkeys(
        (
            exp.TimestampTrunc, exp.DateAdd, exp.DateSub, exp.TimeSlice, exp.ConvertTimezone,
            exp.StrToTime,
        ),
        "datetime",
    ),
    **dict.fromkeys(
        (exp.TsOrDsToDate, exp.LastDay, exp.NextDay, exp.PreviousDay, exp.StrToDate), "date"
    ),
    exp.TsOrDsToTimestamp: "datetime",
    exp.Null: "null",
    exp.Boolean: "boolean",
}  # fmt: skip
_NAMED: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"\w+S_(ADD|SUB)"), "datetime"),
    (re.compile(r"\w+S_DIFF|YEARWEEK|WEEKDAY|WEEK_ISO|NDV|FIELD|FIND_IN_SET|STRCMP"), "integer"),
    (re.compile(r"MULTI_DISTINCT_COUNT|UNIX_TIMESTAMP"), "integer"),
    (re.compile(r"TO_DATE|STR2DATE|MAKEDATE|FROM_DAYS|DATE_SLICE"), "date"),
    (re.compile(r"STRLEFT|STRRIGHT"), "text"),
    (re.compile(r"SQUARE|E|PERCENTILE_APPROX|FMOD"), "double"),
    (re.compile(r"NULL_OR_EMPTY"), "boolean"),
)
_TYPES: dict[exp.DType, Kind] = {
    exp.DType.TINYINT: "integer", exp.DType.SMALLINT: "integer", exp.DType.INT: "integer",
    exp.DType.BIGINT: "integer", exp.DType.FLOAT: "double", exp.DType.DOUBLE: "double",
    exp.DType.DECIMAL: "decimal", exp.DType.CHAR: "text", exp.DType.VARCHAR: "text",
    exp.DType.TEXT: "text", exp.DType.DATE: "date", exp.DType.DATETIME: "datetime",
    exp.DType.TIMESTAMPTZ: "datetime", exp.DType.BOOLEAN: "boolean",
}  # fmt: skip
_SAME = (exp.Paren, exp.Neg, exp.Abs, exp.Min, exp.Max, exp.Lag, exp.Lead, exp.FirstValue,
         exp.LastValue, exp.AnyValue, exp.IgnoreNulls, exp.Window, exp.ArgMax,
         exp.ArgMin, exp.Nullif, exp.PercentileDisc)  # fmt: skip
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Mod)


def remember(node: exp.Expr, kind: Kind) -> None:
    """Keep the kind with a node that took another's place."""
    node.meta["kind"] = kind


def kind_of(node: object) -> Kind:
    """The kind of an expression's value; "" when the text does not say."""
    if not isinstance(node, exp.Expr):
        return ""
    known: Kind | None = node.meta.get("kind") if node._meta else None
    if known is not None:
        return known
    return _derived(node)


def _derived(node: exp.Expr) -> Kind:
    if isinstance(node, exp.Literal):
        if node.is_string:
            return "text"
        return (
            "double" if "e" in node.this.lower() else "decimal" if "." in node.this else "integer"
        )
    found = _BY_CLASS.get(type(node))
    if found is not None:
        return found
    if isinstance(node, exp.Cast):
        return _TYPES.get(node.args["to"].this, "")
    if isinstance(node, _SAME):
        return kind_of(node.this)
    if isinstance(node, exp.Sum):
        inner = kind_of(node.this)
        return inner if inner in ("integer", "decimal", "double") else ""
    if isinstance(node, _ARITHMETIC):
        return _number(kind_of(node.this), kind_of(node.expression))
    if isinstance(node, exp.Distinct) and len(node.expressions) == 1:
        return kind_of(node.expressions[0])
    if isinstance(node, exp.Predicate | exp.And | exp.Or | exp.Not | exp.Xor):
        return "boolean"
    if isinstance(node, exp.Anonymous):
        return next((k for p, k in _NAMED if p.fullmatch(node.name.upper())), "")
    return _of_branches(_branches(node))


def _branches(node: exp.Expr) -> list[Kind]:
    if isinstance(node, exp.Case):
        values = [i.args["true"] for i in node.args["ifs"]] + [node.args.get("default")]
    elif isinstance(node, exp.If):
        values = [node.args["true"], node.args.get("false")]
    elif isinstance(node, exp.Coalesce | exp.Greatest | exp.Least):
        values = [node.this, *node.expressions]
    else:
        return []
    return [kind_of(v) if v is not None else "null" for v in values]


def _of_branches(kinds: list[Kind]) -> Kind:
    found = {k for k in kinds if k != "null"}
    return found.pop() if len(found) == 1 else ""


def _number(left: Kind, right: Kind) -> Kind:
    if "double" in (left, right):
        return "double"
    if {left, right} == {"integer"}:
        return "integer"
    return "decimal" if {left, right} <= {"integer", "decimal"} else ""
