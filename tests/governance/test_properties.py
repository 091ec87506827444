"""What holds for every query: scope at each read, masks, the cap, the fixpoint, equal rows."""

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
from tests.governance.differential import Differential
from tests.governance.queries import Queries
from tests.governance.worlds import ROLES, plain

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
def copies(tmp_path_factory: pytest.TempPathFactory):
    found = Differential(tmp_path_factory.mktemp("copies"))
    yield found
    found.close()


@settings(max_examples=200)
@given(seed=SEEDS)
def test_rows_of_one_site_equal_those_of_a_copy_with_that_site_alone(copies, seed: int):
    assert copies.of_scope(Queries(seed).query()) == ""


@pytest.mark.parametrize("role", ROLES)
@settings(max_examples=70)
@given(seed=SEEDS)
def test_a_mask_is_no_oracle(copies, role: str, seed: int):
    """Two copies whose masked columns differ, but look alike under the mask, give the same: for
    `null` any values, for `partial` those of one first letter, for `bucket` those of one bucket.
    A hash is another for each value, so it stays; hidden columns and other sites differ always."""
    assert copies.of_masks(Queries(seed).query(), role) == ""


@settings(max_examples=150)
@given(seed=SEEDS, plants=st.lists(st.sampled_from(mill.SITES), min_size=1, unique=True))
def test_rows_for_some_sites_are_among_the_rows_of_those_sites(copies, seed: int, plants):
    sql = Queries(seed).own_rows()
    governed = govern(sql, User("x", "admin", tuple(plants)), mill.POLICY, mill.MODEL)
    rows = copies.whole.execute(to_duckdb(governed.sql)).fetchall()
    values = ", ".join(f"'{plant}'" for plant in plants)
    own = copies.whole.execute(
        f'SELECT site, "at", machine FROM readings WHERE site IN ({values})'
    ).fetchall()
    assert {row[:3] for row in rows} <= set(own)


def test_the_comparisons_would_notice(copies):
    """The same queries as somebody who may see more: most answers are others."""
    differ = filled = 0
    for seed in range(60):
        sql = Queries(seed).query()
        as_all = govern(sql, mill.ADMIN, mill.POLICY, mill.MODEL)
        found = plain(copies.whole.execute(to_duckdb(as_all.sql)).fetchall())
        differ += found != plain(copies.alone.execute(to_duckdb(sql)).fetchall())
        filled += bool(found)
    assert filled >= 35
    assert differ >= 30


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
