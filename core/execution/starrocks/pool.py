"""Connections to one server: few, checked before use, renewed by age (SQLAlchemy's pool)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pymysql
from sqlalchemy.dialects.mysql.pymysql import MySQLDialect_pymysql
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from core.errors import Unavailable
from core.execution.starrocks.address import Address
from core.execution.starrocks.failures import connect_failure

#: Longest time for a connection, its sign-in and its session settings, in seconds.
CONNECT_S = 5.0
#: Beyond a query's deadline: the server is told to stop first, and says so.
GRACE_S = 2.0


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
        self._pool = QueuePool(
            self._connect,
            pool_size=settings.size,
            max_overflow=0,
            timeout=settings.wait_s,
            recycle=int(settings.recycle_s),
            pre_ping=True,
            use_lifo=True,
            reset_on_return=None,  # nothing is ever changed, so nothing is rolled back
            dialect=MySQLDialect_pymysql(),
        )

    @contextmanager
    def lend(self) -> Iterator[PoolProxiedConnection]:
        """A connection that answered just now. It goes back when the block ends well and is
        thrown away when an error leaves it. Raises Unavailable or ConfigError."""
        try:
            lent = self._pool.connect()
        except PoolTimeout:
            raise Unavailable(
                f"All {self._settings.size} connections to the database are in use. Try again in "
                "a moment."
            ) from None
        except (pymysql.err.MySQLError, OSError, SQLAlchemyError) as error:
            raise connect_failure(error, self._address) from error
        try:
            yield lent
        except BaseException:
            lent.invalidate()
            raise
        finally:
            lent.close()

    def kill(self, thread_id: int) -> None:
        """Ask the server to end the query of a connection, over a connection of its own.

        The id is the server's own number of that connection. Raises Unavailable.
        """
        connection = self._open(timeout_s=GRACE_S)
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"KILL QUERY {int(thread_id)}")
        except pymysql.err.MySQLError as error:
            raise connect_failure(error, self._address) from error
        finally:
            close_quietly(connection)

    def close(self) -> None:
        """Close the idle connections; those that are lent close when they come back."""
        self._pool.dispose()

    def _connect(self) -> Any:
        connection = self._open(timeout_s=CONNECT_S)
        try:
            with connection.cursor() as cursor:
                for statement in self._session:
                    cursor.execute(statement)
        except BaseException:
            close_quietly(connection)
            raise
        return connection

    def _open(self, *, timeout_s: float) -> pymysql.connections.Connection[Any]:
        try:
            return pymysql.connect(
                host=self._address.host,
                port=self._address.port,
                user=self._address.user,
                password=self._address.password,
                database=self._address.database,
                charset="utf8mb4",
                ssl=self._tls,
                ssl_disabled=self._tls is None,
                connect_timeout=timeout_s,
                read_timeout=timeout_s,
                write_timeout=timeout_s,
                local_infile=False,
                autocommit=True,
                client_flag=0,
            )
        except (pymysql.err.MySQLError, OSError, ValueError) as error:
            raise connect_failure(error, self._address) from error


def wait_until(connection: Any, deadline: float) -> None:
    """Let reads on this connection wait until the deadline and the server's grace, no longer.

    deadline: of time.monotonic(). PyMySQL sets its socket's timeout from this at each read.
    """
    connection._read_timeout = max(0.1, deadline - time.monotonic()) + GRACE_S


def close_quietly(connection: Any) -> None:
    """Close the socket without a word to a server that may not listen any more."""
    with suppress(Exception):
        connection._force_close()
