"""Rows that come beside those of a table: which are new, which are there already, and which say
something else of what is there.

All of it is set-based SQL of DuckDB on one connection, so that its memory is bounded by the
engine's limit and not by the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from core.execution.loads import has_table

#: Names of tables in a file of rows that come which hold no rows of anybody's.
OWN: Final = "_gemba_"
#: Keeps, in such a file, which columns say what one row is: of its one table, and of several.
KEY_TABLE: Final = f"{OWN}key"
_KEY_OF: Final = f"{OWN}key_of_"
#: The keys whose rows others take the place of, and those rows as they were when that was decided.
REPLACED: Final = f"{OWN}replaced_"
BEFORE: Final = f"{OWN}before_"
_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is there already with other values. key: column -> value; values: column -> what
    is there, and what came."""

    key: dict[str, Any]
    values: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows that came, against those of the table. came: without those that repeat another one of a
    keyed table; new: neither there nor in conflict; there: wholly equal to one that is there.
    conflicts: keys under which other values are there; examples: the first of them."""

    came: int
    new: int
    there: int
    conflicts: int
    examples: tuple[Difference, ...] = ()


class Additions:
    """Compares `rows` with `stored`, two relations with the same columns, and takes in what is new.

    key: columns that say what one row is; without them only wholly equal rows are the same, each
    as often as it stands. A row whose key holds NULL has none. scratch: schema for tables of ours,
    which are dropped by `close`.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        rows: str,
        stored: str,
        key: Sequence[str] = (),
        *,
        scratch: str = "temp",
    ) -> None:
        self._db, self._stored, self._key = connection, stored, tuple(key)
        self._came, self._fresh, self._other = (
            f"{scratch}.additions_{name}" for name in ("came", "fresh", "other")
        )
        described = connection.execute(f"DESCRIBE {stored}").fetchall()
        self._columns = [str(row[0]) for row in described]
        cast = ", ".join(
            f"CAST({_quoted(str(row[0]))} AS {row[1]}) AS {_quoted(str(row[0]))}"
            for row in described
        )
        self._names = ", ".join(_quoted(name) for name in self._columns)
        distinct = "DISTINCT " if self._key else ""
        self._make(self._came, f"SELECT {distinct}{cast} FROM {rows}")

    def compare(self) -> Comparison:
        """What is new. Nothing is changed by it."""
        names, every = self._names, "" if self._key else " ALL"
        # Only rows that may be equal to one that came are looked at in full.
        near = (
            f"SELECT {names} FROM {self._stored} WHERE hash({names}) IN "
            f"(SELECT hash({names}) FROM {self._came})"
        )
        self._make(self._fresh, f"SELECT {names} FROM {self._came} EXCEPT{every} {near}")
        conflicts = 0
        if self._key:
            key = ", ".join(_quoted(name) for name in self._key)
            self._make(
                self._other,
                f"SELECT DISTINCT {key} FROM {self._fresh} f WHERE EXISTS "
                f"(SELECT 1 FROM {self._stored} s WHERE {self._same('f', 's')})",
            )
            conflicts = self._count(self._other)
        came, fresh = self._count(self._came), self._count(self._fresh)
        new = fresh
        if conflicts:
            where = f"EXISTS (SELECT 1 FROM {self._other} o WHERE {self._same('f', 'o')})"
            new -= self._number(f"SELECT count(*) FROM {self._fresh} f WHERE {where}")
        return Comparison(came, new, came - fresh, conflicts, self._examples() if conflicts else ())

    def repeated_key(self) -> tuple[int, dict[str, Any]]:
        """Keys under which rows that came differ from one another, and the first of these keys."""
        key = ", ".join(_quoted(name) for name in self._key)
        known = " AND ".join(f"{_quoted(name)} IS NOT NULL" for name in self._key)
        twice = f"SELECT {key} FROM {self._came} WHERE {known} GROUP BY ALL HAVING count(*) > 1"
        first = self._db.execute(f"{twice} ORDER BY ALL LIMIT 1").fetchone()
        if first is None:
            return 0, {}
        return self._number(f"SELECT count(*) FROM ({twice})"), dict(
            zip(self._key, first, strict=True)
        )

    def tells_stored_apart(self) -> bool:
        """Whether the key tells the rows that are there apart."""
        key = ", ".join(_quoted(name) for name in self._key)
        known = " AND ".join(f"{_quoted(name)} IS NOT NULL" for name in self._key)
        twice = f"SELECT 1 FROM {self._stored} WHERE {known} GROUP BY {key} HAVING count(*) > 1"
        return self._db.execute(f"{twice} LIMIT 1").fetchone() is None

    def fresh(self, target: str, *, takes_new: bool) -> None:
        """A table of the rows to take in. takes_new: those in conflict too, with all that came
        under their keys."""
        where = ""
        if self._key:
            inside = f"EXISTS (SELECT 1 FROM {self._other} o WHERE {self._same('f', 'o')})"
            where = f" WHERE NOT {inside}"
            if takes_new:
                where += f" UNION ALL SELECT {self._names} FROM {self._came} f WHERE {inside}"
        self._make(target, f"SELECT {self._names} FROM {self._fresh} f{where}")

    def replaced(self, target: str) -> None:
        """A table of the keys whose rows are taken out where the new ones are taken."""
        self._make(target, f"SELECT * FROM {self._other}")

    def close(self) -> None:
        """Drop what was made to compare."""
        for name in (self._came, self._fresh, self._other):
            self._db.execute(f"DROP TABLE IF EXISTS {name}")

    def _examples(self) -> tuple[Difference, ...]:
        rows = self._db.execute(
            f"SELECT {_of('f', self._columns)}, {_of('s', self._columns)} FROM {self._fresh} f "
            f"JOIN {self._stored} s ON {self._same('f', 's')} "
            f"ORDER BY {_of('f', self._key)} LIMIT {_EXAMPLES}"
        ).fetchall()
        found = []
        for row in rows:
            came = dict(zip(self._columns, row[: len(self._columns)], strict=True))
            there = dict(zip(self._columns, row[len(self._columns) :], strict=True))
            differ = {n: (there[n], came[n]) for n in self._columns if there[n] != came[n]}
            found.append(Difference({name: came[name] for name in self._key}, differ))
        return tuple(found)

    def _same(self, one: str, other: str) -> str:
        return " AND ".join(
            f"{one}.{_quoted(name)} = {other}.{_quoted(name)}" for name in self._key
        )

    def _make(self, name: str, select: str) -> None:
        kind = "TEMP TABLE" if name.startswith("temp.") else "TABLE"
        self._db.execute(f"CREATE OR REPLACE {kind} {name} AS {select}")

    def _count(self, relation: str) -> int:
        return self._number(f"SELECT count(*) FROM {relation}")

    def _number(self, sql: str) -> int:
        (row,) = self._db.execute(sql).fetchall()
        return int(row[0])


def note_key(connection: duckdb.DuckDBPyConnection, table: str, key: Sequence[str]) -> None:
    """Write the key beside the rows of a file's table, for when they are taken in later."""
    place = _quoted(_KEY_OF + table)
    connection.execute(f"CREATE OR REPLACE TABLE {place} (name VARCHAR)")
    for name in key:
        connection.execute(f"INSERT INTO {place} VALUES (?)", [name])


def noted_key(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> tuple[str, ...]:
    """The key that was written beside the rows of a table. database: the file, attached."""
    own = has_table(connection, _KEY_OF + table, database)
    place = f"{database}.{_quoted(_KEY_OF + table if own else KEY_TABLE)}"
    return tuple(str(row[0]) for row in connection.execute(f"SELECT name FROM {place}").fetchall())


def _of(alias: str, names: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{_quoted(name)}" for name in names)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
