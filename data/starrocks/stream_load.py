"""`python -m data.starrocks.stream_load`: loads the demo plant into StarRocks by Stream Load.

Stopped in the middle, the same command goes on: batches that are in StarRocks are known by the
journal beside the plant's file and, for three days, by their labels.
"""

import argparse
import getpass
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.demo.schema import TABLES
from data.starrocks.batches import LoadFailedError, batches, count_rows
from data.starrocks.names import BadNameError, identifier
from data.starrocks.stream_client import StreamLoadClient
from data.starrocks.tables import STORE

PASSWORD_VARIABLE: Final = "STARROCKS_PASSWORD"  # noqa: S105
_PLANT: Final = Path(__file__).resolve().parent.parent / "demo" / "plant.duckdb"
_RUN: Final = re.compile(r"[A-Za-z0-9]{1,24}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """rows: those in StarRocks at the end; sent: those that went over the wire in this run."""

    rows: int
    sent: int
    seconds: float


class Journal:
    """Labels that a target has taken, one a line; a line that was cut short does not count."""

    def __init__(self, path: Path, target: str) -> None:
        self._path = path
        self._target = target
        self._taken: set[str] = set()
        self._is_cut = False
        if path.exists():
            lines = path.read_text("utf-8", errors="replace").split("\n")
            self._is_cut = lines[-1] != ""
            self._taken = {
                line.removeprefix(f"{target}\t")
                for line in lines[:-1]
                if line.startswith(f"{target}\t")
            }

    def __contains__(self, label: str) -> bool:
        return label in self._taken

    def add(self, label: str) -> None:
        """Note a label, on the disk before this returns."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write("\n" if self._is_cut else "")
            file.write(f"{self._target}\t{label}\n")
            file.flush()
            os.fsync(file.fileno())
        self._is_cut = False
        self._taken.add(label)


def load_plant(
    path: Path,
    client: StreamLoadClient,
    journal: Journal,
    *,
    run: str = "demo",
    tables: Sequence[str] = tuple(TABLES),
    batch_rows: int = 20_000,
    tell: Callable[[str], None] = lambda _: None,
) -> LoadSummary:
    """Load the tables of a plant's file, each row once.

    Raises LoadFailedError with what to do; what was loaded until then stays and is known.
    """
    started = time.monotonic()
    total = sent = 0
    for table in tables:
        expected, seen = count_rows(path, table), 0
        for batch in batches(path, table, run=run, batch_rows=batch_rows):
            outcome = "was there already"
            if batch.label not in journal:
                outcome = client.load(batch)
                journal.add(batch.label)
                sent += batch.rows if outcome != "was there already" else 0
            seen += batch.rows
            share = seen / expected if expected else 1.0
            tell(f"{table} {batch.month}: {seen:,} of {expected:,} rows ({share:.0%}), {outcome}")
        if seen != expected:
            raise LoadFailedError(
                f"{table}: {seen} rows were read of {expected}; did the file change? Start again."
            )
        total += seen
    return LoadSummary(total, sent, time.monotonic() - started)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data.starrocks.stream_load",
        description="Load the demo plant into StarRocks. The password is taken from "
        f"{PASSWORD_VARIABLE}, or asked for.",
    )
    parser.add_argument("--url", required=True, help="a front end: http://fe:8030")
    parser.add_argument("--database", default=STORE)
    parser.add_argument("--user", default="gemba_loader")
    parser.add_argument("--file", type=Path, default=_PLANT, help="the demo plant's DuckDB file")
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="HOST[:PORT]",
        help="a back end that the password may be sent to; once for each",
    )
    parser.add_argument("--table", action="append", choices=tuple(TABLES), help="only this one")
    parser.add_argument("--batch-rows", type=int, default=20_000)
    parser.add_argument("--gzip", action="store_true", help="compress (StarRocks 3.2.7 or later)")
    parser.add_argument("--ca", help="file of the authority that signed the servers' certificates")
    parser.add_argument("--journal", type=Path, help="default: beside the file, ending in .loaded")
    parser.add_argument(
        "--run",
        default="demo",
        help="part of each label; another one loads everything again, after TRUNCATE TABLE",
    )
    return parser


def _check(options: argparse.Namespace) -> None:
    if not _RUN.fullmatch(options.run):
        raise LoadFailedError(f"--run {options.run!r}: use up to 24 letters and digits.")
    if not 1 <= options.batch_rows <= 50_000:
        raise LoadFailedError("--batch-rows: between 1 and 50000, so that a batch stays small.")
    identifier(options.database)
    if not options.file.is_file():
        raise LoadFailedError(
            f"There is no plant at {options.file}. Build it with: python -m core demo"
        )


def _password(user: str) -> str:
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise LoadFailedError(f"There is nobody to ask for the password: set {PASSWORD_VARIABLE}.")
    return getpass.getpass(f"Password of {user}: ")


def main(argv: Sequence[str] | None = None, *, pause: Callable[[float], None] = time.sleep) -> int:
    """Exit status: 0 all rows are in StarRocks, 1 the load stopped, 130 it was interrupted."""
    options = _parser().parse_args(argv)
    try:
        _check(options)
        journal_path = options.journal or options.file.with_name(f"{options.file.name}.loaded")
        with StreamLoadClient(
            options.url,
            options.database,
            options.user,
            _password(options.user),
            allowed=options.allow,
            compress=options.gzip,
            ca_file=options.ca,
            pause=pause,
        ) as client:
            summary = load_plant(
                options.file,
                client,
                Journal(journal_path, f"{options.url}/{options.database}"),
                run=options.run,
                tables=options.table or tuple(TABLES),
                batch_rows=options.batch_rows,
                tell=lambda line: print(line, file=sys.stderr),
            )
    except (LoadFailedError, BadNameError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from here.", file=sys.stderr)
        return 130
    print(f"{summary.rows:,} rows, {summary.sent:,} sent now, in {summary.seconds:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
