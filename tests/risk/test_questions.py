"""The risk score in chat: golden questions, what is asked back, and conversations."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.assistant.report import as_json
from core.risk.assessment import index_of
from core.semantic.model import RISK_PARTS
from core.services import Services
from core.types import Answer

#: Question -> who asks, what its assets must be, how many, and from which end.
GOLDEN: list[tuple[str, str, dict[str, tuple[str, ...]], int, str]] = [
    ("riskiest assets in Hamburg", "admin", {"plant_name": ("Hamburg",)}, 10, "high"),
    ("risk of the pumps", "admin", {"asset_class": ("pump",)}, 10, "high"),
    ("top 5 riskiest machines in Austin", "engineer", {"plant_name": ("Austin",)}, 5, "high"),
    ("risk score of PMP-03", "admin", {"asset_id": ("PMP-03",)}, 1, "high"),
    ("which 3 robots have the highest risk right now?", "admin", {"asset_class": ("robot",)}, 3,
     "high"),
    ("least risky asset on Line 2 in Austin", "admin",
     {"line_name": ("Line 2",), "plant_name": ("Austin",)}, 10, "low"),
    ("riskiest assets", "viewer", {"plant_name": ("Hai Phong",)}, 10, "high"),
    ("risikoreichste Anlagen in Hamburg", "admin", {"plant_name": ("Hamburg",)}, 10, "high"),
    ("Welche 3 Pumpen in Hamburg haben das höchste Risiko?", "admin",
     {"asset_class": ("pump",), "plant_name": ("Hamburg",)}, 3, "high"),
    ("Risikowert von PMP-01 und PMP-02", "admin", {"asset_id": ("PMP-01", "PMP-02")}, 2, "high"),
    ("5 thiết bị rủi ro nhất ở Hamburg", "admin", {"plant_name": ("Hamburg",)}, 5, "high"),
    ("điểm rủi ro của PMP-03", "admin", {"asset_id": ("PMP-03",)}, 1, "high"),
]  # fmt: skip


def ask(services: Services, question: str, user: str = "admin", session: str = "") -> Answer:
    return services.answer(question, services.policy.user(user), session=session, is_kept=False)


def rows(answer: Answer) -> list[dict[str, Any]]:
    assert answer.result is not None
    return answer.result.table.to_pylist()


@pytest.mark.parametrize(("question", "user", "where", "most", "order"), GOLDEN)
def test_golden_questions(
    services: Services,
    question: str,
    user: str,
    where: dict[str, tuple[str, ...]],
    most: int,
    order: str,
) -> None:
    found = services.risk.assess(services.policy.user(user))
    wanted = [
        (found.parts.inputs.keys[int(at)][1], int(found.scores.score[at]))
        for at in found.scores.order
        if all(found.parts.inputs.places[int(at)][n] in values for n, values in where.items())
    ]
    if order == "low":
        wanted.reverse()
    answer = ask(services, question, user)
    assert answer.status == "answered", answer.message
    assert answer.source == "parser"
    assert [(row["asset"], row["score"]) for row in rows(answer)] == wanted[:most]
    for row in rows(answer):
        assert sum(row[part] for part in RISK_PARTS) == row["score"]
    assert all(word.used for word in answer.words)
    assert answer.chart is not None
    assert answer.chart.type == "stacked_bar"
    assert answer.chart.y == RISK_PARTS
    said = as_json(answer)
    assert json.loads(json.dumps(said))["row_count"] == len(wanted[:most])
    assert said["time_window"]["end"] == "2026-07-01T00:00:00"
    assert said["data_quality"]["data_to"].startswith("2026-06-30T23:50")


@pytest.mark.parametrize(
    "question",
    [
        "why is PMP-03 at {score}?",
        "warum hat PMP-03 {score}?",
        "vì sao PMP-03 {score}?",
        "why is the risk of PMP-03 so high",
        "warum ist das Risiko von PMP-03 so hoch?",
    ],
)
def test_why_shows_each_part_and_where_it_comes_from(services: Services, question: str) -> None:
    found = services.risk.assess(services.policy.user("admin"))
    score = int(found.scores.score[index_of(found.parts)[("HAM", "PMP-03")]])
    answer = ask(services, question.format(score=score))
    assert answer.status == "answered"
    table = rows(answer)
    assert len(table) == len(RISK_PARTS)
    assert sum(row["points"] for row in table) == score
    assert sum(row["most"] for row in table) == pytest.approx(100)
    assert all(row["points"] <= row["most"] + 1 for row in table)
    assert all(row["why"] for row in table)
    assert answer.headline.endswith(f"= {score}")


def test_a_score_that_it_does_not_have_is_never_explained(services: Services) -> None:
    answer = ask(services, "why is PMP-03 at 99?")
    assert answer.status == "clarify"
    assert answer.result is None
    assert "not of 99" in answer.message
    assert answer.clarification is not None
    offered = answer.clarification.options[0].question
    assert ask(services, offered).status == "answered"
    named = ask(services, "why is the risk score of PMP-03 99?")
    assert named.status == "answered"
    assert any("not 99" in note for note in named.notes)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("riskiest pumps last week", "last week"),
        ("riskiest assets yesterday", "yesterday"),
        ("assets with a risk score above 60", "above"),
        ("risk by plant", "plant"),
        ("risk of the pumps but not PMP-03", "but not"),
        ("riskiest supplier", "supplier"),
        ("risk of scrap in Hamburg", "scrap"),
        ("riskiest 200 assets", "200"),
        ("5 riskiest of 20 pumps", "20"),
        ("compare the risk of PMP-01 and PMP-02", "compare"),
        ("highest and lowest risk score", ""),
        ("risk of PMP-99", "PMP-99"),
        ("riskiest flibbertigibbets", "flibbertigibbets"),
        ("why is the risk in Hamburg so high", ""),
        ("risikoreichste Anlagen letzte Woche", ""),
        ("thiết bị rủi ro nhất tuần trước", ""),
    ],
)
def test_what_says_more_is_asked_back(services: Services, question: str, word: str) -> None:
    answer = ask(services, question)
    assert answer.status == "clarify"
    assert answer.result is None
    assert word in answer.message


@pytest.mark.parametrize(
    "question",
    ["why is PMP-03 at 20 °C?", "why is the vibration of PMP-03 at 20", "why is PMP-03 down?",
     "why is Hamburg at 20?"],
)  # fmt: skip
def test_why_of_something_else_is_no_question_about_risk(services: Services, question: str) -> None:
    answer = ask(services, question)
    assert answer.status == "clarify"
    assert "risk score" not in answer.message


def test_nobody_sees_the_assets_of_other_plants(services: Services) -> None:
    answer = ask(services, "riskiest assets in Hamburg", "viewer")
    assert answer.status == "empty"
    assert answer.empty == "out_of_scope"
    assert answer.result is None
    assert answer.sql is None
    one = ask(services, "why is the risk of PMP-03 so high", "viewer")
    assert one.empty == "out_of_scope"
    both = ask(services, "riskiest assets in Hamburg and Hai Phong", "viewer")
    assert both.empty == "out_of_scope"


def test_places_that_no_asset_has_together_give_no_rows(services: Services) -> None:
    answer = ask(services, "risk of PMP-03 in Austin")
    assert answer.status == "empty"
    assert answer.result is None


def test_it_can_be_asked_in_any_conversation(services: Services) -> None:
    session = "risk-talk"
    first = ask(services, "mean vibration by pump in Hamburg last week", session=session)
    assert first.status == "answered"
    assert first.plan is not None
    risk = ask(services, "riskiest pumps in Hamburg", session=session)
    assert risk.status == "answered"
    assert risk.plan is None
    score = next(row["score"] for row in rows(risk) if row["asset"] == "PMP-03")
    why = ask(services, f"why is PMP-03 at {score}?", session=session)
    assert why.status == "answered"
    assert sum(row["points"] for row in rows(why)) == score
    again = ask(services, "mean vibration of PMP-03 last week", session=session)
    assert again.plan is not None
    # a figure is at hand: it is that which is meant
    drilled = ask(services, f"why is PMP-03 at {score}?", session=session)
    assert drilled.status != "answered" or "points" not in rows(drilled)[0]


def test_it_is_recorded_as_every_query(services: Services) -> None:
    answer = ask(services, "riskiest assets in Hamburg")
    assert answer.sql is not None
    assert answer.sql.count("WHERE plant_id IN ('AUS', 'HAM', 'HPH')") == 3
    kept = services.past_run(answer.id, services.policy.user("admin"))
    assert kept is not None
    assert kept.question == "riskiest assets in Hamburg"


def test_the_same_question_gives_the_same_answer(services: Services) -> None:
    one, other = (ask(services, "riskiest assets") for _ in range(2))
    assert rows(one) == rows(other)
    assert (one.headline, one.notes, one.facts) == (other.headline, other.notes, other.facts)
