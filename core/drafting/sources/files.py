"""DuckDB and SQLite files, opened to be read alone."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Any, ClassVar

import duckdb

from core.drafting.found import ForeignKey, FoundColumn, FoundTable
from core.drafting.sources.address import Where
from core.drafting.sources.source import STATEMENT_S, Source, changed, first_line, grouped, type_of
from core.errors import GembaError, Unavailable, UserFixable
from core.translation import told


def _unreadable(where: Where, kind: str, why: str) -> UserFixable:
    return UserFixable(
        told(
            "The file {file} cannot be read as {kind}: {why}", file=where.label, kind=kind, why=why
        )
    )


class DuckDBFile(Source):
    """A DuckDB file. It is opened without access to anything outside it. While it is open nobody
    can write to it, so that it is of one state by itself."""

    def __init__(self, where: Where) -> None:
        super().__init__(where)
        with self.telling():
            self._connection = duckdb.connect(
                str(where.file),
                read_only=True,
                config={
                    "memory_limit": "1GB",
                    "threads": "2",
                    "enable_external_access": "false",
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                    "temp_directory": "",
                },
            )

    def tables(self) -> tuple[FoundTable, ...]:
        here = "database_name = current_database() AND NOT internal AND schema_name = 'main'"
        comments = dict(
            self.rows(
                f"SELECT table_name, comment FROM duckdb_tables() WHERE {here} UNION ALL "
                f"SELECT view_name, comment FROM duckdb_views() WHERE {here} ORDER BY 1"
            )
        )
        columns = grouped(
            self.rows(
                "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() "
                f"WHERE {here} ORDER BY table_name, column_index"
            ),
            lambda c: FoundColumn(c[0], c[1], type_of(c[1]), c[2] or ""),
        )
        keys = self.rows(
            "SELECT table_name, constraint_type, constraint_column_names, referenced_table, "
            "referenced_column_names FROM duckdb_constraints() WHERE database_name = "
            "current_database() AND schema_name = 'main' ORDER BY table_name, constraint_index"
        )
        unique = grouped(
            sorted(
                (k for k in keys if k[1] in ("PRIMARY KEY", "UNIQUE")),
                key=lambda k: k[1] != "PRIMARY KEY",
            ),
            lambda k: tuple(k[1]),
        )
        foreign = grouped(
            [k for k in keys if k[1] == "FOREIGN KEY"],
            lambda k: ForeignKey(tuple(k[1]), k[2], tuple(k[3])),
        )
        return tuple(
            FoundTable(
                name,
                tuple(columns.get(name, ())),
                comment or "",
                tuple(unique.get(name, ())),
                tuple(foreign.get(name, ())),
            )
            for name, comment in comments.items()
        )

    def sample(self, table: str, columns: Any, rows: int) -> list[tuple[Any, ...]]:
        """Half of them the first, which lie close in time, half from all over the table."""
        names = ", ".join(self.quoted(name) for name in columns)
        read = f"SELECT {names} FROM {self.place(table)}"
        first = self.rows(f"{read} LIMIT {rows}")
        if len(first) < rows:
            return first
        spread = self.rows(
            f"SELECT * FROM ({read} LIMIT {rows * 100}) "
            f"USING SAMPLE reservoir({rows // 2} ROWS) REPEATABLE (1)"
        )
        return first[: rows // 2] + spread

    def _cursor(self) -> Any:
        return self._connection.cursor()

    def explained(self, error: Exception) -> GembaError | None:
        if not isinstance(error, duckdb.Error):
            return None
        first = str(error).splitlines()[0]
        if isinstance(error, duckdb.IOException) and "lock" in first.casefold():
            return Unavailable(
                told(
                    "Another program writes to {file}. Close it there, and try again.",
                    file=self.where.label,
                )
            )
        return _unreadable(self.where, "DuckDB", first)

    def close(self) -> None:
        self._connection.close()


class SQLiteFile(Source):
    """A SQLite file. A type there is a hint: what columns hold is seen in the rows."""

    quotes: ClassVar[str] = '"'

    def __init__(self, where: Where) -> None:
        super().__init__(where)
        assert where.file is not None
        with self.telling():
            self._connection = sqlite3.connect(
                f"{where.file.as_uri()}?mode=ro", uri=True, timeout=5.0
            )
            self._connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        self._ends = 0.0
        self._connection.set_progress_handler(self._is_late, 100_000)
        self._connection.text_factory = lambda raw: raw.decode("utf-8", "replace")

    def hold(self) -> None:
        with self.telling():
            self._connection.execute("BEGIN")
            # The state that is read is that of the first statement.
            self._connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()

    def let_go(self) -> None:
        with self.telling():
            self._connection.rollback()

    def _is_late(self) -> int:
        return int(bool(self._ends) and time.monotonic() > self._ends)

    def tables(self) -> tuple[FoundTable, ...]:
        names = self.rows(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        )
        return tuple(self._table(str(name)) for (name,) in names)

    def _table(self, name: str) -> FoundTable:
        quoted = self.quoted(name)
        columns = self.rows(f"PRAGMA table_info({quoted})")
        primary = tuple(c[1] for c in sorted((c for c in columns if c[5]), key=lambda c: c[5]))
        unique = [primary] if primary else []
        unique += [
            tuple(r[2] for r in self.rows(f"PRAGMA index_info({self.quoted(index[1])})"))
            for index in self.rows(f"PRAGMA index_list({quoted})")
            if index[2] and index[3] == "u"
        ]
        foreign: dict[int, list[tuple[Any, ...]]] = {}
        for row in self.rows(f"PRAGMA foreign_key_list({quoted})"):
            foreign.setdefault(row[0], []).append(row)
        return FoundTable(
            name,
            tuple(FoundColumn(c[1], c[2] or "text", type_of(c[2] or "text")) for c in columns),
            "",
            tuple(unique),
            tuple(
                ForeignKey(tuple(r[3] for r in rows), rows[0][2], tuple(r[4] or "" for r in rows))
                for rows in foreign.values()
            ),
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        self._ends = time.monotonic() + STATEMENT_S
        try:
            return super().rows(sql)
        finally:
            self._ends = 0.0

    def _cursor(self) -> Any:
        return self._connection.cursor()

    def explained(self, error: Exception) -> GembaError | None:
        if not isinstance(error, sqlite3.Error):
            return None
        if "locked" in str(error):
            return Unavailable(
                told(
                    "Another program writes to {file}. Close it there, and try again.",
                    file=self.where.label,
                )
            )
        if str(error).startswith(("no such table", "no such column")):
            return changed(self.where, first_line(error))
        return _unreadable(self.where, "SQLite", f"{error}.")

    def close(self) -> None:
        with closing(self._connection):
            pass
