"""Moments in SQL: literals read and written, and the stretch of time that a condition means."""

from __future__ import annotations

import datetime as dt
import re

from sqlglot import exp

from core.semantic.model import Column

_DAY = dt.timedelta(days=1)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
#: Units of DATE_TRUNC that are a fixed length from midnight on.
_FIXED = {"day": _DAY, "hour": dt.timedelta(hours=1), "minute": dt.timedelta(minutes=1)}


def text_of(node: exp.Expr | None) -> str | None:
    """The text of a date or moment literal, typed or not; None for anything else."""
    while isinstance(node, exp.Paren) or (
        isinstance(node, exp.Cast) and node.to.this in (exp.DType.DATE, exp.DType.DATETIME)
    ):
        node = node.this
    if isinstance(node, exp.TsOrDsToDate):
        node = node.this
    return node.name if isinstance(node, exp.Literal) and node.is_string else None


def moment_of(node: exp.Expr | None) -> dt.datetime | None:
    """The moment that a literal means, a date as its midnight."""
    return read_moment(text_of(node))


def read_moment(text: str | None) -> dt.datetime | None:
    """A moment of `YYYY-MM-DD` or `YYYY-MM-DD HH:MM[:SS]`; None for any other text."""
    if text is None or not (_DATE.fullmatch(text) or _MOMENT.fullmatch(text)):
        return None
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def is_date_only(node: exp.Expr | None) -> bool:
    """Whether a literal is a date without a time of day."""
    text = text_of(node)
    return text is not None and bool(_DATE.fullmatch(text)) and read_moment(text) is not None


def literal_of(moment: dt.datetime, column: Column) -> exp.Expr:
    """The moment as a literal for a column: a date for a date column."""
    if column.type == "date":
        return exp.Literal.string(moment.date().isoformat())
    return exp.Literal.string(moment.isoformat(sep=" "))


def day_after(moment: dt.datetime) -> dt.datetime:
    """Midnight after the moment's day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY


def floor(moment: dt.datetime, unit: str) -> dt.datetime:
    """The start of the unit that a moment is in, weeks on Monday as DATE_TRUNC has them.

    unit: minute, hour, day, week, month, quarter or year; KeyError for any other.
    """
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return day - (day.isoweekday() - 1) * _DAY
    if unit in MONTHS:
        months = MONTHS[unit]
        return day.replace(month=(day.month - 1) // months * months + 1, day=1)
    length = _FIXED[unit]
    return day + (moment - day) // length * length


def after(start: dt.datetime, unit: str) -> dt.datetime:
    """The start of the next unit, from the start of one; OverflowError past the year 9999."""
    if unit in MONTHS:
        month = start.month - 1 + MONTHS[unit]
        if start.year + month // 12 > dt.MAXYEAR:
            raise OverflowError("past the calendar")
        return start.replace(year=start.year + month // 12, month=month % 12 + 1)
    return start + (7 * _DAY if unit == "week" else _FIXED[unit])
