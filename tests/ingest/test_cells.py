"""Numbers, dates and types are recognised; what can be read in two ways is not guessed."""

import duckdb
import pytest

from core.cells import (
    CellType,
    NumberMarks,
    column_type,
    date_form,
    mark_evidence,
    number_marks,
)
from core.ingest.cell_sql import is_bad, value_of
from core.ingest.layout import lay_out
from core.ingest.recognised import Column

POINT, COMMA = NumberMarks(), NumberMarks(",", ".")


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        (["1.5", "2"], NumberMarks(".", "")),
        (["1,5", "2"], NumberMarks(",", "")),
        (["1.234,5", "20"], NumberMarks(",", ".")),
        (["1,234.5", "20"], NumberMarks(".", ",")),
        (["1 234,5"], NumberMarks(",", " ")),
        (["1,234", "2.5"], NumberMarks(".", ",")),
        (["1,234", "12,5"], NumberMarks(",", "")),
        (["1,234", "2,345"], None),
        (["1.5", "1,5"], None),
    ],
)
def test_marks(cells: list[str], marks: NumberMarks | None) -> None:
    assert number_marks(mark_evidence(cells)) == marks


@pytest.mark.parametrize(
    ("cells", "order", "form"),
    [
        (["2026-01-02 03:04:05"], "ymd", "YYYY-MM-DD HH:MM:SS"),
        (["13/01/2026", "01/02/2026"], "dmy", "DD/MM/YYYY"),
        (["01/13/2026 1:05 PM"], "mdy", "MM/DD/YYYY HH:MM am/pm"),
        (["01/02/2026"], None, "?/?/?"),
        (["01.02.26"], "dmy", "DD.MM.YY"),
        (["01-Jan-26 00:00:00.5"], "dmy", "DD-Mon-YY HH:MM:SS.fff"),
    ],
)
def test_dates(cells: list[str], order: str | None, form: str) -> None:
    found = date_form(cells)
    assert found is not None
    assert (found.order, found.written()) == (order, form)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "2", "NULL", ""], "integer"),
        (["1.5", "#N/A"], "double"),
        (["00417", "00418"], "text"),
        (["12345678901234567890"], "text"),
        (["yes", "No"], "boolean"),
        (["=1+1", "@x"], "text"),
        (["2026-01-01"], "date"),
        (["31/31/2026"], "text"),
        ([""], "text"),
    ],
)
def test_types(cells: list[str], kind: str) -> None:
    assert column_type(cells, POINT) == kind


@pytest.mark.parametrize(
    ("kind", "marks", "text", "value"),
    [
        ("double", POINT, "1_000", None),
        ("double", POINT, "1,5", None),
        ("double", POINT, "inf", None),
        ("double", POINT, " -1.5e3 ", -1500.0),
        ("double", COMMA, "1.234,5", 1234.5),
        ("double", COMMA, "1.5", None),
        ("double", COMMA, "12.34", None),
        ("integer", POINT, "1.5", None),
        ("integer", POINT, "1_0", None),
        ("integer", COMMA, "1.234", 1234),
        ("boolean", POINT, "Ja", True),
    ],
)
def test_a_cell_is_its_value_or_bad(
    kind: CellType, marks: NumberMarks, text: str, value: object
) -> None:
    column = Column("x", "x", "x", kind)
    read = value_of("c", column, marks)
    row = duckdb.execute(
        f"SELECT {read}, {is_bad('c', read, column)} FROM (SELECT ?::VARCHAR AS c)", [text]
    ).fetchone()
    assert row == (value, value is None)


def test_an_offset_is_never_passed_over() -> None:
    form = date_form(["2026-01-01T00:00:00+02:00"])
    column = Column("x", "x", "x", "datetime", date=form)
    read = value_of("c", column, POINT, zone="Europe/Berlin")
    rows = duckdb.execute(
        f"SELECT {read}::VARCHAR FROM (VALUES ('2026-07-01T00:00:00Z'), ('2026-01-01 00:00:00'), "
        "('2026-01-01T00:00:00+02:00')) AS t(c)"
    ).fetchall()
    assert rows == [("2026-07-01 02:00:00",), (None,), ("2025-12-31 23:00:00",)]


def test_layouts() -> None:
    lines = ["Plant 7\n", "a;b [°C];c (bar)\n", ";°C;bar\n", "x;1,5;2\n", "y;2,5;3\n"]
    found, rows = lay_out(lines)
    assert (found.delimiter, found.above, found.has_unit_row) == (";", 1, True)
    assert (found.header, found.units) == (("a", "b [°C]", "c (bar)"), (None, "Cel", "bar"))
    assert rows == [["x", "1,5", "2"], ["y", "2,5", "3"]]
    bare, rows = lay_out(["1,2\n", "3,4\n"])
    assert (bare.has_header, bare.header, len(rows)) == (False, ("column 1", "column 2"), 2)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["Y", "N", "N"], "boolean"),
        (["j", "N"], "boolean"),
        (["ja", "nein"], "boolean"),
        (["N", "N"], "text"),  # may be north
        (["Y", "J", "N"], "text"),
    ],
)
def test_letters_say_yes_and_no_where_there_are_both(cells: list[str], kind: str) -> None:
    assert column_type(cells, POINT) == kind
