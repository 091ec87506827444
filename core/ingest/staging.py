"""Rows of the files, typed, in a store of their own in the workspace: what is checked and reshaped.

Rows keep the order of the files, so that a row's number leads back to its place in its file.
"""

from __future__ import annotations

import bisect
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import duckdb

from core.cells import is_number
from core.errors import UserFixable
from core.ingest import relations
from core.ingest.cell_sql import literal
from core.ingest.finding import Source
from core.ingest.recognised import Recognised
from core.ingest.report import BadCell
from core.ingest.sums import is_sum
from core.ingest.workspace import Progress, Workspace
from core.translation import told

STAGING: Final = "work.staging"
SHOWN_CELLS: Final = 20
_POLL_S: Final = 0.25
#: Columns that are looked at in one statement: what it holds at once grows with them.
_AT_ONCE: Final = 40


@dataclass(frozen=True, slots=True)
class Staged:
    """What stands in the staging table. found: as recognised, with whole numbers that turned out
    to be fractions made doubles. starts: number of each file's first row. rows: of all files."""

    found: Recognised
    starts: tuple[int, ...]
    rows: int

    def number(self, row: int) -> int:
        """Which file a row of the staging table is of."""
        return bisect.bisect_right(self.starts, row) - 1

    def place(self, row: int) -> tuple[str, int]:
        """File and row in it, as a spreadsheet counts, of a row of the staging table."""
        number = self.number(row)
        file = self.found.files[number]
        header = file.first_line if file.prepared.source.kind in ("text", "excel") else 0
        return file.prepared.source.name, row - self.starts[number] + 1 + header


def connect(place: Workspace, memory_mb: int, threads: int) -> duckdb.DuckDBPyConnection:
    """A connection to the store that is being built, bounded in memory, with room to work in."""
    con = duckdb.connect(str(place.store))
    con.execute(f"SET memory_limit = '{memory_mb}MiB'")
    con.execute(f"SET threads = {threads}")
    con.execute(f"SET temp_directory = {literal(str(place.folder / 'spill'))}")
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = true")
    con.execute("SET enable_progress_bar_print = false")
    con.execute(f"ATTACH {literal(str(place.folder / 'work.duckdb'))} AS work")
    return con


def stage(con: duckdb.DuckDBPyConnection, found: Recognised, progress: Progress) -> Staged:
    """Read all files. Raises UserFixable for lines that are no rows, and for files that changed."""
    while True:
        con.execute(f"DROP TABLE IF EXISTS {STAGING}")
        starts: list[int] = []
        rows = 0
        total = sum(file.prepared.size for file in found.files)
        done = 0
        for file in found.files:
            starts.append(rows)
            relations.forget_rejects(con)
            verb = f"INSERT INTO {STAGING}" if len(starts) > 1 else f"CREATE TABLE {STAGING} AS"
            select = _select(found, len(starts) - 1)
            part = _part(progress, done / max(1, total), file.prepared.size / max(1, total))
            with _one_thread(con):
                run(con, f"{verb} {select}", file.prepared.source.name, "rows", part)
            relations.check_rejects(con, file, len(found.columns))
            unchanged(file.prepared.source)
            done += file.prepared.size
            rows = int(_one(con, f"SELECT count(*) FROM {STAGING}"))
        wider = _fractions(con, found)
        if not wider:
            return Staged(found, tuple(starts), rows)
        columns = tuple(
            replace(column, type="double") if place in wider else column
            for place, column in enumerate(found.columns)
        )
        found = replace(found, columns=columns)


def _part(progress: Progress, start: float, share: float) -> Progress:
    """Tells the progress of one file as a part of all."""
    return lambda what, done: progress(what, start + share * done)


