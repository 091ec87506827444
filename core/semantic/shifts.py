"""Shifts on the calendar: when each begins and ends, and which ended last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

_DAY_MIN = 1440
#: Days to look back for a shift that has ended.
_BACK = 4


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift. day: the production day, on which it starts. start, end: plant-local, as the
    clock on the wall shows them; a shift in the night in which clocks change is an hour longer or
    shorter than the difference."""

    day: dt.date
    name: str
    start: dt.datetime
    end: dt.datetime


def shift_on(day: dt.date, name: str, hours: Mapping[str, tuple[int, int]]) -> Shift:
    """The shift of that name that starts on a day. hours: start and end in minutes of the day, an
    end at or before the start on the next day. Raises KeyError for a name that is not there."""
    start, end = hours[name]
    midnight = dt.datetime.combine(day, dt.time())
    finish = end + (_DAY_MIN if end <= start else 0)
    return Shift(
        day,
        name,
        midnight + dt.timedelta(minutes=start),
        midnight + dt.timedelta(minutes=finish),
    )


def ended_shifts(
    hours: Mapping[str, tuple[int, int]],
    today: dt.date,
    now: dt.datetime,
    names: Collection[str] | None = None,
    most: int | None = None,
) -> tuple[Shift, ...]:
    """Shifts that have ended by `now`, the newest first, of the last days. names: only those of
    these names. most: at most so many, and these however many days ago they were."""
    wanted = hours if names is None else [name for name in hours if name in names]
    ago = _BACK if most is None or not wanted else _BACK + most // len(wanted)
    days = [today - dt.timedelta(days=back) for back in range(ago)]
    found = [shift_on(day, name, hours) for day in days for name in wanted]
    ended = sorted((s for s in found if s.end <= now), key=lambda s: (s.end, s.day), reverse=True)
    return tuple(ended[:most])


def begun_shifts(
    hours: Mapping[str, tuple[int, int]],
    today: dt.date,
    now: dt.datetime,
    names: Collection[str] | None = None,
) -> tuple[Shift, ...]:
    """Shifts that have begun by `now`, the newest first, of the last days: the first is the one
    that runs, where one does. names: only those of these names."""
    wanted = hours if names is None else [name for name in hours if name in names]
    days = [today - dt.timedelta(days=back) for back in range(_BACK)]
    found = [shift_on(day, name, hours) for day in days for name in wanted]
    return tuple(sorted((s for s in found if s.start <= now), key=lambda s: s.start, reverse=True))


def shift_before(shift: Shift, hours: Mapping[str, tuple[int, int]]) -> Shift:
    """The shift that ended last before this one began; itself the day before where there is no
    other."""
    before = ended_shifts(hours, shift.start.date(), shift.start, most=1)
    return before[0] if before else shift_on(shift.day - dt.timedelta(days=1), shift.name, hours)


def shift_after(shift: Shift, hours: Mapping[str, tuple[int, int]]) -> Shift:
    """The shift that begins first once this one has ended."""
    days = [shift.day + dt.timedelta(days=on) for on in range(_BACK)]
    later = [shift_on(day, name, hours) for day in days for name in hours]
    return min((s for s in later if s.start >= shift.end), key=lambda s: s.start)
