"""An append-only, hash-chained audit in SQLite through SQLAlchemy.

Each record's hash covers its own content, its number and the hash before it; the newest number and
hash also stand in a row of their own. So a record that was changed, removed, moved or put in is
found and named. Triggers refuse UPDATE and DELETE on the records, which stops mistakes; the chain
finds the rest. Somebody who may write the file and recomputes the whole chain is not found: keep
`AuditReport.head` elsewhere to notice that too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from core.errors import Unavailable

_FIRST_HASH = "0" * 64
_METADATA = sa.MetaData()
_RECORDS = sa.Table(
    "audit",
    _METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("user", sa.String(128), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
_HEAD = sa.Table(
    "audit_head",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
_KEEP = tuple(
    f"CREATE TRIGGER IF NOT EXISTS audit_no_{verb.lower()} BEFORE {verb} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'audit records are never changed'); END"
    for verb in ("UPDATE", "DELETE")
)
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class AuditTrouble:
    """What is wrong with which record. seq: its number, counted from 1."""

    seq: int
    kind: Literal["changed", "removed", "moved", "added"]
    message: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Result of a check of the whole chain. head: hash of the newest record."""

    records: int
    head: str
    troubles: tuple[AuditTrouble, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, removed, moved or put in."""
        return not self.troubles


class AuditLog:
    """The audit of one installation. Thread-safe, and safe with several processes on one file."""

    def __init__(self, folder: Path | str, *, url: str | None = None) -> None:
        """folder: where `audit.db` stands (settings.state_dir); made on first use.

        url: a SQLAlchemy address instead. Nothing is opened before the first record.
        """
        self._folder = Path(folder)
        self._url = url
        self._engine: sa.Engine | None = None
        self._lock = threading.Lock()

    def record(self, event: str, user: str, **body: Any) -> int:
        """Write and sync one record; its number. Call it before the query runs.

        body: values that JSON can hold; others are written as their text. Raises Unavailable when
        it cannot be written: the query must then not run.
        """
        text = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
        at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        try:
            with self._lock, self._open().begin() as connection:
                seq, previous = self._head(connection)
                seq += 1
                digest = _digest(seq, at, event, user, text, previous)
                connection.execute(
                    _RECORDS.insert(),
                    {
                        "seq": seq, "at": at, "event": event, "user": user, "body": text,
                        "previous": previous, "hash": digest,
                    },
                )  # fmt: skip
                connection.execute(
                    _HEAD.update().where(_HEAD.c.id == 1), {"seq": seq, "hash": digest}
                )
        except (SQLAlchemyError, OSError) as error:
            raise Unavailable(
                "The audit record could not be written, so the query was not run. Check that "
                f"{str(self._folder)!r} can be written and has room."
            ) from error
        return seq

    def verify(self) -> AuditReport:
        """Check every record against the chain; names each that is not as it was written."""
        try:
            with self._open().connect() as connection:
                return self._verify(connection)
        except (SQLAlchemyError, OSError) as error:
            raise Unavailable(
                f"The audit in {str(self._folder)!r} cannot be read: {_reason(error)}."
            ) from error

    def entries(self, *, limit: int = 100, user: str | None = None) -> list[Mapping[str, Any]]:
        """The newest records first, as mappings with seq, at, event, user and the body's keys."""
        query = sa.select(_RECORDS).order_by(_RECORDS.c.seq.desc()).limit(limit)
        if user is not None:
            query = query.where(_RECORDS.c.user == user)
        try:
            with self._open().connect() as connection:
                rows = connection.execute(query).mappings().all()
        except (SQLAlchemyError, OSError) as error:
            raise Unavailable(
                f"The audit in {str(self._folder)!r} cannot be read: {_reason(error)}."
            ) from error
        return [
            {**json.loads(row["body"]), **{k: row[k] for k in ("seq", "at", "event", "user")}}
            for row in rows
        ]

    def close(self) -> None:
        """Close the file; the next record opens it again."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    # -- inside ---------------------------------------------------------------------------------

    def _open(self) -> sa.Engine:
        if self._engine is not None:
            return self._engine
        if self._url is None:
            self._folder.mkdir(parents=True, exist_ok=True)
        url = self._url or f"sqlite:///{self._folder / 'audit.db'}"
        engine = sa.create_engine(url)
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _durable)
            sa.event.listen(engine, "begin", _write_lock)
        with engine.begin() as connection:
            _METADATA.create_all(connection)
            if engine.dialect.name == "sqlite":
                for statement in _KEEP:
                    connection.execute(sa.text(statement))
            if connection.execute(sa.select(_HEAD.c.id)).first() is None:
                connection.execute(_HEAD.insert(), {"id": 1, "seq": 0, "hash": _FIRST_HASH})
        self._engine = engine
        return engine

    @staticmethod
    def _head(connection: sa.Connection) -> tuple[int, str]:
        # FOR UPDATE holds off other writers where the database locks rows; SQLite has none and
        # is locked as a whole by BEGIN IMMEDIATE.
        row = connection.execute(sa.select(_HEAD.c.seq, _HEAD.c.hash).with_for_update()).one()
        return int(row[0]), str(row[1])

    def _verify(self, connection: sa.Connection) -> AuditReport:
        head_seq, head_hash = self._head(connection)
        troubles: list[AuditTrouble] = []
        before, expected, count = _FIRST_HASH, 1, 0
        is_sound = True  # the record before; else the one after it cannot follow and is not blamed
        for row in _rows(connection):
            count += 1
            seq = int(row["seq"])
            troubles += _missing(expected, seq)
            content = (row["at"], row["event"], row["user"], row["body"])
            if _digest(seq, *content, row["previous"]) != row["hash"]:
                troubles.append(_altered(row, seq, content))
                is_sound = False
            elif row["previous"] != before and seq == expected and is_sound:
                troubles.append(
                    AuditTrouble(seq, "changed", f"record {seq} does not follow the one before it")
                )
            else:
                is_sound = True
            before, expected = row["hash"], seq + 1
        troubles += _missing(expected, head_seq + 1)
        if expected - 1 > head_seq:
            troubles.append(
                AuditTrouble(head_seq + 1, "added", f"record {head_seq + 1} was put in")
            )
        elif expected - 1 == head_seq and before != head_hash and not troubles:
            troubles.append(AuditTrouble(head_seq, "changed", f"record {head_seq} was replaced"))
        return AuditReport(count, head_hash, tuple(troubles))


def _reason(error: Exception) -> str:
    """What the system or the database said, without the statement and the library's links."""
    return str(getattr(error, "orig", None) or error)


def _missing(first: int, end: int) -> list[AuditTrouble]:
    """Records first .. end - 1 are gone; at most 1,000 are named."""
    last = min(end, first + 1_000)
    return [AuditTrouble(n, "removed", f"record {n} is missing") for n in range(first, last)]


def _rows(connection: sa.Connection) -> Iterator[sa.RowMapping]:
    result = connection.execution_options(yield_per=_BATCH).execute(
        sa.select(_RECORDS).order_by(_RECORDS.c.seq)
    )
    yield from result.mappings()


def _altered(row: sa.RowMapping, seq: int, content: tuple[str, ...]) -> AuditTrouble:
    """A record whose hash does not fit: moved when it fits under another number."""
    for other in range(max(1, seq - 50), seq + 51):
        if other != seq and _digest(other, *content, row["previous"]) == row["hash"]:
            return AuditTrouble(seq, "moved", f"record {seq} was written as record {other}")
    return AuditTrouble(seq, "changed", f"record {seq} was changed after it was written")


def _digest(seq: int, *parts: str) -> str:
    # JSON keeps the parts apart, so that text cannot wander from one field to the next.
    return hashlib.sha256(json.dumps([seq, *parts]).encode()).hexdigest()


def _durable(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA busy_timeout = 5000")


def _write_lock(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
