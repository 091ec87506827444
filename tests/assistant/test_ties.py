"""A ranking tells what it cut off although it is level with what it shows."""

import contextlib
from collections.abc import Iterator

import pytest

from tests.assistant.bakehouse import Bakehouse, rows


@pytest.fixture(scope="module")
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


@pytest.mark.soundness
def test_of_two_first_ones_none_is_passed_over(house: Bakehouse) -> None:
    answer = house.ask("which topic had the most complaints")
    assert len(rows(answer.result)) == 1
    assert answer.headline.startswith("Late and Stale share the most complaints")
    assert answer.headline.endswith(": 7 each.")
    assert "Stale is level with Late and left out by the limit." in answer.notes


def test_more_of_the_same_are_counted(house: Bakehouse) -> None:
    answer = house.ask("top 1 days by number of complaints")
    assert answer.headline.count(" more share the most complaints") == 1
    assert any(" more are level with " in note for note in answer.notes)


def test_an_end_that_is_no_tie_is_asked_for_no_further(house: Bakehouse) -> None:
    before = len(house.store.ran)
    answer = house.ask("which oven had the highest average heat")
    assert not any("level" in note for note in answer.notes)
    ranked = [sql for sql in house.store.ran[before:] if "ORDER BY avg_heat" in sql]
    assert len(ranked) == 1


def test_a_whole_list_has_no_ties(house: Bakehouse) -> None:
    answer = house.ask("complaints by topic")
    assert not any("level" in note for note in answer.notes)


@pytest.mark.soundness
def test_a_shared_place_is_told_with_all_that_share_it(house: Bakehouse) -> None:
    answer = house.ask("which topic had the second most complaints")
    assert len(rows(answer.result)) == 1
    assert answer.headline.startswith("Late and Stale share the places 1 to 2 for complaints")
    assert "counted from the most: 7 each; the next is Too salty with " in answer.headline


def test_a_place_that_is_not_there_is_told(house: Bakehouse) -> None:
    answer = house.ask("which topic had the ninth most complaints")
    assert answer.status == "empty"
    assert answer.message.startswith("There is no place 9 for complaints")


def test_the_next_place_goes_on_from_the_first(house: Bakehouse) -> None:
    answer = house.ask("which topic had the third most complaints")
    assert answer.headline.startswith("Too salty had the third most complaints")


@pytest.mark.soundness
def test_the_second_of_each_group_names_what_is_level(house: Bakehouse) -> None:
    answer = house.ask("second highest topic by complaints per shop")
    assert [row[0] for row in rows(answer.result)] == ["North", "South"]
    level = [note for note in answer.notes if "is level with" in note]
    assert level == [
        "Too salty is level with North, Late and left out by the limit.",
        "Too salty is level with South, Stale and left out by the limit.",
    ]


def test_within_each_group_the_cut_is_told(house: Bakehouse) -> None:
    answer = house.ask("top 2 topics by complaints per shop")
    assert [row[0] for row in rows(answer.result)] == ["North", "North", "South", "South"]
    level = [note for note in answer.notes if "is level with" in note]
    assert level == [
        "Too salty is level with North, Late and left out by the limit.",
        "Too salty is level with South, Stale and left out by the limit.",
    ]
