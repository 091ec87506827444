"""Windows at the edges of the calendar: years, leap days, week 53, the days clocks change."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.time_phrases import shift_moment
from core.language.times import previous_window, shifted_window
from core.semantic.query import Grain, TimeWindow
from tests.language import plant
from tests.language.reading import clock, read_phrase, time_parser, window_of

pytestmark = pytest.mark.soundness

EDGES = {
    "2026-01-01": """
        yesterday                 | 2025-12-31 .. 2026-01-01
        this week                 | 2025-12-29 .. 2026-01-02
        last week                 | 2025-12-22 .. 2025-12-29
        this month                | 2026-01-01 .. 2026-01-02
        last month                | 2025-12-01 .. 2026-01-01
        this quarter              | 2026-01-01 .. 2026-01-02
        last quarter              | 2025-10-01 .. 2026-01-01
        last year                 | 2025-01-01 .. 2026-01-01
        year to date              | 2026-01-01 .. 2026-01-02
        in January                | 2026-01-01 .. 2026-01-02
        in February               | 2025-02-01 .. 2025-03-01
        in December               | 2025-12-01 .. 2026-01-01
        Q4                        | 2025-10-01 .. 2026-01-01
        week 1                    | 2025-12-29 .. 2026-01-02
        week 52                   | 2025-12-22 .. 2025-12-29
        past 7 days               | 2025-12-26 .. 2026-01-02
        last 3 months             | 2025-10-02 .. 2026-01-02
        from November to February | 2024-11-01 .. 2025-03-01
    """,
    "2024-02-29": """
        this month                | 2024-02-01 .. 2024-03-01
        29 February               | 2024-02-29 .. 2024-03-01
        past year                 | 2023-03-01 .. 2024-03-01
        a year ago                | 2023-01-01 .. 2024-01-01
        last 12 months            | 2023-03-01 .. 2024-03-01
        last day of February      | 2024-02-29 .. 2024-03-01
        first half of February    | 2024-02-01 .. 2024-02-16
    """,
    "2026-03-30": """
        past 1 months             | 2026-02-28 .. 2026-03-31
        last month                | 2026-02-01 .. 2026-03-01
        yesterday                 | 2026-03-29 .. 2026-03-30
        past 24 hours             | 2026-03-30 .. 2026-03-31
        last weekend              | 2026-03-28 .. 2026-03-30
    """,
    "2026-12-31": """
        this week                 | 2026-12-28 .. 2027-01-01
        week 53                   | 2026-12-28 .. 2027-01-01
        week 53 of 2026           | 2026-12-28 .. 2027-01-01
        this year                 | 2026-01-01 .. 2027-01-01
        past year                 | 2026-01-01 .. 2027-01-01
    """,
    "2027-01-02": """
        this week                 | 2026-12-28 .. 2027-01-03
        last week                 | 2026-12-21 .. 2026-12-28
        week 1                    | 2025-12-29 .. 2026-01-05
        week 52                   | 2026-12-21 .. 2026-12-28
    """,
}
CASES = [
    (today, *(part.strip() for part in line.split("|")))
    for today, table in EDGES.items()
    for line in table.strip().splitlines()
]


@pytest.mark.parametrize(("today", "phrase", "window"), CASES)
def test_window_at_an_edge(today: str, phrase: str, window: str) -> None:
    assert window_of(time_parser(today), phrase) == window


@pytest.mark.parametrize(
    ("today", "phrase", "window"),
    [
        ("2027-01-02", "week 53", "2026-12-28 .. 2027-01-03"),
        ("2025-12-30", "week 1", "2025-12-29 .. 2025-12-31"),
    ],
)
def test_the_running_week_at_the_turn_of_the_year(today: str, phrase: str, window: str) -> None:
    assert window_of(time_parser(today), phrase) == window


@pytest.mark.parametrize(
    ("phrase", "hours"), [("2026-03-29", 24), ("2026-10-25", 24), ("29 March 2026", 24)]
)
def test_a_day_of_a_clock_change_is_one_whole_date(phrase: str, hours: int) -> None:
    """Windows are plant-local dates: the rows of the day decide how many hours it has."""
    found = read_phrase(time_parser("2026-12-01"), phrase)
    assert found.start is not None
    assert found.end is not None
    assert found.end - found.start == dt.timedelta(hours=hours)


def test_weekdays_in_a_range_lie_in_one_week() -> None:
    assert window_of(time_parser("2026-06-30"), "from Monday to Wednesday") in (
        "2026-06-22 .. 2026-06-25",
        "2026-06-29 .. 2026-07-02",
    )


@pytest.mark.parametrize("phrase", ["between 9 May and 3 May", "from 9 to 3 May"])
def test_days_in_the_wrong_order_are_asked_and_no_year(phrase: str) -> None:
    found = plant.read(f"energy {phrase}")
    assert found.query is None
    assert found.clarification is not None
    assert "ends before it starts" in found.clarification.question


# -- the period before, and the same one earlier ---------------------------------------------

MIDYEAR = clock("2026-06-30")


def a_window(today: str, phrase: str) -> TimeWindow:
    found = read_phrase(time_parser(today), phrase)
    return TimeWindow(found.start, found.end, grain=found.grain)


def edges(window: TimeWindow | None) -> tuple[str, str]:
    assert window is not None
    assert window.start is not None
    assert window.end is not None
    return f"{window.start:%Y-%m-%d}", f"{window.end:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("phrase", "before"),
    [
        ("last week", ("2026-06-15", "2026-06-22")),
        ("May", ("2026-04-01", "2026-05-01")),
        ("March", ("2026-02-01", "2026-03-01")),
        ("Q1", ("2025-10-01", "2026-01-01")),
        ("last year", ("2024-01-01", "2025-01-01")),
        ("yesterday", ("2026-06-28", "2026-06-29")),
        ("past 7 days", ("2026-06-17", "2026-06-24")),
        ("this week", ("2026-06-22", "2026-06-24")),
        ("this year", ("2025-01-01", "2025-07-01")),
    ],
)
def test_the_period_before_is_the_same_unit_to_the_same_point(
    phrase: str, before: tuple[str, str]
) -> None:
    assert edges(previous_window(a_window("2026-06-30", phrase), MIDYEAR)) == before


def test_the_period_before_a_half_is_the_half_before() -> None:
    found = previous_window(a_window("2026-06-30", "H1"), MIDYEAR)
    assert edges(found) == ("2025-07-01", "2026-01-01")


def test_a_month_a_year_earlier_is_whole_in_a_leap_year_too() -> None:
    february = a_window("2025-06-30", "February")
    assert edges(shifted_window(february, "year", -1)) == ("2024-02-01", "2024-03-01")
    march = a_window("2026-06-30", "March")
    assert edges(shifted_window(march, "month", -1)) == ("2026-02-01", "2026-03-01")


DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
PHRASES = st.sampled_from(
    ["today", "yesterday", "this week", "last week", "this month", "last month", "this quarter",
     "last quarter", "this year", "last year", "in January", "in February", "in December", "Q1",
     "Q4", "H1", "H2", "week 1", "week 52", "past 7 days", "last 3 months", "year to date",
     "last weekend", "Monday", "last Sunday", "a year ago", "3 weeks ago"]
)  # fmt: skip


@given(DAYS, PHRASES)
def test_no_named_period_begins_after_now_or_is_empty(today: dt.date, phrase: str) -> None:
    found = read_phrase(time_parser(today.isoformat()), phrase)
    assert found.start is not None
    assert found.end is not None
    assert found.start < found.end <= clock(today.isoformat()).now


@given(DAYS, st.sampled_from(["week", "month", "quarter", "year"]))
def test_this_and_last_period_meet(today: dt.date, unit: str) -> None:
    parser = time_parser(today.isoformat())
    last, this = (read_phrase(parser, f"{which} {unit}") for which in ("last", "this"))
    assert last.end == this.start
    assert last.start is not None
    assert last.end == shift_moment(last.start, unit, 1)


@given(DAYS, st.sampled_from([Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR]))
def test_a_period_never_overlaps_the_one_before(today: dt.date, grain: Grain) -> None:
    phrase = read_phrase(time_parser(today.isoformat()), f"this {grain.value}")
    window = TimeWindow(phrase.start, phrase.end, grain=phrase.grain)
    before = previous_window(window, clock(today.isoformat()))
    assert before is not None
    assert before.start is not None
    assert before.end is not None
    assert window.start is not None
    assert before.start < before.end <= window.start
