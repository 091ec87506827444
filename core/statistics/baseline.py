"""What is usual: mean and sigma of a declared baseline, for a chart of individual readings (I-MR).

Sigma is the mean moving range / d2 (NIST/SEMATECH e-Handbook, 6.3.2.2). It is the variation from
one reading to the next, so that a slow drift within the baseline does not widen the limits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from core.errors import UserFixable
from core.statistics.readings import Readings, Reason, UnfitReadings, no_variation, present, taken
from core.translation import gettext as _

#: Mean range of two readings of a normal distribution, in sigmas, as tables print it.
D2: Final = 1.128
#: Upper control limit of the range of two readings / the mean range, as tables print it.
D4: Final = 3.267
#: Control limits lie this many sigmas from the mean.
CONTROL_SIGMAS: Final = 3.0
#: Readings that a baseline needs unless the caller says otherwise.
LEAST: Final = 20


@dataclass(frozen=True, slots=True)
class Usual:
    """Where readings lie when nothing is wrong: what charts and rules measure against.

    Control limits say what the process does. What it should do is a specification limit, and has
    no place here.

    Raises:
        ValueError: sigma is not above zero, or one of both is not finite.
    """

    mean: float
    sigma: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and 0 < self.sigma < math.inf):
            raise ValueError(f"a finite mean and sigma above zero, not {self.mean}, {self.sigma}")

    def line(self, sigmas: float) -> float:
        """The value so many sigmas above the mean (below it where negative)."""
        return self.mean + sigmas * self.sigma

    @property
    def lower_control_limit(self) -> float:
        return self.line(-CONTROL_SIGMAS)

    @property
    def upper_control_limit(self) -> float:
        return self.line(CONTROL_SIGMAS)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a declared window of readings says is usual."""

    usual: Usual
    first: int  # position of the window's first reading
    stop: int  # position behind its last
    count: int  # readings in it that are not missing
    mean_moving_range: float  # between neighbours that are both there
    #: Of each reading with the next, -1 to 1. Far from 0 the readings are not independent, and
    #: limits that take them to be so are too tight (above 0) or too wide.
    correlation: float

    @property
    def moving_range_upper_control_limit(self) -> float:
        return D4 * self.mean_moving_range


def baseline(
    values: ArrayLike, *, first: int = 0, stop: int | None = None, at_least: int = LEAST
) -> Baseline:
    """What is usual by the readings from position `first` to before `stop` (None: to the end).

    Missing readings are left out, and no moving range reaches across one.

    Raises:
        UserFixable: the window is not within the readings.
        UnfitReadings: the window has fewer than `at_least` readings, fewer than half as many pairs
            of neighbours, or readings that do not vary.
    """
    readings = taken(values)
    end = readings.size if stop is None else stop
    if not 0 <= first < end <= readings.size:
        raise UserFixable(_("The baseline does not lie within the readings."))
    window = readings[first:end]
    found = present(window, at_least)
    ranges = moving_ranges(window)
    ranges = ranges[~np.isnan(ranges)]
    if ranges.size < max(1, at_least // 2):
        raise UnfitReadings(
            _("Too few readings follow one another without a gap."),
            reason=Reason.TOO_FEW_NEIGHBOURS,
        )
    # counted from the first reading, so that a large offset costs no digits
    mean = float(found[0] + np.mean(found - found[0]))
    mean_range = float(np.mean(ranges))
    sigma = mean_range / D2
    if mean + sigma == mean:
        raise no_variation()
    return Baseline(
        Usual(mean, sigma), first, end, found.size, mean_range, _correlation(window - mean)
    )


def moving_ranges(readings: Readings) -> Readings:
    """How far each reading is from the one before; NaN at the first and next to a missing one."""
    ranges = np.full(readings.shape, np.nan)
    ranges[1:] = np.abs(np.diff(readings))
    return ranges


def _correlation(deviations: Readings) -> float:
    products = deviations[1:] * deviations[:-1]
    return float(np.nansum(products) / np.nansum(deviations**2))
