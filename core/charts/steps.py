"""One line over time as readings that follow one another evenly, with its gaps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.charts.points import STEP_US, Floats, Times, numbers, times
from core.semantic.query import Grain
from core.types import ResultColumn

#: No rule looks at more readings, so that a longer gap says no more than this one.
_LONGEST_GAP = 16


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """times: of each position, NaT where a reading is missing; values: NaN there."""

    times: Times
    values: Floats

    def moment(self, position: int) -> dt.datetime:
        """When the reading of a position is of. Raises ValueError where it is missing."""
        found = self.times[position].astype("datetime64[us]").astype(dt.datetime)
        if found is None:
            raise ValueError(f"no reading at {position}")
        assert isinstance(found, dt.datetime)
        return found

    def position(self, moment: dt.datetime) -> int:
        """The first position at or after a moment; the number of positions where there is none."""
        at = np.flatnonzero(self.times >= np.datetime64(moment))
        return int(at[0]) if len(at) else len(self.times)


def steps_of(table: pa.Table, x: str, column: ResultColumn, grain: Grain | None) -> Steps:
    """The readings of a column in the order of a column of times, on the scale of the screen.

    grain: how long a step is; None for the smallest one in the data. Rows without a time are left
    out, and of several of one time the last one counts.
    """
    at, values = times(table, x), numbers(table, column)
    keep = ~np.isnat(at)
    at, values = at[keep], values[keep]
    order = np.argsort(at, kind="stable")
    at, values = at[order], values[order]
    if len(at) > 1:
        is_last = np.append(at[1:] != at[:-1], True)
        at, values = at[is_last], values[is_last]
    missing = _missing_after(at, grain)
    if not missing.any():
        return Steps(at, values)
    places = np.repeat(np.arange(1, len(at)), missing)
    never = np.datetime64("NaT", "us")
    return Steps(np.insert(at, places, never), np.insert(values, places, np.nan))


def _missing_after(at: Times, grain: Grain | None) -> npt.NDArray[np.int64]:
    """How many steps are missing between each time and the next."""
    widths = np.diff(at).astype("timedelta64[us]").astype(np.int64)
    if not len(widths):
        return widths
    step = STEP_US.get(grain) if grain is not None else None
    step = step or int(widths.min())
    found = np.rint(widths / step).astype(np.int64) - 1
    return np.clip(found, 0, _LONGEST_GAP)
