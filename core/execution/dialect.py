"""From StarRocks SQL to DuckDB SQL with StarRocks' values.

sqlglot translates syntax; where the same words mean another value on DuckDB (STARROCKS.md), a
pass over the tree puts a macro or an expression in their place. What is not mended here is not on
governance's list of functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.errors import ModelFixable
from core.execution.macros import MACROS

__all__ = ["MACROS", "to_duckdb"]

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?")
_WRAPPERS = (exp.TsOrDsToDate, exp.TsOrDsToTimestamp)
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
_TRUTHS = (exp.Predicate, exp.And, exp.Or, exp.Not, exp.Xor, exp.Boolean)
_GROUP_CONCAT_CHARACTERS = 1024
_TAKES_MOMENT = (
    exp.Week, exp.WeekOfYear, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfMonth, exp.DayOfYear,
    exp.Year, exp.Quarter, exp.Month, exp.Day, exp.Hour, exp.Minute, exp.Second, exp.Dayname,
    exp.Extract, exp.LastDay, exp.TimeToStr, exp.DateDiff, exp.TimestampDiff, exp.TimestampTrunc,
    exp.TimeSlice,
)  # fmt: skip


@lru_cache(maxsize=512)
def to_duckdb(sql: str) -> str:
    """The same query for DuckDB; raises ModelFixable for what DuckDB cannot give alike."""
    try:
        tree = sqlglot.parse_one(sql, read="starrocks")
        for node in reversed(list(tree.walk())):
            mend = _MENDS.get(type(node))
            if mend is not None:
                new = mend(node)
                if new is not node:
                    node.replace(new)
        _check_numbers(tree)
        return tree.sql("duckdb", identify=True, comments=False)
    except SqlglotError as error:
        raise ModelFixable(
            "The query engine cannot read the query.", hint=f"DuckDB translation: {error}"
        ) from error


def _check_numbers(tree: exp.Expr) -> None:
    """A number is written without quotes: nothing but digits may stand there."""
    for literal in tree.find_all(exp.Literal):
        if not literal.is_string and not _NUMBER.fullmatch(str(literal.this)):
            raise ModelFixable(
                f"{str(literal.this)[:40]!r} is not a number.", hint="Write a number in digits."
            )


def _call(name: str, *args: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(args))


def _text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _bare(node: exp.Expr) -> exp.Expr:
    """An argument without the date casts that the parser puts around it."""
    while isinstance(node, _WRAPPERS):
        node = node.this
    return node


def _cast(node: exp.Expr, to: str) -> exp.Expr:
    return exp.Cast(this=node, to=exp.DataType.build(to, dialect="duckdb"))


def _moment(node: exp.Expr) -> exp.Expr:
    """A date argument as a TIMESTAMP: literals in ISO form directly, other texts leniently."""
    node = _bare(node)
    if isinstance(node, exp.Literal) and node.is_string:
        if _ISO_DATE.fullmatch(node.this) or _ISO_DATETIME.fullmatch(node.this):
            return exp.TryCast(this=node, to=exp.DataType.build("TIMESTAMP", dialect="duckdb"))
        return _call("sr_datetime", node)
    return _cast(node, "TIMESTAMP")


def _is_plain_number(node: object) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string


# -- casts and comparisons ----------------------------------------------------------------------

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
            return _call("sr_bigint", value)
        return exp.TryCast(this=_call("sr_bigint", value), to=to)
    if kind in _TEXTS:
        return value if _is_text(value) else _call("sr_text", value)
    if kind in (exp.DType.DATE, exp.DType.DATETIME, exp.DType.TIMESTAMPTZ):
        target = "DATE" if kind == exp.DType.DATE else "TIMESTAMP"
        iso = _is_text(value) and _ISO_DATE.fullmatch(value.this)
        moment = value if iso else _call("sr_datetime", value)
        return exp.TryCast(this=moment, to=exp.DataType.build(target, dialect="duckdb"))
    return exp.TryCast(this=value, to=to)


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _mend_comparison(node: exp.Expr) -> exp.Expr:
    """`date = '2026-06-30 12:00:00'` compares moments: DuckDB would cut the text to a date."""
    for literal in list(node.iter_expressions()):
        if _is_text(literal) and _ISO_DATETIME.fullmatch(literal.this):
            literal.replace(_cast(literal.copy(), "TIMESTAMP"))
    return node


def _mend_like(node: exp.Expr) -> exp.Expr:
    """A backslash escapes in StarRocks' LIKE; DuckDB has to be told."""
    if isinstance(node.parent, exp.Escape):
        return node
    pattern = node.expression
    if _is_text(pattern) and "\\" not in pattern.this:
        return node
    negate = node.args.get("negate")
    node.set("negate", None)
    escaped = exp.Escape(this=node.copy(), expression=_text("\\"))
    return exp.Not(this=exp.Paren(this=escaped)) if negate else escaped


