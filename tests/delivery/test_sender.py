"""The sender: tries, waits, gives up, and leaves a server alone that is down."""

from __future__ import annotations

import datetime as dt
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.delivery.message import Message
from core.delivery.outbox import Outbox
from core.delivery.outcome import SENT, Outcome, later, never
from core.delivery.retry import Backoff
from core.delivery.sender import Sender
from core.errors import Unavailable
from tests.delivery.told import ADMIN, Clock, Scripted, message


class Post:
    """An outbox, a clock, a channel and a sender over them; no jitter."""

    def __init__(self, folder: Path, backoff: Backoff | None = None) -> None:
        self.clock = Clock()
        self.outbox = Outbox(folder)
        self.channel = Scripted()
        self.backoff = backoff or Backoff(jitter=0.0)
        self.sender = self.another()

    def another(self) -> Sender:
        return Sender(
            self.outbox, {"email": self.channel}, self.backoff,
            clock=self.clock, chance=lambda: 0.0,
        )  # fmt: skip

    def put(self, *keys: str, to: str = "anna@plant.example") -> None:
        for key in keys:
            self.outbox.put(message(key, to=to), self.clock())


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


def test_what_is_due_is_sent_once(post: Post) -> None:
    post.put("a", "b")
    assert post.sender.send_due().sent == 2
    assert post.sender.send_due().sent == 0
    assert post.channel.sent == ["a", "b"]


def test_waits_grow_until_it_is_put_aside(post: Post) -> None:
    post.put("a")
    post.channel.answer = lambda _: later("The receiver answered 500.")
    tries: list[float] = []
    while not post.outbox.counts(ADMIN)["dead"]:
        for waiting in post.outbox.page("waiting", ADMIN):
            if tries:
                post.clock.now = waiting.due_at - dt.timedelta(seconds=1)
                assert post.sender.send_due().later == 0, "too soon"
            post.clock.now = waiting.due_at
        post.sender.send_due()
        tries.append((post.clock() - Clock().now).total_seconds())
    waits = [second - first for first, second in pairwise(tries)]
    assert waits == [15, 45, 135, 405, 1215, 3600, 3600]
    (dead,) = post.outbox.page("dead", ADMIN)
    assert (dead.attempts, dead.error) == (8, "The receiver answered 500.")


def test_what_will_never_go_is_put_aside_at_once(post: Post) -> None:
    post.put("a")
    post.channel.answer = lambda _: never("The receiver answered 404 Not Found.")
    assert post.sender.send_due().dead == 1
    (dead,) = post.outbox.page("dead", ADMIN)
    assert (dead.attempts, dead.error) == (1, "The receiver answered 404 Not Found.")


def test_a_receiver_is_given_the_time_it_asks_for(post: Post) -> None:
    post.put("a")
    post.channel.answer = lambda _: later("busy", retry_after_s=600)
    post.sender.send_due()
    post.channel.answer = lambda _: SENT
    post.clock.on(599)
    assert post.sender.send_due().sent == 0
    post.clock.on(1)
    assert post.sender.send_due().sent == 1


def test_a_server_that_is_down_is_tried_once_a_round_and_costs_the_others_no_try(
    post: Post,
) -> None:
    def answer(told: Message) -> Outcome:
        return later("gone", is_down=True, retry_after_s=90) if told.to == "down@x" else SENT

    post.channel.answer = answer
    post.put("a", "b", to="down@x")
    post.put("c")
    done = post.sender.send_due()
    assert (done.sent, done.later, done.untried) == (1, 1, 1)
    assert post.channel.sent == ["a", "c"]
    waiting = {kept.key: kept for kept in post.outbox.page("waiting", ADMIN)}
    assert {key: kept.attempts for key, kept in waiting.items()} == {"a": 1, "b": 0}
    assert waiting["b"].due_at == post.clock() + dt.timedelta(seconds=90)


@pytest.mark.parametrize(
    "error", [Unavailable("The receiver did not answer."), OSError("x"), ValueError("https://k")]
)
def test_a_channel_that_fails_costs_one_try(post: Post, error: Exception) -> None:
    def fail(_: Message) -> Outcome:
        raise error

    post.put("a")
    post.channel.answer = fail
    assert post.sender.send_due().later == 1
    (waiting,) = post.outbox.page("waiting", ADMIN)
    assert waiting.error
    assert "https" not in waiting.error


def test_a_message_that_ends_its_senders_does_not_end_them_for_ever(post: Post) -> None:
    class Killed(BaseException):
        pass

    def kill(_: Message) -> Outcome:
        raise Killed

    post.put("a")
    post.channel.answer = kill
    for _try in range(post.backoff.attempts):
        with pytest.raises(Killed):
            post.sender.send_due()
        post.clock.on(post.sender.lease_s)
    assert post.sender.send_due().dead == 1
    assert "begun 8 times" in post.outbox.page("dead", ADMIN)[0].error


def test_a_channel_that_is_not_set_up_is_named(post: Post) -> None:
    post.outbox.put(message("a", channel="teams"), post.clock())
    assert post.sender.send_due().dead == 1
    assert "teams" in post.outbox.page("dead", ADMIN)[0].error


def test_who_is_slower_than_the_lease_is_told(post: Post) -> None:
    def slow(_: Message) -> Outcome:
        post.clock.on(post.sender.lease_s)
        post.channel.answer = lambda _: SENT
        assert post.another().send_due().sent == 1
        return SENT

    post.put("a")
    post.channel.answer = slow
    assert post.sender.send_due(most=1).lost == 1
    assert post.outbox.counts(ADMIN)["sent"] == 1


def test_a_lease_outlasts_the_longest_send(post: Post) -> None:
    assert post.sender.lease_s > post.channel.longest_s


def test_it_runs_until_it_is_told_to_stop(post: Post) -> None:
    stop = threading.Event()

    def answer(_: Message) -> Outcome:
        stop.set()
        return SENT

    post.put("a", "b")
    post.channel.answer = answer
    post.sender.run(stop, every_s=0.001)
    assert post.channel.sent == ["a"]


@given(
    attempt=st.integers(1, 60),
    chance=st.floats(0, 1),
    asked=st.none() | st.floats(0, 1e9),
)
def test_a_wait_is_within_its_bounds(attempt: int, chance: float, asked: float | None) -> None:
    backoff = Backoff()
    wait = backoff.wait_s(attempt, chance, asked)
    assert backoff.first_s * 0.5 <= wait <= max(backoff.most_s, 86_400)
    assert wait >= min(asked or 0, 86_400)
    if attempt > 1 and asked is None:
        assert wait >= backoff.wait_s(attempt - 1, chance) or wait >= backoff.most_s / 2
