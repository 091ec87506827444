"""Files as they really come: sums below the rows, dressed numbers, lengths of time, odd headers."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from core.__main__ import main
from core.ingest.dress import bare, dress_of, undressed
from tests.ingest.test_load import load, refused, rows_of

DAY = dt.date(2026, 1, 2)


def written(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def brought(folder: Path, text: str, **said: Any) -> tuple[list[tuple[Any, ...]], list[str]]:
    """The rows that are stored, and what is told of them."""
    target = folder / "data" / "stores" / "t.duckdb"
    _, report = load(target, written(folder, text), **said)
    return rows_of(target), [str(note) for note in report.notes]


# -- rows that sum up others ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "below"),
    [
        ("by its word and an empty date", "Total;;6"),
        ("behind an empty line", "\nSumme;;6"),
        ("with what it is of", "Tổng cộng tháng 1:;;6"),
        ("below the numbers' side", ";Total;6"),  # in a column of dates
        ("an average", "Average;;2"),
    ],
)
def test_a_row_that_sums_up_others_is_left_out(name: str, below: str, tmp_path: Path) -> None:
    rows = "a;2026-01-02;1\nb;2026-01-02;2\nc;2026-01-02;3\n"
    stored, notes = brought(tmp_path, f"Line;Day;Sold\n{rows}{below}\n")
    assert stored == [("a", DAY, 1), ("b", DAY, 2), ("c", DAY, 3)], name
    assert "t.csv row 5 sums up others and is left out." in notes


def test_sums_within_the_file_are_counted_and_other_rows_keep_their_place(tmp_path: Path) -> None:
    rows = "Line;Day;Sold\n" + "".join(f"L{k};2026-01-02;{k}\n" for k in range(30))
    stored, notes = brought(
        tmp_path, f"{rows}Subtotal;;435\nM1;2026-01-02;7\nM2;2026-01-02;8\nTotal;;450\n"
    )
    assert len(stored) == 32
    assert not {row[0] for row in stored} & {"Subtotal", "Total"}
    assert "2 rows that sum up others, the first in t.csv row 32, are left out." in notes
    target = tmp_path / "other" / "t.duckdb"
    bad = written(tmp_path, f"{rows}Subtotal;;435\nM1;2026-01-02;x\n", "bad.csv")
    assert "One cell is no value of its column's type: bad.csv row 33" in refused(target, bad)


def test_a_customer_called_total_is_a_row_as_others(tmp_path: Path) -> None:
    stored, notes = brought(
        tmp_path, "Client;Day;Sold\nTotal Gas;2026-01-02;1\nShell;2026-01-02;2\n", totals="keep"
    )
    assert (len(stored), notes) == (2, [])
    rows = "Totalizer 1;2026-01-02;1\nMeantime;2026-01-02;2\nSummerfield;2026-01-02;3\n"
    assert len(brought(tmp_path, f"Client;Day;Sold\n{rows}")[0]) == 3


@pytest.mark.parametrize("last", ["Total,6", ",6"])
def test_where_a_word_alone_or_nothing_says_it_it_is_asked(last: str, tmp_path: Path) -> None:
    text = f"Region,Sold\nNorth,1\nSouth,2\nWest,3\n{last}\n"
    told = refused(tmp_path / "data" / "t.duckdb", written(tmp_path, text))
    assert "look like sums of others" in told
    assert len(brought(tmp_path, text, totals="leave-out")[0]) == 3
    assert len(brought(tmp_path, text, totals="keep")[0]) == 4


def test_a_sum_below_tags_is_no_reading(tmp_path: Path) -> None:
    lines = [f"2026-01-02 0{k}:00:00,{k}.5,1.5" for k in range(6)]
    text = "\n".join(["Time,P1.TT-101 [°C],P1.PT-102 [bar]", *lines, "Average,3.0,1.5"])
    found, report = load(tmp_path / "d" / "t.duckdb", written(tmp_path, text))
    assert (found.shape, report.stored, report.untimed) == ("wide", 6, 0)


# -- numbers in dress -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "unit", "numbers"),
    [
        (["95.3 %", "7 %"], "%", ["95.3", "7"]),
        (["€ 1.234,50", "-€ 3,00"], "EUR", ["1.234,50", "-3,00"]),
        (["12,5 kWh", "3 kWh"], "kW.h", ["12,5", "3"]),
        (["(65.6)", "12"], None, ["-65.6", "12"]),
        (["65.6-", "12", "3,5 -"], None, ["-65.6", "12", "-3,5"]),
        (["(1,200.00 €)", "3.00 €"], "EUR", ["-1,200.00", "3.00"]),
        (["27:41:36", "00:00:30"], "min", ["1661.6", "0.5"]),
    ],
)
def test_what_stands_around_numbers(cells: list[str], unit: str | None, numbers: list[str]) -> None:
    dress = dress_of("Value", cells, None, None)
    assert dress is not None
    assert dress.unit == unit
    assert [undressed(cell, dress) for cell in cells] == numbers


@pytest.mark.parametrize(
    "cells",
    [
        ["C1", "C2"],  # names
        ["4B", "5B"],  # rooms
        ["2m", "3m"],
        ["500 g", "1.2 kg"],  # of two units
        ["95 %", "0.95"],  # with and without
        ["3-", "-4"],
        ["(3)", "-4"],  # brackets beside a minus say something else
        ["08:15:00", "09:15:00"],  # a time of day, where no header says otherwise
        ["3 am", "4 am"],
        ["1-2", "3-4"],
    ],
)
def test_what_is_no_number_in_dress(cells: list[str]) -> None:
    assert dress_of("Value", cells, None, None) is None


def test_a_unit_that_the_header_contradicts_is_none() -> None:
    assert dress_of("Weight", ["3 kg", "4 kg"], "g", None) is None
    assert (bare("12 kWh"), bare("K12")) == ("12", "K12")


def test_dressed_numbers_are_stored_as_numbers(tmp_path: Path) -> None:
    text = (
        "Part;Share;Cost;Weight;Runtime (hh:mm)\n"
        "a;95,3 %;(1.200,50);2,5 kg;27:30\nb;100 %;12,00;3 kg;00:45\n"
    )
    stored, notes = brought(tmp_path, text)
    assert stored == [("a", 95.3, -1200.5, 2.5, 1650.0), ("b", 100.0, 12.0, 3.0, 45.0)]
    assert notes == [
        "Numbers of 'Cost' in brackets, or with a minus behind, are below nought.",
        "'Runtime (hh:mm)' holds lengths of time; they become minutes.",
    ]


def test_a_minus_behind_a_number(tmp_path: Path) -> None:
    stored, _ = brought(tmp_path, "Account;Value\na;12,50-\nb;3,00\nc;1.200,00 -\n")
    assert [row[1] for row in stored] == [-12.5, 3.0, -1200.0]


@pytest.mark.parametrize("cells", [("1.234", "850", "2.500"), ("1.234", "2.500", "-3.125")])
def test_a_point_before_three_digits_is_asked_where_no_comma_parts_cells(
    cells: tuple[str, ...], tmp_path: Path
) -> None:
    rows = "".join(f"{name};{cell}\n" for name, cell in zip("abc", cells, strict=True))
    told = refused(tmp_path / "t" / "t.duckdb", written(tmp_path, f"Article;Sold\n{rows}"))
    assert "Numbers such as 1.234 can be read in two ways." in told
    stored, _ = brought(tmp_path, f"Article;Sold\n{rows}", decimal=",")
    assert stored[0] == ("a", 1234)
    stored, _ = brought(tmp_path, f"Article;Sold\n{rows}", decimal=".")
    assert stored[0] == ("a", 1.234)
    stored, _ = brought(tmp_path, f"Article;Sold\n{rows}d;0.125\n")  # nobody groups a nought
    assert stored[0] == ("a", 1.234)
    stored, _ = brought(tmp_path, f"Article,Sold\n{rows}".replace(";", ","))
    assert stored[0] == ("a", 1.234)


def test_a_cell_without_the_dress_is_a_bad_cell(tmp_path: Path) -> None:
    rows = "".join(f"L{k};{k} %\n" for k in range(1, 40))
    told = refused(tmp_path / "t" / "t.duckdb", written(tmp_path, f"Line;Share\n{rows}Q;0.4\n"))
    assert "One cell is no value of its column's type: t.csv row 41, 'Share': '0.4'" in told


def test_a_length_of_time_can_be_said(tmp_path: Path) -> None:
    text = "Day;Press time\n2026-01-02;0:35:30\n2026-01-03;1:00:00\n"
    assert "Which column holds the time of day" in refused(tmp_path / "t" / "t.duckdb",
                                                          written(tmp_path, text))  # fmt: skip
    stored, _ = brought(tmp_path, text, time_of_day="none", types={"Press time": "duration"})
    assert [row[1] for row in stored] == [35.5, 60.0]
    told = refused(tmp_path / "u" / "t.duckdb", written(tmp_path, text), types={"Day": "duration"})
    assert "'Day' holds no lengths of time" in told


def test_rows_that_are_added_are_read_as_those_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    head = "Stop no;Start;Duration;Share;Cost\n"
    rows = "S1;2026-01-02 08:00;27:41:36;95 %;(5.50)\nS2;2026-01-03 08:00;0:30:00;90 %;7.25\n"
    first = written(tmp_path, f"{head}{rows}Total;;;;1.75\n", "stops.csv")
    assert main(["import", str(first), "--name", "stops", "--yes"]) == 0
    more = written(tmp_path, head + "S3;2026-01-04 08:00;1:30:00;80 %;8.00\nTotal;;;;8.00\n",
                   "stops2.csv")  # fmt: skip
    assert main(["import", str(more), "--name", "stops", "--append", "--yes"]) == 0
    capsys.readouterr()
    for question, value in (("total duration", 1781.6), ("total cost", 9.75)):
        assert main(["ask", question, "--model", "stops", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["rows"] == [[pytest.approx(value)]]


# -- headers and columns --------------------------------------------------------------------------


def test_a_column_without_name_and_cells_is_left_out(tmp_path: Path) -> None:
    assert brought(tmp_path, "a;b;;c;\n1;2;;x;\n3;4;;y;\n")[0] == [(1, 2, "x"), (3, 4, "y")]
    told = refused(tmp_path / "t" / "t.duckdb", written(tmp_path, "a;;c\n1;2;x\n3;4;y\n"))
    assert "the column 2 has no name" in told
    late = "a;;c\n" + "1;;x\n" * 4_000 + "1;9;x\n"
    told = refused(tmp_path / "u" / "t.duckdb", written(tmp_path, late))
    assert "t.csv row 4,002, 'column 2': '9'" in told


def test_names_of_groups_stand_over_the_header(tmp_path: Path) -> None:
    text = "Order,,Plan,,Actual,\nNo,Day,Hours,Cost,Hours,Cost\nA1,2026-01-02,3,4.5,2,5.5\n"
    found, _ = load(tmp_path / "d" / "t.duckdb", written(tmp_path, text))
    assert [column.source for column in found.columns] == [
        "No", "Day", "Plan Hours", "Plan Cost", "Actual Hours", "Actual Cost",
    ]  # fmt: skip


def test_a_row_of_units_may_hold_forms(tmp_path: Path) -> None:
    text = "Sample,Took,Result,Ok\n,(hh:mm:ss),(bar),(Y/N)\nA,27:10:00,1.5,Y\nB,0:30:00,2.5,N\n"
    found, report = load(tmp_path / "d" / "t.duckdb", written(tmp_path, text))
    assert report.stored == 2
    assert [column.unit for column in found.columns] == [None, "min", "bar", None]


def test_a_workbook_s_months_and_days_without_a_format(tmp_path: Path) -> None:
    path = tmp_path / "lab.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for month in ("Jan", "Feb"):
            sheet = book.add_worksheet(month)
            sheet.merge_range(0, 0, 0, 2, "Laboratory")
            sheet.merge_range(1, 0, 1, 1, "Sample")
            sheet.write_row(2, 0, ("No", "Date", "Cost"))
            sheet.write_row(3, 0, ("007", 46023.5, 3.5))
            sheet.write_row(4, 0, ("008", 46024.25, 4.5))
            sheet.write_row(5, 0, ("Total", "", 8.0))
    target = tmp_path / "d" / "t.duckdb"
    found, report = load(target, path, sheet="Jan")
    assert rows_of(target) == [
        ("007", dt.datetime(2026, 1, 1, 12), 3.5), ("008", dt.datetime(2026, 1, 2, 6), 4.5),
    ]  # fmt: skip
    assert found.columns[1].date is not None
    assert found.columns[1].date.written() == "days since 1899-12-30"
    assert report.stored == 2


def test_days_of_a_spreadsheet_below_another_header_are_told(tmp_path: Path) -> None:
    text = "No,Received\nA,46023.5\nB,46024.25\n"
    _, notes = brought(tmp_path, text)
    assert "".join(notes).startswith("'Received' holds numbers such as 46023.5, which may be")
    stored, _ = brought(tmp_path, text, types={"Received": "datetime"})
    assert stored[0] == ("A", dt.datetime(2026, 1, 1, 12))
