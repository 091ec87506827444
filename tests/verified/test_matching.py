"""Which questions match a verified pair, and what the pair then answers."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from core.verified import VerifiedPairs
from tests.language import plant
from tests.verified import pairs

CASES: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("cases.jsonl").read_text("utf-8").splitlines()
]


@lru_cache(maxsize=1)
def everything() -> VerifiedPairs:
    return pairs.everything()


@pytest.mark.parametrize("case", CASES, ids=[c["question"] for c in CASES])
def test_labelled(case: dict[str, Any]) -> None:
    found = pairs.ask(everything(), case["question"])
    wanted = getattr(pairs, case["match"]) if case["match"] else None
    assert (found.entry.text if found else None) == wanted
    for piece in case.get("has", ()):
        assert found is not None
        assert piece in " ".join(found.sql.split())


@pytest.mark.parametrize("question", list(pairs.SQL))
def test_its_own_question_matches_with_the_same_literals(question: str) -> None:
    found = pairs.ask(everything(), question)
    assert found is not None
    assert found.tier == "words"
    assert found.entry.text == question


def test_a_pair_of_a_querys_shape_gives_the_query() -> None:
    found = pairs.ask(everything(), "Top 3 downtime reasons in Austin in May")
    assert found is not None
    assert found.plan is not None
    assert found.plan.limit == 3
    assert found.plan.time is not None
    assert found.plan.time.phrase == "in May"


def test_a_typing_error_is_mended() -> None:
    found = pairs.ask(everything(), "Top 5 downtme reasons in Hambrg in June")
    assert found is not None


def test_a_value_that_the_user_may_not_see_never_matches() -> None:
    assert (
        pairs.ask(everything(), "How did the packagers in Austin do last month?", ("HAM",)) is None
    )


def test_a_pair_is_seen_by_those_who_see_all_of_its_plants() -> None:
    only = pairs.indexed(pairs.entry(pairs.PLAIN, pairs.PLAIN_SQL, plants=("HAM", "AUS")))
    assert pairs.ask(only, pairs.PLAIN, ("HAM",)) is None
    assert pairs.ask(only, pairs.PLAIN, ("HAM", "AUS")) is not None


def test_two_pairs_that_say_otherwise_answer_nothing() -> None:
    other = pairs.PLAIN_SQL.replace("SUM(scrap_units)", "SUM(scrap_units) * 2")
    both = pairs.indexed(
        pairs.entry(pairs.PLAIN, pairs.PLAIN_SQL),
        pairs.entry("Scrap units by line in Austin in April", other.replace("Hamburg", "Austin")
                    .replace("05-01", "04-01").replace("06-01", "05-01")),
    )  # fmt: skip
    question = "Scrap units by line in Hamburg in June"
    found, conflicts = both.match(question, plant.read(question), plant.ALL)
    assert found is None
    assert len(conflicts) == 2


def test_two_pairs_that_say_the_same_answer() -> None:
    both = pairs.indexed(
        pairs.entry(pairs.PLAIN, pairs.PLAIN_SQL),
        pairs.entry("Scrap units by line, Hamburg, May", pairs.PLAIN_SQL),
    )
    assert pairs.ask(both, "Scrap units by line in Hamburg in June") is not None


@pytest.mark.parametrize("word", ["Folks,", "Never", "Roughly estimated,"])
def test_an_unknown_word_more_is_another_question(word: str) -> None:
    more = f"{word} how many pumps failed again within 30 days of a repair in April?"
    assert pairs.ask(everything(), more) is None
    assert pairs.ask(everything(), more.removeprefix(word)) is not None


def test_only_verified_pairs_of_the_model_are_asked() -> None:
    from dataclasses import replace

    known = pairs.entry(pairs.PLAIN, pairs.PLAIN_SQL)
    for change in ({"status": "approved"}, {"model": "steel"}, {"kind": "doc"}):
        assert pairs.ask(pairs.indexed(replace(known, **change)), pairs.PLAIN) is None


def test_pairs_that_have_not_changed_are_taken_over() -> None:
    first = pairs.everything()
    again = VerifiedPairs(
        [pairs.entry(q, s) for q, s in pairs.SQL.items()], plant.parser(), known=first
    )
    assert pairs.ask(again, pairs.PLAIN) is not None
