"""A language model for tests of the turn: it replies with what the test says.

    model = FakeModel(sql=["SELECT 1"], intent="NEW_QUERY")
    model.script("sql", ModelTrouble("...", kind="late"), lambda request: request.body)
    model.requests("sql")[0].body

A role's replies are given in order, the last one again and again. One is a text, an exception to
raise, or a function of the request that returns either. Texts come in pieces of a few characters.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from core.errors import QueryCancelled
from core.generation.counting import bound
from core.generation.port import ModelTrouble, Reply, Request, Role, ServerState, Usage
from core.types import CancelToken

Said = str | Exception
Scripted = Said | Callable[[Request], Said]
_PIECE = 7


class FakeModel:
    """Its replies, and all that it was asked. timeouts: what each call was given, in seconds.

    is_cut: replies end with `length`. context: tokens of prompt and reply together. Without a
    script for a role, a call is trouble of kind down.
    """

    def __init__(
        self,
        *,
        sql: Scripted | Sequence[Scripted] = (),
        hard: Scripted | Sequence[Scripted] = (),
        intent: Scripted | Sequence[Scripted] = (),
        reflect: Scripted | Sequence[Scripted] = (),
        narrate: Scripted | Sequence[Scripted] = (),
        name: str = "fake",
        context: int = 32_768,
    ) -> None:
        self.name = name
        self.context = context
        self.is_cut = False
        self.is_closed = False
        self.circuit: Literal["closed", "open", "half-open"] = "closed"
        self.why = ""
        self.asked: list[Request] = []
        self.timeouts: list[float] = []
        self.ended_early = 0
        self._lock = threading.Lock()
        self._scripts: dict[Role, list[Scripted]] = {}
        scripts: dict[Role, Scripted | Sequence[Scripted]] = {
            "sql": sql,
            "hard": hard,
            "intent": intent,
            "reflect": reflect,
            "narrate": narrate,
        }
        for role, said in scripts.items():
            if isinstance(said, str | Exception) or callable(said):
                self.script(role, said)
            elif said:
                self.script(role, *said)

    def script(self, role: Role, *replies: Scripted) -> None:
        """Further replies of a role, in order."""
        with self._lock:
            self._scripts.setdefault(role, []).extend(replies)

    def requests(self, role: Role | None = None) -> list[Request]:
        """What was asked, oldest first."""
        with self._lock:
            return [r for r in self.asked if role in (None, r.role)]

    # -- the interface -----------------------------------------------------------------------

    def stream(
        self, request: Request, *, timeout_s: float, cancel: CancelToken | None = None
    ) -> Iterator[str | Reply]:
        started = time.monotonic()
        said = self._next(request, timeout_s)
        if isinstance(said, Exception):
            raise said
        is_whole = False
        try:
            for at in range(0, len(said), _PIECE):
                if cancel is not None and cancel.is_set():
                    raise QueryCancelled("Stopped.")
                yield said[at : at + _PIECE]
            is_whole = True
            prompt = bound(request.prefix) + bound(request.body)
            yield Reply(
                said,
                self.name,
                "length" if self.is_cut else "stop",
                Usage(prompt, 0, bound(said)),
                1.0,
                (time.monotonic() - started) * 1_000,
            )
        finally:
            self.ended_early += not is_whole

    def has(self, role: Role) -> bool:
        return role != "hard" or "hard" in self._scripts

    def room(self, role: Role) -> int:
        return self.context - (2_048 if role in ("sql", "hard") else 256)

    def count(self, role: Role, text: str) -> int:
        return bound(text)

    def state(self, role: Role) -> ServerState:
        return ServerState(self.name, self.circuit, self.why)

    def close(self) -> None:
        self.is_closed = True

    def _next(self, request: Request, timeout_s: float) -> Said:
        with self._lock:
            self.asked.append(request)
            self.timeouts.append(timeout_s)
            script = self._scripts.get(request.role, [])
            if not script:
                return ModelTrouble("The model server cannot be reached.", kind="down")
            said = script.pop(0) if len(script) > 1 else script[0]
        return said if isinstance(said, str | Exception) else said(request)
