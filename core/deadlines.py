"""Calls that end when they were told to, whatever the other side does.

A client bounds each of its steps (connect, each read), so a server that sends a byte now and then
holds a call for ever, as a name that is not resolved does. Here a call has one deadline, and its
caller waits no longer than that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as WaitTimeout
from contextvars import ContextVar
from typing import TypeVar

from core.errors import Unavailable
from core.translation import gettext as _

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
            raise Unavailable(_("{name} did not answer in time.").format(name=self._name))

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
            raise Unavailable(
                _("{name} did not answer in {timeout_s:.1f} s.").format(
                    name=self._name, timeout_s=timeout_s
                )
            ) from None

    def close(self) -> None:
        """Take no further calls; those under way are left to their deadlines."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def time_left() -> float | None:
    """Seconds until the deadline of the call that this thread runs; None outside of one."""
    until = _until.get()
    return None if until is None else until - time.monotonic()
