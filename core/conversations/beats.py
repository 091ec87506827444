"""What a running turn tells others: its stage and that its worker lives, through the session store.

A worker says so every two seconds. A page in another process follows it by that, and can ask it to
stop; a turn of which nothing was heard for ten seconds has lost its worker.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from core.sessions.connection import Client
from core.sessions.keys import ConversationKeys, part
from core.sessions.link import Link, NotKept
from core.types import CancelToken, User

_LOG = logging.getLogger(__name__)
#: Between two signs of life, and how long one counts, in seconds.
BEAT_S = 2.0
ALIVE_S = 10
#: How long a wish to stop is kept, in seconds.
_STOP_S = 120
#: Letters of what is being written that are passed on.
_MOST_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of life of a turn. stage: in words. elapsed_ms: since it began. text: the end
    of what a model writes."""

    turn: str
    stage: str = ""
    elapsed_ms: float = 0.0
    text: str = ""


@dataclass(slots=True)
class Running:
    """A turn that this process works on. cancel: of who asked; stopped: somebody elsewhere pressed
    Stop."""

    user: User
    conversation: str
    turn: str
    cancel: CancelToken | None = None
    stage: str = ""
    text: str = ""
    began: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """Somebody else wishes so. Who asked is told, where what it gave can be told."""
        self.stopped.set()
        if isinstance(self.cancel, threading.Event):
            self.cancel.set()

    def is_set(self) -> bool:
        """Whether the turn is to stop."""
        return self.stopped.is_set() or (self.cancel is not None and self.cancel.is_set())


class Beats:
    """Signs of life of this process's turns, and the way to those of others. Thread-safe."""

    def __init__(
        self, link: Link, clock: Callable[[], float] = time.monotonic, *, beat_s: float = BEAT_S
    ) -> None:
        """clock: seconds, from any start. beat_s: between two signs of life."""
        self._link = link
        self._beat_s = beat_s
        self._clock = clock
        self._lock = threading.Lock()
        self._running: dict[str, Running] = {}
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, running: Running) -> None:
        """A turn begins here."""
        running.began = self._clock()
        with self._lock:
            self._running[running.turn] = running
            if self._thread is None:
                self._thread = threading.Thread(target=self._beat, name="beats", daemon=True)
                self._thread.start()
        self._say(running)

    def end(self, running: Running) -> None:
        """It has ended."""
        with self._lock:
            self._running.pop(running.turn, None)
        key, stop = _keys(running.user, running.conversation, running.turn)
        self._try(lambda client: client.delete(key, stop))

    def here(self, turn: str) -> Running | None:
        """The turn, where this process works on it."""
        with self._lock:
            return self._running.get(turn)

    def heard(self, user: User, conversation: str, turn: str) -> Beat | None:
        """The last sign of life of a turn, wherever its worker is; None where there was none of
        late. Raises NotKept where that cannot be known."""
        local = self.here(turn)
        if local is not None:
            elapsed = (self._clock() - local.began) * 1e3
            return Beat(turn, local.stage, elapsed, local.text)
        key, _ = _keys(user, conversation, turn)
        data = self._link.run(lambda client: client.get(key))
        if not data:
            return None
        try:
            found = json.loads(data)
            beat = Beat(
                str(found["turn"]), str(found["stage"]), float(found["ms"]), str(found["text"])
            )
        except (ValueError, TypeError, KeyError):
            return None
        return beat if beat.turn == turn else None

    def stop(self, user: User, conversation: str, turn: str) -> None:
        """Ask a turn to stop, wherever its worker is."""
        local = self.here(turn)
        if local is not None:
            local.stop()
            return
        _, stop = _keys(user, conversation, turn)
        self._try(lambda client: client.set(stop, b"1", ex=_STOP_S))

    def close(self) -> None:
        """No more signs from here."""
        self._wake.set()

    def tell(self, running: Running) -> None:
        """Say that a turn is at work, and hear whether it is to stop; done every two seconds."""
        self._say(running)
        self._listen(running)

    def _beat(self) -> None:
        while not self._wake.wait(self._beat_s):
            with self._lock:
                running = list(self._running.values())
            for one in running:
                self.tell(one)

    def _say(self, running: Running) -> None:
        key, _ = _keys(running.user, running.conversation, running.turn)
        told = {
            "turn": running.turn,
            "stage": running.stage,
            "ms": (self._clock() - running.began) * 1e3,
            "text": running.text[-_MOST_TEXT:],
        }
        data = json.dumps(told)
        self._try(lambda client: client.set(key, data, ex=ALIVE_S))

    def _listen(self, running: Running) -> None:
        if self._link.is_embedded:
            return  # nobody else can reach it
        _, stop = _keys(running.user, running.conversation, running.turn)

        def read(client: Client) -> None:
            if client.get(stop) is not None:
                running.stop()

        self._try(read)

    def _try(self, call: Callable[[Client], object]) -> None:
        try:
            self._link.run(call)
        except NotKept as error:
            _LOG.debug("no sign of life: %s", error)


def _keys(user: User, conversation: str, turn: str) -> tuple[str, str]:
    """A turn's own: two of a conversation may run, in two processes."""
    session = ConversationKeys.of(user, conversation).session
    return f"{session}:now:{part(turn)}", f"{session}:stop:{part(turn)}"
