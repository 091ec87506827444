"""A language model behind an OpenAI-compatible server: vLLM and its kind."""

from __future__ import annotations

import contextlib
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.circuit import Breaker, Permit
from core.errors import QueryCancelled, SettingsError
from core.generation import metrics
from core.generation.call import Call, Text
from core.generation.counting import Counter, Learned
from core.generation.endpoint import Endpoint, wait
from core.generation.failures import Failure, failure_of
from core.generation.port import (
    ModelTrouble,
    Reply,
    Request,
    Role,
    ServerState,
)
from core.generation.roles import RoleSettings
from core.generation.wire import Chunk, Loop
from core.types import CancelToken

#: Attempts after the first, and the least time that one is worth.
_RETRIES: Final = 2
_WORTH_S: Final = 0.3
#: The longest first pause before asking again; each further one is twice as long.
_PAUSE_S: Final = 0.2
#: Tokens that a chat template adds.
_TEMPLATE: Final = 64


@dataclass(frozen=True, slots=True)
class Tools:
    """What tests replace. clock: of the circuits; pause: sleeps; chance: a number in [0, 1);
    now: of the deadlines, in seconds."""

    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    now: Callable[[], float] = time.monotonic


class _Failed(Exception):
    def __init__(self, failure: Failure, partial: str) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.partial = partial


