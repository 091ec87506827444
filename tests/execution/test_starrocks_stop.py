"""Deadline and Stop on a real server: the query is gone, the caller free, nothing leaks."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from core.errors import ModelFixable, QueryCancelled, QueryTimeout, Unavailable
from core.execution.starrocks.pool import PoolSettings
from tests.execution.mariadb import MariaDB, raw

SLOW = "SELECT SLEEP(20) AS s"
# Reads and compares in place of sleeping: ended between rows, not in a wait.
BUSY = (
    "SELECT COUNT(*) AS n FROM information_schema.COLLATIONS a, information_schema.COLLATIONS b, "
    "information_schema.COLLATIONS c, information_schema.COLLATIONS d "
    "WHERE a.ID + b.ID < c.ID - d.ID"
)


def gone_after(server: MariaDB, words: str, most_s: float = 5.0) -> float:
    """Seconds until no query with these words runs."""
    started = time.perf_counter()
    while server.running(words):
        if time.perf_counter() - started > most_s:
            pytest.fail(f"{words!r} still runs after {most_s} s")
        time.sleep(0.005)  # a process list can only be asked for
    return time.perf_counter() - started


def running_within(server: MariaDB, words: str, most_s: float = 5.0) -> int:
    """The connection's number of the query with these words, once it runs."""
    limit = time.perf_counter() + most_s
    while time.perf_counter() < limit:
        found = server.running(words)
        if found:
            return found[0]
        time.sleep(0.005)
    pytest.fail(f"{words!r} never ran")


@pytest.mark.parametrize("sql", [SLOW, BUSY], ids=["asleep", "busy"])
def test_at_the_deadline_the_query_is_gone(mariadb: MariaDB, sql: str):
    engine = mariadb.engine()
    engine.fetch("SELECT 1 AS a")
    started = time.perf_counter()
    with pytest.raises(QueryTimeout, match=r"longer than 0.4 s"):
        engine.run(raw(sql), timeout_s=0.4)
    free = time.perf_counter() - started - 0.4
    gone = free + gone_after(mariadb, sql[:30])
    print(f"deadline: caller free after {free * 1000:.0f} ms, gone after {gone * 1000:.0f} ms")
    assert free < 0.5
    assert gone < 1.0
    assert engine.fetch("SELECT 1 AS a").num_rows == 1
    engine.close()


@pytest.mark.parametrize("sql", [SLOW, BUSY], ids=["asleep", "busy"])
def test_on_stop_the_query_is_gone(mariadb: MariaDB, sql: str):
    engine = mariadb.engine()
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(engine.run, raw(sql), timeout_s=30, cancel=stop)
        running_within(mariadb, sql[:30])
        started = time.perf_counter()
        stop.set()
        with pytest.raises(QueryCancelled):
            asked.result(5)
        free = time.perf_counter() - started
        gone = free + gone_after(mariadb, sql[:30])
    print(f"stop: caller free after {free * 1000:.0f} ms, gone after {gone * 1000:.0f} ms")
    assert free < 0.5
    assert gone < 1.0
    engine.close()


def test_stop_before_the_start_asks_the_server_nothing(mariadb: MariaDB):
    engine = mariadb.engine()
    stop = threading.Event()
    stop.set()
    with pytest.raises(QueryCancelled):
        engine.run(raw(SLOW), timeout_s=5, cancel=stop)
    assert mariadb.running(SLOW) == []


def test_stop_while_all_connections_are_in_use(mariadb: MariaDB):
    engine = mariadb.engine(pool=PoolSettings(size=1, wait_s=20))
    first, second = threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as pool:
        busy = pool.submit(engine.run, raw(SLOW), timeout_s=30, cancel=first)
        running_within(mariadb, SLOW)
        waiting = pool.submit(engine.run, raw(SLOW), timeout_s=30, cancel=second)
        started = time.perf_counter()
        second.set()
        with pytest.raises(QueryCancelled):
            waiting.result(5)
        assert time.perf_counter() - started < 0.5
        first.set()
        with pytest.raises(QueryCancelled):
            busy.result(5)
    engine.close()


