"""Whatever governance accepts has findings and an explanation, and no fix breaks it."""

import datetime as dt
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.governance.govern import govern, inspect
from core.inspection.explanation import explain_sql
from core.inspection.findings import find
from core.semantic.load import load_model
from tests.conftest import ROOT
from tests.governance import fixtures, nasty
from tests.governance.mill import ADMIN, MODEL, NORTH, POLICY, build, open_direct
from tests.governance.queries import Queries
from tests.inspection.rows import SAME, rows

LAST = dt.datetime(2026, 4, 1, 23, 0)

ACCEPTED = fixtures.read("accepted.sql")
REFUSED = fixtures.read("refused.sql")


def check(sql: str) -> None:
    for finding in find(sql, MODEL, last=LAST):
        assert finding.message
        assert finding.offending
        assert bool(finding.fix) == (finding.fixed_sql is not None)
        if finding.fixed_sql is not None:
            govern(finding.fixed_sql, ADMIN, POLICY, MODEL)
    lines = explain_sql(sql, MODEL).split("\n")
    assert all(line.strip() for line in lines)


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda c: c.title)
def test_every_accepted_statement(case):
    check(case.sql)


@given(st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_every_generated_statement(seed):
    check(Queries(seed).query())


@pytest.fixture(scope="module")
def mill(tmp_path_factory):
    connection = open_direct(build(tmp_path_factory.mktemp("mill") / "mill.duckdb"))
    yield connection
    connection.close()


def test_fixes_that_claim_the_same_rows_give_them(mill):
    statements = [case.sql.rstrip().rstrip(";") for case in ACCEPTED]
    statements += [Queries(seed).query() for seed in range(600)]
    compared = set()
    for sql in statements:
        for finding in find(sql, MODEL, last=LAST):
            if finding.fixed_sql is not None and SAME.search(finding.fix):
                assert rows(mill, finding.fixed_sql) == rows(mill, sql), finding
                compared.add(finding.code)
    assert compared == {"mixed_and_or", "time_without_partition", "zero_division"}


@pytest.mark.parametrize("case", REFUSED, ids=lambda c: c.title)
def test_a_refused_statement_raises_nothing(case):
    find(case.sql, MODEL, last=LAST)
    assert explain_sql(case.sql, MODEL)


@pytest.mark.parametrize("sql", ["", "  ", "SELEC", "SELECT 1; SELECT 2", "SELECT 'x", "\x00"])
def test_what_is_no_statement_is_said_to_be_none(sql):
    assert find(sql, MODEL) == ()
    assert explain_sql(sql, MODEL).startswith("There is nothing to explain")


def test_texts_that_overflow_a_stack_raise_nothing():
    started = time.perf_counter()
    for name, sql in nasty.texts().items():
        assert isinstance(find(sql, MODEL, last=LAST), tuple), name
        told = explain_sql(sql, MODEL)
        assert told, name
        if "too deep" in told:
            assert inspect(sql, ADMIN, POLICY, MODEL).refusal is not None
    assert time.perf_counter() - started < 60


def test_what_governance_wrote_can_be_looked_at_again():
    for seed in range(40):
        governed = govern(Queries(seed).query(), NORTH, POLICY, MODEL)
        find(governed.sql, MODEL, last=LAST)
        assert explain_sql(governed.sql, MODEL, governed)


def test_every_statement_of_the_corpora():
    model = load_model(ROOT / "data/models/plant.yaml")
    for name in ("plant", "plant_second"):
        for line in (ROOT / f"data/eval/{name}.jsonl").read_text("utf-8").splitlines():
            sql = json.loads(line).get("check_sql")
            if sql:
                find(sql, model, last=LAST)
                assert explain_sql(sql, model)


def test_large_statements():
    wide = "SELECT " + ", ".join(f"heat + {n} AS c{n}" for n in range(190)) + " FROM readings"
    chain = "SELECT machine FROM readings WHERE " + " OR ".join(
        f"heat > {n} AND load < {n}" for n in range(150)
    )
    sums = "SELECT " + " + ".join(["heat"] * 600) + " AS h FROM readings"
    for sql in (wide, chain, sums):
        assert inspect(sql, ADMIN, POLICY, MODEL).refusal is None
        started = time.perf_counter()
        check(sql)
        assert time.perf_counter() - started < 4


def test_ten_places_of_one_rule_are_told():
    tests = " OR ".join(f"(machine = NULL AND heat > {n})" for n in range(60))
    found = find(f"SELECT machine FROM readings WHERE {tests}", MODEL, last=LAST)
    assert [f.code for f in found].count("null_comparison") == 10
