"""Engines' stamps, without waiting for an engine that does not answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from core.deadlines import Bounded
from core.errors import GembaError
from core.types import Engine

#: Longest wait for a stamp, and how long an engine is not asked again that gave none, in seconds.
_WAIT_S = 0.5
_REST_S = 10.0


class Stamps:
    """Thread-safe; never raises."""

    def __init__(
        self, *, wait_s: float = _WAIT_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._wait_s = wait_s
        self._clock = clock
        self._bounded = Bounded("The store's stamp", 4)
        self._lock = threading.Lock()
        self._rests: dict[int, float] = {}

    def of(self, engine: Engine) -> str | None:
        """The engine's stamp; None where it gives none in time, and for a while after that."""
        with self._lock:
            if self._clock() < self._rests.get(id(engine), 0.0):
                return None
        try:
            return self._bounded.run(engine.stamp, self._wait_s)
        except GembaError:
            with self._lock:
                self._rests[id(engine)] = self._clock() + _REST_S
            return None

    def close(self) -> None:
        """Ask no more."""
        self._bounded.close()
