"""The constants of the sales' stories, in one place; STORIES.md tells them in words."""

from datetime import date
from typing import Final

from data.retail.catalogue import Promotion

PROMOTIONS: Final = (
    Promotion("Summer sale", "NOR", date(2025, 7, 7), date(2025, 7, 27), 0.20, 1.45),
    Promotion("Summer sale", "CAS", date(2025, 7, 7), date(2025, 7, 27), 0.15, 1.25),
    Promotion("Black Friday", "NOR", date(2024, 11, 25), date(2024, 12, 1), 0.25, 1.8),
    Promotion("Black Friday", "CAS", date(2024, 11, 25), date(2024, 12, 1), 0.20, 1.6),
    Promotion("Black Friday", "LOT", date(2024, 11, 25), date(2024, 12, 1), 0.25, 1.7),
    Promotion("Black Friday", "NOR", date(2025, 11, 24), date(2025, 11, 30), 0.25, 1.9),
    Promotion("Black Friday", "CAS", date(2025, 11, 24), date(2025, 11, 30), 0.20, 1.6),
    Promotion("Black Friday", "LOT", date(2025, 11, 24), date(2025, 11, 30), 0.25, 1.8),
    Promotion("Tet festival", "LOT", date(2025, 1, 13), date(2025, 1, 26), 0.10, 1.5),
    Promotion("Tet festival", "LOT", date(2026, 2, 2), date(2026, 2, 15), 0.10, 1.5),
    Promotion(
        "Spring camping", "NOR", date(2026, 4, 6), date(2026, 4, 26), 0.18, 1.3, ("Outdoor",)
    ),
)

#: Demand before Christmas, by the day of December on which it begins; Lotus Mart feels half of it.
CHRISTMAS: Final = ((1, 1.25), (8, 1.55), (15, 1.95), (25, 0.8))

#: The power bank that is recalled: sold to the day, and what of it comes back when bought lately.
RECALLED: Final = "EL-401"
RECALL_DAY: Final = date(2026, 3, 20)
RECALL_BOUGHT_SINCE: Final = date(2026, 1, 1)
RECALL_RETURNED: Final = 0.58

#: The agent who gives away margin: his reductions without any promotion.
GENEROUS: Final = "Paul Richter"
GENEROUS_SINCE: Final = date(2025, 10, 1)
GENEROUS_OFF: Final = 0.21

#: The day on which no till and no web shop of a retailer worked.
OUTAGE_TENANT: Final = "LOT"
OUTAGE_DAY: Final = date(2026, 5, 13)

#: A supplier's higher prices.
DEARER_CATEGORY: Final = "Footwear"
DEARER_SINCE: Final = date(2026, 3, 1)
DEARER_BY: Final = 1.14
