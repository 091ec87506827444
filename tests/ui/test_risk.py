"""The view Risk of the page of thresholds over the real services, in process."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import Unavailable
from core.risk.weights import Weights
from core.semantic.model import RISK_PARTS
from core.services import Services
from tests.ui.test_boards import said
from tests.ui.test_thresholds import labels, opened

MODEL = (35.0, 20.0, 15.0, 15.0, 15.0)


def fields(app: AppTest) -> list[float | None]:
    return [n.value for n in app.number_input if str(n.key).startswith("risk.w.")]


def write(app: AppTest, values: Sequence[float | None]) -> AppTest:
    found = [n for n in app.number_input if str(n.key).startswith("risk.w.")]
    for one, value in zip(found, values, strict=True):
        one.set_value(value)
    app.run()
    assert not app.exception, app.exception
    return app


def reason(app: AppTest, text: str) -> AppTest:
    next(t for t in app.text_input if t.label == "Why").set_value(text)
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def plant(app: AppTest, name: str) -> AppTest:
    app.selectbox(key="risk.plant").set_value(name).run()
    assert not app.exception, app.exception
    return app


def test_it_shows_the_formula_and_todays_ranking(services: Services) -> None:
    app = plant(opened("admin", view="risk"), "HAM")
    text = said(app)
    assert "no probability of a failure" in text
    assert "over the sum of the weights, times 100" in text
    assert "The weights of the data model" in text
    assert fields(app) == list(MODEL)
    assert "Sum 100" in text
    found = services.risk.assess(services.policy.user("admin"))
    keys, scores = found.parts.inputs.keys, found.scores
    own = [int(at) for at in scores.order if keys[int(at)][0] == "HAM"]
    table = app.dataframe[0].value
    assert list(table["Asset"]) == [keys[at][1] for at in own]
    assert list(table["Score"]) == [int(scores.score[at]) for at in own]
    assert list(table.columns[3:]) == [
        "Limits", "Trend", "Alarm load", "Maintenance debt", "Criticality",
    ]  # fmt: skip
    assert "has the highest risk score of 24 assets" in text
    assert "Nobody has changed the weights of this plant" in text


@pytest.mark.thorough
def test_other_weights_are_tried_saved_with_a_reason_and_taken_back(services: Services) -> None:
    app = plant(opened("admin", view="risk"), "HAM")
    assert app.button(key="risk.save").disabled
    write(app, (0, 0, 0, 0, 5))
    text = said(app)
    assert "change their place" in text
    table = app.dataframe[0].value
    assert {"Moves", "Before"} <= set(table.columns)
    assert list(table["Criticality"]) == list(table["Score"])
    assert services.risk.weights(services.policy.user("admin"))["HAM"].version == 0
    press(app, "risk.save")
    assert "Say why" in said(app)
    assert fields(app) == [0, 0, 0, 0, 5]
    press(reason(app, "critical ones first"), "risk.save")
    text = said(app)
    assert "these weights count from now on" in text
    assert "Own weights, version 1" in text
    assert "critical ones first" in text
    assert "Moves" not in app.dataframe[0].value.columns
    press(app, "risk.inherit")
    assert fields(app) == list(MODEL)
    press(app, "risk.save")
    text = said(app)
    assert "The weights of the data model" in text
    assert "Version 2" in text
    press(app, "risk.back.1")
    assert fields(app) == [0, 0, 0, 0, 5]
    press(app, "risk.discard")
    assert fields(app) == list(MODEL)
    assert services.risk.weights(services.policy.user("admin"))["HAM"].version == 2


@pytest.mark.parametrize(
    ("values", "told"),
    [
        pytest.param(
            (-1, 20, 15, 15, 15),
            "A weight is a number from 0 to 100.",
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            (101, 20, 15, 15, 15),
            "A weight is a number from 0 to 100.",
            marks=pytest.mark.thorough,
        ),
        ((0, 0, 0, 0, 0), "At least one part must weigh more than 0."),
        pytest.param((None, 20, 15, 15, 15), "This is no number.", marks=pytest.mark.thorough),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    services: Services, values: Sequence[float | None], told: str
) -> None:
    app = plant(opened("admin", view="risk"), "HAM")
    write(app, values)
    assert any(":red[" in m.value and told in m.value.replace("\\", "") for m in app.markdown)
    assert app.button(key="risk.save").disabled
    assert "this is the ranking as it counts" in said(app)
    assert "Moves" not in app.dataframe[0].value.columns


def test_who_may_write_proposes_and_who_may_publish_approves(services: Services) -> None:
    app = plant(opened("engineer", view="risk"), "HAM")
    assert "Propose" in labels(app)
    write(app, (1, 1, 1, 1, 1))
    press(reason(app, "all the same"), "risk.save")
    text = said(app)
    assert "Waits for approval" in text
    assert "Approve" not in labels(app)
    assert "Take it back" in labels(app)
    other = plant(opened("admin", view="risk"), "HAM")
    assert "all the same" in said(other)
    assert "Moves" in other.dataframe[0].value.columns
    press(other, "risk.approve")
    assert "Own weights, version 1" in said(other)
    assert "by engineer, approved by admin" in said(other)
    assert services.risk.weights(services.policy.user("admin"))["HAM"].weights == Weights(
        1, 1, 1, 1, 1
    )


@pytest.mark.parametrize(("last", "saved"), [(7.0, True), (101.0, False)])
def test_a_weight_typed_last_comes_with_the_press(
    services: Services, last: float, saved: bool
) -> None:
    """A field sends its number as it is left, with the press that leaves it: both are one run."""
    app = plant(opened("admin", view="risk"), "HAM")
    write(app, (1, 1, 1, 1, 1))
    reason(app, "costs").run()
    [n for n in app.number_input if str(n.key).startswith("risk.w.")][4].set_value(last)
    press(app, "risk.save")
    counts = services.risk.weights(services.policy.user("admin"))["HAM"]
    assert counts.weights == (Weights(1, 1, 1, 1, last) if saved else None)
    if not saved:
        assert "A weight is a number from 0 to 100" in said(app)


def test_with_four_eyes_nobody_approves_their_own(services: Services) -> None:
    services.risk.four_eyes = True
    app = plant(opened("admin", view="risk"), "HAM")
    write(app, (1, 1, 1, 1, 1))
    press(reason(app, "even"), "risk.save")
    text = said(app)
    assert "Somebody else than its author has to approve it." in text
    assert "Approve" not in labels(app)
    press(app, "risk.dismiss")
    assert "Proposed and taken back" in said(app)
    assert fields(app) == list(MODEL)


def test_who_may_look_sees_the_ranking_of_their_own_plants(services: Services) -> None:
    app = opened("viewer", view="risk")
    assert app.selectbox(key="risk.plant").options == ["HPH"]
    assert fields(app) == []
    assert {"Save", "Propose"}.isdisjoint(labels(app))
    assert "look at the weights and not change them" in said(app)
    assert len(app.dataframe[0].value) == 24


def test_somebody_quicker_is_told_and_what_was_typed_stays(services: Services) -> None:
    app = plant(opened("admin", view="risk"), "HAM")
    write(app, (1, 2, 3, 4, 5))
    admin = services.policy.user("admin")
    services.risk.save("AUS", Weights(1, 1, 1, 1, 1), admin, seen=0, note="elsewhere")
    services.risk.propose("HAM", Weights(5, 1, 1, 1, 1), admin, seen=0, note="quicker")
    press(reason(app, "mine"), "risk.save")
    assert "waits for approval" in said(app)


def test_a_store_that_is_away_is_told(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise Unavailable("The data cannot be read now.")

    monkeypatch.setattr(services.risk, "assess", away)
    app = opened("admin", view="risk")
    assert "The data cannot be read now." in said(app)
    assert "Not available" in said(app)


def test_each_part_is_explained(services: Services) -> None:
    text = said(opened("admin", view="risk"))
    assert len(RISK_PARTS) == 5
    for word in ("near its limit", "next 28 days", "activations a day", "open orders", "ranks its"):
        assert word in text
