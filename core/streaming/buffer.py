"""What a stream has and the store does not have yet: a SQLite file with a limit.

Two things wait in it: readings that are not part of a row yet, and batches, frozen with their label
and a checksum, until the store has them. A batch is made and its readings go in one transaction, so
whenever the process is killed each reading is in one of the two. When the limit is reached what is
there stays, and what comes is refused and counted (`dropped`), never forgotten without a word.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.errors import Unavailable, UserFixable
from core.streaming.reading import Reading
from core.streaming.rows import Held

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS readings (
    node TEXT NOT NULL, at_us INTEGER NOT NULL, value TEXT NOT NULL, status INTEGER NOT NULL,
    PRIMARY KEY (node, at_us, value, status)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS readings_at ON readings (at_us);
CREATE TABLE IF NOT EXISTS held (node TEXT PRIMARY KEY, newest TEXT NOT NULL, known TEXT);
CREATE TABLE IF NOT EXISTS batches (
    number INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE, body BLOB NOT NULL, digest TEXT NOT NULL
);
"""
#: Bytes above one and a half times the limit: what is there can always become a batch.
_RESERVE: Final = 4 * 1024 * 1024


class BufferFullError(Exception):
    """Neither the limit nor the disk takes more; what is there is kept."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A batch as it waits: the same body and label at each try."""

    number: int
    label: str
    body: bytes


