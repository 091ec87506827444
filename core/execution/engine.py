"""DuckDB as an engine: a small pool of sandboxed child processes over one read-only file."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.errors import (
    ConfigError,
    GembaError,
    ModelFixable,
    QueryCancelled,
    QueryTimeout,
    Unavailable,
)
from core.execution.dialect import MACROS, to_duckdb
from core.execution.duckdb_plan import (
    ROW_GROUPS_SQL,
    RowGroup,
    read_plan,
    row_groups,
    tables_read,
)
from core.execution.process import (
    Child,
    ChildDiedError,
    ChildSetup,
    DeadlineError,
    StoppedError,
)
from core.execution.types import plain_types
from core.translation import gettext as _
from core.types import CancelToken, Estimate, Governed, Result

_START_S = 10.0  # longest time a child may take to open the file
_FETCH_ROWS = 1_000_000
_FETCH_S = 30.0
_DEMO_HINT = "Build it with `python -m core demo`, or set GEMBA_STORE_URL to another file."


class DuckDBEngine:
    """Implements core.types.Engine. Thread-safe; each query has a child process of its own.

    path: the DuckDB file; it is opened read-only when the first query comes, or by `check`.
    memory_mb: memory of one query; threads: CPU threads of one query; children: queries at once.
    One more child than that is kept warm, so that a killed one is replaced at once.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        memory_mb: int = 1024,
        threads: int = 2,
        children: int = 2,
    ) -> None:
        self._path = Path(path).expanduser().resolve()
        self._setup = ChildSetup(self._path, memory_mb, threads, MACROS)
        self._slots = threading.BoundedSemaphore(children)
        self._size = children + 1
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._stamp: tuple[int, int, int] | None = None
        self._row_groups: dict[tuple[tuple[int, int, int], str], tuple[RowGroup, ...]] = {}
        self._closed = False

    @property
    def path(self) -> Path:
        """The file that is read."""
        return self._path

    def check(self) -> None:
        """Open the file once; raises ConfigError or Unavailable with what to do."""
        self.fetch("SELECT 1 AS ok")

    def warm(self) -> None:
        """Start the children in advance; does nothing when the file is not there yet."""
        with contextlib.suppress(GembaError, OSError):
            self._fill()

    def run(
        self,
        governed: Governed,
        *,
        timeout_s: float,
        cancel: CancelToken | None = None,
    ) -> Result:
        """See core.types.Engine.run. The waiting for a free child counts against timeout_s."""
        deadline = time.monotonic() + timeout_s
        stopped = cancel.is_set if cancel is not None else None
        sql = to_duckdb(governed.sql)
        table, elapsed_ms = self._query(sql, governed.limit, timeout_s, deadline, stopped)
        cap = max(governed.limit - 1, 0)
        truncated = table.num_rows > cap
        table = table.slice(0, cap)
        if governed.columns and len(governed.columns) == table.num_columns:
            table = table.rename_columns(list(governed.columns))
        return Result(table=table, truncated=truncated, elapsed_ms=elapsed_ms)

    def explain(
        self,
        governed: Governed,
        *,
        timeout_s: float,
        cancel: CancelToken | None = None,
    ) -> Estimate:
        """See core.types.Engine.explain. Rows are those of the row groups that are read."""
        deadline = time.monotonic() + timeout_s
        stopped = cancel.is_set if cancel is not None else None
        sql = f"EXPLAIN (FORMAT JSON) {to_duckdb(governed.sql)}"
        table, _names = self._query(sql, 1, timeout_s, deadline, stopped)
        plan = str(table.column(1)[0].as_py())
        stamp = self._file_stamp()
        groups = {}
        for name in tables_read(plan):
            key = (stamp, name)
            if key not in self._row_groups:
                quoted = "'" + name.replace("'", "''") + "'"
                text = ROW_GROUPS_SQL.format(table=quoted)
                found, _names = self._query(text, _FETCH_ROWS, timeout_s, deadline, stopped)
                self._row_groups = {k: v for k, v in self._row_groups.items() if k[0] == stamp}
                self._row_groups[key] = row_groups(found)
            groups[name] = self._row_groups[key]
        return read_plan(plan, groups)

    def stamp(self) -> str:
        """See core.types.Engine.stamp: the file's path, size and time of change."""
        inode, changed_ns, size = self._file_stamp()
        return f"{self._path}:{inode}:{size}:{changed_ns}"

    def fetch(self, sql: str, *, timeout_s: float = _FETCH_S) -> pa.Table:
        """Rows of a trusted StarRocks SELECT of ours, such as the values of a column. Never give
        it text that a user or a model wrote: it is not governed."""
        deadline = time.monotonic() + timeout_s
        table, _names = self._query(to_duckdb(sql), _FETCH_ROWS, timeout_s, deadline, None)
        return table

    def close(self) -> None:
        """End all children."""
        with self._lock:
            self._closed = True
            children, self._idle = self._idle, []
        for child in children:
            child.kill()

    # -- one query ------------------------------------------------------------------------------

    def _query(
        self,
        sql: str,
        limit: int,
        timeout_s: float,
        deadline: float,
        stopped: Callable[[], bool] | None,
    ) -> tuple[pa.Table, float]:
        self._wait_for_slot(deadline, stopped)
        try:
            # A child that died (killed by the kernel, a crash in the engine) is tried once more.
            for is_last in (False, True):
                try:
                    return self._attempt(sql, limit, timeout_s, deadline, stopped, is_fresh=is_last)
                except ChildDiedError:
                    if is_last:
                        raise Unavailable(
                            _(
                                "The query engine stopped while it ran this query, "
                                "twice. Ask for a "
                                "shorter time or fewer groups."
                            )
                        ) from None
            raise AssertionError
        finally:
            self._slots.release()

    def _wait_for_slot(self, deadline: float, stopped: Callable[[], bool] | None) -> None:
        while not self._slots.acquire(timeout=0.02):
            if stopped is not None and stopped():
                raise QueryCancelled(_("The query was stopped."))
            if time.monotonic() >= deadline:
                raise Unavailable(
                    _("The query engine is busy with other questions. Try again in a moment.")
                )

    def _attempt(
        self,
        sql: str,
        limit: int,
        timeout_s: float,
        deadline: float,
        stopped: Callable[[], bool] | None,
        *,
        is_fresh: bool,
    ) -> tuple[pa.Table, float]:
        # What ended one child may have ended those that stand by.
        child = Child(self._setup) if is_fresh else self._take()
        keep = False
        try:
            complaint = child.wait_ready(
                max(deadline, time.monotonic() + 0.001) if stopped else deadline, stopped
            )
            if complaint is not None:
                raise self._store_error(complaint)
            head, body = child.ask(sql, limit, cpu_s=timeout_s, deadline=deadline, stopped=stopped)
            keep = True
        except DeadlineError:
            raise QueryTimeout(
                _(
                    "The query took longer than {timeout_s:g} s and was ended. Ask for a "
                    "shorter time or fewer groups."
                ).format(timeout_s=timeout_s)
            ) from None
        except StoppedError:
            raise QueryCancelled(_("The query was stopped.")) from None
        finally:
            self._give_back(child, keep=keep)
        if "error" in head:
            raise _query_error(head)
        return _read_table(body), float(head["elapsed_ms"])

    # -- children -------------------------------------------------------------------------------

    def _take(self) -> Child:
        """A child, a warmed one first; more are started to stand by."""
        self._fill()
        with self._lock:
            while self._idle:
                child = self._idle.pop(0)
                if child.is_alive:
                    return child
                child.kill()
        return Child(self._setup)

    def _fill(self) -> None:
        """Bring the pool to its size; old children go when the file has been replaced."""
        stamp = self._file_stamp()
        stale: list[Child] = []
        with self._lock:
            if self._closed:
                raise Unavailable("The query engine is shut down.")
            if stamp != self._stamp:
                stale, self._idle = self._idle, []
                self._stamp = stamp
            missing = self._size - len(self._idle)
            if not self._idle:
                # The first query needs one child; the others start behind it.
                self._idle.append(Child(self._setup))
                missing -= 1
            if missing > 0:
                threading.Thread(target=self._add, args=(stamp,), daemon=True).start()
        for child in stale:
            child.kill()

    def _add(self, stamp: tuple[int, int, int]) -> None:
        """Start children until the pool is full."""
        while True:
            with self._lock:
                if self._closed or stamp != self._stamp or len(self._idle) >= self._size:
                    return
                with contextlib.suppress(OSError, ChildDiedError):
                    self._idle.append(Child(self._setup))
                    continue
                return

    def _give_back(self, child: Child, *, keep: bool) -> None:
        if keep and child.is_alive:
            with self._lock:
                if not self._closed and self._stamp is not None:
                    self._idle.insert(0, child)
                    extra = self._idle[self._size :]
                    del self._idle[self._size :]
                    for other in extra:
                        other.kill()
                    return
        child.kill()

    def _file_stamp(self) -> tuple[int, int, int]:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            raise Unavailable(
                f"The data file {str(self._path)!r} is not there. {_DEMO_HINT}"
            ) from None
        except OSError as error:
            raise Unavailable(
                f"The data file {str(self._path)!r} cannot be read: {error.strerror}."
            ) from error
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    def _store_error(self, complaint: dict[str, Any]) -> GembaError:
        message = str(complaint.get("message", ""))
        name = repr(str(self._path))
        folded = message.casefold()
        if "lock" in folded:
            return Unavailable(
                f"The data file {name} is being written by another program. Try again when it "
                "is done."
            )
        if "permission" in folded:
            return ConfigError(f"The data file {name} may not be read. Check its permissions.")
        first_line = message.splitlines()[0] if message else complaint.get("error", "")
        return ConfigError(
            f"The data file {name} cannot be opened as a DuckDB file: {first_line} {_DEMO_HINT}"
        )


