"""What a folder of somebody's own tables is, and a question of it with its figures by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Named tables of the rows as made, before they are written in the form of the folder.
Tables = dict[str, tuple[Sequence[str], Sequence[Sequence[Any]]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a person says it. by_hand: SQLite SQL over the rows as made.

    model: whose table it is asked of (the folder's first one where None). goes_on: in the
    conversation of the question before it.
    """

    question: str
    by_hand: str
    model: str | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Folder:
    """make: writes the files below a folder and gives their rows. commands: arguments of
    `python -m core`, with {folder} for where the files are. asked: the questions of the first
    trial; further: those that were thought of once its answers were mended. model: that is asked.
    """

    name: str
    make: Callable[[Path], Tables]
    commands: tuple[tuple[str, ...], ...]
    asked: tuple[Asked, ...]
    further: tuple[Asked, ...]
    model: str


def by_hand(tables: Tables) -> sqlite3.Connection:
    """The rows as made, in memory."""
    db = sqlite3.connect(":memory:")
    for name, (columns, rows) in tables.items():
        db.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        db.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    return db
