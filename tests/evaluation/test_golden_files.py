"""The plant's golden questions are whole: enough of each kind, and SQL that gives rows."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "data" / "eval" / "plant.jsonl"
KNOWN_TAGS = frozenset((ROOT / "data" / "eval" / "known_tags.txt").read_text("utf-8").split())
TABLES = {"plant_obt", "alarm_events", "work_orders"}
ENDS = {"clarify", "refused", "empty"}

# Kinds of question and how many of each there are at least.
AT_LEAST = {
    "figure": 60, "time": 60, "split": 60, "grain": 40, "ranking": 25, "compare": 20, "share": 10,
    "topn_group": 8, "running": 5, "moving": 3, "threshold": 12, "having": 8, "multi": 10,
    "distinct": 10, "records": 12, "latest": 6, "percentile": 6, "first_last": 6, "anchor": 4,
    "duration": 10, "energy": 30, "oee": 30, "scrap": 30, "downtime": 30, "alarms": 30,
    "work_orders": 30, "reliability": 5, "quality": 8, "product": 12, "order": 2, "crew": 4,
    "shift": 10, "unit": 8, "negation": 8, "scope": 8, "abbr": 15, "odd_order": 8, "keyword": 12,
    "injection": 5, "write": 4, "vague": 5, "unknown_word": 5, "not_answerable": 8, "language": 3,
}  # fmt: skip

Question = dict[str, Any]
QUESTIONS: list[Question] = [
    json.loads(line) for line in FILE.read_text("utf-8").splitlines() if line.strip()
]


def expected(question: Question) -> list[str]:
    ends = question.get("expect", [])
    return [ends] if isinstance(ends, str) else list(ends)


def checks(question: Question) -> list[str]:
    own = [question["check_sql"]] if "check_sql" in question else []
    return [*own, *question.get("check_sql_alt", [])]


CHECKS = [
    pytest.param(q, sql, id=f"{q['id']}.{i}") for q in QUESTIONS for i, sql in enumerate(checks(q))
]


def share_of(tag: str) -> float:
    return sum(tag in q["tags"] for q in QUESTIONS) / len(QUESTIONS)


def test_ids_and_questions_stand_once() -> None:
    assert len({q["id"] for q in QUESTIONS}) == len(QUESTIONS)
    asked = Counter((q["question"].casefold(), q["as"]) for q in QUESTIONS)
    assert [text for text, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["id"])
def test_a_line_is_well_formed(question: Question) -> None:
    assert question["question"].strip()
    assert question["as"] in {"admin", "engineer", "viewer"}
    assert checks(question) or expected(question)
    assert set(expected(question)) <= ENDS
    assert set(question["tags"]) <= KNOWN_TAGS, "a new tag goes into known_tags.txt"
    assert question.get("ordered", False) in (True, False)


def test_there_are_enough_questions_of_each_kind() -> None:
    counts = Counter(tag for q in QUESTIONS for tag in q["tags"])
    assert {tag: counts[tag] for tag, least in AT_LEAST.items() if counts[tag] < least} == {}
    assert len(QUESTIONS) >= 280
    assert sum(bool(expected(q)) for q in QUESTIONS) >= 45


def test_a_fifth_has_typing_errors() -> None:
    assert share_of("typo") >= 0.2


@pytest.mark.parametrize(("question", "sql"), CHECKS)
def test_check_sql_is_one_select_with_literal_dates(question: Question, sql: str) -> None:
    trees = sqlglot.parse(sql, read="starrocks")
    assert len(trees) == 1
    tree = trees[0]
    assert isinstance(tree, exp.Select)
    assert {table.name for table in tree.find_all(exp.Table)} <= TABLES
    assert not list(tree.find_all(exp.CurrentDate, exp.CurrentTimestamp)), "dates are literals"


@pytest.fixture(scope="module")
def plant(demo_plant: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_plant), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize(("question", "sql"), CHECKS)
def test_check_sql_gives_rows(
    plant: duckdb.DuckDBPyConnection, question: Question, sql: str
) -> None:
    (text,) = sqlglot.transpile(sql, read="starrocks", write="duckdb")
    rows = plant.execute(text).fetchall()
    if expected(question):
        assert rows == [], "a question with nothing to find has no rows"
    else:
        assert rows
        assert any(value is not None for row in rows for value in row)
