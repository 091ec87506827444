"""Which queries people ran, with time, rows and cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from core.errors import Unavailable
from core.state import open_state
from core.types import User

_META = sa.MetaData()
_RUNS = sa.Table(
    "runs",
    _META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("answer_id", sa.String(32), nullable=False, unique=True),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("user", sa.String(128), nullable=False, index=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("sql", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("elapsed_ms", sa.Float, nullable=False),
    sa.Column("read_rows", sa.Integer, nullable=True),
)
#: Runs kept of one person; the oldest go first.
KEPT = 500


@dataclass(frozen=True, slots=True)
class Run:
    """One query of a person. at: UTC, naive. kind: asked in words, or written as SQL. sql: as its
    author wrote it; for a question, as it was compiled, before governance. elapsed_ms: of the
    whole turn. read_rows: that the plan said it would read; None when it came to none."""

    answer_id: str
    user: str
    at: dt.datetime
    model: str
    kind: Literal["question", "sql"]
    question: str
    sql: str
    status: str
    rows: int
    elapsed_ms: float
    read_rows: int | None


class History:
    """Runs of one installation. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._engine = open_state(folder, _META)

    def add(self, run: Run, user: User) -> None:
        """Keep a run. Raises Unavailable."""
        mine = _of(_RUNS, user)
        values = {name: getattr(run, name) for name in Run.__slots__ if name != "user"}
        newest = sa.select(_RUNS.c.id).where(mine).order_by(_RUNS.c.id.desc()).limit(KEPT)
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    sa.insert(_RUNS).values(tenant=user.tenant, user=user.name, **values)
                )
                connection.execute(sa.delete(_RUNS).where(mine, _RUNS.c.id.not_in(newest)))
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable("The history could not be written.") from error

    def runs(self, user: User, *, everyone: bool = False, limit: int = 100) -> tuple[Run, ...]:
        """The newest runs first: this person's, or those of all in their tenant."""
        whose = _RUNS.c.tenant == user.tenant if everyone else _of(_RUNS, user)
        query = sa.select(_RUNS).where(whose).order_by(_RUNS.c.id.desc()).limit(limit)
        return tuple(
            Run(**{name: row[name] for name in Run.__slots__}) for row in self._read(query)
        )

    def run(self, answer_id: str, user: User, *, everyone: bool = False) -> Run | None:
        """One run by its answer, when this person may see it."""
        whose = _RUNS.c.tenant == user.tenant if everyone else _of(_RUNS, user)
        query = sa.select(_RUNS).where(whose, _RUNS.c.answer_id == answer_id)
        rows = self._read(query)
        return Run(**{name: rows[0][name] for name in Run.__slots__}) if rows else None

    def forget(self, user: User, answers: Sequence[str]) -> None:
        """Delete this person's runs of these answers. Raises Unavailable."""
        mine = _of(_RUNS, user)
        try:
            with self._engine.begin() as connection:
                for at in range(0, len(answers), 500):
                    some = answers[at : at + 500]
                    connection.execute(sa.delete(_RUNS).where(mine, _RUNS.c.answer_id.in_(some)))
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable("The history could not be written.") from error

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def _read(self, query: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).mappings().all()
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable("The history could not be read; please try again.") from error


def _of(table: sa.Table, user: User) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.tenant == user.tenant, table.c.user == user.name)
