"""Notes on a shift's sheet, and who signed it: kept until the sheet is signed, then as they are."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from core.errors import Unavailable, UserFixable
from core.state import open_state
from core.translation import gettext as _
from core.types import User

MOST_NOTES: Final = 40
MOST_CHARS: Final = 2_000

_META = sa.MetaData()


def _key() -> list[sa.Column[Any]]:
    return [
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("plant", sa.String(128), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("shift", sa.String(64), nullable=False),
    ]


_NOTES = sa.Table(
    "handover_notes",
    _META,
    sa.Column("id", sa.String(32), primary_key=True),
    *_key(),
    sa.Column("author", sa.String(128), nullable=False),
    sa.Column("author_name", sa.String(128), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("changed", sa.DateTime, nullable=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Index("handover_notes_of", "tenant", "model", "plant", "day", "shift"),
)
_SIGNED = sa.Table(
    "handover_signed",
    _META,
    *_key(),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("by_name", sa.String(128), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.PrimaryKeyConstraint("tenant", "model", "plant", "day", "shift"),
)


@dataclass(frozen=True, slots=True)
class SheetKey:
    """Which sheet: the model, the plant's scope value, the production day and the shift's name."""

    model: str
    plant: str
    day: dt.date
    shift: str


@dataclass(frozen=True, slots=True)
class Note:
    """at, changed: UTC, naive; changed is None for one that is as it was written."""

    id: str
    author: str
    author_name: str
    at: dt.datetime
    changed: dt.datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed a sheet, and when (UTC, naive)."""

    by: str
    by_name: str
    at: dt.datetime


class NoteStore:
    """Notes of one installation. Thread-safe. Calls that write raise UserFixable where the sheet is
    signed or the note somebody else's, and Unavailable. Whether a person may see the plant is the
    caller's to check."""

    def __init__(self, folder: Path) -> None:
        self._engine = open_state(folder, _META)

    def notes(self, key: SheetKey, user: User) -> tuple[Note, ...]:
        """In the order in which they were written."""
        query = sa.select(_NOTES).where(_of(_NOTES, key, user)).order_by(_NOTES.c.at, _NOTES.c.id)
        rows = self._read(query)
        return tuple(Note(**{name: row[name] for name in Note.__slots__}) for row in rows)

    def signed(self, key: SheetKey, user: User) -> Signed | None:
        """Who signed it; None while nobody has."""
        rows = self._read(sa.select(_SIGNED).where(_of(_SIGNED, key, user)))
        return Signed(rows[0]["by"], rows[0]["by_name"], rows[0]["at"]) if rows else None

    def add(self, key: SheetKey, text: str, user: User) -> Note:
        """Write a note."""
        note = Note(
            secrets.token_urlsafe(9), user.name, user.display_name or user.name, _now(), None,
            _worded(text),
        )  # fmt: skip
        with self._open_sheet(key, user) as connection:
            mine = _of(_NOTES, key, user)
            count = connection.execute(
                sa.select(sa.func.count()).select_from(_NOTES).where(mine)
            ).scalar()
            if (count or 0) >= MOST_NOTES:
                raise UserFixable(
                    _("This sheet has {n} notes, and there may be no more.").format(n=MOST_NOTES)
                )
            values = {name: getattr(note, name) for name in Note.__slots__}
            connection.execute(sa.insert(_NOTES).values(**_values(key, user), **values))
        return note

    def change(self, key: SheetKey, note_id: str, text: str, user: User) -> None:
        """Give one's own note another text."""
        with self._open_sheet(key, user) as connection:
            self._own(connection, key, note_id, user)
            connection.execute(
                sa.update(_NOTES)
                .where(_NOTES.c.id == note_id)
                .values(text=_worded(text), changed=_now())
            )

    def remove(self, key: SheetKey, note_id: str, user: User) -> None:
        """Take one's own note away for good."""
        with self._open_sheet(key, user) as connection:
            self._own(connection, key, note_id, user)
            connection.execute(sa.delete(_NOTES).where(_NOTES.c.id == note_id))

    def sign(self, key: SheetKey, user: User) -> None:
        """Sign it off: nothing on it changes any more."""
        with self._open_sheet(key, user) as connection:
            connection.execute(
                sa.insert(_SIGNED).values(
                    **_values(key, user),
                    by=user.name,
                    by_name=user.display_name or user.name,
                    at=_now(),
                )
            )

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    @staticmethod
    def _own(connection: sa.Connection, key: SheetKey, note_id: str, user: User) -> None:
        mine = sa.and_(_of(_NOTES, key, user), _NOTES.c.id == note_id, _NOTES.c.author == user.name)
        if connection.execute(sa.select(_NOTES.c.id).where(mine)).first() is None:
            raise UserFixable(_("Only who wrote a note may change it. Write one of your own."))

    @contextmanager
    def _open_sheet(self, key: SheetKey, user: User) -> Iterator[sa.Connection]:
        """A transaction over a sheet that nobody has signed."""
        try:
            with self._engine.begin() as connection:
                signed = sa.select(_SIGNED.c.by_name).where(_of(_SIGNED, key, user))
                found = connection.execute(signed).first()
                if found is not None:
                    raise UserFixable(
                        _(
                            "{name} has signed this sheet, so nothing on it changes any more. "
                            "Write on the sheet of the next shift."
                        ).format(name=found.by_name)
                    )
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(_("The note could not be written; please try again.")) from error

    def _read(self, query: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).mappings().all()
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(_("The notes could not be read; please try again.")) from error


def _values(key: SheetKey, user: User) -> dict[str, Any]:
    return {"tenant": user.tenant, **{name: getattr(key, name) for name in SheetKey.__slots__}}


def _of(table: sa.Table, key: SheetKey, user: User) -> sa.ColumnElement[bool]:
    return sa.and_(*(table.c[name] == value for name, value in _values(key, user).items()))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _worded(text: str) -> str:
    flat = "".join(c for c in text if c.isprintable() or c == "\n").strip()
    if not flat:
        raise UserFixable(_("A note needs words."))
    if len(flat) > MOST_CHARS:
        raise UserFixable(_("A note has at most {n} characters. Write two.").format(n=MOST_CHARS))
    return flat
