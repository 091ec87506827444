"""Load files into a model's store, as its `load` section declares. All of it or nothing.

The table is built in a file beside the store and moved into its place when it is complete, so a
store that is being read, and one whose replacement fails, stay as they are.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from core.errors import ConfigError, UserFixable
from core.ingest.csv_rows import FILE_COLUMN, ROW_COLUMN, read_batches
from core.semantic.model import FileFormat, SemanticModel, Table

#: Called with the number of rows that are read so far.
Progress = Callable[[int], None]
_STAGING = "staging"
_SHOWN_GAPS = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """Intervals that the files do not have. start: the first of them; end: where they end."""

    start: dt.datetime
    end: dt.datetime
    intervals: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import found and wrote.

    rows: rows in the table. repeated: rows that stood twice with the same values and count once.
    first, last: starts of the first and last interval. expected: intervals from first to last;
    gaps: the first stretches without a row; missing: all intervals without one.
    empty_cells: column -> rows without a value. target: the store's file, None when only checked.
    """

    model: str
    table: str
    files: tuple[str, ...]
    rows: int
    repeated: int
    first: dt.datetime
    last: dt.datetime
    interval_min: int
    missing: int
    gaps: tuple[Gap, ...]
    empty_cells: dict[str, int]
    elapsed_s: float
    target: Path | None = None


def import_files(
    paths: Sequence[Path],
    model: SemanticModel,
    target: Path | None,
    progress: Progress | None = None,
    admit: Callable[[Path], None] | None = None,
) -> ImportReport:
    """Read files and write the store's file `target`, replacing what was there.

    With `target` None everything is checked and nothing written. admit: is given the file that is
    to take its place, and raises UserFixable where it may not.

    Raises UserFixable when a file is not as declared (with row and column) or cannot be written,
    ConfigError when the model declares no files.
    """
    form, table = _declared(model)
    start = time.perf_counter()
    with _place(target) as place:
        try:
            with duckdb.connect(str(place) if place else ":memory:") as con:
                _read_all(con, paths, form, table, progress)
                repeated = _drop_repeated(con, paths, table)
                report = _report(con, paths, model, table, repeated)
                columns = ", ".join(f'"{name}"' for name in table.own)
                con.execute(
                    f'CREATE TABLE "{table.name}" AS SELECT {columns} FROM {_STAGING} '
                    f"ORDER BY {_time_column(table)}"
                )
                con.execute("CHECKPOINT")
        except (duckdb.IOException, duckdb.FatalException, OSError) as error:
            raise UserFixable(
                f"The store could not be written: {_short(error)}. Free some space beside "
                f"{_folder(target)} and import again; nothing was changed."
            ) from error
        except duckdb.OutOfMemoryException as error:
            raise UserFixable(
                f"The import ran out of memory or space: {_short(error)}. Free some and import "
                "again; nothing was changed."
            ) from error
        if place and target:
            if admit is not None:
                admit(place)
            place.replace(target)
    elapsed_s = time.perf_counter() - start
    return replace(report, elapsed_s=elapsed_s, target=target)


def _declared(model: SemanticModel) -> tuple[FileFormat, Table]:
    if model.load is None:
        raise ConfigError(
            f"The model {model.name!r} does not say how files become a table. "
            "Add a 'load' section to it."
        )
    return model.load, model.tables[model.load.table]


@contextlib.contextmanager
def _place(target: Path | None) -> Iterator[Path | None]:
    """A file name beside the target that is gone at the end, whatever happens."""
    if target is None:
        yield None
        return
    place = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(3)}.tmp")
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserFixable(
                f"The folder {_folder(target)} cannot be made: {_short(error)}. Check "
                "GEMBA_DATA_DIR and its rights."
            ) from error
        yield place
    finally:
        for leftover in (place, place.with_name(place.name + ".wal")):
            leftover.unlink(missing_ok=True)
        shutil.rmtree(place.with_name(place.name + ".tmp"), ignore_errors=True)


def _read_all(
    con: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    form: FileFormat,
    table: Table,
    progress: Progress | None,
) -> None:
    total = 0
    for number, path in enumerate(paths):
        for batch in read_batches(path, number, form, table):
            con.register("batch", batch)
            verb = "INSERT INTO staging" if total else "CREATE TEMP TABLE staging AS"
            con.execute(f"{verb} SELECT * FROM batch")
            con.unregister("batch")
            total += batch.num_rows
            if progress:
                progress(total)
    if not total:
        names = ", ".join(path.name for path in paths)
        raise UserFixable(f"{names} has no rows below its header. Get the file again.")


def _drop_repeated(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], table: Table) -> int:
    """Keep one of rows that are alike in everything; refuse two rows for one interval that
    differ."""
    time_column = _time_column(table)
    columns = ", ".join(f'"{name}"' for name in table.own)
    doubled = con.execute(
        f"SELECT count(*) - count(DISTINCT {time_column}) FROM {_STAGING}"
    ).fetchone()
    if not doubled or not doubled[0]:
        return 0
    con.execute(
        f"DELETE FROM {_STAGING} WHERE rowid NOT IN "
        f"(SELECT min(rowid) FROM {_STAGING} GROUP BY {columns})"
    )
    clash = con.execute(
        f"SELECT {time_column}, array_agg([{FILE_COLUMN}, {ROW_COLUMN}] "
        f"ORDER BY {FILE_COLUMN}, {ROW_COLUMN}) FROM {_STAGING} "
        f"GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1"
    ).fetchone()
    if clash:
        moment, places = clash
        told = " and ".join(f"{paths[file].name} row {row}" for file, row in places[:2])
        raise UserFixable(
            f"{told} are both the interval that begins at {moment:%Y-%m-%d %H:%M} and differ. "
            "Remove the one that is wrong and import again."
        )
    return int(doubled[0])


def _report(
    con: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    model: SemanticModel,
    table: Table,
    repeated: int,
) -> ImportReport:
    time_column = _time_column(table)
    interval_min = (table.time.interval_min if table.time else None) or 1
    step = dt.timedelta(minutes=interval_min)
    nulls = ", ".join(f'count(*) - count("{name}")' for name in table.own)
    found = con.execute(
        f"SELECT count(*), min({time_column}), max({time_column}), {nulls} FROM {_STAGING}"
    ).fetchone()
    assert found is not None
    rows, first, last, *empty = found
    steps = con.execute(
        f"SELECT here, following FROM (SELECT {time_column} AS here, lead({time_column}) OVER "
        f"(ORDER BY {time_column}) AS following FROM {_STAGING}) "
        f"WHERE following > here + INTERVAL {interval_min} MINUTE ORDER BY here LIMIT {_SHOWN_GAPS}"
    ).fetchall()
    return ImportReport(
        model=model.name,
        table=table.name,
        files=tuple(path.name for path in paths),
        rows=rows,
        repeated=repeated,
        first=first,
        last=last,
        interval_min=interval_min,
        missing=(last - first) // step + 1 - rows,
        gaps=tuple(Gap(here + step, to, (to - here) // step - 1) for here, to in steps),
        empty_cells={name: count for name, count in zip(table.own, empty, strict=True) if count},
        elapsed_s=0.0,
    )


def _time_column(table: Table) -> str:
    assert table.time is not None
    return f'"{table.time.timestamp}"'


def _folder(target: Path | None) -> str:
    return repr(str(target.parent)) if target else "the data folder"


def _short(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.strip().splitlines()[0].removeprefix("IO Error: ").rstrip(".")
