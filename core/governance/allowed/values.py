"""Checks of the values that a node holds: each returns a reason to refuse, or an empty text."""

from __future__ import annotations

import math
import re

from sqlglot import exp

from core.governance import limits
from core.governance.allowed.rule import Check
from core.translation import marked, told

_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_WORD = re.compile(r"[A-Za-z_]+")


def number_value(node: object) -> float | None:
    """A plain number, with its sign; None for anything else."""
    if isinstance(node, exp.Neg):
        inner = number_value(node.this)
        return None if inner is None else -inner
    if isinstance(node, exp.Literal) and not node.is_string:
        try:
            value = float(node.this)
        except ValueError:
            return None
        return value if math.isfinite(value) else None  # `1e400` is infinite
    return None


def literal_size(node: exp.Expr) -> str:
    """Texts and numbers of a bounded length."""
    text = str(node.this)
    if node.args.get("is_string"):
        if len(text) > limits.STRING:
            return told(
                "a text may have {n} characters, not {count}", n=limits.STRING, count=len(text)
            )
        if any(ord(c) < 32 and c not in "\t\n" for c in text):
            return marked("a text may not hold control characters")
        return ""
    if not _NUMBER.fullmatch(text):
        return marked("a number is written in digits, such as 12, 1.5 or 1e3")
    if len(text) > limits.NUMBER_DIGITS:
        return told("a number may have {n} digits", n=limits.NUMBER_DIGITS)
    return ""


def row_count(node: exp.Expr) -> str:
    """LIMIT and OFFSET: a plain whole number from 0."""
    count = node.args.get("expression")
    digits = str(count.this) if isinstance(count, exp.Literal) and not count.is_string else ""
    if not (digits.isascii() and digits.isdecimal()):
        return marked("LIMIT and OFFSET take a plain whole number")
    return ""


def items(node: exp.Expr) -> str:
    """IN: a bounded list, or a subquery."""
    count = len(node.expressions)
    if count > limits.IN_ITEMS:
        return told("IN may list {n} values, not {count}", n=limits.IN_ITEMS, count=count)
    if not count and node.args.get("query") is None:
        return marked("IN needs a list of values or a subquery")
    return ""


def share(node: exp.Expr) -> str:
    """Percentiles: the position is a plain number from 0 to 1."""
    value = number_value(node.args.get("expression"))
    if value is None or not 0 <= value <= 1:
        return marked("a percentile takes a plain number from 0 to 1")
    return ""


def pad(node: exp.Expr) -> str:
    """LPAD and RPAD: a bounded length and a padding text."""
    value = number_value(node.args.get("expression"))
    if value is None or not 0 <= value <= limits.PAD:
        return told("a padded text's length must be a plain number up to {n}", n=limits.PAD)
    return (
        "" if node.args.get("fill_pattern") is not None else marked("a padding text must be given")
    )


def repeated(node: exp.Expr) -> str:
    """REPEAT: a plain text, as often as a plain number or LEAST(x, a plain number) says."""
    text, times = node.this, node.args.get("times")
    if isinstance(times, exp.Least):
        bounds = [number_value(v) for v in (times.this, *times.expressions)]
        most = min((v for v in bounds if v is not None), default=None)
    else:
        most = number_value(times)
    if not isinstance(text, exp.Literal) or not text.is_string or most is None:
        return marked("REPEAT takes a plain text, and a plain number or LEAST(x, a plain number)")
    if most < 0 or len(text.name) * most > limits.REPEATED:
        return told("REPEAT may give {n} characters", n=limits.REPEATED)
    return ""


def offset(node: exp.Expr) -> str:
    """LAG and LEAD: a bounded offset."""
    offset = node.args.get("offset")
    if offset is None:
        return ""
    value = number_value(offset)
    if value is None or not 0 <= value <= limits.WINDOW_OFFSET:
        return told("the offset must be a plain number up to {n}", n=limits.WINDOW_OFFSET)
    return ""


def buckets(node: exp.Expr) -> str:
    """NTILE: a bounded number of buckets."""
    value = number_value(node.this)
    if value is None or not 1 <= value <= limits.WINDOW_OFFSET:
        return told("NTILE takes a plain number up to {n}", n=limits.WINDOW_OFFSET)
    return ""


