"""A store is changed as a whole while it is read, and not at all when something goes wrong."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.errors import Unavailable
from core.execution.loads import has_load, is_loaded, note_load
from core.execution.swap import NotNeeded, changed


def count(store: Path) -> int:
    with closing(duckdb.connect(str(store), read_only=True)) as connection:
        row = connection.execute("SELECT count(*) FROM t").fetchone()
    assert row is not None
    return int(row[0])


def insert(connection: Any) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER)")
    connection.execute("INSERT INTO t VALUES (1)")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "s.duckdb"
    changed(path, insert)
    return path


def left(store: Path) -> list[str]:
    return sorted(p.name for p in store.parent.iterdir())


def test_readers_keep_what_they_opened(store: Path) -> None:
    with closing(duckdb.connect(str(store), read_only=True)) as reader:
        changed(store, insert)
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (1,)
    assert count(store) == 2
    assert left(store) == [".s.duckdb.lock", "s.duckdb"]


def test_a_change_that_fails_changes_nothing(store: Path) -> None:
    def fails(connection: Any) -> None:
        insert(connection)
        raise NotNeeded

    before = store.stat().st_ino, store.read_bytes()
    with pytest.raises(NotNeeded):
        changed(store, fails)
    assert (store.stat().st_ino, store.read_bytes()) == before
    assert left(store) == [".s.duckdb.lock", "s.duckdb"]


def test_what_a_killed_writer_left_goes(store: Path) -> None:
    store.with_name(".s.duckdb.change-1234").write_bytes(b"half")
    changed(store, insert)
    assert left(store) == [".s.duckdb.lock", "s.duckdb"]


def test_writers_wait_for_one_another(store: Path) -> None:
    threads = [threading.Thread(target=changed, args=(store, insert)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(store) == 6


def test_a_writer_without_a_lock_is_noticed(store: Path) -> None:
    other = store.with_name("other.duckdb")
    changed(other, insert)
    changed(other, insert)
    calls = []

    def beaten(connection: Any) -> None:
        calls.append(1)
        if len(calls) == 1:
            other.replace(store)
        insert(connection)

    changed(store, beaten)
    assert len(calls) == 2
    assert count(store) == 3


def test_a_store_that_is_open_for_writing(store: Path) -> None:
    store.with_name("s.duckdb.wal").write_bytes(b"x")
    with pytest.raises(Unavailable, match="open for writing in another program"):
        changed(store, insert)


def test_no_room(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.execution.swap._SPARE", 1 << 60)
    with pytest.raises(Unavailable, match="Nothing was changed; make room"):
        changed(store, insert)


def test_labels(store: Path) -> None:
    assert not has_load(store, "a")
    changed(store, lambda connection: note_load(connection, "a", "t", 1))
    assert has_load(store, "a")
    assert not has_load(store, "b")
    assert not has_load(store.with_name("none.duckdb"), "a")
    with closing(duckdb.connect(str(store), read_only=True)) as connection:
        assert is_loaded(connection, "a")
