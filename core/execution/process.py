"""One DuckDB child process as the parent sees it: start, ask, kill."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CHILD = Path(__file__).with_name("duckdb_child.py")
_HEAD = struct.Struct("!IQ")
_READ = 1 << 20
_POLL_S = 0.02


class ChildDiedError(Exception):
    """The child ended or closed its pipe before it answered."""


class DeadlineError(Exception):
    """No whole answer by the deadline."""


class StoppedError(Exception):
    """The caller's stop signal was set."""


@dataclass(frozen=True, slots=True)
class ChildSetup:
    """What a child opens. memory_mb: DuckDB's own limit; the kernel's follows from it."""

    path: Path
    memory_mb: int
    threads: int
    macros: tuple[str, ...]


class Child:
    """A started process. Not thread-safe: whoever took it from the pool owns it."""

    def __init__(self, setup: ChildSetup) -> None:
        self._buffer = bytearray()
        self._ready = False
        # An isolated interpreter with a bare environment: no secret of ours is inherited.
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            "MALLOC_ARENA_MAX": "2",
            "ARROW_DEFAULT_MEMORY_POOL": "system",
            "OMP_NUM_THREADS": "1",
        }
        for name in ("LD_LIBRARY_PATH", "SYSTEMROOT", "TZDIR"):
            if name in os.environ:
                environment[name] = os.environ[name]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in = self._process.stdin
        self._out = self._process.stdout.fileno()
        os.set_blocking(self._out, False)
        self._send(
            {
                "path": str(setup.path),
                "memory_mb": setup.memory_mb,
                "threads": setup.threads,
                "macros": list(setup.macros),
            }
        )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def wait_ready(
        self, deadline: float, stopped: Callable[[], bool] | None = None
    ) -> dict[str, Any] | None:
        """None once the store is open; the child's complaint when it could not open it."""
        if self._ready:
            return None
        head, _ = self._receive(deadline, stopped)
        if head.get("ready"):
            self._ready = True
            return None
        return head

    def ask(
        self,
        sql: str,
        limit: int,
        *,
        cpu_s: float,
        deadline: float,
        stopped: Callable[[], bool] | None = None,
    ) -> tuple[dict[str, Any], bytes]:
        """The answer's head and Arrow body. Raises ChildDiedError, DeadlineError or StoppedError;
        after each of them the child is of no more use."""
        self._send({"sql": sql, "limit": limit, "cpu_s": cpu_s})
        return self._receive(deadline, stopped)

    def kill(self) -> None:
        """End it at once and clear it away."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._in.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)

    def _send(self, head: dict[str, Any]) -> None:
        text = json.dumps(head).encode()
        try:
            self._in.write(_HEAD.pack(len(text), 0) + text)
            self._in.flush()
        except (OSError, ValueError) as error:
            raise ChildDiedError from error

    def _receive(
        self, deadline: float, stopped: Callable[[], bool] | None
    ) -> tuple[dict[str, Any], bytes]:
        lengths = self._take(_HEAD.size, deadline, stopped)
        head_size, body_size = _HEAD.unpack(lengths)
        head = json.loads(self._take(head_size, deadline, stopped))
        return head, self._take(body_size, deadline, stopped)

    def _take(self, size: int, deadline: float, stopped: Callable[[], bool] | None) -> bytes:
        while len(self._buffer) < size:
            if stopped is not None and stopped():
                raise StoppedError
            left = deadline - time.monotonic()
            if left <= 0:
                raise DeadlineError
            # poll, not select: file numbers above 1023 are fine.
            poller = select.poll()
            poller.register(self._out, select.POLLIN)
            wait_s = left if stopped is None else min(left, _POLL_S)
            if not poller.poll(max(1, int(wait_s * 1000))):
                continue
            try:
                part = os.read(self._out, _READ)
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChildDiedError from error
            if not part:
                raise ChildDiedError
            self._buffer += part
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken
