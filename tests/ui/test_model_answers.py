"""How answers look that a language model had a part in: whose they are, what was tried, why."""

from __future__ import annotations

import re
import time
from typing import get_args

import pytest
from streamlit.testing.v1 import AppTest

from core.dialogue.intents import Intent
from core.generation.port import Trouble
from core.types import AttemptOutcome, Sorting
from core.ui import answer_way, working
from tests.ui.conftest import Site
from tests.ui.fake_model_answers import (
    DOUBT,
    FINDINGS,
    HOSTILE,
    LONG_SQL,
    MISSPELT,
    REFUSED,
    WRITTEN,
    attempt,
    made,
)
from tests.ui.test_chat import ask, press, text
from tests.ui.test_signin import said

_WORDS = "How I understood this"


def codes(app: AppTest) -> list[str]:
    return [str(block.value) for block in app.code]


def turn_of(app: AppTest, button: str) -> str:
    """The id of the turn that has that button."""
    (key,) = [str(b.key) for b in app.button if str(b.key).startswith(f"{button}.")]
    return key.partition(".")[2]


def asked(site: Site, question: str, tab: str = "") -> AppTest:
    """The answer with `tab` open."""
    app = ask(site.signed_in(), question)
    if tab:
        app.session_state[f"tabs.{turn_of(app, 'again')}"] = tab
        app.run()
        assert not app.exception, app.exception
    return app


def test_an_answer_of_a_model_says_whose_it_is_and_what_it_cost(site: Site) -> None:
    app = asked(site, "which pumps quiver", _WORDS)
    shown = text(app)
    assert "Model coder" in shown
    assert "vocabulary does not hold “wobble”" in shown
    assert "Written by the language model **coder**, as SQL that can name only" in shown
    assert "Difficulty 0.15, where 0 is plain and 1 is hard" in shown
    assert "3,180 tokens read (2,816 from its cache), 77 written, 0.49 s" in shown
    assert "**Attempt 1** · Used for the answer · 8 rows" in shown
    assert codes(app) == [WRITTEN]


def test_narration_stands_in_place_of_the_findings_which_are_kept(site: Site) -> None:
    app = asked(site, "which pumps quiver", "Explanation")
    (told,) = [line for line in text(app).splitlines() if FINDINGS in line]
    assert told.startswith(":gray[:material/neurology:]")
    card, _, explanation = text(app).partition("Mean of good vibration readings")
    findings = "1 of 8 pumps is above the warning limit"
    assert findings not in card
    assert findings in explanation


def test_each_attempt_says_what_became_of_it_and_why(site: Site) -> None:
    app = asked(site, "which pumps rattle", _WORDS)
    shown = text(app)
    places = [
        shown.index(part)
        for part in (
            "**Attempt 1** · Refused before it ran",
            REFUSED,
            "**Attempt 2** · Could not be run",
            "No such column",
            "**Attempt 3** · Used for the answer · 8 rows",
        )
    ]
    assert places == sorted(places)
    assert "column_9, " in shown
    assert "column_59" not in shown  # a list of every column is cut
    assert codes(app) == ["SELECT name FROM staff", MISSPELT, WRITTEN]
    assert "9,540 tokens read" in shown


def test_a_doubt_stands_once_and_by_the_figure(site: Site) -> None:
    app = ask(site.signed_in(), "which pumps shudder")
    (doubt,) = [line for line in text(app).splitlines() if DOUBT in line]
    assert doubt.startswith(":yellow[:material/warning:]")
    shown = text(app)
    assert shown.index("Model coder") < shown.index(DOUBT) < shown.index("Measure")


def test_candidates_say_how_many_agreed(site: Site) -> None:
    app = asked(site, "which pumps judder", _WORDS)
    shown = text(app)
    assert "2 of 3 candidates gave the same rows" in shown
    again = "**Attempt 2** · Attempt 1 again · Gave the same rows as the candidate chosen · 8 rows"
    assert again in shown
    assert len(codes(app)) == 2  # a text that is written again is shown once
    assert "**Attempt 3** · Another candidate was used · 1 row\n" in shown + "\n"


def test_no_answer_found_asks_back_with_what_was_tried(site: Site) -> None:
    app = ask(site.signed_in(), "wellbeing of the crew")
    shown = text(app)
    assert "found no answer to this" in shown
    assert [e.label for e in app.expander] == ["What the language model tried"]
    assert "**Attempt 1** · Said that the data does not hold the answer" in shown
    assert "reading is used" not in shown  # it is not
    assert codes(app) == []


def test_a_model_that_is_down_asks_back_without_attempts(site: Site) -> None:
    app = ask(site.signed_in(), "which pumps are unplugged")
    assert "The language model cannot be reached." in text(app)
    assert not app.expander


def test_the_parsers_answer_in_place_of_the_models_says_so(site: Site) -> None:
    app = asked(site, "vibration by stand-in", _WORDS)
    shown = text(app)
    assert "Parser" in shown
    assert "The language model cannot be reached. This is Gemba's own reading." in shown
    assert "Nothing came from the language model **coder**; this is Gemba's own reading." in shown
    assert "Attempt" not in shown
    assert "tokens" not in shown


