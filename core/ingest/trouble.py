"""What the disk and the engine say when an import cannot go on, as messages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from core.errors import UserFixable
from core.ingest.relations import first_line
from core.ingest.workspace import free_bytes, size_text
from core.translation import told


@contextlib.contextmanager
def told_plainly(target: Path) -> Iterator[None]:
    """What the disk and the engine say becomes a message; in all cases nothing was changed."""
    try:
        yield
    except (
        duckdb.OutOfMemoryException,
        duckdb.IOException,
        duckdb.FatalException,
        duckdb.TransactionException,
    ) as error:
        raise _no_room(target, first_line(error)) from error
    except RuntimeError as error:
        if str(error) != "Query interrupted":
            raise
        # What DuckDB makes of Ctrl-C while it works.
        raise KeyboardInterrupt from error
    except OSError as error:
        raise _no_room(target, (error.strerror or str(error)).lower()) from error


def _no_room(target: Path, why: str) -> UserFixable:
    free = size_text(free_bytes(target.parent)) if target.parent.exists() else "?"
    return UserFixable(
        told(
            "The store could not be written: {why}. Nothing was imported. {free} are free beside "
            "{folder}; free some space, then import again.",
            why=why,
            free=free,
            folder=repr(str(target.parent)),
        )
    )
