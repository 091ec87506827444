"""The Vietnamese golden questions are whole: enough of them, typed in every way, and SQL that gives
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
FILES = ("plant_vi", "plant_vi_second", "plant_vi_third")
LINES: list[tuple[str, dict[str, Any]]] = [
    (name, json.loads(line))
    for name in FILES
    for line in (ROOT / "data" / "eval" / f"{name}.jsonl").read_text("utf-8").splitlines()
]
CHECKS = [
    pytest.param(question, sql, id=f"{question['id']}.{number}")
    for _, question in LINES
    for number, sql in enumerate(
        [*filter(None, [question.get("check_sql")]), *question.get("check_sql_alt", [])]
    )
]


def test_there_are_enough_and_each_stands_once() -> None:
    assert sum(name == "plant_vi" for name, _ in LINES) >= 80
    assert sum(name == "plant_vi_second" for name, _ in LINES) >= 50
    assert sum(name == "plant_vi_third" for name, _ in LINES) == 60
    assert len({q["question"].casefold() for _, q in LINES}) == len(LINES)
    assert len({q["id"] for _, q in LINES}) == len(LINES)


def test_they_are_typed_with_marks_and_without() -> None:
    for _, question in LINES:
        marked = any(is_marked(word) for word in words_of(question["question"]))
        assert not ("plain_ascii" in question["tags"] and marked), question["question"]
    plain = sum("plain_ascii" in q["tags"] for _, q in LINES)
    mixed = sum("mixed" in q["tags"] for _, q in LINES)
    assert plain >= 20
    assert mixed >= 8


@pytest.mark.parametrize("question", [q for _, q in LINES], ids=lambda q: q["id"])
def test_a_line_is_well_formed(question: dict[str, Any]) -> None:
    assert question["as"] in {"admin", "engineer", "viewer"}
    assert "check_sql" in question or "expect" in question
    assert set(question["tags"]) <= KNOWN_TAGS, "a new tag goes into known_tags.txt"


@pytest.fixture(scope="module")
def plant(demo_plant: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_plant), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize(("question", "sql"), CHECKS)
def test_check_sql_gives_rows(
    plant: duckdb.DuckDBPyConnection, question: dict[str, Any], sql: str
) -> None:
    (text,) = sqlglot.transpile(sql, read="starrocks", write="duckdb")
    rows = plant.execute(text).fetchall()
    assert rows
    assert any(value is not None for row in rows for value in row)
