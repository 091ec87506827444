"""The page of thresholds over the real services, in process."""

from __future__ import annotations

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from core.services import Services
from core.threshold_desk.bench import Bench
from core.thresholds.acts import ref
from core.thresholds.record import Scope, Threshold
from tests.ui.conftest import PASSWORDS, SHELL
from tests.ui.test_boards import said

PUMPS = Scope((("asset_class", "pump"),))
HAMBURG_PUMPS = Scope((("asset_class", "pump"), ("plant_id", "HAM")))


def bench(services: Services, name: str = "admin") -> Bench:
    return services.thresholds.bench(services.policy.user(name))


def published(services: Services, scope: Scope = PUMPS, high: float = 5.1) -> Threshold:
    at = bench(services)
    blank = dataclasses.replace(at.blank(scope, "vibration_mm_s"), high=high, unit="mm/s")
    (draft,) = at.save(blank)
    assert draft.after is not None
    (change,) = at.publish([ref(draft.after)])
    assert change.after is not None
    return change.after


def opened(name: str, threshold: str = "", view: str = "limits") -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=60).run()
    app.text_input[0].set_value(name)
    app.text_input[1].set_value(PASSWORDS[name])
    app.button[0].click().run()
    if threshold:
        app.query_params["t"] = threshold
    app.switch_page("../../pages/thresholds.py").run()
    assert not app.exception, app.exception
    if view != "limits":
        app.session_state["thresholds.view"] = view
        app.run()
        assert not app.exception, app.exception
    return app


def labels(app: AppTest) -> list[str]:
    return [button.label.replace("\\", "") for button in app.button]


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def test_the_page_says_what_alerts_are_and_shows_ones_own_plants(services: Services) -> None:
    app = opened("engineer")
    text = said(app)
    assert "never safety or control alarms" in text
    tree = [label for label in labels(app) if label.startswith(("AUS", "HAM", "HPH"))]
    assert len(tree) == 2
    assert "All your plants 48 assets" in text.replace(":gray[:small[", "").replace("]]", "")


def test_the_tree_opens_down_to_an_asset(services: Services) -> None:
    app = opened("engineer")
    press(app, "thresholds.at.plant_id=HAM")
    press(app, "thresholds.at.plant_id=HAM.line_name=Line 1")
    leaf = next(b for b in app.button if str(b.key).count("=") == 3)
    asset = str(leaf.key).rsplit("=", 1)[1]
    leaf.click().run()
    assert not app.exception
    assert f"HAM, Line 1, {asset}" in said(app)


def test_a_link_opens_a_threshold_with_its_trial(services: Services) -> None:
    one = published(services)
    app = opened("admin", one.id)
    text = said(app)
    assert "Vibration: above 5.1 mm/s" in text
    assert "In force (version 1): " in text
    assert "in 28 days" in text
    assert "Here it counts for" in text


def test_what_is_hidden_is_named(services: Services) -> None:
    published(services)
    near = published(services, HAMBURG_PUMPS, 4.0)
    assert "hides: pump: above 5.1 mm/s" in said(opened("engineer", near.id))


def test_a_threshold_of_other_plants_is_looked_at_and_not_changed(services: Services) -> None:
    one = published(services)
    app = opened("engineer", one.id)
    assert "It holds for plants that are not yours" in said(app)
    assert "Keep as draft" not in labels(app)
    viewer = opened("viewer", published(services, HAMBURG_PUMPS).id)
    assert "This threshold is not there, or not for your plants" in said(viewer)
    assert "New threshold" not in labels(viewer)


