"""A figure within another one, and what somebody did: asked back, never taken for another."""

import pytest

from tests.language import bakery

PARSER = bakery.parser()
SHOPS = ("N", "S")


@pytest.mark.parametrize(
    "question",
    [
        "loaves during burnt last week",
        "loaves at burnt by oven last week",
        "How many loaves should North have baked yesterday?",
        "How many loaves did North return yesterday?",
        "How many loaves does North need?",
        "How many loaves does North need per day?",
    ],
)
def test_it_is_asked_back(question: str):
    reading = PARSER.parse(question, SHOPS)
    assert reading.query is None
    assert reading.clarification is not None


@pytest.mark.parametrize(
    "question",
    [
        "loaves and burnt by oven last week",
        "loaves, burnt by oven last week",
        "loaves in North last week",
        "loaves at North during March 2031",
        "How many loaves did North make yesterday?",
        "return the loaves of North yesterday",
        "do you need the loaves of North yesterday?",
        "burnt loaves that North needed yesterday",
    ],
)
def test_others_are_read_as_before(question: str):
    assert PARSER.parse(question, SHOPS).query is not None


def test_both_are_offered_side_by_side():
    asked = PARSER.parse("loaves during burnt last week", SHOPS).clarification
    assert asked is not None
    assert [o.question for o in asked.options] == ["loaves and burnt last week"]
