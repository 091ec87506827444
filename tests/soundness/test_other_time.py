"""Steps of time by another time of the rows than their own: each row stands once, in the step of
that time, and rows that have none stand in no step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from core.errors import UserFixable
from core.execution.dialect import to_duckdb
from core.governance.govern import govern
from core.governance.policy import load_policy
from core.semantic.columns import describe
from core.semantic.compile import compile_query
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.semantic.other_time import on_other_time, other_time
from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Grain,
    Measure,
    Op,
    SemanticQuery,
    TimeWindow,
)
from core.semantic.written import from_json, to_json
from tests.soundness.asking import Ask, asking, database

pytestmark = pytest.mark.soundness

MODEL = """\
label: Jobs
store: stores/jobs.duckdb
default_table: jobs
week_start: {week_start}
tables:
  jobs:
    label: Jobs
    entity: job
    scope: null
    time: {{timestamp: opened, end: closed}}
    default_fields: [opened, line]
    columns:
      opened: {{type: datetime, label: Opened}}
      closed: {{type: datetime, label: Closed}}
      due: {{type: date, label: Due}}
      line: {{type: string, label: Line, linked: true}}
      cost: {{type: double, label: Cost, default_agg: sum, additive: true}}
"""
DATA = """
CREATE TABLE jobs AS SELECT * FROM (VALUES
  (TIMESTAMP '2026-04-30 23:00', TIMESTAMP '2026-05-31 23:59:59', DATE '2026-06-01', 'A', 1.0),
  (TIMESTAMP '2026-05-31 08:00', TIMESTAMP '2026-06-01 00:00:00', DATE '2026-06-01', 'A', 2.0),
  (TIMESTAMP '2026-05-01 08:00', TIMESTAMP '2026-06-07 08:30:00', NULL, 'B', 4.0),
  (TIMESTAMP '2026-05-02 08:00', NULL, DATE '2026-05-31', 'B', 8.0))
  AS t(opened, closed, due, line, cost);
"""
COUNT = Measure(agg=Agg.COUNT)
DONE = Filter("closed", Op.NOT_NULL)
MAY, JUNE = (TimeWindow(dt.datetime(2026, m, 1), dt.datetime(2026, m + 1, 1)) for m in (5, 6))


def load(folder: Path, week_start: str = "monday") -> SemanticModel:
    path = folder / "jobs.yaml"
    path.write_text(MODEL.format(week_start=week_start), "utf-8")
    return load_model(path)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SemanticModel:
    return load(tmp_path_factory.mktemp("jobs"))


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with database(DATA) as made:
        yield made


@pytest.fixture(scope="module")
def rows(model: SemanticModel, db: duckdb.DuckDBPyConnection) -> Ask:
    return asking(model, db)


def jobs(grain: Grain, column: str = "closed", **more: object) -> SemanticQuery:
    steps = (Dimension(column=column, grain=grain),)
    made = SemanticQuery("jobs", "jobs", measures=(COUNT,), dimensions=steps, filters=(DONE,))
    return made.with_(**more)


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


def test_each_row_stands_in_the_step_of_that_time(rows: Ask) -> None:
    assert rows(jobs(Grain.MONTH)) == [(day(5, 1), 1), (day(6, 1), 2)]
    assert rows(jobs(Grain.WEEK)) == [(day(5, 25), 1), (day(6, 1), 2)]
    assert rows(jobs(Grain.DAY)) == [(day(5, 31), 1), (day(6, 1), 1), (day(6, 7), 1)]
    assert rows(jobs(Grain.HOUR_OF_DAY)) == [(0, 1), (8, 1), (23, 1)]
    assert rows(jobs(Grain.DAY_OF_WEEK)) == [(1, 1), (7, 2)]
    assert rows(jobs(Grain.HOUR))[-1] == (dt.datetime(2026, 6, 7, 8), 1)
    cost = Measure(agg=Agg.SUM, column="cost")
    split = (Dimension(column="closed", grain=Grain.QUARTER), Dimension(column="line"))
    assert rows(jobs(Grain.QUARTER, measures=(cost,), dimensions=split)) == [
        (day(4, 1), "A", 3.0), (day(4, 1), "B", 4.0),
    ]  # fmt: skip


def test_a_date_without_a_time_of_day(rows: Ask, model: SemanticModel) -> None:
    known = Filter("due", Op.NOT_NULL)
    assert rows(jobs(Grain.MONTH, "due", filters=(known,))) == [(day(5, 1), 1), (day(6, 1), 2)]
    for grain in (Grain.HOUR, Grain.HOUR_OF_DAY, Grain.SHIFT, Grain.INTERVAL):
        with pytest.raises(UserFixable):
            compile_query(jobs(grain, "due"), model)


def test_weeks_begin_as_the_model_says(tmp_path: Path, db: duckdb.DuckDBPyConnection) -> None:
    sql = compile_query(jobs(Grain.WEEK), load(tmp_path, "sunday"))
    assert db.execute(to_duckdb(sql)).fetchall() == [(day(5, 31), 2), (day(6, 7), 1)]


def test_the_rows_own_time_still_cuts(rows: Ask) -> None:
    assert rows(jobs(Grain.MONTH, time=MAY)) == [(day(6, 1), 2)]
    own = SemanticQuery(
        "jobs", "jobs", measures=(COUNT,), dimensions=(Dimension(grain=Grain.MONTH),)
    )
    assert rows(own) == [(day(4, 1), 1), (day(5, 1), 3)]


def test_all_times_by_one_column(rows: Ask, model: SemanticModel) -> None:
    own = SemanticQuery(
        "jobs", "jobs", measures=(COUNT,), dimensions=(Dimension(grain=Grain.DAY),), time=JUNE
    )
    moved = on_other_time(own, "closed", model)
    assert (moved.time, other_time(moved, model)) == (None, "closed")
    assert rows(moved) == [(day(6, 1), 1), (day(6, 7), 1)]
    # Another period takes the place of the one before, not a part of it.
    assert rows(on_other_time(moved.with_(time=MAY), "closed", model)) == [(day(5, 31), 1)]
    assert other_time(moved.with_(dimensions=()), model) == "closed"
    assert other_time(own, model) is None
    assert other_time(moved.with_(dimensions=(), time=MAY), model) is None


def test_what_is_laid_over_a_window_is_refused(model: SemanticModel) -> None:
    against = jobs(Grain.DAY, time=JUNE, comparison=Comparison("window", MAY))
    with pytest.raises(UserFixable, match="Closed cannot be cut into such steps here"):
        compile_query(against, model)


def test_it_is_said_written_and_governed(
    model: SemanticModel, db: duckdb.DuckDBPyConnection
) -> None:
    query = jobs(Grain.MONTH)
    assert [c.label for c in describe(query, model)] == ["Month (closed)", "Number of jobs"]
    assert from_json(to_json(query), model) == query
    policy = load_policy()
    governed = govern(compile_query(query, model), policy.user("admin"), policy, model)
    assert len(db.execute(to_duckdb(governed.sql)).fetchall()) == 2