# -- arithmetic ---------------------------------------------------------------------------------


def _mend_arithmetic(node: exp.Expr) -> exp.Expr:
    """Sums and products of whole numbers are 64-bit; dates take intervals as moments."""
    for name in ("this", "expression"):
        side = node.args[name]
        other = node.args["expression" if name == "this" else "this"]
        if _is_text(side) and isinstance(other, exp.Paren) and other.find(exp.Interval):
            node.set(name, _moment(side))
        elif _is_plain_number(side) and side.this.isdecimal():
            node.set(name, _cast(side, "BIGINT"))
    return node


def _mend_div(node: exp.Expr) -> exp.Expr:
    """Of two plain numbers of which one is a DECIMAL, the quotient has its scale plus six."""
    left, right = node.this, node.expression
    if _is_plain_number(left) and _is_plain_number(right) and "." in left.this + right.this:
        scale = len(left.this.partition(".")[2])
        places = scale + 6 if scale <= 6 else max(12, scale)
        if re.fullmatch(r"[0-9.]+", left.this + right.this) and float(right.this):
            quotient = Decimal(left.this) / Decimal(right.this)
            rounded = quotient.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
            return exp.Literal.number(str(rounded))
    return node


def _mend_interval(node: exp.Expr) -> exp.Expr:
    amount = node.this
    unit = node.args["unit"].name.upper()
    return exp.Paren(this=_times(amount, unit))


def _whole_number(text: str) -> exp.Expr:
    """A text that is to be read as a number; what is none would be written as SQL."""
    if not _WHOLE.fullmatch(text):
        raise ModelFixable(
            f"An amount of time must be a whole number, not {text[:40]!r}.",
            hint="Write INTERVAL 3 DAY, or DAYS_ADD(x, 3).",
        )
    return exp.Literal.number(text)


def _times(amount: exp.Expr, unit: str) -> exp.Expr:
    """`n * INTERVAL 1 unit`; DuckDB has no quarter in literals of every form, so 3 months."""
    step, unit = ("3", "MONTH") if unit == "QUARTER" else ("1", unit)
    if _is_text(amount):
        amount = _whole_number(amount.this)
    single = exp.Interval(this=_text(step), unit=exp.Var(this=unit))
    return exp.Mul(this=exp.Paren(this=amount), expression=single)


def _mend_date_add(node: exp.Expr) -> exp.Expr:
    interval = _times(node.expression, node.args["unit"].name.upper())
    kind = exp.Sub if isinstance(node, exp.DateSub) else exp.Add
    return exp.Paren(this=kind(this=_moment(node.this), expression=interval))


def _mend_int_div(node: exp.Expr) -> exp.Expr:
    return _call("sr_div", node.this, node.expression)


def _mend_mod(node: exp.Expr) -> exp.Expr:
    node.set("expression", exp.Nullif(this=node.expression, expression=_number(0)))
    return node


# -- dates --------------------------------------------------------------------------------------


def _mend_date_diff(node: exp.Expr) -> exp.Expr:
    unit = node.text("unit").lower()
    later, earlier = _moment(node.this), _moment(node.expression)
    if isinstance(node, exp.DateDiff) and not unit:
        return exp.Anonymous(
            this="date_diff",
            expressions=[_text("day"), _cast(earlier, "DATE"), _cast(later, "DATE")],
        )
    return _call("sr_diff", _text(unit), earlier, later)


def _mend_week(node: exp.Expr) -> exp.Expr:
    mode = node.args.get("mode")
    number = mode.name if mode is not None else "0"
    moment = _moment(node.this)
    if number == "3":
        return _call("weekofyear", moment)
    return _call("sr_week1" if number == "1" else "sr_week0", moment)


def _date_part(function: str, shift: int = 0) -> Callable[[exp.Expr], exp.Expr]:
    def mend(node: exp.Expr) -> exp.Expr:
        part = _call(function, _moment(node.this))
        if not shift:
            return part
        kind = exp.Add if shift > 0 else exp.Sub
        return exp.Paren(this=kind(this=part, expression=_number(abs(shift))))

    return mend


def _mend_extract(node: exp.Expr) -> exp.Expr:
    return _call(node.this.name.lower(), _moment(node.expression))


def _mend_date(node: exp.Expr) -> exp.Expr:
    if isinstance(node.parent, _TAKES_MOMENT):
        return node  # put around the argument by the parser; taken off with it
    return _cast(_moment(node.this), "DATE")


