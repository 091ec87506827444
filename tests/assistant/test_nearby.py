"""A question that is not understood is asked back with what the corpus has near it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.assistant import Assistant, VerifiedAnswers
from core.entries import Entry
from core.errors import Unavailable
from core.retrieval.retriever import Found, Hit, LegHit
from core.types import Answer, User
from tests.assistant.bakehouse import Bakehouse
from tests.assistant.test_verified import EXTRA, LOAVES

NOTE = Entry(
    "n1", "default", "bakery", "doc", "Crust is what browns.", title="bread#Crust and crustiness",
    status="approved",
)  # fmt: skip


@pytest.fixture(scope="module")
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


def hit(entry: Entry, near: float, rank: int = 1) -> Hit:
    return Hit(entry, rank, 1.0, LegHit(rank, near), LegHit(rank, 2.0))


def ask(house: Bakehouse, question: str, *hits: Hit, user: str = "owner") -> Answer:
    def search(text: str, who: User, model: str) -> Found:
        assert (text, who.name, model) == (question, user, "bakery")
        by_kind = {k: tuple(h for h in hits if h.entry.kind == k) for k in ("qa", "doc")}
        return Found(text, by_kind)

    pairs = VerifiedAnswers(lambda _tenant, _model: (LOAVES, EXTRA))
    assistant = Assistant(house.queries, pairs, search)
    *_, answer = assistant.turn(question, house.policy.user(user), house.parts)
    assert isinstance(answer, Answer)
    return answer


def options(answer: Answer) -> list[str]:
    assert answer.clarification is not None
    return [option.question for option in answer.clarification.options]


def test_a_near_pair_is_offered_with_the_askers_own_place_and_time(house: Bakehouse):
    answer = ask(house, "crustiness in South yesterday", hit(LOAVES, 0.7), hit(NOTE, 0.8))
    assert answer.status == "clarify"
    assert "How did South bake yesterday?" in options(answer)
    assert answer.notes[-1] == "Crust and crustiness: Crust is what browns."


def test_what_is_far_is_not_offered(house: Bakehouse):
    answer = ask(house, "crustiness in South", hit(LOAVES, 0.2), hit(NOTE, 0.2))
    assert options(answer) == []
    assert answer.notes == ()


def test_what_the_asker_may_not_see_is_not_offered(house: Bakehouse):
    answer = ask(house, "crustiness last week", hit(LOAVES, 0.9), user="clerk")
    assert not any("North" in text for text in options(answer))


def test_a_question_that_is_understood_is_not_searched_for(house: Bakehouse):
    def search(*_: object) -> Found:
        raise AssertionError

    *_, answer = Assistant(house.queries, search=search).turn(
        "loaves by oven last week", house.policy.user("owner"), house.parts
    )
    assert isinstance(answer, Answer)
    assert answer.status == "answered"


def test_without_the_corpus_it_is_asked_back_all_the_same(house: Bakehouse):
    def search(*_: object) -> Found:
        raise Unavailable("The corpus is away.")

    *_, answer = Assistant(house.queries, search=search).turn(
        "crustiness in South", house.policy.user("owner"), house.parts
    )
    assert isinstance(answer, Answer)
    assert answer.status == "clarify"


def test_a_terms_meaning_comes_with_the_note_on_it(house: Bakehouse):
    answer = ask(house, "What does heat mean?", hit(NOTE, 0.9))
    assert answer.message.startswith("Heat")
    assert answer.notes == ()
    heat = replace(NOTE, title="oven#Heat", text="How hot the oven is.")
    answer = ask(house, "What does heat mean?", hit(heat, 0.9))
    assert answer.notes == ("Heat: How hot the oven is.",)
