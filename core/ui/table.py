"""The rows of an answer as a table: units in the header, as many digits as the sensor has."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st
from pandas.io.formats.style import Styler

from core.semantic.display import month_name, weekday_name
from core.semantic.exact import is_held, is_number, total
from core.semantic.query import Grain
from core.semantic.units import display_unit
from core.translation import gettext as _
from core.translation import language, ngettext
from core.types import Answer, Result, ResultColumn
from core.ui.text import SWAPPED, number, plain, pointed

#: Rows sent to the browser; an export has all.
SHOWN = 1_000
_ROW_PX = 32
#: Parts of time that recur, and what gives the words for their numbers.
_NAMED: dict[str, Callable[[int], str]] = {
    Grain.HOUR_OF_DAY.value: lambda hour: f"{hour:02d}:00",
    Grain.DAY_OF_WEEK.value: weekday_name,
    Grain.MONTH_OF_YEAR.value: month_name,
}
#: Moments and days in a column, by the language.
_MOMENTS = {"en": "D MMM YYYY, HH:mm", "de": "DD.MM.YYYY HH:mm", "vi": "DD/MM/YYYY HH:mm"}
_DAYS = {"en": "ddd D MMM YYYY", "de": "DD.MM.YYYY", "vi": "DD/MM/YYYY"}
_TALLEST_PX = 420


@dataclass(frozen=True, slots=True)
class _Written:
    """Rows with a text for each number of some columns; they are sorted as numbers all the same."""

    frame: pd.DataFrame
    texts: Mapping[str, Callable[[float], str]]

    def sheet(self) -> Styler:
        """To draw once: what draws it adds to it."""
        texts: dict[Any, Any] = dict(self.texts)
        return self.frame.style.format(texts, na_rep="")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What a table is drawn from; it stays as it is over all reruns of its page."""

    rows: pa.Table | _Written
    count: int
    config: dict[str, Any]
    footer: str


class _Tables:
    """Prepared tables by answer, number of rows (not all may be kept) and language; the oldest goes
    first."""

    def __init__(self, kept: int = 128) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._tables: dict[tuple[str, int, str], _Prepared] = {}

    def get(self, answer: Answer, result: Result) -> _Prepared:
        """The prepared table of an answer, made on first use."""
        key = (answer.id, result.row_count, language())
        with self._lock:
            found = self._tables.get(key)
        if found is None:
            written = written_columns(result, answer.columns)
            rows = _display_rows(result, answer.columns, written)
            found = _Prepared(
                _pointed_rows(rows, answer.columns, written),
                rows.num_rows,
                column_config(answer.columns, written),
                plain(" · ".join(footer(result, answer.columns))),
            )
            with self._lock:
                self._tables[key] = found
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
        made.rows.sheet() if isinstance(made.rows, _Written) else made.rows,
        hide_index=True,
        column_config=made.config,
        height=min(_TALLEST_PX, (made.count + 1) * _ROW_PX + 4),
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
    shown_rows = number(rows, 0)
    said = [ngettext("{n} row", "{n} rows", rows).format(n=shown_rows)]
    if result.truncated:
        text = _("The first {n} rows; there are more. Narrow it down to see them all")
        said = [text.format(n=shown_rows)]
    elif rows > SHOWN:
        text = _("the first {n} are shown, the export has all")
        said.append(text.format(n=number(SHOWN, 0)))
    if rows > 1 and not result.truncated:
        for column in columns:
            if column.additive and column.role == "measure" and column.display == "number":
                cells = [v for v in result.table.column(column.name).to_pylist() if is_number(v)]
                if cells:
                    unit = display_unit(column.unit)
                    shown = number(total(cells), column.decimals)
                    figure = f"{column.label} {shown} {unit}".strip()
                    said.append(_("all rows together: {figure}").format(figure=figure))
    written = written_columns(result, columns)
    if written:
        labels = ", ".join(c.label for c in columns if c.name in written)
        text = _("{columns}: written as text, as numbers of a browser have 15 digits")
        said.append(text.format(columns=labels))
    return [part.strip() for part in said]


def header(column: ResultColumn) -> str:
    """Label and unit, `Vibration (mm/s)`."""
    unit = "%" if column.display == "percent" else display_unit(column.unit)
    return f"{column.label} ({unit})" if unit and unit not in column.label else column.label


def _named(name: str, value: object) -> str:
    return _NAMED[name](value) if isinstance(value, int) else str(value)


def _config(column: ResultColumn) -> Any:
    label = header(column)
    if column.name in _NAMED:
        return st.column_config.TextColumn(label)
    if column.display == "percent" or column.type in ("double", "integer"):
        written = _written_as(column)
        # The browser writes 1,234.5 by a format, so other languages give each cell its own text.
        return st.column_config.NumberColumn(label, format=f"%{written}" if _has_points() else None)
    if column.type == "datetime":
        return st.column_config.DatetimeColumn(label, format=_MOMENTS[language()])
    if column.type == "date":
        return st.column_config.DateColumn(label, format=_DAYS[language()])
    if column.type == "boolean":
        return st.column_config.CheckboxColumn(label)
    return st.column_config.TextColumn(label)


def _written_as(column: ResultColumn) -> str:
    """How its numbers are written, as Python and the browser both read it: `+,.1f`."""
    decimals = _percent_decimals(column) if column.display == "percent" else _decimals(column)
    return f"{'+' if column.role in ('change', 'change_pct') else ''},.{decimals}f"


def _has_points() -> bool:
    return pointed("1,234.5") == "1,234.5"


def _pointed_rows(
    rows: pa.Table, columns: tuple[ResultColumn, ...], written: frozenset[str]
) -> pa.Table | _Written:
    """The rows with a text for each number, where the language writes 1.234,5."""
    if _has_points():
        return rows
    texts = {
        column.name: partial(_pointed_cell, _written_as(column))
        for column in columns
        if column.name in rows.column_names
        and column.name not in written
        and column.name not in _NAMED
        and pa.types.is_primitive(rows.schema.field(column.name).type)
        and (column.display == "percent" or column.type in ("double", "integer"))
    }
    return _Written(rows.to_pandas(types_mapper=pd.ArrowDtype), texts)


def _pointed_cell(written: str, value: float) -> str:
    return format(value, written).translate(SWAPPED)


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
            words = [_named(name, value) for value in rows.column(at).to_pylist()]
            rows = rows.set_column(at, name, pa.array(words, pa.string()))
        elif pa.types.is_decimal(rows.schema.field(at).type):
            rows = rows.set_column(at, name, rows.column(at).cast(pa.float64()))
    return rows
