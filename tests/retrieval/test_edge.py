"""The embedded engine's folder: taken by another process, damaged, left half written."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import Unavailable
from core.retrieval.index import Index
from core.retrieval.retriever import Retriever
from core.retrieval.stores import edge
from core.retrieval.stores.edge import EdgeStore
from tests.fakes.embedders import HashedWords
from tests.retrieval.entries import CORPUS, entry


def first(store: EdgeStore) -> str:
    found = Retriever(store, HashedWords()).search(
        "OEE by line", tenant="a", model="mill", plants=()
    )
    return found.of("qa")[0].entry.text


def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    store = EdgeStore(tmp_path)
    Index(store, HashedWords()).sync(CORPUS)
    store.close()
    with pytest.raises(Unavailable, match="has not been indexed"):
        first(store)
    again = EdgeStore(tmp_path)
    assert first(again) == "OEE by line in June"
    embedder = HashedWords()
    report = Index(again, embedder).sync(CORPUS)
    assert (report.is_rebuilt, report.added, embedder.asked) == (False, 0, [])
    again.close()


def test_what_was_not_flushed_survives_a_kill(tmp_path: Path) -> None:
    """The process ends without closing, after a change that no flush followed."""
    code = f"""
import os
from pathlib import Path
from core.retrieval.index import Index
from core.retrieval.stores.edge import EdgeStore
from tests.fakes.embedders import HashedWords
from tests.retrieval.entries import CORPUS, entry
store = EdgeStore(Path({str(tmp_path)!r}))
index = Index(store, HashedWords())
index.sync(CORPUS)
index.sync([*CORPUS, entry("OEE by line and shift")])
os._exit(9)
"""
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert done.returncode == 9
    store = EdgeStore(tmp_path)
    embedder = HashedWords()
    report = Index(store, embedder).sync([*CORPUS, entry("OEE by line and shift")])
    assert report.is_rebuilt is False
    assert report.added == 0
    store.close()


def test_a_folder_that_is_taken_leads_to_a_private_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    held = EdgeStore(tmp_path)
    Index(held, HashedWords()).sync(CORPUS)
    second = EdgeStore(tmp_path)
    assert second.is_private
    assert "another process has it open" in caplog.text
    Index(second, HashedWords()).sync(CORPUS)
    assert first(second) == first(held) == "OEE by line in June"
    second.close()
    assert first(held) == "OEE by line in June"
    held.close()
    assert not EdgeStore(tmp_path).is_private


@pytest.mark.parametrize("damage", ["config", "segments", "name", "elsewhere", "bytes"])
def test_a_damaged_folder_is_built_again(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = EdgeStore(tmp_path)
    Index(store, HashedWords()).sync(CORPUS)
    store.close()
    (shard,) = (path for path in tmp_path.iterdir() if path.is_dir())
    if damage == "config":
        for file in shard.glob("*.json"):
            file.write_text("{")
    elif damage == "segments":
        shutil.rmtree(shard)
    elif damage == "name":
        (tmp_path / "CURRENT").write_bytes(b"\xff\xfe")
    elif damage == "elsewhere":
        (tmp_path / "CURRENT").write_text("../outside")
    else:
        for file in shard.rglob("*"):
            if file.is_file() and file.stat().st_size:
                with file.open("r+b") as opened:
                    opened.write(b"\0" * min(64, file.stat().st_size))
    again = EdgeStore(tmp_path)
    report = Index(again, HashedWords()).sync(CORPUS)
    assert first(again) == "OEE by line in June"
    assert report.entries == 9
    assert caplog.text
    again.close()


def test_what_a_broken_rebuild_left_is_removed(tmp_path: Path) -> None:
    store = EdgeStore(tmp_path)
    Index(store, HashedWords("old")).sync(CORPUS)
    store.create("v1-half", 64)
    assert (tmp_path / "v1-half").is_dir()
    store.close()
    again = EdgeStore(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["v1-old"]
    again.close()


def test_another_schema_is_indexed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = EdgeStore(tmp_path)
    embedder = HashedWords()
    Index(store, embedder).sync(CORPUS)
    monkeypatch.setattr("core.retrieval.index.SCHEMA_VERSION", 99)
    assert Index(store, embedder).sync(CORPUS).is_rebuilt
    assert store.served() == "v99-hashed"
    store.close()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file in its place")
    store = EdgeStore(tmp_path / "index")
    assert store.is_private
    store.close()


def test_the_engine_is_not_kept_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine holds the interpreter during a call, so no call may take long."""
    took: list[float] = []
    call = edge._engine

    def timed(work):  # type: ignore[no-untyped-def]
        started = time.thread_time()
        try:
            return call(work)
        finally:
            took.append(time.thread_time() - started)

    monkeypatch.setattr(edge, "_engine", timed)
    store = EdgeStore(tmp_path)
    Index(store, HashedWords(size=384)).sync([entry(f"question {i}") for i in range(3_000)])
    store.close()
    assert max(took) < 1.0
