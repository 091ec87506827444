"""What a statement may be made of: an allow-list of sqlglot's node classes and of functions.

Default refuse: a class that is not here, an argument that its class does not list, or a word in
an argument that is not among the words given, is refused. A block-list would let through what a
parser's next release adds (SECURITY.md, rules Q3 and Q4).

The functions are those whose value on StarRocks is documented and that the DuckDB engine gives
alike (core/execution/dialect.py), so that the same question has the same answer on each store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from core.governance import limits

Check = Callable[[exp.Expr], str]  # a reason to refuse, or an empty text


@dataclass(frozen=True, slots=True)
class NodeRule:
    """args: arguments that may be filled. words: argument -> texts it may hold (in capitals).
    check: looks at the node's values. function: its name, when it is a function."""

    args: frozenset[str]
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    check: Check | None = None
    function: str = ""


def _node(
    *args: str, words: Mapping[str, frozenset[str]] | None = None, check: Check | None = None
) -> NodeRule:
    return NodeRule(frozenset(args), words or {}, check)


def _words(*words: str) -> frozenset[str]:
    return frozenset(words)


# -- checks of values ---------------------------------------------------------------------------


def _number_value(node: object) -> float | None:
    if isinstance(node, exp.Neg):
        inner = _number_value(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Literal) and not node.is_string:
        try:
            return float(node.this)
        except ValueError:
            return None
    return None


def _literal_size(node: exp.Expr) -> str:
    text = str(node.this)
    if node.args.get("is_string"):
        if len(text) > limits.STRING:
            return f"a text may have {limits.STRING} characters, not {len(text)}"
        if any(ord(c) < 32 and c not in "\t\n" for c in text):
            return "a text may not hold control characters"
        return ""
    if len(text) > limits.NUMBER_DIGITS:
        return f"a number may have {limits.NUMBER_DIGITS} digits"
    return ""


def _row_count(node: exp.Expr) -> str:
    value = _number_value(node.args.get("expression"))
    if value is None or value < 0 or value != int(value):
        return "LIMIT and OFFSET take a plain whole number"
    return ""


def _items(node: exp.Expr) -> str:
    count = len(node.expressions)
    if count > limits.IN_ITEMS:
        return f"IN may list {limits.IN_ITEMS} values, not {count}"
    if not count and node.args.get("query") is None:
        return "IN needs a list of values or a subquery"
    return ""


def _share(node: exp.Expr) -> str:
    """Percentiles: the position is a plain number from 0 to 1."""
    value = _number_value(node.args.get("expression"))
    if value is None or not 0 <= value <= 1:
        return "a percentile takes a plain number from 0 to 1"
    return ""


def _pad(node: exp.Expr) -> str:
    value = _number_value(node.args.get("expression"))
    if value is None or not 0 <= value <= limits.PAD:
        return f"a padded text's length must be a plain number up to {limits.PAD}"
    return "" if node.args.get("fill_pattern") is not None else "a padding text must be given"


def _pattern(node: exp.Expr) -> str:
    pattern = node.args.get("expression")
    if not isinstance(pattern, exp.Literal) or len(str(pattern.this)) > limits.PATTERN:
        return f"a pattern must be a plain text of at most {limits.PATTERN} characters"
    return ""


def _offset(node: exp.Expr) -> str:
    offset = node.args.get("offset")
    if offset is None:
        return ""
    value = _number_value(offset)
    if value is None or not 0 <= value <= limits.WINDOW_OFFSET:
        return f"the offset must be a plain number up to {limits.WINDOW_OFFSET}"
    return ""


def _buckets(node: exp.Expr) -> str:
    value = _number_value(node.this)
    if value is None or not 1 <= value <= limits.WINDOW_OFFSET:
        return f"NTILE takes a plain number up to {limits.WINDOW_OFFSET}"
    return ""


def _frame(node: exp.Expr) -> str:
    for name in ("start", "end"):
        edge = node.args.get(name)
        if isinstance(edge, exp.Expr):
            value = _number_value(edge)
            if value is None or not 0 <= value <= limits.WINDOW_OFFSET:
                return f"a frame reaches a plain number of rows, up to {limits.WINDOW_OFFSET}"
    return ""


