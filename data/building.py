"""How sample data become a DuckDB file: whole or not at all, and only where there is room."""

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import duckdb

Progress = Callable[[float, str], None]

_MEGABYTE: Final = 1_000_000
_ABANDONED_SECONDS: Final = 600


class DemoBuildError(OSError):
    """Sample data could not be built; the message says why and what to do."""


def digest_of(folder: Path) -> str:
    """A digest of a generator's source: a changed generator makes an old file out of date."""
    digest = hashlib.sha256()
    for source in sorted(folder.glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def holds(path: Path, version: str, days: int) -> bool:
    """Whether a file was built by this version of its generator, with so many days."""
    if not path.is_file():
        return False
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            row = connection.execute("SELECT version, days FROM demo_build.build").fetchone()
    except duckdb.Error:
        return False
    return row == (version, days)


def sign(connection: duckdb.DuckDBPyConnection, version: str, days: int) -> None:
    """Write into a new file what built it."""
    connection.execute("CREATE SCHEMA demo_build")
    connection.execute("CREATE TABLE demo_build.build (version VARCHAR, days INTEGER)")
    connection.execute("INSERT INTO demo_build.build VALUES (?, ?)", [version, days])


@contextmanager
def built_beside(target: Path, *, what: str, needed_mb: int) -> Iterator[Path]:
    """A path beside `target` to write to, which takes its place when the block ends well.

    what: the data's name in messages. Raises DemoBuildError where there is no room, where the
    target is a folder, or where the block fails on the disk or in DuckDB; the old file, or none,
    is left then.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _check_target(target, what, needed_mb)
        _remove_abandoned(target)
        partial = target.with_name(f".{target.name}.building-{uuid4().hex[:8]}")
        try:
            yield partial
            partial.replace(target)
        finally:
            for leftover in (partial, partial.with_name(partial.name + ".wal")):
                leftover.unlink(missing_ok=True)
    except DemoBuildError:
        raise
    except (OSError, duckdb.Error) as error:
        message = (
            f"The {what} could not be written to {target}: {error}. "
            "Nothing was changed. Check that the folder may be written and has free space."
        )
        raise DemoBuildError(message) from error


def _check_target(target: Path, what: str, needed_mb: int) -> None:
    if target.is_dir():
        message = f"{target} is a folder. Name a file for the {what}, or remove the folder."
        raise DemoBuildError(message)
    free = shutil.disk_usage(target.parent).free // _MEGABYTE
    if free < needed_mb:
        message = (
            f"The {what} needs {needed_mb} MB of free space in {target.parent}; "
            f"{free} MB are free. Free some space, choose another folder, or build fewer days."
        )
        raise DemoBuildError(message)


def _remove_abandoned(target: Path) -> None:
    """Remove what a killed build left; a build under way writes far more often than this."""
    for leftover in target.parent.glob(f".{target.name}.building-*"):
        try:
            if time.time() - leftover.stat().st_mtime > _ABANDONED_SECONDS:
                leftover.unlink()
        except FileNotFoundError:
            continue
