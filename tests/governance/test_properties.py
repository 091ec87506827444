"""What holds for every query: scope at each read, masks, the cap, the fixpoint, equal rows."""

import math
from pathlib import Path

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from core.execution.dialect import to_duckdb
from core.governance.govern import govern
from core.types import User
from tests.governance import mill
from tests.governance.queries import Queries

SEEDS = st.integers(min_value=0, max_value=10**9)
USERS = st.builds(
    User,
    st.just("somebody"),
    st.sampled_from(("admin", "reader", "hasher")),
    st.lists(st.sampled_from(mill.SITES), min_size=1, unique=True).map(tuple),
)


def _scans(sql: str) -> list[tuple[exp.Table, exp.Select]]:
    """Each base table of a governed statement with the SELECT around it."""
    found = []
    for table in sqlglot.parse_one(sql, read="starrocks").find_all(exp.Table):
        if table.name in mill.MODEL.tables:
            assert isinstance(table.parent, exp.From)
            found.append((table, table.parent.parent))
    return found


@settings(max_examples=250)
@given(SEEDS, USERS)
def test_every_read_is_scoped_masked_and_narrow(seed: int, user: User):
    governed = govern(Queries(seed).query(), user, mill.POLICY, mill.MODEL)
    for table, select in _scans(governed.sql):
        model = mill.MODEL.tables[table.name]
        assert isinstance(select.parent, exp.Subquery)
        if model.scope is not None:
            condition = select.args["where"].this
            assert isinstance(condition, exp.In)
            assert condition.this.name == model.scope
            assert {e.name for e in condition.expressions} == set(user.plants)
        for item in select.expressions:
            column = model.columns[item.alias_or_name]
            mask = mill.POLICY.roles[user.role].mask(
                model.name, column.name, personal=column.personal
            )
            shown = isinstance(item, exp.Column)
            assert shown is (mask.kind == "show"), item
            assert shown or f"{model.name}.{column.name}" in governed.masked
            if mask.kind == "null":
                assert not list(item.find_all(exp.Column)), "a null mask reads nothing"
    names = {n for t, _ in _scans(governed.sql) for n in [t.name]}
    assert set(governed.tables) == names


@settings(max_examples=150)
@given(SEEDS, USERS, st.integers(min_value=1, max_value=9_000))
def test_fixpoint_and_cap(seed: int, user: User, cap: int):
    governed = govern(Queries(seed).query(), user, mill.POLICY, mill.MODEL, row_cap=cap)
    again = govern(governed.sql, user, mill.POLICY, mill.MODEL, row_cap=cap)
    assert again.sql == governed.sql
    limit = sqlglot.parse_one(governed.sql, read="starrocks").args["limit"]
    assert int(limit.expression.name) <= min(cap, 5_000) + 1
    assert governed.limit == min(cap, 5_000) + 1
    assert "/*" not in governed.sql


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("scope")
    whole = mill.open_direct(mill.build(folder / "whole.duckdb"))
    north = mill.open_direct(mill.build(folder / "north.duckdb", sites=("N",)))
    yield whole, north
    whole.close()
    north.close()


def _plain(rows: list[tuple]) -> list[str]:
    """Rows in an order of their own; doubles to 9 digits, for sums in another order."""
    return sorted(
        repr([float(f"{v:.9g}") if isinstance(v, float) and not math.isnan(v) else v for v in row])
        for row in rows
    )


@settings(max_examples=300)
@given(seed=SEEDS)
def test_rows_of_one_site_equal_those_of_a_copy_with_that_site_alone(stores, seed: int):
    whole, north = stores
    sql = Queries(seed).query()
    governed = govern(sql, mill.NORTH_ADMIN, mill.POLICY, mill.MODEL)
    scoped = whole.execute(to_duckdb(governed.sql)).fetchall()
    alone = north.execute(to_duckdb(sql)).fetchall()
    assert _plain(scoped) == _plain(alone)


@settings(max_examples=100)
@given(seed=SEEDS)
def test_a_null_mask_is_no_oracle(stores, seed: int):
    """Filters, joins and orders on a masked column see the mask: rows are those of a copy whose
    column is empty."""
    whole, _ = stores
    sql = Queries(seed).query()
    governed = govern(sql, User("x", "reader", mill.SITES), mill.POLICY, mill.MODEL)
    whole.execute(
        "CREATE OR REPLACE TEMP TABLE blank_readings AS "
        "SELECT * REPLACE (CAST(NULL AS VARCHAR) AS worker) FROM readings"
    )
    blank = to_duckdb(sql).replace('"readings"', '"blank_readings"')
    blank = blank.replace('FROM "blank_readings"', 'FROM "blank_readings" AS "readings"')
    blank = blank.replace('AS "readings" AS', "AS")
    assert _plain(whole.execute(to_duckdb(governed.sql)).fetchall()) == _plain(
        whole.execute(blank).fetchall()
    )


@settings(max_examples=400)
@given(
    st.lists(
        st.sampled_from(
            ["'", "\\", "a", "%", "_", "\n", "\t", '"', "`", ";", "--", "/*", "*/", "é", "{", "$",
             "?", ":a", "||", "' OR 1=1 --", "@@a", "#", "/*! "]
        ),
        max_size=7,
    ).map("".join)
)  # fmt: skip
def test_a_text_comes_through_as_it_is(value: str):
    """Neither dialect's writer lets a literal's content out of its quotes."""
    written = "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
    governed = govern(f"SELECT {written} AS a", mill.ADMIN, mill.POLICY, mill.MODEL)
    assert sqlglot.parse_one(governed.sql, read="starrocks").expressions[0].this.this == value
    assert duckdb.execute(to_duckdb(governed.sql)).fetchone() == (value,)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT machine FROM (SELECT machine FROM readings WHERE site IN ('n')) AS readings",
        "SELECT machine FROM (SELECT machine FROM readings WHERE site IN ('N', 'S')) AS readings",
        "SELECT worker FROM (SELECT worker FROM readings WHERE site IN ('N')) AS readings",
        "SELECT machine FROM (SELECT worker AS machine FROM readings WHERE site IN ('N')) AS r",
        "SELECT machine FROM (SELECT machine FROM readings WHERE site IN ('N') OR 1 = 1) AS r",
        "SELECT machine FROM (SELECT machine FROM readings WHERE NOT site IN ('N')) AS r",
    ],
)
def test_what_only_looks_like_our_scan_is_scoped_again(sql: str):
    governed = govern(sql, mill.NORTH, mill.POLICY, mill.MODEL)
    for table, select in _scans(governed.sql):
        model = mill.MODEL.tables[table.name]
        assert select.args["where"].sql() == "WHERE site IN ('N')"
        for item in select.expressions:
            assert isinstance(item, exp.Column) is (not model.columns[item.alias_or_name].personal)
