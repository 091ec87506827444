"""What to alert at: a lower and an upper value that readings of a baseline seldom leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from core.statistics.readings import no_variation, present, taken

#: 1 / the 3rd quartile of the standard normal distribution: makes a median absolute deviation a
#: sigma (R's stats::mad has the same).
MAD_TO_SIGMA: Final = 1.4826


@dataclass(frozen=True, slots=True)
class Band:
    """From lower to upper, both included; a reading outside is out of the ordinary."""

    lower: float
    upper: float
    count: int  # readings that it is from


def quantile_band(
    values: ArrayLike, *, lower: float = 0.01, upper: float = 0.99, at_least: int = 20
) -> Band:
    """Between two quantiles of the readings, interpolated (type 7 of Hyndman and Fan).

    It takes no shape of distribution for granted, and about that share of the baseline
    itself lies outside.

    Raises:
        ValueError: not 0 <= lower < upper <= 1.
        UnfitReadings: there are fewer than `at_least`; missing ones are left out.
    """
    if not 0 <= lower < upper <= 1:
        raise ValueError(f"0 <= lower < upper <= 1, not {lower} and {upper}")
    found = present(taken(values), at_least)
    low, high = np.quantile(found, (lower, upper))
    return Band(float(low), float(high), found.size)


def sigma_band(values: ArrayLike, *, sigmas: float = 3.0, at_least: int = 20) -> Band:
    """The mean and so many standard deviations (of a sample: n - 1) to both sides.

    Unlike control limits it is of all variation, drift within the baseline included.

    Raises:
        ValueError: sigmas is not above zero.
        UnfitReadings: there are fewer than `at_least`, or they do not vary.
    """
    found = present(taken(values), max(2, at_least))
    offset = found - found[0]
    return _around(
        float(found[0] + np.mean(offset)), float(np.std(offset, ddof=1)), sigmas, found.size
    )


def robust_band(values: ArrayLike, *, sigmas: float = 3.0, at_least: int = 20) -> Band:
    """The median and so many sigmas to both sides, sigma being 1.4826 * median |x - median|.

    Up to half of the readings may be outliers without moving it far.

    Raises:
        ValueError: sigmas is not above zero.
        UnfitReadings: there are fewer than `at_least`, or more than half of them are equal.
    """
    found = present(taken(values), max(2, at_least))
    middle = float(np.median(found))
    deviation = float(np.median(np.abs(found - middle)))
    return _around(middle, MAD_TO_SIGMA * deviation, sigmas, found.size)


def _around(middle: float, sigma: float, sigmas: float, count: int) -> Band:
    if not sigmas > 0:
        raise ValueError(f"sigmas is above zero, not {sigmas}")
    if sigma <= 0:
        raise no_variation()
    return Band(middle - sigmas * sigma, middle + sigmas * sigma, count)
