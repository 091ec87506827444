"""StarRocks as an engine: the governed text as it stands, over pooled MySQL connections.

Every query has a deadline of its own; at the deadline or on Stop the server is told to end it, so
that nothing runs on after nobody waits any more. The server's own limits (query_timeout, memory,
resource group) stand behind that.
"""

from __future__ import annotations

import hashlib
import threading
import time
from typing import Any

import pyarrow as pa
import pymysql
from sqlalchemy.pool import PoolProxiedConnection

from core.errors import GembaError, ModelFixable, QueryCancelled, QueryTimeout, Unavailable
from core.execution.starrocks.account import refuse_writer
from core.execution.starrocks.address import Address
from core.execution.starrocks.explain import with_bounds
from core.execution.starrocks.failures import BROKEN, is_lost, query_failure
from core.execution.starrocks.pool import (
    ConnectionPool,
    PoolSettings,
    running_on,
    wait_until_after,
)
from core.execution.starrocks.reader import Reader
from core.execution.starrocks.server import STARROCKS, Server, SessionLimits
from core.execution.starrocks.watch import Running, Watch
from core.execution.types import plain_types
from core.translation import gettext as _
from core.types import CancelToken, Estimate, Governed, Result

_FETCH_ROWS = 1_000_000
_STAMP_S = 10.0
_CHECK_S = 10.0
#: What the tables of the database are, and when they changed last.
_STAMP_SQL = (
    "SELECT TABLE_NAME, TABLE_ROWS, UPDATE_TIME FROM information_schema.tables "
    "WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME"
)


