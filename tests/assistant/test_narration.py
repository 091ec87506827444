"""Findings and statements in a language model's words, as far as they hold to them."""

import contextlib
import json
from collections.abc import Iterator

import pytest

from core.assistant.by_model.narration import backed
from core.generation.port import JsonSchema, ModelTrouble
from tests.assistant.asking import YES, ask
from tests.assistant.bakehouse import Bakehouse
from tests.fakes.model import FakeModel

TOLD = "loaves this week vs last week by oven"


@pytest.fixture
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


def test_findings_are_told_in_words_that_hold_to_them(house):
    plain = ask(house, FakeModel(), TOLD)
    own = plain.facts[0].text
    said = [own, "It came to 4711 loaves.", f"{own} Because of the oven."]
    model = FakeModel(narrate=json.dumps({"sentences": said}))
    answer = ask(house, model, TOLD, narrates=True)
    assert answer.narration == (own,)
    assert isinstance(model.requests("narrate")[0].constraint, JsonSchema)


@pytest.mark.parametrize(
    ("explanation", "is_shown"),
    [
        ("Adds up the burnt loaves of each oven and keeps the first 2.", True),
        ("Adds up the burnt loaves of each oven and keeps the first 7.", False),
        ("The ovens should be cleaned.", False),
        ("", False),
    ],
)
def test_sql_that_no_query_says_is_explained_by_the_model(house, explanation, is_shown):
    sql = (
        "SELECT oven, scorched FROM (SELECT oven, SUM(burnt) AS scorched, ROW_NUMBER() OVER "
        "(ORDER BY SUM(burnt) DESC) AS place FROM bakes WHERE day >= '2031-03-03' AND "
        "day < '2031-03-10' GROUP BY oven) t WHERE place <= 2 ORDER BY scorched DESC LIMIT 10"
    )
    said = json.dumps({"sentences": [], "explanation": explanation})
    model = FakeModel(sql=sql, reflect=YES, narrate=said)
    answer = ask(house, model, narrates=True)
    assert answer.plan is None
    assert ("In the model's words" in answer.explanation) is is_shown
    assert "STATEMENT" in model.requests("narrate")[0].body


@pytest.mark.parametrize(
    "said", ["garbage", ModelTrouble("gone", kind="down"), '{"sentences": "no"}']
)
def test_without_a_narration_the_templates_stand(house, said):
    answer = ask(house, FakeModel(narrate=said), TOLD, narrates=True)
    assert (answer.status, answer.narration) == ("answered", ())
    assert answer.facts


@pytest.mark.parametrize(
    ("sentence", "is_backed"),
    [
        ("Downtime on Line 2 was 12.5 h, up 3.1 h.", True),
        ("Line 2 stood still for 12.5 h, 3.1 h more.", True),
        ("Line 2 stood still for 12.4 h.", False),
        ("Line 3 stood still for 12.5 h.", False),
        ("Downtime on Line 2 fell by 3.1 h.", False),
        ("Downtime on Line 2 doubled.", False),
        ("Downtime on Line 2 was 12.5 h because of changeovers.", False),
        ("Line 2 did well.", True),
        ("PMP-07 stood still for 12.5 h.", False),
        ("Line 2: 12.5 h in June, with 40 % of it at night.", False),
    ],
)
def test_a_sentence_holds_to_one_finding(sentence, is_backed):
    findings = ("Line 2 had the most downtime: 12.5 h, up 3.1 h on the week before.", "40 % June")
    assert backed([sentence], findings) == ((sentence,) if is_backed else ())
