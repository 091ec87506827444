"""The functions that may be called: those whose value on StarRocks is documented and that the
DuckDB engine gives alike (core/execution), so that the same question has the same answer on each
store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from core.governance import limits
from core.governance.allowed import lists, texts, values
from core.governance.allowed.rule import Check, NodeRule
from core.translation import marked


def _pairs(*pairs: tuple[type[exp.Expr], str]) -> tuple[tuple[type[exp.Expr], str], ...]:
    return pairs


def _functions() -> dict[type[exp.Expr], NodeRule]:
    rules: dict[type[exp.Expr], NodeRule] = {}

    def add(
        cls: type[exp.Expr],
        name: str,
        *args: str,
        check: Check | None = None,
        words: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        rules[cls] = NodeRule(frozenset(args or ("this",)), words or {}, check, name)

    # Aggregates
    add(exp.Count, "COUNT", "this", "expressions", "big_int")
    for cls, name in _pairs(
        (exp.Sum, "SUM"), (exp.Avg, "AVG"), (exp.StddevPop, "STDDEV"), (exp.AnyValue, "ANY_VALUE"),
        (exp.StddevSamp, "STDDEV_SAMP"), (exp.VariancePop, "VAR_POP"), (exp.Variance, "VAR_SAMP"),
        (exp.ApproxDistinct, "APPROX_COUNT_DISTINCT"), (exp.CountIf, "COUNT_IF"),
    ):  # fmt: skip
        add(cls, name)
    add(exp.Min, "MIN")
    add(exp.Max, "MAX")
    for cls, name in _pairs(
        (exp.Corr, "CORR"), (exp.CovarPop, "COVAR_POP"), (exp.CovarSamp, "COVAR_SAMP"),
        (exp.ArgMax, "MAX_BY"), (exp.ArgMin, "MIN_BY"),
    ):  # fmt: skip
        add(cls, name, "this", "expression")
    add(exp.PercentileCont, "PERCENTILE_CONT", "this", "expression", check=values.share)
    add(exp.PercentileDisc, "PERCENTILE_DISC", "this", "expression", check=values.share)
    add(exp.GroupConcat, "GROUP_CONCAT", "this", "separator", check=values.group_concat)
    add(exp.ArrayAgg, "ARRAY_AGG", "this", check=lists.array_agg)
    add(exp.ArrayToString, "ARRAY_JOIN", "this", "expression", "null", check=lists.array_join)
    add(exp.ArraySize, "ARRAY_LENGTH", "this", check=lists.of_list)
    add(exp.Grouping, "GROUPING", "expressions")
    add(exp.GroupingId, "GROUPING_ID", "expressions")
    # Windows
    for cls, name in _pairs(
        (exp.RowNumber, "ROW_NUMBER"), (exp.Rank, "RANK"), (exp.DenseRank, "DENSE_RANK"),
        (exp.CumeDist, "CUME_DIST"), (exp.PercentRank, "PERCENT_RANK"),
    ):  # fmt: skip
        rules[cls] = NodeRule(frozenset(), {}, None, name)
    add(exp.Ntile, "NTILE", "this", check=values.buckets)
    add(exp.Lag, "LAG", "this", "offset", "default", check=values.offset)
    add(exp.Lead, "LEAD", "this", "offset", "default", check=values.offset)
    add(exp.FirstValue, "FIRST_VALUE")
    add(exp.LastValue, "LAST_VALUE")
    # Dates and times
    add(
        exp.TimestampTrunc,
        "DATE_TRUNC",
        "this",
        "unit",
        check=values.unit(*values.SHORT_UNITS, *values.TRUNC_UNITS),
    )
    moves = values.amount("expression", *values.ADD_UNITS)
    add(exp.DateAdd, "DATE_ADD", "this", "expression", "unit", check=moves)
    add(exp.DateSub, "DATE_SUB", "this", "expression", "unit", check=moves)
    add(
        exp.DateDiff, "DATEDIFF", "this", "expression", "unit", "date_part_boundary",
        check=lambda n: "" if n.args.get("unit") is None else values.unit(*values.DIFF_UNITS)(n),
    )  # fmt: skip
    add(
        exp.TimestampDiff,
        "TIMESTAMPDIFF",
        "this",
        "expression",
        "unit",
        check=values.unit(*values.DIFF_UNITS),
    )
    for cls, name in _pairs(
        (exp.Year, "YEAR"), (exp.Quarter, "QUARTER"), (exp.Month, "MONTH"), (exp.Day, "DAY"),
        (exp.DayOfMonth, "DAYOFMONTH"), (exp.DayOfYear, "DAYOFYEAR"), (exp.Hour, "HOUR"),
        (exp.DayOfWeek, "DAYOFWEEK"), (exp.DayOfWeekIso, "DAYOFWEEK_ISO"), (exp.Minute, "MINUTE"),
        (exp.WeekOfYear, "WEEKOFYEAR"), (exp.Second, "SECOND"), (exp.TsOrDsToDate, "DATE"),
        (exp.Dayname, "DAYNAME"), (exp.ToDays, "TO_DAYS"),
    ):  # fmt: skip
        add(cls, name)
    add(exp.Extract, "EXTRACT", "this", "expression", check=values.extract)
    add(exp.Week, "WEEK", "this", "mode", check=values.week_mode)
    add(exp.LastDay, "LAST_DAY")
    add(exp.TimeToStr, "DATE_FORMAT", "this", "format", check=texts.date_format)
    add(exp.StrToDate, "STR_TO_DATE", "this", "format", check=texts.str_to_date)
    add(exp.StrToTime, "STR_TO_DATE", "this", "format", check=texts.str_to_date)
    add(
        exp.ConvertTimezone, "CONVERT_TZ", "source_tz", "target_tz", "timestamp",
        check=texts.zones,
    )  # fmt: skip
    add(exp.NextDay, "NEXT_DAY", "this", "expression", check=texts.weekday_name)
    add(exp.PreviousDay, "PREVIOUS_DAY", "this", "expression", check=texts.weekday_name)
    add(
        exp.TimeSlice, "TIME_SLICE", "this", "expression", "unit", "kind", "origin",
        check=values.time_slice,
    )  # fmt: skip
    # Text
    for cls, name in _pairs((exp.Upper, "UPPER"), (exp.Lower, "LOWER"), (exp.Reverse, "REVERSE"),
                      (exp.Ascii, "ASCII")):  # fmt: skip
        add(cls, name)
    add(exp.Initcap, "INITCAP", check=values.has_argument)
    add(exp.Repeat, "REPEAT", "this", "times", check=values.repeated)
    add(exp.MD5, "MD5", "this", check=values.pseudonym)
    add(exp.Length, "LENGTH", "this", "binary", "encoding")
    add(
        exp.Trim, "TRIM", "this", "position",
        words={"position": frozenset(("LEADING", "TRAILING", "BOTH"))},
    )  # fmt: skip
    add(exp.Concat, "CONCAT", "expressions", "safe", "coalesce")
    add(exp.ConcatWs, "CONCAT_WS", "expressions", "safe", "coalesce")
    add(exp.Substring, "SUBSTRING", "this", "start", "length")
    add(exp.Left, "LEFT", "this", "expression")
    add(exp.Right, "RIGHT", "this", "expression")
    add(exp.Replace, "REPLACE", "this", "expression", "replacement", check=values.replace)
    add(exp.StrPosition, "LOCATE", "this", "substr", "position")
    add(
        exp.SplitPart,
        "SPLIT_PART",
        "this",
        "delimiter",
        "part_index",
        check=texts.delimited("part_index"),
    )
    add(exp.StartsWith, "STARTS_WITH", "this", "expression")
    add(exp.EndsWith, "ENDS_WITH", "this", "expression")
    add(exp.Pad, "LPAD", "this", "expression", "fill_pattern", "is_left", check=values.pad)
    add(exp.RegexpLike, "REGEXP", "this", "expression", check=texts.pattern)
    add(
        exp.SubstringIndex,
        "SUBSTRING_INDEX",
        "this",
        "delimiter",
        "count",
        check=texts.delimited("count"),
    )
    add(
        exp.RegexpExtract, "REGEXP_EXTRACT", "this", "expression", "position", check=texts.extracted
    )
    add(
        exp.RegexpReplace,
        "REGEXP_REPLACE",
        "this",
        "expression",
        "replacement",
        check=texts.replaced,
    )
    add(exp.Translate, "TRANSLATE", "this", "from_", "to", check=texts.translate)
    # Numbers
    for cls, name in _pairs(
        (exp.Abs, "ABS"), (exp.Sqrt, "SQRT"), (exp.Exp, "EXP"), (exp.Ln, "LN"), (exp.Sign, "SIGN"),
        (exp.Sin, "SIN"), (exp.Cos, "COS"), (exp.Tan, "TAN"), (exp.Asin, "ASIN"),
        (exp.Acos, "ACOS"), (exp.Atan, "ATAN"), (exp.Sinh, "SINH"), (exp.Cosh, "COSH"),
        (exp.Tanh, "TANH"), (exp.Cot, "COT"), (exp.Cbrt, "CBRT"), (exp.Degrees, "DEGREES"),
        (exp.Radians, "RADIANS"), (exp.Floor, "FLOOR"), (exp.Ceil, "CEIL"),
    ):  # fmt: skip
        add(cls, name)
    rules[exp.Pi] = NodeRule(frozenset(), {}, None, "PI")
    add(exp.Log, "LOG", "this", "expression")
    add(exp.Pow, "POWER", "this", "expression")
    add(exp.Atan2, "ATAN2", "this", "expression")
    add(exp.Round, "ROUND", "this", "decimals", check=values.digits("decimals"))
    add(exp.Trunc, "TRUNCATE", "this", "decimals", check=values.digits("decimals"))
    add(exp.Greatest, "GREATEST", "this", "expressions", "ignore_nulls")
    add(exp.Least, "LEAST", "this", "expressions", "ignore_nulls")
    # Conditions and casts
    add(exp.If, "IF", "this", "true", "false")
    add(exp.Coalesce, "COALESCE", "this", "expressions")
    add(exp.Nullif, "NULLIF", "this", "expression")
    add(exp.Cast, "CAST", "this", "to", check=values.cast)
    return rules


FUNCTIONS = _functions()


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A function that sqlglot knows by name only. arguments: how many it takes."""

    arguments: frozenset[int]
    check: Check | None = None


