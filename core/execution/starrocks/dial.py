"""Reaches a server, or gives up in time; and what may be said to it before it has proved itself."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from pymysql import err

_LOOK_S = 0.02


def dial(where: tuple[str, int], wait_s: float, is_ended: Callable[[], bool]) -> socket.socket:
    """A connected socket. Raises OSError: TimeoutError after wait_s, or as soon as `is_ended`.

    A name look-up has no time limit and cannot be interrupted, so it runs in a thread of its own;
    one that is given up closes what it may still reach.
    """
    outcome: queue.Queue[socket.socket | OSError] = queue.Queue(1)
    given_up = threading.Event()
    handover = threading.Lock()

    def reach() -> None:
        try:
            found = socket.create_connection(where, wait_s)
        except OSError as error:
            outcome.put(error)
            return
        with handover:
            if not given_up.is_set():
                outcome.put(found)
                return
        found.close()

    threading.Thread(target=reach, name="dial", daemon=True).start()
    limit = time.monotonic() + wait_s
    while True:
        left = limit - time.monotonic()
        try:
            got = outcome.get(timeout=max(0.001, min(left, _LOOK_S)))
        except queue.Empty:
            if left > 0 and not is_ended():
                continue
            with handover:
                given_up.set()
            got = TimeoutError("no answer in time") if outcome.empty() else outcome.get()
        if isinstance(got, OSError):
            raise got
        return got


class SecretOnlyInTls:
    """Answers a server that asks for the password itself (directory accounts need that) inside
    TLS alone: on a plain line, whoever answers could ask for it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def authenticate(self, _packet: Any) -> Any:
        """The server's reply. Raises OperationalError on a plain line."""
        connection = self._connection
        if not connection.ssl:
            raise err.OperationalError(
                2061, "it asks for the password in clear, and the line is not encrypted"
            )
        connection.write_packet(connection.password + b"\0")
        reply = connection._read_packet()
        reply.check_error()
        return reply


#: For PyMySQL: by the names of the ways to sign in that send the password itself.
SIGN_IN: dict[str, Callable[[Any], Any]] = {
    "mysql_clear_password": SecretOnlyInTls,
    "dialog": SecretOnlyInTls,
}
