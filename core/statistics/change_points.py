"""When a level changed: the best division of readings into stretches, each with a mean of its own.

The division with the least sum of squares / sigma² plus a penalty for each change, found exactly by
PELT (Killick, Fearnhead, Eckley, JASA 107 (2012), 1590-1598). The penalty is 3 ln n, the
first term of the modified Bayesian information criterion (Zhang, Siegmund, Biometrics 63 (2007),
22-32): the usual 2 ln n finds a change in one of ten short series that have none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.statistics.baseline import D2, moving_ranges
from core.statistics.readings import Readings, Reason, UnfitReadings, no_variation, present, taken
from core.translation import gettext as _

#: Readings at most: time grows with the square where there is no change.
MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Level:
    """Readings in a row around one mean."""

    first: int  # position of its first reading
    last: int  # position of its last
    mean: float
    count: int  # readings that are not missing


@dataclass(frozen=True, slots=True)
class Change:
    """From one level to the next."""

    position: int  # of the first reading of the level after
    before: float  # mean
    after: float  # mean
    sigmas: float  # after - before, in sigmas


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels in time; one of them is none that changed."""

    levels: tuple[Level, ...]
    sigma: float
    penalty: float

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(
            Change(new.first, old.mean, new.mean, (new.mean - old.mean) / self.sigma)
            for old, new in zip(self.levels, self.levels[1:], strict=False)
        )


def levels(
    values: ArrayLike,
    *,
    sigma: float | None = None,
    penalty: float | None = None,
    shortest: int = 5,
) -> Levels:
    """The levels of the readings. Missing ones are left out: they are part of no level.

    `sigma` is that of readings around their level (None: mean moving range / d2, as a baseline has
    it), `penalty` what a change must win, in sigma² (None: 3 ln n), and a level has at least
    `shortest` readings.

    Raises:
        ValueError: an argument is not above zero.
        UnfitReadings: there are fewer than two levels' readings, more than MOST, or they do not
            vary from one to the next and no sigma is given.
    """
    if shortest < 1 or not all(one is None or one > 0 for one in (sigma, penalty)):
        raise ValueError("sigma, penalty and shortest are above zero")
    readings = taken(values)
    found = present(readings, max(2, 2 * shortest))
    if found.size > MOST:
        raise UnfitReadings(
            _("Too many readings: {n}, and at most {most} can be searched for changes.").format(
                n=found.size, most=MOST
            ),
            reason=Reason.TOO_MANY,
        )
    scale = _sigma(readings) if sigma is None else sigma
    price = 3 * math.log(found.size) if penalty is None else penalty
    # counted from the median, so that a large offset costs no digits
    middle = float(np.median(found))
    sums = np.concatenate(([0.0], np.cumsum((found - middle) / scale)))
    starts = _starts(sums, price, shortest)
    places = np.flatnonzero(~np.isnan(readings))
    return Levels(
        tuple(
            Level(
                int(places[start]),
                int(places[stop - 1]),
                middle + scale * float(sums[stop] - sums[start]) / (stop - start),
                stop - start,
            )
            for start, stop in zip(starts, [*starts[1:], found.size], strict=True)
        ),
        scale,
        price,
    )


def _sigma(readings: Readings) -> float:
    ranges = moving_ranges(readings)
    ranges = ranges[~np.isnan(ranges)]
    if ranges.size == 0 or not ranges.any():
        raise no_variation()
    return float(np.mean(ranges)) / D2


def _starts(sums: NDArray[np.float64], penalty: float, shortest: int) -> list[int]:
    """Where each level of the best division begins, the first at 0.

    The cost of a level is written without the squares of its readings: they add up to the same
    whatever the division. `best[t]` is the cost of the first t readings; the level that ends there
    begins at `origin[t]`.
    """
    count = sums.size - 1
    best = np.full(count + 1, np.inf)
    best[0] = -penalty  # the first level is no change
    origin = np.zeros(count + 1, dtype=np.intp)
    candidates = np.zeros(1, dtype=np.intp)
    for end in range(shortest, count + 1):
        newest = end - shortest
        if newest >= shortest:
            # What loses against a change at `newest` loses for good, from the first end on that
            # leaves it a whole level.
            keep = best[candidates] - _gain(sums, candidates, newest) <= best[newest]
            candidates = np.append(candidates[keep], newest)
        costs = best[candidates] - _gain(sums, candidates, end) + penalty
        winner = int(np.argmin(costs))
        best[end], origin[end] = costs[winner], candidates[winner]
    starts = [int(origin[count])]
    while starts[-1] > 0:
        starts.append(int(origin[starts[-1]]))
    return starts[::-1]


def _gain(sums: NDArray[np.float64], starts: NDArray[np.intp], end: int) -> NDArray[np.float64]:
    """What a level from each start to before `end` saves against none: count * mean²."""
    totals: NDArray[np.float64] = sums[end] - sums[starts]
    return totals**2 / (end - starts)
