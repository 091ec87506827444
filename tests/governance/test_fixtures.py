"""Each refused statement is refused by its rule; each accepted one runs with unchanged rows."""

from pathlib import Path

import pytest
import sqlglot

from core.errors import Refused
from core.execution.dialect import to_duckdb
from core.governance.govern import govern, inspect
from tests.governance import fixtures, mill
from tests.governance.worlds import plain

REFUSED = fixtures.read("refused.sql")
ACCEPTED = fixtures.read("accepted.sql")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory):
    connection = mill.open_direct(mill.build(tmp_path_factory.mktemp("mill") / "mill.duckdb"))
    yield connection
    connection.close()


@pytest.mark.parametrize("case", REFUSED, ids=lambda c: c.title)
def test_refused_by_its_rule(case: fixtures.Case):
    with pytest.raises(Refused) as caught:
        govern(case.sql, mill.ADMIN, mill.POLICY, mill.MODEL)
    assert caught.value.rule == case.keys["rule"], str(caught.value)
    assert str(caught.value).startswith("This query is not run: ")
    assert case.keys.get("says", "") in str(caught.value)


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda c: c.title)
def test_accepted_with_unchanged_rows(case: fixtures.Case, store):
    governed = govern(case.sql, mill.ADMIN, mill.POLICY, mill.MODEL)
    as_run = store.execute(to_duckdb(governed.sql)).fetchall()
    as_written = store.execute(to_duckdb(case.sql.rstrip().rstrip(";"))).fetchall()
    if sqlglot.parse_one(governed.sql, read="starrocks").args.get("order") is None:
        as_run, as_written = sorted(map(repr, as_run)), sorted(map(repr, as_written))
    assert as_run == as_written
    assert as_run, "a fixture that finds no rows proves nothing"


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda c: c.title)
@pytest.mark.parametrize("user", [mill.ADMIN, mill.NORTH], ids=lambda u: u.name)
def test_governing_twice_changes_nothing(case: fixtures.Case, user):
    first = govern(case.sql, user, mill.POLICY, mill.MODEL)
    second = govern(first.sql, user, mill.POLICY, mill.MODEL)
    assert second.sql == first.sql
    assert second.predicates == first.predicates
    assert second.masked == first.masked


def test_titles_are_unique():
    for cases in (REFUSED, ACCEPTED):
        titles = [c.title for c in cases]
        assert len(titles) == len(set(titles))


def test_every_decision_is_listed():
    inspection = inspect("SELECT * FROM readings", mill.NORTH, mill.POLICY, mill.MODEL)
    verdicts = {d.rule: d.verdict for d in inspection.decisions}
    assert verdicts["Q7"] == "rewrite"  # `*` written out, worker masked
    assert verdicts["Q8"] == "rewrite"
    assert verdicts["LIMIT"] == "rewrite"
    assert verdicts["Q10"] == "allow"
    assert inspection.refusal is None
    refused = inspect("SELECT password FROM secrets", mill.NORTH, mill.POLICY, mill.MODEL)
    assert refused.governed is None
    assert refused.refusal is not None
    assert refused.refusal.rule == "Q6"
    assert [d.verdict for d in refused.decisions].count("refuse") == 1


def test_fixture_folder_is_whole():
    assert {p.name for p in Path(fixtures.FOLDER).iterdir()} == {
        "accepted",
        "accepted.sql",
        "attacks",
        "long.sql",
        "past_the_guard.sql",
        "refused.sql",
        "sqlglot_classes.txt",
    }


@pytest.mark.parametrize("case", fixtures.read("long.sql"), ids=lambda c: c.title)
def test_long_statements_run_with_unchanged_rows(case: fixtures.Case, store):
    governed = govern(case.sql, mill.ADMIN, mill.POLICY, mill.MODEL)
    as_run = store.execute(to_duckdb(governed.sql)).fetchall()
    assert plain(as_run) == plain(store.execute(to_duckdb(case.sql)).fetchall())
    assert as_run
