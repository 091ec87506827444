"""How long an import of ten million rows takes, and how much memory.

    python -m benchmarks.importing [--rows N] [--shape long|table]

Writes a CSV of a plant's readings with decimal commas into a folder of its own, imports it as
`python -m core import` does, and prints wall clock, processor time, peak memory and the load of the
machine, which the wall clock depends on. The bar: 10,000,000 rows in under 60 s on two cores.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

import duckdb

from core.ingest.finding import find
from core.ingest.load import Goal, opened
from core.ingest.ready import Limits
from core.ingest.recognised import Choices, Shape

_TAGS = 50
_ROWS = {
    "long": "strftime(TIMESTAMP '2026-01-01' + INTERVAL (i // {tags}) SECOND, '%d.%m.%Y %H:%M:%S') "
    "AS Zeit, 'TIC-' || (100 + i % {tags}) AS Tag, "
    "replace(round(20 + (i * 7919 % 5000) / 1000, 2)::VARCHAR, '.', ',') AS Wert, "
    "CASE WHEN i % 997 = 0 THEN 'Bad' ELSE 'Good' END AS Quality",
    "table": "strftime(TIMESTAMP '2026-01-01' + INTERVAL (i) SECOND, '%Y-%m-%d %H:%M:%S') AS time, "
    "'line ' || (i % 7) AS line, i % 100 AS pieces, round((i * 7919 % 5000) / 1000, 3) "
    'AS "Power [kW]"',
}


def write(path: Path, rows: int, shape: str) -> None:
    """A CSV file of so many rows."""
    columns = _ROWS[shape].format(tags=_TAGS)
    mark = ";" if shape == "long" else ","
    select = f"SELECT {columns} FROM range({rows}) AS r(i)"
    duckdb.execute(f"COPY ({select}) TO '{path}' (HEADER, DELIMITER '{mark}')")


def main() -> None:
    """Import, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--shape", choices=("long", "table"), default="long")
    parser.add_argument("--memory-mb", type=int, default=1024)
    arguments = parser.parse_args()
    shape: Shape = arguments.shape
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "readings.csv"
        write(path, arguments.rows, shape)
        size = path.stat().st_size
        # A child, so that what wrote the file does not count.
        child = os.fork()
        if child == 0:
            _import(path, Path(folder) / "stores" / "readings.duckdb", shape, arguments.memory_mb)
            os._exit(0)
        began = time.perf_counter()
        _, status, used = os.wait4(child, 0)
        wall = time.perf_counter() - began
    assert os.waitstatus_to_exitcode(status) == 0
    print(f"{arguments.rows:,} rows of shape {shape}, {size / 1e6:,.0f} MB")
    print(f"wall clock    {wall:6.1f} s")
    print(f"processor     {used.ru_utime + used.ru_stime:6.1f} s")
    print(f"peak memory   {used.ru_maxrss / 1024:6,.0f} MiB")
    print(f"load (1 min)  {os.getloadavg()[0]:6.1f} on {os.cpu_count()} cores")


def _import(path: Path, target: Path, shape: Shape, memory_mb: int) -> None:
    limits = Limits(memory_mb=memory_mb, threads=2)
    with opened(find([path]), target, Choices(), limits) as ready:
        assert ready.found.shape == shape, ready.found.shape
        looked = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        report = ready.load(Goal("readings", target))
    print(f"looked {looked:.1f} s (processor), loaded {report.elapsed_s:.1f} s: "
          f"{report.stored:,} rows, {report.gap_count} gaps")  # fmt: skip


if __name__ == "__main__":
    main()
