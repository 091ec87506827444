"""Conversations that go on from an answer about the risk score, in three languages."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from core.risk.assessment import index_of
from core.services import Services
from core.types import Answer

HAMBURG = {"plant_name": ("Hamburg",)}
LINE = {**HAMBURG, "line_name": ("Line 2",)}
AUSTIN = {"line_name": ("Line 2",), "plant_name": ("Austin",)}


class Talk:
    """One conversation of one person."""

    def __init__(self, services: Services, user: str = "admin") -> None:
        self.services, self.user = services, services.policy.user(user)
        self.session = uuid.uuid4().hex

    def say(self, text: str) -> Answer:
        return self.services.answer(text, self.user, session=self.session, is_kept=False)


def where(answer: Answer) -> dict[str, tuple[str, ...]]:
    assert answer.beside is not None, answer.message
    return dict(answer.beside.asked.where)


def assets(answer: Answer) -> list[str]:
    assert answer.beside is not None, answer.message
    return [name for _scope, name in answer.beside.shown]


def table(answer: Answer) -> list[dict[str, Any]]:
    assert answer.result is not None, answer.message
    return answer.result.table.to_pylist()


#: Of each language: the ranking, only Line 2, top 5, in Austin, why of the second, back, why, the
#: pumps, as a table, as a chart, compared with Austin, last week.
TALKS = {
    "en": ("riskiest assets in Hamburg", "only Line 2", "top 5", "and in Austin?",
           "why is the second one so high?", "go back", "why?", "the pumps", "as a table",
           "as a chart", "compare with Austin", "last week"),
    "de": ("risikoreichste Anlagen in Hamburg", "nur Linie 2", "die ersten 5", "und in Austin?",
           "warum ist die zweite so hoch?", "zurück", "warum?", "die Pumpen", "als Tabelle",
           "als Diagramm", "vergleiche mit Austin", "letzte Woche"),
    "vi": ("thiết bị rủi ro nhất ở Hamburg", "chỉ Line 2", "top 5", "còn ở Austin?",
           "tại sao cái thứ hai cao vậy?", "quay lại", "tại sao?", "các máy bơm", "dạng bảng",
           "dạng biểu đồ", "so với Austin", "tuần trước"),
}  # fmt: skip


@pytest.mark.parametrize("language", TALKS)
def test_follow_ups_change_the_question(services: Services, language: str) -> None:
    (
        first, line, top, austin, second, back, why, pumps, as_table, as_chart, compared, past,
    ) = TALKS[language]  # fmt: skip
    talk = Talk(services)
    assert where(talk.say(first)) == HAMBURG
    assert where(talk.say(line)) == LINE
    five = talk.say(top)
    assert len(assets(five)) == 5
    there = talk.say(austin)
    assert where(there) == AUSTIN
    assert len(assets(there)) == 5
    score = table(there)[1]["score"]
    made = talk.say(second)
    assert assets(made) == [assets(there)[1]]
    assert sum(row["points"] for row in table(made)) == score
    again = talk.say(back)
    assert (where(again), assets(again)) == (where(there), assets(there))
    assert assets(talk.say(why)) == assets(there)[:1]
    assert assets(talk.say(back)) == assets(there)
    few = talk.say(pumps)
    assert where(few) == {**AUSTIN, "asset_class": ("pump",)}
    drawn = talk.say(as_table)
    assert (drawn.source, drawn.chart and drawn.chart.type) == ("cache", "table")
    assert table(drawn) == table(few)
    drawn = talk.say(as_chart)
    assert (drawn.source, drawn.chart and drawn.chart.type) == ("cache", "stacked_bar")
    talk = Talk(services)
    ranking = talk.say(first)
    both = talk.say(compared)
    assert where(both) == {"plant_name": ("Hamburg", "Austin")}
    found = {row["place"]: row for row in table(both)}
    assert found.keys() == {"Hamburg", "Austin"}
    assert found["Hamburg"]["asset"] == assets(ranking)[0]
    assert found["Hamburg"]["highest"] == table(ranking)[0]["score"]
    refused = talk.say(past)
    assert (refused.status, refused.result) == ("clarify", None)
    assert "AUS" not in refused.message


def test_means_of_places_are_those_of_their_assets(services: Services) -> None:
    talk = Talk(services)
    talk.say("riskiest assets in Hamburg")
    rows = {row["place"]: row for row in table(talk.say("compare with Austin"))}
    found = services.risk.assess(talk.user)
    for scope, name in (("HAM", "Hamburg"), ("AUS", "Austin")):
        own = [at for key, at in index_of(found.parts).items() if key[0] == scope]
        assert rows[name]["assets"] == len(own)
        mean = found.scores.points[own].sum(axis=1).mean()
        assert rows[name]["score"] == pytest.approx(mean)
    assert talk.say("why?").status == "clarify"
    assert where(talk.say("only Hamburg")) == HAMBURG


def test_a_figure_of_it_is_a_question_of_its_own(services: Services) -> None:
    talk = Talk(services)
    ranking = talk.say("riskiest assets in Hamburg")
    asked = talk.say("show the vibration of it")
    assert asked.status == "clarify"
    assert asked.clarification is not None
    assert [o.label for o in asked.clarification.options] == assets(ranking)[:3]
    picked = talk.say(asked.clarification.options[1].question)
    assert picked.plan is not None
    assert {f.column: f.values for f in picked.plan.filters}["asset_id"] == (assets(ranking)[1],)
    assert assets(talk.say("go back")) == assets(ranking)
    talk.say("why?")
    figure = talk.say("show the vibration of it")
    assert figure.plan is not None
    assert {f.column: f.values for f in figure.plan.filters} == {
        "plant_id": ("HAM",), "asset_id": (assets(ranking)[0],),
    }  # fmt: skip
    assert [m.column for m in figure.plan.measures] == ["vibration_mm_s"]
    week = talk.say("last week by shift")
    assert week.plan is not None
    assert week.plan.time is not None
    assert assets(talk.say("and its risk?")) == assets(ranking)[:1]


def test_figures_of_several_are_of_them_alone(services: Services) -> None:
    talk = Talk(services)
    shown = assets(talk.say("top 3 riskiest pumps in Hamburg"))
    figures = talk.say("their vibration")
    assert sorted(row["asset_id"] for row in table(figures)) == sorted(shown)


def test_the_risk_of_what_was_asked_about(services: Services) -> None:
    talk = Talk(services)
    talk.say("mean temperature of PMP-04 last week")
    assert assets(talk.say("and its risk?")) == ["PMP-04"]
    by_pump = talk.say("mean vibration by pump in Hamburg last week")
    first = table(by_pump)[0]["asset_id"]
    assert assets(talk.say("how risky is the first one")) == [first]
    talk.say("scrap rate by shift last week")
    assert talk.say("what is its risk").status == "clarify"


@pytest.mark.parametrize(
    "text",
    ["last week", "yesterday", "by line", "per shift", "above 50", "without PMP-03", "average",
     "mean temperature", "only the bad readings", "why did it rise", "why last week",
     "why are the pumps so high", "compare the lines", "compare with last week", "who did it",
     "in bar", "since May", "the blue ones", "sort by vibration", "exclude Hamburg"],
)  # fmt: skip
def test_what_is_no_part_of_it_is_asked_back(services: Services, text: str) -> None:
    talk = Talk(services)
    ranking = talk.say("riskiest assets in Hamburg")
    asked = talk.say(text)
    assert asked.status in ("clarify", "refused"), asked.headline
    assert asked.message
    assert asked.result is None
    assert assets(talk.say("top 10")) == assets(ranking)


@pytest.mark.parametrize(
    "text", ["top 3", "the other way round", "and in Austin?", "compare with Austin", "last week"]
)
def test_of_one_asset_nothing_is_ranked(services: Services, text: str) -> None:
    talk = Talk(services)
    talk.say("why is the risk of PMP-03 so high")
    assert talk.say(text).status == "clarify"
    assert assets(talk.say("PMP-04")) == ["PMP-04"]


def test_more_follow_ups(services: Services) -> None:
    talk = Talk(services)
    pumps = assets(talk.say("riskiest pumps in Hamburg"))
    assert assets(talk.say("the other way round")) == pumps[::-1]
    assert assets(talk.say("the lowest")) == pumps[-1:]
    assert assets(talk.say("only PMP-03")) == ["PMP-03"]
    assert where(talk.say("riskiest pumps in Hamburg"))
    assert set(where(talk.say("also the compressors"))["asset_class"]) == {"pump", "compressor"}
    kept = talk.say("only the second one")
    assert len(assets(kept)) == 1
    assert any("not 99" in note for note in talk.say("why is it at 99?").notes)
    assert any("not kept" in note for note in talk.say("why?").notes)


def test_nobody_sees_more_by_going_on(services: Services) -> None:
    talk = Talk(services, "viewer")
    talk.say("riskiest assets")
    outside = talk.say("and in Hamburg?")
    assert outside.empty == "out_of_scope"
    assert outside.result is None
    pumps = talk.say("only pumps").beside
    assert pumps is not None
    assert {scope for scope, _name in pumps.shown} == {"HPH"}
    assert talk.say("why PMP-03?").empty == "out_of_scope"


def test_a_place_beside_what_is_pointed_to_is_not_passed_over(services: Services) -> None:
    talk = Talk(services)
    shown = assets(talk.say("riskiest assets in Hamburg"))
    for text in ("why is the second one in Austin so high?", "risk of the second one in Austin"):
        answer = talk.say(text)
        assert answer.result is None, answer.headline
    assert assets(talk.say("riskiest assets in Hamburg")) == shown
    assert assets(talk.say("risk of the second one in Hamburg")) == [shown[1]]


def test_another_question_is_a_new_one(services: Services) -> None:
    talk = Talk(services)
    talk.say("riskiest assets in Hamburg")
    other = talk.say("downtime in Austin last week")
    assert other.plan is not None
    assert other.intent == "NEW_QUERY"
    assert talk.say("delete the pumps").result is None
    assert where(talk.say("go back")) == HAMBURG