def _plain_text(name: str) -> Check:
    def check(node: exp.Expr) -> str:
        value = node.args.get(name)
        if value is None or (isinstance(value, exp.Literal) and value.is_string):
            return ""
        return f"its {name} must be a plain text"

    return check


def _unit(*known: str) -> Check:
    def check(node: exp.Expr) -> str:
        unit = node.args.get("unit")
        name = unit.name.upper() if isinstance(unit, exp.Var | exp.Literal) else ""
        if name not in known:
            return f"its unit must be one of {', '.join(known).lower()}"
        return ""

    return check


_TRUNC_UNITS = ("SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
_ADD_UNITS = ("MICROSECOND", "MILLISECOND", *_TRUNC_UNITS)
_SLICE_UNITS = ("SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
_DIFF_UNITS = ("MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")

#: Format codes of date_format that StarRocks and DuckDB write alike, as sqlglot holds them.
_DATE_CODES = frozenset((
    "%Y", "%m", "%d", "%H", "%M", "%S", "%y", "%j", "%B", "%b", "%A", "%a", "%-d", "%-m", "%-H",
    "%-I", "%I", "%p", "%f", "%w",
))  # fmt: skip


def _date_format(node: exp.Expr) -> str:
    fmt = node.args.get("format")
    if not isinstance(fmt, exp.Literal) or not fmt.is_string or not fmt.this:
        return "its format must be a plain text"
    text, at = str(fmt.this), 0
    if len(text) > 64 or "%" not in text:
        return "its format must hold codes such as %Y and be short"
    while at < len(text):
        if text[at] != "%":
            at += 1
            continue
        code = text[at : at + 3] if text[at + 1 : at + 2] == "-" else text[at : at + 2]
        if code not in _DATE_CODES and code != "%%":
            return f"the format code {code!r} is not offered"
        at += len(code)
    return ""


def _slice(node: exp.Expr) -> str:
    amount = node.args.get("expression")
    if not isinstance(amount, exp.Literal) or not str(amount.this).isdecimal():
        return "TIME_SLICE takes INTERVAL with a plain whole number"
    if not 0 < int(amount.this) <= 100_000:
        return "TIME_SLICE takes an interval from 1 to 100000"
    if node.text("kind") not in ("", "START", "END"):
        return "TIME_SLICE goes to the FLOOR or the CEIL of the interval"
    return _unit(*_SLICE_UNITS)(node)


def _extract(node: exp.Expr) -> str:
    part = node.this.name.upper() if isinstance(node.this, exp.Var) else ""
    known = ("YEAR", "QUARTER", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
    return "" if part in known else f"EXTRACT takes one of {', '.join(known)}"


def _is_null(node: exp.Expr) -> str:
    if isinstance(node.expression, exp.Null):
        return ""
    return "IS is offered with NULL only; write the condition itself instead of IS TRUE"


def _week_mode(node: exp.Expr) -> str:
    mode = node.args.get("mode")
    value = 0.0 if mode is None else _number_value(mode)
    return "" if value in (0, 1, 3) else "the week mode must be 0, 1 or 3"


def _digits(name: str) -> Check:
    def check(node: exp.Expr) -> str:
        digits = node.args.get(name)
        if digits is None:
            return ""
        value = _number_value(digits)
        if value is None or not -20 <= value <= 20 or value != int(value):
            return "the number of digits must be a plain whole number"
        return ""

    return check


def _split(node: exp.Expr) -> str:
    value = _number_value(node.args.get("part_index"))
    if value is None or value < 1 or value != int(value):
        return "SPLIT_PART takes a plain part number from 1"
    return ""


#: Part of the text that pseudonyms are made from, so that they are not plain MD5 of a name.
PSEUDONYM_SALT = "gemba"


def _pseudonym(node: exp.Expr) -> str:
    """MD5 is offered only where the mask `hash` writes it: over a column, never over a guess."""
    text = node.this
    if isinstance(text, exp.Concat) and len(text.expressions) == 2:
        salt, column = text.expressions
        if isinstance(salt, exp.Literal) and salt.this == PSEUDONYM_SALT:
            return "" if isinstance(column, exp.Column) else "MD5 is not offered"
    return "MD5 is not offered"


def _group_concat(node: exp.Expr) -> str:
    inner = node.this
    if isinstance(inner, exp.Order) and any(
        isinstance(o.this, exp.Literal) for o in inner.expressions
    ):
        return "GROUP_CONCAT is ordered by an expression, not by a number"
    return _plain_text("separator")(node)


def _replace(node: exp.Expr) -> str:
    return "" if node.args.get("replacement") is not None else "REPLACE takes three arguments"


# -- nodes --------------------------------------------------------------------------------------

_QUERY_TAIL = ("order", "limit", "offset", "with_")
_BINARY = _node("this", "expression")

NODES: dict[type[exp.Expr], NodeRule] = {
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
    ),
    exp.Union: _node("this", "expression", "distinct", *_QUERY_TAIL),
    exp.Intersect: _node("this", "expression", "distinct", *_QUERY_TAIL),
    exp.Except: _node("this", "expression", "distinct", *_QUERY_TAIL),
    exp.Subquery: _node("this", "alias"),
    exp.With: _node("expressions"),
    exp.CTE: _node("this", "alias"),
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
            "kind": _words("INNER", "OUTER", "CROSS"),
        },
    ),
    exp.Where: _node("this"),
    exp.Group: _node("expressions", "rollup", "cube", "grouping_sets"),
    exp.Rollup: _node("expressions"),
    exp.Cube: _node("expressions"),
    exp.GroupingSets: _node("expressions"),
    exp.Having: _node("this"),
    exp.Qualify: _node("this"),
    exp.Order: _node("this", "expressions"),
    exp.Ordered: _node("this", "desc", "nulls_first"),
    exp.Limit: _node("expression", check=_row_count),
    exp.Offset: _node("expression", check=_row_count),
    exp.Distinct: _node("expressions"),
    exp.Column: _node("this", "table"),
    exp.Identifier: _node("this", "quoted"),
    exp.Star: _node(),
    exp.Alias: _node("this", "alias"),
    exp.Literal: _node("this", "is_string", check=_literal_size),
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
    exp.Is: _node("this", "expression", check=_is_null),
    exp.Between: _node("this", "low", "high"),
    exp.In: _node("this", "expressions", "query", check=_items),
    exp.Exists: _node("this"),
    exp.Like: _node("this", "expression", "negate"),
    exp.Add: _BINARY,
    exp.Sub: _BINARY,
    exp.Mul: _BINARY,
    exp.Div: _node("this", "expression", "typed", "safe"),
    exp.IntDiv: _BINARY,
    exp.Mod: _BINARY,
    exp.Neg: _node("this"),
    exp.Case: _node("this", "ifs", "default"),
    exp.Interval: _node("this", "unit", check=_unit(*_ADD_UNITS)),
    exp.Var: _node("this"),
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
        check=_frame,
    ),
    exp.IgnoreNulls: _node("this"),
    # The parser wraps date arguments in these; they are not written.
    exp.TsOrDsToTimestamp: _node("this"),
}

