"""A stream against a real OPC UA server: what it does when server, store or client go."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.errors import Unavailable, UserFixable
from core.execution.engine import DuckDBEngine
from core.semantic.model import SemanticModel
from core.streaming.batch import Batch
from core.streaming.buffer import Buffer, is_running, read_meta
from core.streaming.mapping import StreamMapping
from core.streaming.sinks import DuckDBSink
from core.streaming.stream import Stream, StreamState
from tests.side_loop import SideLoop
from tests.streaming.small import Plc, free_port, small_mapping, small_model, until

_MB = 1024 * 1024
Script = Callable[["Bench", Plc], Awaitable[None]]


class Bench:
    """A stream over its buffer and store, with what it said of itself."""

    def __init__(self, folder: Path, port: int, limit: int = 64 * _MB, **mapping: Any) -> None:
        self.folder, self.limit = folder, limit
        self.model: SemanticModel = small_model(folder)
        self.mapping: StreamMapping = small_mapping(folder, self.model, port, **mapping)
        self.store = folder / "works.duckdb"
        self.sink: Any = DuckDBSink(self.store, self.model.tables)
        self.state = StreamState("line", "works", "minutes")
        self._told: list[StreamState] = []
        self.stop = asyncio.Event()

    def buffer(self) -> Buffer:
        return Buffer(self.folder / "state" / "line.db", self.limit)

    async def run(self, *, once: bool = False, gate: Any = None) -> StreamState:
        self.stop = asyncio.Event()
        with closing(self.buffer()) as buffer:
            stream = Stream(
                self.mapping, self.model.tables["minutes"], buffer, self.sink, gate=gate,
                batch_s=0.1, limit_bytes=self.limit, told=self._tell, first_pause_s=0.05,
            )  # fmt: skip
            return await stream.run(self.stop, once=once)

    def _tell(self, state: StreamState) -> None:
        self.state = state

    def rows(self, sql: str = "SELECT * FROM minutes ORDER BY ts_utc") -> list[dict[str, Any]]:
        with closing(duckdb.connect(str(self.store), read_only=True)) as connection:
            return connection.sql(sql).to_arrow_table().to_pylist()


@pytest.fixture(scope="module")
def loop() -> Iterator[SideLoop]:
    with SideLoop() as made:
        yield made


@pytest.fixture(scope="module")
def shared_plc(loop: SideLoop) -> Iterator[Plc]:
    plc = Plc()
    loop.run(plc.begin())
    yield plc
    loop.run(plc.stop())


class Stage:
    """Plays scripts beside a stream and the server of all tests."""

    def __init__(self, folder: Path, loop: SideLoop, plc: Plc) -> None:
        self.folder, self.run, self.plc = folder, loop.run, plc

    def bench(self, **other: Any) -> Bench:
        return Bench(self.folder, self.plc.port, **other)

    def play(self, script: Script, *, gate: Any = None, **other: Any) -> Bench:
        """Run a script beside a stream; then that ends."""
        bench = self.bench(**other)

        async def scene() -> None:
            running = asyncio.create_task(bench.run(gate=gate))
            try:
                await script(bench, self.plc)
            finally:
                bench.stop.set()
                bench.state = await running

        self.run(scene())
        return bench


@pytest.fixture
def stage(tmp_path: Path, loop: SideLoop, shared_plc: Plc) -> Stage:
    loop.run(shared_plc.reset())
    return Stage(tmp_path, loop, shared_plc)


def no_doubles(rows: list[dict[str, Any]]) -> None:
    """Every interval once, none missing."""
    times = [row["ts_utc"] for row in rows]
    assert len(set(times)) == len(times)
    assert {(b - a).microseconds for a, b in pairwise(times)} <= {200_000}


def test_values_with_their_units_grades_and_times(stage: Stage) -> None:
    async def script(bench: Bench, plc: Plc) -> None:
        await until(lambda: bench.state.connected)
        await asyncio.sleep(0.5)
        await plc.write("M1.S", 50.0, 0x80000000 | 0x00890000)
        await plc.write("M1.C", 3.0)
        await plc.write("M1.P", "B")
        await asyncio.sleep(0.5)
        await plc.write("M1.S", 60.0, 0x40000000)
        await plc.write("M1.C", 7.0)
        await asyncio.sleep(0.5)
        await plc.write("M1.S", 70.0)
        await plc.write("M1.C", 2.0)
        await asyncio.sleep(0.6)

    bench = stage.play(script)
    rows = bench.rows()
    no_doubles(rows)
    assert {r["temperature"] for r in rows} == {100.0}
    assert all(r["site"] == "N" and r["machine"] == "M1" for r in rows)
    grades = [r["grade"] for r in rows]
    assert "BAD" in grades
    assert grades[-1] == "GOOD"
    assert all(r["speed"] is None for r in rows if r["grade"] == "BAD")
    assert any(r["speed"] == 60.0 and r["grade"] == "UNCERTAIN" for r in rows)
    assert rows[-1]["speed"] == 70.0
    assert rows[-1]["product"] == "B"
    # 0 to 3 to 7, then the counter began again and stands at 2
    assert sum(r["pieces"] or 0 for r in rows) == 9
    singles = bench.rows("SELECT * FROM minute_values WHERE column_name = 'speed' ORDER BY 1")
    assert [s["status_code"] for s in singles] == [0, 0x80890000, 0x40000000, 0]
    assert [s["quality"] for s in singles] == ["GOOD", "BAD", "UNCERTAIN", "GOOD"]
    assert bench.state.late == bench.state.dropped == 0


def test_a_store_that_takes_nothing_for_a_while(stage: Stage) -> None:
    async def script(bench: Bench, plc: Plc) -> None:
        await until(lambda: bench.store.exists())
        real, bench.sink._store = bench.store, bench.folder / "gone" / "x.duckdb"
        (bench.folder / "gone").write_text("no folder")
        await until(lambda: bool(bench.state.store_trouble))
        await until(lambda: bench.state.batches >= 3)
        bench.sink._store = real
        await until(lambda: not bench.state.store_trouble and bench.state.batches < 3)

    bench = stage.play(script)
    no_doubles(bench.rows())
    assert bench.state.dropped == 0


class _LosesReplies(DuckDBSink):
    """Every second batch is written, and then its reply is lost."""

    calls = 0

    def deliver(self, batches: Sequence[Batch]) -> None:
        super().deliver(batches)
        self.calls += 1
        if self.calls % 2:
            raise Unavailable("the reply was lost")


def test_a_batch_whose_reply_was_lost_is_not_loaded_twice(stage: Stage) -> None:
    async def script(bench: Bench, plc: Plc) -> None:
        bench.sink = _LosesReplies(bench.store, bench.model.tables)
        await until(lambda: bench.state.rows >= 6)

    bench = stage.play(script)
    assert bench.sink.calls > 3
    no_doubles(bench.rows())


def test_readers_stay_up_while_batches_come(stage: Stage) -> None:
    seen: list[int] = []

    async def script(bench: Bench, plc: Plc) -> None:
        await until(lambda: bench.store.exists())
        engine = DuckDBEngine(bench.store, children=1)
        try:
            for _ in range(6):
                table = await asyncio.to_thread(engine.fetch, "SELECT COUNT(*) AS n FROM minutes")
                seen.append(table.column("n")[0].as_py())
                await asyncio.sleep(0.1)
        finally:
            engine.close()

    stage.play(script)
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]


def test_a_full_buffer_keeps_what_is_oldest_and_counts_the_rest(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async def script(bench: Bench, plc: Plc) -> None:
        real, bench.sink._store = bench.store, bench.folder / "gone" / "x.duckdb"
        (bench.folder / "gone").write_text("no folder")
        await until(lambda: bench.state.connected)
        n = 0
        async with asyncio.timeout(60):
            while not bench.state.is_full:
                n += 1
                await plc.write("M1.S", float(n))
                await asyncio.sleep(0.005 if n % 50 == 0 else 0)
        await plc.write("M1.S", -1.0)
        await until(lambda: bench.state.dropped > 0)
        bench.sink._store = real
        await until(lambda: not bench.state.is_full)
        await asyncio.sleep(0.5)

    bench = stage.play(script, limit=96 * 1024, interval_us=200_000)
    rows = bench.rows()
    no_doubles(rows)
    assert "the buffer is full" in caplog.text
    assert "the buffer has room again" in caplog.text
    assert bench.state.dropped_since
    # what could not be kept is told as bad, and what it is by now is known again
    assert "BAD" in [r["grade"] for r in rows]
    assert rows[-1]["grade"] == "GOOD"
    assert rows[-1]["speed"] == -1.0
    meta = read_meta(bench.folder / "state" / "line.db")
    assert meta is not None
    assert meta["state"]["dropped"] == bench.state.dropped


def test_what_the_gate_puts_aside_does_not_reach_the_store(stage: Stage) -> None:
    aside: list[str] = []

    async def script(bench: Bench, plc: Plc) -> None:
        await until(lambda: len(aside) >= 3)

    bench = stage.play(script, gate=lambda batch: aside.append(batch.label))
    assert len(set(aside)) == len(aside)
    assert not bench.store.exists()


def test_once_takes_what_the_server_has(stage: Stage) -> None:
    bench = stage.bench()
    bench.state = stage.run(bench.run(once=True))
    assert not bench.state.trouble
    assert bench.rows()[-1]["grade"] == "GOOD"


def test_once_without_a_server_says_so(tmp_path: Path, loop: SideLoop) -> None:
    state = loop.run(Bench(tmp_path, free_port()).run(once=True))
    assert "cannot be reached" in state.trouble


def test_two_processes_do_not_share_a_buffer(tmp_path: Path) -> None:
    path = tmp_path / "line.db"
    with closing(Buffer(path, _MB)):
        assert is_running(path)
        with pytest.raises(UserFixable, match="Another process runs the stream 'line'"):
            Buffer(path, _MB)
    assert not is_running(path)


@pytest.mark.thorough
def test_a_client_that_is_killed_again_and_again_loses_and_doubles_nothing(stage: Stage) -> None:
    """The server's history has all values; so what the store has of them at last is all there is,
    each once, whenever the client was killed."""
    bench, plc, written = stage.bench(history=True, hold_min=60), stage.plc, [100.0]

    async def values(n: int, every_s: float) -> None:
        for _ in range(n):
            written.append(written[-1] + 1)
            await plc.write("M1.S", written[-1])
            await asyncio.sleep(every_s)

    async def scene() -> None:
        for _round in range(2):
            child = await asyncio.to_thread(_child, bench.folder, plc.port)
            await values(25, 0.03)
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
            await values(10, 0.01)
        running = asyncio.create_task(bench.run())
        await until(lambda: bench.state.connected)
        await asyncio.sleep(0.7)
        bench.stop.set()
        bench.state = await running

    stage.run(scene())
    assert bench.state.late == 0
    no_doubles(bench.rows())
    found = bench.rows(
        "SELECT value FROM minute_values WHERE column_name = 'speed' ORDER BY source_ts_utc"
    )
    assert [row["value"] for row in found] == written
    assert bench.rows()[-1]["speed"] == written[-1]


def _child(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """A client in a process of its own, once it is connected."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.streaming.client", json.dumps([str(folder), port])],
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"connected\n"
    return child


def test_a_server_that_goes_and_comes_back(stage: Stage) -> None:
    async def script(bench: Bench, plc: Plc) -> None:
        await until(lambda: bench.state.connected)
        await asyncio.sleep(0.4)
        await plc.stop()
        await until(lambda: bool(bench.state.trouble), 20)
        await asyncio.sleep(0.6)
        await plc.start()
        await until(lambda: bench.state.connected, 20)
        await plc.write("M1.S", 33.0)
        await asyncio.sleep(0.8)

    bench = stage.play(script)
    rows = bench.rows()
    no_doubles(rows)
    grades = [r["grade"] for r in rows]
    assert grades.count("BAD") >= 2
    lost = grades.index("BAD")
    assert rows[lost]["speed"] is None
    assert "GOOD" in grades[:lost]
    assert grades[-1] == "GOOD"
    assert rows[-1]["speed"] == 33.0
