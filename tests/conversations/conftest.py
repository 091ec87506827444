"""Conversations in a folder of their own, and what is answered in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.conversations import Conversations, ConversationStore
from core.conversations.beats import Beats
from core.sessions.address import read_address
from core.sessions.link import Link
from core.types import Answer, CancelToken, Progress, User
from tests.sessions.conftest import ANN, own_server, server
from tests.sessions.turns import turn

__all__ = ["own_server", "server"]
START = dt.datetime(2026, 6, 30, 12)


@dataclass
class Clock:
    """A time that stands until it is moved."""

    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


@dataclass
class Kit:
    """Conversations of one process, with what they are made of."""

    store: ConversationStore
    talks: Conversations
    link: Link
    clock: Clock
    forgotten: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    audit: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def close(self) -> None:
        self.talks.close()
        self.link.close()

    def ask(
        self, question: str = "energy", *, conversation: str = "c1", user: User = ANN, **more: Any
    ) -> list[Progress | Answer]:
        """A turn that is answered."""

        def work(_: CancelToken) -> Iterator[Progress | Answer]:
            yield Progress("run", "Reading the data", 1.0)
            yield answer(user, question=question, **more)

        return list(self.talks.follow(user, conversation, "", question, "plant", None, work))


_NUMBER = iter(range(1_000_000))


def answer(user: User = ANN, **more: Any) -> Answer:
    """One that can be kept, with an id of its own."""
    return turn(user, **{"id": f"n{next(_NUMBER)}", **more}).answer


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., Kit]]:
    """Makes the conversations of a process; all of them are over one folder."""
    kits: list[Kit] = []

    def make(url: str = "") -> Kit:
        clock = kits[0].clock if kits else Clock()
        link = Link(read_address(url), timeout_s=2.0)
        store = ConversationStore(tmp_path / "state", now=clock)
        forgotten: list[tuple[str, str, tuple[str, ...]]] = []

        def forget(user: User, conversation: str, ids: tuple[str, ...]) -> None:
            forgotten.append((user.name, conversation, ids))

        audit: list[tuple[str, dict[str, object]]] = []

        def record(event: str, **body: object) -> None:
            audit.append((event, body))

        beats = Beats(link, beat_s=0.1)
        talks = Conversations(store, beats, (forget,), now=clock, record=record)
        kits.append(Kit(store, talks, link, clock, forgotten, audit))
        return kits[-1]

    yield make
    for kit in kits:
        kit.close()


@pytest.fixture
def kit(made: Callable[..., Kit]) -> Kit:
    return made()


def pragma(engine: sa.Engine, statement: str) -> None:
    """Have every connection from now on run under a PRAGMA, as a full or read-only disk would."""

    def run(connection: Any, _: Any) -> None:
        connection.execute(f"PRAGMA {statement}")

    sa.event.listen(engine, "connect", run)
    engine.dispose()
