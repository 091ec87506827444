"""What is stated of DECIMALs and of large whole numbers has their own digits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from core.charts import choose_chart, figure
from core.insights import find_facts
from core.semantic.query import SemanticQuery
from tests.charts.brewery import (
    DAY,
    HALL,
    LOSS,
    MODEL,
    ON_MAY,
    TANK,
    days,
    query,
    result,
)
from tests.insights.test_headline import CASES, DOWN, said

BIG = Decimal("9007199254740993")  # 2^53 + 1: as a double it is one less
NEXT = BIG - 1


def exactly(values: list[list[Any]]) -> list[list[Any]]:
    """The same cells with DECIMALs for doubles."""
    return [[Decimal(str(v)) if isinstance(v, float) else v for v in column] for column in values]


@pytest.mark.parametrize("case", CASES, ids=[c[0] for c in CASES])
def test_a_sentence_about_decimals_is_that_about_doubles(case: Any) -> None:
    _, q, values, sentence = case[:4]
    assert said(q, exactly(values)) == sentence


EXACT: list[tuple[SemanticQuery, list[list[Any]], str]] = [
    (query(LOSS), [[BIG]], "Loss came to 9,007,199,254,740,993 L in June 2026."),
    (query(LOSS), [[2**53 + 1]], "Loss came to 9,007,199,254,740,993 L in June 2026."),
    (
        query(LOSS, comparison=ON_MAY),
        [[BIG], [NEXT], [Decimal(1)], [Decimal("0.0")]],
        (
            "Loss was 9,007,199,254,740,993 L in June 2026, up 1 L on May 2026 "
            "(9,007,199,254,740,992 L)."
        ),
    ),
    (
        query(LOSS, by=[DAY]),
        [days(3), [NEXT, BIG, Decimal(2)]],
        (
            "Loss came to 18,014,398,509,481,987 L in June 2026; the highest day was 2 Jun 2026 "
            "with 9,007,199,254,740,993 L."
        ),
    ),
    (
        query(LOSS, by=[TANK], order=DOWN, limit=2),
        [["A1", "B1"], [NEXT, BIG]],
        (
            "B1 had the highest loss in June 2026: 9,007,199,254,740,993 L, 1 L above the next "
            "(A1, 9,007,199,254,740,992 L)."
        ),
    ),
    (
        query(LOSS, by=[HALL], comparison=ON_MAY),
        [["A1", "B1"], [BIG, BIG], [NEXT, BIG], [Decimal(1), Decimal(0)], [Decimal(0)] * 2],
        (
            "A1 changed most in loss: 9,007,199,254,740,993 L in June 2026, up 1 L on May 2026 "
            "(9,007,199,254,740,992 L)."
        ),
    ),
]


@pytest.mark.parametrize(("q", "values", "sentence"), EXACT)
def test_a_sentence_has_all_digits(
    q: SemanticQuery, values: list[list[Any]], sentence: str
) -> None:
    assert sentence in said(q, values)


def test_a_fact_has_all_digits() -> None:
    q = query(LOSS, by=[TANK])
    values = [[f"T{i}" for i in range(6)], [BIG, BIG, *[Decimal(1)] * 4]]
    found, columns = result(q, values)
    facts = find_facts(found, columns, q, MODEL)
    assert any("18,014,398,509,481,990" in fact.text for fact in facts)


@pytest.mark.parametrize(
    ("q", "values"),
    [
        (query(LOSS), [[BIG]]),
        (query(LOSS, by=[TANK]), [["A", "B", "C"], [BIG, Decimal(5), Decimal(5)]]),
        (query(LOSS, by=[DAY]), [days(3), [BIG, Decimal(1), Decimal(2)]]),
        (query(LOSS, by=[DAY, TANK]), [days(2) * 2, ["A", "A", "B", "B"], [BIG, *[NEXT] * 3]]),
        (
            query(LOSS, by=[TANK, HALL]),
            [["A", "A", "B", "B"], ["H1", "H2"] * 2, [BIG, *[Decimal(2)] * 3]],
        ),
    ],
    ids=["figure", "bars", "line", "lines", "pairs"],
)
def test_a_chart_says_all_digits(q: SemanticQuery, values: list[list[Any]]) -> None:
    found, columns = result(q, values)
    spec = choose_chart(found, columns, q, MODEL)
    drawn = figure(spec, found, columns)
    assert "9,007,199,254,740,993" in str(drawn.to_dict()), spec.type
