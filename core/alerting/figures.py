"""What a load of alerts is held against: one table, each figure with its source.

The figures come from public summaries of the standards and not from their text, and editions
differ; an installation hands over figures of its own where it has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from core.translation import marked

Metric = Literal[
    "per_day",
    "per_hour",
    "per_ten_min",
    "flood_share",
    "stale",
    "chattering",
    "share_high",
    "share_medium",
    "share_low",
]
#: within: the target is met. over target: it is not, and the maximum, if there is one, is.
#: not judged: there was nothing to measure it by, or other figures say the same.
Verdict = Literal["within", "over target", "over maximum", "not judged"]

_SOURCE: Final = "ANSI/ISA-18.2, IEC 62682, EEMUA 191; as quoted in public"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. target: met by what is at most that; is_below: by what is less alone.
    maximum: None where the source has none. Rates are per operating position; shares are 0 to 1.
    is_judged: False for what is only shown."""

    metric: Metric
    name: str
    target: float
    maximum: float | None
    source: str
    note: str = ""
    is_below: bool = False
    is_judged: bool = True

    def verdict(self, value: float) -> Verdict:
        """What a measured value comes to. Exactly on the maximum is not over it."""
        if not self.is_judged:
            return "not judged"
        if value < self.target or (value == self.target and not self.is_below):
            return "within"
        if self.maximum is not None and value > self.maximum:
            return "over maximum"
        return "over target"


#: Days that rates need at least.
LEAST_DAYS: Final = 30
FIGURES: Final[tuple[Figure, ...]] = (
    Figure(
        "per_day", marked("alerts per day"), 150, 300, _SOURCE,
        marked("ISA-18.2 dropped this figure in its edition of 2016."),
    ),
    Figure("per_hour", marked("alerts per hour"), 6, 12, _SOURCE),
    Figure("per_ten_min", marked("alerts per 10 minutes"), 1, 2, _SOURCE),
    Figure(
        "flood_share", marked("10-minute periods with more than 10 alerts"), 0.01, None, _SOURCE,
        marked("Periods without any alert count too."), is_below=True,
    ),
    Figure(
        "stale", marked("stale alerts on the worst day"), 5, None, _SOURCE,
        marked("Active for more than 24 hours."), is_below=True,
    ),
    Figure(
        "chattering", marked("chattering sources"), 0, None, _SOURCE,
        marked("3 or more activations within 60 seconds."),
    ),
    Figure("share_high", marked("share of high priority"), 0.05, None, _SOURCE),
    Figure("share_medium", marked("share of medium priority"), 0.15, None, _SOURCE),
    Figure(
        "share_low", marked("share of low priority"), 0.80, None, _SOURCE,
        marked("What is left of the two shares above."), is_judged=False,
    ),
)  # fmt: skip
