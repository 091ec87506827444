"""The sales' golden questions, asked through the real services; and they are whole.

A wrong answer here is a wrong number on a screen: no expectation is weakened for it.
"""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from core.evaluation import Outcome, evaluate, read_questions
from core.execution.dialect import MACROS, to_duckdb
from core.services import Services
from core.types import Answer
from tests.scaffold.tree import ROOT

EVAL = ROOT / "data" / "eval"
SETS = {name: read_questions(EVAL / f"{name}.jsonl") for name in ("retail", "retail_second")}
CHECKS = [
    (f"{golden.id}.{number}", sql)
    for golden_set in SETS.values()
    for golden in golden_set
    for number, turn in enumerate(golden.turns, 1)
    for sql in turn.checks
]


@pytest.fixture(scope="module")
def store(sample_sales: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{sample_sales}' AS sales (READ_ONLY)")
        for macro in MACROS:
            connection.execute(macro)
        connection.execute("CREATE VIEW analytics_obt AS FROM sales.main.analytics_obt")
        yield connection


def test_there_are_a_hundred_and_forty() -> None:
    assert [len(golden_set) for golden_set in SETS.values()] == [100, 40]
    ids = [golden.id for golden_set in SETS.values() for golden in golden_set]
    assert len(ids) == len(set(ids))
    tags = {tag for golden in SETS["retail"] for tag in golden.tags}
    assert tags >= {"split", "top", "share", "compare", "grain", "returns", "scope", "refused"}


def test_each_check_runs_and_holds_its_dates(store: duckdb.DuckDBPyConnection) -> None:
    for name, sql in CHECKS:
        tree = sqlglot.parse_one(sql, read="starrocks")
        dated = list(tree.find_all(exp.CurrentDate, exp.CurrentTimestamp))
        assert not dated, f"{name}: dates must be literal"
        store.execute(to_duckdb(sql)).fetchall()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SETS)
def test_they_are_answered_right_and_none_wrong(services: Services, name: str) -> None:
    def ask(user: str | None, model: str) -> Callable[[str], Answer]:
        person = services.policy.user(user or services.policy.default_user)
        session = uuid.uuid4().hex
        return lambda question: services.answer(question, person, session=session, model=model)

    report = evaluate(
        EVAL / f"{name}.jsonl",
        ask,
        lambda sql: services.fetch(sql, "retail"),
        model="retail",
    )
    bad = (Outcome.WRONG, Outcome.MISSED, Outcome.FAILED)
    wrong = [v for v in report.verdicts if v.outcome in bad]
    assert not wrong, "\n".join(f"{v.id} {v.question}: {v.reason}" for v in wrong)
    assert report.answered_wrong == 0
    assert report.accuracy >= 0.95
