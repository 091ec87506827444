"""Attack statements in families, in both dialects' syntax: those of form are refused, and none that
is let through shows what its asker may not see. See tests/governance/attacks.py."""

import hashlib
import itertools
from pathlib import Path

import pytest

from core.governance.govern import inspect
from core.types import Governed
from tests.governance import attacks, mill
from tests.governance.worlds import ROLES, Worlds, ask, viewer

TARGET = 10_000


@pytest.mark.parametrize("family", attacks.of_kind("must-refuse"), ids=lambda f: f.name)
def test_none_of_a_family_is_accepted(family: attacks.Family):
    accepted = [
        sql
        for sql in family.statements
        if inspect(sql, mill.ADMIN, mill.POLICY, mill.MODEL).governed is not None
    ]
    print(f"{family.name}: {len(family.statements)} attack statements, {len(accepted)} accepted")
    assert accepted == []


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory):
    found = Worlds(tmp_path_factory.mktemp("worlds"))
    before = [_digest(path) for path in found.files]
    yield found
    found.close()
    assert [_digest(path) for path in found.files] == before, "an attack changed a file"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("family", attacks.of_kind("must-not-leak"), ids=lambda f: f.name)
def test_nothing_shows_through(family: attacks.Family, worlds: Worlds):
    """Every statement runs for a reader (masks: null), every fifth in two worlds, and every 15th
    for the roles with other masks too; benchmarks/guard.py does all of it for all."""
    run, complaints = 0, []
    for number, sql in enumerate(family.statements):
        for role in ROLES if number % 15 == 0 else ROLES[:1]:
            user = viewer(role, worlds.own)
            governed = inspect(sql, user, mill.POLICY, mill.MODEL).governed
            if governed is None:
                continue
            run += 1
            complaint = worlds.complaint(sql, governed, role, other_world=number % 5 == 0)
            complaints += [complaint] if complaint else []
    print(
        f"{family.name}: {len(family.statements)} statements, {run} runs, {len(complaints)} leaks"
    )
    assert not complaints, "\n".join(complaints[:5])
    assert run, "a family that is never let through belongs to those that are refused"


def test_errors_are_no_oracle_for_two_sites_of_three(tmp_path: Path):
    """With two sites the filter of sites cannot be pushed into the scan as one comparison."""
    worlds = Worlds(tmp_path, own=("N", "S"))
    try:
        family = next(f for f in attacks.families() if f.name == "errors as an oracle")
        for sql in itertools.islice(family.statements, 0, None, 4):
            sql = sql.replace("site = 'S'", "site = 'W'")
            governed = inspect(sql, viewer("reader", worlds.own), mill.POLICY, mill.MODEL).governed
            assert governed is not None
            assert worlds.complaint(sql, governed, "reader") == ""
    finally:
        worlds.close()


def test_there_are_thousands_of_them():
    refused, run = (
        len({sql for family in attacks.of_kind(kind) for sql in family.statements})
        for kind in ("must-refuse", "must-not-leak")
    )
    print(f"{refused} attacks by form, {run} that must not leak, {attacks.count()} in all")
    assert attacks.count() >= TARGET
    assert run >= 2_500


def test_each_refusal_says_what_and_why():
    texts = itertools.chain(*(f.statements for f in attacks.of_kind("must-refuse")))
    for sql in itertools.islice(texts, 0, None, 11):
        refusal = inspect(sql, mill.ADMIN, mill.POLICY, mill.MODEL).refusal
        assert refusal is not None
        assert refusal.rule
        assert refusal.reason
        assert 0 < len(refusal.offending) <= 200, sql
        assert refusal.allowed, sql


def _raw(sql: str) -> Governed:
    return Governed(sql, ("readings",), (), (), 1_000, "test")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT password FROM secrets",
        "SELECT COUNT(*) AS n FROM readings",
        "SELECT MAX(heat) AS a FROM readings WHERE site = 'W'",
        "SELECT COUNT(*) AS n FROM readings WHERE site = 'N' AND worker < 'B'",
        "SELECT worker FROM readings WHERE site = 'N'",
        "SELECT SUM(IF(machine LIKE 'W-%', 9223372036854775807, 0) + units + 1) AS n FROM readings",
        "SELECT 1 AS a FROM readings WHERE machine = 'W-1' AND worker = units",
    ],
)
def test_a_leak_is_noticed(sql: str, worlds: Worlds):
    assert worlds.complaint(sql, _raw(sql), "reader")


def test_the_errors_are_raised_where_the_rows_may_be_seen(worlds: Worlds):
    family = next(f for f in attacks.families() if f.name == "errors as an oracle")
    raised = set()
    for sql in family.statements:
        if "site = 'S'" in sql and sql.startswith("SELECT COUNT(*)"):
            user = viewer("admin", mill.SITES)
            governed = inspect(sql, user, mill.POLICY, mill.MODEL).governed
            assert governed is not None
            if ask(worlds.whole, governed).error:
                raised.add(sql)
    assert len(raised) >= 15
