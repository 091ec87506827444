"""One conversation in two windows, of one process and of two: each follows what the other asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.app_process import FAKE_APP, Site, Visitor, running, visitor
from tests.browser.test_conversations import address, answers, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIRST, SECOND, THIRD = (
    "Which pumps vibrated most last week?",
    "Daily OEE per plant in June",
    "wobbliness of compressors",
)


def has(me: Visitor, question: str) -> None:
    """The page shows that question, with nobody's hand at it."""
    main = me.page.get_by_test_id("stMain")
    expect(main.get_by_text(question).first).to_be_visible(timeout=12_000)


def runs_of(me: Visitor) -> list[BackMsg]:
    """What this window asks the app to run, from its next load on."""
    sent: list[BackMsg] = []

    def note(socket: WebSocket) -> None:
        socket.on(
            "framesent",
            lambda frame: (
                sent.append(BackMsg.FromString(frame)) if isinstance(frame, bytes) else None
            ),
        )

    me.page.on("websocket", note)
    return sent


@pytest.mark.thorough
def test_an_idle_window_follows_another_and_costs_little(browser: Browser, fake_site: Site) -> None:
    with visitor(browser, fake_site) as one, visitor(browser, fake_site) as other:
        sign_in(one, "engineer")
        sign_in(other, "engineer")
        one.ask(FIRST)
        sent = runs_of(other)
        other.open(address(one))
        has(other, FIRST)
        other.settle()
        expect(answers(other)).to_have_count(1)
        before = len(sent)
        other.page.wait_for_timeout(7_000)
        looked = [m.rerun_script for m in sent[before:] if m.HasField("rerun_script")]
        assert 1 <= len(looked) <= 4
        assert all(run.fragment_id and run.is_auto_rerun for run in looked)
        one.ask(SECOND)
        has(other, SECOND)
        assert address(other) == address(one)
        other.settle()
        other.ask(THIRD)
        has(one, THIRD)


@pytest.mark.thorough
def test_two_processes_over_one_folder_follow_one_another(browser: Browser, tmp_path: Path) -> None:
    with running(FAKE_APP, tmp_path) as here, running(FAKE_APP, tmp_path) as second:
        there = Site(second.url, here.passwords, tmp_path)
        with visitor(browser, here) as one, visitor(browser, there) as other:
            sign_in(one, "engineer")
            sign_in(other, "engineer")
            one.ask(FIRST)
            other.open(address(one))
            has(other, FIRST)
            other.ask(SECOND)
            has(one, SECOND)
            one.settle()
            one.ask(THIRD)
            has(other, THIRD)
