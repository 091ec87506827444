"""Batches that were checked: what became of each, and where those that are held back stand.

The record is in the state database, the rows of a batch that is held back in a DuckDB file of their
own below the data folder. No engine opens that folder.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import duckdb
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from core.errors import Unavailable, UserFixable
from core.gates.report import GateReport, from_json
from core.gates.rows import quoted
from core.state import open_state, reason
from core.translation import gettext as _

State = Literal["passed", "held", "released", "discarded"]
#: merge: like append, for rows of files, which may come again: those that are there stay alone.
Mode = Literal["append", "replace", "merge"]

_PART: Final = "."
_META: Final = sa.MetaData()
_BATCHES: Final = sa.Table(
    "gate_batches",
    _META,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("table", sa.String(64), nullable=False),
    sa.Column("mode", sa.String(8), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("report", sa.Text, nullable=False),
    sa.Column("decided_at", sa.DateTime, nullable=True),
    sa.Column("decided_by", sa.String(128), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Index("gate_batches_of", "model", "table", "at"),
)


@dataclass(frozen=True, slots=True)
class CheckedBatch:
    """A batch. id: the same for the same label. mode: its rows come beside the store's, or in
    their place. decided_*: who released or discarded it, when (UTC, naive) and why."""

    id: str
    mode: Mode
    state: State
    at: dt.datetime
    report: GateReport
    decided_at: dt.datetime | None = None
    decided_by: str = ""
    why: str = ""


def batch_id(label: str) -> str:
    """The id of a batch, by what names it: a load's label, or the file's path and time."""
    return hashlib.sha256(label.encode()).hexdigest()[:24]


def part_id(delivery: str, number: int) -> str:
    """The id of a table's rows in what came for several tables at once, the first being 0."""
    return f"{delivery}{_PART}{number:03}" if number else delivery


def delivery_of(batch: str) -> str:
    """The id of what a batch came with: its own, where it came alone or is the first."""
    return batch.partition(_PART)[0]


class Batches:
    """Of one installation. Thread-safe. Raises Unavailable where the state cannot be used."""

    def __init__(self, state_dir: Path, folder: Path) -> None:
        self._engine = open_state(state_dir, _META)
        self.folder = folder

    def file(self, batch: str) -> Path:
        """Where the rows of a batch that is held back stand, with those that came together with
        it."""
        return self.folder / f"{delivery_of(batch)}.duckdb"

    def together(self, batch: str) -> tuple[CheckedBatch, ...]:
        """Those that are held back and are decided on together with this one, itself among them."""
        first = delivery_of(batch)
        mine = sa.or_(_BATCHES.c.id == first, _BATCHES.c.id.startswith(f"{first}{_PART}"))
        query = sa.select(_BATCHES).where(mine, _BATCHES.c.state == "held")
        return self._rows(query.order_by(_BATCHES.c.id))

    def find(self, batch: str) -> CheckedBatch | None:
        """A batch by its id."""
        rows = self._rows(sa.select(_BATCHES).where(_BATCHES.c.id == batch))
        return rows[0] if rows else None

    def newest(self, model: str, table: str = "", most: int = 50) -> tuple[CheckedBatch, ...]:
        """Those of a model, or of one table of it, the newest first."""
        query = sa.select(_BATCHES).where(_BATCHES.c.model == model)
        if table:
            query = query.where(_BATCHES.c.table == table)
        order = (_BATCHES.c.at.desc(), _BATCHES.c.id)
        return self._rows(query.order_by(*order).limit(most))

    def held(self, model: str, table: str = "") -> tuple[CheckedBatch, ...]:
        """Those that are held back, the oldest first."""
        query = sa.select(_BATCHES).where(_BATCHES.c.model == model, _BATCHES.c.state == "held")
        if table:
            query = query.where(_BATCHES.c.table == table)
        return self._rows(query.order_by(_BATCHES.c.at, _BATCHES.c.id))

    def keep(self, batch: str, report: GateReport, mode: Mode, state: State) -> CheckedBatch:
        """Write down what became of a batch; one that is written down already stays so."""
        row = {
            "id": batch, "model": report.model, "table": report.table, "mode": mode,
            "state": state, "at": dt.datetime.fromisoformat(report.at), "report": report.as_json(),
            "decided_by": "", "why": "",
        }  # fmt: skip
        with self._writing() as connection:
            one = sa.select(_BATCHES.c.id).where(_BATCHES.c.id == batch)
            if connection.execute(one).first() is None:
                connection.execute(sa.insert(_BATCHES).values(row))
        found = self.find(batch)
        assert found is not None
        return found

    def decide(self, batch: str, state: State, by: str, why: str, now: dt.datetime) -> None:
        """Somebody released or discarded it. Raises UserFixable where somebody else was first."""
        mine = sa.and_(_BATCHES.c.id == batch, _BATCHES.c.state == "held")
        values = {"state": state, "decided_at": now, "decided_by": by, "why": why}
        with self._writing() as connection:
            done = connection.execute(sa.update(_BATCHES).where(mine).values(values))
            if not done.rowcount:
                raise UserFixable(_("This batch is not held back any more."))

    def put_aside(self, batch: str, source: Path | pa.Table, table: str) -> None:
        """Write the rows of a batch to their file, complete or not at all. A file is taken over
        whole (the importer's own, which becomes the store when it is released)."""
        target = self.file(batch)
        if target.exists():
            return
        place = target.with_name(f".{target.name}.tmp")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            place.unlink(missing_ok=True)
            if isinstance(source, Path):
                shutil.copyfile(source, place)
            else:
                with contextlib.closing(duckdb.connect(str(place))) as connection:
                    connection.register("batch_rows", source)
                    connection.execute(f"CREATE TABLE {quoted(table)} AS FROM batch_rows")
            place.replace(target)
        except (OSError, duckdb.Error) as error:
            raise Unavailable(
                f"The batch of {table!r} does not pass its checks and cannot be put aside: "
                f"{str(error).splitlines()[0]} It was not loaded. Make room in the data folder."
            ) from error
        finally:
            place.unlink(missing_ok=True)

    def remove(self, batch: str) -> None:
        """Delete the rows of a batch."""
        self.file(batch).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _writing(self) -> Any:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise Unavailable(
                f"The record of batches cannot be written: {reason(error)}."
            ) from error

    def _rows(self, query: sa.Select[Any]) -> tuple[CheckedBatch, ...]:
        try:
            with self._engine.connect() as connection:
                rows = connection.execute(query).mappings().all()
        except SQLAlchemyError as error:
            raise Unavailable(f"The record of batches cannot be read: {reason(error)}.") from error
        return tuple(
            CheckedBatch(
                row["id"], row["mode"], row["state"], row["at"], from_json(row["report"]),
                row["decided_at"], row["decided_by"], row["why"],
            )
            for row in rows
        )  # fmt: skip
