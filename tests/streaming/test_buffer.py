"""The buffer on disk: its limit, its checksums, and what a damaged one says."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import Unavailable
from core.streaming.buffer import Buffer, BufferFullError, read_meta
from core.streaming.reading import Reading
from core.streaming.rows import Held

_MB = 1 << 20


def reading(at: int, value: float | str | None = 1.0, status: int = 0) -> Reading:
    return Reading("n", at, value, status)


def test_a_reading_that_comes_twice_is_one(tmp_path: Path) -> None:
    with closing(Buffer(tmp_path / "b.db", _MB)) as buffer:
        buffer.add([reading(1), reading(1), reading(2, None, 7), reading(2, None, 7)])
        buffer.add([reading(1)])
        assert buffer.readings(10) == {"n": [reading(1), reading(2, None, 7)]}
        assert buffer.newest() == {"n": reading(2, None, 7)}


def test_readings_go_when_their_batch_is_there(tmp_path: Path) -> None:
    path = tmp_path / "b.db"
    with closing(Buffer(path, _MB)) as buffer:
        buffer.add([reading(1, "x"), reading(5)], alive_us=5)
        label = buffer.freeze(b"body", {"n": Held(reading(1, "x"), reading(1, "x"))}, 3)
        assert buffer.waiting() == (1, 1)
    with closing(Buffer(path, _MB)) as again:
        (frozen,) = again.oldest()
        assert (frozen.label, frozen.body) == (label, b"body")
        assert again.held()["n"].newest == reading(1, "x")
        assert (again.get("closed_us"), again.get("alive_us")) == (3, 5)
        again.done(frozen.number)
        assert again.oldest() == ()
        assert again.freeze(b"body", {}, 4) != label


def test_the_limit_refuses_what_is_new_and_keeps_what_is_there(tmp_path: Path) -> None:
    with closing(Buffer(tmp_path / "b.db", 64 * 1024)) as buffer:
        kept = 0
        while buffer.has_room():
            buffer.add([reading(kept, float(kept))])
            kept += 1
        with pytest.raises(BufferFullError):
            buffer.add([reading(kept)])
        assert buffer.waiting()[0] == kept
        buffer.add([reading(1_000_000, None)], beyond=True)
        with pytest.raises(BufferFullError):
            buffer.freeze(os.urandom(10_000_000), {}, 0)
        assert buffer.waiting() == (kept + 1, 0)
        # made of what is there, a batch always has room
        buffer.freeze(b"x" * 100_000, {}, 2_000_000)
        assert buffer.has_room()


def test_a_batch_that_is_not_what_was_written_is_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "b.db"
    with closing(Buffer(path, _MB)) as buffer:
        buffer.freeze(b"body", {}, 1)
        with closing(sqlite3.connect(path)) as other:
            other.execute("UPDATE batches SET body = x'00'")
            other.commit()
        with pytest.raises(Unavailable, match="its checksum differs"):
            buffer.oldest()


def test_a_damaged_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "b.db"
    path.write_bytes(b"no database" * 1_000)
    with pytest.raises(Unavailable, match="Nothing was touched"):
        Buffer(path, _MB)
    assert path.read_bytes() == b"no database" * 1_000
    assert read_meta(path) is None
    assert read_meta(tmp_path / "none.db") is None
