"""Some rows of a file: from its beginning, its middle and its end."""

from __future__ import annotations

import csv
import io
from typing import Final

import duckdb

from core.cells import CellType
from core.errors import UserFixable
from core.ingest.cell_sql import literal
from core.ingest.layout import Layout, lay_out
from core.ingest.recognised import Choices
from core.ingest.relations import first_line
from core.ingest.texts import MOST_RATIO, Prepared, is_too_much
from core.ingest.workspace import size_text
from core.translation import told

_HEAD_BYTES: Final = 512 * 1024
_PIECE_BYTES: Final = 64 * 1024
_HEAD_LINES: Final = 3_000
_MORE_ROWS: Final = 300
_KINDS: Final[dict[str, CellType]] = {
    "TINYINT": "integer", "SMALLINT": "integer", "INTEGER": "integer", "BIGINT": "integer",
    "UTINYINT": "integer", "USMALLINT": "integer", "UINTEGER": "integer",
    "FLOAT": "double", "DOUBLE": "double", "BOOLEAN": "boolean", "DATE": "date",
    "TIMESTAMP": "datetime", "TIMESTAMP_NS": "datetime", "TIMESTAMP_MS": "datetime",
    "TIMESTAMP_S": "datetime",
}  # fmt: skip


def text_sample(prepared: Prepared, choices: Choices) -> tuple[Layout, list[list[str]]]:
    """The layout of a text file and some of its rows."""
    with prepared.path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    lines = _lines(head, is_whole=len(head) < _HEAD_BYTES)[:_HEAD_LINES]
    layout, rows = lay_out(
        lines,
        delimiter="," if prepared.is_canonical else choices.delimiter,
        above=choices.above,
        has_header=choices.has_header,
    )
    if prepared.size > _HEAD_BYTES:
        for at in (prepared.size // 3, 2 * prepared.size // 3, prepared.size - _PIECE_BYTES):
            rows += _rows_at(prepared, max(at, _HEAD_BYTES), layout)
    return layout, rows


def _rows_at(prepared: Prepared, at: int, layout: Layout) -> list[list[str]]:
    """Whole rows near a place in the file; none of those that are cut."""
    with prepared.path.open("rb") as file:
        file.seek(at)
        piece = file.read(_PIECE_BYTES)
    lines = _lines(piece, is_whole=at + len(piece) >= prepared.size)[1:]
    try:
        rows = list(csv.reader(lines, delimiter=layout.delimiter))
    except csv.Error:
        return []
    return [row for row in rows if len(row) == len(layout.header)][:_MORE_ROWS]


def _lines(data: bytes, *, is_whole: bool) -> list[str]:
    text = data.decode("utf-8-sig", errors="ignore")
    lines = list(io.StringIO(text, newline=""))
    # The last one is cut, if the file goes on.
    return lines if is_whole or len(lines) < 2 else lines[:-1]


def columns_of_parquet(
    prepared: Prepared, con: duckdb.DuckDBPyConnection
) -> tuple[tuple[str, ...], dict[str, CellType], list[list[str | None]]]:
    """Names, types and some rows of a Parquet file. Raises UserFixable for one that is broken or
    holds what is no table."""
    name, path = prepared.source.name, literal(str(prepared.path))
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({path})").fetchall()
        rows = con.execute(
            f"SELECT COLUMNS(*)::VARCHAR FROM read_parquet({path}) LIMIT {_MORE_ROWS}"
        ).fetchall()
    except duckdb.Error as error:
        raise _unreadable(name, error) from error
    if not rows:
        raise UserFixable(
            told("{name} has a header and no rows below it. Get the file again.", name=name)
        )
    types = {str(column): _kind(str(sql)) for column, sql, *_ in described}
    return tuple(types), types, [list(row) for row in rows]


def check_parquet(prepared: Prepared, con: duckdb.DuckDBPyConnection, most_bytes: int) -> None:
    """Raises UserFixable for a Parquet file that says of itself that it holds more than it may: by
    bytes once it is unpacked, or by cells, of which each counts a byte."""
    name, packed = prepared.source.name, prepared.source.size
    path = literal(str(prepared.path))
    try:
        row = con.execute(
            f"SELECT sum(total_uncompressed_size), sum(num_values) FROM parquet_metadata({path})"
        ).fetchone()
    except duckdb.Error as error:
        raise _unreadable(name, error) from error
    size, cells = (int(value or 0) for value in row or (0, 0))
    if cells > most_bytes or is_too_much(packed, size, most_bytes):
        raise UserFixable(
            told(
                "{name} is {packed} and says that it holds {cells} cells and {size} unpacked, "
                "which is more than may be ({most}, or {ratio} times). Nothing was imported. If "
                "the file is right, save it as CSV or in parts, or raise GEMBA_IMPORT_UNPACKED_GB.",
                name=name,
                packed=size_text(packed),
                cells=f"{cells:,}",
                size=size_text(size),
                most=size_text(most_bytes),
                ratio=MOST_RATIO,
            )
        )


def _unreadable(name: str, error: duckdb.Error) -> UserFixable:
    return UserFixable(told("{name} cannot be read: {why}.", name=name, why=first_line(error)))


def parquet_rows(prepared: Prepared, con: duckdb.DuckDBPyConnection) -> int:
    """Rows of a Parquet file, as it says itself."""
    path = literal(str(prepared.path))
    row = con.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata({path})").fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def _kind(sql: str) -> CellType:
    if sql.startswith("DECIMAL"):
        return "double"
    if sql.startswith("TIMESTAMP WITH"):
        return "datetime"
    return _KINDS.get(sql, "text")


def columns_of_jsonl(
    prepared: Prepared, con: duckdb.DuckDBPyConnection
) -> tuple[tuple[str, ...], list[list[str | None]]]:
    """Keys of all objects and some rows. Raises UserFixable with the line that is no object."""
    name, path = prepared.source.name, literal(str(prepared.path))
    with prepared.path.open("rb") as file:
        start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"[":
        raise UserFixable(
            told(
                "{name} is one JSON list. Write one object a line (JSON lines) and import that.",
                name=name,
            )
        )
    try:
        keys = con.execute(
            f"SELECT DISTINCT unnest(json_keys(json)) FROM read_ndjson_objects({path}) LIMIT 5000"
        ).fetchall()
        first = con.execute(
            f"SELECT json_keys(json) FROM read_ndjson_objects({path}) LIMIT 1"
        ).fetchone()
    except duckdb.Error as error:
        raise UserFixable(
            told("{name} cannot be read: {why}.", name=name, why=first_line(error))
        ) from error
    order = [str(key) for key in (first[0] if first and first[0] else [])]
    names = tuple(dict.fromkeys([*order, *sorted(str(key) for (key,) in keys)]))
    if not names:
        raise UserFixable(told("{name} is empty. Get the file again.", name=name))
    listed = ", ".join(f"{literal(key)}: 'VARCHAR'" for key in names)
    rows = con.execute(
        f"SELECT * FROM read_json({path}, format='newline_delimited', records='true', "
        f"columns={{{listed}}}) LIMIT {_MORE_ROWS}"
    ).fetchall()
    return names, [list(row) for row in rows]
