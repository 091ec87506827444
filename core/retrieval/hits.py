"""Counts how often entries are used, off the answering path."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from core.errors import GembaError

Sink = Callable[[Mapping[str, int]], None]
_log = logging.getLogger(__name__)


class HitCounter:
    """Gathers hits in memory and hands them on in batches from a thread of its own.

    sink: adds counts, by entry; called by one thread at a time. every_s: how long hits are
    gathered. most: entries kept when the sink fails; further ones are dropped and said in the log.
    """

    def __init__(self, sink: Sink, *, every_s: float = 2.0, most: int = 10_000) -> None:
        self._sink = sink
        self._every_s = every_s
        self._most = most
        self._waiting: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def add(self, ids: Iterable[str]) -> None:
        """Count one use of each entry. Returns at once, and never raises."""
        with self._lock:
            if self._is_closed:
                return
            for id_ in ids:
                if id_ in self._waiting or len(self._waiting) < self._most:
                    self._waiting[id_] += 1
                else:
                    _log.warning("Too many hits wait to be counted; one is dropped.")
            if self._thread is None and self._waiting:
                self._thread = threading.Thread(target=self._run, name="hits", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Hand on what has been gathered. What the sink does not take waits for the next time."""
        with self._lock:
            batch, self._waiting = self._waiting, Counter()
        if not batch:
            return
        try:
            self._sink(batch)
        except (GembaError, OSError) as error:
            _log.warning("Hits could not be counted and are tried again: %s", error)
            with self._lock:
                self._waiting.update(batch)

    def close(self) -> None:
        """Hand on what is left, and take no more."""
        with self._lock:
            self._is_closed = True
            thread = self._thread
        self._wake.set()
        if thread is not None:
            thread.join(10)
        self.flush()

    def _run(self) -> None:
        while not self._wake.wait(self._every_s):
            self.flush()
