"""How many queries one person may have at once, in this process and over all that share a Redis."""

from __future__ import annotations

import math
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from core.errors import QueryCancelled, Unavailable
from core.translation import gettext as _
from core.translation import ngettext
from core.types import CancelToken, User

#: How often somebody who waits looks for Stop, in seconds; a free place is noticed at once.
_LOOK_S = 0.05
#: How much longer than its query a place is held at most, in seconds.
_LEASE_MORE_S = 10.0


class Leases(Protocol):
    """Places of running queries, counted over several processes."""

    def take(self, user: User, most: int, *, for_s: float) -> str | None:
        """A lease on one of `most` places; None when all are taken."""
        ...

    def give_back(self, user: User, lease: str) -> None:
        """The query has ended."""
        ...


class Turnstile:
    """Counts running queries by person. Thread-safe."""

    def __init__(self, leases: Leases | None = None) -> None:
        """leases: counts them over several processes; None for this one alone."""
        self._leases = leases
        self._changed = threading.Condition()
        # by person, when each of their queries is over at the latest, in monotonic seconds
        self._running: dict[tuple[str, str], dict[str, float]] = {}

    @contextmanager
    def pass_through(
        self, user: User, most: int, *, wait_s: float, cancel: CancelToken | None = None
    ) -> Iterator[None]:
        """Hold one of this person's `most` places, waiting at most wait_s for one; a query may
        run as long again.

        Raises Unavailable when none became free, QueryCancelled on Stop.
        """
        key = (user.tenant, user.name)
        deadline = time.monotonic() + wait_s
        place = self._enter(key, most, deadline, wait_s, cancel)
        lease = ""
        try:
            if self._leases is not None:
                lease = self._leased(self._leases, user, most, deadline, wait_s, cancel)
                with self._changed:
                    self._running[key][place] = time.monotonic() + wait_s
            yield
        finally:
            if self._leases is not None:
                self._leases.give_back(user, lease)
            with self._changed:
                del self._running[key][place]
                if not self._running[key]:
                    del self._running[key]
                self._changed.notify_all()

    def running(self, user: User) -> int:
        """How many queries this person has running."""
        with self._changed:
            return len(self._running.get((user.tenant, user.name), {}))

    def _enter(
        self,
        key: tuple[str, str],
        most: int,
        deadline: float,
        runs_s: float,
        cancel: CancelToken | None,
    ) -> str:
        """The name of the place that was taken."""
        with self._changed:
            while len(ends := self._running.get(key, {})) >= most:
                until = min(ends.values(), default=0.0) - time.monotonic()
                left = _left(most, deadline, until, cancel)
                self._changed.wait(left if cancel is None else min(left, _LOOK_S))
            place = uuid.uuid4().hex
            self._running.setdefault(key, {})[place] = time.monotonic() + runs_s
            return place

    @staticmethod
    def _leased(
        leases: Leases,
        user: User,
        most: int,
        deadline: float,
        runs_s: float,
        cancel: CancelToken | None,
    ) -> str:
        """A place over all processes; another process does not say when it gives one back."""
        while True:
            left = max(0.0, deadline - time.monotonic())
            lease = leases.take(user, most, for_s=left + runs_s + _LEASE_MORE_S)
            if lease is not None:
                return lease
            # one that another process runs began at any time since, and may run that long
            time.sleep(min(_left(most, deadline, runs_s, cancel), _LOOK_S))


def _left(most: int, deadline: float, ends_in: float, cancel: CancelToken | None) -> float:
    """Seconds that may still be waited. ends_in: in how many one of the running queries is over at
    the latest. Raises when none are left, and on Stop."""
    if cancel is not None and cancel.is_set():
        raise QueryCancelled(_("The query was stopped."))
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unavailable(
            ngettext(
                "You have {most} query running, as many as your role may have at once. It is over "
                "within {seconds} s at the latest. Wait for that or stop it, then ask again.",
                "You have {most} queries running, as many as your role may have at once. One is "
                "over within {seconds} s at the latest. Wait for that or stop it, then ask again.",
                most,
            ).format(most=most, seconds=max(1, math.ceil(ends_in)))
        )
    return left
