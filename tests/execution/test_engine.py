# ruff: noqa: E501 - statements stand as they are
"""The engine contract on DuckDB: types, cap, deadline, stop, memory, crash, read-only, no files."""

import datetime as dt
import os
import signal
import threading
import time
from pathlib import Path

import duckdb
import pytest

from core.errors import ConfigError, ModelFixable, QueryCancelled, QueryTimeout, Unavailable
from core.execution.engine import DuckDBEngine
from core.governance.selftest import self_test
from core.types import Governed
from tests.governance import mill


def raw(sql: str, *, limit: int = 1001, columns: tuple[str, ...] = ()) -> Governed:
    """SQL as if governance had let it through: the engine's own walls must hold."""
    return Governed(
        sql=sql, tables=(), predicates=(), masked=(), limit=limit, rules_version="x",
        columns=columns,
    )  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mill.build(tmp_path_factory.mktemp("engine") / "mill.duckdb")


@pytest.fixture(scope="module")
def engine(path: Path):
    made = DuckDBEngine(path, memory_mb=512, threads=2)
    made.check()
    yield made
    made.close()


def test_a_number_that_would_come_out_as_another_is_refused(tmp_path: Path):
    path = tmp_path / "wide.duckdb"
    with duckdb.connect(str(path)) as store:
        store.execute(
            "CREATE TABLE wide AS SELECT 340282366920938463463374607431768211455::UHUGEINT AS n"
        )
    made = DuckDBEngine(path)
    with pytest.raises(ModelFixable, match="UHUGEINT"):
        made.run(raw("SELECT n FROM wide"), timeout_s=10)
    assert made.run(raw("SELECT COUNT(*) AS n FROM wide"), timeout_s=10).row_count == 1
    made.close()


def test_types_and_nulls(engine: DuckDBEngine):
    result = engine.run(
        raw(
            "SELECT machine AS s, units AS i, heat AS d, day AS a, at AS t, heat > 50 AS b, "
            "SUM(units) OVER () AS big, 1.5 * units AS dec, SQRT(heat - 1000) AS nan, NULL AS n "
            "FROM readings WHERE site = 'N' ORDER BY at LIMIT 3"
        ),
        timeout_s=5,
    )
    types = [str(f.type) for f in result.table.schema]
    assert types == [
        "string", "int64", "double", "date32[day]", "timestamp[us]", "bool", "int64",
        "decimal128(38, 1)", "double", types[9],
    ]  # fmt: skip
    first = result.table.to_pylist()[0]
    assert first["d"] is None
    assert first["n"] is None
    assert first["nan"] is None
    assert first["a"] == dt.date(2026, 3, 28)
    assert first["t"] == dt.datetime(2026, 3, 28)


def test_cut_is_a_fact(engine: DuckDBEngine):
    sql = "SELECT machine FROM readings ORDER BY at LIMIT {}"
    cut = engine.run(raw(sql.format(11), limit=11), timeout_s=5)
    assert cut.row_count == 10
    assert cut.truncated
    whole = engine.run(raw(sql.format(10), limit=11), timeout_s=5)
    assert whole.row_count == 10
    assert not whole.truncated


def test_no_more_rows_than_the_limit_leave_the_child(engine: DuckDBEngine):
    result = engine.run(raw("SELECT r.at FROM readings r, readings s", limit=51), timeout_s=5)
    assert result.row_count == 50
    assert result.truncated


def test_columns_are_named_by_governance(engine: DuckDBEngine):
    governed = raw("SELECT COUNT(*) FROM readings", columns=("COUNT(*)",))
    assert engine.run(governed, timeout_s=5).table.column_names == ["COUNT(*)"]


RUNAWAYS = {
    "join": "SELECT COUNT(*) FROM readings a, readings b, readings c, readings d WHERE "
    "a.heat + b.heat < c.heat - d.heat",
    "repeat": "SELECT LENGTH(REPEAT('a', 2000000000)) + COUNT(*) FROM readings",
    "pad": "SELECT LENGTH(LPAD('a', 2000000000, 'xy')) FROM readings",
    "list": "SELECT LEN(LIST_SORT(RANGE(400000000))) AS n",
    "levenshtein": "SELECT MAX(LEVENSHTEIN(REPEAT('ab', 90000), REPEAT('ba', 90000))) FROM readings",
}