def test_no_more_connections_than_the_pool_has(mariadb: MariaDB):
    engine = mariadb.engine(pool=PoolSettings(size=2, wait_s=0.3))
    with ThreadPoolExecutor(3) as pool:
        stop = threading.Event()
        busy = [
            pool.submit(engine.run, raw(f"SELECT SLEEP(20) AS s{n}"), timeout_s=30, cancel=stop)
            for n in range(2)
        ]
        for n in range(2):
            running_within(mariadb, f"SLEEP(20) AS s{n}")
        assert len(mariadb.threads()) == 2
        started = time.perf_counter()
        with pytest.raises(Unavailable, match="All 2 connections"):
            engine.run(raw("SELECT 1 AS a"), timeout_s=5)
        assert time.perf_counter() - started < 1.0
        stop.set()
        for each in busy:
            with pytest.raises(QueryCancelled):
                each.result(5)
    assert engine.run(raw("SELECT 1 AS a"), timeout_s=5).row_count == 1
    engine.close()


def test_waiting_for_a_connection_ends_at_the_deadline(mariadb: MariaDB):
    engine = mariadb.engine(pool=PoolSettings(size=1, wait_s=20))
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(engine.run, raw(SLOW), timeout_s=30, cancel=stop)
        running_within(mariadb, SLOW)
        started = time.perf_counter()
        with pytest.raises(Unavailable):
            engine.run(raw("SELECT 1 AS a"), timeout_s=0.3)
        assert time.perf_counter() - started < 0.8
        stop.set()
        with pytest.raises(QueryCancelled):
            busy.result(5)
    engine.close()


def test_a_crowd_with_random_stops_leaks_nothing(mariadb: MariaDB):
    """25 at once on four connections; each is stopped, runs out of time, fails or is answered, and
    those that are answered got their own answer."""
    engine = mariadb.engine(pool=PoolSettings(size=4, wait_s=30))
    engine.fetch("SELECT 1 AS a")
    dice = random.Random(7)
    before = {t.name for t in threading.enumerate()}

    def ask(number: int, kind: str, delay: float) -> str:
        stop = threading.Event()
        timer = threading.Timer(delay, stop.set)
        if kind == "stop":
            timer.start()
        sql = {
            "stop": f"SELECT SLEEP(5) AS s, {number} AS n",
            "late": f"SELECT SLEEP(5) AS s, {number} AS n",
            "wrong": "SELECT nothing_such FROM readings",
            "right": f"SELECT SLEEP({delay:.3f}) AS s, {number} AS n",
        }[kind]
        try:
            timeout_s = delay if kind == "late" else 30
            table = engine.run(raw(sql), timeout_s=timeout_s, cancel=stop).table
        except QueryCancelled:
            return "stop"
        except Unavailable:
            return "late"
        except ModelFixable:
            return "wrong"
        finally:
            timer.cancel()
        assert table.column("n")[0].as_py() == number
        assert table.column("s")[0].as_py() == 0  # 1 says that its sleep was cut short
        return "right"

    kinds = ["stop", "late", "wrong", "right", "right"] * 5
    with ThreadPoolExecutor(25) as pool:
        jobs = [
            pool.submit(ask, number, kind, dice.uniform(0.02, 0.3))
            for number, kind in enumerate(kinds)
        ]
        assert [job.result(30) for job in jobs] == kinds
    gone_after(mariadb, "SLEEP(")
    assert len(mariadb.threads()) <= 4
    assert engine.fetch("SELECT 1 AS a").num_rows == 1
    for thread in threading.enumerate():
        if thread.name.startswith("query-"):
            thread.join(5)
    left = [t.name for t in threading.enumerate() if t.name.startswith("query-")]
    assert left == []
    assert {t.name for t in threading.enumerate()} <= before | {"ThreadPoolExecutor"}
    engine.close()
    _wait_until_none(mariadb)


def _wait_until_none(server: MariaDB) -> None:
    limit = time.perf_counter() + 5
    while server.threads():
        assert time.perf_counter() < limit, server.threads()
        time.sleep(0.01)


def test_a_stop_that_comes_with_the_answer_ends_no_other_query(mariadb: MariaDB):
    """Deadlines that fall on the very end of queries: the next one on the connection is whole."""
    engine = mariadb.engine(pool=PoolSettings(size=1))
    for number in range(40):
        timeout_s = 0.010 + number * 0.0002
        with suppress(Unavailable):
            engine.run(raw("SELECT SLEEP(0.012) AS s"), timeout_s=timeout_s)
        table = engine.run(raw("SELECT SLEEP(0.004) AS s"), timeout_s=10).table
        assert table.column("s")[0].as_py() == 0
    engine.close()


def test_a_killed_connection_is_tried_again_before_the_first_row(mariadb: MariaDB):
    engine = mariadb.engine()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(engine.run, raw("SELECT SLEEP(0.6) AS s, 7 AS n"), timeout_s=10)
        number = running_within(mariadb, "7 AS n")
        with mariadb.admin() as do:
            do(f"KILL CONNECTION {number}")
        assert asked.result(5).table.to_pylist() == [{"s": 0, "n": 7}]
    engine.close()


