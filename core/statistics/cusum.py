"""Tabular CUSUM, two-sided: sums of deviations that remember, for small shifts that last.

    z = (x - mean) / sigma     C+ = max(0, C+ before + z - k)     C- = max(0, C- before - z - k)

A sum above h signals (NIST/SEMATECH e-Handbook, 6.3.2.3; Montgomery, Introduction to Statistical
Quality Control, 9.1). k is half of the shift to be found, in sigmas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.statistics.baseline import Usual
from core.statistics.readings import Readings, taken
from core.statistics.runs import ABOVE, BELOW


@dataclass(frozen=True, slots=True)
class Signal:
    """A sum that has gone above h: once for each time that it climbs from zero."""

    side: Literal["above", "below"]
    position: int  # of the reading that took it above h
    since: int  # of the first reading after the sum was last zero: when the shift began, about
    level: float  # of the readings since then, as the sum estimates it (Montgomery, 9.1)


@dataclass(frozen=True, slots=True, eq=False)
class Cusum:
    """Both sums, in sigmas and never negative; NaN where the reading is missing."""

    k: float
    h: float
    upper: Readings
    lower: Readings
    sides: NDArray[np.int8]  # ABOVE or BELOW where that sum is above h; the larger, if both are
    signals: tuple[Signal, ...]


class _Sum:
    """One of the two sums, while it runs."""

    __slots__ = ("count", "signalled", "since", "value")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.value, self.since, self.count, self.signalled = 0.0, -1, 0, False

    def add(self, amount: float, position: int) -> None:
        value = self.value + amount
        if value <= 0:
            self.clear()
            return
        if not self.count:
            self.since = position
        self.value = value
        self.count += 1


def cusum(
    values: ArrayLike, usual: Usual, *, k: float = 0.5, h: float = 5.0, resets: bool = False
) -> Cusum:
    """Both sums of the readings against what is usual.

    `k` is the slack and `h` what a sum must exceed to signal, both in sigmas. A sum stands still
    over a missing reading. With `resets` both begin at zero again after a signal, as after a cause
    was found and mended; without, a sum stays until the readings take it back.

    Raises:
        ValueError: k is negative, or h is not above zero.
        UnfitReadings: a reading is infinite.
    """
    if not (k >= 0 and h > 0):
        raise ValueError(f"k is at least 0 and h above 0, not {k} and {h}")
    readings = taken(values)
    deviations = (readings - usual.mean) / usual.sigma
    sums = np.full((2, readings.size), np.nan)
    sides = np.zeros(readings.size, dtype=np.int8)
    signals: list[Signal] = []
    upper, lower = _Sum(), _Sum()
    places = np.flatnonzero(~np.isnan(deviations))
    for position, z in zip(places.tolist(), deviations[places].tolist(), strict=True):
        upper.add(z - k, position)
        lower.add(-z - k, position)
        sums[0, position], sums[1, position] = upper.value, lower.value
        if upper.value <= h and lower.value <= h:
            continue
        sides[position] = ABOVE if upper.value >= lower.value else BELOW
        signals += [
            signal
            for signal in (
                _signal(upper, "above", position, usual, k, h),
                _signal(lower, "below", position, usual, k, h),
            )
            if signal is not None
        ]
        if resets:
            upper.clear()
            lower.clear()
    return Cusum(k, h, sums[0], sums[1], sides, tuple(signals))


def _signal(
    running: _Sum, side: Literal["above", "below"], position: int, usual: Usual, k: float, h: float
) -> Signal | None:
    if running.signalled or running.value <= h:
        return None
    running.signalled = True
    shift = k + running.value / running.count
    level = usual.line(shift if side == "above" else -shift)
    return Signal(side, position, running.since, level)
