"""How much may stay in this process where there is no Redis; a server has `maxmemory` for that.

When it is too much, the rows that would go soonest anyway go first, as `volatile-ttl` does it.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from core.sessions.connection import Client

_LOG = logging.getLogger(__name__)
#: What is left after rows had to go, so that they do not go one by one.
_LEFT = 0.75


class Room:
    """Counts what is written, and makes room. Thread-safe."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._used = 0

    def make(self, client: Client, coming: int) -> None:
        """Room for so many bytes; call it before they are written."""
        with self._lock:
            self._used += coming
            if self._used <= self._most:
                return
            # The count knows nothing of what expired or was written over: look.
            found = sorted(_rows(client))
            self._used = coming + sum(size for _, size, _ in found)
            if self._used <= self._most:
                return
            gone = 0
            for _, size, key in found:
                if self._used <= self._most * _LEFT:
                    break
                client.delete(key)
                self._used -= size
                gone += 1
            _LOG.info("the rows of %d conversations or statements were let go for room", gone)


def _rows(client: Any) -> list[tuple[int, int, bytes]]:
    """Milliseconds left, bytes and key of all that holds rows."""
    found = []
    for key in client.scan_iter(match="df:*", count=1_000):
        size = sum(len(value) for value in client.hvals(key))
        found.append((client.pttl(key), size, key))
    cached = client.scan_iter(match="sql_cache:*", count=1_000)
    return found + [(client.pttl(key), client.strlen(key), key) for key in cached]