def _approx(node: exp.Expr) -> str:
    value = values.number_value(node.expressions[1])
    return "" if value is not None and 0 <= value <= 1 else values.share(node)


def _yearweek(node: exp.Expr) -> str:
    return values.is_week_mode(node.expressions[1] if len(node.expressions) > 1 else None)


def _date_slice(node: exp.Expr) -> str:
    interval = node.expressions[1]
    if not isinstance(interval, exp.Interval):
        return marked("DATE_SLICE takes INTERVAL with a plain whole number")
    reason = values.slice_width(interval.this)
    edge = node.expressions[2] if len(node.expressions) > 2 else None
    if edge is not None and not isinstance(edge, exp.Var):
        return marked("DATE_SLICE goes to the FLOOR or the CEIL of the interval")
    return reason or values.unit("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")(interval)


def _field(node: exp.Expr) -> str:
    items = node.expressions[1:]
    if len(items) > limits.IN_ITEMS or not all(isinstance(i, exp.Literal) for i in items):
        return marked("FIELD takes plain values to look among")
    if len({i.is_string for i in items if isinstance(i, exp.Literal)}) > 1:
        return marked("FIELD looks among texts or among numbers, not among both")
    return ""


def _find_in_set(node: exp.Expr) -> str:
    listed = node.expressions[1]
    if texts.is_plain_text(listed) and listed.name:
        return ""
    return marked("FIND_IN_SET looks in a plain text such as 'a,b,c'")