def _select(found: Recognised, number: int) -> str:
    """The statement that reads one file: values, then whether a cell of the row is bad, and whether
    the row sums up others."""
    file = found.files[number]
    values, bads = [], []
    for place in range(len(found.columns)):
        if found.shape == "long" and place == found.axes.value:
            values += _reading(found, number)
            continue
        values.append(f"{relations.value(found, place, file)} AS c{place}")
        bad = relations.bad_alone(found, place, file)
        if bad != "FALSE":
            bads.append(bad)
    left_out = is_sum(found.sums)
    any_bad = f"({' OR '.join(bads) or 'FALSE'})"
    values.append(f"{f'NOT {left_out} AND ' if left_out else ''}{any_bad} AS bad")
    values.append(f"{left_out or 'FALSE'} AS is_sum")
    return f"SELECT {', '.join(values)} FROM {relations.relation(file, found.columns)}"


def _reading(found: Recognised, number: int) -> list[str]:
    """The value column of a long export: a number, or the text that stands in its place."""
    place = found.axes.value
    assert place is not None
    file, column = found.files[number], found.columns[place]
    cell = relations.cell(column, place)
    if column.is_typed and column.type in ("integer", "double"):
        return [f"CAST(c{place} AS DOUBLE) AS c{place}", f"NULL::VARCHAR AS t{place}"]
    as_number = replace(column, type="double", is_typed=False)
    columns = list(found.columns)
    columns[place] = as_number
    numbers = replace(found, columns=tuple(columns))
    value = relations.value(numbers, place, file).replace(f"c{place}", cell)
    bad = relations.bad(numbers, place, file).replace(f"c{place}", cell)
    return [f"{value} AS c{place}", f"CASE WHEN {bad} THEN {cell} END AS t{place}"]


def _fractions(con: duckdb.DuckDBPyConnection, found: Recognised) -> set[int]:
    """Columns of whole numbers whose bad cells are all numbers with a fraction."""
    if not _one(con, f"SELECT coalesce(bool_or(bad), FALSE) FROM {STAGING}"):
        return set()
    wider = set()
    for place, column in enumerate(found.columns):
        if column.type != "integer" or column.source in found.choices.types or column.part_of:
            continue
        texts: list[str] = []
        for file in found.files:
            query = f"SELECT DISTINCT {relations.cell(column, place)} FROM"
            after = f"WHERE {relations.bad(found, place, file)} LIMIT 1000"
            texts += [str(t) for (t,) in relations.fetch(con, file, query, found.columns, after)]
        if texts and all(is_number(text.strip(), found.marks) for text in texts):
            wider.add(place)
    return wider


def bad_cells(
    con: duckdb.DuckDBPyConnection, staged: Staged
) -> tuple[dict[str, int], tuple[BadCell, ...]]:
    """Column -> number of cells that its type cannot hold, and the first of these cells. The files
    are read once more, and only where there are such cells."""
    rows = con.execute(
        f"SELECT rowid FROM {STAGING} WHERE bad ORDER BY rowid LIMIT {SHOWN_CELLS}"
    ).fetchall()
    if not rows:
        return {}, ()
    counts: dict[str, int] = {}
    cells: list[BadCell] = []
    for number in range(len(staged.found.files)):
        for place, count in _bad_counts(con, staged.found, number).items():
            source = staged.found.columns[place].source
            counts[source] = counts.get(source, 0) + count
        wanted = [int(row) for (row,) in rows if staged.number(int(row)) == number]
        if wanted:
            cells += _bad_in(con, staged, number, wanted)
    return counts, tuple(cells[:SHOWN_CELLS])


def _bad_counts(con: duckdb.DuckDBPyConnection, found: Recognised, number: int) -> dict[int, int]:
    """Place of a column -> bad cells in one file, for those that have some."""
    file = found.files[number]
    bads = {p: b for p in _checked(found) if (b := relations.bad(found, p, file)) != "FALSE"}
    counts: dict[int, int] = {}
    places = list(bads)
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        counted = ", ".join(f"count(*) FILTER ({bads[place]})" for place in some)
        row = relations.fetch(con, file, f"SELECT {counted} FROM", found.columns)[0]
        counts |= {place: int(n) for place, n in zip(some, row, strict=True) if n}
    return counts


