"""Gemba's own alerts as the activations that `health` measures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import numpy as np

from core.alerting.alert import Severity
from core.alerting.health import Activations
from core.alerting.reading import Activation

#: A severity as the priority that the figures speak of.
PRIORITY_OF: Final[dict[Severity, str]] = {
    "critical": "high",
    "warning": "medium",
    "caution": "low",
}
_EPOCH: Final = dt.datetime(1970, 1, 1)


def load_of(found: Sequence[Activation]) -> Activations:
    """UTC seconds; the position is the plant, a source the threshold at its asset."""
    ends = [-1 if one.cleared_at is None else _seconds(one.cleared_at) for one in found]
    return Activations(
        np.array([_seconds(one.raised_at) for one in found], np.int64),
        np.array(ends, np.int64),
        np.array([" ".join(one.alert.pair) for one in found], np.str_),
        np.array([PRIORITY_OF[one.alert.severity] for one in found], np.str_),
        np.array([one.alert.plant for one in found], np.str_),
    )


def _seconds(at: dt.datetime) -> int:
    return int((at - _EPOCH).total_seconds())
