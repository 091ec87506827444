"""Exports: nothing in a cell runs, numbers stay numbers, and the file explains itself."""

import csv
import dataclasses
import datetime as dt
import io
import math
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserFixable
from core.export import Format, export, neutral
from tests.services.answers import answer, column
from tests.services.spreadsheet import read_sheets

NASTY = [
    "=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "\n=1",
    '=HYPERLINK("http://x","y")', "=cmd|'/c calc'!A1", "x;=1+1", 'say "hi", you', "https://x.y",
    "plain", "1e5", "007", "Hải Phòng", "", "<b>&amp;</b>",
]  # fmt: skip


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "a byte order mark, or Excel misreads the letters"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def nasty_answer():
    table = pa.table({"text": NASTY, "n": [float(i) for i in range(len(NASTY))]})
    return answer(table, column("text", label="=LABEL()"), column("n", role="measure", unit="kW"))


def test_a_csv_cell_never_begins_like_a_formula() -> None:
    header, *rows = rows_of(export(nasty_answer(), "csv"))
    assert header == ["'=LABEL()", "n (kW)"]
    texts = [row[0] for row in rows]
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for text in texts)
    assert [text.removeprefix("'") for text in texts] == NASTY


def test_a_csv_text_is_quoted_so_that_no_separator_frees_a_formula() -> None:
    """A spreadsheet set to semicolons would read `x;=1+1` as two cells."""
    raw = export(nasty_answer(), "csv").decode("utf-8-sig")
    assert '"x;=1+1"' in raw


def test_an_xlsx_holds_no_formula_and_no_link() -> None:
    sheet, about = read_sheets(export(nasty_answer(), "xlsx"))
    assert (sheet.formulas, about.formulas) == (0, 0)
    texts = [row[0] for row in sheet.cells[1:]]
    assert texts[0] == "'=1+1"
    assert [row[-1] for row in sheet.cells[1:]] == [float(i) for i in range(len(NASTY))]


def test_the_second_sheet_says_what_the_rows_are() -> None:
    _, about = read_sheets(export(nasty_answer(), "xlsx"))
    said = {str(name): text for name, text in about.cells}
    assert said["Question"] == "a question"
    assert said["SQL"] == "SELECT 1"
    assert said["Asked"] == "2026-07-01 08:00 UTC by anna"
    assert said["Answer id"] == "0123456789ab"


LONG = [Decimal("12345678901234567890.1234"), Decimal("-0.0000001"), Decimal("1.5000"), None]


def long_answer():
    table = pa.table(
        {"exact": pa.array(LONG, pa.decimal128(38, 10)), "whole": [2**53 + 1, 1, 2, 3]}
    )
    return answer(table, column("exact", role="measure"), column("whole", role="measure"))


def test_a_csv_has_every_digit_of_a_decimal_and_no_exponent() -> None:
    _, *rows = rows_of(export(long_answer(), "csv"))
    assert rows == [
        ["12345678901234567890.1234", str(2**53 + 1)], ["-0.0000001", "1"], ["1.5", "2"], ["", "3"],
    ]  # fmt: skip


def test_a_sheet_writes_what_it_would_cut_as_text_and_says_so() -> None:
    sheet, about = read_sheets(export(long_answer(), "xlsx"))
    assert sheet.cells[1] == ["12345678901234567890.1234", str(2**53 + 1)]
    assert sheet.cells[2:4] == [[-1e-7, 1.0], [1.5, 2.0]]
    assert any("more than 15 digits" in str(cell) for row in about.cells for cell in row)
    _, about = read_sheets(export(nasty_answer(), "xlsx"))
    assert not any("15 digits" in str(cell) for row in about.cells for cell in row)


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_every_kind_of_value_can_be_exported(fmt: Format) -> None:
    moment = dt.datetime(2026, 5, 3, 14, 10)
    table = pa.table(
        {
            "moment": [moment, None],
            "date": [moment.date(), None],
            "whole": [2**40, None],
            "exact": pa.array([Decimal("1.50"), None]),
            "ratio": [0.125, math.nan],
            "far": [math.inf, -math.inf],
            "yes": [True, None],
            "negative": [-5, 0],
        }
    )
    columns = [column(name, role="measure") for name in table.column_names]
    columns[4] = dataclasses.replace(columns[4], display="percent", unit="1", decimals=1)
    content = export(answer(table, *columns), fmt)
    if fmt == "csv":
        header, first, second = rows_of(content)
        assert header[4] == "ratio"
        assert first == [
            "2026-05-03 14:10:00", "2026-05-03", str(2**40), "1.5", "0.125", "", "True", "-5",
        ]  # fmt: skip
        assert second == [""] * 7 + ["0"]
    else:
        sheet = read_sheets(content)[0]
        assert 0.125 in sheet.cells[1]
        assert -5.0 in sheet.cells[1]
        assert "0.0%" in sheet.formats


def test_columns_of_one_name_are_all_there() -> None:
    table = pa.table([pa.array([1]), pa.array([2])], names=["n", "n"])
    content = export(answer(table, column("n"), column("n")), "csv")
    assert rows_of(content)[1] == ["1", "2"]


def test_an_answer_without_rows_has_nothing_to_export() -> None:
    empty = dataclasses.replace(nasty_answer(), result=None)
    with pytest.raises(UserFixable, match="no rows to export"):
        export(empty, "csv")


@given(st.text(max_size=30))
def test_neutral_text_is_the_text_and_no_formula(text: str) -> None:
    safe = neutral(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert safe.removeprefix("'") == text.removeprefix("'")
    assert neutral(safe) == safe
