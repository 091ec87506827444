"""Rows of a CSV file, as its model's `load` section declares them, with typed values.

What is wrong is told with row and column; row 1 is the header, as in a spreadsheet.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from core.errors import UserFixable, did_you_mean
from core.semantic.model import ColumnType, FileColumn, FileFormat, Table

ROW_COLUMN = "_row"
FILE_COLUMN = "_file"
BATCH_ROWS = 50_000
_MOST_PROBLEMS = 5
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_ARROW: dict[ColumnType, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "double": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "boolean": pa.bool_(),
}

Value = str | int | float | bool | dt.date | dt.datetime | None
Reader = Callable[[str], Value]


def schema(table: Table) -> pa.Schema:
    """Arrow schema of a batch: number of the file, row in it, then the table's columns."""
    own = [(column.name, _ARROW[column.type]) for column in table.own.values()]
    return pa.schema([(FILE_COLUMN, pa.int32()), (ROW_COLUMN, pa.int64()), *own])


def read_batches(
    path: Path, file_number: int, form: FileFormat, table: Table
) -> Iterator[pa.RecordBatch]:
    """All rows of a file, in batches.

    Raises UserFixable for the first problem of the header, or with the first five of the rows.
    """
    problems: list[str] = []
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UserFixable(f"{str(path)!r} cannot be read: {_reason(error)}.") from error
    if path.is_dir():
        raise UserFixable(f"{str(path)!r} is a folder. Name the file in it.")
    if size == 0:
        raise UserFixable(f"{path.name} is empty. Get the file again.")
    # Bytes that are not of the encoding stay recognisable, so that row and column can be told.
    encoding = "utf-8-sig" if form.encoding == "utf-8" else form.encoding
    try:
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
            rows = csv.reader(file, delimiter=form.delimiter, strict=True)
            yield from _batches(path.name, file_number, rows, form, table, problems)
    except OSError as error:
        raise UserFixable(f"{path.name} cannot be read: {_reason(error)}.") from error
    if problems:
        raise UserFixable("\n".join([*problems, "Mend the file and import it again."]))


def _batches(
    name: str,
    file_number: int,
    rows: Iterator[list[str]],
    form: FileFormat,
    table: Table,
    problems: list[str],
) -> Iterator[pa.RecordBatch]:
    header = _next(name, 1, rows)
    places = match_header(name, header or [], form)
    readers = _readers(form, table, places)
    stamp = _stamp_reader(form, table)
    time_place = places[form.time.source]
    shape = schema(table)
    axis = table.time
    batch: list[list[Value]] = [[] for _ in shape]
    number = 1
    while (row := _next(name, number + 1, rows)) is not None:
        number += 1
        if not any(cell.strip() for cell in row):
            continue
        values: dict[str, Value] = {FILE_COLUMN: file_number, ROW_COLUMN: number, **form.constants}
        before = len(problems)
        if len(row) != len(places):
            problems.append(f"{name}, row {number}: {len(row)} cells, expected {len(places)}.")
        else:
            moment = _read(name, number, form.time.source, row[time_place], stamp, problems)
            for column, source, place, reader in readers:
                values[column] = _read(name, number, source, row[place], reader, problems)
            if axis and isinstance(moment, dt.datetime):
                values[axis.timestamp] = moment
                if axis.date:
                    values[axis.date] = moment.date()
        if len(problems) >= _MOST_PROBLEMS:
            problems.append("There may be more.")
            return
        if len(problems) == before:
            for cells, field in zip(batch, shape, strict=True):
                cells.append(values[field.name])
        if len(batch[0]) == BATCH_ROWS:
            yield pa.record_batch(batch, schema=shape)
            batch = [[] for _ in shape]
    if batch[0] and not problems:
        yield pa.record_batch(batch, schema=shape)


def _next(name: str, number: int, rows: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(rows, None)
    except csv.Error as error:
        raise UserFixable(
            f"{name}, row {number} cannot be read as CSV: {error}. Look for a quotation mark that "
            "is not closed, or get the file again."
        ) from error


def match_header(name: str, header: Sequence[str], form: FileFormat) -> dict[str, int]:
    """Declared header -> place in the file. Capitals, blanks and punctuation may differ.

    Raises UserFixable when a header is missing, unknown or there twice.
    """
    given = [cell.strip() for cell in header]
    if len(given) == 1 and len(form.header) > 1:
        other = next((mark for mark in (",", ";", "\t", "|") if mark in given[0]), None)
        if other:
            raise UserFixable(
                f"{name}, row 1: the cells seem to be parted by {other!r}, expected "
                f"{form.delimiter!r}. Save the file with that, or set 'delimiter' in the model."
            )
    declared = {_folded(text): text for text in form.header}
    places: dict[str, int] = {}
    for place, text in enumerate(given):
        known = declared.get(_folded(text))
        if known is None:
            raise UserFixable(
                f"{name}, row 1: the column {text!r} is not known."
                f"{did_you_mean(text, form.header)} Expected: {', '.join(form.header)}."
            )
        if known in places:
            raise UserFixable(f"{name}, row 1: the column {text!r} stands twice.")
        places[known] = place
    missing = [text for text in form.header if text not in places]
    if missing:
        raise UserFixable(
            f"{name}, row 1: the column {missing[0]!r} is missing. "
            f"Expected: {', '.join(form.header)}."
        )
    return places


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "_", text.casefold()).strip("_")


def _read(
    name: str, number: int, source: str, cell: str, reader: Reader, problems: list[str]
) -> Value:
    """The value of a cell, or None after noting what is wrong with it."""
    try:
        return reader(cell.strip())
    except ValueError as error:
        problems.append(f"{name}, row {number}, column {source!r}: {error}")
        return None


def _readers(
    form: FileFormat, table: Table, places: dict[str, int]
) -> list[tuple[str, str, int, Reader]]:
    """Table column, header, place and reader of each column that is read."""
    return [
        (name, column.source, places[column.source], _reader(table.columns[name].type, column))
        for name, column in form.columns.items()
    ]


def _reader(kind: ColumnType, column: FileColumn) -> Reader:
    """How the text of a cell becomes a value; an empty cell is NULL."""

    def number(cell: str) -> Value:
        if not cell:
            return None
        try:
            value = float(cell)
        except ValueError:
            hint = " Write decimals with a point." if re.fullmatch(r"-?[\d.]+,\d+", cell) else ""
            raise ValueError(f"{_quoted(cell)} is not a number.{hint}") from None
        if not math.isfinite(value) or "_" in cell:
            raise ValueError(f"{_quoted(cell)} is not a number.")
        return value * column.factor

    def integer(cell: str) -> Value:
        if not cell:
            return None
        if not re.fullmatch(r"[+-]?\d{1,18}", cell):
            raise ValueError(f"{_quoted(cell)} is not a whole number.")
        return int(cell)

    def text(cell: str) -> Value:
        _check_text(cell)
        if not cell:
            return None
        if column.values and cell not in column.values:
            known = ", ".join(column.values)
            hint = did_you_mean(cell, column.values)
            raise ValueError(f"{_quoted(cell)} is not one of {known}.{hint}")
        return column.values.get(cell, cell)

    def truth(cell: str) -> Value:
        if cell and cell.casefold() not in _TRUTH:
            raise ValueError(f"{_quoted(cell)} is not true or false.")
        return _TRUTH.get(cell.casefold())

    def moment(cell: str) -> Value:
        if not cell:
            return None
        try:
            value = dt.datetime.fromisoformat(cell).replace(tzinfo=None)
        except ValueError:
            raise ValueError(f"{_quoted(cell)} is not a date such as 2018-11-23.") from None
        return value.date() if kind == "date" else value

    readers: dict[ColumnType, Reader] = {
        "string": text,
        "integer": integer,
        "double": number,
        "boolean": truth,
        "date": moment,
        "datetime": moment,
    }
    return readers[kind]


def _stamp_reader(form: FileFormat, table: Table) -> Reader:
    """How a stamp becomes the start of its interval."""
    interval_min = (table.time.interval_min if table.time else None) or 1
    interval = dt.timedelta(minutes=interval_min)
    time = form.time

    def read(cell: str) -> Value:
        try:
            stamp = dt.datetime.strptime(cell, time.format)
        except ValueError:
            example = dt.datetime(2018, 11, 23, 14, 45).strftime(time.format)
            raise ValueError(f"{_quoted(cell)} is not a time such as {example}.") from None
        since_midnight = stamp - dt.datetime.combine(stamp.date(), dt.time())
        if since_midnight % interval:
            raise ValueError(f"{_quoted(cell)} is not on the grid of {interval_min} minutes.")
        if time.marks == "start":
            return stamp
        if time.midnight == "same_day" and not since_midnight:
            stamp += dt.timedelta(days=1)
        return stamp - interval

    return read


def _check_text(cell: str) -> None:
    for character in cell:
        if "\udc80" <= character <= "\udcff":
            raise ValueError(
                f"{_quoted(cell)} holds the byte 0x{ord(character) - 0xDC00:02X}, which is not "
                "text of the file's encoding."
            )
        if character < " " and character not in "\t\n\r":
            raise ValueError(f"{_quoted(cell)} holds a control character.")


def _quoted(cell: str) -> str:
    """A cell's text for a message: short, with what is not text made visible."""
    shown = cell if len(cell) <= 40 else cell[:37] + "..."
    return ascii(shown) if any("\udc80" <= c <= "\udcff" for c in shown) else repr(shown)


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return (error.strerror or str(error)).lower()
