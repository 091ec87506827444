"""Connections to one server: few, checked before use, renewed by age (SQLAlchemy's pool)."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pymysql
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from core.errors import ConfigError, GembaError, ModelFixable, QueryCancelled, Unavailable
from core.execution.starrocks.address import Address
from core.execution.starrocks.dial import SIGN_IN, dial
from core.execution.starrocks.failures import (
    BROKEN,
    GONE_THREAD,
    code_of,
    connect_failure,
    is_lost,
    words_of,
)
from core.execution.starrocks.watch import Running, Watch
from core.translation import gettext as _

_LOG = logging.getLogger(__name__)
#: Longest wait for one thing the server says while a connection is opened or checked, in seconds.
CONNECT_S = 5.0
#: A query's read may take this much longer than its deadline: the watch ends it before.
_READ_AFTER_S = 5.0
_KILL_S = 5.0
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """size: connections at most. wait_s: longest wait for a free one. recycle_s: age at which a
    connection is renewed."""

    size: int = 4
    wait_s: float = 5.0
    recycle_s: float = 600.0


class ConnectionPool:
    """Thread-safe. session: statements that each new connection runs."""

    def __init__(self, address: Address, settings: PoolSettings, session: Sequence[str]) -> None:
        self._address = address
        self._settings = settings
        self._session = tuple(session)
        self._tls = address.tls_context()
        self._slots = threading.BoundedSemaphore(settings.size)
        self._current = threading.local()  # the watch of the attempt that a connection is for
        self._pool = QueuePool(
            self._connect,
            pool_size=settings.size,
            max_overflow=0,
            recycle=int(settings.recycle_s),
            use_lifo=True,
            reset_on_return=None,  # nothing is ever changed, so nothing is rolled back
        )
        event.listen(self._pool, "checkout", self._check)

    @contextmanager
    def lend(self, watch: Watch) -> Iterator[PoolProxiedConnection]:
        """A connection that answered just now, held by the watch. It goes back when the block ends
        well and is thrown away when an error leaves it. Raises Unavailable, ConfigError or
        QueryCancelled."""
        self._wait_for_slot(watch)
        try:
            lent = self._take(watch)
            try:
                yield lent
            except ModelFixable:
                raise  # a statement that the server refuses leaves the connection whole
            except BaseException:
                abandon(lent.dbapi_connection)
                lent.invalidate()
                raise
            finally:
                lent.close()
        finally:
            self._slots.release()

    def kill(self, running: Running) -> None:
        """Ask the server to end a query. Does not wait; a failure is logged."""
        # No daemon: a program that is stopped by Ctrl-C ends its query too, _KILL_S later at most.
        threading.Thread(
            target=self._tell, args=(running,), name="query-kill", daemon=False
        ).start()

    def _tell(self, running: Running) -> None:
        """Over a connection of its own, in _KILL_S at most."""
        with Watch(_nothing, time.monotonic() + _KILL_S) as watch:
            connection = None
            try:
                # A name may stand for several servers: to the one that has the query.
                connection = self._open(watch, running.where)
                with connection.cursor() as cursor:
                    cursor.execute(f"KILL QUERY {int(running.number)}")
            except (GembaError, pymysql.err.MySQLError, OSError, *BROKEN) as error:
                if code_of(error) not in GONE_THREAD:
                    told = error if isinstance(error, GembaError) else words_of(error)
                    _LOG.warning("query %s was not ended on the server: %s", running.number, told)
            finally:
                if connection is not None:
                    abandon(connection)

    def close(self) -> None:
        """Close the idle connections; those that are lent close when they come back."""
        self._pool.dispose()

    def _wait_for_slot(self, watch: Watch) -> None:
        deadline = time.monotonic() + min(self._settings.wait_s, watch.left_s)
        while not self._slots.acquire(timeout=_LOOK_S):
            if watch.reason == "stop":
                raise QueryCancelled(_("The query was stopped."))
            if time.monotonic() >= deadline:
                raise Unavailable(
                    f"All {self._settings.size} connections to the database are in use. Try again "
                    "in a moment."
                )

    def _take(self, watch: Watch) -> PoolProxiedConnection:
        self._current.watch = watch
        try:
            return self._pool.connect()
        except (pymysql.err.MySQLError, OSError, SQLAlchemyError, *BROKEN) as error:
            raise connect_failure(error, self._address) from error
        finally:
            self._current.watch = None

    def _check(self, connection: Any, _record: Any, _proxy: Any) -> None:
        """Whether an idle connection still answers; the pool opens another when it does not."""
        watch: Watch = self._current.watch
        try:
            watch.hold(connection._sock.fileno())
            wait_at_most(connection, min(CONNECT_S, watch.left_s))
            connection.ping(reconnect=False)
        except (pymysql.err.MySQLError, OSError, *BROKEN) as error:
            abandon(connection)
            raise DisconnectionError from error

    def _connect(self) -> Any:
        watch: Watch = self._current.watch
        connection = self._open(watch)
        statement = ""
        try:
            with connection.cursor() as cursor:
                for statement in self._session:
                    cursor.execute(statement)
        except (pymysql.err.MySQLError, OSError, *BROKEN) as error:
            abandon(connection)
            if is_lost(error) or not isinstance(error, pymysql.err.MySQLError):
                raise connect_failure(error, self._address) from error
            raise ConfigError(
                f"The server at {self._address.host}:{self._address.port} does not take "
                f"{statement!r}: {words_of(error)}. Check that it is StarRocks 3.1 or newer."
            ) from error
        return connection

    def _open(self, watch: Watch, where: Any = None) -> pymysql.connections.Connection[Any]:
        """A signed-in connection, opened under a watch that may end it at any time."""
        wait_s = max(0.1, min(CONNECT_S, watch.left_s))
        connection: Any = None
        try:
            connection = pymysql.connections.Connection(
                host=self._address.host,
                port=self._address.port,
                user=self._address.user,
                # As bytes: of a text, PyMySQL takes Latin-1 alone, and its error would quote it.
                password=self._address.password.encode(),
                database=self._address.database,
                charset="utf8mb4",
                ssl=self._tls,
                ssl_disabled=self._tls is None,
                connect_timeout=wait_s,
                read_timeout=wait_s,
                write_timeout=wait_s,
                local_infile=False,
                autocommit=True,
                client_flag=0,
                auth_plugin_map=SIGN_IN,
                defer_connect=True,
            )
            named = (self._address.host, self._address.port)
            plain = dial(where or named, wait_s, lambda: bool(watch.reason))
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            watch.hold(plain.fileno())
            connection.connect(plain)
        except (pymysql.err.MySQLError, OSError, *BROKEN) as error:
            if connection is not None:
                abandon(connection)
            raise connect_failure(error, self._address) from error
        opened: pymysql.connections.Connection[Any] = connection
        return opened


def running_on(connection: Any) -> Running:
    """What a KILL needs of the query that this connection is about to run."""
    return Running(int(connection.thread_id()), connection._sock.getpeername()[:2])


def wait_at_most(connection: Any, seconds: float) -> None:
    """Let each read and write on this connection wait so long. PyMySQL sets its socket's timeout
    from these before each."""
    connection._read_timeout = connection._write_timeout = max(0.1, seconds)


def wait_until_after(connection: Any, watch: Watch) -> None:
    """Let reads wait longer than the watch does, so that it is the watch that ends them."""
    wait_at_most(connection, watch.left_s + _READ_AFTER_S)


def abandon(connection: Any) -> None:
    """Close the socket without a word to a server that may not listen, and with rows unread."""
    # PyMySQL would read the rest of a result first, a million rows as the case may be.
    result = connection._result
    if result is not None:
        result.unbuffered_active = False
        connection._result = None
    with suppress(OSError):
        connection._force_close()


def _nothing(_running: Running) -> None:
    """A KILL is not ended by another."""
