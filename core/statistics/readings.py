"""Readings as all of this package takes them, and the reasons why they cannot be used."""

from __future__ import annotations

from enum import StrEnum, auto

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import UserFixable
from core.translation import gettext as _

#: Readings in the order of time, NaN where one is missing.
Readings = NDArray[np.float64]


class Reason(StrEnum):
    """Why readings cannot be used."""

    ALL_MISSING = auto()
    TOO_FEW = auto()
    TOO_FEW_NEIGHBOURS = auto()
    TOO_MANY = auto()
    CORRELATED = auto()
    NO_VARIATION = auto()
    INFINITE = auto()


class UnfitReadings(UserFixable):
    """Readings cannot be used for what was asked; the message says why.

    Attributes:
        reason: the same for code.
    """

    def __init__(self, message: str, *, reason: Reason) -> None:
        super().__init__(message)
        self.reason = reason


def taken(values: ArrayLike) -> Readings:
    """The values as floats; None becomes NaN.

    Raises:
        ValueError: they are not in one row.
        UnfitReadings: one of them is infinite.
    """
    readings = np.asarray(values, dtype=np.float64)
    if readings.ndim != 1:
        raise ValueError(f"readings are one row of numbers, not {readings.ndim} dimensions")
    if np.isinf(readings).any():
        raise UnfitReadings(_("A reading is infinite."), reason=Reason.INFINITE)
    return readings


def present(readings: Readings, at_least: int) -> Readings:
    """Those that are not missing.

    Raises:
        UnfitReadings: they are fewer than `at_least`, or none.
    """
    found = readings[~np.isnan(readings)]
    if found.size == 0:
        raise UnfitReadings(_("There is no reading."), reason=Reason.ALL_MISSING)
    if found.size < at_least:
        raise UnfitReadings(
            _("Too few readings: {n}, and at least {needed} are needed.").format(
                n=found.size, needed=at_least
            ),
            reason=Reason.TOO_FEW,
        )
    return found


def no_variation() -> UnfitReadings:
    """That readings do not differ, so that no distance can be told in sigmas."""
    return UnfitReadings(
        _("The readings do not vary, so there is no sigma to measure by."),
        reason=Reason.NO_VARIATION,
    )
