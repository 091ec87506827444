"""Conditions on a function of a time column as the stretch of time that they mean.

`DATE_TRUNC('month', d) = '2026-06-01'` holds for exactly the moments from 1 June up to, not
including, 1 July; so does `DATE_FORMAT(d, '%Y-%m') = '2026-06'`. Both sides are unknown for NULL.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from sqlglot import exp

from core.statement.calendar import after, floor, is_date_only, moment_of
from core.statement.trees import bare

_DAY = dt.timedelta(days=1)
_OPS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=",
}  # fmt: skip
_FLIPPED = {"=": "=", ">": "<", ">=": "<=", "<": ">", "<=": ">="}
# DATE_FORMAT's codes and Java's, to the unit they cut to and Python's codes; their texts sort as
# the moments do.
_FORMATS = {
    "%Y": ("year", "%Y"),
    "%Y-%m": ("month", "%Y-%m"),
    "%Y/%m": ("month", "%Y/%m"),
    "%Y%m": ("month", "%Y%m"),
    "%Y-%m-%d": ("day", "%Y-%m-%d"),
    "%Y/%m/%d": ("day", "%Y/%m/%d"),
    "%Y%m%d": ("day", "%Y%m%d"),
    "yyyy-MM-dd": ("day", "%Y-%m-%d"),
    "yyyyMMdd": ("day", "%Y%m%d"),
}
_PREFIXES = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}
_UNITS = frozenset(("minute", "hour", "day", "week", "month", "quarter", "year"))


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open: start <= column < end, None for an open side."""

    column: exp.Column
    start: dt.datetime | None
    end: dt.datetime | None


@dataclass(frozen=True, slots=True)
class _Cut:
    """A function that keeps the start of a unit; format: how the result is written, for text."""

    column: exp.Column
    unit: str
    kind: str  # moment, number or text
    format: str = ""


def span_of(condition: exp.Expr) -> Span | None:
    """The stretch of time that a condition means, None when it is none or not surely one."""
    try:
        return _span(condition)
    except (OverflowError, ValueError):
        return None  # beyond the calendar


def _span(condition: exp.Expr) -> Span | None:
    if isinstance(condition, exp.Between):
        low = _compared(condition.this, ">=", condition.args["low"])
        high = _compared(condition.this, "<=", condition.args["high"])
        return _meet(low, high) if low is not None and high is not None else None
    if isinstance(condition, exp.In):
        return _any(condition)
    if isinstance(condition, exp.Like):
        return _like(condition)
    op = _OPS.get(type(condition))
    if op is None:
        return None
    left, right = condition.this, condition.expression
    if isinstance(bare(left), exp.Literal):
        return _compared(right, _FLIPPED[op], left)
    return _compared(left, op, right)


def _meet(one: Span, other: Span) -> Span:
    starts = [s.start for s in (one, other) if s.start is not None]
    ends = [s.end for s in (one, other) if s.end is not None]
    return Span(one.column, max(starts, default=None), min(ends, default=None))


def _any(condition: exp.In) -> Span | None:
    """One of several values whose units follow each other without a gap."""
    spans = [_compared(condition.this, "=", v) for v in condition.expressions]
    known = [(s.start, s.end) for s in spans if s is not None and s.start and s.end]
    if not known or len(known) != len(spans) or spans[0] is None:
        return None
    known.sort()
    for one, following in itertools.pairwise(known):
        if following[0] not in one:
            return None
    return Span(spans[0].column, known[0][0], known[-1][1])


def _compared(left: exp.Expr, op: str, right: exp.Expr) -> Span | None:
    left = bare(left) or left
    shifted = _shifted(left, op, right)
    if shifted is not None:
        return shifted
    cut = _cut(left)
    if cut is None:
        return None
    at = _read(cut, right)
    if at is None:
        return None
    start = floor(at, cut.unit)
    is_edge = start == at
    match op:
        case "=":
            return Span(cut.column, start, after(start, cut.unit)) if is_edge else None
        case ">=":
            return Span(cut.column, start if is_edge else after(start, cut.unit), None)
        case ">":
            return Span(cut.column, after(start, cut.unit), None)
        case "<":
            return Span(cut.column, None, start if is_edge else after(start, cut.unit))
        case _:
            return Span(cut.column, None, after(start, cut.unit))


