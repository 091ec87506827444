"""Robust statistics on short series: slopes, trend tests, outliers. Pure numpy."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Pairs grow with the square; longer series are first cut into blocks of medians.
_MAX_POINTS = 240
#: Points that a trend takes.
LEAST = 6
_BREAK_SIGMA = 3.5
_BREAK_PART = 0.3
#: From this correlation of one round with the next on, points keep to a rhythm.
_ALIKE = 0.5
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
    correction, its variance widened for points that follow one another: Yue and Wang 2004). No
    NaN may be in either.
    """
    if len(x) < LEAST:
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
    spread *= inflation(y - slope * x)
    z = (s - math.copysign(1, s)) / math.sqrt(spread) if s else 0.0
    p = math.erfc(abs(z) / math.sqrt(2))
    return Trend(slope, p, float(np.median(y - slope * x)))


def inflation(rest: Floats) -> float:
    """How much wider the variance of Mann and Kendall's test is than for independent points, at
    least 1: n over the effective number of points, from the significant autocorrelations."""
    n = len(rest)
    parts = autocorrelations(rest, n // 4)
    bound = 1.96 / math.sqrt(n)
    total = 0.0
    for lag, r in enumerate(parts, 1):
        if r <= bound:
            break
        total += (1 - lag / n) * r
    return 1 + 2 * total


def autocorrelations(y: Floats, lags: int) -> list[float]:
    """The correlations of a series with itself 1, 2, ... steps later; zeros without variance."""
    away = y - y.mean()
    whole = float(away @ away)
    if whole <= 1e-18 * max(1.0, float(np.abs(y).max())) ** 2:
        return [0.0] * lags
    return [float(away[:-lag] @ away[lag:]) / whole for lag in range(1, lags + 1)]


def is_steady(x: Floats, y: Floats, found: Trend) -> bool:
    """Whether a line says more of the points than one step up or down, and both halves go the
    line's way: a repair, a new level or a standstill is no trend."""
    half = len(y) // 2
    for part in (slice(0, half), slice(half, None)):
        if _slope(x[part], y[part]) * found.slope <= 0:
            return False
    steep = np.polynomial.Polynomial.fit(x, y, 1)
    line = float(((y - steep(x)) ** 2).sum())
    sums, squares = np.cumsum(y), np.cumsum(y**2)
    at = np.arange(1, len(y))
    left = squares[at - 1] - sums[at - 1] ** 2 / at
    right_sum, right_n = sums[-1] - sums[at - 1], len(y) - at
    right = squares[-1] - squares[at - 1] - right_sum**2 / right_n
    return line <= float((left + right).min())


def _slope(x: Floats, y: Floats) -> float:
    """Theil and Sen's slope, 0 where there is none."""
    x, y = _blocks(x, y)
    first, second = np.triu_indices(len(x), 1)
    dx, dy = x[second] - x[first], y[second] - y[first]
    apart = dx > 0
    return float(np.median(dy[apart] / dx[apart])) if bool(apart.any()) else 0.0


def follows_cycle(x: Floats, y: Floats, days: float, *, is_amount: bool) -> bool:
    """Whether less than three rounds of a rhythm of that many days are there, and the points keep
    to it, so that a part of a round would pass for a trend.

    x: days. is_amount: what is made or used, which has the rhythm of the day over a day or two.
    """
    span = float(x[-1] - x[0])
    if not days or span >= 3 * days * (1 - 1e-9):
        return False
    if is_amount and days <= 1:
        return True
    step = float(np.median(np.diff(x)))
    lag = round(days / step) if step > 0 else 0
    if not 1 < lag < len(y) - 5:
        return False
    line = np.polynomial.Polynomial.fit(x, y, 1)
    rest = y - line(x)
    one, later = rest[:-lag], rest[lag:]
    if not one.std() or not later.std():
        return False
    return float(np.corrcoef(one, later)[0, 1]) > _ALIKE


def until_break(x: Floats, y: Floats, found: Trend) -> int:
    """How many leading points the trend holds for: all, or those before the last points left its
    line for good by more than their noise and a good part of the whole rise."""
    away = np.abs(y - found.slope * x - found.level)
    whole = abs(found.slope * float(x[-1] - x[0]))
    bound = max(_BREAK_SIGMA * noise(y - found.slope * x), _BREAK_PART * whole)
    on_line = np.flatnonzero(away <= bound)
    kept = int(on_line[-1]) + 1 if len(on_line) else len(y)
    return kept if kept >= LEAST else len(y)


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
