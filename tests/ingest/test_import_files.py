"""Files become a table as declared, or a message says what is wrong and nothing changes."""

import dataclasses
import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.errors import ConfigError, UserFixable
from core.ingest import import_files
from core.semantic.model import SemanticModel

Write = Callable[..., Path]
GOOD = [
    "23/11/2018 00:15,1500,3,Hi_Load,900",
    "23/11/2018 00:30,,4,Lo_Load,1800",
    "23/11/2018 00:45,500,5,Lo_Load,2700",
]


def rows_of(store: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(store), read_only=True) as con:
        return con.execute("SELECT * FROM meter").fetchall()


def test_a_file_becomes_a_table(meter: SemanticModel, csv_file: Write, tmp_path: Path) -> None:
    store = tmp_path / "data" / "meter.duckdb"
    seen: list[int] = []
    report = import_files([csv_file(*GOOD)], meter, store, seen.append)
    day = dt.date(2018, 11, 23)
    assert rows_of(store) == [
        (day, dt.datetime(2018, 11, 23, 0, 0), 1.5, 3, "High", "Works"),
        (day, dt.datetime(2018, 11, 23, 0, 15), None, 4, "Low", "Works"),
        (day, dt.datetime(2018, 11, 23, 0, 30), 0.5, 5, "Low", "Works"),
    ]
    assert (report.rows, report.missing, report.repeated, seen) == (3, 0, 0, [3])
    assert report.empty_cells == {"energy": 1}
    assert [path.name for path in store.parent.iterdir()] == ["meter.duckdb"]


def test_the_row_stamped_midnight_closes_its_own_day(
    meter: SemanticModel, csv_file: Write, tmp_path: Path
) -> None:
    path = csv_file(
        "30/11/2018 23:45,1,1,Lo_Load,85500",
        "30/11/2018 00:00,2,1,Lo_Load,0",
        "01/12/2018 00:15,3,1,Lo_Load,900",
    )
    store = tmp_path / "meter.duckdb"
    assert import_files([path], meter, store).missing == 0
    assert [(row[0].day, row[1].hour, row[1].minute) for row in rows_of(store)] == [
        (30, 23, 30),
        (30, 23, 45),
        (1, 0, 0),
    ]


def test_a_mark_capitals_and_punctuation_of_the_header_do_not_matter(
    meter: SemanticModel, csv_file: Write
) -> None:
    path = csv_file(
        "900,23/11/2018 00:15,1,3,Hi_Load", header="\ufeffNSM,STAMP,usage.Wh,Pulses,Load_Band"
    )
    assert import_files([path], meter, None).rows == 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("23/11/2018 00:15,1;5,3,Hi_Load,0", "column 'Usage_Wh': '1;5' is not a number."),
        (
            '23/11/2018 00:15,"1,5",3,Hi_Load,0',
            "'1,5' is not a number. Write decimals with a point.",
        ),
        ("23/11/2018 00:15,nan,3,Hi_Load,0", "'nan' is not a number."),
        ("23/11/2018 00:15,1_0,3,Hi_Load,0", "'1_0' is not a number."),
        ("23/11/2018 00:15,1,3.5,Hi_Load,0", "column 'Pulses': '3.5' is not a whole number."),
        (
            "23/11/2018 00:15,1,3,Hi_Laod,0",
            "is not one of Hi_Load, Lo_Load. Did you mean 'Hi_Load'?",
        ),
        ("23/11/2018 00:15,1,3,Hi\x07,0", "holds a control character."),
        ("23/11/2018 00:15,1,3,Hi\udce9,0", "holds the byte 0xE9"),
        ("23/11/2018 00:07,1,3,Hi_Load,0", "is not on the grid of 15 minutes."),
        ("2018-11-23 00:15,1,3,Hi_Load,0", "is not a time such as 23/11/2018 14:45."),
        (",1,3,Hi_Load,0", "column 'Stamp': '' is not a time"),
        ("23/11/2018 00:15,1,3", "3 cells, expected 5."),
    ],
)
def test_a_wrong_cell_is_told_with_row_and_column(
    meter: SemanticModel, csv_file: Write, tmp_path: Path, row: str, told: str
) -> None:
    store = tmp_path / "meter.duckdb"
    import_files([csv_file(*GOOD)], meter, store)
    before = store.read_bytes()
    with pytest.raises(UserFixable, match=r"meter\.csv, row 3") as caught:
        import_files([csv_file("23/11/2018 00:30,1,3,Hi_Load,0", row)], meter, store)
    assert told in str(caught.value)
    assert "Mend the file" in str(caught.value)
    assert store.read_bytes() == before
    assert not list(tmp_path.glob(".*")), "something half-written was left"


