"""Which labelled batches a DuckDB store has: a table in the store itself.

It is written in the transaction that writes the rows, so a batch is loaded once however often it is
sent, and a store that is put back from a copy says by itself what it lacks.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path
from typing import Final

import duckdb

LOADS_TABLE: Final = "_gemba_loads"


def has_load(store: Path, label: str) -> bool:
    """Whether a store has a batch; False for one that cannot be looked into now."""
    if not store.exists():
        return False
    try:
        with contextlib.closing(duckdb.connect(str(store), read_only=True)) as connection:
            return is_loaded(connection, label)
    except duckdb.Error:
        return False


def is_loaded(connection: duckdb.DuckDBPyConnection, label: str) -> bool:
    """The same within a change of the store."""
    if not has_table(connection, LOADS_TABLE):
        return False
    found = connection.execute(f"SELECT 1 FROM {LOADS_TABLE} WHERE label = ?", [label]).fetchone()
    return found is not None


def note_load(connection: duckdb.DuckDBPyConnection, label: str, table: str, rows: int) -> None:
    """Write down that the store has a batch, beside its rows."""
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {LOADS_TABLE} "
        "(label VARCHAR PRIMARY KEY, table_name VARCHAR, row_count BIGINT, loaded_at TIMESTAMP)"
    )
    at = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    connection.execute(f"INSERT INTO {LOADS_TABLE} VALUES (?, ?, ?, ?)", [label, table, rows, at])


def has_table(connection: duckdb.DuckDBPyConnection, name: str, database: str = "") -> bool:
    """Whether the store has a table of that name, or an attached database."""
    return name in tables_in(connection, database)


def tables_in(connection: duckdb.DuckDBPyConnection, database: str = "") -> tuple[str, ...]:
    """The tables of the store, or of an attached database, by name."""
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE NOT internal "
        "AND database_name = coalesce(nullif(?, ''), current_database()) ORDER BY table_name",
        [database],
    ).fetchall()
    return tuple(str(name) for (name,) in found)
