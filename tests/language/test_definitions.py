"""Questions about what a term means get what the model says of it, never a figure."""

import pytest

from tests.language import bakery

PARSER = bakery.parser()


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("What does burn rate mean?", "Burn rate: "),
        ("what does the burn rate stand for", "Burn rate: "),
        ("define burn rate", "Burn rate: "),
        ("Definition of the burn rate", "Burn rate: "),
        ("how is the burn rate calculated?", "Burn rate: Worked out as SUM(burnt) / "),
        ("explain burn rate", "Burn rate: "),
        ("What is meant by heat?", "Heat: "),
        ("what does complaints mean", "Complaints: "),
        ("What does frobnication mean?", "I have no definition of “frobnication”."),
        ("what does North mean", "I have no definition of “North”."),
    ],
)
def test_a_term_is_explained(question: str, begins: str):
    reading = PARSER.parse(question, ("N", "S"))
    assert reading.problem == "meaning"
    assert reading.query is None
    assert reading.clarification is not None
    assert reading.clarification.question.startswith(begins)


@pytest.mark.parametrize(
    "question",
    [
        "What is the burn rate last week?",
        "mean heat by oven last week",
        "What was the mean heat last week?",
        "what does each oven bake per day",
    ],
)
def test_a_question_for_a_figure_is_none_for_a_meaning(question: str):
    assert PARSER.parse(question, ("N", "S")).problem != "meaning"


def test_the_figure_can_be_asked_for():
    asked = PARSER.parse("What does burn rate mean?", ("N", "S")).clarification
    assert asked is not None
    (option,) = asked.options
    assert PARSER.parse(option.question, ("N", "S")).query is not None
