"""Quiet hours of a plant: when which severities are held back, by the clock on its wall."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from core.delivery.wall_clock import moment_of, on_wall

_DAY = dt.timedelta(days=1)
#: A wait ends somewhere: quiet hours that never end would hold it back for ever.
_MOST_SPANS = 1_000


@dataclass(frozen=True, slots=True)
class QuietHours:
    """start, end: minutes of the day on the wall, from 0 to 1439; an end at or before the start
    lies on the next day. weekdays: 0 for Monday, of the day on which they begin; empty for all.
    through: severities that are told all the same."""

    start: int
    end: int
    through: frozenset[str] = frozenset()
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Quiet:
    """The quiet hours of one plant; none by default. Moments are UTC, naive."""

    hours: tuple[QuietHours, ...] = ()
    zone: dt.tzinfo = field(default=dt.UTC)

    def until(self, at: dt.datetime, severity: str) -> dt.datetime | None:
        """The end of the quiet hours that hold this severity back at a moment; None outside of
        them. Hours that touch or overlap are one."""
        end: dt.datetime | None = None
        reached = at
        for _span in range(_MOST_SPANS):
            later = self._end(reached, severity)
            if later is None:
                return end
            reached = end = later
        return end

    def after(self, start: dt.datetime, wait: dt.timedelta, severity: str) -> dt.datetime:
        """The moment at which a wait is over that stands still in quiet hours."""
        at, left = start, wait
        for _span in range(_MOST_SPANS):
            if left > dt.timedelta(0):
                at = self.until(at, severity) or at
            pause = self._next(at, severity)
            if pause is None or pause - at >= left:
                return at + left
            left -= pause - at
            at = pause
        return at + left

    def _end(self, at: dt.datetime, severity: str) -> dt.datetime | None:
        ends = [end for start, end in self._spans(at, severity) if start <= at < end]
        return max(ends, default=None)

    def _next(self, at: dt.datetime, severity: str) -> dt.datetime | None:
        """When quiet hours begin next, after this moment."""
        return min((start for start, _ in self._spans(at, severity) if start > at), default=None)

    def _spans(self, at: dt.datetime, severity: str) -> list[tuple[dt.datetime, dt.datetime]]:
        """Quiet hours around a moment, and those of the week that follows."""
        today = on_wall(at, self.zone).date()
        return [
            (
                moment_of(_wall(day, hours.start), self.zone),
                moment_of(_wall(last, hours.end), self.zone),
            )
            for hours in self.hours
            if severity not in hours.through
            for day in (today + _DAY * n for n in range(-1, 9))
            if not hours.weekdays or day.weekday() in hours.weekdays
            for last in (day if hours.end > hours.start else day + _DAY,)
        ]


def _wall(day: dt.date, minute: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)
