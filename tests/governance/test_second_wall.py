"""Statements that governance refuses, sent past it: the engine turns each of them down itself.

DuckDB has no accounts and no rights on tables: which tables and rows are read is governance's
alone. What the engine holds by itself: one SELECT, no write, no file, no setting.
"""

import hashlib
import time
from pathlib import Path

import pytest

from core.execution.dialect import MACROS
from core.execution.process import Child, ChildSetup
from core.governance.govern import inspect
from tests.governance import attacks, fixtures, mill

STATEMENTS = (fixtures.FOLDER / "past_the_guard.sql").read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mill.build(tmp_path_factory.mktemp("wall") / "mill.duckdb")


@pytest.fixture(scope="module")
def child(file: Path):
    found = Child(ChildSetup(file, 256, 1, MACROS))
    assert found.wait_ready(time.monotonic() + 20) is None
    yield found
    found.kill()


def _ask(child: Child, sql: str) -> dict:
    head, _ = child.ask(sql, 1_000, cpu_s=5, deadline=time.monotonic() + 10)
    return head


def _state(file: Path) -> str:
    assert not list(Path("/tmp").glob("gemba-test*"))
    assert [p.name for p in file.parent.iterdir()] == [file.name]
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_none_passes_the_guard():
    assert len(set(STATEMENTS)) == len(STATEMENTS) >= 25
    for sql in STATEMENTS:
        assert inspect(sql, mill.ADMIN, mill.POLICY, mill.MODEL).governed is None, sql


def test_none_runs_past_the_guard(child: Child, file: Path):
    before = _state(file)
    ran = [sql for sql in STATEMENTS if "error" not in _ask(child, sql)]
    assert ran == []
    assert _state(file) == before
    assert _ask(child, "SELECT machine FROM readings WHERE site = 'N' LIMIT 3")["rows"] == 3


def test_a_sample_of_the_attacks_writes_nothing_either(child: Child, file: Path):
    """Those that write, read files or change the session, as they were tried on governance."""
    before = _state(file)
    texts = [s for f in attacks.families() if f.name == "statements" for s in f.statements]
    texts += [
        s for f in attacks.families() if f.name == "tails" for s in f.statements if "INTO" in s
    ]
    head = _ask(child, "SELECT COUNT(*) AS n FROM duckdb_tables()")
    for sql in texts[::2]:
        _ask(child, sql)
    assert _state(file) == before
    assert _ask(child, "SELECT COUNT(*) AS n FROM duckdb_tables()")["rows"] == head["rows"]
    # No view of the session stands before a table, no macro of ours was changed.
    assert _ask(child, "SELECT sr_text(heat), worker FROM readings")["rows"] == 360
