"""Where an import works: a folder beside the store, one import at a time, gone at the end.

The store is built in that folder and renamed into its place when it is complete and synced, so
that it is all there or not at all; what a killed import left is removed by the next one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import UserFixable
from core.translation import told

#: Called with what is done at present and how much of it, 0..1; may raise to stop the import.
Progress = Callable[[str, float], None]
#: Kept free for everything else that writes to this disk.
_SPARE_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder for one import. folder: holds copies of files. store: the file that is being built,
    which has the name and the folder's name that it will have in its place."""

    folder: Path
    store: Path

    def need(self, size: int, what: str) -> None:
        """Raises UserFixable where the disk has not so many bytes left."""
        free = free_bytes(self.folder)
        if free < size + _SPARE_BYTES:
            raise UserFixable(
                told(
                    "{what} needs about {need} of disk and {free} are free beside {folder}. "
                    "Nothing was imported. Free some space, or set GEMBA_DATA_DIR to a larger "
                    "disk.",
                    what=what,
                    need=size_text(size + _SPARE_BYTES),
                    free=size_text(free),
                    folder=repr(str(self.folder.parent)),
                )
            )


def free_bytes(folder: Path) -> int:
    """Bytes that may still be written there."""
    return shutil.disk_usage(folder).free


def size_text(size: int) -> str:
    """Bytes for people: `3.2 GB`."""
    value = float(size)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


@contextlib.contextmanager
def workspace(target: Path) -> Iterator[Workspace]:
    """A workspace for the store at `target`, held against other imports into it.

    Raises UserFixable when another import into that store runs, or the folder cannot be made.
    """
    folder = target.with_name(f".{target.name}.importing")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(target.with_name(f".{target.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise UserFixable(
            told(
                "The folder {folder} cannot be written: {why}. Check GEMBA_DATA_DIR and its "
                "rights.",
                folder=repr(str(target.parent)),
                why=(error.strerror or str(error)).lower(),
            )
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise UserFixable(
            told(
                "Another import into {name} is running. Wait until it is done, then import again.",
                name=target.stem,
            )
        ) from None
    try:
        shutil.rmtree(folder, ignore_errors=True)
        store = folder / target.parent.name / target.name
        store.parent.mkdir(mode=0o700, parents=True)
        yield Workspace(folder, store)
    finally:
        # The lock's file stays: two imports that delete and make it could each hold one.
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def publish(built: Path, target: Path) -> None:
    """Put a complete file in its place, so that a loss of power leaves the old or the new one."""
    sync(built)
    built.replace(target)
    sync(target.parent)


@contextlib.contextmanager
def written_beside(target: Path, text: str) -> Iterator[Path]:
    """A text file that is whole and on the disk, ready to be published; gone at the end if it was
    not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    built = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        built.write_text(text, encoding="utf-8")
        sync(built)
        yield built
    finally:
        built.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have the disk hold what was written."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def silent(_what: str, _share: float) -> None:
    """For who does not want to know."""