def test_a_connection_that_is_killed_twice_is_told(mariadb: MariaDB):
    engine = mariadb.engine()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(engine.run, raw("SELECT SLEEP(9) AS s, 8 AS n"), timeout_s=20)
        killed: set[int] = set()
        while len(killed) < 2:
            number = running_within(mariadb, "8 AS n")
            if number not in killed:
                with mariadb.admin() as do:
                    do(f"KILL CONNECTION {number}")
                killed.add(number)
        with pytest.raises(Unavailable, match="was lost while the query ran"):
            asked.result(5)
    assert mariadb.running("8 AS n") == []
    engine.close()


def test_a_connection_that_is_killed_after_the_first_row_is_not_tried_again(mariadb: MariaDB):
    # One row at once, wide enough to leave the server's buffer, and the next after a long time.
    engine = mariadb.engine()
    sql = (
        "SELECT REPEAT('x', 200000) AS t, SLEEP(seq * 0.5) AS s, 9 AS n "
        "FROM (SELECT 0 AS seq UNION ALL SELECT 0 UNION ALL SELECT 10) AS q"
    )
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(engine.run, raw(sql), timeout_s=20)
        number = running_within(mariadb, "9 AS n")
        time.sleep(0.3)  # rows are on their way; the server shows nothing of it
        with mariadb.admin() as do:
            do(f"KILL CONNECTION {number}")
        with pytest.raises(Unavailable, match="was lost while the query ran"):
            asked.result(5)
    time.sleep(0.1)
    assert mariadb.running("9 AS n") == []
    engine.close()


def test_a_query_that_an_administrator_ended_is_not_called_late(mariadb: MariaDB):
    engine = mariadb.engine()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(engine.run, raw(BUSY), timeout_s=20)
        number = running_within(mariadb, BUSY[:30])
        with mariadb.admin() as do:
            do(f"KILL QUERY {number}")
        with pytest.raises(Unavailable, match="administrator") as caught:
            asked.result(5)
    assert not isinstance(caught.value, QueryTimeout)
    engine.close()


def test_idle_connections_that_the_server_dropped_are_renewed(mariadb: MariaDB):
    engine = mariadb.engine()
    engine.fetch("SELECT 1 AS a")
    with mariadb.admin() as do:
        for number, _ in mariadb.threads():
            do(f"KILL CONNECTION {number}")
    assert engine.run(raw("SELECT machine FROM readings"), timeout_s=5).row_count == 2
    engine.close()


def test_a_connection_is_renewed_by_its_age(mariadb: MariaDB):
    engine = mariadb.engine(pool=PoolSettings(size=1, recycle_s=1))
    numbers = {engine.fetch("SELECT CONNECTION_ID() AS i").to_pylist()[0]["i"] for _ in range(3)}
    assert len(numbers) == 1
    time.sleep(1.1)  # SQLAlchemy's pool takes no clock
    assert engine.fetch("SELECT CONNECTION_ID() AS i").to_pylist()[0]["i"] not in numbers
    engine.close()


def test_a_wrong_statement_costs_no_connection(mariadb: MariaDB):
    engine = mariadb.engine(pool=PoolSettings(size=1))
    before = engine.fetch("SELECT CONNECTION_ID() AS i").to_pylist()
    with pytest.raises(ModelFixable, match="nothing_such") as caught:
        engine.run(raw("SELECT nothing_such FROM readings"), timeout_s=5)
    assert "nothing_such" in caught.value.hint
    assert engine.fetch("SELECT CONNECTION_ID() AS i").to_pylist() == before
    engine.close()


def test_rows_that_nobody_asked_for_are_not_waited_for(mariadb: MariaDB):
    """A result far longer than the limit: the caller has its rows at once and the server is rid
    of the query."""
    engine = mariadb.engine(pool=PoolSettings(size=1))
    sql = (
        "SELECT REPEAT('y', 2000) AS t FROM information_schema.COLLATIONS a, "
        "information_schema.COLLATIONS b, information_schema.COLLATIONS c"
    )
    started = time.perf_counter()
    result = engine.run(raw(sql, limit=11), timeout_s=20)
    assert result.row_count == 10
    assert result.truncated
    assert time.perf_counter() - started < 1.0
    gone_after(mariadb, "REPEAT('y'", 2.0)
    assert engine.fetch("SELECT 1 AS a").num_rows == 1
    engine.close()