#: Types that CAST may name.
TYPES = frozenset({
    exp.DType.BOOLEAN, exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT,
    exp.DType.FLOAT, exp.DType.DOUBLE, exp.DType.DECIMAL, exp.DType.CHAR, exp.DType.VARCHAR,
    exp.DType.TEXT, exp.DType.DATE, exp.DType.DATETIME,
})  # fmt: skip


def _cast(node: exp.Expr) -> str:
    to = node.args.get("to")
    if not isinstance(to, exp.DataType) or to.this not in TYPES:
        return (
            "CAST goes to a plain type: boolean, int, bigint, double, decimal, varchar, date "
            "or datetime"
        )
    if to.this in (exp.DType.CHAR, exp.DType.VARCHAR) and to.expressions:
        return "CAST to a text takes no length; use LEFT(x, n)"
    return ""


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
    add(exp.PercentileCont, "PERCENTILE_CONT", "this", "expression", check=_share)
    add(exp.PercentileDisc, "PERCENTILE_DISC", "this", "expression", check=_share)
    add(exp.GroupConcat, "GROUP_CONCAT", "this", "separator", check=_group_concat)
    add(exp.Grouping, "GROUPING", "expressions")
    add(exp.GroupingId, "GROUPING_ID", "expressions")
    # Windows
    for cls, name in _pairs(
        (exp.RowNumber, "ROW_NUMBER"), (exp.Rank, "RANK"), (exp.DenseRank, "DENSE_RANK"),
        (exp.CumeDist, "CUME_DIST"), (exp.PercentRank, "PERCENT_RANK"),
    ):  # fmt: skip
        rules[cls] = NodeRule(frozenset(), {}, None, name)
    add(exp.Ntile, "NTILE", "this", check=_buckets)
    add(exp.Lag, "LAG", "this", "offset", "default", check=_offset)
    add(exp.Lead, "LEAD", "this", "offset", "default", check=_offset)
    add(exp.FirstValue, "FIRST_VALUE")
    add(exp.LastValue, "LAST_VALUE")
    # Dates and times
    add(exp.TimestampTrunc, "DATE_TRUNC", "this", "unit", check=_unit(*_TRUNC_UNITS))
    add(exp.DateAdd, "DATE_ADD", "this", "expression", "unit", check=_unit(*_ADD_UNITS))
    add(exp.DateSub, "DATE_SUB", "this", "expression", "unit", check=_unit(*_ADD_UNITS))
    add(
        exp.DateDiff, "DATEDIFF", "this", "expression", "unit", "date_part_boundary",
        check=lambda n: "" if n.args.get("unit") is None else _unit(*_DIFF_UNITS)(n),
    )  # fmt: skip
    add(exp.TimestampDiff, "TIMESTAMPDIFF", "this", "expression", "unit", check=_unit(*_DIFF_UNITS))
    for cls, name in _pairs(
        (exp.Year, "YEAR"), (exp.Quarter, "QUARTER"), (exp.Month, "MONTH"), (exp.Day, "DAY"),
        (exp.DayOfMonth, "DAYOFMONTH"), (exp.DayOfYear, "DAYOFYEAR"), (exp.Hour, "HOUR"),
        (exp.DayOfWeek, "DAYOFWEEK"), (exp.DayOfWeekIso, "DAYOFWEEK_ISO"), (exp.Minute, "MINUTE"),
        (exp.WeekOfYear, "WEEKOFYEAR"), (exp.Second, "SECOND"), (exp.TsOrDsToDate, "DATE"),
        (exp.Dayname, "DAYNAME"), (exp.LastDay, "LAST_DAY"),
    ):  # fmt: skip
        add(cls, name)
    add(exp.Extract, "EXTRACT", "this", "expression", check=_extract)
    add(exp.Week, "WEEK", "this", "mode", check=_week_mode)
    add(exp.TimeToStr, "DATE_FORMAT", "this", "format", check=_date_format)
    add(
        exp.TimeSlice, "TIME_SLICE", "this", "expression", "unit", "kind", "origin", check=_slice
    )  # fmt: skip
    # Text
    for cls, name in _pairs((exp.Upper, "UPPER"), (exp.Lower, "LOWER"), (exp.Reverse, "REVERSE")):
        add(cls, name)
    add(exp.MD5, "MD5", "this", check=_pseudonym)
    add(exp.Length, "LENGTH", "this", "binary", "encoding")
    add(
        exp.Trim, "TRIM", "this", "position",
        words={"position": _words("LEADING", "TRAILING", "BOTH")},
    )  # fmt: skip
    add(exp.Concat, "CONCAT", "expressions", "safe", "coalesce")
    add(exp.ConcatWs, "CONCAT_WS", "expressions", "safe", "coalesce")
    add(exp.Substring, "SUBSTRING", "this", "start", "length")
    add(exp.Left, "LEFT", "this", "expression")
    add(exp.Right, "RIGHT", "this", "expression")
    add(exp.Replace, "REPLACE", "this", "expression", "replacement", check=_replace)
    add(exp.StrPosition, "LOCATE", "this", "substr", "position")
    add(exp.SplitPart, "SPLIT_PART", "this", "delimiter", "part_index", check=_split)
    add(exp.StartsWith, "STARTS_WITH", "this", "expression")
    add(exp.EndsWith, "ENDS_WITH", "this", "expression")
    add(exp.Pad, "LPAD", "this", "expression", "fill_pattern", "is_left", check=_pad)
    add(exp.RegexpLike, "REGEXP", "this", "expression", check=_pattern)
    # Numbers
    for cls, name in _pairs(
        (exp.Abs, "ABS"), (exp.Sqrt, "SQRT"), (exp.Exp, "EXP"), (exp.Ln, "LN"), (exp.Sign, "SIGN"),
        (exp.Sin, "SIN"), (exp.Cos, "COS"), (exp.Tan, "TAN"), (exp.Asin, "ASIN"),
        (exp.Acos, "ACOS"), (exp.Atan, "ATAN"), (exp.Floor, "FLOOR"), (exp.Ceil, "CEIL"),
    ):  # fmt: skip
        add(cls, name)
    rules[exp.Pi] = NodeRule(frozenset(), {}, None, "PI")
    add(exp.Log, "LOG", "this", "expression")
    add(exp.Pow, "POWER", "this", "expression")
    add(exp.Atan2, "ATAN2", "this", "expression")
    add(exp.Round, "ROUND", "this", "decimals", check=_digits("decimals"))
    add(exp.Trunc, "TRUNCATE", "this", "decimals", check=_digits("decimals"))
    add(exp.Greatest, "GREATEST", "this", "expressions", "ignore_nulls")
    add(exp.Least, "LEAST", "this", "expressions", "ignore_nulls")
    # Conditions and casts
    add(exp.If, "IF", "this", "true", "false")
    add(exp.Coalesce, "COALESCE", "this", "expressions")
    add(exp.Nullif, "NULLIF", "this", "expression")
    add(exp.Cast, "CAST", "this", "to", check=_cast)
    return rules


