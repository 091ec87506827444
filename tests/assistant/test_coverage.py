"""How much of what was asked about the data cover: told where it is not all of it."""

import datetime as dt
from typing import Any

import pytest

from core.assistant.coverage import comparable, half_loaded, uneven
from core.semantic.facts import DataFacts, Extent, TableFacts
from core.semantic.query import Agg, Comparison, Having, Measure, Op, SemanticQuery, TimeWindow
from core.types import User
from tests.charts.brewery import MODEL

USER = User("one", "viewer", ())
SUM = Measure(agg=Agg.SUM, column="loss_l")
COUNT = Measure(agg=Agg.COUNT)
MEAN = Measure(agg=Agg.AVG, column="loss_l")


def day(month: int, number: int, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, number)


def facts(**tables: Extent) -> DataFacts:
    return DataFacts(
        (), {n: TableFacts(e) for n, e in tables.items()}, day(6, 30).date(), day(7, 1)
    )


HALF_A_YEAR = facts(brews=Extent(day(1, 1), dt.datetime(2026, 6, 30, 23, 50), 9))
JUNE = TimeWindow(day(6, 1), day(7, 1))
MAY = TimeWindow(day(5, 1), day(6, 1))
WINTER = TimeWindow(day(11, 1, 2025), day(3, 1))
DECEMBER = TimeWindow(day(12, 1, 2025), day(1, 1))
SUMMER = TimeWindow(day(6, 1), day(9, 1))


def query(
    time: TimeWindow | None, other: TimeWindow | None = None, measure: Measure = SUM, **more: Any
) -> SemanticQuery:
    against = Comparison("window", other) if other is not None else None
    return SemanticQuery(
        MODEL.name, "brews", measures=(measure,), time=time, comparison=against, **more
    )


@pytest.mark.soundness
@pytest.mark.parametrize(
    ("time", "other", "told"),
    [
        (JUNE, None, []),
        (None, None, []),
        (JUNE, MAY, []),
        (JUNE, DECEMBER, []),  # it has an answer of its own
        (WINTER, None, ["The data begin on 1 Jan 2026: before that, nothing of"]),
        (JUNE, WINTER, ["The data begin on 1 Jan 2026: before that, nothing of"]),
        (SUMMER, None, ["The data end on 30 Jun 2026: after that, nothing of"]),
        (TimeWindow(day(11, 1, 2025), None), None, ["The data begin on 1 Jan 2026"]),
        (TimeWindow(None, day(9, 1)), None, ["The data end on 30 Jun 2026"]),
    ],
)
def test_a_time_of_which_a_part_is_not_loaded_says_so(
    time: TimeWindow | None, other: TimeWindow | None, told: list[str]
) -> None:
    found = half_loaded(query(time, other), HALF_A_YEAR, USER)
    assert len(found) == len(told)
    assert all(text.startswith(begin) for text, begin in zip(found, told, strict=True))


@pytest.mark.soundness
def test_sums_of_two_days_and_of_seven_are_told_apart() -> None:
    week = TimeWindow(day(6, 22), day(6, 29))
    asked = query(TimeWindow(day(6, 29), day(7, 6)), week)
    assert uneven(asked, MODEL, HALF_A_YEAR, USER) == (
        (
            "29 Jun to 5 Jul 2026 has 2 days of data and 22 to 28 Jun 2026 7 days: their sums are "
            "of times of different length."
        ),
    )


@pytest.mark.parametrize(
    "asked",
    [
        query(JUNE, MAY),
        query(TimeWindow(day(2, 1), day(3, 1)), TimeWindow(day(1, 1), day(2, 1))),
        query(JUNE, WINTER, MEAN),
        query(JUNE),
        query(JUNE, DECEMBER),
    ],
)
def test_months_means_and_one_time_alone_are_not(asked: SemanticQuery) -> None:
    assert uneven(asked, MODEL, HALF_A_YEAR, USER) == ()


@pytest.mark.soundness
def test_no_data_are_not_compared_as_nought() -> None:
    plain, told = comparable(query(JUNE, DECEMBER, COUNT), MODEL, HALF_A_YEAR, USER)
    assert plain == query(JUNE, None, COUNT)
    assert told == (
        (
            "There are no data in December 2025 to compare with: they go from 1 Jan 2026 to 30 Jun "
            "2026."
        ),
    )


@pytest.mark.parametrize(
    "asked",
    [
        query(JUNE, MAY, COUNT),
        query(JUNE, DECEMBER),
        query(JUNE, DECEMBER, COUNT, having=(Having(0, Op.GT, (0.0,), on="change"),)),
    ],
)
def test_what_can_be_compared_is(asked: SemanticQuery) -> None:
    assert comparable(asked, MODEL, HALF_A_YEAR, USER) == (asked, ())


def test_a_store_without_a_row_says_nothing() -> None:
    none = facts(brews=Extent(None, None, 0))
    asked = query(JUNE, DECEMBER, COUNT)
    assert half_loaded(asked, none, USER) == uneven(asked, MODEL, none, USER) == ()
    assert comparable(asked, MODEL, none, USER) == (asked, ())


def test_days_without_an_event_are_days_with_data() -> None:
    both = facts(
        brews=Extent(day(1, 1), dt.datetime(2026, 6, 30, 23, 50), 9),
        visits=Extent(day(6, 5), day(6, 20), 2),
    )
    assert half_loaded(query(JUNE), both, USER) == ()
