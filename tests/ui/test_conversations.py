"""Conversations on the page: two tabs, what is not kept, what is gone, and rows read again."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.conversations.conversations import GRACE_S
from core.errors import Unavailable
from core.types import Answer, Progress, User
from core.ui import answer_card, runtime
from core.ui.conversations import Conversation, Conversations, Turn
from tests.conversations.conftest import pragma
from tests.ui.conftest import Site
from tests.ui.fake_services import SUGGESTIONS, FakeServices
from tests.ui.test_chat import address_of, ask, press, text


def forget_process() -> None:
    """As after a restart: what this process held of conversations is gone."""
    runtime.runtime().conversations._held.clear()


def ended(turn: Turn) -> Turn:
    limit = time.monotonic() + 20
    while turn.job.is_running:
        assert time.monotonic() < limit
        time.sleep(0.01)
    return turn


def test_two_tabs_that_ask_at_the_same_moment_get_one_answer_and_one_refusal(site: Site) -> None:
    """Nothing doubled, nothing lost."""
    services, held = site.services, Conversations()
    user = services.policy.user("engineer")
    services.delay_s = 0.05
    for number in range(20):
        gate, talk = threading.Barrier(2), Conversation(user.name)

        def tab(
            which: int, gate: threading.Barrier = gate, talk: Conversation = talk
        ) -> Turn | None:
            gate.wait()
            return held.ask(services, user, f"slow energy {which}", talk)

        with ThreadPoolExecutor(2) as pool:
            begun = list(pool.map(tab, range(2)))
        (turn,) = [one for one in begun if one is not None]
        ended(turn)
        assert turn.answer is not None
        kept = services.conversations.load(user, talk.id)
        assert kept is not None
        assert [t.question for t in kept.turns] == [turn.question]
        assert len(services.asked) == number + 1


def test_two_processes_that_answer_at_once_lose_nothing(site: Site) -> None:
    """Each shows both turns, in one order."""
    other = FakeServices(site.services.settings.data_dir)
    both = ((site.services, Conversations()), (other, Conversations()))
    user = site.services.policy.user("engineer")
    for number in range(10):
        gate, talk_id = threading.Barrier(2), f"c{number}"

        def asked(
            which: int, gate: threading.Barrier = gate, talk_id: str = talk_id
        ) -> Turn | None:
            services, held = both[which]
            gate.wait()
            talk = Conversation(user.name, talk_id)
            return held.ask(services, user, f"energy {which}", talk)

        with ThreadPoolExecutor(2) as pool:
            begun = list(pool.map(asked, range(2)))
        for turn in begun:
            assert turn is not None
            assert ended(turn).answer is not None
        seen = []
        for services, held in both:
            talk = held.get(services, user, talk_id)
            assert talk is not None
            seen.append([(t.question, t.answer is not None) for t in talk.turns])
        assert seen[0] == seen[1]
        assert sorted(seen[0]) == [("energy 0", True), ("energy 1", True)]
    other.conversations.close()


def test_what_could_not_be_kept_stays_on_the_page(site: Site) -> None:
    app = site.signed_in()
    pragma(site.services.conversations._store._engine, "query_only = ON")
    ask(app, SUGGESTIONS[0])
    assert "PMP-03 vibrated most" in text(app)
    app.run()
    assert "PMP-03 vibrated most" in text(app)
    ask(app, "Daily OEE per plant in June")
    assert "Verified" in text(app)
    assert "PMP-03 vibrated most" in text(app)


def test_a_refusal_that_is_not_kept_stands_where_it_came(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = site.signed_in()
    asked = type(site.services).ask
    refused = "Too many questions; please wait 12 s."

    def ask_too_often(
        self: FakeServices, question: str, user: User, **more: Any
    ) -> Iterator[Progress | Answer]:
        if "often" not in question:
            return asked(self, question, user, **more)

        def work() -> Iterator[Progress | Answer]:
            yield Answer(
                id="r1", question=question, status="refused", intent="NEW_QUERY", source=None,
                user=user, model="plant", message=refused, rule="RATE",
            )  # fmt: skip

        return work()

    monkeypatch.setattr(type(site.services), "ask", ask_too_often)
    ask(app, "once too often")
    assert refused in text(app)
    ask(app, SUGGESTIONS[0])
    ask(app, "once more too often")
    ask(app, "Daily OEE per plant in June")
    shown = text(app)
    places = [shown.index(words) for words in ("once more too often", "Verified")]
    assert places == sorted(places)
    held = next(iter(runtime.runtime().conversations._held.values()))
    (talk,) = held.values()
    assert [t.question for t in talk.turns] == [
        "once too often", SUGGESTIONS[0], "once more too often", "Daily OEE per plant in June",
    ]  # fmt: skip


def test_a_list_that_cannot_be_read_takes_no_page_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])

    def unreadable(*_: object, **__: object) -> object:
        raise Unavailable("The conversations cannot be read; please try again.")

    monkeypatch.setattr(site.services.conversations._store, "_read", unreadable)
    app.run()
    assert not app.exception
    assert "PMP-03 vibrated most" in text(app)
    assert "cannot be read at present" in text(app)


def test_a_thumb_is_there_after_the_next_question_and_a_restart(site: Site) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])
    press(app, "Right")
    ask(app, "Daily OEE per plant in June")
    press(app, "Show")
    assert "Noted" in text(app)
    forget_process()
    app.run()
    assert "Noted" in text(app)


def test_an_answer_that_no_longer_reads_is_told_as_gone(site: Site) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])
    path = site.services.settings.state_dir / "gemba.db"
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE turns SET answer = '{'")
    forget_process()
    app.run()
    assert not app.exception
    assert "Not kept" in text(app)
    press(app, "Ask again")
    assert "PMP-03 vibrated most" in text(app)
    assert "not kept in a form" in text(app)


def test_rows_that_are_gone_are_said_to_be_and_read_again(site: Site) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])
    rows = dict(site.services.rows)
    site.services.rows.clear()
    forget_process()
    app.run()
    assert "rows are not kept any more" in text(app)
    assert len(app.get("plotly_chart")) == 0
    assert len(app.dataframe) == 0
    press(app, "Read them again")
    assert "gives other rows now" in text(app)
    assert "Read them again" not in [b.label for b in app.button]
    site.services.stored.update(rows)
    other = site.signed_in()
    other.query_params["c"] = address_of(app)
    other.session_state["chat.open"] = address_of(app)
    other.run()
    press(other, "Read them again")
    assert "rows are not kept any more" not in text(other)
    assert len(other.get("plotly_chart")) == 1
    assert len(other.dataframe) == 1


def test_rows_of_which_only_the_first_are_kept_are_said_to_be_and_read_again(site: Site) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])
    ((answer, whole),) = site.services.rows.items()
    assert "no more of them were kept" not in text(app)
    site.services.keeps_rows = 2
    site.services.stored[answer] = whole
    forget_process()
    app.run()
    of = whole.row_count
    assert f"show the first 2 of its {of} rows: no more of them were kept" in text(app)
    assert [len(frame.value) for frame in app.dataframe] == [2]
    press(app, "Read them again")
    assert "no more of them were kept" not in text(app)
    assert [len(frame.value) for frame in app.dataframe] == [of]


def test_a_turn_whose_worker_died_says_so_and_can_be_asked_again(site: Site) -> None:
    """Nothing goes on working for ever."""
    app = ask(site.signed_in(), SUGGESTIONS[0])
    services, user = site.services, site.services.policy.user("engineer")
    # another process began it, and was killed: a row without an answer and without a sign of life
    services.conversations._store.begin(user, address_of(app), "dead", "slow OEE by line", "plant")
    app.run()
    assert "slow OEE by line" in text(app)
    assert "Stop" in [b.label for b in app.button]
    assert (talk := runtime.runtime().conversations.get(services, user, address_of(app)))
    assert answer_card._ended(talk.turns[-1]) == "Still being worked on."
    later = services.conversations._now() + dt.timedelta(seconds=GRACE_S + 1)
    services.conversations._now = lambda: later
    forget_process()
    for page in (app.run(), opened(site, address_of(app))):
        assert "The process that worked on this question ended before it was done." in text(page)
        assert "Nothing was answered" in text(page)
        labels = [b.label for b in page.button]
        assert "Ask again" in labels
        assert "Stop" not in labels
        assert not page.chat_input[0].disabled
    services.delay_s = 0.05
    ask(app, "Daily OEE per plant in June")
    assert "Ended before it was done." in text(app)
    assert "Verified" in text(app)


def opened(site: Site, address: str) -> AppTest:
    """The conversation in another browser of the same person."""
    app = site.signed_in()
    app.query_params["c"] = address
    app.session_state["chat.open"] = address
    return app.run()


def test_a_conversation_is_renamed_found_and_deleted(site: Site) -> None:
    app = ask(site.signed_in(), SUGGESTIONS[0])
    app.text_input[0].set_value("Monday's *meeting*")
    press(app, "Rename")
    assert "Monday's *meeting*" in text(app)
    address = address_of(app)
    press(app, "Delete this conversation")
    assert "What is happening in your plant" in text(app)
    user = site.services.policy.user("engineer")
    assert site.services.conversations.load(user, address) is None
    assert not [b for b in app.button if str(b.key).startswith("frame.open.")]