def frame(node: exp.Expr) -> str:
    """Window frames: plain, bounded edges."""
    for name in ("start", "end"):
        edge = node.args.get(name)
        if isinstance(edge, exp.Expr):
            value = number_value(edge)
            if value is None or not 0 <= value <= limits.WINDOW_OFFSET:
                return told(
                    "a frame reaches a plain number of rows, up to {n}", n=limits.WINDOW_OFFSET
                )
    return ""


def plain_text(name: str) -> Check:
    """The argument of that name is a plain text, or absent."""

    def check(node: exp.Expr) -> str:
        value = node.args.get(name)
        if value is None or (isinstance(value, exp.Literal) and value.is_string):
            return ""
        return told("its {name} must be a plain text", name=name)

    return check


def whole_amount(node: object) -> str:
    """An amount of time may be an expression; as a text it is a whole number and nothing else,
    since engines take it as a number."""
    while isinstance(node, exp.Paren | exp.Neg):
        node = node.this
    if isinstance(node, exp.Literal) and node.is_string and not _WHOLE.fullmatch(str(node.this)):
        return marked("an amount of time is a whole number")
    return ""


def amount(name: str, *known: str) -> Check:
    """A time unit among `known`, and an amount in the argument `name`."""
    of_unit = unit(*known)
    return lambda node: of_unit(node) or whole_amount(node.args.get(name))


def word(node: exp.Expr) -> str:
    """A bare word, such as a unit, is written as it is."""
    return "" if _WORD.fullmatch(str(node.this)) else marked("a word is made of letters")


def has_argument(node: exp.Expr) -> str:
    """Functions whose argument sqlglot does not insist on."""
    return "" if isinstance(node.this, exp.Expr) else marked("it takes one argument")


def a_query(node: exp.Expr) -> str:
    """EXISTS: a subquery, never a value."""
    return "" if isinstance(node.this, exp.Query) else marked("EXISTS takes a SELECT")


def not_empty(node: exp.Expr) -> str:
    """SELECT and GROUP BY list at least one thing."""
    lists = ("expressions", "rollup", "cube", "grouping_sets")
    return "" if any(node.args.get(n) for n in lists) else marked("it lists nothing")


def plain_with(node: exp.Expr) -> str:
    """`AS NOT MATERIALIZED` is written out, and no word of StarRocks."""
    return (
        ""
        if node.args.get("materialized") is None
        else marked("WITH x AS (SELECT ...) stands plain")
    )


def unit(*known: str) -> Check:
    """A time unit that is among `known` (capitals)."""

    def check(node: exp.Expr) -> str:
        found = node.args.get("unit")
        name = found.name.upper() if isinstance(found, exp.Var | exp.Literal) else ""
        if name not in known:
            return told("its unit must be one of {units}", units=", ".join(known).lower())
        return ""

    return check


