"""Dates and times: parts, differences, steps, slices."""

from __future__ import annotations

from sqlglot import exp

from core.execution.dialect.trees import call, cast, moment, number, text, times
from core.execution.dialect.types import Mend

_TAKES_MOMENT = (
    exp.Week, exp.WeekOfYear, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfMonth, exp.DayOfYear,
    exp.Year, exp.Quarter, exp.Month, exp.Day, exp.Hour, exp.Minute, exp.Second, exp.Dayname,
    exp.Extract, exp.LastDay, exp.TimeToStr, exp.DateDiff, exp.TimestampDiff, exp.TimestampTrunc,
    exp.TimeSlice,
)  # fmt: skip


def _mend_interval(node: exp.Expr) -> exp.Expr:
    amount = node.this
    unit = node.args["unit"].name.upper()
    return exp.Paren(this=times(amount, unit))


def _mend_date_add(node: exp.Expr) -> exp.Expr:
    interval = times(node.expression, node.args["unit"].name.upper())
    kind = exp.Sub if isinstance(node, exp.DateSub) else exp.Add
    return exp.Paren(this=kind(this=moment(node.this), expression=interval))


def _mend_date_diff(node: exp.Expr) -> exp.Expr:
    unit = node.text("unit").lower()
    later, earlier = moment(node.this), moment(node.expression)
    if isinstance(node, exp.DateDiff) and not unit:
        return exp.Anonymous(
            this="date_diff",
            expressions=[text("day"), cast(earlier, "DATE"), cast(later, "DATE")],
        )
    return call("sr_diff", text(unit), earlier, later)


def _mend_week(node: exp.Expr) -> exp.Expr:
    mode = node.args.get("mode")
    number = mode.name if mode is not None else "0"
    at = moment(node.this)
    if number == "3":
        return call("weekofyear", at)
    return call("sr_week1" if number == "1" else "sr_week0", at)


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
    node.set("this", moment(node.this))
    return node


def _mend_last_day(node: exp.Expr) -> exp.Expr:
    return call("last_day", moment(node.this))


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
}
