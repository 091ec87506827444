"""Calendar arithmetic: days, months, units of time, and periods of them."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from core.semantic.query import Grain


@dataclass(frozen=True, slots=True)
class ClockTime:
    """What "now" is. today: date of the newest row or of the wall clock; now: exclusive end."""

    today: dt.date
    now: dt.datetime
    week_start: int = 1


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar period [start, end). next: index of the token after it; readings: as in
    TimePhrase."""

    start: dt.datetime
    end: dt.datetime
    grain: Grain
    next: int
    is_running: bool = False
    readings: tuple[tuple[str, dt.datetime, dt.datetime], ...] = ()


#: Unit of time in words -> grain.
UNIT_GRAIN = {
    "minute": Grain.INTERVAL,
    "hour": Grain.HOUR,
    "day": Grain.DAY,
    "week": Grain.WEEK,
    "month": Grain.MONTH,
    "quarter": Grain.QUARTER,
    "year": Grain.YEAR,
}


def at_midnight(day: dt.date) -> dt.datetime:
    """The first moment of a day."""
    return dt.datetime.combine(day, dt.time(0))


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or that month's last day when it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def shift_moment(moment: dt.datetime, unit: str, count: int) -> dt.datetime:
    """`moment` plus `count` units; months, quarters and years by calendar."""
    if unit in ("month", "quarter", "year"):
        months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
        return dt.datetime.combine(add_months(moment.date(), months), moment.time())
    return moment + count * dt.timedelta(**{unit + "s": 1})


def period_start(day: dt.date, unit: str, week_start: int) -> dt.date:
    """First day of the calendar unit that holds `day`."""
    if unit == "day":
        return day
    if unit == "week":
        return day - dt.timedelta(days=(day.isoweekday() - week_start) % 7)
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return dt.date(day.year, 1, 1)


def days_period(first: dt.date, last: dt.date, grain: Grain, after: int) -> Period:
    """A period from a first day to a last day, both included."""
    return Period(at_midnight(first), at_midnight(last + dt.timedelta(days=1)), grain, after)
