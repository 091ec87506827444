"""Dates and times: parts, differences, steps, slices."""

from __future__ import annotations

import re

from sqlglot import exp

from core.execution.dialect.formats import mysql_format, read_date, write_date
from core.execution.dialect.kinds import kind_of
from core.execution.dialect.trees import (
    COMPARISONS,
    as_text,
    call,
    cast,
    copied,
    moment,
    number,
    text,
    times,
    whole,
)
from core.execution.dialect.types import Mend

_TAKES_MOMENT = (
    exp.Week, exp.WeekOfYear, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfMonth, exp.DayOfYear,
    exp.Year, exp.Quarter, exp.Month, exp.Day, exp.Hour, exp.Minute, exp.Second, exp.Dayname,
    exp.Extract, exp.LastDay, exp.TimeToStr, exp.DateDiff, exp.TimestampDiff, exp.TimestampTrunc,
    exp.TimeSlice, exp.NextDay, exp.PreviousDay, exp.ToDays, exp.ConvertTimezone,
)  # fmt: skip


def _mend_interval(node: exp.Expr) -> exp.Expr:
    amount = node.this
    unit = node.args["unit"].name.upper()
    return exp.Paren(this=times(amount, unit))


def _mend_date_add(node: exp.Expr) -> exp.Expr:
    kind = exp.Sub if isinstance(node, exp.DateSub) else exp.Add
    return moved(node.this, node.expression, node.args["unit"].name.upper(), kind)


def moved(at: exp.Expr, amount: exp.Expr, unit: str, kind: type[exp.Add | exp.Sub]) -> exp.Expr:
    """A moment later or earlier; NULL beyond the calendar."""
    return call("sr_bounded", kind(this=moment(at), expression=times(amount, unit)))


_MICROSECONDS = {
    "week": 604_800_000_000, "day": 86_400_000_000, "hour": 3_600_000_000, "minute": 60_000_000,
    "second": 1_000_000, "millisecond": 1_000,
}  # fmt: skip
_MONTHS = {"year": 12, "quarter": 3, "month": 1}


def complete_units(unit: str, earlier: exp.Expr, later: exp.Expr) -> exp.Expr:
    """Complete units from one moment to another, cut towards zero. unit: in small letters."""
    if unit in _MONTHS:
        whole, divisor = call("sr_months", earlier, later), _MONTHS[unit]
    else:
        whole = call("date_diff", text("microsecond"), earlier, later)
        divisor = _MICROSECONDS[unit]
    # DuckDB's `//` cuts towards zero, as StarRocks does.
    return whole if divisor == 1 else call("divide", whole, number(divisor))


def _mend_date_diff(node: exp.Expr) -> exp.Expr:
    unit = node.text("unit").lower()
    later, earlier = moment(node.this), moment(node.expression)
    if isinstance(node, exp.DateDiff) and not unit:
        return call("date_diff", text("day"), cast(earlier, "DATE"), cast(later, "DATE"))
    return complete_units(unit, earlier, later)


_FIRST_DAY = ("sr_sunday", "sr_thursday", "sr_sunday", "sr_thursday",
              "sr_wednesday", "sr_monday", "sr_wednesday", "sr_monday")  # fmt: skip


def week_number(at: exp.Expr, mode: int) -> exp.Expr:
    """WEEK with a mode of MySQL's: bit 0 Monday first, bit 1 no week 0, bit 2 the other rule of
    what makes a week 1. at: a TIMESTAMP."""
    decides = call(_FIRST_DAY[mode], at)
    if mode & 2:
        return call("sr_nth_week", decides)
    return call("sr_week_in_year", copied(at), decides)


def week_and_year(at: exp.Expr, mode: int) -> exp.Expr:
    """YEARWEEK: no week 0 in any mode."""
    return call("sr_week_and_year", call(_FIRST_DAY[mode], at))


def _mend_week(node: exp.Expr) -> exp.Expr:
    mode = node.args.get("mode")
    return week_number(moment(node.this), int(mode.name) if mode is not None else 0)


def _date_part(function: str, shift: int = 0) -> Mend:
    def mend(node: exp.Expr) -> exp.Expr:
        part = call(function, moment(node.this))
        if not shift:
            return part
        kind = exp.Add if shift > 0 else exp.Sub
        return exp.Paren(this=kind(this=part, expression=number(abs(shift))))

    return mend


