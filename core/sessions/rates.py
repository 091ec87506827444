"""How often one may ask: so many questions in any span of a minute, or whatever is set.

The window slides: each question counts for its own span, so that a limit of 60 a minute never lets
more than 60 through in any minute. It is kept in the Redis, for all processes together; without
one, or while it is away, each process counts its own.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from typing import NamedTuple

import redis
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from core.errors import RateLimited, SettingsError
from core.sessions.connection import Client
from core.sessions.keys import part
from core.sessions.link import Link, NotKept
from core.translation import gettext as _
from core.translation import ngettext, pgettext
from core.types import User

#: A longer wait is told in minutes.
_MINUTES_FROM_S = 120


class _ClientStorage(RedisStorage):
    """`limits` on a client that stands already, of any form; it would open one of its own."""

    STORAGE_SCHEME = RedisStorage.STORAGE_SCHEME[:0]  # no address leads to it

    def __init__(self, client: Client) -> None:
        self.key_prefix = "rl"
        self.storage = client
        self.wrap_exceptions = False
        self.initialize_storage("")

    @property
    def base_exceptions(self) -> type[Exception]:
        return redis.RedisError


class _Asked(NamedTuple):
    """A limit that a question counts for. whose: `user` or `tenant`."""

    item: RateLimitItem
    whose: str
    name: str


class Rates:
    """Counts questions. Thread-safe."""

    def __init__(self, link: Link, *, user: str = "0", tenant: str = "0") -> None:
        """user, tenant: as "60/minute" or "10/second; 600/hour"; "0" for no limit. Raises
        SettingsError for another text."""
        self._link = link
        self._of_user = _limits("GEMBA_RATE_USER", user)
        self._of_tenant = _limits("GEMBA_RATE_TENANT", tenant)
        self._lock = threading.Lock()
        self._here: MovingWindowRateLimiter | None = None
        self._shared: tuple[Client, MovingWindowRateLimiter] | None = None

    def admit(self, user: User) -> None:
        """Count a question. Raises RateLimited, which is not counted, with how long to wait."""
        asked = [_Asked(item, "user", part(user.name)) for item in self._of_user]
        asked += [_Asked(item, "tenant", "all") for item in self._of_tenant]
        if not asked:
            return
        over = self._over(part(user.tenant), asked)
        if over is not None:
            refused, wait_s = over
            raise RateLimited(_message(refused.item, refused.whose, wait_s), retry_after_s=wait_s)

    def _over(self, tenant: str, asked: list[_Asked]) -> tuple[_Asked, float] | None:
        """The limit that the question is over, and the seconds until it is not; else it is
        counted."""
        if not self._link.is_embedded:
            # What is counted twice would be two questions.
            with contextlib.suppress(NotKept):
                return self._link.run(
                    lambda client: _over(self._limiter(client), tenant, asked), is_repeatable=False
                )
        with self._lock:
            if self._here is None:
                self._here = MovingWindowRateLimiter(MemoryStorage())
            return _over(self._here, tenant, asked)

    def _limiter(self, client: Client) -> MovingWindowRateLimiter:
        shared = self._shared
        if shared is None or shared[0] is not client:
            shared = self._shared = client, MovingWindowRateLimiter(_ClientStorage(client))
        return shared[1]


def _over(
    limiter: MovingWindowRateLimiter, tenant: str, asked: list[_Asked]
) -> tuple[_Asked, float] | None:
    # Look at all before any is counted: one that is over costs nothing of the others.
    for step in (limiter.test, limiter.hit):
        for one in asked:
            names = (tenant, one.whose, one.name)
            if not step(one.item, *names):
                opens_at = limiter.get_window_stats(one.item, *names).reset_time
                wait_s = max(0.0, opens_at - time.time())
                return one, min(float(one.item.get_expiry()), wait_s)
    return None


def _limits(name: str, text: str) -> tuple[RateLimitItem, ...]:
    if text.strip() in ("", "0"):
        return ()
    try:
        found = tuple(parse_many(text))
    except ValueError:
        found = ()
    if not found or any(item.amount < 1 for item in found):
        raise SettingsError(
            f"{name} must be a number of questions and a span, such as 60/minute, or 0 for no "
            f"limit, not {text!r}."
        )
    return found


def _message(item: RateLimitItem, whose: str, wait_s: float) -> str:
    one = _("You may ask {n} in any {span}, and that many were asked. Ask again in {time}.")
    all_ = _(
        "All of your organisation together may ask {n} in any {span}, and that many were asked. "
        "Ask again in {time}."
    )
    questions = ngettext("{n} question", "{n} questions", item.amount)
    return (one if whose == "user" else all_).format(
        n=questions.format(n=f"{item.amount:,}"), span=_span(item), time=_time(wait_s)
    )


def _span(item: RateLimitItem) -> str:
    names = {
        "second": (
            pgettext("span", "second"),
            ngettext("{n} second", "{n} seconds", item.multiples),
        ),
        "minute": (
            pgettext("span", "minute"),
            ngettext("{n} minute", "{n} minutes", item.multiples),
        ),
        "hour": (pgettext("span", "hour"), ngettext("{n} hour", "{n} hours", item.multiples)),
        "day": (pgettext("span", "day"), ngettext("{n} day", "{n} days", item.multiples)),
        "month": (pgettext("span", "month"), ngettext("{n} month", "{n} months", item.multiples)),
        "year": (pgettext("span", "year"), ngettext("{n} year", "{n} years", item.multiples)),
    }
    bare, several = names[item.GRANULARITY.name]
    return several.format(n=item.multiples) if item.multiples > 1 else bare


def _time(wait_s: float) -> str:
    if wait_s > _MINUTES_FROM_S:
        n = math.ceil(wait_s / 60)
        return ngettext("{n} minute", "{n} minutes", n).format(n=n)
    n = max(1, math.ceil(wait_s))
    return ngettext("{n} second", "{n} seconds", n).format(n=n)