def _query_error(head: dict[str, Any]) -> GembaError:
    kind, message = str(head["error"]), str(head.get("message", ""))
    first_line = message.splitlines()[0] if message else kind
    if kind in ("OutOfMemoryException", "MemoryError") or "Out of Memory" in message:
        return Unavailable(
            _(
                "The query needs more memory than one query may take. Ask for a shorter "
                "time or fewer groups."
            )
        )
    if kind == "ResultTooLargeError":
        return Unavailable(
            _("The answer's rows are too large to be shown. Ask for fewer columns or fewer rows.")
        )
    if kind in ("IOException", "FatalException", "InternalException"):
        return Unavailable(f"The data file could not be read: {first_line}")
    return ModelFixable(
        _("The query engine did not accept the query: {first_line}").format(first_line=first_line),
        hint=message[:1000],
    )


def _read_table(body: bytes) -> pa.Table:
    with pa.ipc.open_stream(body) as reader:
        table = reader.read_all()
    try:
        return plain_types(table)
    except pa.ArrowNotImplementedError as error:
        raise ModelFixable(
            _(
                "A column of the answer cannot be shown: it is no number, text, date or "
                "truth value."
            ),
            hint=_(
                "Show the parts of a tuple as columns of their own, and an interval as a number."
            ),
        ) from error