@pytest.mark.thorough
def test_an_edit_is_kept_as_a_draft_and_compared(services: Services) -> None:
    one = published(services)
    app = opened("admin", one.id)
    field = next(n for n in app.number_input if n.label == "High limit")
    field.set_value(2.0)
    next(b for b in app.button if b.label == "Keep as draft").click().run()
    assert not app.exception, app.exception
    text = said(app)
    assert "Kept as a draft" in text
    assert "Draft (version 2): " in text
    newest = bench(services).get(one.id).newest
    assert (newest.version, newest.high, newest.status) == (2, 2.0, "draft")
    press(app, "thresholds.act.published")
    assert bench(services).get(one.id).newest.status == "published"


def test_what_is_wrong_stands_at_its_field_and_is_kept_as_it_is(services: Services) -> None:
    one = published(services)
    app = opened("admin", one.id)
    next(t for t in app.text_input if t.label == "Unit").set_value("bar")
    next(b for b in app.button if b.label == "Keep as draft").click().run()
    assert not app.exception, app.exception
    assert bench(services).get(one.id).newest.unit == "bar"
    assert "Not tried" in said(app)
    assert any(":red[" in m.value and "bar" in m.value for m in app.markdown)


def test_another_threshold_is_written_for_the_place_that_is_chosen(services: Services) -> None:
    app = opened("engineer")
    press(app, "thresholds.at.plant_id=HAM")
    press(app, "thresholds.new")
    next(s for s in app.selectbox if s.label == "Kind").set_value("low").run()
    assert not app.exception, app.exception
    assert "High limit" not in [n.label for n in app.number_input]
    next(n for n in app.number_input if n.label == "Low limit").set_value(5.0)
    next(b for b in app.button if b.label == "Keep as draft").click().run()
    assert not app.exception, app.exception
    (draft,) = bench(services, "engineer").drafts()
    assert draft.newest.scope == Scope((("plant_id", "HAM"),))
    assert (draft.newest.kind, draft.newest.low, draft.newest.high) == ("low", 5.0, None)


@pytest.mark.thorough
def test_the_place_can_be_chosen_level_by_level(services: Services) -> None:
    app = opened("admin")
    press(app, "thresholds.new")

    def level(name: str) -> Selectbox:
        return next(s for s in app.selectbox if s.label == name)

    level("Asset class").set_value("pump").run()
    lines = {*level("Line").options}
    level("Plant code").set_value("HAM").run()
    assert not app.exception, app.exception
    assert level("Line").options[0] == "All"
    assert {*level("Line").options} <= lines
    next(n for n in app.number_input if n.label == "High limit").set_value(60.0)
    next(b for b in app.button if b.label == "Keep as draft").click().run()
    assert not app.exception, app.exception
    (draft,) = bench(services).drafts(HAMBURG_PUMPS)
    assert draft.newest.scope == HAMBURG_PUMPS
    level("Plant code").set_value("").run()
    next(b for b in app.button if b.label == "Keep as draft").click().run()
    (draft,) = bench(services).drafts(HAMBURG_PUMPS)
    assert draft.newest.scope == PUMPS


def test_the_curve_is_of_an_asset_that_has_the_measure(services: Services) -> None:
    app = opened("engineer")
    curve = next(s for s in app.selectbox if s.label == "Curve of")
    curve.set_value("oee").run()
    assert not app.exception, app.exception
    (asset,) = [s for s in app.selectbox if s.label == "Asset"]
    assert 0 < len(asset.options) < len(bench(services, "engineer").assets())
    assert "No readings" not in said(app)
    assert app.get("plotly_chart")


@pytest.mark.thorough
def test_a_suggestion_is_taken_into_the_fields_with_its_source(services: Services) -> None:
    one = published(services)
    app = opened("admin", one.id)
    app.session_state["thresholds.part"] = "suggest"
    app.run()
    press(app, "thresholds.suggest")
    text = said(app)
    assert "Mean and 3 sigmas" in text
    assert "of the baseline's readings lie beyond" in text
    press(app, "thresholds.take.1")
    next(b for b in app.button if b.label == "Keep as draft").click().run()
    assert not app.exception, app.exception
    newest = bench(services).get(one.id).newest
    assert newest.version == 2
    assert newest.source.standard == "99.9 % of readings"


