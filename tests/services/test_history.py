"""Who ran what, kept for its owner and for who administers."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import history
from core.errors import Unavailable
from core.history import History, Run
from core.types import User

ANNA = User("anna", "engineer", ("N",))
BO = User("bo", "engineer", ("N",))
OTHER = User("anna", "engineer", ("N",), tenant="another")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[History]:
    built = History(tmp_path)
    yield built
    built.close()


def _run(number: int, user: User) -> Run:
    at = dt.datetime(2026, 6, 30, 12) + dt.timedelta(minutes=number)
    return Run(
        answer_id=f"{user.tenant}-{user.name}-{number}",
        user=user.name,
        at=at,
        model="plant",
        kind="sql",
        question="",
        sql=f"SELECT {number}",
        status="answered",
        rows=number,
        elapsed_ms=1.5,
        read_rows=None if number == 1 else 100,
    )


def test_the_newest_comes_first_and_only_ones_own(kept: History) -> None:
    for number in range(3):
        kept.add(_run(number, ANNA), ANNA)
    kept.add(_run(9, BO), BO)
    kept.add(_run(7, OTHER), OTHER)
    assert [r.sql for r in kept.runs(ANNA)] == ["SELECT 2", "SELECT 1", "SELECT 0"]
    assert kept.runs(ANNA)[1] == _run(1, ANNA)
    assert {r.user for r in kept.runs(ANNA, everyone=True)} == {"anna", "bo"}
    assert len(kept.runs(ANNA, everyone=True)) == 4, "another tenant is never seen"


def test_a_run_of_somebody_else_is_not_there(kept: History) -> None:
    kept.add(_run(1, BO), BO)
    assert kept.run("default-bo-1", ANNA) is None
    assert kept.run("default-bo-1", BO) == _run(1, BO)
    assert kept.run("default-bo-1", ANNA, everyone=True) == _run(1, BO)
    assert kept.run("default-bo-1", OTHER, everyone=True) is None


def test_the_oldest_go(kept: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KEPT", 3)
    kept.add(_run(50, BO), BO)
    for number in range(6):
        kept.add(_run(number, ANNA), ANNA)
    assert [r.rows for r in kept.runs(ANNA)] == [5, 4, 3]
    assert len(kept.runs(BO)) == 1


def test_a_file_that_is_none_says_so(tmp_path: Path) -> None:
    (tmp_path / "gemba.db").write_text("this is no database, and longer than its header is" * 9)
    with pytest.raises(Unavailable, match="cannot be written"):
        History(tmp_path)