@pytest.mark.parametrize("name", RUNAWAYS)
def test_a_runaway_is_gone_soon_after_its_deadline(engine: DuckDBEngine, name: str):
    started = time.perf_counter()
    with pytest.raises((QueryTimeout, Unavailable, ModelFixable)):
        engine.run(raw(RUNAWAYS[name]), timeout_s=0.5)
    assert time.perf_counter() - started < 1.5
    assert engine.run(raw("SELECT 1 AS a"), timeout_s=5).row_count == 1


def test_a_killed_query_leaves_no_process(engine: DuckDBEngine):
    with pytest.raises(QueryTimeout):
        engine.run(raw(RUNAWAYS["join"]), timeout_s=0.3)
    mine = f"\nPPid:\t{os.getpid()}\n"
    zombies = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if mine in text and "\nState:\tZ" in text:
            zombies.append(text)
    assert zombies == []


def test_too_much_memory_is_said(engine: DuckDBEngine):
    small = DuckDBEngine(engine.path, memory_mb=64, threads=1, children=1)
    try:
        with pytest.raises(Unavailable, match="memory"):
            small.run(
                raw(
                    "SELECT COUNT(*) FROM (SELECT DISTINCT CONCAT(a.at, b.at, c.at, REPEAT('x', 90))"
                    " AS k FROM readings a, readings b, readings c) AS t"
                ),
                timeout_s=20,
            )
        assert small.run(raw("SELECT 1 AS a"), timeout_s=5).row_count == 1
    finally:
        small.close()


def test_stop_ends_the_query(engine: DuckDBEngine):
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    started = time.perf_counter()
    with pytest.raises(QueryCancelled):
        engine.run(raw(RUNAWAYS["join"]), timeout_s=10, cancel=cancel)
    assert time.perf_counter() - started < 1.0


def test_a_crashed_child_is_replaced_within_the_query(path: Path):
    engine = DuckDBEngine(path, children=1)
    try:
        engine.check()
        for child in list(engine._idle):
            os.kill(child.pid, signal.SIGKILL)
        assert engine.run(raw("SELECT 1 AS a"), timeout_s=10).row_count == 1
        # Killed while it runs: tried once more, and answered.
        killer = threading.Timer(0.15, lambda: _kill_children(os.getpid()))
        killer.start()
        slow = "SELECT COUNT(*) AS n FROM readings a, readings b, readings c"
        assert engine.run(raw(slow), timeout_s=20).table.to_pylist() == [{"n": 360**3}]
        killer.join()
    finally:
        engine.close()


