"""What a person has chosen for themselves, kept in the application's state database."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from core.errors import Unavailable
from core.state import open_state
from core.translation import gettext as _
from core.types import User

_META = sa.MetaData()
_PREFERENCES = sa.Table(
    "preferences",
    _META,
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("user", sa.String(128), primary_key=True),
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.String(128), nullable=False),
)


class Preferences:
    """One value a person and name; a later one takes the place of the earlier. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        """folder: of the state. Raises Unavailable where it cannot be written."""
        self._engine = open_state(folder, _META)

    def get(self, user: User, name: str) -> str:
        """What this person has chosen; empty for nothing. Raises Unavailable."""
        mine = sa.select(_PREFERENCES.c.value).where(_of(user, name))
        try:
            with self._engine.connect() as connection:
                return str(connection.execute(mine).scalar() or "")
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(_("Your preferences could not be read; please try again.")) from error

    def put(self, user: User, name: str, value: str) -> None:
        """Keep a choice. Raises Unavailable."""
        row = {"tenant": user.tenant, "user": user.name, "name": name, "value": value}
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.delete(_PREFERENCES).where(_of(user, name)))
                connection.execute(sa.insert(_PREFERENCES).values(**row))
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(_("Your choice could not be kept; please try again.")) from error

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()


def _of(user: User, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        _PREFERENCES.c.tenant == user.tenant,
        _PREFERENCES.c.user == user.name,
        _PREFERENCES.c.name == name,
    )
