"""Robust statistics on short series: slopes, trend tests, outliers. Pure numpy."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Pairs grow with the square; longer series are first cut into blocks of medians.
_MAX_POINTS = 240
_MIN_POINTS = 6
_BREAK_SIGMA = 3.5
_BREAK_PART = 0.3
#: Makes a median absolute deviation comparable with a standard deviation (normal data).
_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True)
class Trend:
    """slope: per unit of x (Theil and Sen's median of slopes). p: of Mann and Kendall's test,
    two-sided, with the correction for ties. level: median of what is left beside the slope."""

    slope: float
    p: float
    level: float


def _blocks(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    if len(x) <= _MAX_POINTS:
        return x, y
    parts = np.array_split(np.arange(len(x)), _MAX_POINTS)
    return (
        np.array([np.median(x[p]) for p in parts]),
        np.array([np.median(y[p]) for p in parts]),
    )


def trend(x: Floats, y: Floats) -> Trend | None:
    """The trend of y over rising x, or None on fewer than 6 points or without any change.

    Theil 1950, Sen 1968; Mann 1945, Kendall 1975 (normal approximation with continuity
    correction). No NaN may be in either.
    """
    if len(x) < _MIN_POINTS:
        return None
    x, y = _blocks(x, y)
    first, second = np.triu_indices(len(x), 1)
    dx, dy = x[second] - x[first], y[second] - y[first]
    apart = dx > 0
    if not bool(apart.any()) or not bool(dy.any()):
        return None
    slope = float(np.median(dy[apart] / dx[apart]))
    s = float(np.sign(dy[apart]).sum())
    n = len(x)
    _, ties = np.unique(y, return_counts=True)
    spread = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    if spread <= 0:
        return None
    z = (s - math.copysign(1, s)) / math.sqrt(spread) if s else 0.0
    p = math.erfc(abs(z) / math.sqrt(2))
    return Trend(slope, p, float(np.median(y - slope * x)))


def until_break(x: Floats, y: Floats, found: Trend) -> int:
    """How many leading points the trend holds for: all, or those before the last points left its
    line for good by more than their noise and a good part of the whole rise."""
    away = np.abs(y - found.slope * x - found.level)
    whole = abs(found.slope * float(x[-1] - x[0]))
    bound = max(_BREAK_SIGMA * noise(y - found.slope * x), _BREAK_PART * whole)
    on_line = np.flatnonzero(away <= bound)
    kept = int(on_line[-1]) + 1 if len(on_line) else len(y)
    return kept if kept >= _MIN_POINTS else len(y)


def deviations(y: Floats) -> Floats | None:
    """How far each value is from the median in robust standard deviations, signed; None where more
    than half of the values are the same, which leaves no scale."""
    middle = np.median(y)
    scale = _TO_SIGMA * float(np.median(np.abs(y - middle)))
    if scale == 0:
        return None
    with np.errstate(over="ignore"):
        return np.asarray((y - middle) / scale, dtype=np.float64)


def noise(y: Floats) -> float:
    """The robust standard deviation of values around their median."""
    return _TO_SIGMA * float(np.median(np.abs(y - np.median(y))))
