"""The clock on a plant's wall and the moments behind it, right in the nights in which it changes.

A time of day stands for the first moment at which the wall shows it or more: in an hour that comes
twice its first time, in an hour that is left out the moment of the change. So shifts and quiet
hours that follow one another on the wall follow one another in time, with no gap and no overlap.
Moments are UTC, naive; wall times are naive as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.semantic.shifts import Shift, shift_on

_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)


def zone_of(name: str) -> dt.tzinfo:
    """The zone of that IANA name; UTC for one that is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return dt.UTC


def on_wall(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """What the wall shows at a moment."""
    return moment.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None, fold=0)


def moment_of(wall: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The first moment at which the wall shows this time or more."""
    first = _utc(wall, zone, 0)
    if on_wall(first, zone) == wall:
        return first
    # The wall never shows it: the change lies between the readings with the offset after it and
    # with the one before it.
    low, high = sorted((_utc(wall, zone, 1), first))
    while high - low > _SECOND:
        middle = low + dt.timedelta(seconds=(high - low) // _SECOND // 2)
        low, high = (low, middle) if on_wall(middle, zone) >= wall else (middle, high)
    return high


def shifts_at(
    moment: dt.datetime, hours: Mapping[str, tuple[int, int]], zone: dt.tzinfo
) -> tuple[Shift, ...]:
    """The shifts that run at a moment, in the order in which they began. hours: name -> start and
    end in minutes of the day, as `core.semantic.shifts` takes them."""
    today = on_wall(moment, zone).date()
    days = (today - _DAY, today, today + _DAY)
    found = [shift_on(day, name, hours) for day in days for name in hours]
    running = [
        shift
        for shift in found
        if moment_of(shift.start, zone) <= moment < moment_of(shift.end, zone)
    ]
    return tuple(sorted(running, key=lambda shift: (shift.start, shift.name)))


def _utc(wall: dt.datetime, zone: dt.tzinfo, fold: int) -> dt.datetime:
    there = wall.replace(tzinfo=zone, fold=fold)
    return there.astimezone(dt.UTC).replace(tzinfo=None)
