"""Senders in processes of their own: side by side, and killed in the middle."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.server
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.delivery.outbox import Outbox
from tests.delivery.receivers import Receiver, serving, status
from tests.delivery.told import ADMIN, START, message
from tests.scaffold.tree import ROOT

#: Longer than any lease.
LEASE = dt.timedelta(minutes=1)
MESSAGES = 20


@contextlib.contextmanager
def sending(
    folder: Path, receiver: Receiver, now: dt.datetime
) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.delivery.sending", folder, receiver.url(), now.isoformat()],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    box = Outbox(tmp_path)
    for number in range(MESSAGES):
        box.put(message(f"k{number}", channel="webhook", to="scada"), START)
    return box


def keys(receiver: Receiver) -> Counter[str]:
    return Counter(call.headers["Gemba-Message"] for call in receiver.calls)


def test_senders_side_by_side_send_each_message_once(outbox: Outbox, tmp_path: Path) -> None:
    with serving(status(200)) as receiver, contextlib.ExitStack() as stack:
        children = [stack.enter_context(sending(tmp_path, receiver, START)) for _ in range(3)]
        assert [child.wait(60) for child in children] == [0, 0, 0]
    assert keys(receiver) == {f"k{number}": 1 for number in range(MESSAGES)}
    assert outbox.counts(ADMIN)["sent"] == MESSAGES


def test_a_message_whose_sender_is_killed_is_sent_by_the_next_one(
    outbox: Outbox, tmp_path: Path
) -> None:
    with serving() as receiver:
        reached = threading.Event()

        def hold(_: http.server.BaseHTTPRequestHandler) -> None:
            reached.set()
            receiver.over.wait(30)

        receiver.answers = [hold]
        with sending(tmp_path, receiver, START) as child:
            assert reached.wait(60)
            child.send_signal(signal.SIGKILL)
            child.wait(30)
        assert outbox.counts(ADMIN) == {
            "waiting": MESSAGES - 1, "sending": 1, "sent": 0, "dead": 0, "left": 0,
        }  # fmt: skip
        receiver.answers = [status(200)]
        with sending(tmp_path, receiver, START) as child:
            assert child.wait(60) == 0
        assert outbox.counts(ADMIN)["sending"] == 1, "its lease has not run out"
        with sending(tmp_path, receiver, START + LEASE) as child:
            assert child.wait(60) == 0
    assert outbox.counts(ADMIN)["sent"] == MESSAGES
    assert keys(receiver) == {f"k{number}": 1 + (number == 0) for number in range(MESSAGES)}


@pytest.mark.slow
def test_whenever_senders_are_killed_nothing_is_lost(outbox: Outbox, tmp_path: Path) -> None:
    """Killed at the arrival of a call or right after its answer, at another place each time."""
    kills = [1, 3, 4, 7, 2, 1]
    now = START
    with serving(status(200)) as receiver:
        for round_, calls in enumerate(kills):
            enough = threading.Event()
            last = len(receiver.calls) + calls
            is_late = round_ % 2 == 1

            def answer(
                handler: http.server.BaseHTTPRequestHandler,
                last: int = last,
                enough: threading.Event = enough,
                is_late: bool = is_late,
            ) -> None:
                if len(receiver.calls) >= last and not is_late:
                    enough.set()
                    receiver.over.wait(0.05)
                status(200)(handler)
                if len(receiver.calls) >= last:
                    enough.set()

            receiver.answers = [answer]
            with sending(tmp_path, receiver, now) as child:
                while not enough.wait(0.01) and child.poll() is None:
                    pass
                child.send_signal(signal.SIGKILL)
                child.wait(30)
            now += LEASE
        receiver.answers = [status(200)]
        with sending(tmp_path, receiver, now) as child:
            assert child.wait(60) == 0
    counts = outbox.counts(ADMIN)
    assert counts == {"waiting": 0, "sending": 0, "sent": MESSAGES, "dead": 0, "left": 0}
    arrived = keys(receiver)
    assert set(arrived) == {f"k{number}" for number in range(MESSAGES)}
    assert arrived.total() - MESSAGES <= len(kills)
