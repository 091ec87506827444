"""The demo plant as somebody of HAM: what governance gives equals the ungoverned answer on a copy
that holds HAM alone; and what is masked for a viewer decides no answer."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.execution.dialect import to_duckdb
from core.governance.govern import govern
from core.governance.policy import Policy, load_policy
from core.semantic.load import load_model
from core.types import User
from tests.governance import mill
from tests.governance.queries import Ground, Queries
from tests.governance.worlds import plain

ROOT = Path(__file__).resolve().parent.parent.parent
MODEL = load_model(ROOT / "data" / "models" / "plant.yaml")
SEEDS = st.integers(min_value=0, max_value=10**9)


def _columns(table: str, kind: str, role: str) -> tuple[str, ...]:
    found = MODEL.tables[table].columns.values()
    return tuple(c.name for c in found if c.type == kind and c.role == role and not c.personal)


#: What the queries are written over, from the semantic model's own columns.
PLANT = Ground(
    main="plant_obt",
    second="alarm_events",
    third="work_orders",
    scope="plant_id",
    key="asset_id",
    day="event_date",
    shared="asset_class",
    texts=(*_columns("plant_obt", "string", "dimension"), "operator_name"),
    personal="operator_name",
    numbers=_columns("plant_obt", "double", "measure"),
    moment="event_ts",
    unique="event_ts, asset_id",
    second_number="alarm_value",
    second_text="alarm_id",
    third_number="labour_hours",
    words=("HAM", "AUS", "HPH", "Early", "Night", "GOOD", "High", "Pump", "x"),
    days=("2000-01-01", "2026-06-28", "2026-06-29", "2026-06-30", "2100-01-01"),
)
# A few machines of each plant, so that an answer is read in milliseconds.
_FEW = (
    "asset_id IN (SELECT asset_id FROM (SELECT DISTINCT plant_id, asset_id FROM demo.plant_obt) "
    "QUALIFY ROW_NUMBER() OVER (PARTITION BY plant_id ORDER BY asset_id) <= 4)"
)


def _roomy() -> Policy:
    """The shipped policy with a row cap that no answer here reaches."""
    policy = load_policy()
    roles = {n: dataclasses.replace(r, row_cap=10**6) for n, r in policy.roles.items()}
    return dataclasses.replace(policy, roles=roles)


POLICY = _roomy()


@dataclasses.dataclass
class Copies:
    whole: duckdb.DuckDBPyConnection
    ham: duckdb.DuckDBPyConnection
    other: duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("demo")
    subprocess.run(
        [sys.executable, "-m", "core", "demo", "--model", "plant", "--days", "2"],
        cwd=ROOT,
        env={**os.environ, "GEMBA_DATA_DIR": str(folder)},
        check=True,
        capture_output=True,
        timeout=120,
    )
    demo = folder / "demo" / "plant.duckdb"
    people = {"plant_obt": "operator_name", "alarm_events": "operator_name",
              "work_orders": "technician_name"}  # fmt: skip
    paths = {}
    for name in ("whole", "ham", "other"):
        paths[name] = folder / f"{name}.duckdb"
        store = duckdb.connect(str(paths[name]))
        store.execute(f"ATTACH '{demo}' AS demo (READ_ONLY)")
        for table, person in people.items():
            # `*` means the model's columns in the model's order.
            columns = [
                f"'Other ' || asset_id AS {c}" if c == person and name == "other" else c
                for c in MODEL.tables[table].columns
            ]
            few = _FEW if table == "plant_obt" else "TRUE"
            ham = "plant_id = 'HAM'" if name != "whole" else "TRUE"
            store.execute(
                f"CREATE TABLE {table} AS SELECT {', '.join(columns)} FROM demo.{table} "
                f"WHERE {few} AND {ham}"
            )
        if name == "other":
            store.execute(
                "INSERT INTO plant_obt BY NAME SELECT * REPLACE ('AUS' AS plant_id, 7 AS "
                f"temperature_c) FROM demo.plant_obt WHERE plant_id = 'HPH' AND {_FEW}"
            )
        store.close()
    found = Copies(*(mill.open_direct(paths[n]) for n in ("whole", "ham", "other")))
    yield found
    for store in (found.whole, found.ham, found.other):
        store.close()


def _rows(store: duckdb.DuckDBPyConnection, sql: str) -> tuple[str, ...]:
    return plain(store.execute(to_duckdb(sql)).fetchall())


@settings(max_examples=120)
@given(seed=SEEDS)
def test_rows_for_ham_equal_those_of_a_copy_with_ham_alone(copies: Copies, seed: int):
    sql = Queries(seed, ground=PLANT).query()
    governed = govern(sql, User("chief", "admin", ("HAM",)), POLICY, MODEL)
    assert {p.values for p in governed.predicates} == {("HAM",)}
    assert _rows(copies.whole, governed.sql) == _rows(copies.ham, sql)


@settings(max_examples=60)
@given(seed=SEEDS)
def test_names_of_people_decide_no_answer_for_a_viewer(copies: Copies, seed: int):
    sql = Queries(seed, ground=PLANT).query()
    governed = govern(sql, User("guest", "viewer", ("HAM",)), POLICY, MODEL)
    assert _rows(copies.whole, governed.sql) == _rows(copies.other, governed.sql)


def test_the_copies_hold_what_they_should(copies: Copies):
    for table in MODEL.tables:
        plants = f"SELECT DISTINCT plant_id FROM {table} ORDER BY 1"
        assert copies.ham.execute(plants).fetchall() == [("HAM",)]
    count = "SELECT plant_id, COUNT(*) FROM plant_obt GROUP BY 1 ORDER BY 1"
    whole = dict(copies.whole.execute(count).fetchall())
    assert set(whole) == {"AUS", "HAM", "HPH"}
    assert dict(copies.ham.execute(count).fetchall()) == {"HAM": whole["HAM"]}
    differ = 0
    for seed in range(40):
        sql = Queries(seed, ground=PLANT).query()
        as_all = govern(sql, User("a", "admin", ("AUS", "HAM", "HPH")), POLICY, MODEL)
        differ += _rows(copies.whole, as_all.sql) != _rows(copies.ham, sql)
    assert differ >= 15