def test_several_wrong_cells_are_told_at_once_but_not_thousands(
    meter: SemanticModel, csv_file: Write
) -> None:
    with pytest.raises(UserFixable) as caught:
        import_files([csv_file(*["x,y,z,Hi_Load,0"] * 1000)], meter, None)
    assert 5 < len(str(caught.value).splitlines()) < 10


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Stamp,Usage_Wh,Pulses,Load Band", "the column 'NSM' is missing"),
        ("Stamp,Usge_Wh,Pulses,Load Band,NSM", "'Usge_Wh' is not known. Did you mean 'Usage_Wh'?"),
        ("Stamp,Usage_Wh,Pulses,Load Band,NSM,nsm", "the column 'nsm' stands twice"),
        ("Stamp;Usage_Wh;Pulses;Load Band;NSM", "seem to be parted by ';', expected ','"),
        ("\x00\x01", "is not known"),
    ],
)
def test_a_wrong_header_is_told(
    meter: SemanticModel, csv_file: Write, header: str, told: str
) -> None:
    with pytest.raises(UserFixable, match=r"meter\.csv, row 1: ") as caught:
        import_files([csv_file(*GOOD, header=header)], meter, None)
    assert told in str(caught.value)


def test_what_is_no_file_of_rows_is_told(
    meter: SemanticModel, csv_file: Write, tmp_path: Path
) -> None:
    (tmp_path / "empty.csv").touch()
    for path, told in [
        (tmp_path / "none.csv", "there is no such file"),
        (tmp_path, "is a folder"),
        (tmp_path / "empty.csv", "empty.csv is empty"),
        (csv_file(), "has no rows below its header"),
        (csv_file('"open quote', name="quote.csv"), "row 2 cannot be read as CSV"),
    ]:
        with pytest.raises(UserFixable, match=told):
            import_files([path], meter, None)


def test_a_model_without_files_says_so(meter: SemanticModel, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Add a 'load' section"):
        import_files([tmp_path / "x.csv"], dataclasses.replace(meter, load=None), None)


def test_repeated_rows_count_once_and_rows_that_differ_are_refused(
    meter: SemanticModel, csv_file: Write
) -> None:
    again = csv_file(GOOD[0], "23/11/2018 01:00,1,1,Hi_Load,0", name="again.csv")
    report = import_files([csv_file(*GOOD), again], meter, None)
    assert (report.rows, report.repeated) == (4, 1)
    other = csv_file("23/11/2018 00:30,9,4,Lo_Load,1800", name="other.csv")
    with pytest.raises(UserFixable) as caught:
        import_files([csv_file(*GOOD), other], meter, None)
    assert "meter.csv row 3 and other.csv row 2 are both the interval" in str(caught.value)
    assert "2018-11-23 00:15" in str(caught.value)


def test_gaps_are_reported(meter: SemanticModel, csv_file: Write) -> None:
    path = csv_file(GOOD[2], GOOD[0], "23/11/2018 02:00,1,1,Hi_Load,0")
    report = import_files([path], meter, None)
    assert report.missing == 5
    assert [
        (g.start.hour, g.start.minute, g.end.hour, g.end.minute, g.intervals) for g in report.gaps
    ] == [
        (0, 15, 0, 30, 1),
        (0, 45, 1, 45, 4),
    ]


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from core.errors import UserFixable
from core.ingest import import_files
from core.semantic.load import load_model

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, 16_384))
try:
    import_files([Path(sys.argv[2])], load_model(Path(sys.argv[1])), Path(sys.argv[3]))
except UserFixable as error:
    print(error)
"""


def test_a_full_disk_leaves_the_store_as_it_was(
    meter: SemanticModel, csv_file: Write, tmp_path: Path
) -> None:
    """A limit on the size of files stands for the full disk: writing fails in the same place."""
    store = tmp_path / "store" / "meter.duckdb"
    import_files([csv_file(*GOOD)], meter, store)
    before = store.read_bytes()
    said = subprocess.run(
        [sys.executable, "-c", FULL_DISK, tmp_path / "meter.yaml", tmp_path / "meter.csv", store],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "could not be written" in said.stdout, said.stderr
    assert "nothing was changed" in said.stdout
    assert store.read_bytes() == before
    assert [path.name for path in store.parent.iterdir()] == ["meter.duckdb"]
