"""The constants of the demo plant's stories, in one place; STORIES.md tells them in words.

Times are plant-local. Each story changes what the generators do on one asset, line or product.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class BearingWear:
    """Vibration that climbs from `starts` to `ends` by `rise` mm/s; then a stop for the repair.

    With `breaks` the climb ends in a breakdown, else in a planned repair that came in time.
    """

    asset_id: str
    starts: datetime
    ends: datetime
    repaired: datetime
    rise: float
    breaks: bool


BEARING_WEAR: Final = (
    BearingWear(
        "PMP-03",
        datetime(2026, 5, 4),
        datetime(2026, 6, 25, 14, 20),
        datetime(2026, 6, 26, 16, 0),
        6.3,
        breaks=True,
    ),
    BearingWear(
        "PMP-06",
        datetime(2026, 2, 9),
        datetime(2026, 3, 19, 3, 40),
        datetime(2026, 3, 19, 21, 10),
        5.4,
        breaks=True,
    ),
    BearingWear(
        "CMP-05",
        datetime(2026, 3, 30),
        datetime(2026, 4, 22, 8, 0),
        datetime(2026, 4, 22, 13, 30),
        2.4,
        breaks=False,
    ),
)

SETUP_SCRAP_MINUTES: Final = 50
"""How long after a changeover the scrap stays high."""

WEAK_NIGHT_PLANT: Final = "AUS"
WEAK_NIGHT_LINE: Final = "Line 2"
WEAK_NIGHT_FROM: Final = date(2026, 4, 1)
WEAK_NIGHT_PERFORMANCE: Final = 0.82
WEAK_NIGHT_SCRAP: Final = 2.6

DRIFT_ASSET: Final = "OVN-03"
DRIFT_FROM: Final = datetime(2026, 6, 1)
DRIFT_UNCERTAIN_FROM: Final = datetime(2026, 6, 20)
DRIFT_TO: Final = datetime(2026, 7, 1)
DRIFT_DEGREES: Final = 8.0

LOSS_PLANT: Final = "HAM"
LOSS_LINE: Final = "Line 2"
LOSS_FROM: Final = datetime(2026, 6, 17, 9, 10)
LOSS_TO: Final = datetime(2026, 6, 17, 15, 10)

LEAK_ASSET: Final = "CMP-02"
LEAK_FROM: Final = datetime(2026, 4, 13)
LEAK_FACTOR: Final = 1.18

HEAT_PLANT: Final = "AUS"
HEAT_FROM: Final = datetime(2026, 6, 8)
HEAT_TO: Final = datetime(2026, 6, 15)
HEAT_DEGREES: Final = 9.0

BATCH_PLANT: Final = "HPH"
BATCH_PRODUCT: Final = "GH20"
BATCH_LINES: Final = ("Line 2",)
BATCH_FROM: Final = datetime(2026, 2, 3)
BATCH_TO: Final = datetime(2026, 2, 11)
BATCH_SCRAP: Final = 0.16

FLOOD_PLANT: Final = "AUS"
FLOOD_AT: Final = datetime(2026, 5, 12, 13, 40)
FLOOD_ALARMS: Final = 150
FLOOD_MINUTES: Final = 20

CHATTERING: Final = (("PMP-07", "FT"), ("CNV-11", "ZS"), ("PCK-01", "ZS"))
"""Tags (asset, function) whose alarm comes and goes many times a minute."""
