"""Turns of a conversation beyond changes of a query: pictures, what lies behind, who sees what."""

import contextlib
from collections.abc import Iterator

import pytest

from core.errors import Unavailable
from core.types import CancelToken, EmptyReason, Governed, Result
from tests.assistant.bakehouse import Bakehouse, rows
from tests.dialogue.talking import Conversation, shown


@pytest.fixture
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


def fails(governed: Governed, *, timeout_s: float, cancel: CancelToken | None = None) -> Result:
    raise Unavailable("nothing may be asked of the store")


def test_another_picture_asks_nothing_of_the_store(
    house: Bakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Conversation(house)
    first = talk.say("loaves by shop last week")
    monkeypatch.setattr(house.store, "run", fails)
    monkeypatch.setattr(house.store, "explain", fails)
    recorded = len(house.recorded)
    for text in ("as a table", "as a bar chart", "plot it"):
        answer = talk.say(text)
        assert (answer.status, answer.intent, answer.source) == (
            "answered", "VISUAL_UPDATE", "cache",
        )  # fmt: skip
        assert rows(answer.result) == rows(first.result)
    assert len(house.recorded) == recorded


def test_a_picture_of_rows_that_are_gone_is_asked_anew(house: Bakehouse) -> None:
    talk = Conversation(house, keeps_rows=False)
    first = talk.say("loaves by shop last week")
    ran = len(house.store.ran)
    answer = talk.say("as a table")
    assert answer.status == "answered"
    assert rows(answer.result) == rows(first.result)
    assert len(house.store.ran) > ran


def test_another_persons_conversation_gives_nothing(house: Bakehouse) -> None:
    Conversation(house, "owner").say("loaves by shop last week")
    for text in ("only South", "as a table", "go back", "why?"):
        assert Conversation(house, "clerk").say(text).status == "clarify"


def test_what_may_not_be_seen_is_empty_and_nothing_to_go_on_from(house: Bakehouse) -> None:
    talk = Conversation(house, "clerk")
    first = talk.say("loaves by shop last week")
    assert [row[0] for row in rows(first.result)] == ["South"]
    for text in ("only North", "and North?", "what about OV-1"):
        answer = talk.say(text)
        assert (answer.status, answer.empty) == ("empty", EmptyReason.OUT_OF_SCOPE), text
    assert talk.say("compare with North").result is None
    assert "North" not in shown(talk.say("by bread"))
    for governed in house.store.ran:
        assert "'N'" not in governed


def test_start_over_forgets(house: Bakehouse) -> None:
    talk = Conversation(house)
    talk.say("loaves by shop last week")
    assert talk.say("start over").intent == "RESET"
    assert talk.say("only North").status == "clarify"


def test_how_many_counts_the_rows_that_were_shown(house: Bakehouse) -> None:
    talk = Conversation(house)
    talk.say("loaves by oven last week")
    ran = len(house.store.ran)
    answer = talk.say("how many are that?")
    assert rows(answer.result) == [(3,)]
    assert len(house.store.ran) == ran


def test_a_change_after_a_question_that_was_not_answered_is_asked_of_what(
    house: Bakehouse,
) -> None:
    talk = Conversation(house)
    talk.say("loaves by shop last week")
    assert talk.say("only the purple ones").status == "clarify"
    asked = talk.say("by bread").clarification
    assert asked is not None
    assert "loaves by shop last week" in asked.question
    answer = talk.say(asked.options[0].label)
    assert shown(answer) == "Loaves; Bread; 3 to 9 Mar 2031"
    assert talk.say("only Rye").status == "answered"


@pytest.mark.parametrize(
    ("between", "change"),
    [
        ("what will it be next week?", "by bread"),
        ("only the purple ones", "back to last week, by bread"),
    ],
)
def test_a_change_that_can_be_of_one_answer_only_says_which(
    house: Bakehouse, between: str, change: str
) -> None:
    talk = Conversation(house)
    talk.say("loaves by shop last week")
    assert talk.say(between).status == "clarify"
    answer = talk.say(change)
    assert shown(answer) == "Loaves; Bread; 3 to 9 Mar 2031"
    assert any("Goes on from “loaves by shop last week”" in note for note in answer.notes)


def test_back_to_what_was_never_there_is_asked_about(house: Bakehouse) -> None:
    talk = Conversation(house)
    talk.say("loaves by shop last week")
    answer = talk.say("back to the complaints")
    assert answer.status in ("clarify", "answered")
    assert answer.plan is None or answer.plan.table == "complaints"


def test_a_sentence_that_is_not_understood_changes_nothing(house: Bakehouse) -> None:
    talk = Conversation(house)
    talk.say("loaves by shop last week")
    answer = talk.say("which breads are baked in South right now?")
    assert answer.status == "clarify"
    assert answer.intent == "NEW_QUERY"


def test_a_time_does_not_stand_for_a_word_that_was_not_understood(house: Bakehouse) -> None:
    talk = Conversation(house)
    assert talk.say("loaves of oven 77 yesterday").status == "clarify"
    assert talk.say("the day before yesterday").status == "clarify"


def test_an_and_after_a_question_that_was_not_answered_is_asked_about(house: Bakehouse) -> None:
    talk = Conversation(house)
    talk.say("loaves by shop last week")
    assert talk.say("which breads are baked in South right now?").status == "clarify"
    asked = talk.say("and Rye?").clarification
    assert asked is not None
    assert "loaves by shop last week" in asked.question
    answer = talk.say(asked.options[0].question)
    assert shown(answer) == "Loaves; Shop; Bread Rye; 3 to 9 Mar 2031"


def test_they_are_those_at_hand_and_never_all_there_are(house: Bakehouse) -> None:
    talk = Conversation(house)
    talk.say("loaves by oven in North last week")
    answer = talk.say("how many loaves did they make yesterday?")
    assert shown(answer) == "Loaves; Oven; Shop North; Oven OV-2 or OV-1; 13 Mar 2031"


@pytest.mark.parametrize(
    "talk",
    [
        ("their burn rate last week",),
        ("and their burn rate?", "last week"),
        ("loaves of that oven last week",),
    ],
)
def test_what_points_to_nothing_is_not_answered_over_everything(
    house: Bakehouse, talk: tuple[str, ...]
) -> None:
    assert Conversation(house).all(*talk).status == "clarify"


def test_what_points_within_a_question_is_answered(house: Bakehouse) -> None:
    answer = Conversation(house).all("loaves of OV-1 last week and its burn rate")
    assert answer.status == "answered"
