"""What runs means the same to every engine, and odd numbers end politely."""

import pytest
import sqlglot
from sqlglot import exp

from core.errors import ModelFixable
from core.execution.dialect import to_duckdb
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


# The DuckDB engine writes the amount of an interval as a number: a text there became SQL.
AMOUNTS = (
    "(SELECT 1 FROM secrets WHERE password LIKE ''canary%'')",
    "1; DROP TABLE readings",
    "1) AS a, (SELECT password FROM secrets) AS b, (1",
    "units",
    "1 + 1",
    "1.5",
    "1e9",
    "x",
    "",
    " ",
    "１",
)
PLACES_OF_AMOUNTS = (
    "SELECT at + INTERVAL '{}' DAY AS a FROM readings",
    "SELECT at - INTERVAL '{}' MONTH AS a FROM readings",
    "SELECT INTERVAL '{}' QUARTER + at AS a FROM readings",
    "SELECT DATE_ADD(at, INTERVAL '{}' DAY) AS a FROM readings",
    "SELECT DATE_SUB(at, INTERVAL '{}' HOUR) AS a FROM readings",
    "SELECT ADDDATE(at, '{}') AS a FROM readings",
    "SELECT TIMESTAMPADD(DAY, '{}', at) AS a FROM readings",
    "SELECT TIME_SLICE(at, INTERVAL '{}' DAY) AS a FROM readings",
    "SELECT YEARS_ADD(at, '{}') AS a FROM readings",
    "SELECT MONTHS_SUB(at, '{}') AS a FROM readings",
    "SELECT machine FROM readings WHERE at > SECONDS_SUB('2026-03-28', '{}')",
    "SELECT LAG(heat, '{}') OVER (ORDER BY at) AS a FROM readings",
    "SELECT ROUND(heat, '{}') AS a FROM readings",
    "SELECT heat + '{}' AS a FROM readings",
    "SELECT LEFT(machine, '{}') AS a FROM readings",
    "SELECT CAST(heat AS DECIMAL('{}', 2)) AS a FROM readings",
)


@pytest.mark.parametrize("place", PLACES_OF_AMOUNTS)
def test_a_text_never_turns_into_sql(place: str):
    for amount in AMOUNTS:
        governed = inspect(place.format(amount), mill.NORTH, mill.POLICY, mill.MODEL).governed
        if governed is None:
            continue
        tree = sqlglot.parse_one(to_duckdb(governed.sql), read="duckdb")
        assert {t.name for t in tree.find_all(exp.Table)} == {"readings"}
        text = amount.replace("''", "'")
        assert text in {literal.this for literal in tree.find_all(exp.Literal) if literal.is_string}


def test_the_engine_writes_no_number_that_is_none():
    for sql in (
        "SELECT at + INTERVAL '1) + (SELECT 1' DAY FROM readings",
        "SELECT DAYS_ADD(at, '(SELECT 1)') FROM readings",
        "SELECT DATE_ADD(at, INTERVAL '1; SELECT 2' DAY) FROM readings",
    ):
        with pytest.raises(ModelFixable):
            to_duckdb(sql)
