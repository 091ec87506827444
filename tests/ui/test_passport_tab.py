"""The passport of an answer on the page, and what running it again found."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import Unavailable
from core.ui import guard
from tests.ui.conftest import Site
from tests.ui.test_chat import ask, press, text
from tests.ui.test_model_answers import turn_of

PUMPS = "Which pumps vibrated most last week?"
DAILY = "Daily OEE per plant in June"


def opened(site: Site, question: str = PUMPS) -> AppTest:
    """The answer with its tab open."""
    app = ask(site.signed_in(), question)
    app.session_state[f"tabs.{turn_of(app, 'again')}"] = "Passport"
    app.run()
    assert not app.exception
    return app


def test_it_says_what_the_answer_was_made_from(site: Site) -> None:
    app = opened(site)
    made_from = [tuple(row) for row in app.table[-1].value.to_numpy().tolist()]
    for part in (
        ("Asked", "by engineer on 1 Jul 2026 06\\:12\\:30 UTC"),
        ("Made by", "the built\\-in question parser"),
        ("Plants", "HAM, AUS"),
        ("Masked", "plant\\_obt\\.operator\\_name"),
        ("Hash of the rows", "6befbe5e6cce"),
        ("Corpus", "version 12"),
    ):
        assert part in made_from, part
    (kept,) = site.services.passports._kept.values()
    assert kept.id in [c.value for c in app.code]
    assert site.services.passports.runs == []


def test_it_is_not_looked_up_before_its_tab_is_opened(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(site.services, "passport", lambda *a: asked.append(a))
    ask(site.signed_in(), PUMPS)
    assert asked == []


def test_the_same_rows(site: Site) -> None:
    app = press(opened(site), "Run again and compare")
    shown = text(app)
    assert "The same rows." in shown
    assert "Nothing else has changed since then" in shown
    assert "8 rows now · run under your own rights" in shown
    assert len(site.services.passports.runs) == 1
    app.run()
    assert "The same rows." in text(app)
    assert len(site.services.passports.runs) == 1, "a redraw is no run"
    press(app, "Run again and compare")
    assert len(site.services.passports.runs) == 2


def test_rows_that_differ_are_shown_by_their_key_as_text(site: Site) -> None:
    app = press(opened(site, DAILY), "Run again and compare")
    shown = text(app)
    assert "The rows differ." in shown
    assert "Rows: 17 changed, 1 new, 1 gone; the first 4 are shown" in shown
    differing, changes = (t.value for t in app.table[-3:-1])
    assert list(differing.columns) == ["Plant, Asset", "Figure", "Then", "Now"]
    cells = [[str(c).replace("\\", "") for c in row] for row in differing.to_numpy().tolist()]
    assert cells[0] == ["Hamburg, PMP-03", "Vibration", "4.21 mm/s", "4.42 mm/s"]
    assert cells[3] == ["Hamburg, PMP-99 <b>|* (new)", "Vibration", "–", "2.10 mm/s"]
    assert cells[4] == ["Hamburg, PMP-02 (gone)", "Vibration", "1.95 mm/s", "–"]
    assert cells[5] == ["All rows, sum", "Readings", "14,112", "13,104"]
    assert "\\<b\\>" in differing.to_numpy().tolist()[3][0], "data stay text"
    assert [str(c) for c in changes["What"]] == ["Semantic model", "Newest row"]


def test_what_cannot_run_says_why(site: Site) -> None:
    app = press(opened(site, "ten thousand rows please"), "Run again and compare")
    shown = text(app)
    assert "It cannot run any more." in shown
    assert "There is no column 'speed'" in shown
    assert "Nothing else has changed" not in shown


def test_an_answer_whose_passport_is_gone(site: Site) -> None:
    app = opened(site)
    site.services.passports._kept.clear()
    app.run()
    assert "No passport is kept of this answer" in text(app)
    assert "Run again and compare" not in [b.label for b in app.button]


def test_a_database_that_is_away_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise Unavailable("The passports cannot be reached; please try again.")

    app = opened(site)
    monkeypatch.setattr(site.services, "rerun", away)
    press(app, "Run again and compare")
    assert "cannot be reached" in text(app)
    monkeypatch.setattr(site.services, "passport", away)
    app.run()
    assert "cannot be reached" in text(app)


def test_a_sign_in_that_ended_runs_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(site)
    monkeypatch.setattr(guard.Visit, "holds", property(lambda _: False))
    press(app, "Run again and compare")
    assert site.services.passports.runs == []


@pytest.mark.parametrize("question", ["wobbliness of compressors", "operator names"])
def test_what_is_no_answer_has_no_tab(site: Site, question: str) -> None:
    app = ask(site.signed_in(), question)
    assert "Passport" not in [tab.label for tab in app.tabs]


def test_an_empty_answer_has_one(site: Site) -> None:
    app = ask(site.signed_in(), "no rows please")
    assert "Passport" in [tab.label for tab in app.tabs]
