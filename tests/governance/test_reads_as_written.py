"""What runs means the same to every engine, and odd numbers end politely."""

import pytest
import sqlglot
from sqlglot import exp

from core.governance.govern import inspect
from tests.governance import mill

NUMBERS = ("1e3", "5.0", "1e400", "-1e400", "00007", "1e-3", "9" * 39, "0x10", "1_000", ".5", "'7'")
PLACES = (
    "SELECT machine FROM readings LIMIT {}",
    "SELECT machine FROM readings LIMIT 5 OFFSET {}",
    "SELECT machine FROM (SELECT machine FROM readings LIMIT {}) AS x",
    "SELECT SPLIT_PART(machine, '-', {}) AS a FROM readings",
    "SELECT NTILE({}) OVER (ORDER BY at) AS a FROM readings",
    "SELECT LAG(heat, {}) OVER (ORDER BY at) AS a FROM readings",
    "SELECT ROUND(heat, {}) AS a FROM readings",
    "SELECT LPAD(machine, {}, 'x') AS a FROM readings",
    "SELECT PERCENTILE_APPROX(heat, {}) AS a FROM readings",
    "SELECT WEEK(at, {}) AS a FROM readings",
    "SELECT SUM(heat) OVER (ORDER BY at ROWS {} PRECEDING) AS a FROM readings",
    "SELECT DATE_ADD(at, INTERVAL {} DAY) AS a FROM readings",
    "SELECT TIME_SLICE(at, INTERVAL {} DAY) AS a FROM readings",
    "SELECT CAST(heat AS DECIMAL({}, 2)) AS a FROM readings",
    "SELECT LEFT(machine, {}) AS a FROM readings",
)


def test_odd_numbers_are_decided_and_never_raise():
    for place in PLACES:
        for number in NUMBERS:
            inspection = inspect(place.format(number), mill.NORTH, mill.POLICY, mill.MODEL)
            assert (inspection.governed is None) is (inspection.refusal is not None)


@pytest.mark.parametrize(
    "sql",
    [
        "WITH SECRETS AS (SELECT 1 AS password) SELECT password FROM secrets",
        "WITH Secrets AS (SELECT 1 AS a), b AS (SELECT a FROM sEcrets) SELECT a FROM b",
        "WITH `SECRETS` AS (SELECT 1 AS a) SELECT x.a FROM (SELECT a FROM `secrets`) AS x",
        "WITH SECRETS AS (SELECT 1 AS a) SELECT (SELECT a FROM secrets) AS b",
    ],
)
def test_a_with_query_is_read_by_the_very_name_that_it_was_given(sql: str):
    inspection = inspect(sql, mill.NORTH, mill.POLICY, mill.MODEL)
    if inspection.governed is None:
        return
    tree = sqlglot.parse_one(inspection.governed.sql, read="starrocks")
    given = {cte.alias for cte in tree.find_all(exp.CTE)} | set(mill.MODEL.tables)
    assert {table.name for table in tree.find_all(exp.Table)} <= given


def test_an_alias_is_written_as_it_was_given():
    sql = "SELECT R.machine, O.hours FROM readings r JOIN orders o ON R.machine = o.MACHINE"
    governed = inspect(f"{sql} AND r.day = O.day", mill.NORTH, mill.POLICY, mill.MODEL).governed
    assert governed is not None
    tree = sqlglot.parse_one(governed.sql, read="starrocks")
    assert {column.table for column in tree.find_all(exp.Column)} == {"r", "o", ""}
