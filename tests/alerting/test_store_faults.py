"""A disk that takes nothing, a lock that does not go, a kill in the middle: all or nothing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.alerting.lifecycle import NORMAL, UNSEEN, Event, follow
from core.alerting.reading import Filter
from core.alerting.step import Trip
from core.alerting.store import AlertStore
from core.errors import Unavailable, UserFixable
from core.types import User
from tests.alerting.watching import (
    MODEL,
    PAIRS,
    PUMP,
    START,
    TENANT,
    Watch,
    at,
    new,
    rises,
    step,
    watch_on,
)
from tests.scaffold.tree import ROOT

ANN = User("ann", "engineer", ("HAM",))
STEPS, KILLS = 150, 15


def pragma(engine: sa.Engine, statement: str) -> None:
    """Have every connection from now on run under a PRAGMA."""

    def run(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA {statement}")

    sa.event.listen(engine, "connect", run)
    engine.dispose()


def everything(folder: Path) -> list[tuple[object, ...]]:
    """All rows of all tables of alerts."""
    with sqlite3.connect(folder / "gemba.db") as file:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'alert%'"
        tables = sorted(name for (name,) in file.execute(names))
        return [(t, *row) for t in tables for row in file.execute(f"SELECT * FROM {t}")]


@pytest.mark.parametrize("trouble", ["query_only = ON", "max_page_count = 1"])
def test_a_disk_that_takes_nothing_is_told_and_leaves_nothing_half_written(
    store: AlertStore, tmp_path: Path, trouble: str
) -> None:
    Watch(store).goes(Event.RAISE)
    before = everything(tmp_path)
    pragma(store._engine, trouble)
    many = [rises(at(1), ("t", f"HAM-{n}"), note="x" * 10_000) for n in range(200)]
    with pytest.raises(Unavailable, match="Nothing was written"):
        store.commit(step(2, *many, trips={PUMP: Trip(True)}))
    assert everything(tmp_path) == before
    with pytest.raises(Unavailable, match="space and rights"):
        store.act(new().id, Event.ACKNOWLEDGE, ANN, reason="x" * 1_000_000)
    assert everything(tmp_path) == before
    assert store.reading.alerts(ANN).total == 1, "it is still read"


def test_a_disk_that_fills_up_in_the_middle_of_a_step_keeps_nothing_of_it(
    store: AlertStore, tmp_path: Path
) -> None:
    """The messages, which come last, find no space any more."""
    Watch(store).goes(Event.RAISE)
    before = everything(tmp_path)

    def fills(connection: sa.Connection, _: Any) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.exec_driver_sql("CREATE TABLE filled (x TEXT)")
        connection.exec_driver_sql("INSERT INTO filled VALUES (?)", ("x" * 1_000_000,))

    with pytest.raises(Unavailable, match="Nothing was written"):
        store.commit(step(2, rises(at(1), ("t", "HAM-2"))), [fills])
    assert everything(tmp_path) == before
    store._engine.dispose()
    assert store.commit(step(2, rises(at(1), ("t", "HAM-2")))).is_done


def test_a_lock_that_does_not_go_is_told_and_the_step_can_be_done_later(
    store: AlertStore, tmp_path: Path
) -> None:
    Watch(store).goes(Event.RAISE)
    pragma(store._engine, "busy_timeout = 50")
    one = step(2, rises(at(1), ("t", "HAM-2")))
    other = sqlite3.connect(tmp_path / "gemba.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        store.commit(one)
    with pytest.raises(Unavailable):
        store.act(new().id, Event.ACKNOWLEDGE, ANN)
    with pytest.raises(Unavailable):
        store.end_shelves()
    assert store.reading.alerts(ANN).total == 1, "readers wait for no writer"
    other.execute("ROLLBACK")
    other.close()
    assert store.commit(one).is_done


def test_a_file_that_cannot_be_read_is_told(store: AlertStore, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "gemba.db") as file:
        file.execute("ALTER TABLE alerts RENAME TO lost")
    with pytest.raises(Unavailable, match="could not be read"):
        store.reading.alerts(ANN)
    with pytest.raises(Unavailable):
        store.commit(step(1, rises(START)))


@pytest.mark.thorough
def test_people_and_the_watch_in_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    both, alone, last = tmp_path / "both", tmp_path / "alone", 250
    expected = AlertStore(alone)
    watch_on(expected, last)
    desk = AlertStore(both)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.alerting.watching", str(both), str(last)], cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    acknowledged, reasons = 0, set()
    limit = time.monotonic() + 60
    while child.poll() is None and time.monotonic() < limit:
        unseen = desk.reading.alerts(ANN, Filter(states=UNSEEN)).alerts
        for alert in unseen:
            try:
                desk.act(alert.id, Event.ACKNOWLEDGE, ANN, seen=alert.count)
            except UserFixable as refused:
                reasons.add(str(refused))
            else:
                acknowledged += 1
    assert child.wait(timeout=10) == 0
    assert acknowledged > 10
    assert all("raised again" in reason for reason in reasons)
    events = {}
    for name, store in (("both", desk), ("alone", expected)):
        found = []
        for alert in store.reading.alerts(ANN, Filter(), most=10_000).alerts:
            here = NORMAL
            for entry in store.reading.story(alert.id, ANN):
                assert entry.from_state is here.state
                here = follow(here, entry.event)
                if entry.event in (Event.RAISE, Event.RETURN):
                    found.append((alert.pair, entry.event, entry.at))
            assert here == alert.standing
        events[name] = sorted(found)
    assert events["both"] == events["alone"]
    for store in (desk, expected):
        store.close()


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_in_the_middle_again_and_again_no_alert_is_lost_and_none_doubled(
    tmp_path: Path,
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    expected = AlertStore(whole)
    watch_on(expected, STEPS)
    expected.close()
    store = AlertStore(killed)
    kills = at_work = 0
    for turn in range(KILLS):
        before = store.watermark(TENANT, MODEL)
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.alerting.watching", str(killed), str(STEPS)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert child.stdout is not None
        child.stdout.readline()
        limit = time.monotonic() + 20
        while store.watermark(TENANT, MODEL) == before and time.monotonic() < limit:
            time.sleep(0.001)
        time.sleep(0.0007 * (turn % 20))
        is_running = child.poll() is None
        child.kill()
        child.wait()
        child.stdout.close()
        kills += is_running
        at_work += store.watermark(TENANT, MODEL) != before
        if store.watermark(TENANT, MODEL) == at(STEPS):
            break
    assert kills >= 10, "it was through before it was killed: give it more steps"
    assert at_work >= kills
    watch_on(store, STEPS)
    assert same(killed) == same(whole)
    stories = [store.reading.story(a.id, ANN) for a in store.reading.alerts(ANN, Filter()).alerts]
    assert len(stories) == len(PAIRS)
    assert sum(map(len, stories)) > STEPS, "much happened while it was killed"
    store.close()


def same(folder: Path) -> list[tuple[object, ...]]:
    """All that is kept but for the times at which it was written, and in which order rows stand."""
    with sqlite3.connect(folder / "gemba.db") as file:
        told = ("alert_id", "at", "event", "from_state", "to_state", "value", "is_shown")
        queries = (
            "SELECT * FROM alerts",
            f"SELECT {', '.join(told)} FROM alert_journal",
            "SELECT * FROM alert_trips",
            "SELECT * FROM alert_watermarks",
            "SELECT key FROM sent",
        )
        return [row for query in queries for row in sorted(file.execute(query).fetchall(), key=str)]
