"""Steps of the time axis that a window should have, and those that a result lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.semantic.query import Grain, TimeWindow

_MAX_STEPS = 20_000
_DAY = dt.timedelta(days=1)
_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}

#: Length of a step in days, on average, for slopes and words.
DAYS = {
    Grain.HOUR: 1 / 24,
    Grain.DAY: 1.0,
    Grain.WEEK: 7.0,
    Grain.MONTH: 30.4375,
    Grain.QUARTER: 91.3125,
    Grain.YEAR: 365.25,
}


def moment_of(cell: dt.date | dt.datetime) -> dt.datetime:
    """The moment at which the step of a cell begins, as the plant's clock shows it."""
    if isinstance(cell, dt.datetime):
        return cell.replace(tzinfo=None)
    return dt.datetime.combine(cell, dt.time())


def floor(moment: dt.datetime, grain: Grain, minutes: int, week_start: int) -> dt.datetime:
    """The start of the step that a moment is in. minutes: of an INTERVAL."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match grain:
        case Grain.INTERVAL:
            since = (moment - day) // dt.timedelta(minutes=minutes)
            return day + since * dt.timedelta(minutes=minutes)
        case Grain.HOUR:
            return moment.replace(minute=0, second=0, microsecond=0)
        case Grain.WEEK:
            return day - ((day.isoweekday() - week_start) % 7) * _DAY
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Grain.YEAR:
            return day.replace(month=1, day=1)
    return day


def after(moment: dt.datetime, grain: Grain, minutes: int) -> dt.datetime:
    """The start of the next step."""
    months = _MONTHS.get(grain)
    if months:
        month = moment.month - 1 + months
        return moment.replace(year=moment.year + month // 12, month=month % 12 + 1)
    length = {
        Grain.INTERVAL: dt.timedelta(minutes=minutes),
        Grain.HOUR: dt.timedelta(hours=1),
        Grain.WEEK: 7 * _DAY,
    }
    return moment + length.get(grain, _DAY)


def missing_steps(
    present: Iterable[dt.datetime],
    window: TimeWindow | None,
    grain: Grain,
    *,
    minutes: int,
    week_start: int,
    zones: Iterable[str],
) -> tuple[list[dt.datetime], int]:
    """Starts of the steps without data, and how many steps there are.

    The window's own edges count where it has both, else the first and last step present. An hour
    that the clocks of some plant skip is not missing.
    """
    have = {floor(m, grain, minutes, week_start) for m in present}
    if not have:
        return [], 0
    start = window.start if window and window.start else min(have)
    end = window.end if window and window.end else max(have) + dt.timedelta(microseconds=1)
    known = list(_zones(zones))
    found, steps = [], 0
    at = floor(start, grain, minutes, week_start)
    while at < end:
        if steps >= _MAX_STEPS:
            return [], 0
        steps += 1
        if at not in have and not any(_is_skipped(at, zone) for zone in known):
            found.append(at)
        at = after(at, grain, minutes)
    return found, steps


def _zones(names: Iterable[str]) -> Iterable[ZoneInfo]:
    for name in set(names):
        try:
            yield ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            continue


def _is_skipped(local: dt.datetime, zone: ZoneInfo) -> bool:
    """Whether a wall-clock time does not exist on that day."""
    there = local.replace(tzinfo=zone).astimezone(dt.UTC).astimezone(zone)
    return there.replace(tzinfo=None) != local
