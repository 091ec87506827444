"""Files as relations that DuckDB reads: which rows there are, and each column's cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import duckdb

from core.errors import UserFixable
from core.ingest.cell_sql import SQL_TYPES, is_bad, literal, quoted, value_of
from core.ingest.clock_sql import is_half, is_no_clock, joined
from core.ingest.recognised import Column, Recognised, TextFile
from core.ingest.sums import is_sum
from core.translation import told

#: A line longer than that is no row of a table.
_MOST_LINE: Final = 8 * 1024 * 1024
_SHOWN_REJECTS: Final = 5
REJECTS: Final = "rejected_rows"
_SCANS: Final = "rejected_scans"


def relation(file: TextFile, columns: Sequence[Column]) -> str:
    """What stands behind FROM for one file; each column is `c` with its place in `columns`."""
    kind = file.prepared.source.kind
    path = literal(str(file.prepared.path))
    if kind == "parquet":
        chosen = ", ".join(f"{quoted(c.source)} AS c{i}" for i, c in enumerate(columns))
        return f"(SELECT {chosen} FROM read_parquet({path}))"
    if kind == "jsonl":
        keys = ", ".join(f"{literal(column.source)}: 'VARCHAR'" for column in columns)
        chosen = ", ".join(f"{quoted(c.source)} AS c{i}" for i, c in enumerate(columns))
        return (
            f"(SELECT {chosen} FROM read_json({path}, format='newline_delimited', "
            f"records='true', maximum_object_size={_MOST_LINE}, columns={{{keys}}}))"
        )
    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in file.order)
    return (
        f"read_csv({path}, auto_detect=false, header=false, skip={file.first_line}, "
        f"delim={literal(file.delimiter)}, quote='\"', escape='\"', columns={{{names}}}, "
        f"nullstr='', max_line_size={_MOST_LINE}, ignore_errors=true, store_rejects=true, "
        f"rejects_table='{REJECTS}', rejects_scan='{_SCANS}', rejects_limit={_SHOWN_REJECTS})"
    )


def cell(column: Column, place: int) -> str:
    """The text of a column's cells."""
    return f"c{place}" if not column.is_typed else f"CAST(c{place} AS VARCHAR)"


def value(found: Recognised, place: int, file: TextFile) -> str:
    """The value of a column's cells in one file."""
    column = found.columns[place]
    if column.part_of or column.is_blank:
        return "NULL::VARCHAR"
    if column.clock is not None:
        clock = as_text(column.clock.place)
        return joined(_day(found, place), clock, column.clock.form, found.choices.zone)
    factor = file.factors.get(place)
    if column.is_typed:
        plain = f"CAST(c{place} AS {SQL_TYPES[column.type]})"
        return f"round({plain} * {factor[0]!r} + {factor[1]!r}, 9)" if factor else plain
    choices = found.choices
    return value_of(
        f"c{place}", column, found.marks, order=choices.dates, zone=choices.zone, factor=factor
    )


def bad(found: Recognised, place: int, file: TextFile) -> str:
    """Whether a cell holds what its column's type cannot; of no row that sums up others."""
    alone, left_out = bad_alone(found, place, file), is_sum(found.sums)
    return f"(NOT {left_out} AND {alone})" if left_out and alone != "FALSE" else alone


def bad_alone(found: Recognised, place: int, file: TextFile) -> str:
    """The same of any row."""
    column = found.columns[place]
    if column.is_blank:
        return f"(trim(coalesce({as_text(place)}, '')) <> '')"
    if column.part_of:
        day = next(p for p, c in enumerate(found.columns) if c.clock and c.clock.place == place)
        clock = found.columns[day].clock
        assert clock is not None
        text = as_text(place)
        return f"({is_no_clock(text, clock.form)} OR {is_half(text, as_text(day))})"
    if column.clock is not None:
        day_text = as_text(place)
        bad_day = is_bad(day_text, _day(found, place), column)
        return f"({bad_day} OR {is_half(day_text, as_text(column.clock.place))})"
    return "FALSE" if column.is_typed else is_bad(f"c{place}", value(found, place, file), column)


def as_text(place: int) -> str:
    """A column's cells as texts, whatever the file holds."""
    return f"CAST(c{place} AS VARCHAR)"


def _day(found: Recognised, place: int) -> str:
    """The day that a column's cells say, as a timestamp; NULL for a moment within a day."""
    column = found.columns[place]
    if column.is_typed:
        moment = f"CAST(c{place} AS TIMESTAMP)"
    else:
        moment = value_of(f"c{place}", column, found.marks, order=found.choices.dates)
    return f"CASE WHEN {moment} = date_trunc('day', {moment}) THEN {moment} END"


def forget_rejects(con: duckdb.DuckDBPyConnection) -> None:
    """Before a file is read: no rows of another one."""
    con.execute(f"DROP TABLE IF EXISTS {REJECTS}; DROP TABLE IF EXISTS {_SCANS}")


def check_rejects(con: duckdb.DuckDBPyConnection, file: TextFile, width: int) -> None:
    """Raises UserFixable with the lines that are no rows of the table."""
    if file.prepared.source.kind not in ("text", "excel"):
        return
    rows = con.execute(
        f"SELECT line, error_type, error_message FROM {REJECTS} ORDER BY line "
        f"LIMIT {_SHOWN_REJECTS}"
    ).fetchall()
    if not rows:
        return
    said = "; ".join(_reason(line, str(kind), str(message), width) for line, kind, message in rows)
    raise UserFixable(
        told(
            "{name} has lines that are no rows of the table: {lines}. Nothing was imported. Mend "
            "them, or choose another delimiter.",
            name=file.prepared.source.name,
            lines=said,
        )
    )


def _reason(line: int, kind: str, message: str, width: int) -> str:
    if kind in ("MISSING COLUMNS", "TOO MANY COLUMNS"):
        found = message.rsplit(" ", 1)[-1]
        cells = found if found.isdigit() else "?"
        return str(told("line {n} has {cells} cells of {width}", n=line, cells=cells, width=width))
    if kind == "UNQUOTED VALUE":
        return str(told("line {n} has a quotation mark that is not closed", n=line))
    if kind == "LINE SIZE OVER MAXIMUM":
        return str(told("line {n} is over {size} MB long", n=line, size=_MOST_LINE // 1_000_000))
    return str(told("line {n} cannot be read ({why})", n=line, why=message.splitlines()[0]))


def fetch(
    con: duckdb.DuckDBPyConnection,
    file: TextFile,
    query: str,
    columns: Sequence[Column],
    after: str = "",
) -> list[tuple[Any, ...]]:
    """Rows of a query over one file; `query` ends before the file's name, `after` follows it."""
    forget_rejects(con)
    rows: list[tuple[Any, ...]] = []

    def run() -> None:
        rows.extend(con.execute(f"{query} {relation(file, columns)} {after}").fetchall())

    reading(file.prepared.source.name, run)
    return rows


def reading(name: str, run: Callable[[], object]) -> None:
    """Run a statement that reads a file; what DuckDB says of the file becomes a message."""
    try:
        run()
    except duckdb.InvalidInputException as error:
        raise UserFixable(
            told(
                "{name} cannot be read: {why}. Nothing was imported.",
                name=name,
                why=first_line(error),
            )
        ) from error


def first_line(error: Exception) -> str:
    """What an error of DuckDB says first, without the name of its class."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    head, _, rest = text.partition("Error: ")
    return (rest if rest and len(head) < 40 else text).rstrip(".")
