"""How DuckDB reads the text of a cell as a value: NULL where it cannot, never another value.

DuckDB's own casts read `1_000` as 1000, `1.5` as the whole number 2, and pass over the offset of
`2026-01-01T00:00:00+02:00`; what would do so is kept from them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from core.ingest.cells import EMPTY, FALSE, TRUE, CellType, DateForm, NumberMarks
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


def strptime_formats(form: DateForm, order: str = "") -> Sequence[str]:
    """The formats of a column's times, the usual one first."""
    year = "%Y" if form.year == 4 else "%y"
    shown = {"y": year, "m": "%b" if form.is_named else "%m", "d": "%d"}
    date = form.mark.join(shown[c] for c in (form.order or order or "dmy"))
    if not form.parts:
        return (date,)
    halves = (" %p", "%p") if form.has_half else ("",)
    until_min = f"{date}{form.gap}{'%I' if form.has_half else '%H'}:%M"
    found = [f"{until_min}:%S{half}" for half in halves] if form.parts == 3 else []
    if form.has_fraction:
        found += [f"{until_min}:%S.{part}{half}" for part in ("%f", "%n") for half in halves]
    found += [f"{until_min}{half}" for half in halves]
    # Midnight is often written as the date alone.
    found.append(date)
    return found


def _listed(texts: frozenset[str]) -> str:
    return ", ".join(literal(text) for text in sorted(texts))
