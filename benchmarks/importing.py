"""How long an import of ten million rows takes, and how much memory.

    python -m benchmarks.importing [--rows N] [--shape long|table] [--most-s S] [--most-mib N]

Writes a CSV of a plant's readings with decimal commas into a folder of its own, imports it as
`python -m core import` does, and prints wall clock, processor time, peak memory, how often it said
how far it is, and the load of the machine, which the wall clock depends on. The bar: 10,000,000
rows in under 60 s on two cores, in the memory of the engine and 256 MiB more. It ends with 1 and
says why where it takes longer or more than that, or takes over five seconds and never says how far
it is.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import duckdb

from core.ingest.finding import find
from core.ingest.load import Goal, opened
from core.ingest.ready import Limits
from core.ingest.recognised import Choices, Shape

_TAGS = 50
#: Memory that the rest of the program may take, beside the engine that reads.
_MORE_MIB = 256
#: Told as they begin, whatever the files hold.
_STEPS = frozenset({"check", "write"})
#: Who waits longer wants to know how far it is.
_SILENT_S = 5.0
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


def main(argv: Sequence[str] | None = None) -> int:
    """Import, print what it took, and give 1 where that is more than it may."""
    arguments = _parser().parse_args(argv)
    shape: Shape = arguments.shape
    most_mib = arguments.most_mib or arguments.memory_mb + _MORE_MIB
    with tempfile.TemporaryDirectory() as folder:
        path, heard = Path(folder) / "readings.csv", Path(folder) / "heard"
        write(path, arguments.rows, shape)
        size = path.stat().st_size
        # A child, so that what wrote the file does not count.
        child = os.fork()
        if child == 0:
            _in_the_child(path, heard, shape, arguments.memory_mb)
        began = time.perf_counter()
        _, status, used = os.wait4(child, 0)
        wall = time.perf_counter() - began
        if os.waitstatus_to_exitcode(status) != 0:
            return 1
        said = int(heard.read_text("utf-8"))
    peak = used.ru_maxrss / 1024
    print(f"{arguments.rows:,} rows of shape {shape}, {size / 1e6:,.0f} MB")
    print(f"wall clock    {wall:6.1f} s")
    print(f"processor     {used.ru_utime + used.ru_stime:6.1f} s")
    print(f"peak memory   {peak:6,.0f} MiB")
    print(f"progress      {said:6,} shares between 0 and 1")
    print(f"load (1 min)  {os.getloadavg()[0]:6.1f} on {os.cpu_count()} cores")
    missed = misses(wall, arguments.most_s, peak, most_mib, said)
    print("\n".join(missed), file=sys.stderr, end="\n" if missed else "")
    return 1 if missed else 0


def _in_the_child(path: Path, heard: Path, shape: Shape, memory_mb: int) -> None:
    """Import, write down how often it said how far it is, and end the process."""
    status = 1
    try:
        said = _import(path, path.parent / "stores" / "readings.duckdb", shape, memory_mb)
        heard.write_text(str(said), encoding="utf-8")
        status = 0
    finally:
        if status:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(status)


def misses(wall: float, most_s: float, peak: float, most_mib: float, shares: int) -> list[str]:
    """What an import took more of than it may. shares: how often it said how far it is."""
    found = []
    if wall > most_s:
        found.append(f"It took {wall:.1f} s; the bar is {most_s:g} s.")
    if peak > most_mib:
        found.append(f"It took {peak:,.0f} MiB; the bar is {most_mib:,.0f} MiB.")
    if wall > _SILENT_S and not shares:
        found.append("It never said how far it is.")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--shape", choices=("long", "table"), default="long")
    parser.add_argument("--memory-mb", type=int, default=1024, help="of the engine that reads")
    parser.add_argument("--most-s", type=float, default=60.0, help="the bar for the wall clock")
    parser.add_argument("--most-mib", type=float, default=0.0, help="the bar for the peak memory")
    return parser


def _import(path: Path, target: Path, shape: Shape, memory_mb: int) -> int:
    """How often it said how far it is within a step."""
    shares: list[tuple[str, float]] = []
    limits = Limits(memory_mb=memory_mb, threads=2)

    def hear(what: str, share: float) -> None:
        shares.append((what, share))

    with opened(find([path]), target, Choices(), limits, hear) as ready:
        assert ready.found.shape == shape, ready.found.shape
        looked = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        report = ready.load(Goal("readings", target), hear)
    print(f"looked {looked:.1f} s (processor), loaded {report.elapsed_s:.1f} s: "
          f"{report.stored:,} rows, {report.gap_count} gaps")  # fmt: skip
    return len({one for one in shares if 0 < one[1] < 1 and one[0] not in _STEPS})


if __name__ == "__main__":
    sys.exit(main())
