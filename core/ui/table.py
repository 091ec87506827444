"""The rows of an answer as a table: units in the header, as many digits as the sensor has."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from core.semantic.exact import is_held, is_number, total
from core.semantic.query import Grain
from core.semantic.units import display_unit
from core.types import Answer, Result, ResultColumn
from core.ui.text import number, plain

#: Rows sent to the browser; an export has all.
SHOWN = 1_000
_ROW_PX = 32
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Parts of time that recur, and the words for their numbers.
_NAMED: dict[str, Mapping[int, str]] = {
    Grain.HOUR_OF_DAY.value: {hour: f"{hour:02d}:00" for hour in range(24)},
    Grain.DAY_OF_WEEK.value: dict(enumerate(_DAYS, start=1)),
    Grain.MONTH_OF_YEAR.value: {m: dt.date(2000, m, 1).strftime("%B") for m in range(1, 13)},
}
_TALLEST_PX = 420


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What a table is drawn from; it stays as it is over all reruns of its page."""

    rows: pa.Table
    config: dict[str, Any]
    footer: str


class _Tables:
    """Prepared tables by answer; the oldest goes first."""

    def __init__(self, kept: int = 128) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._tables: dict[str, _Prepared] = {}

    def get(self, answer: Answer, result: Result) -> _Prepared:
        """The prepared table of an answer, made on first use."""
        with self._lock:
            found = self._tables.get(answer.id)
        if found is None:
            written = written_columns(result, answer.columns)
            found = _Prepared(
                _display_rows(result, answer.columns, written),
                column_config(answer.columns, written),
                plain(" · ".join(footer(result, answer.columns))),
            )
            with self._lock:
                self._tables[answer.id] = found
                while len(self._tables) > self._kept:
                    self._tables.pop(next(iter(self._tables)))
        return found


_TABLES = _Tables()


def draw(answer: Answer, *, key: str) -> None:
    """The table, its total where figures add up, and how many rows there are."""
    result = answer.result
    if result is None:
        return
    made = _TABLES.get(answer, result)
    st.dataframe(
        made.rows,
        hide_index=True,
        column_config=made.config,
        height=min(_TALLEST_PX, (made.rows.num_rows + 1) * _ROW_PX + 4),
        row_height=_ROW_PX,
        key=f"table.{key}",
    )
    st.caption(made.footer)


def column_config(
    columns: tuple[ResultColumn, ...], written: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Streamlit's column settings: label with unit, format, alignment by type. written: columns
    whose numbers are sent as text."""
    return {
        column.name: st.column_config.TextColumn(header(column), alignment="right")
        if column.name in written
        else _config(column)
        for column in columns
    }


def written_columns(result: Result, columns: tuple[ResultColumn, ...]) -> frozenset[str]:
    """Columns whose numbers go to the browser as text: there a number is a double, and some of
    theirs would be shown with digits that are not their own."""
    return frozenset(
        column.name
        for column in columns
        if column.display != "percent"
        and column.name in result.table.column_names
        and any(_is_misread(v, _decimals(column)) for v in _exact_cells(result, column))
    )


def _exact_cells(result: Result, column: ResultColumn) -> list[int | Decimal]:
    cells = result.table.column(column.name)
    if not (pa.types.is_decimal(cells.type) or pa.types.is_integer(cells.type)):
        return []
    return [v for v in cells.slice(0, SHOWN).to_pylist() if v is not None]


def _is_misread(value: int | Decimal, decimals: int) -> bool:
    return not is_held(value) and number(value, decimals) != number(float(value), decimals)


def _decimals(column: ResultColumn) -> int:
    return 0 if column.type == "integer" else max(0, column.decimals)


def footer(result: Result, columns: tuple[ResultColumn, ...]) -> list[str]:
    """Row count, whether it was cut, and totals of what adds up."""
    rows = result.row_count
    said = [f"{rows:,} row" + ("s" if rows != 1 else "")]
    if result.truncated:
        said = [f"The first {rows:,} rows; there are more. Narrow it down to see them all"]
    elif rows > SHOWN:
        said.append(f"the first {SHOWN:,} are shown, the export has all")
    if rows > 1 and not result.truncated:
        for column in columns:
            if column.additive and column.role == "measure" and column.display == "number":
                cells = [v for v in result.table.column(column.name).to_pylist() if is_number(v)]
                if cells:
                    unit = display_unit(column.unit)
                    shown = number(total(cells), column.decimals)
                    said.append(f"all rows together: {column.label} {shown} {unit}")
    written = written_columns(result, columns)
    if written:
        labels = ", ".join(c.label for c in columns if c.name in written)
        said.append(f"{labels}: written as text, as numbers of a browser have 15 digits")
    return [part.strip() for part in said]


def header(column: ResultColumn) -> str:
    """Label and unit, `Vibration (mm/s)`."""
    unit = "%" if column.display == "percent" else display_unit(column.unit)
    return f"{column.label} ({unit})" if unit and unit not in column.label else column.label


def _config(column: ResultColumn) -> Any:
    label = header(column)
    if column.name in _NAMED:
        return st.column_config.TextColumn(label)
    if column.display == "percent" or column.type in ("double", "integer"):
        decimals = _decimals(column)
        if column.display == "percent":
            decimals = _percent_decimals(column)
        sign = "+" if column.role in ("change", "change_pct") else ""
        return st.column_config.NumberColumn(label, format=f"%{sign},.{decimals}f")
    if column.type == "datetime":
        return st.column_config.DatetimeColumn(label, format="D MMM YYYY, HH:mm")
    if column.type == "date":
        return st.column_config.DateColumn(label, format="ddd D MMM YYYY")
    if column.type == "boolean":
        return st.column_config.CheckboxColumn(label)
    return st.column_config.TextColumn(label)


def _percent_decimals(column: ResultColumn) -> int:
    return min(max(column.decimals, 1), 3)


def _display_rows(
    result: Result, columns: tuple[ResultColumn, ...], written: frozenset[str] = frozenset()
) -> pa.Table:
    """The rows to send: the first ones, fractions as percentages, DECIMALs as doubles or text."""
    rows = result.table.slice(0, SHOWN)
    for column in columns:
        if column.name in written:
            at = rows.column_names.index(column.name)
            words = [
                None if v is None else number(v, _decimals(column))
                for v in rows.column(at).to_pylist()
            ]
            rows = rows.set_column(at, column.name, pa.array(words, pa.string()))
        elif column.display == "percent" and column.name in rows.column_names:
            at = rows.column_names.index(column.name)
            values = rows.column(at).cast(pa.float64())
            rounded = pc.round(pc.multiply(values, 100.0), ndigits=_percent_decimals(column))
            # Adding nought turns the -0.0 of a tiny fall into 0.0.
            rows = rows.set_column(at, column.name, pc.add(rounded, 0.0))
    for at, name in enumerate(rows.column_names):
        if name in _NAMED:
            words = [_NAMED[name].get(value, str(value)) for value in rows.column(at).to_pylist()]
            rows = rows.set_column(at, name, pa.array(words, pa.string()))
        elif pa.types.is_decimal(rows.schema.field(at).type):
            rows = rows.set_column(at, name, rows.column(at).cast(pa.float64()))
    return rows
