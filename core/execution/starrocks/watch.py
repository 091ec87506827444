"""Ends one attempt at its deadline or on Stop, from a thread beside it."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from core.types import CancelToken

#: Time in which a server that was told to end a query says that it has, in seconds.
GRACE_S = 1.5
#: How often Stop is looked for, in seconds: well within the 300 ms in which a page is free again.
_LOOK_S = 0.05


class Watch:
    """Watches an attempt from before it has a connection. `reason` says why it was ended, "" while
    it was not.

    kill: tells the server to end the query of a connection, by the server's number of it; it does
    not wait for that. deadline: of time.monotonic(). A connection that
    still gives nothing GRACE_S after the server was told is shut under its reader, and one that is
    only being opened or checked at once. So the caller is free by then, whatever the network does.
    """

    def __init__(
        self,
        kill: Callable[[int], None],
        deadline: float,
        cancel: CancelToken | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.reason: Literal["", "timeout", "stop"] = ""
        self._kill = kill
        self._deadline = deadline
        self._cancel = cancel
        self._clock = clock
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._query_of: int | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="query-watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        with self._lock:
            self._forget()

    @property
    def left_s(self) -> float:
        """Seconds to the deadline, 0 when it has passed."""
        return max(0.0, self._deadline - self._clock())

    def hold(self, number: int) -> None:
        """Have this socket (its file number) shut when the attempt is ended."""
        # A number of our own for the same socket: the driver may close or wrap its own at any time.
        with self._lock:
            self._forget()
            self._socket = socket.socket(fileno=os.dup(number))
            if self.reason:
                self._shut()

    def follow(self, query_of: int) -> None:
        """From here a query runs on the socket that is held: tell the server first."""
        with self._lock:
            self._query_of = query_of

    def let_go(self) -> Literal["", "timeout", "stop"]:
        """The query is over: nothing is ended any more, as the connection may be another's next.
        Returns `reason`; unless it is "", the server may yet end what runs on the connection."""
        with self._lock:
            self._done.set()
            self._forget()
            return self.reason

    def _run(self) -> None:
        while not self._done.is_set():
            left = self.left_s
            if self._cancel is not None and self._cancel.is_set():
                self._end("stop")
                return
            if left <= 0:
                self._end("timeout")
                return
            self._done.wait(left if self._cancel is None else min(left, _LOOK_S))

    def _end(self, reason: Literal["timeout", "stop"]) -> None:
        with self._lock:
            if self._done.is_set():
                return
            self.reason = reason
            query_of = self._query_of
            if query_of is None:
                self._shut()
                return
        self._kill(query_of)
        if not self._done.wait(GRACE_S):
            with self._lock:
                self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
