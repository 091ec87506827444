"""The demo plant's time: a UTC grid of 10 minutes, read in plant-local time.

The grid runs on UTC, so a daylight-saving day has the hours it really has. Local times are naive.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from data.demo.catalogue import Plant

FIRST_DAY: Final = date(2026, 1, 1)
LAST_DAY: Final = date(2026, 6, 30)
DAYS: Final = (LAST_DAY - FIRST_DAY).days + 1
STEP_MINUTES: Final = 10

_END: Final = datetime(2026, 7, 1)


@dataclass(frozen=True, slots=True)
class PlantClock:
    """The grid of one plant, with an entry for each of the `n` intervals.

    utc, local: datetime64[s]; day, production_day: datetime64[D]; shift: 0 Early, 1 Late, 2 Night;
    crew: 0..3; hour: local hour with fraction. `zone` turns other instants into local time.
    """

    zone: ZoneInfo
    utc: NDArray[np.datetime64]
    local: NDArray[np.datetime64]
    day: NDArray[np.datetime64]
    production_day: NDArray[np.datetime64]
    shift: NDArray[np.int8]
    crew: NDArray[np.int8]
    hour: NDArray[np.float64]

    @property
    def n(self) -> int:
        """Number of intervals."""
        return len(self.utc)

    def minutes_local(self) -> NDArray[np.datetime64]:
        """Local start of every minute of the grid (n x 10); a change of hour falls between two."""
        steps = np.arange(STEP_MINUTES).astype("timedelta64[m]")
        minutes: NDArray[np.datetime64] = (self.local[:, None] + steps[None, :]).reshape(-1)
        return minutes

    def index_of(self, local: datetime) -> int:
        """The first interval that starts at or after a local time (n when there is none)."""
        return int(np.searchsorted(self.local, np.datetime64(local, "s")))

    def minute_of(self, local: datetime) -> int:
        """The first minute of the grid at or after a local time."""
        interval = self.index_of(local)
        if interval and local.minute % STEP_MINUTES:
            return (interval - 1) * STEP_MINUTES + local.minute % STEP_MINUTES
        return interval * STEP_MINUTES

    def local_at(self, seconds: NDArray[np.int64]) -> NDArray[np.datetime64]:
        """Local time of instants given in seconds since the grid began, also past its end."""
        interval = np.clip(seconds // (STEP_MINUTES * 60), 0, self.n - 1)
        offset = self.local[interval] - self.utc[interval]
        local: NDArray[np.datetime64] = self.utc[0] + seconds.astype("timedelta64[s]") + offset
        return local


def _offset_seconds(zone: ZoneInfo, instant: np.datetime64) -> int:
    moment = instant.astype("datetime64[s]").astype(datetime).replace(tzinfo=UTC)
    offset = moment.astimezone(zone).utcoffset()
    if offset is None:
        message = f"The time zone {zone.key} has no offset."
        raise ValueError(message)
    return int(offset.total_seconds())


def shift_of(local: NDArray[np.datetime64]) -> tuple[NDArray[np.int8], NDArray[np.datetime64]]:
    """Shift (0 Early 06-14, 1 Late 14-22, 2 Night 22-06) and production day of local times.

    The night shift belongs to the day on which it starts.
    """
    day = local.astype("datetime64[D]")
    hour = (local.astype("datetime64[h]") - day.astype("datetime64[h]")).astype(np.int64)
    shift = np.where((hour >= 6) & (hour < 14), 0, np.where((hour >= 14) & (hour < 22), 1, 2))
    production_day = day - (hour < 6).astype("timedelta64[D]")
    return shift.astype(np.int8), production_day


def crew_of(shift: NDArray[np.int8], production_day: NDArray[np.datetime64]) -> NDArray[np.int8]:
    """Crew 0..3: four crews share three shifts and move on every second day."""
    number = production_day.astype("datetime64[D]").astype(np.int64)
    return ((shift + number // 2) % 4).astype(np.int8)


def plant_clock(plant: Plant) -> PlantClock:
    """The whole grid of a plant, from FIRST_DAY 00:00 to LAST_DAY 23:50 local."""
    zone = ZoneInfo(plant.zone)
    first = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=zone)
    start = np.datetime64(first.astimezone(UTC).replace(tzinfo=None), "s")
    stop = np.datetime64(_END.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None), "s")
    utc = np.arange(start, stop, np.timedelta64(STEP_MINUTES * 60, "s"))
    hours = utc[::6]  # offsets change on whole hours only
    offsets = np.array([_offset_seconds(zone, hour) for hour in hours], dtype=np.int64)
    local = utc + np.repeat(offsets, 6)[: len(utc)].astype("timedelta64[s]")
    day = local.astype("datetime64[D]")
    shift, production_day = shift_of(local)
    hour = (local - day.astype("datetime64[s]")).astype(np.int64) / 3600.0
    return PlantClock(
        zone=zone,
        utc=utc,
        local=local,
        day=day,
        production_day=production_day,
        shift=shift,
        crew=crew_of(shift, production_day),
        hour=hour,
    )
