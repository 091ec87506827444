"""How long a query lives on after its deadline or after Stop, and how long its caller waits.

For DuckDB's child process (gone: the process no longer exists) and for a MariaDB that the script
starts itself, in StarRocks' place (gone: no longer in the server's process list).

    .venv/bin/python -m benchmarks.kill [--runs 20] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from core.errors import GembaError
from core.execution.engine import DuckDBEngine
from core.types import Engine, Governed
from tests.execution import mariadb
from tests.governance import mill

_DEADLINE_S = 0.3
_MOST_S = 10.0
_LOOK_S = 0.001
_RUNAWAY = (
    "SELECT COUNT(*) AS n FROM readings a, readings b, readings c, readings d "
    "WHERE a.heat + b.heat < c.heat - d.heat"
)
_BUSY = (
    "SELECT COUNT(*) AS n FROM seq_1_to_100000 a, seq_1_to_100000 b, seq_1_to_100000 c "
    "WHERE a.seq + b.seq < c.seq"
)


@dataclass(frozen=True, slots=True)
class Bench:
    """runs: the numbers of what may be running the query; is_gone: whether it is over, of the
    numbers before and those there are."""

    name: str
    engine: Engine
    sql: str
    runs: Callable[[], set[int]]
    is_gone: Callable[[set[int], set[int]], bool]


def governed(sql: str) -> Governed:
    return Governed(sql=sql, tables=(), predicates=(), masked=(), limit=11, rules_version="bench")


@contextmanager
def duckdb_bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        engine = DuckDBEngine(mill.build(Path(folder) / "mill.duckdb"), threads=2)
        engine.check()
        try:
            yield Bench(
                "DuckDB's child", engine, _RUNAWAY, _children, lambda was, are: bool(was - are)
            )
        finally:
            engine.close()


def _children() -> set[int]:
    """Processes of ours; one runs the query, the others stand by for the next."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == os.getpid() and state not in "ZX":
                found.add(int(stat.parent.name))
    return found


@contextmanager
def mariadb_bench() -> Iterator[Bench]:
    build = Path(__file__).resolve().parent.parent / "build"
    with (
        tempfile.TemporaryDirectory(prefix="mdb") as folder,
        mariadb.serving(Path(folder), build) as server,
    ):
        engine = server.engine()
        engine.fetch("SELECT 1 AS a")
        root = server.root()

        def runs() -> set[int]:
            with root.cursor() as cursor:
                cursor.execute(
                    "SELECT ID FROM information_schema.PROCESSLIST "
                    "WHERE USER = 'r' AND INFO LIKE '%seq_1_to_100000%'"
                )
                return {int(row[0]) for row in cursor.fetchall()}

        try:
            yield Bench("MariaDB", engine, _BUSY, runs, lambda was, are: not was & are)
        finally:
            root.close()
            engine.close()


def measure(bench: Bench, *, by_stop: bool) -> tuple[float, float]:
    """Milliseconds from the deadline or Stop until the caller is free and until it is gone."""
    free: list[float] = []
    stop = threading.Event()
    timeout_s = 60.0 if by_stop else _DEADLINE_S

    def ask() -> None:
        with suppress(GembaError):
            bench.engine.run(governed(bench.sql), timeout_s=timeout_s, cancel=stop)
        free.append(time.perf_counter())

    asker = threading.Thread(target=ask)
    asked = time.perf_counter()
    asker.start()
    mine: set[int] = set()
    while not mine and time.perf_counter() - asked < _MOST_S:
        mine = bench.runs()
    if by_stop:
        time.sleep(0.2)
        mine = bench.runs()
        stop.set()
        ended = time.perf_counter()
    else:
        ended = asked + _DEADLINE_S
        time.sleep(max(0.0, ended - time.perf_counter() - 0.05))
        mine = bench.runs()
    while not bench.is_gone(mine, bench.runs()) and time.perf_counter() - ended < _MOST_S:
        time.sleep(_LOOK_S)
    gone = time.perf_counter()
    asker.join()
    return (free[0] - ended) * 1000, (gone - ended) * 1000


def report(bench: Bench, runs: int) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = []
    for by_stop in (False, True):
        taken = [measure(bench, by_stop=by_stop) for _ in range(runs)]
        for what, values in (
            ("caller free", [free for free, _ in taken]),
            ("query gone", [gone for _, gone in taken]),
        ):
            lines.append({
                "engine": bench.name,
                "after": "Stop" if by_stop else "deadline",
                "what": what,
                "median_ms": statistics.median(values),
                "max_ms": max(values),
            })  # fmt: skip
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    lines: list[dict[str, object]] = []
    with duckdb_bench() as bench:
        lines += report(bench, options.runs)
    if mariadb.server_path() is None:
        print(f"MariaDB is left out: {mariadb.NEEDS}.", file=sys.stderr)
    else:
        with mariadb_bench() as bench:
            lines += report(bench, options.runs)
    print("| engine         | after    | what        | median ms | max ms |")
    print("|----------------|----------|-------------|----------:|-------:|")
    for line in lines:
        print(
            f"| {line['engine']:<14} | {line['after']:<8} | {line['what']:<11} "
            f"| {line['median_ms']:>9.0f} | {line['max_ms']:>6.0f} |"
        )
    if options.json:
        options.json.write_text(json.dumps(lines, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