class ServerModel:
    """A LanguageModel. Each server has one client, one circuit and so many places.

    roles: from `roles_of`, not empty. ca: a file of certificates, empty for the system's.
    places: calls at once a server; wait_s: the longest wait for one. count: tokens of a text, by
    the model that writes SQL; None where its tokenizer is not known. Opens no connection itself.
    Raises SettingsError for a file without certificates.
    """

    def __init__(
        self,
        roles: Mapping[Role, RoleSettings],
        *,
        ca: str = "",
        places: int = 8,
        wait_s: float = 2.0,
        count: Counter | None = None,
        tools: Tools | None = None,
    ) -> None:
        self._roles = dict(roles)
        self._count = count
        self._learned = Learned()
        self._tools = tools or Tools()
        trust = _trusted(ca)
        self._loop = Loop()
        self._endpoints: dict[tuple[str, str], Endpoint] = {}
        for role in self._roles.values():
            if (role.url, role.key) not in self._endpoints:
                self._endpoints[role.url, role.key] = Endpoint(
                    role, trust, self._loop, Breaker(clock=self._tools.clock),
                    places=places, wait_s=wait_s, clock=self._tools.now,
                )  # fmt: skip

    def look(self) -> None:
        """Ask each server in the background what it serves."""
        for endpoint in self._endpoints.values():
            endpoint.look()

    # -- the interface -----------------------------------------------------------------------

    def has(self, role: Role) -> bool:
        return role in self._roles

    def room(self, role: Role) -> int:
        settings, endpoint = self._of(role)
        endpoint.look()
        return max(0, endpoint.context(settings.model) - settings.tokens - _TEMPLATE)

    def count(self, role: Role, text: str) -> int:
        mine, sql = self._roles[role], self._roles["sql"]
        if self._count is not None and (mine.url, mine.model) == (sql.url, sql.model):
            return self._count(text)
        return self._learned.count(self._kind(role), text)

    def state(self, role: Role) -> ServerState:
        settings, endpoint = self._of(role)
        endpoint.look()
        return endpoint.state(settings.model)

    def close(self) -> None:
        async def last() -> None:
            for endpoint in self._endpoints.values():
                await endpoint.close()

        self._loop.close(last())

    def stream(
        self, request: Request, *, timeout_s: float, cancel: CancelToken | None = None
    ) -> Iterator[str | Reply]:
        settings, endpoint = self._of(request.role)
        limit_s = max(0.0, min(timeout_s, settings.timeout_s))
        call = Call(request, settings, endpoint, limit_s, cancel, clock=self._tools.now)
        outcome = "closed"
        try:
            for event in self._attempts(call):
                if isinstance(event, Reply):
                    outcome = event.finish
                    _measure(request.role, event)
                    self._learned.learn(self._kind(request.role), request.text, event.usage.prompt)
                yield event
        except ModelTrouble as trouble:
            outcome = trouble.kind
            if trouble.is_too_long and not request.earlier:
                self._learned.distrust(self._kind(request.role))
            raise
        except QueryCancelled:
            outcome = "cancelled"
            raise
        finally:
            metrics.CALLS.labels(request.role, outcome).inc()
            metrics.note_circuit(endpoint.label, endpoint.breaker.circuit)
            metrics.DURATION.labels(request.role).observe(call.elapsed_s)

    def _kind(self, role: Role) -> tuple[Role, str, str]:
        """Of whose prompts a count tells something: a server's that was started anew with another
        model tell nothing of it."""
        settings, endpoint = self._of(role)
        return role, settings.url, endpoint.model(settings.model)

    def _of(self, role: Role) -> tuple[RoleSettings, Endpoint]:
        settings = self._roles[role]
        return settings, self._endpoints[settings.url, settings.key]

    # -- one call ----------------------------------------------------------------------------

    def _attempts(self, call: Call) -> Iterator[str | Reply]:
        """Attempts until one is good, the time is over, or another would do no good.

        To the circuit they are one call: a server's short pause does not open it.
        """
        permit = call.endpoint.breaker.admit()
        if permit is None:
            raise self._resting(call)
        try:
            while True:
                try:
                    yield from self._attempt(permit, call)
                    return
                except _Failed as failed:
                    refused = failed.failure.refused
                    if refused and call.endpoint.refuse(refused):
                        continue
                    pause_s = self._after(permit, call, failed)
                wait(pause_s, call.cancel, self._tools.pause)
                call.retries += 1
                metrics.RETRIES.labels(call.request.role).inc()
        finally:
            permit.end("none")

    def _after(self, permit: Permit, call: Call, failed: _Failed) -> float:
        """Seconds until the next attempt. Raises ModelTrouble when there is to be none."""
        failure = failed.failure
        pause_s = None if failed.partial else self._pause_s(call, failure)
        if pause_s is not None:
            return pause_s
        # A turn that had little time left says nothing of the server.
        is_fair = failure.kind != "late" or call.limit_s >= call.settings.timeout_s / 2
        if failure.is_servers and is_fair:
            permit.end("bad")
        if is_fair and (failure.is_servers or failure.kind == "denied"):
            call.endpoint.note(failure)
        if failure.is_unlisted:
            call.endpoint.forget()
        raise failure.trouble(failed.partial) from failed

    def _pause_s(self, call: Call, failure: Failure) -> float | None:
        """Seconds until the next attempt; None when there is to be none."""
        if not failure.may_repeat or call.retries >= _RETRIES:
            return None
        if call.endpoint.breaker.circuit != "closed":
            return None  # it was opened meanwhile, or this is its one trial
        # Full jitter: callers that failed together do not come back together.
        pause_s = _PAUSE_S * 2**call.retries * self._tools.chance() + (failure.after_s or 0.0)
        return pause_s if pause_s + _WORTH_S < call.left_s else None

    def _attempt(self, permit: Permit, call: Call) -> Iterator[str | Reply]:
        endpoint = call.endpoint
        if not endpoint.model(call.settings.model):
            missed = endpoint.wait_for_name(call.until, call.cancel)
            if missed is not None:
                raise _Failed(missed, "")
        text = Text(call)
        with (
            endpoint.place(call.until, call.cancel),
            contextlib.closing(
                endpoint.events(call.body, call.extra, until=call.until, cancel=call.cancel)
            ) as events,
        ):
            for event in events:
                if isinstance(event, Chunk):
                    piece = text.take(event)
                    if piece:
                        yield piece
                    if text.is_over:
                        break
                elif event.error is not None:
                    raise _Failed(self._failure(call, event.error), text.partial) from event.error
        was_well = endpoint.breaker.circuit == "closed"
        permit.end("good")
        endpoint.note(None)
        endpoint.look(anew=not was_well)
        last, reply = text.reply()
        if last:
            yield last
        yield reply

    @staticmethod
    def _failure(call: Call, error: BaseException) -> Failure:
        is_constrained = call.request.constraint is not None
        return failure_of(error, call.settings, is_constrained=is_constrained, limit_s=call.limit_s)

    def _resting(self, call: Call) -> ModelTrouble:
        endpoint = call.endpoint
        seconds = max(1, round(endpoint.breaker.rests_s))
        what = f"The model server failed several times and is left alone for {seconds} s more."
        why = endpoint.state(call.settings.model).why
        return ModelTrouble(f"{what} {why}".strip(), kind="resting")


def _trusted(ca: str) -> ssl.SSLContext:
    if not ca.strip():
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=str(Path(ca).expanduser()))
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"GEMBA_LLM_CA: {ca!r} holds no certificates: {error}.") from error


def _measure(role: Role, reply: Reply) -> None:
    usage = reply.usage
    metrics.FIRST_PIECE.labels(role).observe(reply.first_ms / 1_000)
    for kind, tokens in (
        ("prompt", usage.prompt),
        ("cached", usage.cached),
        ("reply", usage.reply),
    ):
        metrics.TOKENS.labels(role, kind).inc(tokens)
