"""Changing a DuckDB store while it is read: in a copy beside it that takes its place when complete.

DuckDB lets one process write a file or many read it. A copy leaves the readers in peace: they go on
with the file that they opened, and whoever asks next gets the new one (`DuckDBEngine` sees the
change). Writers wait for one another by a lock file; one that takes no lock is noticed, because the
store is then another one than was copied, and the change is made again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import duckdb

from core.errors import Unavailable

_T = TypeVar("_T")
_TRIES: Final = 5
#: Free bytes beside the copy.
_SPARE: Final = 64 * 1024 * 1024
_LOOK_S: Final = 0.05


class NotNeeded(Exception):
    """Raised by a change that finds nothing to do; the store stays as it is."""


def changed(
    store: Path, change: Callable[[duckdb.DuckDBPyConnection], _T], *, wait_s: float = 60.0
) -> _T:
    """Make a change to a store, all of it or nothing; a store that is not there begins empty.

    change: gets a connection to the copy; it may be called again. Raises NotNeeded as it does, and
    Unavailable where there is no room, no right, or another writer for longer than `wait_s`.
    """
    store = store.resolve()  # a link stays one
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        with _alone(store, wait_s):
            for _ in range(_TRIES):
                before = _stamp(store)
                with _copy(store, before) as copy:
                    result = _in_copy(copy, change)
                    if _stamp(store) == before:
                        copy.replace(store)
                        _sync(store.parent)
                        return result
    except OSError as error:
        raise Unavailable(
            f"The store {store.name} cannot be changed: {error.strerror or error}. Nothing was "
            "changed; check the space and rights of its folder."
        ) from error
    except (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException) as error:
        first = str(error).splitlines()[0]
        raise Unavailable(
            f"The store {store.name} cannot be changed: {first} Nothing was changed."
        ) from error
    raise Unavailable(f"The store {store.name} is changed by others all the time; try again.")


def _in_copy(copy: Path, change: Callable[[duckdb.DuckDBPyConnection], _T]) -> _T:
    with duckdb.connect(str(copy)) as connection:
        connection.execute("BEGIN")
        result = change(connection)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    return result


@contextlib.contextmanager
def _alone(store: Path, wait_s: float) -> Iterator[None]:
    """One writer at a time; the lock goes with its process, however that ends."""
    until = time.monotonic() + wait_s
    with store.with_name(f".{store.name}.lock").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > until:
                    raise Unavailable(
                        f"Another process has been writing to {store.name} for {wait_s:g} s."
                    ) from None
                time.sleep(_LOOK_S)
        yield


@contextlib.contextmanager
def _copy(store: Path, stamp: tuple[int, int, int] | None) -> Iterator[Path]:
    """A copy under a name of its own that is gone at the end, unless it took the store's place."""
    for left in store.parent.glob(f".{store.name}.change-*"):
        # of a writer that was killed: we alone write now
        left.unlink(missing_ok=True)
    if store.with_name(store.name + ".wal").exists():
        raise Unavailable(
            f"The store {store.name} is open for writing in another program, or one was ended in "
            "the middle. Close it, or open and close the file once with DuckDB."
        )
    copy = store.with_name(f".{store.name}.change-{secrets.token_hex(4)}")
    try:
        if stamp is not None:
            free = shutil.disk_usage(store.parent).free
            if free < stamp[2] + _SPARE:
                raise Unavailable(
                    f"A change to {store.name} needs {(stamp[2] + _SPARE) >> 20} MiB beside it, "
                    f"and {free >> 20} MiB are free. Nothing was changed; make room."
                )
            shutil.copyfile(store, copy)
        yield copy
    finally:
        for left in (copy, copy.with_name(copy.name + ".wal")):
            left.unlink(missing_ok=True)
        shutil.rmtree(copy.with_name(copy.name + ".tmp"), ignore_errors=True)


def _stamp(store: Path) -> tuple[int, int, int] | None:
    try:
        found = store.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
