"""A turn that runs: followed, stopped and missed from another process, deleted in mid-answer."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.conversations.beats import ALIVE_S, Beats, Running
from core.conversations.conversations import AWAY_S, GRACE_S
from core.dialogue.past import Past, past_turn
from core.errors import Unavailable, UserFixable
from core.sessions.keys import ConversationKeys
from core.types import Answer, CancelToken, Progress, User
from tests.conversations.conftest import Kit, answer, pragma
from tests.scaffold.tree import ROOT
from tests.sessions.conftest import ANN, BEN
from tests.sessions.redis_server import RedisServer

Make = Callable[..., Kit]


def beat_key(turn: str, conversation: str = "c1", user: User = ANN) -> str:
    return f"{ConversationKeys.of(user, conversation).session}:now:{turn}"


def until(true: Callable[[], object], limit_s: float = 20.0) -> None:
    limit = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < limit, "it did not come"
        time.sleep(0.02)


@contextmanager
def worker(folder: Path, url: str, turn: str = "t1") -> Iterator[subprocess.Popen[str]]:
    """Another process that is at work on a turn of Ann's conversation c1."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.conversations.worker", str(folder), url, "c1", turn],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        yield process
    finally:
        process.kill()
        process.wait()


def kept_turn(kit: Kit, turn: str = "t1") -> Any:
    found = kit.talks.turn(ANN, "c1", turn)
    assert found is not None
    return found


# -- in this process -------------------------------------------------------------------------


def test_the_answer_is_kept_before_it_is_seen(kit: Kit) -> None:
    given = answer()

    def work(_: CancelToken) -> Iterator[Progress | Answer]:
        yield Progress("run", "Reading the data", 1.0)
        yield given

    seen = kit.talks.follow(ANN, "c1", "t1", "energy", "plant", None, work)
    assert isinstance(next(seen), Progress)
    beat = kit.talks.heard(ANN, "c1", kept_turn(kit))
    assert beat is not None
    assert beat.stage == "Reading the data"
    assert next(seen) == given
    assert kept_turn(kit).answer == given
    assert list(seen) == []


def test_one_that_is_stopped_from_elsewhere_tells_who_asked(kit: Kit) -> None:
    mine = threading.Event()

    def work(stop: CancelToken) -> Iterator[Progress | Answer]:
        yield Progress("run", "Reading the data", 1.0)
        assert not stop.is_set()
        kit.talks.stop(ANN, "c1", "t1")
        assert stop.is_set()
        yield answer(status="failed", message="The query was stopped.")

    list(kit.talks.follow(ANN, "c1", "t1", "energy", "plant", mine, work))
    assert mine.is_set()
    assert (kept_turn(kit).state, kept_turn(kit).answer) == ("stopped", None)


def test_another_person_stops_nothing(made: Make, server: RedisServer) -> None:
    here, there = made(server.url()), made(server.url())

    def work(stop: CancelToken) -> Iterator[Progress | Answer]:
        there.talks.stop(BEN, "c1", "t1")
        there.talks.stop(ANN, "c1", "t2")
        time.sleep(0.3)
        assert not stop.is_set()
        yield answer()

    list(here.talks.follow(ANN, "c1", "t1", "energy", "plant", None, work))
    assert kept_turn(here).state == "ended"


def test_a_turn_that_breaks_down_is_over(kit: Kit) -> None:
    def work(_: CancelToken) -> Iterator[Progress | Answer]:
        yield Progress("run", "Reading the data", 1.0)
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        list(kit.talks.follow(ANN, "c1", "t1", "energy", "plant", None, work))
    assert (kept_turn(kit).state, kept_turn(kit).answer) == ("ended", None)


@pytest.mark.parametrize("trouble", ["query_only = ON", "max_page_count = 1"])
def test_a_disk_that_takes_nothing_costs_no_answer(kit: Kit, trouble: str) -> None:
    pragma(kit.store._engine, trouble)
    *_, last = kit.ask("x" * 1_000_000)
    assert isinstance(last, Answer)
    assert kit.forgotten == []  # what was never kept was not deleted meanwhile either


def test_of_one_that_is_deleted_in_mid_answer_nothing_is_left(kit: Kit) -> None:
    given = answer()

    def work(_: CancelToken) -> Iterator[Progress | Answer]:
        yield Progress("run", "Reading the data", 1.0)
        kit.talks.delete(ANN, "c1")
        yield given

    list(kit.talks.follow(ANN, "c1", "t1", "energy", "plant", None, work))
    assert kit.talks.load(ANN, "c1") is None
    assert kit.forgotten == [("ann", "c1", ()), ("ann", "c1", (given.id,))]


def test_deleting_takes_it_from_every_store_or_leaves_it_in_the_list(kit: Kit) -> None:
    kit.ask("first")
    kit.ask("second")
    ids = kit.store.answer_ids(ANN, "c1")

    def away(*_: object) -> None:
        raise Unavailable("The conversation's memory is away.")

    whole = kit.talks._forget
    kit.talks._forget = (away,)
    with pytest.raises(Unavailable):
        kit.talks.delete(ANN, "c1")
    assert kit.talks.load(ANN, "c1") is not None
    kit.talks._forget = whole
    with pytest.raises(UserFixable):
        kit.talks.delete(BEN, "c1")
    kit.talks.delete(ANN, "c1")
    assert kit.forgotten == [("ann", "c1", ids)]
    assert kit.talks.load(ANN, "c1") is None
    with pytest.raises(UserFixable):
        kit.talks.delete(ANN, "c1")


