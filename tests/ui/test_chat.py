"""The chat page: every state of an answer, and what a press on each button does."""

from __future__ import annotations

import re
import time

import pytest
from streamlit.testing.v1 import AppTest

from core.ui import runtime
from core.ui.jobs import Job
from tests.ui.conftest import Site
from tests.ui.fake_services import SUGGESTIONS
from tests.ui.test_signin import said


def text(app: AppTest) -> str:
    """All text, without the backslashes that keep Markdown from reading it."""
    return said(app).replace("\\", "")


def ask(app: AppTest, question: str) -> AppTest:
    app.chat_input[0].set_value(question).run()
    return settled(app)


def begun() -> None:
    """Waits until a turn that was just asked is at work, or over."""
    deadline = time.monotonic() + 5
    held = [c for mine in runtime.runtime().conversations._held.values() for c in mine.values()]
    jobs = [t.job for c in held for t in c.turns if isinstance(t.job, Job)]
    while time.monotonic() < deadline and any(not (j.stages or j.done.is_set()) for j in jobs):
        time.sleep(0.01)
    time.sleep(0.05)


def settled(app: AppTest) -> AppTest:
    """The page after the working line has looked for the answer once, as it does by itself."""
    begun()
    app.run()
    assert not app.exception, app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    found = [b for b in app.button if b.label.replace("\\", "") == label]
    assert found, [b.label for b in app.button]
    return settled(found[-1].click().run())


def address_of(app: AppTest) -> str:
    value = app.query_params["c"]
    return value if isinstance(value, str) else value[0]


def test_first_screen(site: Site) -> None:
    app = site.signed_in()
    labels = [b.label.replace("\\", "") for b in app.button]
    assert [label for label in labels if label in SUGGESTIONS] == list(SUGGESTIONS)
    assert len(app.chat_input) == 1
    assert site.services.asked == []


def test_a_suggestion_is_asked_as_it_stands(site: Site) -> None:
    app = site.signed_in()
    press(app, SUGGESTIONS[0])
    assert not app.exception
    assert [q for _, _, q in site.services.asked] == [SUGGESTIONS[0]]
    assert "PMP-03 vibrated most" in text(app)


def test_an_answer_has_all_its_parts_in_order(site: Site) -> None:
    app = ask(site.signed_in(), "Which pumps vibrated most last week?")
    shown = text(app)
    order = ["PMP-03 vibrated most last week", "Parser", "97.2", "data to 30 Jun 2026", "HAM, AUS"]
    order += ["Measure", "Good readings only"]
    places = [shown.index(part) for part in order]
    assert places == sorted(places)
    assert [tab.label for tab in app.tabs] == [
        "Table",
        "SQL",
        "How I understood this",
        "Explanation",
        "Passport",
    ]
    assert list(app.dataframe[0].value.columns) == ["asset_id", "avg_vibration_mm_s"]
    assert len(app.get("plotly_chart")) == 1
    labels = [b.label for b in app.button]
    assert "Right" in labels
    assert "Run again" in labels
    assert {b.label for b in app.get("download_button")} >= {"CSV", "Excel"}
    assert "Only Hamburg" in labels


@pytest.mark.parametrize(
    ("question", "title", "message"),
    [
        ("wobbliness of compressors", "Which figure do you mean", "Not understood"),
        ("operator names", "Not allowed", "Rule Q7"),
        ("no rows please", "No rows match", "11.2 mm/s"),
        ("vibration in hai phong", "Outside your plants", "Hamburg and Austin"),
        ("scrap next year", "Not loaded yet", "later than that"),
        ("bad sensor", "No usable readings", "quality BAD"),
        ("weather", "Not in this data", "holds no weather"),
        ("broken store", "No answer", "Narrow the time"),
        ("crash now", "No answer", "the log has it as"),
    ],
)
def test_every_other_state_says_what_happened_and_what_to_do(
    site: Site, question: str, title: str, message: str
) -> None:
    app = ask(site.signed_in(), question)
    shown = text(app)
    assert title in shown
    assert message in shown
    assert "secret table name" not in shown
    assert "Error" not in shown


def test_choosing_a_reading_asks_its_question(site: Site) -> None:
    app = ask(site.signed_in(), "wobbliness of compressors")
    assert ":orange-background[wobbliness]" in said(app)
    press(app, "OEE")
    assert site.services.asked[-1][2] == "OEE of compressors last week"
    sessions = {session for _, session, _ in site.services.asked}
    assert len(sessions) == 1
    assert "" not in sessions


def test_thumbs_up_is_kept_and_shown_and_leaves_the_answer(site: Site) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])
    press(app, "Right")
    assert not app.exception
    assert [(v[1], v[2]) for v in site.services.verdicts] == [("engineer", "up")]
    assert "Noted" in text(app)
    assert "PMP-03 vibrated most" in text(app)
    assert len(site.services.asked) == 1


def test_thumbs_down_carries_a_reason_and_words(site: Site) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])
    app.session_state[next(k for k in _keys(app) if k.startswith("wrong."))] = True
    app.run()
    app.radio[0].set_value("wrong_time")
    app.text_area[0].set_value("Monday is missing")
    press(app, "Send")
    assert not app.exception
    (_, user, verdict, reason, words) = site.services.verdicts[0]
    assert (user, verdict, reason, words) == (
        "engineer",
        "down",
        "wrong_time",
        "Monday is missing",
    )


