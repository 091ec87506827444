"""Other wordings that a language model proposes: those that ask the same, one by one."""

import json
from dataclasses import replace

import pytest

from core.curation.wording import Proposal, paraphrases_of, proposed
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
    assert found == Proposal(("How many burnt loaves were there in North last week?",), "model")
    assert "Burnt loaves of North" in model.requests("narrate")[0].body


def test_a_wording_that_leaves_a_split_out_is_not_proposed():
    by_shop = replace(
        PAIR,
        text="Burnt loaves by shop last week",
        sql="SELECT shop_id, SUM(burnt) AS burnt FROM bakes WHERE day >= '2031-03-03' "
        "AND day < '2031-03-10' GROUP BY shop_id",
    )
    whole, without = "Last week, how many burnt loaves per shop?", "Burnt loaves of last week"
    found = proposed(by_shop, bakery.parser(), FakeModel(narrate=said(whole, without)))
    assert found == Proposal((whole,), "model")


@pytest.mark.parametrize(
    ("reply", "came"),
    [
        ("garbage", "none fit"),
        (said(), "none fit"),
        (said("Burnt loaves of South"), "none fit"),
        (ModelTrouble("gone", kind="down"), "no reply"),
    ],
)
def test_else_they_are_the_lexicons(reply, came):
    own = paraphrases_of(PAIR, bakery.parser())
    assert own
    found = proposed(PAIR, bakery.parser(), FakeModel(narrate=reply))
    assert found == Proposal(own, came)
    assert proposed(PAIR, bakery.parser(), None) == Proposal(own, "lexicon")
