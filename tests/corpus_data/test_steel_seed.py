"""The steel works' seed pairs: governed, and run on a table without rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.execution.dialect import MACROS, to_duckdb
from core.governance.govern import govern
from core.governance.policy import load_policy
from core.ingest.csv_rows import schema
from core.semantic.load import load_model

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "data" / "corpus" / "steel" / "pairs.jsonl"
PAIRS: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
EACH = [pytest.param(pair, id=pair["question"]) for pair in PAIRS]
MODEL = load_model(ROOT / "data" / "models" / "steel.yaml")
POLICY = load_policy()
EDGES = {
    "2018": {"2018-01-01", "2019-01-01"},
    "November": {"2018-11-01", "2018-12-01"},
    "December": {"2018-12-01", "2019-01-01"},
}


def test_there_are_enough_and_each_wording_stands_once() -> None:
    assert len(PAIRS) >= 15
    wordings = [text.casefold() for p in PAIRS for text in (p["question"], *p["paraphrases"])]
    assert len(wordings) == len(set(wordings))
    assert {tuple(pair["plants"]) for pair in PAIRS} == {()}


@pytest.fixture(scope="module")
def empty_store() -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    for macro in MACROS:
        con.execute(macro)
    for table in MODEL.tables.values():
        rows = schema(table).empty_table()
        con.register("rows", rows)
        con.execute(f'CREATE TABLE "{table.name}" AS SELECT * FROM rows')
    yield con
    con.close()


@pytest.mark.parametrize("pair", EACH)
def test_it_is_governed_and_runs(
    empty_store: duckdb.DuckDBPyConnection, pair: dict[str, Any]
) -> None:
    governed = govern(pair["sql"], POLICY.user("admin"), POLICY, MODEL)
    assert governed.tables == ("steel_energy",)
    empty_store.execute(to_duckdb(governed.sql)).fetchall()


@pytest.mark.parametrize("pair", EACH)
def test_the_windows_named_are_the_dates_of_the_sql(pair: dict[str, Any]) -> None:
    dates = set(re.findall(r"'(\d{4}-\d\d-\d\d)", pair["sql"]))
    for text in (pair["question"], *pair["paraphrases"]):
        named = [edges for name, edges in EDGES.items() if name in text]
        assert named, text
        assert dates == set().union(*named), text
