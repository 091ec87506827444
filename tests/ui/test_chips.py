"""The chips under an answer open to what they could be; what is picked is the change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.dialogue.choices import Choice, Choices
from core.dialogue.edits import Edit, Ranked, When
from core.semantic.query import Agg, Dimension, Measure, Order, SemanticQuery, TimeWindow
from core.types import Answer, Chip
from core.ui import chips
from tests.ui.fake_answers import answer_to
from tests.ui.fake_services import USERS

PICKED: list[tuple[str, tuple[Edit, ...]]] = []
ASKED: list[str] = []
LAST_MONTH = Choice("Last month", (When(TimeWindow(None, None, phrase="last month")),))
OFFERS = Choices((), (), (), {}, (), (LAST_MONTH,), (), ())
PLAN = SemanticQuery(
    "plant", "plant_obt", measures=(Measure(agg=Agg.AVG, column="vibration_mm_s"),)
)


def answered(plan: SemanticQuery | None) -> Answer:
    found = answer_to("Which pumps vibrated most last week?", USERS["engineer"])
    return replace(found, plan=plan)


def script() -> None:
    from core.ui import chips
    from tests.ui import test_chips as here

    def offers() -> here.Choices:
        here.ASKED.append("offers")
        return here.OFFERS

    def change(called: str, edits: tuple[here.Edit, ...]) -> None:
        here.PICKED.append((called, edits))

    chips.draw(here.answered(here.PLAN), offers, change, key="t")


def page() -> AppTest:
    PICKED.clear()
    ASKED.clear()
    return AppTest.from_function(script, default_timeout=20)


def test_a_closed_chip_computes_no_offers() -> None:
    app = page().run()
    assert not app.exception
    assert ASKED == []
    assert not app.selectbox


def test_an_open_chip_offers_and_the_pick_is_the_change() -> None:
    app = page()
    app.session_state["chip.when.t"] = True
    app.run()
    assert not app.exception
    assert ASKED == ["offers"]
    app.selectbox[0].set_value("Last month").run()
    assert [("When: Last month", LAST_MONTH.edits)] == PICKED


def test_the_chips_of_a_kind_stand_on_one_button_and_what_is_missing_can_be_added() -> None:
    shown = dict(chips._grouped((Chip("where", "A"), Chip("where", "B")), PLAN))
    assert shown == {"where": "A, B", "by": ""}


def test_the_place_of_a_ranking_can_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    ranked = replace(
        PLAN,
        dimensions=(Dimension("asset_id"),),
        order=(Order("measure"),),
        limit=1,
        skip=1,
    )
    monkeypatch.setattr("tests.ui.test_chips.PLAN", ranked)
    app = page()
    app.session_state["chip.top.t"] = True
    app.run()
    assert not app.exception
    assert app.number_input[0].label == "Show the place"
    assert app.number_input[0].value == 2
    app.number_input[0].set_value(3)
    app.button[-2].click().run()
    assert [("Place 3", (Ranked(ranked.order, 1, skip=2),))] == PICKED
