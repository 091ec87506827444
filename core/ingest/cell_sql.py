"""How DuckDB reads the text of a cell as a value: NULL where it cannot, never another value.

DuckDB's own casts read `1_000` as 1000, `1.5` as the whole number 2, and pass over the offset of
`2026-01-01T00:00:00+02:00`; what would do so is kept from them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from core.cells import (
    EMPTY,
    FALSE,
    SERIALS,
    TRUE,
    CellType,
    DateForm,
    NumberMarks,
    strptime_formats,
)
from core.ingest.dress import Dress
from core.ingest.recognised import Column

SQL_TYPES: Final[Mapping[CellType, str]] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
EMPTY_PATTERN: Final = "|".join(re.escape(text) for text in sorted(EMPTY))
OFFSET: Final = r"(Z|[-+]\d\d:?\d\d|UTC)\s*$"


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def value_of(
    cell: str,
    column: Column,
    marks: NumberMarks,
    *,
    order: str = "",
    zone: str = "UTC",
    factor: tuple[float, float] | None = None,
) -> str:
    """The expression that gives the value of `cell`, an expression of a text. order: of day and
    month, where the column's values do not tell. factor: scale and offset for a number."""
    if column.dress is not None:
        return _scaled(_dressed(cell, column.dress, marks), factor)
    match column.type:
        case "double":
            return _scaled(_double(cell, marks), factor)
        case "integer":
            return _scaled(_integer(cell, marks), factor)
        case "boolean":
            folded = f"lower(trim({cell}))"
            return (
                f"CASE WHEN {folded} IN ({_listed(TRUE)}) THEN TRUE "
                f"WHEN {folded} IN ({_listed(FALSE)}) THEN FALSE END"
            )
        case "date":
            moment = _moment(cell, column.date or DateForm("ymd", "-"), order, zone)
            return f"CAST({moment} AS DATE)"
        case "datetime":
            return _moment(cell, column.date or DateForm("ymd", "-"), order, zone)
    return cell


def is_bad(cell: str, value: str, column: Column) -> str:
    """The expression that tells whether `cell` holds something that is no value of the type."""
    if column.type == "text":
        return "FALSE"
    # One pattern and not a list: DuckDB holds a vector for each of a list's constants, which over
    # 400 columns is a gigabyte. CASE looks only at the few cells without a value.
    return (
        f"CASE WHEN ({value}) IS NULL AND {cell} IS NOT NULL "
        f"THEN NOT regexp_full_match(lower(trim({cell})), {literal(EMPTY_PATTERN)}) "
        "ELSE FALSE END"
    )


def _dressed(cell: str, dress: Dress, marks: NumberMarks) -> str:
    """The number within what stands around it."""
    text = f"trim({cell})"
    if dress.length:
        part = f"string_split(replace({text}, ',', '.'), ':')"
        seconds = f" + TRY_CAST({part}[3] AS DOUBLE) / 60" if dress.length == 3 else ""
        more = r":[0-5][0-9]([.,][0-9]{1,6})?" if dress.length == 3 else ""
        return (
            f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,5}}:[0-5][0-9]{more}') THEN "
            f"TRY_CAST({part}[1] AS DOUBLE) * 60 + TRY_CAST({part}[2] AS DOUBLE){seconds} END"
        )
    if dress.brackets:
        text = f"regexp_replace({text}, '^([^-+(].*?)\\s*-$', '-\\1')"
        text = f"regexp_replace({text}, '^\\(\\s*(.*?)\\s*\\)$', '-\\1')"
    if dress.before:
        mark = re.escape(dress.before)
        inner = literal(rf"^([-+]?)\s*{mark}\s*(.*)$")
        kept = f"regexp_replace({text}, {inner}, '\\1\\2')"
        text = f"CASE WHEN regexp_matches({text}, {inner}) THEN {kept} END"
    if dress.after:
        cut = f"rtrim(left({text}, length({text}) - {len(dress.after)}))"
        text = f"CASE WHEN ends_with({text}, {literal(dress.after)}) THEN {cut} END"
    return _double(f"({text})", marks)


def _scaled(value: str, factor: tuple[float, float] | None) -> str:
    if factor is None:
        return value
    scale, offset = factor
    # Nine digits after the point: 212 °F are 100 °C, not 99.99999999999999.
    return f"round(({value}) * {scale!r} + {offset!r}, 9)"


def _double(cell: str, marks: NumberMarks) -> str:
    plain = _plain_number(cell, marks)
    if not marks.thousands:
        return plain
    mark = "\\" + marks.thousands if marks.thousands == "." else marks.thousands
    decimal = "\\" + marks.decimal if marks.decimal == "." else marks.decimal
    pattern = rf"[-+]?\d{{1,3}}({mark}\d{{3}})+({decimal}\d+)?"
    bare = f"replace({cell}, {literal(marks.thousands)}, '')"
    if marks.decimal == ",":
        bare = f"replace({bare}, ',', '.')"
    return (
        f"CASE WHEN contains(trim({cell}), {literal(marks.thousands)}) THEN "
        f"CASE WHEN regexp_full_match(trim({cell}), {literal(pattern)}) "
        f"THEN TRY_CAST({bare} AS DOUBLE) END ELSE {plain} END"
    )


def _plain_number(cell: str, marks: NumberMarks) -> str:
    text, guard = cell, f"NOT contains({cell}, '_')"
    if marks.decimal == ",":
        text = f"replace({cell}, ',', '.')"
        guard += f" AND NOT contains({cell}, '.')"
    number = f"TRY_CAST({text} AS DOUBLE)"
    return f"CASE WHEN {guard} AND isfinite({number}) THEN {number} END"


def _integer(cell: str, marks: NumberMarks) -> str:
    whole = (
        f"CASE WHEN regexp_full_match(trim({cell}), '[-+]?[0-9]{{1,18}}') "
        f"THEN TRY_CAST({cell} AS BIGINT) END"
    )
    if not marks.thousands:
        return whole
    mark = "\\" + marks.thousands if marks.thousands == "." else marks.thousands
    pattern = rf"[-+]?\d{{1,3}}({mark}\d{{3}})+"
    return (
        f"CASE WHEN regexp_full_match(trim({cell}), {literal(pattern)}) "
        f"THEN TRY_CAST(replace({cell}, {literal(marks.thousands)}, '') AS BIGINT) "
        f"ELSE {whole} END"
    )


def _moment(cell: str, form: DateForm, order: str, zone: str) -> str:
    if form.epoch == "serial":
        number = f"TRY_CAST({cell} AS DOUBLE)"
        low, high = SERIALS
        return (
            f"CASE WHEN {number} BETWEEN {low} AND {high} THEN TIMESTAMP '1899-12-30' + "
            f"to_seconds(CAST(round({number} * 86400) AS BIGINT)) END"
        )
    if form.epoch:
        scale = 1_000_000 if form.epoch == "epoch_s" else 1_000
        number = f"TRY_CAST({cell} AS DOUBLE)"
        return (
            f"CASE WHEN isfinite({number}) "
            f"THEN make_timestamp(CAST(round({number} * {scale}) AS BIGINT)) END"
        )
    if form.has_zone:
        return (
            f"CASE WHEN regexp_matches({cell}, {literal(OFFSET)}) "
            f"THEN timezone({literal(zone)}, TRY_CAST({cell} AS TIMESTAMPTZ)) END"
        )
    formats = [literal(text) for text in strptime_formats(form, order)]
    return f"try_strptime(trim({cell}), [{', '.join(formats)}])"


def _listed(texts: frozenset[str]) -> str:
    return ", ".join(literal(text) for text in sorted(texts))
