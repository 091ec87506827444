"""Other wordings that a language model proposes: those that ask the same, one by one."""

import json

import pytest

from core.curation.wording import paraphrases_of, proposed
from core.entries import Entry
from core.generation.port import ModelTrouble
from tests.fakes.model import FakeModel
from tests.language import bakery

PAIR = Entry(
    "1", "default", "bakery", "qa", "Burnt loaves of North last week?",
    sql="SELECT SUM(burnt) AS burnt FROM bakes WHERE shop_id = 'N' AND day >= '2031-03-03' "
    "AND day < '2031-03-10'",
    status="verified",
)  # fmt: skip


def said(*wordings: object) -> str:
    return json.dumps({"wordings": wordings})


def test_what_asks_the_same_is_proposed():
    model = FakeModel(
        narrate=said(
            "How many burnt loaves were there in North last week?",
            "burnt loaves of north last week",
            "How many burnt loaves were there in South last week?",
            "How many burnt loaves were there in North?",
            "How many burnt loaves were there in North this week?",
            3,
        )
    )
    found = proposed(PAIR, bakery.parser(), model)
    assert found == ("How many burnt loaves were there in North last week?",)
    assert "Burnt loaves of North" in model.requests("narrate")[0].body


@pytest.mark.parametrize("reply", ["garbage", said(), ModelTrouble("gone", kind="down")])
def test_else_they_are_the_lexicons(reply):
    model = FakeModel(narrate=reply)
    assert proposed(PAIR, bakery.parser(), model) == paraphrases_of(PAIR, bakery.parser())
    assert proposed(PAIR, bakery.parser(), None) == paraphrases_of(PAIR, bakery.parser())