class Buffer:
    """Of one stream and one process at a time; its methods are called from one thread.

    Raises UserFixable where another process has it, Unavailable where the file cannot be used.
    """

    def __init__(self, path: Path, limit_bytes: int) -> None:
        self.path = path
        self._limit = limit_bytes
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = path.with_suffix(".lock").open("a")
        except OSError as error:
            raise Unavailable(
                f"The buffer {str(path)!r} cannot be made: {error.strerror}. Check the rights of "
                "the data folder."
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise UserFixable(
                f"Another process runs the stream {path.stem!r} already. One is enough: two would "
                "load everything twice."
            ) from None
        try:
            self._db = self._open()
        except BaseException:
            self._lock.close()
            raise

    def _open(self) -> sqlite3.Connection:
        try:
            db = sqlite3.connect(self.path, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            sound = db.execute("PRAGMA quick_check(1)").fetchone()
            if sound != ("ok",):
                raise sqlite3.DatabaseError(str(sound[0]))
            db.executescript(_SCHEMA)
            (size,) = db.execute("PRAGMA page_size").fetchone()
            db.execute(f"PRAGMA max_page_count = {(self._limit * 3 // 2 + _RESERVE) // size + 1}")
            db.execute("INSERT OR IGNORE INTO meta VALUES ('id', ?)", (secrets.token_hex(4),))
        except sqlite3.DatabaseError as error:
            raise Unavailable(
                f"The buffer {self.path.name} is damaged or cannot be read ({error}). Nothing was "
                "touched. Keep a copy of it, then move it away and start again; what it held and "
                "the store has not is in that copy."
            ) from error
        return db

    # -- what is kept in it by name ----------------------------------------------------------

    def get(self, key: str, default: Any = None) -> Any:
        """A value by its name."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else json.loads(row[0]) if key != "id" else row[0]

    def put(self, **values: Any) -> None:
        """Keep values by name, all at once. Raises BufferFullError."""
        with self._transaction():
            self._put(values)

    def _put(self, values: Mapping[str, Any]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            [(key, json.dumps(value)) for key, value in values.items()],
        )

    # -- readings ----------------------------------------------------------------------------

    def add(self, readings: Iterable[Reading], *, beyond: bool = False, **meta: Any) -> None:
        """Keep readings; one that is there already is the same one. beyond: of our own making, kept
        above the limit too. Raises BufferFullError, with none of them kept."""
        rows = [(r.node, r.at_us, json.dumps(r.value), r.status) for r in readings]
        if rows and not beyond and not self.has_room():
            raise BufferFullError
        with self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO readings VALUES (?, ?, ?, ?)", rows)
            self._put(meta)

    def count(self, until_us: int) -> int:
        """How many there are before a time."""
        query = "SELECT count(*) FROM readings WHERE at_us < ?"
        return int(self._db.execute(query, (until_us,)).fetchone()[0])

    def readings(self, until_us: int) -> dict[str, list[Reading]]:
        """Those before a time, by node, in order."""
        found: dict[str, list[Reading]] = {}
        query = (
            "SELECT node, at_us, value, status FROM readings WHERE at_us < ? "
            "ORDER BY node, at_us, status, value"
        )
        for node, at_us, value, status in self._db.execute(query, (until_us,)):
            found.setdefault(node, []).append(Reading(node, at_us, json.loads(value), status))
        return found

    def newest(self) -> dict[str, Reading]:
        """The newest reading of each node that is known, waiting or part of a row by now."""
        found = {node: one.newest for node, one in self.held().items()}
        query = "SELECT node, max(at_us), value, status FROM readings GROUP BY node"
        for node, at_us, value, status in self._db.execute(query):
            if node not in found or at_us >= found[node].at_us:
                found[node] = Reading(node, at_us, json.loads(value), status)
        return found

    def first_us(self) -> int | None:
        """When the oldest reading is that waits."""
        (first,) = self._db.execute("SELECT min(at_us) FROM readings").fetchone()
        return int(first) if first is not None else None

    def held(self) -> dict[str, Held]:
        """What each node was where the rows that are made end."""
        found = {}
        for node, newest, known in self._db.execute("SELECT node, newest, known FROM held"):
            found[node] = Held(_reading(newest), _reading(known) if known else None)
        return found

    # -- batches -----------------------------------------------------------------------------

    def freeze(self, body: bytes, held: Mapping[str, Held], until_us: int) -> str:
        """Make a batch of all readings before a time; they go, and the batch is there, at once.
        Its label. Raises BufferFullError."""
        digest = hashlib.sha256(body).hexdigest()
        with self._transaction():
            number = int(self.get("batches", 0)) + 1
            label = f"gemba_{self.path.stem}_{self.get('id')}_{number:08}_{digest[:12]}"
            packed = zlib.compress(body, 6)
            self._db.execute(
                "INSERT INTO batches VALUES (?, ?, ?, ?)",
                (number, label, packed, hashlib.sha256(packed).hexdigest()),
            )
            self._db.execute("DELETE FROM readings WHERE at_us < ?", (until_us,))
            self._db.executemany(
                "INSERT OR REPLACE INTO held VALUES (?, ?, ?)",
                [
                    (node, _text(one.newest), _text(one.known) if one.known else None)
                    for node, one in held.items()
                ],
            )
            self._put({"batches": number, "closed_us": until_us})
        return label

    def oldest(self, most: int = 1) -> tuple[Frozen, ...]:
        """The batches that are next. Raises Unavailable where one is not what was kept."""
        rows = self._db.execute(
            "SELECT number, label, body, digest FROM batches ORDER BY number LIMIT ?", (most,)
        )
        return tuple(self._frozen(*row) for row in rows.fetchall())

    def _frozen(self, number: int, label: str, packed: bytes, digest: str) -> Frozen:
        if hashlib.sha256(packed).hexdigest() != digest:
            raise Unavailable(
                f"Batch {number} in {self.path.name} is not what was written: its checksum "
                "differs. It was not loaded and is still there. Check the disk."
            )
        return Frozen(number, label, zlib.decompress(packed))

    def done(self, number: int, **meta: Any) -> None:
        """The store has the batches up to that one."""
        with self._transaction():
            self._db.execute("DELETE FROM batches WHERE number <= ?", (number,))
            self._put(meta)

    def waiting(self) -> tuple[int, int]:
        """Readings and batches that wait."""
        (readings,) = self._db.execute("SELECT count(*) FROM readings").fetchone()
        (batches,) = self._db.execute("SELECT count(*) FROM batches").fetchone()
        return int(readings), int(batches)

    # -- room --------------------------------------------------------------------------------

    def has_room(self) -> bool:
        """Whether new values are kept."""
        return self.size() < self._limit

    def size(self) -> int:
        """Bytes of what is in it."""
        (pages,) = self._db.execute("PRAGMA page_count").fetchone()
        (free,) = self._db.execute("PRAGMA freelist_count").fetchone()
        (each,) = self._db.execute("PRAGMA page_size").fetchone()
        return int((pages - free) * each)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
                raise BufferFullError from error
            if isinstance(error, sqlite3.Error):
                raise Unavailable(
                    f"The buffer {self.path.name} cannot be written: {error}. Check the disk."
                ) from error
            raise

    def close(self) -> None:
        """Close the file and let another process have it."""
        self._db.close()
        self._lock.close()


def read_meta(path: Path) -> dict[str, Any] | None:
    """What a stream keeps by name, for who looks on; None where there is no such buffer, or it
    cannot be read now. Its file is not locked by that."""
    if not path.exists():
        return None
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)) as db:
            rows = db.execute("SELECT key, value FROM meta WHERE key <> 'id'").fetchall()
    except sqlite3.Error:
        return None
    return {key: json.loads(value) for key, value in rows}


def is_running(path: Path) -> bool:
    """Whether a process has the buffer now."""
    lock = path.with_suffix(".lock")
    if not lock.exists():
        return False
    handle = os.open(lock, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _text(one: Reading) -> str:
    return json.dumps([one.node, one.at_us, one.value, one.status])


def _reading(text: str) -> Reading:
    return Reading(*json.loads(text))


def now_us() -> int:
    """Now, microseconds since 1970."""
    return time.time_ns() // 1_000
