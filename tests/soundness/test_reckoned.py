"""Columns that are reckoned from others of their row: each row counts with its own value, and who
may not see what they are reckoned from does not see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.assistant.queries import Queries
from core.errors import ModelError
from core.execution.dialect import to_duckdb
from core.governance.govern import govern
from core.governance.policy import Mask, load_policy
from core.semantic.compile import compile_query
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.semantic.narrowed import narrowed
from core.semantic.query import (
    Agg,
    Dimension,
    Filter,
    Grain,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
)
from core.semantic.reckoned import columns_read, length_of
from tests.soundness.asking import Ask, asking, database, with_rights

pytestmark = pytest.mark.soundness

MODEL = """\
label: Desk
store: stores/desk.duckdb
default_table: calls
relations:
  - {left: calls, right: firms, kind: many_to_one, keys: [firm]}
tables:
  calls:
    label: Calls
    entity: call
    scope: null
    time: {timestamp: began, end: ended}
    default_fields: [began, agent, firm]
    columns:
      began: {type: datetime, label: Began}
      ended: {type: datetime, label: Ended}
      agent: {type: string, label: Agent, linked: true}
      firm: {type: integer, role: dimension, label: Firm number}
      lasted:
        type: double
        label: Length
        unit: min
        default_agg: avg
        additive: true
        expression: TIMESTAMPDIFF(SECOND, began, ended) / 60
  firms:
    label: Firms
    entity: firm
    scope: null
    columns:
      firm: {type: integer, role: dimension, label: Firm number}
      city: {type: string, label: City, linked: true}
"""
DATA = """
CREATE TABLE calls AS SELECT * FROM (VALUES
  (TIMESTAMP '2026-05-01 08:00', TIMESTAMP '2026-05-01 08:10', 'Kim', 1),
  (TIMESTAMP '2026-05-01 09:00', TIMESTAMP '2026-05-01 09:10:01', 'Kim', 2),
  (TIMESTAMP '2026-05-02 08:00', TIMESTAMP '2026-05-02 08:40', 'Lea', 1),
  (TIMESTAMP '2026-06-01 08:00', NULL, 'Lea', 1)) AS t(began, ended, agent, firm);
CREATE TABLE firms AS SELECT * FROM (VALUES (1, 'Bonn'), (2, 'Ulm')) AS t(firm, city);
"""
LENGTH = Measure(agg=Agg.AVG, column="lasted")
LONGER = Filter("lasted", Op.GT, (10,))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SemanticModel:
    return load(tmp_path_factory.mktemp("desk"), MODEL)


def load(folder: Path, text: str) -> SemanticModel:
    path = folder / "desk.yaml"
    path.write_text(text, "utf-8")
    return load_model(path)


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with database(DATA) as made:
        yield made


@pytest.fixture(scope="module")
def rows(model: SemanticModel, db: duckdb.DuckDBPyConnection) -> Ask:
    return asking(model, db)


def calls(*measures: Measure, by: str = "", **more: object) -> SemanticQuery:
    dimensions = (Dimension(column=by),) if by else ()
    return SemanticQuery("desk", "calls", measures=measures, dimensions=dimensions).with_(**more)


def test_each_row_counts_with_its_own(rows: Ask) -> None:
    assert rows(calls(Measure(agg=Agg.COUNT), filters=(LONGER,))) == [(2,)]
    assert rows(calls(Measure(agg=Agg.COUNT, where=(LONGER,)), by="agent")) == [
        ("Kim", 1), ("Lea", 1),
    ]  # fmt: skip
    total = Measure(agg=Agg.SUM, column="lasted")
    found = rows(calls(LENGTH, total, by="agent"))
    assert [tuple(map(str, row)) for row in found] == [
        ("Kim", str(10 + 1 / 120), str(20 + 1 / 60)), ("Lea", "40.0", "40.0"),
    ]  # fmt: skip
    # What has no end yet has no length.
    assert rows(calls(Measure(agg=Agg.COUNT, column="lasted"))) == [(3,)]


def test_beside_splits_of_other_tables_and_steps_of_time(rows: Ask) -> None:
    assert rows(calls(LENGTH, by="city", filters=(LONGER,))) == [("Bonn", 40), ("Ulm", 10 + 1 / 60)]
    days = calls(LENGTH).with_(dimensions=(Dimension(grain=Grain.MONTH),))
    assert [row[0] for row in rows(days)] == [dt.date(2026, 5, 1), dt.date(2026, 6, 1)]
    window = TimeWindow(dt.datetime(2026, 5, 2), dt.datetime(2026, 5, 3))
    assert rows(calls(LENGTH, time=window)) == [(40,)]


def test_a_list_of_rows(rows: Ask) -> None:
    order = (Order("column", 0, descending=True, column="lasted"),)
    fields = ("agent", "city", "lasted")
    found = rows(calls(kind="records", fields=fields, order=order, limit=1))
    assert found == [("Lea", "Bonn", 40)]


def test_what_is_compiled_passes_governance_and_counts_the_same(
    model: SemanticModel, db: duckdb.DuckDBPyConnection
) -> None:
    policy = load_policy()
    sql = compile_query(calls(LENGTH, by="city", filters=(LONGER,)), model)
    governed = govern(sql, policy.user("admin"), policy, model)
    assert db.execute(to_duckdb(governed.sql)).fetchall() == db.execute(to_duckdb(sql)).fetchall()


@pytest.mark.parametrize(
    ("rights", "is_seen"),
    [
        ({}, True),
        ({"hidden": ("calls.ended",)}, False),
        ({"masks": {"calls.ended": Mask("null")}}, False),
        ({"masks": {"agent": Mask("null")}}, True),
    ],
)
def test_who_may_not_see_what_it_is_reckoned_from_does_not_see_it(
    model: SemanticModel, rights: dict[str, Any], is_seen: bool
) -> None:
    policy = with_rights(load_policy(), **rights)
    visible = Queries(policy, lambda *_: None).visible(policy.user("admin"), model)
    assert ("lasted" in visible["calls"]) is is_seen
    assert ("lasted" in narrowed(model, visible).tables["calls"].columns) is is_seen


def test_the_store_does_not_hold_it(model: SemanticModel) -> None:
    table = model.tables["calls"]
    assert "lasted" not in table.own
    assert columns_read(table.columns["lasted"]) == {"began", "ended"}
    assert length_of(table) is table.columns["lasted"]
    assert length_of(replace(table, time=None)) is None


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("SUM(firm)", "it holds an aggregate"),
        ("4 + 2", "it names no column"),
        ("firm / lines", "no column 'lines'"),
        ("firm / firm", "which can be zero"),
        ("lasted + 1", "'lasted' is reckoned itself"),
        ("(SELECT 1)", "without queries"),
        ("DATEDIFF(CURRENT_DATE(), began)", "present moment"),
    ],
)
def test_an_expression_that_is_none_is_told(tmp_path: Path, expression: str, said: str) -> None:
    text = MODEL.replace("TIMESTAMPDIFF(SECOND, began, ended) / 60", expression)
    with pytest.raises(ModelError, match=r"desk\.yaml:") as caught:
        load(tmp_path, text)
    assert said in str(caught.value)
