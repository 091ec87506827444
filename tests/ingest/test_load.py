"""Files become a store, all of it or nothing, and every bad input has its message."""

import datetime as dt
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from core.errors import UserFixable
from core.ingest import workspace as places
from core.ingest.finding import find
from core.ingest.load import Goal, opened
from core.ingest.mapping import TagRow
from core.ingest.ready import Limits
from core.ingest.recognised import Choices, Recognised
from core.ingest.report import LoadReport
from core.ingest.shown import report_lines
from core.settings import ROOT

Put = Callable[[str, str | bytes], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "data" / "stores" / "t.duckdb"


def load(
    target: Path, *paths: Path, write: bool = True, limits: Limits | None = None, **said: Any
) -> tuple[Recognised, LoadReport]:
    choices = Choices(**said)
    with opened(find(paths), target, choices, limits or Limits(memory_mb=512)) as ready:
        return ready.found, ready.load(Goal("t", target), write=write)


def rows_of(store: Path, order: str = "ALL") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(store), read_only=True) as con:
        return con.execute(f"SELECT * FROM t ORDER BY {order}").fetchall()


def nothing_is_left(target: Path) -> bool:
    folder = target.parent
    return not folder.exists() or all(p.name.endswith(".lock") for p in folder.iterdir())


def refused(target: Path, *paths: Path, **said: Any) -> str:
    with pytest.raises(UserFixable) as caught:
        load(target, *paths, **said)
    assert nothing_is_left(target)
    return str(caught.value)


