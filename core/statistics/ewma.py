"""EWMA chart: a mean of all readings so far, in which each older one weighs less.

    z = weight * x + (1 - weight) * z before, from z = mean

Limits of the reading number i lie L * sigma * sqrt(weight / (2 - weight) * (1 - (1 - weight)**2i))
from the mean; steady ones leave the last factor out, to which it tends (NIST/SEMATECH e-Handbook,
6.3.2.4; Montgomery, Introduction to Statistical Quality Control, 9.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.statistics.baseline import Usual
from core.statistics.readings import Readings, taken
from core.statistics.runs import ABOVE, BELOW


@dataclass(frozen=True, slots=True, eq=False)
class Ewma:
    """The chart's series, each as long as the readings."""

    values: Readings  # NaN where the reading is missing
    lower_control_limits: Readings
    upper_control_limits: Readings
    sides: NDArray[np.int8]  # ABOVE or BELOW where the value lies beyond its limit


def ewma(
    values: ArrayLike,
    usual: Usual,
    *,
    weight: float = 0.2,
    sigmas: float = 3.0,
    is_steady: bool = False,
) -> Ewma:
    """The EWMA of the readings, with its control limits.

    `weight` is that of the newest reading (lambda), above 0 and at most 1; `sigmas` says how far
    the limits lie from the mean (L); with `is_steady` they are those of many readings from the
    first on. A missing reading leaves the mean and the limits where they are.

    Raises:
        ValueError: weight or sigmas are out of their range.
        UnfitReadings: a reading is infinite.
    """
    if not (0 < weight <= 1 and sigmas > 0):
        raise ValueError(f"0 < weight <= 1 and sigmas > 0, not {weight} and {sigmas}")
    readings = taken(values)
    is_there = ~np.isnan(readings)
    smoothed = np.full(readings.shape, np.nan)
    smoothed[is_there] = _smoothed(readings[is_there].tolist(), usual.mean, weight)
    spread = np.full(readings.shape, weight / (2 - weight))
    if not is_steady:
        spread *= 1 - (1 - weight) ** (2 * np.cumsum(is_there))
    distance = sigmas * usual.sigma * np.sqrt(spread)
    lower, upper = usual.mean - distance, usual.mean + distance
    sides = np.zeros(readings.size, dtype=np.int8)
    sides[smoothed > upper] = ABOVE
    sides[smoothed < lower] = BELOW
    return Ewma(smoothed, lower, upper, sides)


def _smoothed(readings: list[float], start: float, weight: float) -> list[float]:
    found, value, rest = [], start, 1 - weight
    for reading in readings:
        value = weight * reading + rest * value
        found.append(value)
    return found
