"""Copies the rows of a database into a DuckDB file of Gemba's own: all of them or none."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from core.drafting.sampling import moment
from core.drafting.sources import Source
from core.drafting.survey import Progress, Survey
from core.drafting.written import Written
from core.errors import Unavailable, UserFixable
from core.semantic.model import ColumnType
from core.translation import told

_ARROW: Final = {
    "string": pa.string(),
    "integer": pa.int64(),
    "double": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "boolean": pa.bool_(),
}
_STORED: Final = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "double": "DOUBLE",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "boolean": "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that stands beside the file that it is to replace. rows: by table of the model."""

    file: Path
    target: Path
    rows: dict[str, int]

    def put(self) -> None:
        """Puts it in the place of the file. Raises Unavailable; the file is then as it was."""
        try:
            self.file.replace(self.target)
        except OSError as error:
            raise _unavailable(self.target, error) from error


@contextmanager
def copied(
    source: Source, found: Survey, target: Path, progress: Progress | None = None
) -> Iterator[Copied]:
    """The rows, in a file beside `target` until they are put there; else it is deleted.

    Raises UserFixable for a value that is not of its column's type, Unavailable where the database
    or the disk fails; the target is then as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.{os.getpid()}.half")
    half.unlink(missing_ok=True)
    rows: dict[str, int] = {}
    try:
        with duckdb.connect(str(half), config={"memory_limit": "1GB", "threads": "2"}) as store:
            for k, name in enumerate(found.tables):
                if progress:
                    progress(k / len(found.tables), name)
                rows[found.names.tables[name]] = _copy(source, found, name, store)
        yield Copied(half, target, rows)
    except (OSError, duckdb.IOException) as error:
        raise _unavailable(target, error) from error
    finally:
        for rest in (half, half.with_name(f"{half.name}.wal")):
            with suppress(OSError):
                rest.unlink(missing_ok=True)


def _unavailable(target: Path, error: Exception) -> Unavailable:
    return Unavailable(
        told(
            "The rows cannot be written to {place}: {why}. Nothing was changed. Make room "
            "there, or check its rights.",
            place=f"{target.parent.name}/{target.name}",
            why=getattr(error, "strerror", None) or str(error).splitlines()[0],
        )
    )


def _copy(source: Source, found: Survey, name: str, store: duckdb.DuckDBPyConnection) -> int:
    natures = found.natures[name]
    columns = [
        (n.column.name, found.names.columns[name, n.column.name], n.type) for n in natures.values()
    ]
    written = [n.column.written for n in natures.values()]
    table = found.names.tables[name]
    made = ", ".join(f'"{new}" {_STORED[kind]}' for _, new, kind in columns)
    store.execute(f'CREATE TABLE "{table}" ({made})')
    schema = pa.schema([(new, _ARROW[kind]) for _, new, kind in columns])
    rows = 0
    for batch in _batches(source, name, [old for old, _, _ in columns]):
        arrays = [
            pa.array(
                [_value(row[k], kind, name, old, written[k]) for row in batch], type=_ARROW[kind]
            )
            for k, (old, _, kind) in enumerate(columns)
        ]
        arrow = pa.Table.from_arrays(arrays, schema=schema)
        store.register("batch", arrow)
        store.execute(f'INSERT INTO "{table}" SELECT * FROM batch')
        store.unregister("batch")
        rows += len(batch)
    return rows


def _batches(source: Source, table: str, columns: list[str]) -> Iterator[list[tuple[Any, ...]]]:
    names = ", ".join(source.quoted(column) for column in columns)
    return source.batches(f"SELECT {names} FROM {source.place(table)}")


def _value(
    value: Any, kind: ColumnType, table: str, column: str, written: Written | None = None
) -> Any:
    """A value of the database as one of the model's type; a moment with a zone is kept in UTC."""
    if value is None:
        return None
    try:
        if written is not None and isinstance(value, str):
            return written.value(value)
        return _AS[kind](value)
    except (TypeError, ValueError, OverflowError) as error:
        raise UserFixable(
            told(
                "{column} of {table} holds {value}, which is no {type} as the other rows. Nothing "
                "was written. Correct it in the database, or leave the table out with --tables.",
                column=column,
                table=table,
                value=repr(str(value)[:40]),
                type=kind,
            )
        ) from error


def _text(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def _integer(value: Any) -> int:
    found = int(value)
    if found != value and not isinstance(value, str):
        raise ValueError(value)
    if not -(2**63) <= found < 2**63:
        raise OverflowError(value)
    return found


def _moment(value: Any) -> dt.datetime:
    found = moment(value)
    if found is None:
        raise ValueError(value)
    if found.tzinfo is not None:
        found = found.astimezone(dt.UTC).replace(tzinfo=None)
    return found


def _flag(value: Any) -> bool:
    if value in (0, 1):
        return bool(value)
    raise ValueError(value)


_AS: Final[dict[str, Callable[[Any], Any]]] = {
    "string": _text,
    "integer": _integer,
    "double": float,
    "date": lambda value: _moment(value).date(),
    "datetime": _moment,
    "boolean": _flag,
}