_START = """
import os, resource, signal, sys
from pathlib import Path
from core.errors import UserFixable
from core.ingest.finding import find
from core.ingest.load import Goal, opened
from core.ingest.ready import Limits
from core.ingest.recognised import Choices
path, target = Path(sys.argv[1]), Path(sys.argv[2])
"""
_ON_A_FULL_DISK = """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
try:
    with opened(find([path]), target, Choices(), Limits(512)) as ready:
        ready.load(Goal("t", target))
except UserFixable as error:
    sys.exit(0 if "Nothing was imported" in str(error) else str(error))
sys.exit("it was written")
"""
_KILLED = """
with opened(find([path]), target, Choices(), Limits(512)):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def in_a_process(code: str, path: Path, target: Path) -> int:
    """Exit status of an import in a process of its own."""
    command = [sys.executable, "-c", _START + code, str(path), str(target)]
    return subprocess.run(command, timeout=60, check=False, cwd=ROOT).returncode


def test_a_german_table_of_cp1252(put: Put, target: Path) -> None:
    text = "Datum;Größe [m³/h];Ort;Nr\n31.01.2026 10:00;1.234,5;Köln;007\n01.02.2026;;=1+1;008\n"
    found, report = load(target, put("a.csv", text.encode("cp1252")))
    assert dict(found.layout)["encoding"] == "cp1252"
    assert rows_of(target) == [
        (dt.datetime(2026, 1, 31, 10), 1234.5, "Köln", "007"),
        (dt.datetime(2026, 2, 1), None, "=1+1", "008"),
    ]
    assert [name for name, _ in report.columns] == ["datum", "grosse_m3_h", "ort", "nr"]
    with duckdb.connect(str(target), read_only=True) as con:
        comment = con.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 't' AND column_index = 2"
        )
        assert comment.fetchall() == [("Größe [m³/h]",)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_line_ends_and_gzip(put: Put, target: Path, encoding: str) -> None:
    text = "name,n\r\nä,1\nö,2\r\nü,3"
    load(target, put("a.csv.gz", gzip.compress(text.encode(encoding))))
    assert rows_of(target) == [("ä", 1), ("ö", 2), ("ü", 3)]


SAME = (("=x", 1.5, dt.datetime(2026, 1, 1, 6)), ("y", None, dt.datetime(2026, 1, 1, 6)))


def parquet_of(rows: Sequence[tuple[Any, ...]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(dict(zip("abc", map(list, zip(*rows, strict=True)), strict=True))), out)
    return out.getvalue()


def workbook_of(rows: Sequence[tuple[Any, ...]]) -> bytes:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"strings_to_formulas": False}) as out:
        sheet = out.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c"])
        when = out.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for row, (a, b, c) in enumerate(rows, start=1):
            sheet.write_string(row, 0, a)
            if b is not None:
                sheet.write_number(row, 1, b)
            sheet.write_datetime(row, 2, c, when)
    return book.getvalue()


def open_document_of(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """A spreadsheet as LibreOffice writes it, with what its readers need of it."""

    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        kind, said = "string", ""
        if isinstance(value, float):
            kind, said = "float", f' office:value="{value}"'
        elif isinstance(value, dt.datetime):
            kind, said = "date", f' office:date-value="{value.isoformat()}"'
        return (
            f'<table:table-cell office:value-type="{kind}"{said}>'
            f"<text:p>{value}</text:p></table:table-cell>"
        )

    lines = "".join(
        f"<table:table-row>{''.join(map(cell, row))}</table:table-row>"
        for row in [("a", "b", "c"), *rows]
    )
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        f'xmlns:office="{names}office:1.0" xmlns:table="{names}table:1.0" '
        f'xmlns:text="{names}text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts = (
        f'<manifest:manifest xmlns:manifest="{names}manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as out:
        out.writestr("mimetype", kind)
        out.writestr("META-INF/manifest.xml", parts)
        out.writestr("content.xml", text)
    return book.getvalue()


def tabs_of(rows: Sequence[tuple[Any, ...]]) -> bytes:
    lines = ["\t".join("" if v is None else str(v) for v in row) for row in rows]
    return "\n".join(["a\tb\tc", *lines, ""]).encode()


def json_lines_of(rows: Sequence[tuple[Any, ...]]) -> bytes:
    found = [dict(zip("abc", row, strict=True)) for row in rows]
    return "\n".join(
        json.dumps({k: v for k, v in row.items() if v is not None}, default=str) for row in found
    ).encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.parquet", parquet_of(SAME)),
        ("t.jsonl", json_lines_of(SAME)),
        ("t.jsonl.gz", gzip.compress(json_lines_of(SAME))),
        ("t.xlsx", workbook_of(SAME)),
        ("t.xlsm", workbook_of(SAME)),
        ("t.ods", open_document_of(SAME)),
        ("t.tsv", tabs_of(SAME)),
        ("t.tsv.gz", gzip.compress(tabs_of(SAME))),
    ],
    # packed bytes hold the time of packing: as names they would differ from process to process
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_kind_of_file_is_the_same_table(
    put: Put, target: Path, name: str, content: bytes
) -> None:
    load(target, put(name, content))
    assert rows_of(target) == list(SAME)


LONG = """Timestamp,Tag,Value,Quality,Unit
2026-01-01 00:00,TIC-103,212,192,°F
2026-01-01 00:00,PT-103,1.5,192,bar
2026-01-01 00:10,TIC-103,100,0,°C
2026-01-01 00:10,PT-103,1.6,192,bar
2026-01-01 00:10,PT-103,1.6,192,bar
2026-01-01 00:05,XS-1,RUN,192,
"""


def test_wide_and_long_exports_land_in_one_shape(put: Put, tmp_path: Path) -> None:
    long, wide = tmp_path / "d" / "long" / "t.duckdb", tmp_path / "d" / "wide" / "t.duckdb"
    _, report = load(long, put("l.csv", LONG))
    assert (report.shape, report.alike, report.unordered) == ("long", 1, 0)
    assert any("TIC-103" in note for note in report.notes)
    assert rows_of(long, "1, 3, 4")[:2] == [
        (dt.datetime(2026, 1, 1), dt.date(2026, 1, 1), "Loop 103", 1.5, 100.0, None, "Good"),
        (dt.datetime(2026, 1, 1, 0, 5), dt.date(2026, 1, 1), "Loop 1", None, None, "RUN", "Good"),
    ]
    text = (
        "Time;TIC-103 [°C];PT-103 (bar);TIC-103.Quality\n"
        "2026-01-01 00:00;100,0;1,5;Good\n2026-01-01 00:10;100,0;1,6;Bad\n"
    )
    _, report = load(wide, put("w.csv", text))
    assert report.qualities == {"Good": 2, "Bad": 1}
    assert rows_of(wide, "1, 6 DESC") == [
        (dt.datetime(2026, 1, 1), dt.date(2026, 1, 1), "Loop 103", 100.0, 1.5, "Good"),
        (dt.datetime(2026, 1, 1, 0, 10), dt.date(2026, 1, 1), "Loop 103", None, 1.6, "Good"),
        (dt.datetime(2026, 1, 1, 0, 10), dt.date(2026, 1, 1), "Loop 103", 100.0, None, "Bad"),
    ]


def test_the_table_of_tags_can_be_edited(put: Put, target: Path) -> None:
    rows = (
        TagRow("TIC-103", "Kiln", "temperature", "Cel", "Hall 1"),
        TagRow("PT-103", "Kiln", "pressure", "bar", is_used=False),
    )
    load(target, put("l.csv", LONG), mapping=rows)
    with duckdb.connect(str(target), read_only=True) as con:
        found = con.execute("SELECT DISTINCT area, asset FROM t ORDER BY 2").fetchall()
    assert found == [("Hall 1", "Kiln"), (None, "Loop 1")]


def test_gaps_disorder_and_repeats_are_told(put: Put, target: Path) -> None:
    lines = [f"2026-01-01 {h:02}:00,{h}" for h in (*range(12), 11, 15, 14, *range(16, 24))]
    _, report = load(target, put("a.csv", "time,x\n" + "\n".join(lines) + "\n"))
    assert (report.alike, report.unordered, report.interval_s) == (1, 1, 3600.0)
    assert [(g.missing, g.end.hour) for g in report.gaps] == [(2, 14)]
    tags = "time,TIC-1\n2026-01-01 00:00,1\n2026-01-01 00:00,2\n"
    with pytest.raises(UserFixable, match=r"such as w\.csv row 2, w\.csv row 3"):
        load(target, put("w.csv", tags))
    _, report = load(target, put("w.csv", tags), repeats="last")
    assert (report.repeats, rows_of(target)[0][3]) == (1, 2.0)


def test_a_tag_of_a_long_export_whose_time_goes_back_is_told(put: Put, tmp_path: Path) -> None:
    header = "Timestamp,Tag,Value\n"
    # Tags one after the other: the file's time goes back, no tag's does.
    blocks = "".join(f"2026-01-01 0{h}:00,{t},{h}\n" for t in ("TI-1", "PI-1") for h in range(4))
    _, report = load(tmp_path / "a" / "t.duckdb", put("a.csv", header + blocks))
    assert (report.shape, report.unordered) == ("long", 0)
    late = blocks + "2026-01-01 02:30,PI-1,9\n2026-01-01 05:00,TI-1,5\n"
    _, report = load(tmp_path / "b" / "t.duckdb", put("b.csv", header + late))
    assert (report.shape, report.unordered, report.stored) == ("long", 1, 6)
    assert any("1 rows are older than the row before them" in line for line in report_lines(report))


def test_bad_cells_are_told_with_their_rows(put: Put, target: Path) -> None:
    lines = [f"2026-01-01 00:00:{i % 60:02},{i}" for i in range(5000)]
    lines[4321] = "2026-01-01 00:00:00,1.2.3"
    path = put("a.csv", "\n".join(["time,x [bar]", *lines, ""]))
    assert "a.csv row 4,323, 'x [bar]': '1.2.3'" in refused(target, path)
    _, report = load(target, path, bad_cells="empty")
    assert report.bad == {"x [bar]": 1}
    assert report.bad_cells[0].row == 4323


def test_a_few_words_make_no_text_of_numbers_and_times(put: Put, target: Path) -> None:
    lines = [f"{1 + i % 28:02}.01.2026;{i},5;{i:03}" for i in range(100)]
    lines[7], lines[8] = "31.31.2026;1,5;007", "01.01.2026;OVER;008"
    path = put("a.csv", "\n".join(["when;x;no", *lines, ""]))
    found, report = load(target, path, bad_cells="empty")
    assert [column.type for column in found.columns] == ["date", "double", "text"]
    assert report.bad == {"when": 1, "x": 1}


def test_whole_numbers_that_turn_out_to_be_fractions(put: Put, target: Path) -> None:
    lines = ["1"] * 9000
    lines[5000] = "2.5"
    load(target, put("a.csv", "k,x\n" + "".join(f"a,{x}\n" for x in lines)))
    with duckdb.connect(str(target), read_only=True) as con:
        assert con.execute("SELECT sum(x) FROM t").fetchone() == (9001.5,)


def test_what_can_be_read_in_two_ways_is_asked(put: Put, target: Path) -> None:
    path = put("a.csv", "when;x\n03/04/2026;1,234\n05/06/2026;2,345\n")
    assert "Which comes first?" in refused(target, path)
    load(target, path, dates="mdy", decimal=",")
    assert rows_of(target)[0] == (dt.date(2026, 3, 4), 1.234)
    # Decided by one value that no sample sees.
    lines = ["03/04/2026;1"] * 60_000
    lines[30_100] = "13/04/2026;1"
    found, _ = load(target, put("b.csv", "when;x\n" + "\n".join(lines) + "\n"), write=False)
    assert found.columns[0].date is not None
    assert found.columns[0].date.order == "dmy"


def test_a_folder_is_one_table_and_units_are_turned(put: Put, target: Path) -> None:
    put("f/a.csv", "k,T [°C]\nx,100\n")
    put("f/b.csv", "T [°F],k\n32,y\n")
    put("f/notes.pdf", "no table")
    found, _ = load(target, put("f/c.csv", "k,T [°C]\nz,5\n").parent)
    assert rows_of(target) == [("x", 100.0), ("y", 0.0), ("z", 5.0)]
    assert "Units differ" in found.notes[0]


def test_files_of_two_tables_are_refused(put: Put, target: Path) -> None:
    a, b = put("a.csv", "k,x\na,1\n"), put("b.csv", "k,y\na,1\n")
    assert "b.csv has other columns than a.csv: 'y' is only in it" in refused(target, a, b)
    c = put("c.csv", "k,x [bar]\na,1\n")
    d = put("d.csv", "k,x [°C]\na,1\n")
    assert "measure different things" in refused(target, c, d)


def test_what_is_no_table_is_told(put: Put, target: Path, tmp_path: Path) -> None:
    assert "is empty" in refused(target, put("e.csv", ""))
    assert "no rows below" in refused(target, put("h.csv", "a,b\n"))
    assert "no rows below" in refused(target, put("h2.csv", "a,b\n\n\n"))
    assert "There is no file" in refused(target, put("sub/x.pdf", "x").parent)
    assert "no such file" in refused(target, tmp_path / "gone.csv")
    assert "stands twice" in refused(target, put("d.csv", "a,a\n1,2\n"), has_header=True)
    assert "line 3 has 1 cells of 2" in refused(target, put("r.csv", "a,b\nx,2\n3\ny,5\n"))
    assert "NUL" in refused(target, put("n.csv", b"\0" * 1000))
    assert "no Excel file" in refused(target, put("x.xlsx", "a,b\n"))
    assert "zip archive" in refused(target, put("z.csv", b"PK\x03\x04" + b"0" * 50))
    assert "cannot be read" in refused(target, put("p.parquet", b"PAR1xxxxPAR1"))
    assert "not complete" in refused(target, put("g.csv.gz", gzip.compress(b"a,b\n" * 99)[:-9]))
    assert "cannot be read" in refused(target, put("j.jsonl", '{"a": 1}\n{"a": \n'))
    os.mkfifo(tmp_path / "pipe.csv")
    assert "no file that can be read twice" in refused(target, tmp_path / "pipe.csv")


def test_a_broken_byte_is_told_with_its_line(put: Put, target: Path) -> None:
    content = b"a,b\n" + b"x,1\n" * 1_500_000 + b"\xff,1\n"
    said = refused(target, put("a.csv", content))
    assert "a.csv, line 1,500,002: the byte 0xFF at 6,000,004 of the file is not UTF-8" in said
    # A letter of two bytes over the seam of two pieces is none.
    seam = b"a,b\n" + b"x,1\n" * 1_048_574 + "xxxä,1\n".encode() * 9
    load(target, put("b.csv", seam), write=False)


def test_400_columns(put: Put, target: Path) -> None:
    header = ",".join(f"c{i}" for i in range(400))
    row = ",".join(str(i + 0.5) for i in range(400))
    load(target, put("a.csv", f"{header}\n{row}\n{row}\n"), limits=Limits())
    assert len(rows_of(target, "1")[0]) == 400
    many = ",".join(f"c{i}" for i in range(2500))
    other = target.parents[1] / "other" / "t.duckdb"
    said = refused(other, put("b.csv", f"{many}\n{many}\n"), has_header=True)
    assert "2500 columns; up to 2000" in said


def test_bombs_are_not_unpacked(put: Put, target: Path) -> None:
    bomb = gzip.compress(b"a,b\n" + b"\n" * 80_000_000)
    assert "more than may be" in refused(target, put("a.csv.gz", bomb))
    small = Limits(memory_mb=512, unpacked_bytes=1000)
    text = gzip.compress(b"a,b\n" + b"x,1\n" * 1000)
    assert "more than may be" in refused(target, put("b.csv.gz", text), limits=small)
    lines = gzip.compress(b'{"a": 1}' + b" " * 80_000_000 + b"\n")
    assert "more than may be" in refused(target, put("c.jsonl.gz", lines))
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/worksheets/sheet1.xml", b" " * 80_000_000)
    assert "more than may be" in refused(target, put("a.xlsx", book.getvalue()))


def test_a_parquet_file_that_holds_too_much_is_not_read(put: Put, target: Path) -> None:
    out = io.BytesIO()
    table = pa.table({"a": ["x" * 1000] * 80_000, "b": range(80_000)})
    pq.write_table(table, out, compression="zstd", use_dictionary=False)
    said = refused(target, put("a.parquet", out.getvalue()))
    assert "a.parquet is " in said
    assert "160,000 cells and 81." in said
    assert "more than may be (50.0 GB, or 400 times)" in said
    # A column that never changes is nothing in bytes, and a row each in the store.
    out = io.BytesIO()
    pq.write_table(pa.table({"a": ["x"] * 9_000}), out)
    path = put("b.parquet", out.getvalue())
    assert "9,000 cells" in refused(target, path, limits=Limits(512, unpacked_bytes=5_000))
    load(target, path)
    assert len(rows_of(target)) == 9_000


def test_a_workbook_with_a_password(put: Put, target: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    book = ole + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000
    assert "has a password" in refused(target, put("a.xlsx", book))


def test_a_link_may_not_lead_out(put: Put, target: Path, tmp_path: Path) -> None:
    outside = put("secret.csv", "a,b\nx,1\n")
    (tmp_path / "open").mkdir()
    link = tmp_path / "open" / "l.csv"
    link.symlink_to(outside)
    assert "leads out of the folder" in refused(target, link.parent)
    with pytest.raises(UserFixable, match="leads out of the folder"):
        find([link], within=link.parent)
    with pytest.raises(UserFixable, match="leads out of the folder"):
        find([tmp_path / "open" / ".." / "in" / "secret.csv"], within=link.parent)


def test_a_disk_that_is_too_small_is_told_first(
    put: Put, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put("big.csv", "a,b\n")
    with path.open("r+b") as file:
        file.truncate(5_000_000_000)  # sparse
    monkeypatch.setattr(places, "free_bytes", lambda _: 1_000_000_000)
    began = time.monotonic()
    said = refused(target, path)
    assert "needs about 5.1 GB of disk and 1.0 GB are free" in said
    assert time.monotonic() - began < 2


def test_a_disk_that_fills_up_leaves_the_old_store(put: Put, target: Path) -> None:
    load(target, put("a.csv", "k,x\nold,1\n"))
    big = put("b.csv", "k,x\n" + "".join(f"{i * 7919 % 999983:06}zz,{i}\n" for i in range(300_000)))
    assert in_a_process(_ON_A_FULL_DISK, big, target) == 0
    assert rows_of(target) == [("old", 1)]
    assert [p.name for p in target.parent.iterdir() if not p.name.endswith(".lock")] == ["t.duckdb"]


def test_a_killed_import_leaves_nothing_in_the_way(put: Put, target: Path) -> None:
    load(target, put("a.csv", "k,x\nold,1\n"))
    assert in_a_process(_KILLED, target.parents[2] / "in" / "a.csv", target) == -signal.SIGKILL
    assert target.with_name(".t.duckdb.importing").exists()
    assert rows_of(target) == [("old", 1)]
    load(target, put("b.csv", "k,x\nnew,2\n"))
    assert rows_of(target) == [("new", 2)]
    assert not target.with_name(".t.duckdb.importing").exists()


def test_two_imports_at_once_and_a_file_that_changes(put: Put, target: Path) -> None:
    path = put("a.csv", "k,x\na,1\n")
    with opened(find([path]), target, Choices(), Limits(512)) as ready:
        with (
            pytest.raises(UserFixable, match="Another import into t is running"),
            opened(find([path]), target, Choices(), Limits(512)),
        ):
            pass
        with path.open("a") as file:
            file.write("b,2\n")
        with pytest.raises(UserFixable, match=r"a\.csv changed while it was read"):
            ready.load(Goal("t", target))
    assert nothing_is_left(target)


def test_who_stops_it_stops_it(put: Put, target: Path) -> None:
    path = put("a.csv", "k,x\na,1\n")

    def stop(what: str, _: float) -> None:
        if what == "check":
            raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        opened(find([path]), target, Choices(), Limits(512)) as r,
    ):
        r.load(Goal("t", target), stop)
    assert nothing_is_left(target)


def test_a_model_that_cannot_be_written_leaves_the_store_as_it_was(put: Put, target: Path) -> None:
    class Drafted:
        text, notes, seen = "label: T\n", (), ""

    (target.parents[1] / "models").parent.mkdir(parents=True, exist_ok=True)
    (target.parents[1] / "models").write_text("no folder")
    model_file = target.parents[1] / "models" / "t.yaml"
    with (
        opened(find([put("a.csv", "k,x\na,1\n")]), target, Choices(), Limits(512)) as ready,
        pytest.raises(UserFixable, match="Nothing was"),
    ):
        ready.load(Goal("t", target, model_file, lambda *_: Drafted()))
    assert nothing_is_left(target)


def test_a_model_is_drafted_with_the_store_or_neither_is_there(put: Put, target: Path) -> None:
    class Drafted:
        text, notes, seen = "label: T\n", ("is x a sum?",), ""

    model_file = target.parents[1] / "models" / "t.yaml"
    path = put("a.csv", "k,x\na,1\n")

    def fails(store: Path, name: str) -> Drafted:
        raise UserFixable(f"{store.parent.name}/{store.name} {name}")

    with (
        opened(find([path]), target, Choices(), Limits(512)) as ready,
        pytest.raises(UserFixable, match=r"^stores/t\.duckdb t$"),
    ):
        ready.load(Goal("t", target, model_file, fails))
    assert nothing_is_left(target)
    assert not model_file.exists()
    with opened(find([path]), target, Choices(), Limits(512)) as ready:
        report = ready.load(Goal("t", target, model_file, lambda *_: Drafted()))
    assert (report.model, report.confirm) == ("t", ("is x a sum?",))
    assert model_file.read_text() == "label: T\n"
    # What the model names must be in what replaces the store.
    with (
        opened(find([path]), target, Choices(), Limits(512)) as ready,
        pytest.raises(UserFixable, match=r"names 't\.y', which these files do not have"),
    ):
        ready.load(Goal("t", target, needs={"t": ("k", "y")}))
