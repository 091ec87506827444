"""Passports in the state database: kept by person, found by their owner and who administers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import sqlalchemy as sa

from core.codec import from_json, to_json
from core.errors import Unavailable
from core.passports.passport import Passport, RowPrint
from core.state import open_state
from core.types import User

_T = TypeVar("_T")
_META = sa.MetaData()
_PASSPORTS = sa.Table(
    "passports",
    _META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("answer_id", sa.String(32), nullable=False),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("user", sa.String(128), nullable=False),
    sa.Column("session", sa.String(128), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("passport", sa.Text(2**24), nullable=False),
    sa.Column("rows", sa.LargeBinary(2**24), nullable=True),
    sa.UniqueConstraint("tenant", "answer_id"),
    sa.Index("passports_of", "tenant", "user", "session"),
)
#: Passports kept of one person, and their bytes together; the oldest go first.
KEPT: Final = 500
KEPT_BYTES: Final = 16 * 1024 * 1024
#: Bytes of one passport's text; a longer one is not kept.
MOST_BYTES: Final = 1024 * 1024


class PassportStore:
    """Passports of one installation. Thread-safe; every method raises Unavailable."""

    def __init__(self, folder: Path) -> None:
        self._engine = open_state(folder, _META)

    def add(self, passport: Passport, tenant: str, rows: bytes | None = None) -> None:
        """Keep a passport, with its rows where they are to be kept."""
        text = to_json(passport)
        size = _size(text, rows)
        if size > MOST_BYTES:
            raise Unavailable(f"The passport of answer {passport.id} is too large to be kept.")
        values = {
            "answer_id": passport.id,
            "tenant": tenant,
            "user": passport.user,
            "session": passport.session,
            "at": passport.at,
            "size": size,
            "passport": text,
            "rows": rows,
        }
        self._do(lambda connection: connection.execute(sa.insert(_PASSPORTS).values(values)))

    def print_rows(
        self, passport: Passport, tenant: str, short: RowPrint, rows: bytes | None
    ) -> None:
        """Add to a passport what its rows are; nothing where it was deleted meanwhile."""
        text = to_json(replace(passport, rows=short))
        change = (
            sa.update(_PASSPORTS)
            .where(_PASSPORTS.c.tenant == tenant, _PASSPORTS.c.answer_id == passport.id)
            .values(passport=text, rows=rows, size=_size(text, rows))
        )
        self._do(lambda connection: connection.execute(change))

    def trim(self, user: str, tenant: str) -> int:
        """Let the oldest of a person's passports go, as many as are too many or too large
        together. Returns how many went."""
        mine = sa.and_(_PASSPORTS.c.tenant == tenant, _PASSPORTS.c.user == user)
        newest = sa.select(_PASSPORTS.c.id, _PASSPORTS.c.size).where(mine)

        def trimmed(connection: sa.Connection) -> int:
            last, together = None, 0
            for number, row in enumerate(
                connection.execute(newest.order_by(_PASSPORTS.c.id.desc())), start=1
            ):
                together += row.size
                if number > KEPT or together > KEPT_BYTES:
                    last = row.id
                    break
            if last is None:
                return 0
            gone = sa.delete(_PASSPORTS).where(mine, _PASSPORTS.c.id <= last)
            return int(connection.execute(gone).rowcount)

        return self._do(trimmed)

    def get(
        self, answer_id: str, user: User, *, everyone: bool = False
    ) -> tuple[Passport, bytes | None] | None:
        """A passport and its rows as bytes; None where there is none, or it is not this person's.
        everyone: those of all in the tenant. Raises CodecError for one that cannot be read."""
        whose = [_PASSPORTS.c.tenant == user.tenant, _PASSPORTS.c.answer_id == answer_id]
        if not everyone:
            whose.append(_PASSPORTS.c.user == user.name)
        query = sa.select(_PASSPORTS.c.passport, _PASSPORTS.c.rows).where(*whose)
        row = self._do(lambda connection: connection.execute(query).first())
        return (from_json(row.passport, Passport), row.rows) if row is not None else None

    def forget(self, user: User, session: str) -> int:
        """Delete a person's passports of one conversation for good, from the file too. Returns how
        many there were."""
        gone = sa.delete(_PASSPORTS).where(
            _PASSPORTS.c.tenant == user.tenant,
            _PASSPORTS.c.user == user.name,
            _PASSPORTS.c.session == session,
        )
        is_file = self._engine.dialect.name == "sqlite"

        def deleted(connection: sa.Connection) -> int:
            if is_file:
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            return int(connection.execute(gone).rowcount)

        count = self._do(deleted)
        if is_file and count:
            # The write-ahead log still holds the pages of before.
            self._do(lambda c: c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all())
        return count

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def _do(self, work: Callable[[sa.Connection], _T]) -> _T:
        try:
            with self._engine.begin() as connection:
                return work(connection)
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable("The passports cannot be reached; please try again.") from error


def _size(text: str, rows: bytes | None) -> int:
    return len(text.encode()) + len(rows or b"")