def _kill_children(parent: int) -> None:
    """End the direct DuckDB children of this test process."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            is_mine = f"\nPPid:\t{parent}\n" in status.read_text()
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if is_mine and b"duckdb_child" in command:
            os.kill(int(status.parent.name), signal.SIGKILL)


def test_a_child_that_always_dies_is_unavailable(path: Path, monkeypatch: pytest.MonkeyPatch):
    engine = DuckDBEngine(path, children=1)
    try:
        engine.check()
        stop = threading.Event()

        def kill_for_ever() -> None:
            while not stop.is_set():
                _kill_children(os.getpid())
                time.sleep(0.02)

        killer = threading.Thread(target=kill_for_ever)
        killer.start()
        try:
            with pytest.raises(Unavailable, match="twice"):
                engine.run(raw(RUNAWAYS["join"]), timeout_s=10)
        finally:
            stop.set()
            killer.join()
        assert engine.run(raw("SELECT 1 AS a"), timeout_s=10).row_count == 1
    finally:
        engine.close()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM readings",
        "CREATE TABLE t AS SELECT 1 AS a",
        "INSERT INTO codes VALUES ('a', 1)",
        "DROP TABLE codes",
        "UPDATE codes SET limit_c = 1",
        "COPY codes TO '/tmp/gemba-test.csv'",
        "ATTACH '/tmp/gemba-test.db' AS b",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '9GB'",
        "SET lock_configuration = false",
        "SET enable_external_access = true",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM `/etc/passwd`",
        "SELECT * FROM parquet_scan('https://example.org/a.parquet')",
    ],
)
def test_the_engine_itself_writes_nothing_and_reads_no_file(engine: DuckDBEngine, sql: str):
    with pytest.raises((ModelFixable, Unavailable)):
        engine.run(raw(sql), timeout_s=5)
    assert not list(Path("/tmp").glob("gemba-test*"))
    counts = engine.fetch("SELECT COUNT(*) AS n FROM codes").to_pylist()
    assert counts == [{"n": 3}]


def test_no_secret_is_handed_to_the_child(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GEMBA_LLM_KEY", "canary-9")
    engine = DuckDBEngine(path, children=1)
    try:
        engine.check()
        answered = engine._idle[0]  # the one that is ready; others may still be starting
        assert b"canary-9" not in Path(f"/proc/{answered.pid}/environ").read_bytes()
        limits = Path(f"/proc/{answered.pid}/limits").read_text()
        assert "Max address space         unlimited" not in limits
    finally:
        engine.close()


def test_engine_errors_go_back_with_a_hint(engine: DuckDBEngine):
    with pytest.raises(ModelFixable) as caught:
        engine.run(raw("SELECT nothing_here FROM readings"), timeout_s=5)
    assert "nothing_here" in caught.value.hint


def test_a_missing_file_says_what_to_do(tmp_path: Path):
    with pytest.raises(Unavailable, match="python -m core demo"):
        DuckDBEngine(tmp_path / "none.duckdb").check()


def test_a_broken_file_says_what_to_do(tmp_path: Path, path: Path):
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"not a database" * 1000)
    with pytest.raises(ConfigError, match="cannot be opened"):
        DuckDBEngine(broken).check()
    cut = tmp_path / "cut.duckdb"
    cut.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ConfigError, match="cannot be opened"):
        DuckDBEngine(cut).check()


def test_a_locked_file_says_so(tmp_path: Path):
    locked = mill.build(tmp_path / "locked.duckdb", sites=("N",))
    with duckdb.connect(str(locked)) as writer:
        writer.execute("CREATE TABLE more (a INT)")
        with pytest.raises(Unavailable, match="being written"):
            DuckDBEngine(locked).check()


def test_a_replaced_file_is_read_anew(tmp_path: Path):
    current = mill.build(tmp_path / "a.duckdb", sites=("N",))
    engine = DuckDBEngine(current, children=1)
    count = "SELECT COUNT(DISTINCT site) AS n FROM readings"
    try:
        assert engine.fetch(count).to_pylist() == [{"n": 1}]
        mill.build(tmp_path / "b.duckdb").replace(current)
        assert engine.fetch(count).to_pylist() == [{"n": 3}]
    finally:
        engine.close()


def test_many_threads_share_the_pool(engine: DuckDBEngine):
    answers: list[int] = []

    def ask(number: int) -> None:
        result = engine.run(raw(f"SELECT {number} AS a"), timeout_s=10)
        answers.append(result.table.to_pylist()[0]["a"])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(12))


def test_first_answer_is_quick(path: Path):
    engine = DuckDBEngine(path)
    started = time.perf_counter()
    try:
        engine.check()
        assert time.perf_counter() - started < 4
    finally:
        engine.close()


def test_self_test_passes_and_notices_a_leak(engine: DuckDBEngine, monkeypatch):
    self_test(engine, mill.POLICY, mill.MODEL)
    import core.governance.selftest as module

    def leaky(sql, user, policy, model):
        return real(sql, mill.ADMIN, policy, model)

    real = module.govern
    monkeypatch.setattr(module, "govern", leaky)
    with pytest.raises(ConfigError, match="self-test failed"):
        self_test(engine, mill.POLICY, mill.MODEL)


@pytest.mark.parametrize(
    "sql",
    ["SELECT (machine, heat) AS a FROM readings", "SELECT INTERVAL 1 DAY AS a FROM readings"],
)
def test_a_value_that_cannot_be_shown_is_said(engine: DuckDBEngine, sql: str):
    with pytest.raises(ModelFixable, match="cannot be shown"):
        engine.run(raw(sql), timeout_s=5)
