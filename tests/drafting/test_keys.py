"""What says which row one is, as a draft supposes it of tables that declare nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from core.drafting.difference import merged
from core.drafting.init import Wanted, init
from core.model_files import ModelFiles
from core.semantic.load import check_model, load_model

TABLES = """
CREATE TABLE sites (code TEXT, town TEXT);
CREATE TABLE orders (customer_no TEXT, order_no TEXT, ordered_on TEXT, amount REAL);
CREATE TABLE lines (order_no TEXT, line_no INTEGER, pieces INTEGER);
CREATE TABLE belege (Belegnummer INTEGER, betrag REAL);
CREATE TABLE output (read_at TEXT, line TEXT, units INTEGER);
CREATE TABLE stops (began_at TEXT, machine TEXT, minutes REAL);
CREATE TABLE held (tenant TEXT, part TEXT, weight REAL, PRIMARY KEY (tenant, part));
"""


def database(folder: Path, further: str = "") -> Path:
    path = folder / "shop.db"
    with sqlite3.connect(path) as con:
        con.executescript(TABLES + further)
        con.executemany("INSERT INTO sites VALUES (?, ?)", [("H", "Ulm"), ("K", "Kiel")])
        for k in range(40):
            day = f"2026-03-{k % 28 + 1:02}"
            con.execute("INSERT INTO orders VALUES (?, ?, ?, ?)", (f"C{k}", f"O{k}", day, 1.5 * k))
            con.execute("INSERT INTO lines VALUES (?, ?, ?)", (f"O{k // 2}", k % 2 + 1, k))
            con.execute("INSERT INTO belege VALUES (?, ?)", (700 + k, 2.0 * k))
            at = f"2026-03-{k // 2 + 1:02} 00:00:00"
            con.execute("INSERT INTO output VALUES (?, ?, ?)", (at, "AB"[k % 2], k))
            began = f"2026-03-{k % 7 + 1:02} 0{k % 5}:17:00"
            con.execute("INSERT INTO stops VALUES (?, ?, ?)", (began, "M1", k % 9 + 0.5))
            con.execute("INSERT INTO held VALUES (?, ?, ?)", (f"T{k % 4}", f"P{k // 4}", 1.0))
    return path


@pytest.fixture
def text(tmp_path: Path) -> str:
    (tmp_path / "shipped").mkdir()
    files = ModelFiles(tmp_path / "shipped", tmp_path / "models")
    made = init(Wanted(f"sqlite:///{database(tmp_path)}"), files, tmp_path)
    return made.file.read_text("utf-8")


def test_each_table_says_by_what_its_rows_are_told_apart(text: str, tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(text)
    tables = load_model(file).tables
    assert {name: table.key for name, table in tables.items()} == {
        "sites": ("code",),
        "orders": ("order_no",),
        "lines": ("order_no", "line_no"),
        "belege": ("Belegnummer",),
        "output": ("read_at", "line"),
        "stops": (),
        "held": ("tenant", "part"),
    }


def test_a_key_of_a_column_that_is_not_there(text: str, tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(text.replace("key: [code]", "key: [cod]"))
    (problem,) = check_model(file)
    assert "'key' in table 'sites' names no column: 'cod'. Did you mean 'code'?" in problem


@pytest.mark.parametrize(
    ("wrote", "kept"),
    [
        ("key: [order_no]", "key: [order_no]"),
        ("key: [customer_no]", "key: [customer_no]"),
        ("key: []", "key: []"),
        ("# none", "key: [order_no]"),
    ],
)
def test_what_people_wrote_of_a_key_is_kept(text: str, wrote: str, kept: str) -> None:
    assert kept in merged(text.replace("key: [order_no]", wrote), text)[0]


def test_a_key_goes_with_its_column(text: str) -> None:
    new = text.replace("key: [tenant, part]", "key: [tenant]").replace("      part:", "      bit:")
    assert "key: [tenant" not in merged(text, new)[0]