def test_a_refusal_says_first_whose_query_it_was(site: Site) -> None:
    app = ask(site.signed_in(), "roster of everybody")
    shown = text(app)
    assert "Not allowed" in shown
    assert shown.index("What the model wrote may not be run.") < shown.index(REFUSED)
    assert "Rule Q6. Nothing was read." in shown
    assert shown.count("Refused before it ran") == 2
    assert shown.count("there is no table of that name") == 2  # the message, and once by attempt


def test_a_models_text_is_shown_as_the_text_it_is(site: Site) -> None:
    app = asked(site, "hostile words", _WORDS)
    assert not app.exception
    assert HOSTILE in codes(app)
    assert "It wrote nothing." in text(app)
    told = [line for line in said(app).splitlines() if "alert" in line]
    assert len(told) >= 4  # doubt, narration, why, difficulty, reason
    for line in told:
        ours = r":yellow\[:material/warning:\]|:gray\[:material/\w+:\]|^- Difficulty 1\.00.*?: "
        live = re.sub(r"\\.", "", re.sub(ours, "", line))
        assert not re.search(r"[<>\[\]()*`$:|_#!]", live), line
    (badge,) = [line for line in said(app).splitlines() if "neurology: Model" in line]
    assert r"org\/\*\*m\*\*\:red\[x\]" in badge


def test_a_very_long_statement_stands_in_a_box_that_scrolls(site: Site) -> None:
    app = asked(site, "endless", _WORDS)
    (block,) = app.code
    assert block.value == LONG_SQL
    assert len(LONG_SQL) > 20_000


def test_every_outcome_has_its_words() -> None:
    assert set(answer_way.OUTCOMES) == set(get_args(AttemptOutcome))


def test_tokens_that_a_server_does_not_count_are_not_told() -> None:
    silent = attempt(1, prompt_tokens=0, cached_tokens=0, reply_tokens=0)
    assert answer_way.facts(made(silent))[-1] == "0.49 s for all replies together"


def test_attempts_that_came_to_nothing_say_that_gemba_reads_it_itself() -> None:
    lines = answer_way.facts(made(attempt(1, outcome="implausible"), by_fallback=True))
    assert "None of it could be used; this is Gemba's own reading" in lines


# -- while it writes -------------------------------------------------------------------------------


def writing(site: Site) -> AppTest:
    app = ask(site.signed_in(), "it writes for long")
    assert "Writing the query" in text(app)
    return app


def test_what_is_written_is_sent_to_who_opens_it_alone(site: Site) -> None:
    app = writing(site)
    assert codes(app) == []
    app.session_state[f"writing.{turn_of(app, 'stop')}"] = True
    time.sleep(2.0)
    app.run()
    (shown,) = codes(app)
    assert 0 < len(shown) <= working.MOST_SHOWN
    assert shown in LONG_SQL
    assert "characters so far" in text(app)
    press(app, "Stop")
    assert site.services.cancelled.wait(1.0)
    assert "Stopped" in text(app)


@pytest.mark.parametrize(
    ("length", "shown", "note"),
    [
        (0, 0, ""),
        (2_000, 2_000, ""),
        (20_112, 2_000, "The last 2,000 of 20,112 characters so far"),
    ],
)
def test_only_the_end_of_a_long_text_is_shown(length: int, shown: int, note: str) -> None:
    text_shown, said_of_it = working.last_of("x" * length)
    assert (len(text_shown), said_of_it) == (shown, note)


# -- the foot --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (("coder", True), ":green[●] coder"),
        (("coder, not answering", False), ":orange[:material/warning:] coder, not answering"),
    ],
)
def test_the_foot_tells_whether_the_model_answers(
    site: Site, state: tuple[str, bool], mark: str
) -> None:
    site.services.model_state = state
    app = site.signed_in()
    foot = "\n".join(c.value for c in app.sidebar.caption).replace("\\", "")
    assert mark in foot
    assert "remembered" not in foot


def test_the_foot_tells_when_nothing_is_remembered(site: Site) -> None:
    site.services.remembers = False
    app = site.signed_in()
    foot = "\n".join(c.value for c in app.sidebar.caption)
    assert ":orange[:material/warning:] Conversations are not remembered at present" in foot


@pytest.mark.parametrize(
    ("sorting", "shown"),
    [
        (
            Sorting("coder", "DATA_FILTER", "DATA_FILTER", total_ms=120.0),
            "said **DATA\\_FILTER** (0.12 s): taken for a change of the question before",
        ),
        (Sorting("coder", "NEW_QUERY", total_ms=120.0), "Gemba's own answer stands"),
        (Sorting("coder", "ba*nana*", "NEW_QUERY"), "ba\\*nana\\*"),
        (Sorting("coder", why="late"), "was asked; it did not answer in time."),
    ],
)
def test_what_a_question_was_taken_for_is_said(sorting: Sorting, shown: str) -> None:
    assert shown in answer_way.taken_for(sorting)


def test_every_intent_and_every_trouble_has_words() -> None:
    assert set(answer_way.INTENTS) == {intent.value for intent in Intent}
    assert set(answer_way.NO_WORD) == set(get_args(Trouble))
