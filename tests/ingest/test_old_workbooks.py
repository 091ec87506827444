"""`.xls` and `.xlsb` are read as `.xlsx` is, and say what they are where they cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from core.__main__ import main
from tests.ingest.old_workbooks import Rows, write_xls, write_xlsb

ROWS: Rows = [
    ["Day", "Pieces", "Width [mm]"],
    *[[f"2026-01-{day:02} 06:00", float(day), day + 0.25] for day in range(1, 29)],
]
WRITERS = pytest.mark.parametrize(("write", "ending"), [(write_xls, "xls"), (write_xlsb, "xlsb")])


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@WRITERS
def test_a_sheet_is_a_table(
    write: Callable[[Path, Rows], None], ending: str, tmp_path: Path, data: Path
) -> None:
    path = tmp_path / f"pieces.{ending}"
    write(path, ROWS)
    assert main(["import", str(path), "--yes"]) == 0
    with duckdb.connect(str(data / "stores" / "pieces.duckdb"), read_only=True) as con:
        described = [row[:2] for row in con.execute("DESCRIBE pieces").fetchall()]
        assert described == [("day", "TIMESTAMP"), ("pieces", "BIGINT"), ("width_mm", "DOUBLE")]
        found = con.execute("SELECT count(*), sum(pieces), max(width_mm) FROM pieces").fetchone()
        assert found == (28, 406, 28.25)


@WRITERS
@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("torn", "is broken or not complete. Get the file again."),
        ("another", "is no Excel file. Save it as .xlsx or as CSV again."),
    ],
)
def test_one_that_cannot_be_read_says_so(
    write: Callable[[Path, Rows], None],
    ending: str,
    how: str,
    says: str,
    tmp_path: Path,
    data: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / f"pieces.{ending}"
    write(path, ROWS)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3] if how == "torn" else b"Tag;Stk\n1;2\n" * 200)
    assert main(["import", str(path), "--yes"]) == 2
    assert f"pieces.{ending} {says}" in capsys.readouterr().err
    assert not (data / "stores" / "pieces.duckdb").exists()


@WRITERS
def test_an_empty_sheet_says_so(
    write: Callable[[Path, Rows], None],
    ending: str,
    tmp_path: Path,
    data: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / f"pieces.{ending}"
    write(path, [[]])
    assert main(["import", str(path), "--yes"]) == 2
    assert f"pieces.{ending} is empty. Get the file again." in capsys.readouterr().err
    assert not (data / "stores").exists() or not list((data / "stores").glob("*.duckdb"))