def _mend_trunc(node: exp.Expr) -> exp.Expr:
    node.set("this", _moment(node.this))
    return node


def _mend_slice(node: exp.Expr) -> exp.Expr:
    """A slice that ends after the year 9999 is NULL."""
    node = _mend_trunc(node)
    return _call("sr_bounded", node.copy()) if node.text("kind") == "END" else node


def _mend_format(node: exp.Expr) -> exp.Expr:
    node.set("this", _moment(node.this))
    return node


def _mend_last_day(node: exp.Expr) -> exp.Expr:
    return _call("last_day", _moment(node.this))


# -- texts --------------------------------------------------------------------------------------


def _as_text(node: exp.Expr) -> exp.Expr:
    return node if _is_text(node) else _call("sr_text", node)


def _mend_text(node: exp.Expr) -> exp.Expr:
    """Numbers and dates given to a function of texts are written out as StarRocks does."""
    node.set("this", _as_text(node.this))
    return node


def _mend_concat(node: exp.Expr) -> exp.Expr:
    node.set("expressions", [_as_text(e) for e in node.expressions])
    return node


def _mend_length(node: exp.Expr) -> exp.Expr:
    function = "strlen" if node.args.get("binary") else "length"
    return _call(function, _as_text(node.this))


def _mend_substring(node: exp.Expr) -> exp.Expr:
    start, length = node.args.get("start"), node.args.get("length")
    if start is None:
        return node
    text = _as_text(node.this)
    if length is None:
        return _call("sr_tail", text, start)
    return _call("sr_substring", text, start, length)


def _mend_edge(node: exp.Expr) -> exp.Expr:
    """LEFT and RIGHT of a negative length are empty; DuckDB would cut the other end."""
    length = node.expression
    node.set("this", _as_text(node.this))
    if not _is_plain_number(length):
        node.set("expression", _call("greatest", length, _number(0)))
    return node


def _mend_split_part(node: exp.Expr) -> exp.Expr:
    return _call("sr_part", _as_text(node.this), node.args["delimiter"], node.args["part_index"])


def _mend_pad(node: exp.Expr) -> exp.Expr:
    fill = node.args.get("fill_pattern")
    if fill is not None and _is_text(fill) and not fill.this:
        return _call("left", _as_text(node.this), node.expression)
    return _mend_text(node)


# -- numbers ------------------------------------------------------------------------------------


def _one(function: str) -> Callable[[exp.Expr], exp.Expr]:
    def mend(node: exp.Expr) -> exp.Expr:
        return _call(function, node.this)

    return mend


def _mend_log(node: exp.Expr) -> exp.Expr:
    base, value = node.this, node.expression
    if _is_plain_number(base) and base.this in ("2", "10"):
        return _call(f"sr_log{base.this}", value)
    return _call("sr_log", base, value)


def _mend_finite(node: exp.Expr) -> exp.Expr:
    return _call("sr_finite", node.copy())


# -- aggregates ---------------------------------------------------------------------------------


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
    is_one = exp.EQ(this=count, expression=_number(1))
    return exp.Case(ifs=[exp.If(this=is_one, true=_number(0))], default=value)


def _mend_percentile_disc(node: exp.Expr) -> exp.Expr:
    """StarRocks takes the larger neighbour; DuckDB the first value that reaches the share."""
    if isinstance(node.parent, exp.Window):
        return node
    value, share = node.this, node.expression
    not_null = exp.Where(this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())))
    values = exp.Filter(this=_call("list", value.copy()), expression=not_null)
    count = exp.Count(this=value.copy())
    last = exp.Paren(this=exp.Sub(this=count, expression=_number(1)))
    place = _call("ceil", exp.Mul(this=share.copy(), expression=last))
    index = exp.Add(this=_cast(place, "BIGINT"), expression=_number(1))
    return _call("list_extract", _call("list_sort", values), index)


def _mend_group_concat(node: exp.Expr) -> exp.Expr:
    """StarRocks cuts the text at group_concat_max_len, 1024 characters."""
    return exp.Left(this=node.copy(), expression=_number(_GROUP_CONCAT_CHARACTERS))


def _mend_distinct_count(node: exp.Expr) -> exp.Expr:
    """An exact count stands for the estimate, so that an answer is the same each time."""
    return exp.Count(this=exp.Distinct(expressions=[node.this]))


def _mend_truth(node: exp.Expr) -> exp.Expr:
    """A condition counts as 1 and 0 in SUM and AVG."""
    inner = node.this
    while isinstance(inner, exp.Paren):
        inner = inner.this
    if isinstance(inner, _TRUTHS):
        node.set("this", _cast(exp.Paren(this=node.this), "INT"))
    return node


