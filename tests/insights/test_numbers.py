"""A sentence with a number that no fact holds is refused."""

from __future__ import annotations

import pytest

from core.insights import check_numbers
from core.types import Fact

FACTS = (
    Fact("rank", "PMP-03 had the highest mean vibration from 22 to 28 Jun 2026: 6.84 mm/s, 2.1 "
         "times the next (PMP-07, 3.25 mm/s).", (6.84, 3.25, 2.1)),
    Fact("change", "OEE went down from 73.7 % to 71.3 %: −2.4 points.", (0.737, 0.713, -0.024)),
    Fact("share", "2 of 9 reasons make up 82 % of the total of 12,345 min.", (2, 9, 0.82, 12345.0)),
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "PMP-03 vibrated most, at 6.84 mm/s.",
        "PMP-03 is at about 6.8 mm/s, roughly twice the next.",
        "OEE fell to 71.3 %.",
        "OEE fell by 2.4 points to 71 %.",
        "OEE changed by −2.4 points.",
        "Two of 9 reasons make 82 percent of 12,345 min.",
        "A total of 12 345 min.".replace(" 345", "\u202f345"),
        "It stands out clearly.",
        "One pump is worse than the others.",
        "",
    ],
)
def test_accepted(text: str) -> None:
    assert check_numbers(text, FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "PMP-03 vibrated at 6.48 mm/s.",
        "PMP-04 vibrated most.",
        "OEE fell to 72 %.",
        "OEE fell to 0.713 %.",
        "It is 6.84 %.",
        "OEE rose by 24 %.",
        "It cost 5 EUR.",
        "Three pumps are above the limit.",
        "A third of all reasons.",
        "About half the downtime.",
        "Thousands of minutes.",
        "It tripled.",
        "In 2025 it was better.",
        "6.845 mm/s",
        "Vibration of ٦ mm/s.",
        "½ of it.",
        "1e3 mm/s",
        "The change was −71.3 %.",
        "12 minutes",
        "7 mm/s and 99 others",
    ],
)
def test_refused(text: str) -> None:
    assert not check_numbers(text, FACTS)


def test_every_fact_passes_its_own_check() -> None:
    for fact in FACTS:
        assert check_numbers(fact.text, FACTS)


def test_nothing_holds_without_facts() -> None:
    assert check_numbers("It went well.", ())
    assert not check_numbers("It was 3 mm/s.", ())
