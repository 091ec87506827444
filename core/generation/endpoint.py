"""One server: its client, its circuit, its places, and what was learned of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from core.circuit import Breaker
from core.errors import QueryCancelled
from core.generation import metrics
from core.generation.failures import Closed, Failure, failure_of, late, no_model
from core.generation.port import ModelTrouble, ServerState
from core.generation.roles import RoleSettings
from core.generation.wire import (
    Address,
    End,
    Event,
    Loop,
    Task,
    list_models,
    open_client,
    stream_chat,
)
from core.types import CancelToken

_LOG = logging.getLogger(__name__)
#: Tokens of a model's context until its server has said.
UNKNOWN_CONTEXT: Final = 8_192
#: Between two looks at a server that did not answer the last one, and the longest that one takes.
_LOOK_EVERY_S: Final = 10.0
_LOOK_S: Final = 2.0
#: How long what was found holds: a server may be started anew with another model.
_KNOWN_S: Final = 300.0
#: How often Stop is looked for while nothing comes.
_TICK_S: Final = 0.02


class Endpoint:
    """Thread-safe. places: calls at once; wait_s: for one of them. clock: in seconds."""

    def __init__(
        self,
        role: RoleSettings,
        trust: Any,
        loop: Loop,
        breaker: Breaker,
        *,
        places: int,
        wait_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._role = role
        self._loop = loop
        self._client = open_client(Address(role.url, role.key, places), trust)
        self._places = threading.Semaphore(places)
        self._wait_s = wait_s
        self._lock = threading.Lock()
        self._listed: tuple[tuple[str, int], ...] = ()
        self._refused: frozenset[str] = frozenset()
        self._failure: Failure | None = None
        self._missed: Failure | None = None
        self._looking: Task | None = None
        self._looked_at = float("-inf")
        self.breaker: Final = breaker
        #: Host and port, for labels and logs.
        self.label: Final = urlsplit(role.url).netloc
        metrics.note_circuit(self.label, "closed")

    # -- what is known -----------------------------------------------------------------------

    def model(self, wanted: str) -> str:
        """The name to ask for: the wanted one, else the first that the server listed, else ''."""
        with self._lock:
            return wanted or (self._listed[0][0] if self._listed else "")

    def context(self, wanted: str) -> int:
        """Tokens of the model's context."""
        with self._lock:
            lengths = {name: length for name, length in self._listed if length}
            first = next(iter(lengths.values()), UNKNOWN_CONTEXT)
            return lengths.get(wanted, UNKNOWN_CONTEXT) if wanted else first

    def state(self, wanted: str) -> ServerState:
        """How it does, as the last calls found it."""
        name = self.model(wanted)
        with self._lock:
            why = self._failure.message if self._failure else ""
        return ServerState(name, self.breaker.circuit, why)

    def known(self, extra: dict[str, Any]) -> dict[str, Any]:
        """Without the parts that this server refused before."""
        with self._lock:
            return {name: value for name, value in extra.items() if name not in self._refused}

    def refuse(self, names: tuple[str, ...]) -> bool:
        """Leave these parts out from here on; false when all were left out before."""
        with self._lock:
            before = self._refused
            self._refused = before | frozenset(names)
            is_new = self._refused != before
        if is_new:
            _LOG.warning("%s takes no %s; asking without", self.label, ", ".join(names))
        return is_new

    def look(self, *, anew: bool = False) -> None:
        """Ask in the background for its models, unless that is known or was tried a moment ago."""
        with self._lock:
            age_s = self._clock() - self._looked_at
            is_known = bool(self._listed) and not self._failure and age_s < _KNOWN_S
            is_soon = age_s < _LOOK_EVERY_S
            if self._looking is not None or (not anew and (is_known or is_soon)):
                return
            self._looked_at = self._clock()
            with contextlib.suppress(Closed):
                self._looking = self._loop.start(self._look(_LOOK_S), self._looked)

    def wait_for_name(self, until: float, cancel: CancelToken | None) -> Failure | None:
        """Learn its first model's name; why there is none, or None where there is."""
        self.look(anew=True)
        while self._looking is not None:
            if self._clock() > until:
                return late(_LOOK_S)
            _stop_if(cancel)
            time.sleep(_TICK_S)
        return self._missed

    async def _look(self, left_s: float) -> None:
        found = tuple(await list_models(self._client, left_s))
        wanted = self._role.model
        names = [name for name, _ in found]
        with self._lock:
            self._listed = found
            self._missed = None if found else no_model("")
            if self._failure and self._failure.kind in ("down", "late"):
                self._failure = None
        if wanted and names and wanted not in names:
            self.note(no_model(wanted, names))

    def _looked(self, error: BaseException | None) -> None:
        missed = None
        if error is not None:
            missed = failure_of(error, self._role, is_constrained=False, limit_s=_LOOK_S)
            self._missed = missed
        with self._lock:
            self._looking = None
        if missed is not None and not isinstance(error, asyncio.CancelledError):
            self.note(missed)

    def forget(self) -> None:
        """The models it listed are not those it has."""
        with self._lock:
            self._listed = ()
            self._looked_at = float("-inf")

    def note(self, failure: Failure | None) -> None:
        """Keep why the last call failed; None: it was good."""
        with self._lock:
            is_new = failure is not None and failure != self._failure
            self._failure = failure
        if failure is not None and is_new:
            _LOG.warning("%s: %s", self.label, failure.message)
        metrics.note_circuit(self.label, self.breaker.circuit)

    # -- calls -------------------------------------------------------------------------------

    @contextlib.contextmanager
    def place(self, until: float, cancel: CancelToken | None) -> Iterator[None]:
        """One of its places; waits for one as long as it may. Raises ModelTrouble (busy)."""
        latest = min(until, self._clock() + self._wait_s)
        with metrics.WAITING.labels(self.label).track_inprogress():
            while not self._places.acquire(timeout=_TICK_S):
                _stop_if(cancel)
                if self._clock() >= latest:
                    raise ModelTrouble(
                        "The model server is busy with other questions. Try again in a moment; "
                        "GEMBA_LLM_CONCURRENCY sets how many run at once.",
                        kind="busy",
                    )
        try:
            with metrics.ONGOING.labels(self.label).track_inprogress():
                yield
        finally:
            self._places.release()

    def events(
        self,
        body: dict[str, Any],
        extra: dict[str, Any],
        *,
        until: float,
        cancel: CancelToken | None,
    ) -> Generator[Event]:
        """The events of one attempt, the last an End. Closing it ends the call at the server.

        until: by its clock. Raises QueryCancelled once `cancel` is set.
        """
        found: queue.SimpleQueue[Event] = queue.SimpleQueue()
        left_s = until - self._clock()
        if left_s <= 0:
            yield End(TimeoutError())
            return
        work = stream_chat(self._client, body, extra, left_s=left_s, events=found)
        try:
            task = self._loop.start(work, lambda error: found.put(End(error)))
        except Closed as error:
            yield End(error)
            return
        try:
            while True:
                _stop_if(cancel)
                try:
                    event = found.get(timeout=_TICK_S)
                except queue.Empty:
                    if self._clock() > until + 0.1:  # the loop itself is held up
                        yield End(TimeoutError())
                        return
                    continue
                yield event
                if isinstance(event, End):
                    return
        finally:
            task.end()

    async def close(self) -> None:
        """Close its connections; on the loop."""
        await self._client.close()


def _stop_if(cancel: CancelToken | None) -> None:
    if cancel is not None and cancel.is_set():
        raise QueryCancelled("Stopped.")


def wait(seconds: float, cancel: CancelToken | None, sleep: Callable[[float], None]) -> None:
    """Sleep in short steps. Raises QueryCancelled once `cancel` is set."""
    while seconds > 0:
        _stop_if(cancel)
        step = min(seconds, 0.05)
        sleep(step)
        seconds -= step
    _stop_if(cancel)
