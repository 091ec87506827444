"""Which time is looked at, and which time before it says what is usual."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from core.semantic.facts import Extent
from core.semantic.query import Grain, TimeWindow

#: Days of a baseline, right before the time that is looked at.
BASELINE_DAYS: Final = 28
#: Days that are looked at where no time is said.
USUAL_DAYS: Final = 63
#: The part of all readings that is the baseline where there are too few before the time.
_FIRST_PART: Final = 3
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Windows:
    """The baseline goes from `first` to before `start`, what is looked at from there to before
    `end`; plant-local. is_part: the baseline is the first part of the time, as there are too few
    readings before it. axis: as in TimeWindow."""

    first: dt.datetime
    start: dt.datetime
    end: dt.datetime
    is_part: bool = False
    axis: TimeWindow | None = None

    @property
    def whole(self) -> TimeWindow:
        """All that is read."""
        axis = self.axis.axis if self.axis is not None else "clock"
        return TimeWindow(self.first, self.end, axis)

    def at(self, grain: Grain) -> Windows:
        """The same in whole steps of time, without a last one that has not ended."""
        floor = _midnight if grain is Grain.DAY else _hour
        start, end = floor(self.start), floor(self.end)
        end = end if end > start else self.end
        return Windows(floor(self.first), start, end, self.is_part, self.axis)


def windows_of(asked: TimeWindow | None, extent: Extent, now: dt.datetime) -> Windows | None:
    """The windows for a time that was asked for, None for the usual one; None where there are no
    rows, or the time does not begin before it ends."""
    if extent.first is None or extent.last is None:
        return None
    end = asked.end if asked is not None and asked.end is not None else now
    end = min(end, now) if asked is None or asked.end is None or asked.end > now else end
    start = asked.start if asked is not None else None
    if asked is None:
        start = _midnight(end - USUAL_DAYS * _DAY)
    loaded = _midnight(extent.first)
    start = max(start or loaded, loaded)
    if start >= end:
        return None
    first = start - BASELINE_DAYS * _DAY
    if first >= loaded:
        return Windows(first, start, end, axis=asked)
    part = (end - loaded) / _FIRST_PART
    begins = max(start, _midnight(loaded + part))
    return Windows(loaded, begins, end, is_part=True, axis=asked) if begins < end else None


def _midnight(moment: dt.datetime) -> dt.datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _hour(moment: dt.datetime) -> dt.datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