@pytest.mark.thorough
def test_versions_can_be_gone_back_to(services: Services) -> None:
    one = published(services)
    at = bench(services)
    (change,) = at.save(dataclasses.replace(one, high=4.5))
    assert change.after is not None
    at.publish([ref(change.after)])
    app = opened("admin", one.id)
    app.session_state["thresholds.part"] = "versions"
    app.run()
    assert "High limit: 5.1 mm/s → 4.5 mm/s" in said(app)
    press(app, "thresholds.back.1")
    assert bench(services).get(one.id).newest.high == 5.1


def test_sets_are_added_and_files_are_checked_row_by_row(services: Services) -> None:
    app = opened("admin", view="files")
    press(app, "thresholds.install.vibration")
    assert len(bench(services).drafts()) == 6
    file = b"measure,kind,asset_class,high\nvibration_mm_s,high,press,9\nnonsense,high,pump,9\n"
    app.file_uploader(key="thresholds.file").upload("some.csv", file, "text/csv").run()
    assert not app.exception, app.exception
    text = said(app)
    assert "1 row can be taken, 1 is wrong" in text
    press(app, "thresholds.import")
    assert len(bench(services).drafts()) == 7


def test_the_load_is_held_against_the_figures(services: Services) -> None:
    one = published(services, high=2.0)
    app = opened("admin", one.id)
    app.session_state["thresholds.load"] = True
    app.run()
    tables = "\n".join(table.value.to_string() for table in app.table).replace("\\", "")
    assert "Worst shift" in tables
    assert "at most 48, maximum 96" in tables


def test_an_ended_sign_in_does_nothing_more(services: Services) -> None:
    one = published(services)
    app = opened("admin", one.id)
    next(n for n in app.number_input if n.label == "High limit").set_value(1.0)
    role = dataclasses.replace(services.policy.roles["admin"], pages=("ask",))
    narrow = dataclasses.replace(services.policy, roles={**services.policy.roles, "admin": role})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "policy", narrow)
        next(b for b in app.button if b.label == "Keep as draft").click().run()
    assert bench(services).get(one.id).newest.version == 1


def test_a_model_that_is_not_watched_says_so(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(services.thresholds), "is_watched", lambda self, user, model: False)
    assert "No thresholds on these data" in said(opened("engineer"))


def test_a_figure_of_each_line_is_written_tried_and_published_on_the_page(
    services: Services,
) -> None:
    at = bench(services)
    line = Scope((("plant_id", "HAM"), ("line_name", "Line 1")))
    blank = dataclasses.replace(
        at.blank(line, "oee"), kind="low", low=60.0, unit="%", per="line_name"
    )
    (draft,) = at.save(blank)
    assert draft.after is not None
    app = opened("admin", draft.after.id)
    assert "needs a window" in said(app)
    box = next(b for b in app.selectbox if b.label == "Figure of")
    assert "each Line as a whole" in box.options
    assert box.value == "line_name"
    app.number_input(key=next(
        n.key for n in app.number_input if str(n.key).endswith(".window_min")
    )).set_value(480)  # fmt: skip
    next(b for b in app.button if b.label == "Keep as draft").click().run()
    assert not app.exception
    text = said(app).replace("\\", "")
    assert "OEE, each Line as a whole: below 60 %" in text
    assert "over 480 min" in text
    assert "HAM/Line 1" in [option.split(" · ")[0] for option in next(
        b for b in app.selectbox if b.label == "Place"
    ).options]  # fmt: skip
    (chart,) = app.get("plotly_chart")
    assert "Low 60 %" in str(chart.proto)
    current = at.get(draft.after.id)
    (change,) = at.publish([ref(current.newest)])
    assert change.after is not None
    assert (change.after.per, change.after.window_min) == ("line_name", 480)
    at.retire([ref(change.after)])
