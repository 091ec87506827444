"""Date and time of day in two columns become one time, or are asked, or stay apart."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from core.__main__ import main
from core.errors import UserFixable
from core.ingest.finding import find
from core.ingest.load import Goal, opened
from core.ingest.ready import Limits
from core.ingest.recognised import Choices, Recognised
from core.ingest.report import LoadReport


def load(path: Path, **said: Any) -> tuple[Recognised, LoadReport, list[tuple[Any, ...]]]:
    target = path.parent / "data" / "stores" / "t.duckdb"
    with opened(find([path]), target, Choices(**said), Limits(memory_mb=512)) as ready:
        report = ready.load(Goal("t", target))
    with duckdb.connect(str(target), read_only=True) as con:
        return ready.found, report, con.execute("SELECT * FROM t").fetchall()


def text(folder: Path, *lines: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def at(hour: int, minute: int = 0, second: int = 0, day: int = 31) -> dt.datetime:
    return dt.datetime(2026, 1, day, hour, minute, second)


@pytest.mark.parametrize(
    ("header", "cells", "want"),
    [
        ("Datum;Uhrzeit", ("31.01.2026;08:15", "31.01.2026;9:05"), [at(8, 15), at(9, 5)]),
        ("Date;Time", ("2026-01-31;08:15:30", "2026-01-31;23:00"), [at(8, 15, 30), at(23)]),
        ("date;clock time", ("01/31/2026;1:05 PM", "01/31/2026;12:00 AM"), [at(13, 5), at(0)]),
        ("Ngày;Giờ", ("31/01/2026;0", "31/01/2026;23"), [at(0), at(23)]),
        ("Date;HHMM", ("20260131;0815", "20260131;5"), [at(8, 15), at(0, 5)]),
        ("Date;Time", ("20260131;081530", "20260131;000000"), [at(8, 15, 30), at(0)]),
        ("Date;Time", ("2026-01-31;24:00", "2026-01-30;23:59"), [at(0, day=1), at(23, 59, day=30)]),
        ("Date;Time", ("2026-01-31 00:00:00;7:00", "2026-01-31 00:00:00;8:00"), [at(7), at(8)]),
        ("Date;Time", ("31-Jan-2026;7:00", "31-Jan-2026;8:00"), [at(7), at(8)]),
        ("Date;Time", ("2026-01-31;7:00:00,5", "2026-01-31;8:00:00,5"),
         [at(7).replace(microsecond=500_000), at(8).replace(microsecond=500_000)]),
    ],
)  # fmt: skip
def test_they_become_one_time(
    tmp_path: Path, header: str, cells: tuple[str, ...], want: list[dt.datetime]
) -> None:
    want = [w.replace(month=2) if w.day == 1 else w for w in want]
    found, report, rows = load(text(tmp_path, f"{header};x", *(f"{cell};1.5" for cell in cells)))
    assert rows == [(moment, 1.5) for moment in want]
    assert report.columns[0][1] == "timestamp"
    assert (report.first, report.last) == (min(want), max(want))
    assert "are put together into one time" in str(found.notes[0])


def test_hours_that_go_from_1_to_24_are_asked(tmp_path: Path) -> None:
    lines = [f"2026-01-31,{hour},{hour}.5" for hour in range(1, 25)]
    path = text(tmp_path, "Date,Hour,MWh", *lines)
    with pytest.raises(UserFixable, match="What is hour 1"):
        load(path)
    assert [row[0] for row in load(path, hours="begin")[2]] == [at(h) for h in range(24)]
    ends = [row[0] for row in load(path, hours="end")[2]]
    assert (ends[0], ends[-1]) == (at(1), dt.datetime(2026, 2, 1))


def test_what_only_looks_like_a_time_of_day_is_asked(tmp_path: Path) -> None:
    path = text(
        tmp_path, "Datum,Beginn,Ende,x", "31.01.2026,08:15,09:00,1", "31.01.2026,9:15,10:00,2"
    )
    with pytest.raises(UserFixable, match="Which column holds the time of day of 'Datum'"):
        load(path)
    assert load(path, time_of_day="Beginn")[2][0] == (at(8, 15), "09:00", 1)
    assert load(path, time_of_day="none")[2][0] == (dt.date(2026, 1, 31), "08:15", "09:00", 1)
    with pytest.raises(UserFixable, match="Did you mean 'Ende'"):
        load(path, time_of_day="Ened")
    with pytest.raises(UserFixable, match="'x' holds no times of day"):
        load(path, time_of_day="x")
    with pytest.raises(UserFixable, match="'x' holds no dates"):
        load(path, time_of_day="x=Ende")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Datum,Dauer", "31.01.2026,08:15"),
        ("Date,Hour,Minute", "2026-01-31,8,15"),
        ("Timestamp,Date,Time", "2026-01-31 07:00,2026-01-31,08:15"),
        ("Name,Time", "x,08:15"),
        ("Date,No", "2026-01-31,815"),
    ],
)
def test_what_is_none_stays_as_it_is(tmp_path: Path, header: str, row: str) -> None:
    _, report, _ = load(text(tmp_path, header + ",v", row + ",1", row + ",2"))
    assert len(report.columns) == header.count(",") + 2


def test_pairs_are_found_by_what_else_their_headers_say(tmp_path: Path) -> None:
    lines = ["2026-01-31,08:00,2026-01-31,09:30", "2026-01-31,10:00,,"]
    path = text(tmp_path, "Start date,Start time,End date,End time", *lines)
    _, report, rows = load(path)
    assert [name for name, _ in report.columns] == ["start_date_start_time", "end_date_end_time"]
    assert rows == [(at(8), at(9, 30)), (at(10), None)]
    _, report, _ = load(path, time_of_day="End date=End time")
    assert len(report.columns) == 3


def test_a_chosen_type_keeps_them_apart(tmp_path: Path) -> None:
    path = text(tmp_path, "Date,Time,x", "2026-01-31,08:00,1", "2026-01-31,09:00,1")
    for types in ({"Date": "date"}, {"Time": "text"}):
        assert len(load(path, types=types)[1].columns) == 3


def test_bad_cells_are_told_with_row_and_column(tmp_path: Path) -> None:
    lines = [f"{1 + i % 28:02}.01.2026;{i % 24:02}:00;{i}" for i in range(100)]
    lines[3], lines[5] = "04.01.2026;25:10;3", "31.31.2026;05:00;5"
    lines[7], lines[9], lines[11] = "08.01.2026;;7", ";09:00;9", ";;11"
    path = text(tmp_path, "Datum;Uhrzeit;x", *lines)
    with pytest.raises(UserFixable) as caught:
        load(path)
    said = str(caught.value)
    for cell in (
        "row 5, 'Uhrzeit': '25:10'", "row 7, 'Datum': '31.31.2026'", "row 9, 'Uhrzeit': ''",
        "row 11, 'Datum': ''",
    ):  # fmt: skip
        assert cell in said
    assert said.startswith("4 cells")
    _, report, rows = load(path, bad_cells="empty")
    assert report.bad == {"Datum": 2, "Uhrzeit": 2}
    assert [row[1] for row in rows if row[0] is None] == [3, 5, 7, 9, 11]


def test_day_and_month_are_still_asked(tmp_path: Path) -> None:
    path = text(tmp_path, "Date,Time,x", "03/04/2026,08:00,1", "05/06/2026,09:00,1")
    with pytest.raises(UserFixable, match="Which comes first"):
        load(path)
    assert load(path, dates="mdy")[2][0][0] == dt.datetime(2026, 3, 4, 8)
    assert load(path, dates="dmy")[2][0][0] == dt.datetime(2026, 4, 3, 8)


def test_an_offset_is_turned_into_the_zone_that_was_named(tmp_path: Path) -> None:
    lines = ["2026-03-29,01:30:00+01:00,1", "2026-03-29,01:30Z,2", "2026-03-29,03:30+0200,3"]
    path = text(tmp_path, "Date,Time,x", *lines)
    assert [row[0].hour for row in load(path)[2]] == [0, 1, 1]
    assert [row[0].hour for row in load(path, zone="Europe/Berlin")[2]] == [1, 3, 3]
    # Without one they stand as they are, as times in one column do: the hour that a clock change
    # leaves out or doubles too.
    path = text(tmp_path, "Date,Time,x", "2026-03-29,02:30,1", "2026-10-25,02:30,2", name="b.csv")
    assert [row[0].hour for row in load(path, zone="Europe/Berlin")[2]] == [2, 2]
    path = text(tmp_path, "Date,Time,x", *lines[:2], "2026-03-29,04:00,3", name="c.csv")
    with pytest.raises(UserFixable, match=r"row 4, 'Time': '04:00'"):
        load(path)


def test_typed_cells_of_excel_and_parquet(tmp_path: Path) -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as out:
        sheet = out.add_worksheet()
        sheet.write_row(0, 0, ["Datum", "Uhrzeit", "x"])
        day, clock = (out.add_format({"num_format": f}) for f in ("dd.mm.yyyy", "hh:mm:ss"))
        for row, time in enumerate((dt.time(0, 0), dt.time(8, 15), dt.time(23, 59, 59)), start=1):
            sheet.write_datetime(row, 0, dt.datetime(2026, 1, 31), day)
            sheet.write_datetime(row, 1, time, clock)
            sheet.write_number(row, 2, row)
    path = tmp_path / "t.xlsx"
    path.write_bytes(book.getvalue())
    want = [(at(0), 1), (at(8, 15), 2), (at(23, 59, 59), 3)]
    assert load(path)[2] == want
    rows = {"Datum": [w[0].date() for w in want], "Uhrzeit": [w[0].time() for w in want]}
    pq.write_table(pa.table({**rows, "x": [1, 2, 3]}), tmp_path / "t.parquet")
    assert load(tmp_path / "t.parquet")[2] == want


def test_exports_of_tags_too(tmp_path: Path) -> None:
    wide = text(tmp_path, "Date,Time,TIC-103 [°C],PT-103 [bar]", "2026-01-31,08:00,20.5,1.5",
                "2026-01-31,08:10,21.5,1.6")  # fmt: skip
    found, report, rows = load(wide)
    assert (found.shape, [row.tag for row in found.mapping]) == (
        "wide", ["TIC-103 [°C]", "PT-103 [bar]"],
    )  # fmt: skip
    assert (rows[0][0], report.interval_s) == (at(8), 600.0)
    assert load(wide, time="Time")[2][0][0] == at(8)
    long = text(tmp_path, "Date,Time,Tag,Value", "2026-01-31,08:00,TIC-1,5",
                "2026-01-31,08:10,TIC-1,6", name="l.csv")  # fmt: skip
    found, _, rows = load(long)
    assert (found.shape, rows[1][0]) == ("long", at(8, 10))


def test_the_command_shows_it_and_keeps_apart_what_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    path = str(text(tmp_path, "Datum;Uhrzeit;x", "31.01.2026;08:15;1", "31.01.2026;09:15;2"))
    assert main(["import", path]) == 0
    said = capsys.readouterr().out
    assert "'Datum' and 'Uhrzeit' are put together into one time, 'datum_uhrzeit'." in said
    assert "datetime DD.MM.YYYY +" in said
    assert "time of Datum" in said
    assert "From 2026-01-31 08:15" in said
    assert main(["import", path, "--time-of-day", "none", "--name", "t", "--yes"]) == 0
    capsys.readouterr()
    assert main(["import", path, "--name", "t", "--yes"]) == 2
    assert "time of day: none" in capsys.readouterr().err
    assert main(["import", path, "--json"]) == 0
    columns = json.loads(capsys.readouterr().out)["recognised"]["columns"]
    assert (columns[0]["time_of_day"], columns[1]["part_of"]) == ("Uhrzeit", "Datum")
