"""Inspect SQL: every state of a statement, and what a press on each button does."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from core.ui import inspector_state as state
from core.ui import runtime
from tests.ui import fake_reports as sql
from tests.ui.conftest import Site
from tests.ui.fake_services import SUGGESTIONS
from tests.ui.test_chat import press, settled, text
from tests.ui.test_signin import run_alone, said


def opened(site: Site, name: str = "engineer") -> AppTest:
    app = site.signed_in(name)
    app.switch_page("../../pages/inspect.py").run()
    assert not app.exception, app.exception
    return app


def paste(app: AppTest, statement: str) -> AppTest:
    app.text_area(key=state.SQL).set_value(statement).run()
    assert not app.exception, app.exception
    return app


def editor(app: AppTest) -> str:
    return str(app.text_area(key=state.SQL).value)


def code(app: AppTest) -> str:
    return "\n".join(str(block.value) for block in app.code)


def tab(app: AppTest, name: str) -> AppTest:
    app.session_state[state.TAB] = name
    app.run()
    assert not app.exception, app.exception
    return app


def is_disabled(app: AppTest, key: str) -> bool:
    return bool(app.button(key=key).disabled)


def test_first_use_offers_questions_and_opens_their_sql(site: Site) -> None:
    app = opened(site)
    assert "before it runs" in text(app)
    assert is_disabled(app, "inspect.run")
    assert site.services.inspected == []
    press(app, SUGGESTIONS[0])
    settled(app)
    assert "plant_id IN ('HAM', 'AUS')" in editor(app)
    assert "PMP-03 vibrated most" in text(app)
    assert "Allowed" in text(app)


def test_later_it_offers_what_the_person_ran(site: Site) -> None:
    site.services.runs += [
        sql.past("engineer", "", sql.GOOD),
        sql.past("engineer", "", sql.GOOD),
        sql.past("engineer", "", sql.REFUSED, status="refused"),
        sql.past("admin", "", sql.STAR),
    ]
    app = opened(site)
    offered = [b for b in app.button if str(b.key).startswith("inspect.example.")]
    assert len(offered) == 1
    offered[0].click().run()
    assert editor(app) == sql.GOOD


def test_what_is_allowed_says_so_with_rules_scope_and_both_texts(site: Site) -> None:
    app = paste(opened(site), sql.GOOD)
    shown = text(app)
    assert "Allowed" in shown
    assert "Mean vibration of each pump" in shown
    assert "Vibration, mean" in shown
    assert "plant_id is AUS, HAM" in shown
    assert "Nothing to remark" in shown
    assert [e.label for e in app.expander if e.label.startswith("Rules")] == [
        "Rules: 14 hold, 2 rewrote it"
    ]
    assert "+ │     plant_id IN ('AUS', 'HAM')" in code(app)
    assert "~ │ FROM (" in code(app)
    assert "cardinality=1204000" in code(app)
    (bar,) = app.get("progress")
    assert bar.value == 1
    assert "1,204,000 rows: 1.2" in bar.proto.text.replace("\\", "")
    assert not is_disabled(app, "inspect.run")


def test_both_texts_stand_in_one_where_that_is_wanted(site: Site) -> None:
    app = paste(opened(site), sql.GOOD)
    app.toggle(key="inspect.in_one").set_value(True).run()
    assert "- │ FROM plant_obt\n+ │ FROM (" in code(app)
    paste(app, sql.STAR)
    assert app.toggle(key="inspect.in_one").value


def test_a_very_long_statement_waits_to_be_opened(site: Site) -> None:
    names = ", ".join(f"'PMP-{n:05d}'" for n in range(990))
    app = paste(opened(site), f"SELECT asset_id FROM plant_obt WHERE asset_id IN ({names})")
    assert "Allowed" in text(app)
    (panes,) = [e for e in app.expander if e.label == "As written, and as run"]
    assert not panes.proto.expanded
    assert "'PMP-00989'" in code(app)


def test_masked_columns_are_named(site: Site) -> None:
    app = paste(opened(site), sql.DATE_OF)
    assert "Masked: plant_obt.operator_name" in text(app)


@pytest.mark.parametrize(
    ("statement", "title", "parts"),
    [
        (sql.REFUSED, "Refused by rule Q4", ["SLEEP(5)", "Allowed: aggregates"]),
        (sql.BROKEN, "Refused by rule Q1", ["line 3, column 4"]),
        ("DROP TABLE plant_obt", "Refused by rule Q2", ["DROP"]),
        ("SELECT 'x" + "y" * 20_000, "Refused by rule Q1", ["longer than 16 KB"]),
    ],
    ids=["function", "parse", "drop", "too long"],
)
def test_what_is_refused_says_the_rule_the_place_and_the_way_on(
    site: Site, statement: str, title: str, parts: list[str]
) -> None:
    app = paste(opened(site), statement)
    shown = text(app)
    assert title in shown
    for part in parts:
        assert part in shown
    assert "Nothing was read" in shown
    assert is_disabled(app, "inspect.run")
    assert not app.get("progress")
    assert site.services.ran == []


def test_without_a_figure_it_is_not_run_and_says_so(site: Site) -> None:
    app = paste(opened(site), sql.SILENT)
    assert "Cost not known" in text(app)
    assert "how many rows of alarm_events" in text(app)
    assert is_disabled(app, "inspect.run")
    assert not app.get("progress")


def test_over_the_budget_it_is_not_run_and_says_what_would_fit(site: Site) -> None:
    app = paste(opened(site), sql.OVER)
    assert "Over budget" in text(app)
    assert "at most 12 days" in text(app)
    assert "2.4 times your budget of 100,000,000" in app.get("progress")[0].proto.text
    assert is_disabled(app, "inspect.run")
    (bar,) = app.get("progress")
    assert bar.value == 100


def test_a_store_that_says_no_plan_leaves_the_rest(site: Site) -> None:
    app = paste(opened(site), sql.NO_PLAN)
    assert "did not say what it would read" in text(app)
    assert "Allowed" in text(app)
    assert not is_disabled(app, "inspect.run")


def test_a_store_that_is_down_is_said_and_tried_again(site: Site) -> None:
    app = paste(opened(site), sql.DOWN)
    assert "Not checked" in text(app)
    assert "cannot be reached" in text(app)
    assert editor(app) == sql.DOWN
    before = len(site.services.inspected)
    press(app, "Check again")
    assert len(site.services.inspected) > before


def test_a_finding_is_applied_and_undone(site: Site) -> None:
    app = paste(opened(site), sql.DATE_OF)
    shown = text(app)
    assert shown.count("Warning") == 2
    assert "hides the partition column" in shown
    press(app, "Apply")
    assert "WHERE event_date = '2026-06-22'" in editor(app)
    assert "Applied: Compare event_date itself." in text(app)
    assert "hides the partition column" not in text(app)
    press(app, "Undo")
    assert editor(app) == sql.DATE_OF
    assert is_disabled(app, "inspect.undo_button")


def test_a_fix_for_other_text_is_not_applied(site: Site) -> None:
    app = paste(opened(site), sql.STAR)
    apply = next(b for b in app.button if b.label == "Apply")
    app.text_area(key=state.SQL).set_value(sql.GOOD)
    apply.click().run()
    assert editor(app) == sql.GOOD
    assert "has changed since" in text(app)


def test_format_lays_the_statement_out(site: Site) -> None:
    app = paste(opened(site), "select asset_id from plant_obt where asset_class='pump'")
    press(app, "Format")
    assert editor(app).startswith("SELECT\n  asset_id\nFROM plant_obt")
    assert is_disabled(app, "inspect.format")


def test_a_rerun_does_not_make_the_report_again(site: Site) -> None:
    app = paste(opened(site), sql.GOOD)
    for _ in range(3):
        app.run()
    assert len(site.services.inspected) == 1
    other = paste(opened(site, "admin"), sql.GOOD)
    assert [who for who, _, _ in site.services.inspected] == ["engineer", "admin"]
    assert "plant_id is AUS, HAM, HPH" in text(other)
    press(app, "Inspect")
    assert len(site.services.inspected) == 3


def test_run_shows_the_rows_and_writes_no_thumbs(site: Site) -> None:
    app = press(paste(opened(site), sql.GOOD), "Run")
    assert site.services.ran == [("engineer", sql.GOOD, None)]
    assert {t.label for t in app.tabs} - set(state.TABS) == {
        "Table",
        "SQL",
        "Explanation",
        "Passport",
    }
    assert list(app.dataframe[0].value.columns) == ["asset_id", "avg_vibration_mm_s"]
    assert len(app.get("plotly_chart")) == 1
    assert {b.label for b in app.get("download_button")} == {"CSV", "Excel"}
    assert "Right" not in [b.label for b in app.button]
    press(app, "Run again")
    assert len(site.services.ran) == 2


def test_rows_of_another_text_say_so(site: Site) -> None:
    app = press(paste(opened(site), sql.GOOD), "Run")
    assert "before your last change" not in text(app)
    paste(app, sql.STAR)
    assert "before your last change" in text(app)


def test_a_cut_result_and_an_empty_one(site: Site) -> None:
    app = press(paste(opened(site), sql.MANY), "Run")
    assert "cut at 10,000 rows" in text(app)
    press(paste(app, sql.NONE), "Run")
    assert "No rows match" in text(app)
    assert "gave no rows" in text(app)


def test_stop_stops_a_run(site: Site) -> None:
    app = press(paste(opened(site), sql.SLOW), "Run")
    assert "Reading the data" in text(app)
    press(app, "Stop")
    assert "You stopped this query" in text(app)
    assert site.services.cancelled.wait(1.0)


def test_a_reload_shows_a_run_that_goes_on(site: Site) -> None:
    site.services.delay_s = 1.5
    press(paste(opened(site), sql.SLOW), "Run")
    other = opened(site)
    assert "Reading the data" in text(other)
    assert editor(other) == sql.SLOW
    assert len(site.services.ran) == 1


def test_the_address_of_a_run_shows_its_rows_again_and_a_fresh_visit_none(site: Site) -> None:
    app = press(paste(opened(site), sql.GOOD), "Run")
    named = app.query_params["answer"]
    address = named if isinstance(named, str) else named[0]
    assert address == site.services.runs[-1].answer_id
    fresh = opened(site)
    assert not fresh.dataframe
    assert editor(fresh) in ("", "None")
    fresh.query_params["answer"] = address
    fresh.run()
    assert editor(fresh) == sql.GOOD
    assert fresh.dataframe
    other = opened(site, "admin")
    other.query_params["answer"] = address
    other.run()
    assert editor(other) == sql.GOOD
    assert not other.dataframe


def test_one_person_does_not_see_anothers_run(site: Site) -> None:
    press(paste(opened(site, "admin"), sql.GOOD), "Run")
    app = opened(site, "engineer")
    assert not app.dataframe


# -- who may, and hostile text ---------------------------------------------------------------------


def test_a_role_without_the_page_is_stopped_before_anything_is_read(site: Site) -> None:
    visitor = site.signed_in("viewer")
    assert all("inspect" not in link.page for link in visitor.get("page_link"))
    app = run_alone("inspect", visitor)
    assert "Not for your role" in said(app)
    assert not app.text_area
    assert not app.button
    services = site.services
    assert (services.inspected, services.ran, services.saved) == ([], [], [])


def test_a_button_of_a_page_whose_sign_in_has_ended_does_nothing(site: Site) -> None:
    app = paste(opened(site), sql.GOOD)
    runtime.runtime().accounts.reset("engineer")
    app.button(key="inspect.run").click().run()
    assert site.services.ran == []
    assert "has ended" in said(app)


def test_the_answer_card_leads_here_for_who_has_the_page(site: Site) -> None:
    for name, count in (("engineer", 1), ("viewer", 0)):
        app = site.signed_in(name)
        app.chat_input[0].set_value(SUGGESTIONS[0]).run()
        settled(app)
        found = [link for link in app.get("page_link") if "answer=" in link.proto.query_string]
        assert len(found) == count, name


HOSTILE = (
    "SELECT asset_id AS `<script>alert(1)</script>`, '[x](http://e.invalid) **b** :red[r] $x$' "
    "AS t FROM plant_obt WHERE asset_name = '`_i_` # h <img src=x>'"
)


@pytest.mark.parametrize("statement", [HOSTILE, f"{HOSTILE} AND SLEEP(1)", f"{HOSTILE} (("])
def test_markup_in_sql_is_shown_as_text(site: Site, statement: str) -> None:
    site.services.runs.append(sql.past("engineer", "", statement))
    app = paste(opened(site), statement)
    tab(app, state.HISTORY)
    tab(app, state.INSPECT)
    for element in (*app.markdown, *app.caption):
        live = re.sub(r"\\.", "", str(element.value))
        assert "<script" not in live
        assert "<img" not in live
        assert "](http" not in live
        assert "**b**" not in live
        assert ":red[r]" not in live
    for button in app.button:
        assert "<script" not in re.sub(r"\\.", "", button.label)
