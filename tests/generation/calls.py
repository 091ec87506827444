"""Calls of a model behind a scripted server, on the server's own clock where it has one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.generation.port import ModelTrouble, Reply, Request
from core.generation.roles import roles_of
from core.generation.server import ServerModel, Tools
from core.settings import load_settings
from tests.fakes.llm_server import FaultyServer


class Clock:
    """Time that passes when it is told to, and by the pauses that are asked of it."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@dataclass
class TimedServer(FaultyServer):
    """Its silence passes on a clock that its clients have too, so that nobody waits for it."""

    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.passes = self.clock.pause
        super().__post_init__()


@contextmanager
def model_at(
    server: FaultyServer | str,
    *,
    clock: Clock | None = None,
    now: Callable[[], float] = time.monotonic,
    chance: float = 0.5,
    places: int = 8,
    wait_s: float = 0.1,
    ca: str = "",
    **settings: str,
) -> Iterator[ServerModel]:
    """A model of that server; pauses pass on the clock alone. now: of the deadlines, a timed
    server's clock where that is the server. settings: GEMBA_LLM_..., by the end of their names."""
    url = server if isinstance(server, str) else server.url
    if isinstance(server, TimedServer):
        clock, now = clock or server.clock, server.clock
    clock = clock or Clock()
    environ = {"GEMBA_LLM_URL": url, "GEMBA_LLM_MODEL": "coder"}
    environ |= {f"GEMBA_LLM_{name.upper()}": value for name, value in settings.items()}
    model = ServerModel(
        roles_of(load_settings(environ)),
        ca=ca,
        places=places,
        wait_s=wait_s,
        tools=Tools(clock, clock.pause, lambda: chance, now),
    )
    try:
        yield model
    finally:
        model.close()


def request(**parts: Any) -> Request:
    return Request(**{"role": "sql", "prefix": "You write SQL.", "body": "QUESTION x", **parts})


def ask(
    model: ServerModel,
    asked: Request | None = None,
    *,
    timeout_s: float = 10.0,
    cancel: threading.Event | None = None,
) -> tuple[str, Reply]:
    """What was shown, and the reply."""
    *pieces, reply = model.stream(asked or request(), timeout_s=timeout_s, cancel=cancel)
    assert isinstance(reply, Reply)
    assert all(isinstance(piece, str) for piece in pieces)
    return "".join(str(piece) for piece in pieces), reply


def trouble(
    model: ServerModel, asked: Request | None = None, *, timeout_s: float = 2.0
) -> ModelTrouble:
    """How the call ends, which it does within its time."""
    started = time.monotonic()
    with pytest.raises(ModelTrouble) as caught:
        ask(model, asked, timeout_s=timeout_s)
    assert time.monotonic() - started < timeout_s + 1.5
    message = str(caught.value)
    assert message.endswith((".", ". Try again."))
    assert "Traceback" not in message
    assert "httpx" not in message
    assert "openai" not in message.lower()
    return caught.value
