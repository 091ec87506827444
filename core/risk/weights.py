"""What each part of a risk score weighs: values, and what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.semantic.model import RISK_PARTS
from core.translation import gettext as _
from core.translation import marked

#: Parts for people, in the order in which they are shown.
PART_NAMES: Final[Mapping[str, str]] = {
    "threshold": marked("Limits"),
    "trend": marked("Trend"),
    "alarms": marked("Alarm load"),
    "maintenance": marked("Maintenance debt"),
    "criticality": marked("Criticality"),
}
MOST_WEIGHT: Final = 100.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Of each part, 0 to 100; only their proportion counts."""

    threshold: float
    trend: float
    alarms: float
    maintenance: float
    criticality: float

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Weights:
        """Raises KeyError for a part that is missing."""
        return cls(**{part: float(values[part]) for part in RISK_PARTS})

    def as_tuple(self) -> tuple[float, ...]:
        """In the order of RISK_PARTS."""
        return tuple(getattr(self, part) for part in RISK_PARTS)

    def as_dict(self) -> dict[str, float]:
        """Part -> weight."""
        return dict(zip(RISK_PARTS, self.as_tuple(), strict=True))


def wrong(weights: Weights) -> dict[str, str]:
    """What is wrong, by the name of the part; an empty name for the weights together. Empty where
    nothing is."""
    found = {
        part: _("A weight is a number from 0 to {most}.").format(most=f"{MOST_WEIGHT:g}")
        for part, value in weights.as_dict().items()
        if not (math.isfinite(value) and 0 <= value <= MOST_WEIGHT)
    }
    if not found and not any(weights.as_tuple()):
        found[""] = _("At least one part must weigh more than 0.")
    return found