# -- functions that sqlglot knows by name only --------------------------------------------------

_MOVES = re.compile(r"(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S_(ADD|SUB)")
_DIFFS = re.compile(r"(YEAR|QUARTER|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S_DIFF")


def _mend_named(node: exp.Expr) -> exp.Expr:
    name, args = node.name.upper(), node.expressions
    if move := _MOVES.fullmatch(name):
        kind = exp.Sub if move[2] == "SUB" else exp.Add
        return exp.Paren(this=kind(this=_moment(args[0]), expression=_times(args[1], move[1])))
    if diff := _DIFFS.fullmatch(name):
        return _call("sr_diff", _text(diff[1].lower()), _moment(args[1]), _moment(args[0]))
    if name == "WEEKDAY":
        return exp.Paren(
            this=exp.Sub(this=_call("isodow", _moment(args[0])), expression=_number(1))
        )
    if name == "WEEK_ISO":
        return _call("weekofyear", _moment(args[0]))
    if name == "TO_DATE":
        return _cast(_moment(args[0]), "DATE")
    if name == "NDV":
        return exp.Count(this=exp.Distinct(expressions=[args[0]]))
    if name == "PERCENTILE_APPROX":
        return exp.PercentileCont(this=args[0], expression=args[1])
    if name == "NULL_OR_EMPTY":
        empty = exp.EQ(this=args[0].copy(), expression=_text(""))
        return exp.Paren(
            this=exp.Or(this=exp.Is(this=args[0], expression=exp.Null()), expression=empty)
        )
    return node


_MENDS: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Cast: _mend_cast,
    exp.Like: _mend_like,
    exp.Add: _mend_arithmetic,
    exp.Sub: _mend_arithmetic,
    exp.Mul: _mend_arithmetic,
    exp.Div: _mend_div,
    exp.Interval: _mend_interval,
    exp.DateAdd: _mend_date_add,
    exp.DateSub: _mend_date_add,
    exp.IntDiv: _mend_int_div,
    exp.Mod: _mend_mod,
    exp.DateDiff: _mend_date_diff,
    exp.TimestampDiff: _mend_date_diff,
    exp.Week: _mend_week,
    exp.WeekOfYear: _date_part("weekofyear"),
    exp.DayOfWeek: _date_part("dayofweek", 1),
    exp.DayOfWeekIso: _date_part("isodow"),
    exp.DayOfMonth: _date_part("day"),
    exp.DayOfYear: _date_part("dayofyear"),
    exp.Year: _date_part("year"),
    exp.Quarter: _date_part("quarter"),
    exp.Month: _date_part("month"),
    exp.Day: _date_part("day"),
    exp.Hour: _date_part("hour"),
    exp.Minute: _date_part("minute"),
    exp.Second: _date_part("second"),
    exp.Dayname: _date_part("dayname"),
    exp.Extract: _mend_extract,
    exp.TsOrDsToDate: _mend_date,
    exp.TimestampTrunc: _mend_trunc,
    exp.TimeSlice: _mend_slice,
    exp.TimeToStr: _mend_format,
    exp.LastDay: _mend_last_day,
    exp.Concat: _mend_concat,
    exp.ConcatWs: _mend_concat,
    exp.Length: _mend_length,
    exp.Substring: _mend_substring,
    exp.Left: _mend_edge,
    exp.Right: _mend_edge,
    exp.SplitPart: _mend_split_part,
    exp.Pad: _mend_pad,
    **dict.fromkeys(
        (
            exp.Upper,
            exp.Lower,
            exp.Replace,
            exp.Trim,
            exp.Reverse,
            exp.StrPosition,
            exp.StartsWith,
            exp.EndsWith,
        ),
        _mend_text,
    ),
    exp.Ln: _one("sr_ln"),
    exp.Log: _mend_log,
    exp.Sqrt: _one("sr_sqrt"),
    exp.Asin: _one("sr_asin"),
    exp.Acos: _one("sr_acos"),
    exp.Exp: _mend_finite,
    exp.Pow: _mend_finite,
    exp.StddevSamp: _mend_sample,
    exp.Variance: _mend_sample,
    exp.Window: _mend_window,
    exp.PercentileDisc: _mend_percentile_disc,
    exp.GroupConcat: _mend_group_concat,
    exp.ApproxDistinct: _mend_distinct_count,
    exp.Sum: _mend_truth,
    exp.Avg: _mend_truth,
    exp.Anonymous: _mend_named,
    **dict.fromkeys(_COMPARISONS, _mend_comparison),
}
