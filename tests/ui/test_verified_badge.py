"""A verified answer says whose pair it is, and asks again with other parts."""

from __future__ import annotations

import datetime as dt

from streamlit.testing.v1 import AppTest

from core.types import Parameter
from core.ui import verified_badge
from tests.ui.conftest import Site
from tests.ui.test_chat import ask, press, text

QUESTION = "Top 5 pumps in Hamburg at night last week"


def opened(site: Site, name: str = "engineer") -> AppTest:
    app = ask(site.signed_in(name), QUESTION)
    (thumb,) = [str(b.key) for b in app.button if str(b.key).startswith("up.")]
    app.session_state[thumb.replace("up.", "verified.")] = True
    app.run()
    assert not app.exception, app.exception
    return app


def test_the_badge_says_by_whom_and_when_and_which_pair(site: Site) -> None:
    app = opened(site)
    shown = text(app)
    assert "Verified by Admin on 18 Jun 2026" in shown
    assert "Top 5 pumps in Austin at night last month" in shown
    assert "Not to be changed here: Shift: night" in shown


def test_other_parts_ask_the_question_anew(site: Site) -> None:
    app = opened(site)
    app.number_input[0].set_value(3)
    app.date_input[0].set_value((dt.date(2026, 6, 1), dt.date(2026, 6, 14)))
    press(app, "Ask again with these")
    assert site.services.asked[-1][2] == (
        "Top 3 pumps in Hamburg at night from 1 June 2026 to 14 June 2026"
    )


def test_values_are_those_that_the_person_may_name(site: Site) -> None:
    app = opened(site)
    plant = next(box for box in app.selectbox if box.label == "Plant")
    assert plant.options == ["Hamburg", "Austin"]
    plant.set_value("Austin")
    press(app, "Ask again with these")
    assert site.services.asked[-1][2] == "Top 5 pumps in Austin at night last week"


def test_nothing_changed_asks_nothing(site: Site) -> None:
    app = opened(site)
    press(app, "Ask again with these")
    assert len(site.services.asked) == 1


def test_an_answer_of_the_parser_has_no_pair(site: Site) -> None:
    app = ask(site.signed_in(), "Which pumps vibrated most?")
    assert "Verified" not in text(app)
    assert "Parser" in text(app)


def _part(phrase: str, *values: float, editable: bool = True) -> Parameter:
    return Parameter("number", "", "Limit", phrase, values, editable)


def test_each_parameter_has_a_place_of_its_own() -> None:
    parts = (_part("5", 5.0), _part("5", 5.0), _part("gone", 1.0), _part("x", 2.0, editable=False))
    found = verified_badge.places("top 5 over 5 x", parts)
    assert [(p.start, p.end) for p in found] == [(4, 5), (11, 12)]
    changed = verified_badge.rewritten("top 5 over 5 x", {found[0]: "10", found[1]: "7"})
    assert changed == "top 10 over 7 x"


def test_a_window_in_words() -> None:
    first, last = dt.date(2026, 6, 1), dt.date(2026, 6, 14)
    assert verified_badge.window_words(first, last) == "from 1 June 2026 to 14 June 2026"
    assert verified_badge.window_words(first, first) == "on 1 June 2026"