FUNCTIONS = _functions()
NODES.update(FUNCTIONS)


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A function that sqlglot knows by name only. arguments: how many it takes."""

    arguments: frozenset[int]
    check: Check | None = None


def _approx(node: exp.Expr) -> str:
    value = _number_value(node.expressions[1])
    return "" if value is not None and 0 <= value <= 1 else _share(node)


_TWO = NamedRule(frozenset({2}))
_ONE = NamedRule(frozenset({1}))

#: Functions that sqlglot keeps as `Anonymous`, by name in capitals.
NAMED_FUNCTIONS: dict[str, NamedRule] = {
    "PERCENTILE_APPROX": NamedRule(frozenset({2}), _approx),
    "WEEKDAY": _ONE,
    "WEEK_ISO": _ONE,
    "TO_DATE": _ONE,
    "NDV": _ONE,
    "NULL_OR_EMPTY": _ONE,
    "YEARS_ADD": _TWO, "MONTHS_ADD": _TWO, "WEEKS_ADD": _TWO, "DAYS_ADD": _TWO,
    "HOURS_ADD": _TWO, "MINUTES_ADD": _TWO, "SECONDS_ADD": _TWO,
    "YEARS_SUB": _TWO, "MONTHS_SUB": _TWO, "WEEKS_SUB": _TWO, "DAYS_SUB": _TWO,
    "HOURS_SUB": _TWO, "MINUTES_SUB": _TWO, "SECONDS_SUB": _TWO,
    "YEARS_DIFF": _TWO, "QUARTERS_DIFF": _TWO, "MONTHS_DIFF": _TWO, "WEEKS_DIFF": _TWO,
    "DAYS_DIFF": _TWO, "HOURS_DIFF": _TWO, "MINUTES_DIFF": _TWO, "SECONDS_DIFF": _TWO,
}  # fmt: skip


def function_names() -> tuple[str, ...]:
    """Every function that may be called, sorted; for messages and for the docs."""
    return tuple(sorted({r.function for r in FUNCTIONS.values()} | set(NAMED_FUNCTIONS)))