def _keys(app: AppTest) -> list[str]:
    return [
        f"wrong.{b.key.removeprefix('up.')}" for b in app.button if str(b.key).startswith("up.")
    ]


def test_follow_ups_stay_in_the_conversation_and_earlier_turns_fold(site: Site) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])
    press(app, "Only Hamburg")
    app = ask(app, "Daily OEE per plant in June")
    assert len({session for _, session, _ in site.services.asked}) == 1
    assert len(app.get("plotly_chart")) == 1
    assert "Verified" in text(app)
    press(app, "Show")
    assert len(app.get("plotly_chart")) == 2


def test_new_conversation_keeps_the_old_one_at_hand(site: Site) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])
    app.button(key="frame.new").click().run()
    assert "What is happening in your plant" in text(app)
    (again,) = [b for b in app.button if b.key and b.key.startswith("frame.open.")]
    again.click().run()
    assert not app.exception
    assert "PMP-03 vibrated most" in text(app)


def test_a_reload_with_the_address_shows_the_conversation_again(site: Site) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])
    address = address_of(app)
    other = site.visit()
    other.query_params["c"] = address
    _sign_in(other, "engineer")
    assert "PMP-03 vibrated most" in text(other)


def test_the_address_of_somebody_elses_conversation_shows_nothing_of_it(site: Site) -> None:
    app = ask(site.signed_in("engineer"), SUGGESTIONS[0])
    address = address_of(app)
    other = site.visit()
    other.query_params["c"] = address
    _sign_in(other, "viewer")
    assert not other.exception
    assert "PMP-03" not in text(other)
    assert "What is happening in your plant" in text(other)


def _sign_in(app: AppTest, name: str) -> None:
    from tests.ui.conftest import PASSWORDS

    app.text_input[0].set_value(name)
    app.text_input[1].set_value(PASSWORDS[name])
    app.button[0].click().run()


def test_while_it_works_the_stage_shows_and_stop_stops_it(site: Site) -> None:
    app = ask(site.signed_in(), "slow question")
    assert "Asking the store" in text(app)
    began = time.monotonic()
    press(app, "Stop")
    assert time.monotonic() - began < 1.0
    assert "Stopped" in text(app)
    assert site.services.cancelled.wait(1.0)
    press(app, "Ask again")
    assert len(site.services.asked) == 2


def test_a_rerun_and_a_thumb_leave_a_running_turn_alone(site: Site) -> None:
    site.services.delay_s = 1.5
    app = ask(site.signed_in(), "slow question")
    for _ in range(3):
        app.run()
    assert len(site.services.asked) == 1
    assert not site.services.cancelled.is_set()
    user = site.services.policy.user("engineer")
    parts = runtime.runtime()
    (kept,) = parts.conversations.recent(parts.services, user)
    held = parts.conversations.get(parts.services, user, kept.id)
    assert held is not None
    (turn,) = held.turns
    assert isinstance(turn.job, Job)
    assert turn.job.done.wait(5)
    app.run()
    assert "PMP-03 vibrated most" in text(app)


def test_a_second_question_waits_for_the_first(site: Site) -> None:
    app = ask(site.signed_in(), "slow question")
    app.chat_input[0].set_value("another one").run()
    assert len(site.services.asked) == 1
    assert "still running" in text(app)
    press(app, "Stop")


@pytest.mark.parametrize("question", ["   ", "\n\t"])
def test_nothing_is_asked_for_nothing(site: Site, question: str) -> None:
    ask(site.signed_in(), question)
    assert site.services.asked == []


HOSTILE = "<script>alert(1)</script> [x](http://e.invalid) **b** $x$ :red[r] `c` | _i_ # h"


def test_markup_in_a_question_is_shown_as_text(site: Site) -> None:
    app = ask(site.signed_in(), HOSTILE)
    assert HOSTILE in text(app)
    lines = [line for line in said(app).splitlines() if "alert" in line]
    assert lines
    for line in lines:
        shown = line.removeprefix("#### ").removeprefix(":small[:gray[").removesuffix("]]")
        assert not re.search(r"[^\w\s…]", re.sub(r"\\.", "", shown))


def test_ten_thousand_rows_say_that_they_were_cut(site: Site) -> None:
    app = ask(site.signed_in(), "ten thousand rows")
    shown = text(app)
    assert "cut at 10,000 rows" in shown
    assert "there are more" in shown
    assert len(app.dataframe[0].value) == 1_000


def test_the_catalogue_finds_by_synonym(site: Site) -> None:
    app = site.signed_in()
    app.switch_page("../../pages/catalogue.py").run()
    assert not app.exception
    everything = "".join(table.value.to_string() for table in app.table)
    assert "overall equipment effectiveness" in everything
    assert "Hamburg" in everything
    app.text_input[0].set_value("reject").run()
    (found,) = app.table
    assert "Scrap rate" in found.value.to_string()
    app.text_input[0].set_value("no such thing").run()
    assert "Nothing has that name" in text(app)


def test_with_two_models_the_chosen_one_is_asked(site: Site) -> None:
    site.services.models = ("plant", "steel")
    app = site.signed_in()
    app.selectbox[0].set_value("steel").run()
    ask(app, SUGGESTIONS[0])
    assert site.services.asked_models == ["steel"]


def test_with_one_model_there_is_nothing_to_choose(site: Site) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])
    assert not app.selectbox
    assert site.services.asked_models == [None]
