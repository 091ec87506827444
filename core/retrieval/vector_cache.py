"""Vectors of texts that were embedded before, in a SQLite file beside the index.

An index that is built again (another process's lock, a damaged folder, a new payload) then costs
no embedding; and what is added costs only its own. A file that cannot be used is passed over: it
only saves time.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import numpy as np

from core.retrieval.embeddings.port import Vectors

_CHUNK: Final = 500
_log = logging.getLogger(__name__)


class VectorCache:
    """Keeps vectors by the model's fingerprint and the text's hash."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._database = self._open() or self._open_anew()

    def get(self, fingerprint: str, texts: Sequence[str], size: int) -> dict[str, Vectors]:
        """The vectors that are known, by text; a damaged one counts as unknown."""
        found: dict[str, Vectors] = {}
        keys = {_key(text): text for text in texts}
        wanted = list(keys)
        for start in range(0, len(wanted), _CHUNK):
            some = wanted[start : start + _CHUNK]
            marks = ",".join("?" * len(some))
            query = f"SELECT text, vector FROM vectors WHERE model = ? AND text IN ({marks})"
            for key, blob in self._run(query, [fingerprint, *some]):
                vector = np.frombuffer(blob, dtype="<f4") if len(blob) == 4 * size else None
                if vector is not None and abs(float(np.linalg.norm(vector)) - 1) < 1e-3:
                    found[keys[key]] = vector.astype(np.float32)
        return found

    def put(self, fingerprint: str, vectors: Mapping[str, Vectors]) -> None:
        """Keep vectors, and drop those of other models: there is one model at a time."""
        rows = [
            (fingerprint, _key(text), np.asarray(vector, dtype="<f4").tobytes())
            for text, vector in vectors.items()
        ]
        self._run("DELETE FROM vectors WHERE model <> ?", [fingerprint])
        with self._lock, suppress(sqlite3.Error):
            if self._database is not None:
                with self._database:
                    self._database.executemany(
                        "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows
                    )

    def close(self) -> None:
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _run(self, query: str, values: Sequence[str]) -> list[tuple[str, bytes]]:
        with self._lock:
            if self._database is None:
                return []
            try:
                with self._database, closing(self._database.execute(query, values)) as cursor:
                    return cursor.fetchall()
            except sqlite3.Error as error:
                _log.warning("The kept vectors in %s cannot be used: %s.", self._file, error)
                return []

    def _open(self) -> sqlite3.Connection | None:
        database = None
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self._file, check_same_thread=False, timeout=5)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS vectors (model TEXT, text TEXT, vector BLOB, "
                "PRIMARY KEY (model, text)) WITHOUT ROWID"
            )
            database.commit()
        except (OSError, sqlite3.Error) as error:
            _log.warning("The kept vectors in %s cannot be opened: %s.", self._file, error)
            if database is not None:
                database.close()
            return None
        return database

    def _open_anew(self) -> sqlite3.Connection | None:
        """In place of a damaged file."""
        with suppress(OSError):
            for suffix in ("", "-wal", "-shm"):
                self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        return self._open()


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
