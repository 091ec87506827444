"""How many queries one person has running, over all processes that share a Redis.

Each running query holds a lease that ends by itself, so a process that dies gives its places back
when its queries would have ended.
"""

from __future__ import annotations

import contextlib
import uuid

from core.sessions.connection import Client
from core.sessions.keys import running
from core.sessions.link import Link, NotKept
from core.types import User


class Leases:
    """Places of running queries. Thread-safe; never raises."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def take(self, user: User, most: int, *, for_s: float) -> str | None:
        """A lease on one of this person's `most` places; None when all are taken. Empty, and so
        granted, where the Redis is away: this process counts its own all the same."""
        key, lease = running(user), uuid.uuid4().hex

        def add(client: Client) -> bool:
            # The server's clock: those of the processes may differ.
            seconds, micros = client.time()
            now = seconds + micros / 1e6
            with client.pipeline(transaction=True) as pipe:
                pipe.zremrangebyscore(key, "-inf", now)
                pipe.zadd(key, {lease: now + for_s})
                pipe.zcard(key)
                pipe.pexpire(key, round(for_s * 1000) + 1000)
                held = int(pipe.execute()[2])
            # Of several who come at once for one place, each sees those before itself.
            if held > most:
                client.zrem(key, lease)
            return held <= most

        try:
            return lease if self._link.run(add) else None
        except NotKept:
            return ""

    def give_back(self, user: User, lease: str) -> None:
        """The query has ended."""
        if not lease:
            return
        with contextlib.suppress(NotKept):  # it ends by itself
            self._link.run(lambda client: client.zrem(running(user), lease))