def _mend_extract(node: exp.Expr) -> exp.Expr:
    return call(node.this.name.lower(), moment(node.expression))


def _mend_date(node: exp.Expr) -> exp.Expr:
    if isinstance(node.parent, _TAKES_MOMENT):
        return node  # put around the argument by the parser; taken off with it
    return cast(moment(node.this), "DATE")


def _mend_trunc(node: exp.Expr) -> exp.Expr:
    node.set("this", moment(node.this))
    return node


def _mend_slice(node: exp.Expr) -> exp.Expr:
    """A slice that ends after the year 9999 is NULL."""
    node = _mend_trunc(node)
    return call("sr_bounded", node.copy()) if node.text("kind") == "END" else node


def _mend_format(node: exp.Expr) -> exp.Expr:
    return write_date(moment(node.this), mysql_format(node))


def _mend_from_unixtime(node: exp.Expr) -> exp.Expr:
    """A text; where a moment is compared with it, StarRocks reads it as a moment."""
    at = call("sr_from_unix", whole(node.this))
    form = "%Y-%m-%d %H:%i:%s" if node.args.get("format") is None else mysql_format(node)
    written = write_date(at, form)
    sides = list(node.parent.iter_expressions()) if isinstance(node.parent, COMPARISONS) else []
    if any(kind_of(side) != "text" for side in sides):
        return call("sr_datetime", written)
    return written


def _mend_read(node: exp.Expr) -> exp.Expr:
    to = "DATE" if isinstance(node, exp.StrToDate) else "TIMESTAMP"
    return read_date(as_text(node.this), mysql_format(node), to)


def _mend_last_day(node: exp.Expr) -> exp.Expr:
    unit = node.text("unit").upper()
    if unit not in ("QUARTER", "YEAR"):
        return call("last_day", moment(node.this))
    start = call("date_trunc", text(unit.lower()), moment(node.this))
    months = number(2 if unit == "QUARTER" else 11)
    return call("last_day", exp.Add(this=start, expression=times(months, "MONTH")))


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _mend_neighbour(node: exp.Expr) -> exp.Expr:
    """NEXT_DAY and PREVIOUS_DAY: the nearest such weekday after or before, never the day itself."""
    day = WEEKDAYS.index(node.expression.name[:2].upper()) + 1
    macro = "sr_next" if isinstance(node, exp.NextDay) else "sr_previous"
    return call(macro, moment(node.this), number(day))


_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")


def _mend_zone(node: exp.Expr) -> exp.Expr:
    """CONVERT_TZ: between names of zones and offsets such as +08:00."""
    at = moment(node.args["timestamp"])
    source, target = node.args["source_tz"].name, node.args["target_tz"].name
    if offset := _OFFSET.fullmatch(source):
        instant = call("timezone", text("UTC"), exp.Paren(this=_shifted(at, offset, exp.Sub)))
    else:
        instant = call("sr_instant", at, text(source))
    if offset := _OFFSET.fullmatch(target):
        return exp.Paren(this=_shifted(call("timezone", text("UTC"), instant), offset, exp.Add))
    return call("timezone", text(target), instant)


def _shifted(at: exp.Expr, offset: re.Match[str], kind: type[exp.Add | exp.Sub]) -> exp.Expr:
    minutes = (int(offset[2]) * 60 + int(offset[3])) * (-1 if offset[1] == "-" else 1)
    return kind(this=at, expression=times(number(minutes), "MINUTE"))


def _mend_to_days(node: exp.Expr) -> exp.Expr:
    return call("sr_to_days", moment(node.this))


MENDS: dict[type[exp.Expr], Mend] = {
    exp.Interval: _mend_interval,
    exp.DateAdd: _mend_date_add,
    exp.DateSub: _mend_date_add,
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
    exp.UnixToTime: _mend_from_unixtime,
    exp.StrToDate: _mend_read,
    exp.StrToTime: _mend_read,
    exp.NextDay: _mend_neighbour,
    exp.PreviousDay: _mend_neighbour,
    exp.ConvertTimezone: _mend_zone,
    exp.ToDays: _mend_to_days,
}
