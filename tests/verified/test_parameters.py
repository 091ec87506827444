"""What may be changed on a verified answer."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import UserFixable
from core.semantic.query import TimeWindow
from core.verified import VerifiedMatch, VerifiedPairs
from core.verified.parameters import Change
from tests.language import plant
from tests.verified import pairs

TOP3 = "Top 3 downtime reasons in Austin in May"


@pytest.fixture(scope="module")
def known() -> VerifiedPairs:
    return pairs.everything()


@pytest.fixture
def match(known: VerifiedPairs) -> VerifiedMatch:
    found = pairs.ask(known, TOP3)
    assert found is not None
    return found


def window(start: str, end: str) -> TimeWindow:
    return TimeWindow(dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end))


def test_they_are_named(match: VerifiedMatch) -> None:
    number, place, time = match.parameters
    assert (number.role, number.values, number.editable) == ("limit", (3.0,), True)
    assert (place.label, place.column, place.values) == ("Plant", "plant_name", ("Austin",))
    assert time.values == (dt.datetime(2026, 5, 1), dt.datetime(2026, 6, 1))


def test_all_can_be_changed(known: VerifiedPairs, match: VerifiedMatch) -> None:
    changed = known.with_parameters(
        match, {0: 7, 1: ("Hamburg", "Hai Phong"), 2: window("2026-03-05", "2026-03-12")}
    )
    sql = " ".join(changed.sql.split())
    assert "plant_name IN ('Hamburg', 'Hai Phong')" in sql
    assert "event_date >= '2026-03-05' AND event_date < '2026-03-12'" in sql
    assert "LIMIT 7" in sql
    assert changed.plan is not None
    assert changed.parameters[1].values == ("Hamburg", "Hai Phong")
    back = {0: 3, 1: ("Austin",), 2: window("2026-05-01", "2026-06-01")}
    again = known.with_parameters(changed, back)
    assert again.sql == match.sql


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({1: ("Berlin",)}, "no plant 'Berlin'"),
        ({1: ("austin' OR '1'='1",)}, "There is no plant"),
        ({1: ()}, "at least one"),
        ({1: ("Austin", "Austin")}, "each once"),
        ({0: 0}, "between 1 and 1,000"),
        ({0: 1001}, "between 1 and 1,000"),
        ({0: 2.5}, "between 1 and 1,000"),
        ({0: float("nan")}, "must be a number"),
        ({0: ("x",)}, "cannot hold that"),
        ({2: 5}, "cannot hold that"),
        ({2: window("2026-05-02", "2026-05-02")}, "ends before it begins"),
        ({2: TimeWindow(None, dt.datetime(2026, 5, 2))}, "does not hold for these values"),
        ({7: 5}, "cannot be changed"),
    ],
)
def test_what_makes_no_sense_is_said(
    known: VerifiedPairs, match: VerifiedMatch, changes: dict[int, Change], message: str
) -> None:
    with pytest.raises(UserFixable, match=message):
        known.with_parameters(match, changes)


def test_another_plants_values_are_not_known(known: VerifiedPairs, match: VerifiedMatch) -> None:
    with pytest.raises(UserFixable, match="There is no plant 'Hamburg'"):
        known.with_parameters(match, {1: ("Hamburg",)}, scopes=("AUS",))


def test_a_number_that_the_sql_says_its_own_way_is_not_editable(known: VerifiedPairs) -> None:
    found = pairs.ask(known, "How many robots failed again within 30 days of a repair in March?")
    assert found is not None
    value, days, time = found.parameters
    assert (value.editable, days.editable, time.editable) == (True, False, True)
    with pytest.raises(UserFixable, match="cannot be changed"):
        known.with_parameters(found, {1: 20})


def test_the_plants_code_is_said_by_its_name(known: VerifiedPairs) -> None:
    """The question names the plant, the SQL compares its code."""
    found = pairs.ask(known, "How did the packagers in Austin do last month?")
    assert found is not None
    changed = known.with_parameters(found, {1: ("Hai Phong",)})
    assert "'HPH'" in changed.sql
    assert plant.PLANTS["HPH"] == "Hai Phong"