def _cut(node: exp.Expr) -> _Cut | None:
    """What a function of one time column cuts it to."""
    column = bare(node.args.get("expression") if isinstance(node, exp.Extract) else node.this
                  if isinstance(node.this, exp.Expr) else None)  # fmt: skip
    if isinstance(column, exp.TsOrDsToDate | exp.TsOrDsToTimestamp):
        column = bare(column.this)  # so a parser may read the column in YEAR and DATE_FORMAT
    if isinstance(node, exp.Anonymous) and node.name.upper() == "TO_DATE" and node.expressions:
        column = bare(node.expressions[0])
        return _Cut(column, "day", "moment") if isinstance(column, exp.Column) else None
    if not isinstance(column, exp.Column):
        return None
    if isinstance(node, exp.Year) or (isinstance(node, exp.Extract) and _unit(node.this) == "year"):
        return _Cut(column, "year", "number")
    if isinstance(node, exp.TsOrDsToDate | exp.Date) or (
        isinstance(node, exp.Cast) and node.to.this == exp.DType.DATE
    ):
        return _Cut(column, "day", "moment")
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        unit = _unit(node.args.get("unit"))
        return _Cut(column, unit, "moment") if unit in _UNITS else None
    if isinstance(node, exp.TimeToStr) and node.args["format"].name in _FORMATS:
        unit, code = _FORMATS[node.args["format"].name]
        return _Cut(column, unit, "text", code)
    length = _prefix_length(node)
    if length in _PREFIXES:
        code = _PREFIXES[length]
        return _Cut(column, _FORMATS[code][0], "text", code)
    return None


def _unit(node: exp.Expr | None) -> str:
    return node.name.lower() if node is not None else ""


def _prefix_length(node: exp.Expr) -> int:
    """How many characters LEFT(x, n) or SUBSTRING(x, 1, n) takes; 0 for anything else."""
    if isinstance(node, exp.Left):
        size = node.expression
    elif isinstance(node, exp.Substring) and node.args.get("start") == exp.Literal.number(1):
        size = node.args.get("length")
    else:
        return 0
    return int(size.name) if isinstance(size, exp.Literal) and size.name.isdecimal() else 0


def _read(cut: _Cut, literal: exp.Expr) -> dt.datetime | None:
    """The moment that a literal on the other side means."""
    literal = bare(literal) or literal
    if cut.kind == "moment":
        # A date against a text with a time of day compares as moments: another rule's business.
        if cut.unit == "day" and not is_date_only(literal):
            return None
        return moment_of(literal)
    if not isinstance(literal, exp.Literal):
        return None
    if cut.kind == "number":
        is_year = not literal.is_string and literal.name.isdecimal() and len(literal.name) == 4
        return dt.datetime(int(literal.name), 1, 1) if is_year else None
    if not literal.is_string:
        return None
    at = dt.datetime.strptime(literal.name, cut.format)
    # strptime is lenient about zeros; texts are not.
    return at if at.strftime(cut.format) == literal.name and at.year >= 1000 else None


def _like(condition: exp.Like) -> Span | None:
    """`LIKE '2026-06%'` on a date or moment, or on its text."""
    column = bare(condition.this)
    if isinstance(column, exp.Cast) and column.to.this in (exp.DType.VARCHAR, exp.DType.TEXT):
        column = bare(column.this)
    pattern = condition.expression
    if not isinstance(column, exp.Column) or not isinstance(pattern, exp.Literal):
        return None
    text = pattern.name.removesuffix("%").rstrip("-")
    code = _PREFIXES.get(len(text))
    if not pattern.name.endswith("%") or code is None or condition.args.get("escape"):
        return None
    cut = _Cut(column, _FORMATS[code][0], "text", code)
    at = _read(cut, exp.Literal.string(text))
    return Span(column, at, after(at, cut.unit)) if at is not None else None


def _shifted(left: exp.Expr, op: str, right: exp.Expr) -> Span | None:
    """Days counted from a date, and a fixed time added to the column."""
    right = bare(right) or right
    if isinstance(left, exp.DateDiff) and not left.args.get("unit"):
        return _counted(left, op, right)
    if not isinstance(left, exp.DateAdd | exp.DateSub):
        return None
    column, amount, at = bare(left.this), left.expression, moment_of(right)
    unit = _unit(left.args.get("unit"))
    if not isinstance(column, exp.Column) or at is None or not isinstance(amount, exp.Literal):
        return None
    if unit not in ("minute", "hour", "day", "week") or not amount.name.isdecimal():
        return None
    length = int(amount.name) * (after(at, unit) - at)
    at = at + length if isinstance(left, exp.DateSub) else at - length
    if op == ">=":
        return Span(column, at, None)
    return Span(column, None, at) if op == "<" else None


def _counted(left: exp.DateDiff, op: str, right: exp.Expr) -> Span | None:
    """DATEDIFF(a, b) is the number of midnights from b to a."""
    sign = 1
    if isinstance(right, exp.Neg):
        sign, right = -1, right.this
    if not isinstance(right, exp.Literal) or not right.name.isdecimal() or right.is_string:
        return None
    days = sign * int(right.name) * _DAY
    one, other = bare(left.this), bare(left.expression)
    if isinstance(one, exp.Column):
        at, column = moment_of(other), one
    elif isinstance(other, exp.Column):
        at, column, op, days = moment_of(one), other, _FLIPPED[op], -days
    else:
        return None
    if at is None:
        return None
    day = floor(at, "day") + days
    match op:
        case "=":
            return Span(column, day, day + _DAY)
        case ">=":
            return Span(column, day, None)
        case ">":
            return Span(column, day + _DAY, None)
        case "<":
            return Span(column, None, day)
        case _:
            return Span(column, None, day + _DAY)
