"""Ends a running query at its deadline or on Stop, from a thread beside it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

from core.errors import GembaError
from core.execution.starrocks.pool import GRACE_S, ConnectionPool, close_quietly
from core.types import CancelToken

_LOG = logging.getLogger(__name__)
#: How often Stop is looked for, in seconds: well within the 300 ms in which a page is free again.
_LOOK_S = 0.05


class Watch:
    """Watches one query on one connection. `reason` says why it was ended, "" while it was not.

    deadline: of time.monotonic(). At the deadline or on Stop the server is told to KILL QUERY;
    a connection that has given nothing back GRACE_S later is closed under the reader.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        connection: Any,
        deadline: float,
        cancel: CancelToken | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.reason: Literal["", "timeout", "stop"] = ""
        self._pool = pool
        self._connection = connection
        self._thread_id = int(connection.thread_id())
        self._deadline = deadline
        self._cancel = cancel
        self._clock = clock
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="query-watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.is_set():
            left = self._deadline - self._clock()
            if self._cancel is not None and self._cancel.is_set():
                self._end("stop")
                return
            if left <= 0:
                self._end("timeout")
                return
            self._done.wait(left if self._cancel is None else min(left, _LOOK_S))

    def _end(self, reason: Literal["timeout", "stop"]) -> None:
        self.reason = reason
        try:
            self._pool.kill(self._thread_id)
        except GembaError as error:
            _LOG.warning("query %s was not ended on the server: %s", self._thread_id, error)
        if not self._done.wait(GRACE_S):
            close_quietly(self._connection)
