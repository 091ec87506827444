# ruff: noqa: ISC004 - statements stand as they are
"""The chain names what was changed, removed, moved or put in; a failed write is said."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from core.audit import AuditLog
from core.errors import Unavailable


@pytest.fixture
def log(tmp_path: Path):
    audit = AuditLog(tmp_path)
    for number in range(10):
        audit.record("query", "anna", sql=f"SELECT {number}", plants=["N"])
    yield audit
    audit.close()


def _tamper(folder: Path, *statements: str) -> None:
    """As somebody would who writes the file by hand, past the triggers."""
    with sqlite3.connect(folder / "audit.db") as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("DROP TRIGGER audit_no_delete")
        for statement in statements:
            connection.execute(statement)


def test_an_untouched_chain_is_whole(log: AuditLog):
    report = log.verify()
    assert report.is_whole
    assert report.records == 10


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["UPDATE audit SET body = '{}' WHERE seq = 4"], [(4, "changed")]),
        (["UPDATE audit SET user = 'bo' WHERE seq = 1"], [(1, "changed")]),
        (["DELETE FROM audit WHERE seq = 5"], [(5, "removed")]),
        (["DELETE FROM audit WHERE seq = 10"], [(10, "removed")]),
        (["DELETE FROM audit WHERE seq > 8"], [(9, "removed"), (10, "removed")]),
        (
            [
                "UPDATE audit SET seq = 100 WHERE seq = 2",
                "UPDATE audit SET seq = 2 WHERE seq = 3",
                "UPDATE audit SET seq = 3 WHERE seq = 100",
            ],
            [(2, "moved"), (3, "moved")],
        ),
        (["INSERT INTO audit SELECT 11, at, event, user, body, previous, hash FROM audit "
          "WHERE seq = 10"], [(11, "moved"), (11, "added")]),
    ],
)  # fmt: skip
def test_the_touched_record_is_named(log: AuditLog, tmp_path: Path, statements, expected):
    _tamper(tmp_path, *statements)
    report = log.verify()
    assert [(t.seq, t.kind) for t in report.troubles] == expected


def test_records_cannot_be_changed_by_mistake(log: AuditLog, tmp_path: Path):
    for statement in ("UPDATE audit SET user = 'bo'", "DELETE FROM audit"):
        with (
            sqlite3.connect(tmp_path / "audit.db") as connection,
            pytest.raises(sqlite3.IntegrityError, match="never changed"),
        ):
            connection.execute(statement)


def test_two_programs_write_one_chain(log: AuditLog, tmp_path: Path):
    other = AuditLog(tmp_path)

    def write(audit: AuditLog) -> None:
        for _ in range(20):
            audit.record("query", "bo")

    threads = [threading.Thread(target=write, args=(a,)) for a in (log, other, log, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    report = log.verify()
    assert report.is_whole
    assert report.records == 90


def test_a_failed_write_is_unavailable(tmp_path: Path):
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="was not run"):
        AuditLog(tmp_path / "state").record("query", "anna")


def test_newest_entries_first(log: AuditLog):
    log.record("query", "bo", rows=3)
    newest = log.entries(limit=2)
    assert [e["seq"] for e in newest] == [11, 10]
    assert newest[0]["rows"] == 3
    assert [e["user"] for e in log.entries(user="bo")] == ["bo"]


def test_writing_is_quick(log: AuditLog):
    times = []
    for number in range(100):
        started = time.perf_counter()
        log.record("query", "anna", number=number)
        times.append(time.perf_counter() - started)
    # The median, since other programs use the disk too; the aim is 1 ms.
    assert sorted(times)[50] < 0.01
