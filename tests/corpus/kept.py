"""Entries, people and a corpus for these tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.corpus import Corpus, New
from core.entries import Entry, new_id
from core.types import User

ANNA = User("anna", "admin", ("N", "S"))
BO = User("bo", "admin", ("N", "S"))
OTHER = User("carl", "admin", ("N",), tenant="another")
T0 = dt.datetime(2026, 6, 30, 12)


def at(minutes: int) -> dt.datetime:
    return T0 + dt.timedelta(minutes=minutes)


class Audit:
    """Keeps what it is told; fails when it is to."""

    def __init__(self) -> None:
        self.records: list[tuple[str, str, dict[str, Any]]] = []
        self.error: Exception | None = None

    def __call__(self, event: str, user: str, **body: Any) -> int:
        if self.error is not None:
            raise self.error
        self.records.append((event, user, body))
        return len(self.records)


def qa(text: str, sql: str = "SELECT 1", **more: Any) -> Entry:
    values: dict[str, Any] = {
        "id": new_id(), "tenant": "default", "model": "plant", "kind": "qa", "text": text,
        "sql": sql, "created": T0,
    }  # fmt: skip
    return Entry(**{**values, **more})


def doc(text: str, **more: Any) -> Entry:
    return qa(text, **{"sql": "", "kind": "doc", **more})


def new(*entries: Entry) -> list[New]:
    return [New(e) for e in entries]


@contextmanager
def opened(folder: Path, audit: Audit | None = None) -> Iterator[Corpus]:
    corpus = Corpus(folder, audit or Audit())
    try:
        yield corpus
    finally:
        corpus.close()
