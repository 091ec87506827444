"""A chip that is pressed and the words for the same change give the same query and rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.assistant.talk import Change
from core.dialogue.choices import Choice, Choices, picked
from core.dialogue.edits import All, Anywhere, Edit, Ranked, Split, Unsplit, When, Where
from core.passports.canonical import hashes
from core.semantic.query import TimeWindow
from core.services import Services
from core.types import Answer, User
from tests.plant_services import plant_services

LINES = "energy by line in June"
TOP = "top 5 assets by mean vibration in May"
Pressed = Callable[[Choices, Answer], tuple[Edit, ...]]


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    with plant_services(plant_folder, tmp_path_factory.mktemp("chips")) as built:
        yield built


@pytest.fixture(scope="module")
def user(services: Services) -> User:
    return services.policy.user("admin")


def offered(group: str, label: str) -> Pressed:
    """The offer of that name."""

    def press(found: Choices, _answer: Answer) -> tuple[Edit, ...]:
        offers: tuple[Choice, ...] = getattr(found, group)
        (choice,) = [one for one in offers if one.label == label]
        return choice.edits

    return press


def split(*labels: str) -> Pressed:
    def press(found: Choices, _answer: Answer) -> tuple[Edit, ...]:
        dimensions = tuple(found.splits[label] for label in labels)
        return (Split(dimensions, "set") if dimensions else Unsplit(),)

    return press


def only(column: str, *values: str) -> Pressed:
    def press(found: Choices, _answer: Answer) -> tuple[Edit, ...]:
        (one,) = [c for c in found.columns if c.name == column]
        assert set(values) <= set(one.values)
        return (Where((picked(column, values),), "only"),)

    return press


def days(first: str, last: str) -> Pressed:
    def press(_found: Choices, _answer: Answer) -> tuple[Edit, ...]:
        begin = dt.datetime.fromisoformat(first)
        until = dt.datetime.fromisoformat(last) + dt.timedelta(days=1)
        return (When(TimeWindow(begin, until, phrase=f"{first} to {last}")),)

    return press


def ranked(count: int, *, lowest: bool) -> Pressed:
    def press(_found: Choices, answer: Answer) -> tuple[Edit, ...]:
        assert answer.plan is not None
        order = tuple(replace(o, descending=not lowest) for o in answer.plan.order)
        return (Ranked(order, count, answer.plan.per_group),)

    return press


def just(*edits: Edit) -> Pressed:
    return lambda _found, _answer: edits


@pytest.mark.parametrize(
    ("first", "press", "words"),
    [
        (LINES, offered("windows", "Last week"), "last week"),
        (LINES, offered("windows", "Last month"), "last month instead"),
        (LINES, offered("windows", "Last month"), "tháng trước"),
        (LINES, offered("windows", "Last week"), "letzte Woche"),
        (LINES, days("2026-06-10", "2026-06-20"), "from 10 June to 20 June"),
        (LINES, split("Shift"), "by shift"),
        (LINES, split("Shift by shift", "Line"), "shift by shift"),
        (LINES, split("Plant", "Line"), "by plant and line"),
        (LINES, split(), "in total"),
        (LINES, only("plant_name", "Hamburg"), "only Hamburg"),
        (LINES, only("plant_name", "Hamburg"), "nur Hamburg"),
        (LINES, only("plant_name", "Hamburg"), "chỉ Hamburg"),
        (LINES, only("asset_class", "pump", "compressor"), "only pumps and compressors"),
        (LINES, offered("figures", "Scrap rate"), "scrap rate"),
        (LINES, offered("further", "Scrap rate"), "also the scrap rate"),
        (LINES, offered("shown_in", "MWh"), "in MWh"),
        (LINES, offered("comparisons", "The period before"), "vs the period before"),
        (TOP, ranked(3, lowest=False), "top 3"),
        (TOP, ranked(3, lowest=True), "lowest 3"),
        (TOP, just(All()), "all of them"),
        (TOP, offered("readings", "All readings"), "with all readings"),
        (TOP, only("plant_name", "Austin"), "only Austin"),
    ],
)  # fmt: skip
def test_a_press_is_the_words(
    services: Services, user: User, first: str, press: Pressed, words: str
) -> None:
    said, chips = (f"{kind}-{abs(hash((first, words)))}" for kind in ("said", "chips"))
    services.answer(first, user, session=said)
    by_words = services.answer(words, user, session=said)
    begun = services.answer(first, user, session=chips)
    found = services.choices(begun, user)
    assert found is not None
    by_press = pressed(services, user, chips, begun, press(found, begun))
    for one in (by_words, by_press):
        assert (one.status, one.intent) == ("answered", "DATA_FILTER"), one.message
        assert one.result is not None
    assert (by_press.sql, by_press.follows) == (by_words.sql, begun.id)
    assert [c.kind for c in by_press.chips] == [c.kind for c in by_words.chips]
    assert by_press.result is not None
    assert by_words.result is not None
    assert hashes(by_press.result.table, by_press.columns).are_of(
        hashes(by_words.result.table, by_words.columns).content
    )


def pressed(
    services: Services, user: User, session: str, of: Answer, edits: tuple[Edit, ...]
) -> Answer:
    """The answer of a chip that was pressed under another one."""
    *_, last = services.ask("a chip", user, session=session, change=Change(of.id, edits))
    assert isinstance(last, Answer)
    return last


def test_a_filter_that_is_taken_away_is_gone(services: Services, user: User) -> None:
    for session, by_press in (("said", False), ("chips", True)):
        services.answer(LINES, user, session=session)
        narrowed = services.answer("only Hamburg", user, session=session)
        if by_press:
            edits = (Anywhere(("plant_name",), exact=True),)
            whole = pressed(services, user, session, narrowed, edits)
        else:
            whole = services.answer("remove the filter", user, session=session)
        assert (whole.status, whole.follows) == ("answered", narrowed.id)
        assert whole.sql == services.answer(LINES, user).sql


def test_a_chip_of_an_earlier_answer_changes_that_one(services: Services, user: User) -> None:
    first = services.answer(LINES, user, session="back")
    services.answer("only Hamburg", user, session="back")
    found = services.choices(first, user)
    assert found is not None
    again = pressed(services, user, "back", first, offered("windows", "Last week")(found, first))
    assert again.follows == first.id
    assert again.sql == services.answer("energy by line last week", user).sql


def test_a_chip_of_an_answer_far_back_changes_that_one_and_no_other(
    services: Services, user: User
) -> None:
    first = services.answer(LINES, user, session="far")
    found = services.choices(first, user)
    assert found is not None
    for number in range(1, 12):
        services.answer(f"how many alarms in Hamburg on {number} June", user, session="far")
    edits = offered("windows", "Last week")(found, first)
    again = pressed(services, user, "far", first, edits)
    assert (again.status, again.follows) == ("answered", first.id)
    assert again.sql == services.answer("energy by line last week", user).sql
    gone = pressed(services, user, "far", replace(first, id="no such answer"), edits)
    assert (gone.status, gone.result) == ("clarify", None)
    assert "is not at hand any more" in gone.message


def test_what_an_answer_is_split_by_stands_among_the_splits(services: Services, user: User) -> None:
    """Else applying another one would drop it."""
    for question in ("energy by shift in June", "energy shift by shift in June", LINES):
        answer = services.answer(question, user)
        found = services.choices(answer, user)
        assert found is not None
        assert answer.plan is not None
        assert set(answer.plan.dimensions) <= set(found.splits.values()), question


def test_a_chip_shows_nobody_another_plant(services: Services) -> None:
    """A press that the page never offers."""
    viewer = services.policy.user("viewer")
    first = services.answer(LINES, viewer, session="own")
    found = services.choices(first, viewer)
    assert found is not None
    assert not [c for c in found.columns if "Hamburg" in c.values]
    edits = (Where((picked("plant_name", ("Hamburg",)),), "only"),)
    answer = pressed(services, viewer, "own", first, edits)
    assert answer.result is None or answer.result.row_count == 0
    # and one of somebody else's answer is none at all
    theirs = services.answer(LINES, services.policy.user("admin"), session="own")
    stolen = pressed(services, viewer, "own", theirs, offered("windows", "Last week")(found, first))
    assert stolen.status == "clarify"
