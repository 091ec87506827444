"""The Western Electric and Nelson rules, in one table.

Western Electric: Statistical Quality Control Handbook (1956), as Montgomery and SAS/QC number and
word them. Nelson: Journal of Quality Technology 16 (1984), 237-239. docs/statistics.md says what
was chosen where texts differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from core.translation import gettext, marked

Family = Literal["western_electric", "nelson"]
#: What of readings a rule looks at.
Pattern = Literal["beyond", "side", "trend", "alternating", "within", "both_sides"]

_FAMILIES: Final[dict[Family, str]] = {
    "western_electric": marked("Western Electric rule {number}"),
    "nelson": marked("Nelson rule {number}"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its texts are looked up when they are asked for."""

    key: str  # "nelson_3"
    family: Family
    number: int
    pattern: Pattern
    points: int  # readings that it looks at
    needed: int  # of these, how many make the pattern
    sigmas: float  # the line that they are measured against; 0 is the mean
    name_in_english: str
    text_in_english: str

    @property
    def title(self) -> str:
        """Whose rule it is, and which."""
        return gettext(_FAMILIES[self.family]).format(number=self.number)

    @property
    def name(self) -> str:
        return gettext(self.name_in_english)

    @property
    def text(self) -> str:
        """What it says, in one sentence."""
        return gettext(self.text_in_english)


_BEYOND_3 = (
    marked("beyond 3 sigma"),
    marked("A reading lies beyond 3 sigma from the mean."),
)
_BEYOND_2 = (
    marked("2 of 3 beyond 2 sigma"),
    marked("2 of 3 readings in a row lie beyond 2 sigma on the same side of the mean."),
)
_BEYOND_1 = (
    marked("4 of 5 beyond 1 sigma"),
    marked("4 of 5 readings in a row lie beyond 1 sigma on the same side of the mean."),
)
_EIGHT = (
    marked("8 in a row on one side"),
    marked("8 readings in a row lie on the same side of the mean."),
)
_NINE = (
    marked("9 in a row on one side"),
    marked("9 readings in a row lie on the same side of the mean."),
)
_TREND = (
    marked("6 in a row rising or falling"),
    marked("Of 6 readings in a row each is higher than the one before, or each is lower."),
)
_ALTERNATING = (
    marked("14 in a row alternating"),
    marked("14 readings in a row go up and down in turn."),
)
_WITHIN = (
    marked("15 in a row within 1 sigma"),
    marked("15 readings in a row lie within 1 sigma of the mean: closer together than usual."),
)
_BOTH_SIDES = (
    marked("8 in a row beyond 1 sigma, on both sides"),
    marked("8 readings in a row lie beyond 1 sigma from the mean, some above and some below."),
)

WESTERN_ELECTRIC: Final = (
    Rule("western_electric_1", "western_electric", 1, "beyond", 1, 1, 3.0, *_BEYOND_3),
    Rule("western_electric_2", "western_electric", 2, "beyond", 3, 2, 2.0, *_BEYOND_2),
    Rule("western_electric_3", "western_electric", 3, "beyond", 5, 4, 1.0, *_BEYOND_1),
    Rule("western_electric_4", "western_electric", 4, "side", 8, 8, 0.0, *_EIGHT),
)
NELSON: Final = (
    Rule("nelson_1", "nelson", 1, "beyond", 1, 1, 3.0, *_BEYOND_3),
    Rule("nelson_2", "nelson", 2, "side", 9, 9, 0.0, *_NINE),
    Rule("nelson_3", "nelson", 3, "trend", 6, 6, 0.0, *_TREND),
    Rule("nelson_4", "nelson", 4, "alternating", 14, 14, 0.0, *_ALTERNATING),
    Rule("nelson_5", "nelson", 5, "beyond", 3, 2, 2.0, *_BEYOND_2),
    Rule("nelson_6", "nelson", 6, "beyond", 5, 4, 1.0, *_BEYOND_1),
    Rule("nelson_7", "nelson", 7, "within", 15, 15, 1.0, *_WITHIN),
    Rule("nelson_8", "nelson", 8, "both_sides", 8, 8, 1.0, *_BOTH_SIDES),
)
RULES: Final = {rule.key: rule for rule in (*WESTERN_ELECTRIC, *NELSON)}