SHORT_UNITS = ("MICROSECOND", "MILLISECOND")
TRUNC_UNITS = ("SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
ADD_UNITS = ("MICROSECOND", "MILLISECOND", *TRUNC_UNITS)
SLICE_UNITS = ("SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
DIFF_UNITS = ("MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")


def slice_width(amount: object) -> str:
    """TIME_SLICE and DATE_SLICE: a bounded whole number of units."""
    if not isinstance(amount, exp.Literal) or not str(amount.this).isdecimal():
        return marked("it takes INTERVAL with a plain whole number")
    if not 0 < int(amount.this) <= 100_000:
        return marked("it takes an interval from 1 to 100000")
    return ""


def time_slice(node: exp.Expr) -> str:
    """TIME_SLICE: a bounded interval of a known unit."""
    reason = slice_width(node.args.get("expression"))
    if reason:
        return reason
    if node.text("kind") not in ("", "START", "END"):
        return marked("TIME_SLICE goes to the FLOOR or the CEIL of the interval")
    return unit(*SLICE_UNITS)(node)


def extract(node: exp.Expr) -> str:
    """EXTRACT: a known part."""
    part = node.this.name.upper() if isinstance(node.this, exp.Var) else ""
    known = ("YEAR", "QUARTER", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
    return "" if part in known else told("EXTRACT takes one of {parts}", parts=", ".join(known))


def is_null(node: exp.Expr) -> str:
    """IS: with NULL only."""
    if isinstance(node.expression, exp.Null):
        return ""
    return marked("IS is offered with NULL only; write the condition itself instead of IS TRUE")


def week_mode(node: exp.Expr) -> str:
    """WEEK and YEARWEEK: a plain mode from 0 to 7."""
    return is_week_mode(node.args.get("mode"))


def is_week_mode(mode: object) -> str:
    """A plain mode from 0 to 7, or none."""
    value = 0.0 if mode is None else number_value(mode)
    return "" if value in range(8) else marked("the week mode must be a plain number from 0 to 7")


def digits(name: str) -> Check:
    """Digits to round to: a plain whole number."""

    def check(node: exp.Expr) -> str:
        digits = node.args.get(name)
        if digits is None:
            return ""
        value = number_value(digits)
        if value is None or not -20 <= value <= 20 or value != int(value):
            return marked("the number of digits must be a plain whole number")
        return ""

    return check


#: Part of the text that pseudonyms are made from, so that they are not plain MD5 of a name.
PSEUDONYM_SALT = "gemba"


def pseudonym(node: exp.Expr) -> str:
    """MD5 is offered only where the mask `hash` writes it: over a column, never over a guess."""
    text = node.this
    if isinstance(text, exp.Concat) and len(text.expressions) == 2:
        salt, column = text.expressions
        if isinstance(salt, exp.Literal) and salt.this == PSEUDONYM_SALT:
            return "" if isinstance(column, exp.Column) else marked("MD5 is not offered")
    return marked("MD5 is not offered")


def group_concat(node: exp.Expr) -> str:
    """GROUP_CONCAT: a plain separator, ordered by expressions that it lists when DISTINCT."""
    return ordered_list("GROUP_CONCAT", node.this) or plain_text("separator")(node)


def ordered_list(function: str, inner: object) -> str:
    """What a list is made of: ordered by expressions that it lists when DISTINCT."""
    if isinstance(inner, exp.Order):
        keys = [o.this for o in inner.expressions]
        if any(isinstance(key, exp.Literal) for key in keys):
            return told(
                "{function} is ordered by an expression, not by a number", function=function
            )
        listed = inner.this.expressions if isinstance(inner.this, exp.Distinct) else None
        if listed is not None and any(key not in listed for key in keys):
            return told("{function}(DISTINCT x) is ordered by x itself", function=function)
    elif isinstance(inner, exp.Limit):
        return told("{function} takes no LIMIT", function=function)
    return ""


def replace(node: exp.Expr) -> str:
    """REPLACE: three arguments."""
    return (
        "" if node.args.get("replacement") is not None else marked("REPLACE takes three arguments")
    )


#: Types that CAST may name.
TYPES = frozenset({
    exp.DType.BOOLEAN, exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT,
    exp.DType.FLOAT, exp.DType.DOUBLE, exp.DType.DECIMAL, exp.DType.CHAR, exp.DType.VARCHAR,
    exp.DType.TEXT, exp.DType.DATE, exp.DType.DATETIME,
})  # fmt: skip


def cast(node: exp.Expr) -> str:
    """CAST: to one of TYPES."""
    to = node.args.get("to")
    if isinstance(to, exp.DataType) and to.this == exp.DType.DECIMAL:
        sizes = [number_value(p.this) for p in to.expressions]
        if sizes and not _is_decimal(sizes):
            return marked(
                "a DECIMAL has 1 to 38 digits, of which the second number follows the point"
            )
    if not isinstance(to, exp.DataType) or to.this not in TYPES:
        return marked(
            "CAST goes to a plain type: boolean, int, bigint, double, decimal, varchar, date "
            "or datetime"
        )
    if to.this in (exp.DType.CHAR, exp.DType.VARCHAR) and to.expressions:
        return marked("CAST to a text takes no length; use LEFT(x, n)")
    return ""


def _is_decimal(sizes: list[float | None]) -> bool:
    precision, scale = (*sizes, 0.0)[:2]
    if len(sizes) > 2 or precision is None or scale is None:
        return False
    return 1 <= precision <= 38 and 0 <= scale <= precision
