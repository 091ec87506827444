"""The demo plant's rows as batches for Stream Load: the same batches and labels each time."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from data.demo.schema import TABLES
from data.starrocks.names import identifier

_MONTH_COLUMN: Final = "event_date"


class LoadFailedError(Exception):
    """The load stopped; the message says what happened, what is in StarRocks and what to do."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that StarRocks takes or refuses as one.

    body: a JSON array of objects in UTF-8, with the columns' names as keys and null for NULL.
    label: names table, month, place and content, so that the same rows have the same label on
    every run and other rows have another.
    """

    table: str
    month: str
    number: int
    rows: int
    body: bytes
    label: str


def batches(path: Path, table: str, *, run: str, batch_rows: int) -> Iterator[Batch]:
    """Batches of one table, month by month in the file's order; one is in memory at a time.

    `run` is part of each label. Raises LoadFailedError for a file that cannot be read, lacks the
    table's columns, or holds what JSON cannot say.
    """
    try:
        with closing(duckdb.connect(str(path), read_only=True)) as connection:
            columns = _columns(connection, path, table)
            for month in _months(connection, table):
                yield from _month(connection, table, columns, month, run, batch_rows)
    except duckdb.Error as error:
        raise LoadFailedError(
            f"The demo plant {path} cannot be read: {error}. Build it with: python -m core demo"
        ) from error


def count_rows(path: Path, table: str) -> int:
    """Rows of a table in the file; raises LoadFailedError when it cannot be read."""
    try:
        with closing(duckdb.connect(str(path), read_only=True)) as connection:
            row = connection.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()
    except duckdb.Error as error:
        raise LoadFailedError(
            f"The demo plant {path} cannot be read: {error}. Build it with: python -m core demo"
        ) from error
    return int(row[0]) if row else 0


def _quoted(name: str) -> str:
    return f'"{identifier(name).strip("`")}"'


def _columns(connection: duckdb.DuckDBPyConnection, path: Path, table: str) -> list[str]:
    rows = connection.execute(f"DESCRIBE {_quoted(table)}").fetchall()
    there, wanted = [str(row[0]) for row in rows], [name for name, _ in TABLES[table]]
    if there != wanted:
        other = sorted(set(there) ^ set(wanted))
        raise LoadFailedError(
            f"The table {table} in {path} has other columns than StarRocks' table "
            f"({', '.join(other) or 'another order'}). Build the plant again: python -m core demo"
        )
    return wanted


def _months(connection: duckdb.DuckDBPyConnection, table: str) -> list[date]:
    rows = connection.execute(
        f"SELECT DISTINCT date_trunc('month', {_MONTH_COLUMN})::DATE AS month "
        f"FROM {_quoted(table)} ORDER BY month NULLS FIRST"
    ).fetchall()
    if rows and rows[0][0] is None:
        raise LoadFailedError(
            f"The table {table} holds rows without {_MONTH_COLUMN}; StarRocks' table takes none."
        )
    return [row[0] for row in rows]


def _month(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    month: date,
    run: str,
    batch_rows: int,
) -> Iterator[Batch]:
    listed = ", ".join(_quoted(column) for column in columns)
    cursor = connection.cursor()
    # The file's own order, with any number of threads: a batch holds the same rows on every run.
    cursor.execute("SET preserve_insertion_order = true")
    cursor.execute(
        f"SELECT {listed} FROM {_quoted(table)} "
        f"WHERE {_MONTH_COLUMN} >= $1 AND {_MONTH_COLUMN} < $1 + INTERVAL 1 MONTH",
        [month],
    )
    number = 0
    while rows := cursor.fetchmany(batch_rows):
        number += 1
        body = _encode(table, columns, rows)
        digest = hashlib.sha256(body).hexdigest()[:16]
        label = f"gemba_{run}_{table}_{month:%Y%m}_{number:04}_{digest}"
        yield Batch(table, f"{month:%Y-%m}", number, len(rows), body, label)


def _encode(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> bytes:
    objects = [dict(zip(columns, row, strict=True)) for row in rows]
    try:
        text = json.dumps(
            objects, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_text
        )
        return text.encode()
    except (ValueError, TypeError) as error:
        raise LoadFailedError(
            f"A row of {table} cannot be sent: {error}. Nothing of its batch was loaded; "
            "mend the value in the file, or build the plant again."
        ) from error


def _text(value: object) -> str:
    """Moments as StarRocks writes them, with a fraction only where there is one."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a value of the type {type(value).__name__} has no JSON form")
