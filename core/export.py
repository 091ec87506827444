"""An answer's rows as a file: CSV and Excel.

Cells that a spreadsheet would run as a formula are neutralised: a text that begins with
`= + - @`, a tab or a line break gets a leading apostrophe (OWASP, "CSV injection").
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from decimal import Decimal
from typing import Literal

from core.errors import UserFixable
from core.semantic.exact import digits
from core.semantic.units import display_unit
from core.types import Answer, ResultColumn

Format = Literal["csv", "xlsx"]
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
Cell = str | int | float | Decimal | bool | dt.date | dt.datetime | None
#: Digits that a spreadsheet keeps of a number.
_SHEET_DIGITS = 15
_AS_TEXT = (
    "Numbers of more than 15 digits stand as text: a spreadsheet would turn the further ones into "
    "zeros."
)


class _Plain(Decimal):
    """A DECIMAL that is written without an exponent."""

    def __str__(self) -> str:
        return digits(self)


def export(answer: Answer, fmt: Format) -> bytes:
    """The rows with a header of labels and units. Raises UserFixable when there are none."""
    if answer.result is None or not answer.columns:
        raise UserFixable("This answer has no rows to export.")
    header = [_title(c) for c in answer.columns]
    shown = [column.to_pylist() for column in answer.result.table.columns[: len(header)]]
    rows = [[_cell(v) for v in row] for row in zip(*shown, strict=True)]
    if fmt == "csv":
        return _csv(header, rows)
    return _xlsx(answer, header, rows)


def _title(column: ResultColumn) -> str:
    unit = "" if column.display == "percent" else display_unit(column.unit or "")
    return neutral(f"{column.label} ({unit})" if unit else column.label)


def neutral(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet would take it for a formula."""
    return "'" + text if text.startswith(_RISKY) else text


def _cell(value: object) -> Cell:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dt.date | dt.datetime):
        return value
    if isinstance(value, Decimal):
        return _Plain(value)
    return neutral(str(value))


def _csv(header: list[str], rows: list[list[Cell]]) -> bytes:
    buffer = io.StringIO(newline="")
    # Texts stand in quotes: a spreadsheet that parts cells at semicolons would cut `a;=1+1` in two.
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(header)
    writer.writerows([["" if v is None else v for v in row] for row in rows])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def _xlsx(answer: Answer, header: list[str], rows: list[list[Cell]]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    sheet = book.add_worksheet("Answer")
    bold = book.add_format({"bold": True})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    formats = [book.add_format({"num_format": _number_format(c)}) for c in answer.columns]
    sheet.write_row(0, 0, header, bold)
    for line, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            if isinstance(value, dt.datetime):
                sheet.write_datetime(line, index, value, moment)
            elif isinstance(value, dt.date):
                sheet.write_datetime(line, index, dt.datetime.combine(value, dt.time()), date)
            elif isinstance(value, bool):
                sheet.write_boolean(line, index, value)
            elif isinstance(value, int | float | Decimal) and not _outgrows_sheet(value):
                sheet.write_number(line, index, float(value), formats[index])
            elif value is not None:
                sheet.write_string(line, index, str(value))
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    about = book.add_worksheet("About")
    is_cut = any(_outgrows_sheet(value) for row in rows for value in row)
    notes = [("Note", _AS_TEXT)] if is_cut else []
    for line, (name, text) in enumerate([*_about(answer), *notes]):
        about.write_string(line, 0, name, bold)
        about.write_string(line, 1, text)
    about.set_column(0, 0, 16)
    about.set_column(1, 1, 100)
    book.close()
    return buffer.getvalue()


def _outgrows_sheet(value: Cell) -> bool:
    """Whether a spreadsheet would drop digits of a number; a double has no more to give."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    return len(digits(Decimal(value)).replace(".", "").strip("-0")) > _SHEET_DIGITS


def _number_format(column: ResultColumn) -> str:
    zeros = "0" if column.decimals == 0 else "0." + "0" * column.decimals
    return zeros + "%" if column.display == "percent" else zeros


def _about(answer: Answer) -> list[tuple[str, str]]:
    """What the rows are, so that the file explains itself."""
    asked = f"{answer.asked_at:%Y-%m-%d %H:%M} UTC" if answer.asked_at else ""
    return [
        ("Question", answer.question),
        ("Answer", answer.headline),
        ("How understood", "; ".join(f"{c.kind}: {c.label}" for c in answer.chips)),
        ("SQL", answer.sql or ""),
        ("Asked", f"{asked} by {answer.user.name}"),
        ("Answer id", answer.id),
        *(("Note", note) for note in answer.notes),
    ]