def test_what_the_session_store_has_forgotten_is_known_still(made: Make) -> None:
    first = made()
    given = [answer() for _ in range(12)]
    for one in given:
        first.store.begin(ANN, "c1", f"t{one.id}", "energy", "plant")
        first.store.end(ANN, f"t{one.id}", one, elapsed_ms=1.0, stopped=False)
    again = made()  # as after a restart
    assert [t.id for t in again.talks.past(ANN, "c1", Past()).turns] == [a.id for a in given[2:]]
    # and it goes on being known when the first new turn is remembered
    new = past_turn(answer())
    found = again.talks.past(ANN, "c1", Past((new,)))
    assert [t.id for t in found.turns] == [*(a.id for a in given[3:]), new.id]
    assert again.talks.past(BEN, "c1", Past(is_away=True)) == Past(is_away=True)
    remembered = Past(tuple(past_turn(a) for a in given[2:]))
    assert again.talks.past(ANN, "c1", remembered) is remembered


def test_what_another_process_answered_last_is_gone_on_from(made: Make) -> None:
    here, there = made(), made()
    given = [answer() for _ in range(12)]
    for one in given:
        there.store.begin(ANN, "c1", f"t{one.id}", "energy", "plant")
        there.store.end(ANN, f"t{one.id}", one, elapsed_ms=1.0, stopped=False)
    # as many as can be gone on from, but for the newest
    remembered = Past(tuple(past_turn(a) for a in given[1:11]))
    assert [t.id for t in here.talks.past(ANN, "c1", remembered).turns] == [a.id for a in given[2:]]


# -- another process -------------------------------------------------------------------------


def test_a_turn_is_followed_and_stopped_from_another_process(
    made: Make, server: RedisServer, tmp_path: Path
) -> None:
    kit = made(server.url())
    with worker(tmp_path / "state", server.url()) as process:
        until(lambda: kit.talks.heard(ANN, "c1", kept_turn(kit)).text)
        beat = kit.talks.heard(ANN, "c1", kept_turn(kit))
        assert beat is not None
        assert (beat.stage, beat.text) == ("Reading the data", "SELECT 1")
        kit.talks.stop(ANN, "c1", "t1")
        assert process.stdout is not None
        assert process.stdout.readline() == "ended\n"
    assert kept_turn(kit).state == "stopped"


def test_of_a_killed_worker_it_is_known_that_it_ended(
    made: Make, server: RedisServer, tmp_path: Path
) -> None:
    kit = made(server.url())
    with worker(tmp_path / "state", server.url()) as process:
        process.kill()
        process.wait()
        turn = kept_turn(kit)
        assert turn.state == "running"
        kit.clock.now = turn.started
        with server.admin() as admin:
            # its last sign of life goes by itself; here the time to wait is taken out
            assert 0 < admin.pttl(beat_key("t1")) <= ALIVE_S * 1_000
            admin.delete(beat_key("t1"))
        assert kit.talks.heard(ANN, "c1", turn) is not None
        kit.clock.go(GRACE_S + 1)
        assert kit.talks.heard(ANN, "c1", turn) is None


def test_without_a_server_a_dead_processs_turn_is_over_too(made: Make, tmp_path: Path) -> None:
    with worker(tmp_path / "state", "") as process:
        process.kill()
        process.wait()
    kit = made()
    kit.clock.now = kept_turn(kit).started
    assert kit.talks.heard(ANN, "c1", kept_turn(kit)) is not None
    kit.clock.go(GRACE_S + 1)
    assert kit.talks.heard(ANN, "c1", kept_turn(kit)) is None


def test_while_the_server_is_away_nobody_is_called_dead_too_soon(
    made: Make, own_server: Callable[..., RedisServer]
) -> None:
    server = own_server()
    kit = made(server.url())
    kit.store.begin(ANN, "c1", "t1", "energy", "plant")
    server.kill()
    kit.clock.go(GRACE_S + 1)
    assert kit.talks.heard(ANN, "c1", kept_turn(kit)) is not None
    kit.clock.go(AWAY_S)
    assert kit.talks.heard(ANN, "c1", kept_turn(kit)) is None


def test_two_turns_of_a_conversation_in_two_processes_are_told_apart(
    made: Make, server: RedisServer
) -> None:
    here, there = made(server.url()), made(server.url())
    beats = [kit.talks._beats for kit in (here, there)]
    running = [Running(ANN, "c1", f"both{n}", stage=f"stage {n}") for n in range(2)]
    for beat, one in zip(beats, running, strict=True):
        beat.begin(one)
    seen = [beats[1 - n].heard(ANN, "c1", f"both{n}") for n in range(2)]
    assert [beat.stage for beat in seen if beat is not None] == ["stage 0", "stage 1"]
    beats[0].end(running[0])
    assert beats[1].heard(ANN, "c1", "both0") is None
    assert beats[0].heard(ANN, "c1", "both1") is not None
    beats[1].end(running[1])


@pytest.mark.parametrize("value", [b"", b"[]", b"\xff", b'{"turn": "t1"}', b'{"turn": 1}'])
def test_a_sign_that_is_none_of_ours_is_passed_over(
    made: Make, server: RedisServer, value: bytes
) -> None:
    kit = made(server.url())
    with server.admin() as admin:
        admin.set(beat_key("t1"), value, ex=5)
    assert kit.talks._beats.heard(ANN, "c1", "t1") is None


def test_how_long_it_runs_is_by_the_clock_that_is_given(kit: Kit) -> None:
    at = iter([100.0, 103.0, 104.5, 104.5])
    beats = Beats(kit.link, clock=lambda: next(at))
    running = Running(ANN, "c9", "t9")
    beats.begin(running)
    assert json.loads(kit.link.run(lambda c: c.get(beat_key("t9", "c9"))) or b"")["ms"] == 3_000
    heard = beats.heard(ANN, "c9", "t9")
    assert heard is not None
    assert heard.elapsed_ms == 4_500
    beats.end(running)
    beats.close()