_TWO = NamedRule(frozenset({2}))
_MOVE = NamedRule(frozenset({2}), lambda node: values.whole_amount(node.expressions[1]))
_ONE = NamedRule(frozenset({1}))

#: Functions that sqlglot keeps as `Anonymous`, by name in capitals.
NAMED_FUNCTIONS: dict[str, NamedRule] = {
    "PERCENTILE_APPROX": NamedRule(frozenset({2}), _approx),
    "UNIX_TIMESTAMP": _ONE,
    "FROM_UNIXTIME": NamedRule(frozenset({1, 2}), texts.from_unixtime),
    "WEEKDAY": _ONE,
    "WEEK_ISO": _ONE,
    "TO_DATE": _ONE,
    "NDV": _ONE,
    "NULL_OR_EMPTY": _ONE,
    "YEARWEEK": NamedRule(frozenset({1, 2}), _yearweek),
    "DATE_SLICE": NamedRule(frozenset({2, 3}), _date_slice),
    "LAST_DAY": NamedRule(frozenset({2}), texts.last_day),
    "STR2DATE": NamedRule(frozenset({2}), texts.str2date),
    "MAKEDATE": _TWO, "FROM_DAYS": _ONE,
    "MULTI_DISTINCT_COUNT": _ONE, "MULTI_DISTINCT_SUM": _ONE,
    "STRLEFT": _TWO, "STRRIGHT": _TWO, "STRCMP": _TWO,
    "FIELD": NamedRule(frozenset(range(2, 102)), _field),
    "FIND_IN_SET": NamedRule(frozenset({2}), _find_in_set),
    "PMOD": _TWO, "FMOD": _TWO, "SQUARE": _ONE, "E": NamedRule(frozenset({0})),
    "QUARTERS_ADD": _MOVE, "QUARTERS_SUB": _MOVE, "MILLISECONDS_ADD": _MOVE,
    "MILLISECONDS_SUB": _MOVE, "MICROSECONDS_ADD": _MOVE, "MICROSECONDS_SUB": _MOVE,
    "MILLISECONDS_DIFF": _TWO,
    "YEARS_ADD": _MOVE, "MONTHS_ADD": _MOVE, "WEEKS_ADD": _MOVE, "DAYS_ADD": _MOVE,
    "HOURS_ADD": _MOVE, "MINUTES_ADD": _MOVE, "SECONDS_ADD": _MOVE,
    "YEARS_SUB": _MOVE, "MONTHS_SUB": _MOVE, "WEEKS_SUB": _MOVE, "DAYS_SUB": _MOVE,
    "HOURS_SUB": _MOVE, "MINUTES_SUB": _MOVE, "SECONDS_SUB": _MOVE,
    "YEARS_DIFF": _TWO, "QUARTERS_DIFF": _TWO, "MONTHS_DIFF": _TWO, "WEEKS_DIFF": _TWO,
    "DAYS_DIFF": _TWO, "HOURS_DIFF": _TWO, "MINUTES_DIFF": _TWO, "SECONDS_DIFF": _TWO,
}  # fmt: skip


def function_names() -> tuple[str, ...]:
    """Every function that may be called, sorted; for messages and for the docs."""
    return tuple(sorted({r.function for r in FUNCTIONS.values()} | set(NAMED_FUNCTIONS)))
