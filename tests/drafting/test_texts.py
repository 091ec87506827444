"""Texts of a database that hold dates, numbers or yes and no are copied as such; a number within
another one leads to its row by both."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import duckdb
import pytest

from core.drafting.init import Made, Wanted, init
from core.drafting.written import written
from core.model_files import ModelFiles
from core.semantic.load import load_model


@pytest.mark.parametrize(
    ("texts", "is_figure", "kind", "first"),
    [
        (["03.02.2026", "14.02.2026", ""], False, "date", dt.date(2026, 2, 3)),
        (["2/14/2026 1:05 PM", "2/3/2026 8:00 AM"], False, "datetime",
         dt.datetime(2026, 2, 14, 13, 5)),
        (["1.234,50", "7,25"], True, "double", 1234.5),
        (["J", "N", "J"], False, "boolean", True),
        (["1.10", "2.4"], False, None, None),  # versions
        (["03/02/2026", "04/02/2026"], False, None, None),  # of which day and month may be either
        (["1,234", "2,345"], True, None, None),
        (["007", "012"], True, None, None),
        (["12", "15"], True, None, None),
        (["J", "J"], False, None, None),
        (["3.2.2026", "soon"], False, None, None),
    ],
)  # fmt: skip
def test_what_texts_hold(
    texts: list[str], is_figure: bool, kind: str | None, first: object
) -> None:
    found = written(texts, is_figure=is_figure)
    assert (found.type if found else None) == kind
    if found:
        assert found.value(texts[0]) == first
        assert found.value(" - ") is None


def drafted(folder: Path, *statements: str) -> Made:
    path = folder / "shop.db"
    with sqlite3.connect(path) as db:
        for statement in statements:
            db.execute(statement)
    db.close()
    files = ModelFiles(folder / "shipped", folder / "models")
    return init(Wanted(f"sqlite:///{path}", name="shop"), files, folder)


BUSES = (
    "CREATE TABLE bus (Depot TEXT, 'Bus No' TEXT, Maker TEXT)",
    "INSERT INTO bus VALUES ('N', '1', 'MAN'), ('N', '2', 'VW'), ('W', '1', 'VW'), ('W', '2', 'V')",
    """CREATE TABLE job (id INTEGER PRIMARY KEY, Depot TEXT, "Bus No" TEXT, Came TEXT, Cost TEXT,
       Warranty TEXT, Version TEXT)""",
    """INSERT INTO job VALUES (1, 'N', '1', '03.02.2026 08:00', '1.200,50', 'J', '1.10'),
       (2, 'W', '1', '14.02.2026 09:30', '3,00', 'N', '1.1'),
       (3, 'N', '2', '', '-', 'N', '1.2')""",
)


def test_texts_are_copied_as_what_they_hold(tmp_path: Path) -> None:
    made = drafted(tmp_path, *BUSES)
    model = load_model(made.file)
    columns = model.tables["job"].columns
    assert {name: columns[name].type for name in ("Came", "Cost", "Warranty", "Version")} == {
        "Came": "datetime", "Cost": "double", "Warranty": "boolean", "Version": "string",
    }  # fmt: skip
    with duckdb.connect(str(tmp_path / "stores" / "shop.duckdb"), read_only=True) as con:
        rows = con.execute('SELECT "Came", "Cost", "Warranty" FROM job ORDER BY id').fetchall()
    assert rows == [
        (dt.datetime(2026, 2, 3, 8), 1200.5, True),
        (dt.datetime(2026, 2, 14, 9, 30), 3.0, False),
        (None, None, False),
    ]


def test_two_columns_lead_to_a_row_that_none_of_them_tells_alone(tmp_path: Path) -> None:
    model = load_model(drafted(tmp_path, *BUSES).file)
    (join,) = model.relations
    assert (join.left, join.right, join.kind) == ("job", "bus", "many_to_one")
    assert join.keys == ("Depot", "bus_no")


def test_two_columns_that_name_no_row_are_no_join(tmp_path: Path) -> None:
    more = "INSERT INTO job VALUES (4, 'W', '9', '15.02.2026 08:00', '1,00', 'N', '1.2')"
    assert not load_model(drafted(tmp_path, *BUSES, more).file).relations
