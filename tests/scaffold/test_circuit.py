"""The breaker: when it opens, whom it lets through, how long it rests."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.circuit import Breaker, Pauses, Permit, Verdict


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(Pauses(failures=3, window_s=60, first_s=5, growth=2, most_s=18), clock=clock)


def call(breaker: Breaker, verdict: Verdict) -> None:
    permit = breaker.admit()
    assert permit is not None
    permit.end(verdict)


def fail(breaker: Breaker, times: int = 3) -> None:
    for _ in range(times):
        call(breaker, "bad")


def test_failures_in_a_row_open_it(breaker: Breaker) -> None:
    fail(breaker, 2)
    assert breaker.circuit == "closed"
    fail(breaker, 1)
    assert breaker.circuit == "open"
    assert breaker.admit() is None
    assert breaker.rests_s == 5


def test_a_good_call_between_them_starts_again(breaker: Breaker) -> None:
    fail(breaker, 2)
    call(breaker, "good")
    fail(breaker, 2)
    assert breaker.circuit == "closed"


def test_a_call_that_says_nothing_changes_nothing(breaker: Breaker) -> None:
    fail(breaker, 2)
    call(breaker, "none")
    fail(breaker, 1)
    assert breaker.circuit == "open"


def test_old_failures_are_forgotten(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 2)
    clock.now += 61
    fail(breaker, 2)
    assert breaker.circuit == "closed"


def test_one_trial_after_the_pause(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += 5
    assert breaker.circuit == "half-open"
    trial = breaker.admit()
    assert trial is not None
    assert breaker.admit() is None
    trial.end("good")
    assert breaker.circuit == "closed"
    assert breaker.rests_s == 0


def test_the_pause_grows_to_its_most_and_begins_again(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    for pause in (10, 18, 18):
        clock.now += breaker.rests_s
        fail(breaker, 1)
        assert breaker.rests_s == pause
    clock.now += 18
    call(breaker, "good")
    fail(breaker)
    assert breaker.rests_s == 5


def test_a_trial_that_was_stopped_leaves_place_for_the_next(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += 5
    call(breaker, "none")
    assert breaker.circuit == "half-open"
    call(breaker, "good")
    assert breaker.circuit == "closed"


def test_calls_from_before_it_opened_change_nothing(breaker: Breaker, clock: Clock) -> None:
    early = [breaker.admit() for _ in range(2)]
    fail(breaker)
    verdicts: list[Verdict] = ["good", "bad"]
    for permit, verdict in zip(early, verdicts, strict=True):
        assert permit is not None
        permit.end(verdict)
    assert breaker.rests_s == 5
    clock.now += 5
    assert breaker.circuit == "half-open"


def test_a_permit_ends_once(breaker: Breaker) -> None:
    permit = breaker.admit()
    assert permit is not None
    for _ in range(5):
        permit.end("bad")
    assert breaker.circuit == "closed"


STEPS: list[Verdict | float] = ["good", "bad", "none", 1.0, 6.0, 19.0, 61.0]


@given(st.lists(st.sampled_from(STEPS)))
def test_any_walk_stays_within_the_rules(steps: list[Verdict | float]) -> None:
    clock = Clock()
    breaker = Breaker(Pauses(failures=3, window_s=60, first_s=5, growth=2, most_s=18), clock=clock)
    row = 0
    for verdict in steps:
        if isinstance(verdict, float):
            clock.now += verdict
            continue
        before = breaker.circuit
        permit = breaker.admit()
        assert (permit is None) == (before == "open")
        if permit is None:
            continue
        permit.end(verdict)
        row = 0 if verdict == "good" else row + (verdict == "bad")
        if row < 3:
            assert breaker.circuit == "closed"
        assert breaker.rests_s <= 18


def test_threads_get_one_trial_between_them(clock: Clock) -> None:
    breaker = Breaker(Pauses(failures=1), clock=clock)
    call(breaker, "bad")
    clock.now += 5
    found: list[Permit | None] = []
    ready = threading.Barrier(16)

    def ask() -> None:
        ready.wait(5)
        found.append(breaker.admit())

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len([permit for permit in found if permit is not None]) == 1
