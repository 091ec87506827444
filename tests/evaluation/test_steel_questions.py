"""The steel works' golden questions are whole: enough of each kind, and SQL that runs as it is."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from core.evaluation import read_questions
from core.execution.dialect import MACROS, to_duckdb
from core.ingest.csv_rows import schema
from core.semantic.load import load_model

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = read_questions(ROOT / "data" / "eval" / "steel.jsonl")
MODEL = load_model(ROOT / "data" / "models" / "steel.yaml")
CHECKS = [(q.id, sql) for q in QUESTIONS for sql in q.checks]


def share(*tags: str) -> float:
    return sum(bool(set(tags) & set(q.tags)) for q in QUESTIONS) / len(QUESTIONS)


def test_there_are_enough_of_each_kind() -> None:
    assert len(QUESTIONS) >= 40
    assert share("typo", "abbreviation", "order", "synonym") >= 0.2
    assert len([q for q in QUESTIONS if q.expect]) >= 8


def test_a_question_stands_once() -> None:
    texts = [q.question.casefold() for q in QUESTIONS]
    assert len(texts) == len(set(texts))


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


@pytest.mark.parametrize(("golden", "sql"), CHECKS, ids=[name for name, _ in CHECKS])
def test_each_check_runs_and_holds_its_dates(
    empty_store: duckdb.DuckDBPyConnection, golden: str, sql: str
) -> None:
    tree = sqlglot.parse_one(sql, read="starrocks")
    assert not list(tree.find_all(exp.CurrentDate, exp.CurrentTimestamp)), "dates must be literal"
    empty_store.execute(to_duckdb(sql)).fetchall()
