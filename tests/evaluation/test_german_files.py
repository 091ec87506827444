"""The German golden questions are whole: enough of them, typed in every way, and SQL that gives
rows."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from core.language.rendering.syllables import is_marked
from core.language.rendering.wordbook import words_of

ROOT = Path(__file__).resolve().parents[2]
KNOWN_TAGS = frozenset((ROOT / "data" / "eval" / "known_tags.txt").read_text("utf-8").split())
LINES: list[dict[str, Any]] = [
    json.loads(line)
    for name in ("plant_de", "plant_de_second")
    for line in (ROOT / "data" / "eval" / f"{name}.jsonl").read_text("utf-8").splitlines()
]
CHECKS = [
    pytest.param(sql, id=f"{line['id']}.{number}")
    for line in LINES
    for number, sql in enumerate(
        [*filter(None, [line.get("check_sql")]), *line.get("check_sql_alt", [])]
    )
]


def test_there_are_enough_and_each_stands_once() -> None:
    assert len(LINES) >= 150
    assert len({line["question"].casefold() for line in LINES}) == len(LINES)
    assert len({line["id"] for line in LINES}) == len(LINES)


def test_they_are_typed_with_umlauts_and_without_in_capitals_and_small() -> None:
    for line in LINES:
        marked = any(is_marked(word) for word in words_of(line["question"]))
        assert not ("plain_ascii" in line["tags"] and marked), line["question"]
    assert sum("plain_ascii" in line["tags"] for line in LINES) >= 4
    assert sum("keyword" in line["tags"] for line in LINES) >= 15
    assert sum("ü" in line["question"] or "ö" in line["question"] for line in LINES) >= 10
    assert sum(line["question"].islower() for line in LINES) >= 15


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["id"])
def test_a_line_is_well_formed(line: dict[str, Any]) -> None:
    assert line["as"] in {"admin", "engineer", "viewer"}
    assert "check_sql" in line or "expect" in line
    assert set(line["tags"]) <= KNOWN_TAGS, "a new tag goes into known_tags.txt"


@pytest.fixture(scope="module")
def plant(demo_plant: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_plant), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("sql", CHECKS)
def test_check_sql_gives_rows(plant: duckdb.DuckDBPyConnection, sql: str) -> None:
    (text,) = sqlglot.transpile(sql, read="starrocks", write="duckdb")
    rows = plant.execute(text).fetchall()
    assert rows
    assert any(value is not None for row in rows for value in row)
