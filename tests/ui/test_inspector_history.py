"""Inspect SQL: what was run before, the address of an answer, and questions for the corpus."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.inspection.layout import pretty
from core.ui import inspector_history
from core.ui import inspector_state as state
from tests.ui import fake_reports as sql
from tests.ui.conftest import Site
from tests.ui.test_chat import press, text
from tests.ui.test_inspector import editor, opened, paste, tab


def test_the_history_is_empty_then_one_then_many(site: Site) -> None:
    app = tab(opened(site), state.HISTORY)
    assert "Nothing here yet" in text(app)
    site.services.runs.append(sql.past("engineer", "Which pumps vibrated most?", sql.GOOD))
    app.run()
    assert "8 rows · 0.21 s · read 1,204,000" in text(app)
    site.services.runs += [sql.past("engineer", "", f"SELECT {n}") for n in range(499)]
    began = time.monotonic()
    app.run()
    assert time.monotonic() - began < 3
    assert len(rows(app)) == 25
    press(app, "Show more of 500")
    assert len(rows(app)) == 50
    app.text_input(key="inspect.find").set_value("pumps").run()
    (row,) = rows(app)
    row.click().run()
    assert not app.exception
    assert editor(app) == pretty(sql.GOOD)
    assert "Allowed" in text(app)


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("SELECT\n  1", "SELECT 1"),
        ("", "Nothing was run"),
        ("SELECT " + "a, " * 60, "SELECT " + "a, " * 33 + "a, …"),
        ("SELECT '" + "x" * 300, "SELECT '" + "x" * 102 + " …"),
    ],
)
def test_a_query_without_a_question_is_called_by_how_it_begins(statement: str, shown: str) -> None:
    assert inspector_history.title(sql.past("engineer", "", statement)) == shown


def rows(app: AppTest) -> list[object]:
    return [b for b in app.button if str(b.key).startswith("inspect.open.")]


def test_only_who_administers_sees_everyones(site: Site) -> None:
    site.services.runs += [
        sql.past("engineer", "", sql.GOOD),
        sql.past("admin", "", sql.STAR),
    ]
    app = tab(opened(site, "engineer"), state.HISTORY)
    assert not app.toggle
    assert len(rows(app)) == 1
    app = tab(opened(site, "admin"), state.HISTORY)
    assert len(rows(app)) == 1
    app.toggle(key="inspect.everyone").set_value(True).run()
    assert len(rows(app)) == 2
    assert "engineer" in text(app)


# -- the address -----------------------------------------------------------------------------------


def test_the_address_opens_the_sql_of_an_answer_once(site: Site) -> None:
    run = sql.past("engineer", "", sql.GOOD)
    site.services.runs.append(run)
    app = site.signed_in()
    app.query_params["answer"] = run.answer_id
    app.switch_page("../../pages/inspect.py")
    app.query_params["answer"] = run.answer_id
    app.run()
    assert not app.exception
    assert editor(app) == sql.GOOD
    paste(app, sql.STAR)
    app.run()
    assert editor(app) == sql.STAR


def test_the_address_of_somebody_elses_answer_opens_nothing(site: Site) -> None:
    run = sql.past("admin", "Which pumps?", sql.GOOD)
    site.services.runs.append(run)
    app = opened(site, "engineer")
    app.query_params["answer"] = run.answer_id
    app.run()
    assert editor(app) in ("", "None")
    assert "not yours" in text(app)


def test_an_answer_of_other_data_chooses_that_data(site: Site) -> None:
    site.services.models = ("plant", "steel")
    run = replace(sql.past("engineer", "", sql.GOOD), model="steel")
    site.services.runs.append(run)
    app = opened(site)
    app.query_params["answer"] = run.answer_id
    app.run()
    assert app.selectbox[0].value == "steel"
    assert site.services.inspected[-1] == ("engineer", sql.GOOD, "steel")


# -- questions for the corpus ----------------------------------------------------------------------


def save(app: AppTest, question: str) -> AppTest:
    app.session_state["inspect.save"] = True
    app.run()
    app.text_input(key="inspect.question").set_value(question)
    return press(app, "Save")


def test_a_statement_is_saved_as_a_candidate_and_opens_again(site: Site) -> None:
    app = save(paste(opened(site), sql.GOOD), "Which pumps  shake?")
    (kept,) = site.services.saved
    assert (kept.question, kept.sql, kept.author) == ("Which pumps shake?", sql.GOOD, "engineer")
    assert "is a candidate and waits" in text(app)
    paste(app, sql.STAR)
    tab(app, state.SAVED)
    assert "awaits review" in text(app)
    press(app, "Which pumps shake?")
    assert editor(app) == sql.GOOD


def test_nothing_is_saved_without_a_question_or_for_refused_sql(site: Site) -> None:
    app = save(paste(opened(site), sql.GOOD), "  ")
    assert "Write the question" in text(app)
    assert site.services.saved == []
    paste(app, sql.REFUSED)
    assert "inspect.save" not in {str(b.key) for b in app.get("popover")}
    assert "Save" not in [b.label for b in app.button]


def test_nothing_saved_says_what_to_do(site: Site) -> None:
    assert "Nothing saved yet" in text(tab(opened(site), state.SAVED))
