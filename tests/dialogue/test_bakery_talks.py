"""Conversations over a bakery: what each turn changes and what it keeps."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.bakehouse import Bakehouse, rows
from tests.dialogue.talking import Conversation, shown


@pytest.fixture(scope="module")
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


# turns -> the chips of the last one
TALKS = (Path(__file__).parent / "talks.txt").read_text("utf-8")
CASES = [line.split(" | ") for line in TALKS.strip().splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("case", CASES, ids=[" | ".join(c[:-1]) for c in CASES])
def test_what_is_changed_and_what_is_kept(house: Bakehouse, case: list[str]) -> None:
    *texts, expected = case
    answer = Conversation(house).all(*texts)
    assert answer.status == "answered", answer.message
    assert shown(answer) == expected


ASKED = """
and North?
by bread instead
without the bad readings please
loaves by shop last week | only the purple ones
loaves last week | as a share of dough | in kg
how many of those are burnt
burn rate by shop last week | in percent
loaves of blorb in North last week | no, South
blorb of Rye last week | no, Wheat
blorb complaints last week | how many of them are about Rye
loaves by day last week | ovens with blorb loaves | in kg
loaves by shop last week | in °C
loaves by bread last week | without Rye | and Wheat
loaves in North last week | the second one
loaves by shop last week | remove the filter
loaves in North last week | without North
loaves this month | the same day last week
top 2 breads by loaves last week | burn rate of those three
loaves by bread last week | raise the limit to 700
breads with burn rate above 1 % last week | raise the limit to 3 kg
loaves by day last week | not cumulative
"""


@pytest.mark.parametrize("line", ASKED.strip().splitlines())
def test_what_means_nothing_is_asked_back(house: Bakehouse, line: str) -> None:
    talk = Conversation(house)
    answer = talk.all(*line.split(" | "))
    assert answer.status == "clarify"
    assert answer.clarification
    assert answer.clarification.question


def test_what_is_offered_works_as_the_next_turn(house: Bakehouse) -> None:
    for line in ASKED.strip().splitlines():
        talk = Conversation(house)
        asked = talk.all(*line.split(" | ")).clarification
        for option in asked.options if asked else ():
            again = Conversation(house)
            again.all(*line.split(" | "))
            answer = again.say(option.question)
            assert answer.status in ("answered", "empty"), (line, option.question)


def test_a_place_in_the_list_is_the_row_that_stands_there(house: Bakehouse) -> None:
    talk = Conversation(house)
    first = talk.say("top 3 ovens by loaves last week")
    second = rows(first.result)[1][0]
    answer = talk.say("the second one by bread")
    assert shown(answer) == f"Loaves; Bread; Oven {second}; 3 to 9 Mar 2031"
    talk = Conversation(house)
    talk.say("top 3 ovens by loaves last week")
    last = talk.say("only the last two")
    assert [row[0] for row in rows(last.result)] == [row[0] for row in rows(first.result)][1:]


def test_lowest_first_sorts_and_picks_nothing(house: Bakehouse) -> None:
    talk = Conversation(house)
    first = talk.say("loaves by oven last week")
    answer = talk.say("lowest first")
    assert rows(answer.result) == rows(first.result)[::-1]


def test_a_top_that_goes_along_the_time_keeps_who_is_in_it(house: Bakehouse) -> None:
    talk = Conversation(house)
    first = talk.say("top 2 ovens by loaves last week")
    answer = talk.say("daily")
    names = {row[1] for row in rows(answer.result)}
    assert names == {row[0] for row in rows(first.result)}
    assert len(rows(answer.result)) == 14


def test_each_follow_up_says_what_changed_and_what_was_kept(house: Bakehouse) -> None:
    talk = Conversation(house)
    talk.say("loaves in North last week")
    answer = talk.say("by bread")
    assert "Changed: by bread. Kept: Loaves, Shop North, 3 to 9 Mar 2031." in answer.notes
    answer = talk.say("South")
    assert (
        "Changed: Shop South. Gone: Shop North. Kept: Loaves, by bread, 3 to 9 Mar 2031."
        in answer.notes
    )
    answer = talk.say("South")
    assert "Nothing changed: the answer before was like this already." in answer.notes


def test_an_unknown_plain_word_is_not_replaced_by_whatever_comes_next(house: Bakehouse) -> None:
    talk = Conversation(house)
    assert talk.say("loaves of machinery by shop last week").status == "clarify"
    assert talk.say("North").status == "clarify"
    assert talk.say("could you break that down by oven for me").status == "clarify"


def test_a_misspelt_name_is_put_right_by_a_reply(house: Bakehouse) -> None:
    talk = Conversation(house)
    assert talk.say("loaves in Nordexia last week").status == "clarify"
    answer = talk.say("North")
    assert (answer.intent, shown(answer)) == ("CLARIFY", "Loaves; Shop North; 3 to 9 Mar 2031")
