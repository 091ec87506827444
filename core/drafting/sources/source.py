"""One connection that reads a database: its catalogue, and rows under a bound."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Final

from core.drafting.found import FoundTable
from core.drafting.sources.address import Where
from core.errors import GembaError, Unavailable, UserFixable
from core.semantic.load.store import model_type
from core.semantic.model import ColumnType
from core.translation import told

#: Seconds that one statement may take.
STATEMENT_S: Final = 30
#: Rows of one fetch.
BATCH: Final = 10_000
#: Types of PostgreSQL whose first word says less than the whole.
_MORE: Final[dict[str, ColumnType]] = {
    "character varying": "string",
    "character": "string",
    "bpchar": "string",
    "double precision": "double",
    "numeric": "double",
    "money": "double",
    "timestamp without time zone": "datetime",
    "timestamp with time zone": "datetime",
    "year": "integer",
    "mediumint": "integer",
    "mediumtext": "string",
    "longtext": "string",
    "tinytext": "string",
    "set": "string",
    "citext": "string",
    "user-defined": "string",
}
_TYPES: Final[Mapping[str, ColumnType]] = {
    "string": "string",
    "integer": "integer",
    "double": "double",
    "date": "date",
    "datetime": "datetime",
    "boolean": "boolean",
}


def type_of(stored: str) -> ColumnType | None:
    """The model's type of a stored one; None for one that models do not have."""
    lowered = " ".join(stored.casefold().split())
    return _MORE.get(lowered.partition("(")[0].strip()) or _TYPES.get(model_type(lowered) or "")


class Source(ABC):
    """A database that is read. Not for several threads. Every error of its driver becomes a message
    that says what to do."""

    quotes: ClassVar[str] = '"'

    def __init__(self, where: Where) -> None:
        self.where = where

    @abstractmethod
    def tables(self) -> tuple[FoundTable, ...]:
        """All tables and views that the account may read, by name."""

    @abstractmethod
    def _cursor(self) -> Any:
        """A DB-API cursor for one statement."""

    @abstractmethod
    def explained(self, error: Exception) -> GembaError | None:
        """What an error of the driver means; None for one that is not the driver's."""

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def hold(self) -> None:
        """From here on all that is read is of one state of the database, until it is let go of,
        where the database can do that; elsewhere nothing happens."""
        return

    def let_go(self) -> None:
        """What is read from here on is as it is at that time."""
        return

    def quoted(self, name: str) -> str:
        """The name as it stands in a statement, whatever its signs."""
        return self.quotes + name.replace(self.quotes, self.quotes * 2) + self.quotes

    def place(self, table: str) -> str:
        """The table as it stands after FROM."""
        return self.quoted(table)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a statement that gives few."""
        with self.telling():
            cursor = self._cursor()
            cursor.execute(sql)
            found = [tuple(row) for row in cursor.fetchall()]
            cursor.close()
            return found

    def batches(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        """Rows of a statement that gives many, BATCH at a time."""
        with self.telling():
            cursor = self._stream()
            cursor.execute(sql)
            while batch := cursor.fetchmany(BATCH):
                yield [tuple(row) for row in batch]
            # One that failed or was left ends with its connection; to close it would read the rest.
            cursor.close()

    def sample(self, table: str, columns: Sequence[str], rows: int) -> list[tuple[Any, ...]]:
        """The first rows of a table."""
        names = ", ".join(self.quoted(name) for name in columns)
        return self.rows(f"SELECT {names} FROM {self.place(table)} LIMIT {rows}")

    def count(self, table: str, bound: int) -> int:
        """How many rows a table has, `bound` where it has more."""
        rows = self.rows(
            f"SELECT COUNT(*) FROM (SELECT 1 AS one FROM {self.place(table)} LIMIT {bound}) "
            "AS first_rows"
        )
        return int(rows[0][0])

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Errors of the driver as messages."""
        try:
            yield
        except GembaError:
            raise
        except Exception as error:
            told = self.explained(error)
            if told is None:
                raise
            raise told from error

    def _stream(self) -> Any:
        """A cursor that does not fetch all rows at once."""
        return self._cursor()


def gone(where: Where, error: Exception) -> Unavailable:
    """The connection ended, or never came about."""
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return Unavailable(
        told(
            "The database {label} cannot be reached, or the connection ended: {why}. Nothing was "
            "written. Check that it runs, and try again.",
            label=where.label,
            why=first,
        )
    )


def changed(where: Where, why: str) -> UserFixable:
    """Tables or columns became others while they were read."""
    return UserFixable(
        told(
            "The tables of {label} changed while they were read: {why}. Nothing was written. Run "
            "it again.",
            label=where.label,
            why=why,
        )
    )


def first_line(error: object) -> str:
    """What a driver says first."""
    return (str(error).strip().splitlines() or [""])[0].rstrip(".")


def grouped(
    rows: Sequence[tuple[Any, ...]], make: Callable[[tuple[Any, ...]], Any]
) -> dict[str, list[Any]]:
    """First cell -> what is made of the rest, in order."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(str(row[0]), []).append(make(row[1:]))
    return found