class StarRocksEngine:
    """Implements core.types.Engine. Thread-safe.

    memory_mb: memory of one query on each backend. server: what is particular to the server.
    """

    def __init__(
        self,
        address: Address,
        *,
        memory_mb: int = 1024,
        pool: PoolSettings | None = None,
        server: Server = STARROCKS,
    ) -> None:
        self._address = address
        self._server = server
        session = server.session(SessionLimits(memory_mb, _FETCH_ROWS))
        self._pool = ConnectionPool(address, pool or PoolSettings(), session)
        self._stamp_lock = threading.Lock()
        self._stamped: tuple[float, str] | None = None
        self._proof_lock = threading.Lock()
        self._is_proved = False

    def check(self) -> None:
        """Connect, and refuse an account that may do more than read. Raises ConfigError or
        Unavailable with what to do."""
        self._prove(_CHECK_S, None)

    def warm(self) -> None:
        """Have one connection ready, and the account checked. Raises ConfigError for an account
        that may write; a server that cannot be reached is told by the first query."""
        try:
            self.check()
        except Unavailable:
            return

    def run(
        self, governed: Governed, *, timeout_s: float, cancel: CancelToken | None = None
    ) -> Result:
        """See core.types.Engine.run."""
        self._require_proof(timeout_s, cancel)
        started = time.perf_counter()
        table = self._query(governed.sql, governed.limit, timeout_s, cancel)
        cap = max(governed.limit - 1, 0)
        truncated = table.num_rows > cap
        table = table.slice(0, cap)
        if governed.columns and len(governed.columns) == table.num_columns:
            table = table.rename_columns(list(governed.columns))
        return Result(table, truncated, (time.perf_counter() - started) * 1000)

    def explain(
        self, governed: Governed, *, timeout_s: float, cancel: CancelToken | None = None
    ) -> Estimate:
        """See core.types.Engine.explain; core/execution/starrocks/explain.py says what counts.

        Where the plan has no figure, all rows of the table count, as far as the server tells the
        account; what it does not tell stays without a figure.
        """
        self._require_proof(timeout_s, cancel)
        sql = f"{self._server.explain} {governed.sql}"
        table = self._query(sql, _FETCH_ROWS, timeout_s, cancel)
        lines = ["\t".join(map(str, row.values())) for row in table.to_pylist()]
        estimate = with_bounds(self._server.read_plan(lines), governed.tables, {})
        if not estimate.unknown:
            return estimate
        there = {
            str(name): int(rows)
            for name, rows, _changed in self._rows(_STAMP_SQL, timeout_s, cancel)
            if rows is not None
        }
        return with_bounds(estimate, governed.tables, there)

    def fetch(self, sql: str, *, timeout_s: float = 30.0) -> pa.Table:
        """Rows of a trusted StarRocks SELECT of ours. Never give it text that a user or a model
        wrote: it is not governed."""
        self._require_proof(timeout_s, None)
        return self._query(sql, _FETCH_ROWS, timeout_s, None)

    def stamp(self) -> str:
        """See core.types.Engine.stamp: a hash of the tables' row counts and times of change, at
        most ten seconds old. A view tells no time of change, so with one each stamp is another."""
        with self._stamp_lock:
            now = time.monotonic()
            if self._stamped is None or now - self._stamped[0] > _STAMP_S:
                self._require_proof(_CHECK_S, None)
                rows = self._rows(_STAMP_SQL)
                tells_all = all(changed is not None for *_, changed in rows)
                text = repr(rows if tells_all else (rows, time.time_ns()))
                digest = hashlib.sha256(text.encode()).hexdigest()[:16]
                self._stamped = (now, f"{self._address.label}:{digest}")
            return self._stamped[1]

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    # -- one query ------------------------------------------------------------------------------

    def _rows(
        self, sql: str, timeout_s: float = _CHECK_S, cancel: CancelToken | None = None
    ) -> list[tuple[Any, ...]]:
        table = self._query(sql, _FETCH_ROWS, timeout_s, cancel)
        return [tuple(row.values()) for row in table.to_pylist()]

    def _require_proof(self, timeout_s: float, cancel: CancelToken | None) -> None:
        """Nothing is run for anyone before the account is proved, whenever the server comes up."""
        if self._is_proved:
            return
        if not self._proof_lock.acquire(timeout=timeout_s):
            raise Unavailable("The database does not say what its account may do. Try again.")
        try:
            if not self._is_proved:
                self._prove(timeout_s, cancel)
        finally:
            self._proof_lock.release()

    def _prove(self, timeout_s: float, cancel: CancelToken | None) -> None:
        """Raises ConfigError for an account that may write, and what a query raises."""
        deadline = time.monotonic() + timeout_s

        def lines(sql: str) -> list[str]:
            left = max(0.1, deadline - time.monotonic())
            return [str(row[-1]) for row in self._rows(sql, left, cancel)]

        def of_role(role: str) -> list[str]:
            # The name was read from the server's own grants and is letters, digits and `_`.
            try:
                return lines(self._server.role_grants.format(role=role))
            except ModelFixable as error:
                # Rights that are not shown count as rights to write.
                return [f"the role {role!r}, whose rights the server does not show: {error.hint}"]

        refuse_writer(lines("SHOW GRANTS"), of_role, self._address.user)
        self._is_proved = True

    def _query(
        self, sql: str, limit: int, timeout_s: float, cancel: CancelToken | None
    ) -> pa.Table:
        """At most `limit` rows. A connection that is lost before the first row is tried again,
        once; after that a query may have been paid for, and is not."""
        deadline = time.monotonic() + timeout_s
        for is_last in (False, True):
            if cancel is not None and cancel.is_set():
                raise QueryCancelled(_("The query was stopped."))
            try:
                return self._attempt(sql, limit, timeout_s, deadline, cancel)
            except _LostEarly as lost:
                if is_last or time.monotonic() >= deadline:
                    raise lost.told from lost.__cause__
        raise AssertionError

    def _attempt(
        self, sql: str, limit: int, timeout_s: float, deadline: float, cancel: CancelToken | None
    ) -> pa.Table:
        reader = Reader(limit)
        with Watch(self._pool.kill, deadline, cancel) as watch:
            try:
                with self._pool.lend(watch) as lent:
                    table = self._read(lent, sql, reader, timeout_s, watch)
            except GembaError as error:
                if watch.reason == "stop":
                    raise _ended("stop", timeout_s) from error
                raise
        return plain_types(table)

    def _read(
        self, lent: PoolProxiedConnection, sql: str, reader: Reader, timeout_s: float, watch: Watch
    ) -> pa.Table:
        connection: Any = lent.dbapi_connection
        running: Running | None = None
        try:
            running = running_on(connection)
            self._bound(lent.info, connection, timeout_s)
            watch.follow(running)
            wait_until_after(connection, watch)
            table = reader.read(connection, sql)
        except (pymysql.err.MySQLError, OSError, *BROKEN) as error:
            raise self._failure(error, watch, reader, timeout_s) from error
        except BaseException:
            # Ctrl-C, or rows that cannot be shown: nobody waits for the rest.
            if running is not None:
                self._pool.kill(running)
            raise
        reason = watch.let_go()
        if reason:
            raise _ended(reason, timeout_s)
        if not reader.is_whole:
            self._pool.kill(running)
            lent.invalidate()
        return table

    def _bound(self, info: dict[str, Any], connection: Any, timeout_s: float) -> None:
        """The server's own limit on the queries of this connection, set when it changes."""
        statement = self._server.timeout(timeout_s)
        if info.get("timeout") == statement:
            return
        with connection.cursor() as cursor:
            cursor.execute(statement)
        info["timeout"] = statement

    def _failure(
        self, error: BaseException, watch: Watch, reader: Reader, timeout_s: float
    ) -> Exception:
        if watch.reason:
            return _ended(watch.reason, timeout_s)
        told = query_failure(error, self._address, timeout_s)
        return _LostEarly(told) if is_lost(error) and not reader.has_rows else told


def _ended(reason: str, timeout_s: float) -> GembaError:
    if reason == "stop":
        return QueryCancelled(_("The query was stopped."))
    return QueryTimeout(
        _(
            "The query took longer than {timeout_s:g} s and was ended. Ask for a "
            "shorter time or fewer groups."
        ).format(timeout_s=timeout_s)
    )


class _LostEarly(Exception):
    """The connection went away before the first row. told: what to say when that is final."""

    def __init__(self, told: GembaError) -> None:
        super().__init__(str(told))
        self.told = told
