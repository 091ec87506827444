"""The way to the Redis: each call has one deadline, and one that does not answer is left alone for
a while, so that no turn waits for what is known to be gone. It comes back by itself.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Literal, TypeVar

import redis
from redis import exceptions as errors

from core.circuit import Breaker, Pauses, Permit, Verdict
from core.deadlines import Bounded
from core.errors import Unavailable
from core.sessions.address import Address
from core.sessions.connection import Client, connect, disconnect

_LOG = logging.getLogger(__name__)
T = TypeVar("T")

#: away: it does not answer; denied: it does not know the account; barred: the account may not do
#: this; full: it takes no more; wrong: it holds something that is not ours.
Trouble = Literal["away", "denied", "barred", "full", "wrong"]
#: One failure is enough: nothing depends on it, and each further one would hold up a turn.
_PAUSES = Pauses(failures=1, first_s=1.0, growth=2.0, most_s=10.0)
#: The server is there and cannot serve: it starts, fails over, or lost its nodes.
_NOT_NOW = (
    errors.BusyLoadingError,
    errors.ReadOnlyError,
    errors.ClusterError,
    errors.RedisClusterException,
    errors.TryAgainError,
)
_FINAL = (errors.AuthenticationError, errors.AuthorizationError, errors.BusyLoadingError)
#: What redis-py lets through where no Redis speaks, where a reply was spoilt on the way, and where
#: another call's deadline cut the connections in mid-reply.
_SPOILT = (OSError, ValueError, TypeError, LookupError, AttributeError, RuntimeError)
#: How long a trouble of single calls is told after the last one, in seconds.
_TOLD_S = 60.0
_WORDS: dict[Trouble, str] = {
    "away": "does not answer",
    "denied": "turns the account down",
    "barred": "does not let the account do all that it has to",
    "full": "is full",
    "wrong": "holds what is not Gemba's",
}


class NotKept(Unavailable):
    """The Redis did not do what was asked of it; the answer goes on without.

    Attributes:
        trouble: why.
    """

    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


class Link:
    """Runs calls on a Redis, or on its stand-in in this process. Thread-safe."""

    def __init__(
        self,
        address: Address,
        *,
        timeout_s: float = 1.0,
        connections: int = 16,
        breaker: Breaker | None = None,
    ) -> None:
        """timeout_s: longest time of one call, with connecting. connections: at once, and so
        calls."""
        self._address = address
        self._timeout_s = timeout_s
        self._connections = connections
        self._breaker = breaker or Breaker(_PAUSES)
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._seen: dict[Trouble, float] = {}
        self._bounded = Bounded("Redis", connections)

    @property
    def is_embedded(self) -> bool:
        """Whether there is no server: what is kept ends with this process, and is seen by it
        alone."""
        return self._address.form == "embedded"

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong with it, as far as the calls up to here tell."""
        away: tuple[Trouble, ...] = ("away", "denied")
        if self._breaker.circuit != "closed":
            return max(away, key=lambda one: self._seen.get(one, 0.0))
        now = time.monotonic()
        recent = [k for k, at in self._seen.items() if k not in away and now - at < _TOLD_S]
        return max(recent, key=self._seen.__getitem__, default=None)

    @property
    def label(self) -> str:
        """Where it is, for people."""
        return self._address.label

    def words(self) -> str:
        """How it is, in a few words. Looks, beside whoever asks, whether it is back."""
        if self.is_embedded:
            return "kept in this process"
        if self._breaker.circuit == "half-open":
            threading.Thread(target=self.ping, name="Redis, back?", daemon=True).start()
        found = self.trouble
        return f"Redis at {self.label}" + (f", which {_WORDS[found]}" if found else "")

    def run(self, call: Callable[[Client], T], *, is_repeatable: bool = True) -> T:
        """What `call` does with the client. Raises NotKept.

        is_repeatable: doing it twice is as doing it once; it is tried again, within its time,
        where the connection was cut.
        """
        if self.is_embedded:
            try:
                return call(self._opened())
            except redis.RedisError as error:
                raise self._noted(error) from error
        permit = self._breaker.admit()
        if permit is None:
            raise NotKept("away", f"The Redis at {self.label} does not answer.")
        try:
            return self._tried(call, permit, is_repeatable=is_repeatable)
        finally:
            permit.end("none")

    def ping(self) -> bool:
        """Whether it answers now."""
        try:
            self.run(lambda client: client.ping())
        except NotKept:
            return False
        return True

    def close(self) -> None:
        """End the connections; a later call opens them again."""
        self._bounded.close()
        self._drop()

    # -- inside ------------------------------------------------------------------------------

    def _tried(self, call: Callable[[Client], T], permit: Permit, *, is_repeatable: bool) -> T:
        def work() -> T:
            client = self._opened()
            try:
                return call(client)
            except errors.ConnectionError as error:
                if not is_repeatable or isinstance(error, _FINAL):
                    raise
                return call(client)

        try:
            found = self._bounded.run(work, self._timeout_s)
        except (redis.RedisError, errors.RedisClusterException) as error:
            failure = self._noted(error)
            is_there = failure.trouble not in ("away", "denied")
            self._end(permit, "good" if is_there else "bad")
            raise failure from error
        except (Unavailable, *_SPOILT) as error:
            permit.end("bad")
            self._drop()  # what hangs on a connection that gives nothing lets its thread go
            raise self._noted(error) from error
        self._end(permit, "good")
        return found

    def _end(self, permit: Permit, verdict: Verdict) -> None:
        was = self._breaker.circuit
        permit.end(verdict)
        if was != "closed" and self._breaker.circuit == "closed":
            _LOG.warning("Redis at %s answers again", self.label)

    def _opened(self) -> Client:
        with self._lock:
            if self._client is None:
                self._client = connect(
                    self._address, timeout_s=self._timeout_s, connections=self._connections
                )
            return self._client

    def _drop(self) -> None:
        client = self._client
        if client is not None and not self.is_embedded:
            with contextlib.suppress(redis.RedisError, *_SPOILT):
                disconnect(client)

    def _noted(self, error: Exception) -> NotKept:
        """The error as ours; the log has it once until it is over."""
        trouble, now = _trouble(error), time.monotonic()
        last = self._seen.get(trouble)
        self._seen[trouble] = now
        if last is None or now - last > _TOLD_S:
            # redis-py's own text: it names the host or the command, and no password.
            _LOG.warning("Redis at %s %s: %s", self.label, _WORDS[trouble], error)
        return NotKept(trouble, f"The Redis at {self.label} {_WORDS[trouble]}.")


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, errors.AuthenticationError | errors.AuthorizationError):
        return "denied"
    if isinstance(error, errors.NoPermissionError):
        return "barred"
    if isinstance(error, errors.OutOfMemoryError):
        return "full"
    if isinstance(error, errors.ResponseError) and not isinstance(error, _NOT_NOW):
        return "wrong"
    return "away"
