"""Words that the sales brought: they mean the same over any model."""

import datetime as dt
from collections.abc import Callable

import pytest

from core.language.reading import Reading
from core.semantic.facts import present
from core.semantic.query import Op, SemanticQuery, Transform
from core.services import Services

Read = Callable[[str], Reading]


@pytest.fixture(scope="module")
def read(services: Services) -> Read:
    parser = services.parts("retail").parser
    return lambda question: parser.parse(question, ())


def query(reading: Reading) -> SemanticQuery:
    assert reading.query is not None, reading.clarification
    return reading.query


def test_now_is_the_end_of_the_newest_events_day(services: Services) -> None:
    """At the newest event itself, "this month" would leave it out."""
    parts = services.parts("retail")
    today, now, _ = present(parts.model, parts.facts.tables)
    assert (today, now) == (dt.date(2026, 6, 30), dt.datetime(2026, 7, 1))
    late, now, _ = present(parts.model, parts.facts.tables, None, ("LOT",))
    assert now == dt.datetime.combine(late + dt.timedelta(days=1), dt.time())


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("revenue in June last year", dt.datetime(2025, 6, 1), dt.datetime(2025, 7, 1)),
        ("revenue in march this year", dt.datetime(2026, 3, 1), dt.datetime(2026, 4, 1)),
        ("revenue in December of last year", dt.datetime(2025, 12, 1), dt.datetime(2026, 1, 1)),
        ("revenue in Q1 last year", dt.datetime(2025, 1, 1), dt.datetime(2025, 4, 1)),
    ],
)
def test_a_month_of_last_year(
    read: Read, question: str, start: dt.datetime, end: dt.datetime
) -> None:
    window = query(read(question)).time
    assert window is not None
    assert (window.start, window.end) == (start, end)


def test_a_month_against_that_of_last_year(read: Read) -> None:
    found = query(read("june revenue vs june last year"))
    assert found.comparison is not None
    assert found.comparison.window is not None
    assert found.comparison.window.start == dt.datetime(2025, 6, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [("150k", 150_000), ("1.5 million", 1_500_000), ("two thousand", 2_000), ("150", 150)],
)
def test_thousands_and_millions(read: Read, text: str, value: float) -> None:
    found = query(read(f"stores with revenue over {text} in June"))
    assert [(h.op, h.values) for h in found.having] == [(Op.GT, (value,))]


def test_a_capital_k_is_no_thousand(read: Read) -> None:
    assert read("stores with revenue over 150 K in June").query is None


def test_a_figures_name_does_not_take_the_head_of_a_longer_one(read: Read) -> None:
    """ "Revenue per store format" is revenue by format; "revenue per store by format" is not."""
    found = query(read("revenue per store format"))
    assert [m.column for m in found.measures] == ["revenue_eur"]
    assert [d.column for d in found.dimensions] == ["store_format"]
    found = query(read("revenue per store by country"))
    assert [m.metric for m in found.measures] == ["revenue_per_store"]


def test_a_part_of_counted_things_has_a_share(read: Read) -> None:
    found = query(read("share of orders paid by card in May"))
    assert [m.transform for m in found.measures] == [Transform.SHARE]
    assert [f.column for f in found.measures[0].where] == ["payment_method"]


@pytest.mark.parametrize(
    "question",
    [
        # an order's lines lie in several categories: their shares are more than the whole
        "share of orders by category",
        # which of the two is the part is not said
        "share of walk-in orders by card in May",
    ],
)
def test_a_share_that_could_be_another_is_asked_back(read: Read, question: str) -> None:
    assert read(question).query is None


def test_the_part_is_what_is_said_to_be_in_the_other(services: Services, read: Read) -> None:
    found = query(read("share of walk-in customers in online orders in May"))
    assert [f.column for f in found.measures[0].where] == ["customer_segment"]
    assert [f.column for f in found.filters] == ["channel"]
