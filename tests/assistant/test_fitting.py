"""A narrower window: each one offered was weighed, and fits."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.assistant.fitting import fitting_days, fitting_window
from core.semantic.facts import DataFacts, Extent, TableFacts
from core.semantic.query import SemanticQuery, TimeWindow
from core.types import Estimate, Scan, User

FIRST = dt.datetime(2026, 1, 1)
LAST = dt.datetime(2026, 6, 30, 23, 50)
EXTENT = Extent(FIRST, LAST, 181_000)


def _query(time: TimeWindow | None = None) -> SemanticQuery:
    return SemanticQuery(model="m", table="t", time=time)


def _a_day(rows: int, part_days: int = 1):
    """Rows of a window in a store that reads whole parts of so many days."""

    def count(query: SemanticQuery) -> int:
        window = query.time or TimeWindow(None, None)
        start = ((window.start or FIRST) - FIRST).days // part_days
        end = -((((window.end or LAST) - FIRST).days + 1) // -part_days)
        return max(0, end - start) * part_days * rows

    return count


@given(budget=st.integers(1, 300_000), rows=st.integers(1, 3_000), part_days=st.integers(1, 40))
def test_what_is_offered_fits_and_ends_where_the_question_did(
    budget: int, rows: int, part_days: int
) -> None:
    count = _a_day(rows, part_days)
    window = fitting_window(_query(), EXTENT, count, budget)
    if window is not None:
        assert count(_query(window)) <= budget
        assert window.end == dt.datetime(2026, 7, 1)
        assert window.length is not None
        assert window.length >= dt.timedelta(days=1)


def test_it_is_not_much_smaller_than_it_could_be() -> None:
    window = fitting_window(_query(), EXTENT, _a_day(1_000), 60_000)
    assert window is not None
    assert window.length is not None
    assert 50 <= window.length.days <= 59


@pytest.mark.parametrize(
    "extent", [Extent(None, None, 0), Extent(FIRST, FIRST, 1)], ids=["no rows", "one row"]
)
def test_nothing_is_offered_where_nothing_fits(extent: Extent) -> None:
    assert fitting_window(_query(), extent, lambda _: 1_000, 10) is None


def test_days_by_the_rows_a_day() -> None:
    facts = DataFacts((), {"t": TableFacts(EXTENT), "u": TableFacts(EXTENT)}, LAST.date(), LAST)
    user = User("a", "r", ())
    one = Estimate((Scan("t", 181_000, 1, 1),), "")
    assert fitting_days(one, facts, user, 10_000) == 9
    two = Estimate((*one.scans, Scan("u", 181_000, 1, 1)), "")
    assert fitting_days(two, facts, user, 10_000) == 4
    assert fitting_days(Estimate((Scan("x", 5, 1, 1),), ""), facts, user, 1) == 0
    assert fitting_days(Estimate((), ""), facts, user, 1) == 0
