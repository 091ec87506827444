"""The outbox: nothing is lost, nothing is put twice, nobody sends what another one is sending."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.delivery.message import message_key
from core.delivery.outbox import Outbox, put
from core.errors import Unavailable
from core.state import open_state
from tests.delivery.told import ADMIN, START, STRANGER, VIEWER, Clock, message

LEASE_S = 30.0


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    box = Outbox(tmp_path)
    yield box
    box.close()


def test_a_message_comes_back_as_it_was_put(outbox: Outbox) -> None:
    told = message()
    assert outbox.put(told, START)
    (claim,) = outbox.claim(START, LEASE_S)
    assert claim.message == told
    assert claim.attempt == 1


def test_one_key_is_kept_once_whatever_became_of_it(outbox: Outbox) -> None:
    assert outbox.put(message("same"), START)
    assert not outbox.put(message("same", to="other@plant.example"), START)
    (claim,) = outbox.claim(START, LEASE_S)
    assert not outbox.put(message("same"), START)
    assert outbox.sent(claim, START)
    assert not outbox.put(message("same"), START)
    assert outbox.counts(ADMIN) == {"waiting": 0, "sending": 0, "sent": 1, "dead": 0, "left": 0}


def test_it_is_kept_with_what_it_tells_of_or_not_at_all(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    others = sa.MetaData()
    alerts = sa.Table("some_alerts", others, sa.Column("id", sa.String(8), primary_key=True))
    engine = open_state(tmp_path, others)
    with engine.connect() as connection:
        connection.execute(sa.insert(alerts).values(id="a"))
        assert put(connection, message(), START)
        connection.rollback()
    assert not outbox.claim(START, LEASE_S)
    with engine.begin() as connection:
        connection.execute(sa.insert(alerts).values(id="a"))
        assert put(connection, message(), START)
        assert not put(connection, message(), START)
    assert len(outbox.claim(START, LEASE_S, most=5)) == 1


def test_what_one_has_claimed_no_other_gets_until_its_lease_runs_out(tmp_path: Path) -> None:
    first, second, clock = Outbox(tmp_path), Outbox(tmp_path), Clock()
    first.put(message(), clock())
    (claim,) = first.claim(clock(), LEASE_S)
    assert not second.claim(clock.on(LEASE_S - 1), LEASE_S)
    (again,) = second.claim(clock.on(1), LEASE_S)
    assert again.attempt == 2
    assert not first.sent(claim, clock()), "the lease had run out"
    assert not first.retry(claim, clock(), "late")
    assert not first.dead(claim, clock(), "late")
    assert second.sent(again, clock())


def test_senders_that_look_at_the_same_moment_get_a_message_each(tmp_path: Path) -> None:
    boxes = [Outbox(tmp_path) for _ in range(6)]
    for number in range(6):
        boxes[0].put(message(f"k{number}"), START)
    together = threading.Barrier(6)

    def claim(box: Outbox) -> str:
        together.wait(10)
        (claim,) = box.claim(START, LEASE_S)
        assert claim.message is not None
        return claim.message.key

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(claim, boxes)) == [f"k{number}" for number in range(6)]


def test_those_due_longest_go_first(outbox: Outbox) -> None:
    clock = Clock()
    for key in ("one", "two", "three"):
        outbox.put(message(key), clock())
        clock.on(1)
    (one,) = outbox.claim(clock(), LEASE_S)
    outbox.retry(one, clock.on(60), "not now")
    keys = [c.message.key for c in outbox.claim(clock(), LEASE_S, most=5) if c.message]
    assert keys == ["two", "three", "one"]


def test_what_is_to_be_tried_later_waits(outbox: Outbox) -> None:
    clock = Clock()
    outbox.put(message(), clock())
    (claim,) = outbox.claim(clock(), LEASE_S)
    due = clock.on(100)
    assert outbox.retry(claim, due, "The receiver answered 500.")
    (kept,) = outbox.page("waiting", ADMIN)
    assert (kept.error, kept.attempts, kept.due_at) == ("The receiver answered 500.", 1, due)
    assert not outbox.claim(START, LEASE_S)
    assert outbox.claim(due, LEASE_S)


def test_a_dead_message_is_sent_again_by_hand_under_its_own_key(outbox: Outbox) -> None:
    outbox.put(message("k", plant="HAM"), START)
    (claim,) = outbox.claim(START, LEASE_S)
    outbox.dead(claim, START, "550 no such user")
    assert not outbox.claim(START, LEASE_S)
    assert outbox.send_again(claim.number, VIEWER, START) is None, "not of this person's plants"
    assert outbox.send_again(claim.number, STRANGER, START) is None
    was = outbox.send_again(claim.number, ADMIN, START)
    assert was is not None
    assert (was.status, was.error) == ("dead", "550 no such user")
    assert outbox.send_again(claim.number, ADMIN, START) is None, "it is not dead any more"
    (again,) = outbox.claim(START, LEASE_S)
    assert again.message is not None
    assert (again.message.key, again.attempt) == ("k", 1)


def test_pages_hold_each_message_once_the_newest_first(outbox: Outbox) -> None:
    for number in range(7):
        outbox.put(message(f"k{number}"), START)
    seen: list[str] = []
    before: int | None = None
    while page := outbox.page("waiting", ADMIN, before=before, size=3):
        seen += [kept.key for kept in page]
        before = page[-1].number
    assert seen == [f"k{number}" for number in reversed(range(7))]
    assert not outbox.page("waiting", VIEWER)
    assert not outbox.page("waiting", STRANGER)


def test_what_was_sent_long_ago_is_cut_and_nothing_else(outbox: Outbox) -> None:
    for name in ("sent", "left", "dead", "sent too", "waits"):
        outbox.put(message(name), START)
    sent, left, dead, too = outbox.claim(START, LEASE_S, most=4)
    for claim in (sent, too):
        outbox.sent(claim, START)
    for claim in (left, dead):
        outbox.dead(claim, START, "550")
    assert outbox.let_be(left.number, ADMIN)
    assert outbox.cut(START, 10) == 0
    later = Clock().on(1)
    assert [outbox.cut(later, 2), outbox.cut(later, 2), outbox.cut(later, 2)] == [2, 1, 0]
    assert outbox.counts(ADMIN) == {"waiting": 1, "sending": 0, "sent": 0, "dead": 1, "left": 0}


def test_what_cannot_be_read_any_more_is_still_there(outbox: Outbox, tmp_path: Path) -> None:
    outbox.put(message(), START)
    with sqlite3.connect(tmp_path / "gemba.db") as connection:
        connection.execute("UPDATE outbox SET notice = '{}'")
    connection.close()
    (claim,) = outbox.claim(START, LEASE_S)
    assert claim.message is None
    assert outbox.page("sending", ADMIN)[0].notice is None


def test_a_database_that_is_away_is_said_to_be(outbox: Outbox, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "gemba.db") as connection:
        connection.execute("DROP TABLE outbox")
    connection.close()
    with pytest.raises(Unavailable, match="outbox could not be read"):
        outbox.claim(START, LEASE_S)
    with pytest.raises(Unavailable, match="outbox could not be written"):
        outbox.put(message(), START)


def test_keys_differ_wherever_a_part_does() -> None:
    keys = {message_key(*parts) for parts in [("a", "b"), ("ab", ""), ("a", "b", ""), ("b", "a")]}
    assert len(keys) == 4
    assert message_key("a", "b") == message_key("a", "b")