def _bad_in(
    con: duckdb.DuckDBPyConnection, staged: Staged, number: int, rows: Sequence[int]
) -> list[BadCell]:
    """The bad cells in these rows of one file."""
    found, start = staged.found, staged.starts[number]
    file = found.files[number]
    places = list(_bad_counts(con, found, number))[:_AT_ONCE]
    listed = ", ".join(
        f"CASE WHEN {relations.bad(found, place, file)} "
        f"THEN coalesce({relations.cell(found.columns[place], place)}, '') END"
        for place in places
    )
    wanted = ", ".join(str(row - start) for row in rows)
    query = f"SELECT * FROM (SELECT row_number() OVER () - 1 AS row, {listed} FROM"
    after = f") WHERE row IN ({wanted})"
    with _one_thread(con):
        read = relations.fetch(con, file, query, found.columns, after)
    return [
        BadCell(*staged.place(row + start), found.columns[place].source, str(text)[:80])
        for row, *texts in read
        for place, text in zip(places, texts, strict=True)
        if text is not None
    ]


def _checked(found: Recognised) -> list[int]:
    """Columns whose cells are held against their type here; a reading's value is later."""
    value = found.axes.value if found.shape == "long" else None
    return [place for place in range(len(found.columns)) if place != value]


@contextmanager
def _one_thread(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Read in order. DuckDB 2.0 puts parts of a file in another order where several threads read
    it with expressions such as ours, and a row's number would lead to another row."""
    threads = int(_one(con, "SELECT current_setting('threads')"))
    con.execute("SET threads = 1")
    try:
        yield
    finally:
        con.execute(f"SET threads = {threads}")


def unchanged(source: Source) -> None:
    """Raises UserFixable when a file was written to since it was found."""
    source.check_unchanged()


def run(con: duckdb.DuckDBPyConnection, sql: str, name: str, what: str, progress: Progress) -> None:
    """Execute a statement, telling its progress; what `progress` raises ends it."""
    over = threading.Event()
    with ThreadPoolExecutor(1, "import-progress") as beside:
        watcher = beside.submit(_follow, con, what, progress, over)
        try:
            relations.reading(name, lambda: con.execute(sql))
        except duckdb.InterruptException:
            over.set()
            watcher.result()
            raise
        finally:
            over.set()
        watcher.result()


def _follow(
    con: duckdb.DuckDBPyConnection, what: str, progress: Progress, over: threading.Event
) -> None:
    """Tells the progress of a statement until it is over; ends the statement when that fails."""
    try:
        while not over.wait(_POLL_S):
            share = con.query_progress()
            progress(what, min(1.0, max(0.0, share / 100)))
    except BaseException:
        con.interrupt()
        raise


def fetch_one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    """The one row of a statement."""
    row = con.execute(sql).fetchone()
    assert row is not None
    return row


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return fetch_one(con, sql)[0]


def refuse_bad(counts: dict[str, int], cells: Sequence[BadCell], shown: int = 5) -> UserFixable:
    """What to say of cells that their columns' types cannot hold."""
    said = "; ".join(
        str(
            told(
                "{file} row {row}, {column}: {text}",
                file=cell.file,
                row=f"{cell.row:,}",
                column=repr(cell.column),
                text=repr(cell.text),
            )
        )
        for cell in cells[:shown]
    )
    total = sum(counts.values())
    if total == 1:
        return UserFixable(
            told(
                "One cell is no value of its column's type: {cell}. Nothing was imported. Mend "
                "it, read the column as text, or take such cells as empty.",
                cell=said,
            )
        )
    return UserFixable(
        told(
            "{n} cells are no values of their column's type: {cells}. Nothing was imported. Mend "
            "them, read the column as text, or take such cells as empty.",
            n=f"{total:,}",
            cells=said,
        )
    )
