"""How many queries one person may have at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import QueryCancelled, Unavailable
from core.types import CancelToken, User

#: How often somebody who waits looks for Stop, in seconds; a free place is noticed at once.
_LOOK_S = 0.05


class Turnstile:
    """Counts running queries by person. Thread-safe; of one process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: dict[tuple[str, str], int] = {}

    @contextmanager
    def pass_through(
        self, user: User, most: int, *, wait_s: float, cancel: CancelToken | None = None
    ) -> Iterator[None]:
        """Hold one of this person's `most` places, waiting at most wait_s for one.

        Raises Unavailable when none became free, QueryCancelled on Stop.
        """
        key = (user.tenant, user.name)
        self._enter(key, most, time.monotonic() + wait_s, cancel)
        try:
            yield
        finally:
            with self._changed:
                self._running[key] -= 1
                if not self._running[key]:
                    del self._running[key]
                self._changed.notify_all()

    def running(self, user: User) -> int:
        """How many queries this person has running."""
        with self._changed:
            return self._running.get((user.tenant, user.name), 0)

    def _enter(
        self, key: tuple[str, str], most: int, deadline: float, cancel: CancelToken | None
    ) -> None:
        with self._changed:
            while self._running.get(key, 0) >= most:
                if cancel is not None and cancel.is_set():
                    raise QueryCancelled("The query was stopped.")
                left = deadline - time.monotonic()
                if left <= 0:
                    queries = "query" if most == 1 else "queries"
                    raise Unavailable(
                        f"You have {most} {queries} running, as many as your role may have at "
                        "once. Wait for one to end or stop it, then ask again."
                    )
                self._changed.wait(left if cancel is None else min(left, _LOOK_S))
            self._running[key] = self._running.get(key, 0) + 1
