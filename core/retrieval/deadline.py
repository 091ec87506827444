"""HTTP calls that end when they were told to, whatever the other side does.

httpx bounds each step (connect, each read), so a server that sends a byte now and then holds a
call for ever. Here a call has one deadline: each step gets what is left of it, the body is cut off
at it, and the caller waits no longer than it even when the headers come byte by byte.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as WaitTimeout
from contextvars import ContextVar
from typing import TypeVar

import httpx

from core.errors import Unavailable

T = TypeVar("T")
_until: ContextVar[float | None] = ContextVar("until", default=None)


class Bounded:
    """Runs calls on threads of its own and waits for each no longer than it may take.

    threads: calls at once. A thread whose call outlives its deadline is not waited for; when all
    are taken by such calls, a further one is refused at once instead of queueing behind them.
    """

    def __init__(self, name: str, threads: int = 8) -> None:
        self._name = name
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._free = threading.Semaphore(threads)

    def run(self, call: Callable[[], T], timeout_s: float) -> T:
        """What `call` returns or raises. Raises Unavailable at the deadline."""
        until = time.monotonic() + timeout_s
        if timeout_s <= 0 or not self._free.acquire(timeout=timeout_s):
            raise Unavailable(f"{self._name} did not answer in time.")

        def work() -> T:
            token = _until.set(until)
            try:
                return call()
            finally:
                _until.reset(token)
                self._free.release()

        try:
            future = self._pool.submit(work)
        except RuntimeError as error:
            self._free.release()
            raise Unavailable(f"{self._name} is closed.") from error
        try:
            return future.result(max(0.0, until - time.monotonic()) + 0.05)
        except WaitTimeout:
            if future.cancel():
                self._free.release()
            raise Unavailable(f"{self._name} did not answer in {timeout_s:.1f} s.") from None

    def close(self) -> None:
        """Take no further calls; those under way are left to their deadlines."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def time_left() -> float | None:
    """Seconds until the deadline of the call that this thread runs; None outside of one."""
    until = _until.get()
    return None if until is None else until - time.monotonic()


class DeadlineTransport(httpx.HTTPTransport):
    """A transport whose requests keep to the deadline of the `Bounded` call that they are part of.

    most_bytes: a longer answer is an error, so that a wrong server cannot fill the memory.
    """

    def __init__(self, *, verify: ssl.SSLContext, most_bytes: int = 64 * 2**20) -> None:
        super().__init__(verify=verify, trust_env=False)
        self._most_bytes = most_bytes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        left = time_left()
        if left is not None:
            if left <= 0:
                raise httpx.ReadTimeout("out of time", request=request)
            request.extensions["timeout"] = dict.fromkeys(
                ("connect", "read", "write", "pool"), left
            )
        response = super().handle_request(request)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_UntilDeadline(response.stream, request, self._most_bytes),
            extensions=response.extensions,
        )


class _UntilDeadline(httpx.SyncByteStream):
    def __init__(
        self,
        stream: httpx.SyncByteStream | httpx.AsyncByteStream,
        request: httpx.Request,
        most_bytes: int,
    ) -> None:
        if not isinstance(stream, httpx.SyncByteStream):
            raise TypeError("a stream of a synchronous transport is expected")
        self._stream = stream
        self._request = request
        self._most_bytes = most_bytes

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        for piece in self._stream:
            left = time_left()
            if left is not None and left <= 0:
                raise httpx.ReadTimeout("out of time in the answer", request=self._request)
            seen += len(piece)
            if seen > self._most_bytes:
                raise httpx.ReadError("the answer is too long", request=self._request)
            yield piece

    def close(self) -> None:
        self._stream.close()
