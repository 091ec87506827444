"""Boards in the state database. Every call names the person; a board that is not theirs to see is
as one that is not there."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.boards.card import Board, Card, CardTime, Width
from core.boards.limits import MOST_BOARDS, MOST_CARDS, MOST_NAME, MOST_TITLE, REFRESHES, named
from core.codec import from_json, to_json
from core.errors import CodecError, Unavailable, UserFixable
from core.semantic.asset_question import AssetQuestion
from core.semantic.query import SemanticQuery
from core.state import open_state
from core.translation import gettext as _
from core.types import User

_META = sa.MetaData()
_BOARDS = sa.Table(
    "boards",
    _META,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("owner", sa.String(128), nullable=False),
    sa.Column("name", sa.String(MOST_NAME), nullable=False),
    sa.Column("refresh_s", sa.Integer, nullable=False),
    sa.Column("is_shared", sa.Boolean, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Index("boards_of", "tenant", "owner"),
)
_CARDS = sa.Table(
    "board_cards",
    _META,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("board_id", sa.String(32), nullable=False, index=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("title", sa.String(MOST_TITLE), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("model_version", sa.String(32), nullable=False),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("time", sa.Text, nullable=False),
    sa.Column("sql", sa.Text, nullable=False),
    sa.Column("chart", sa.String(32), nullable=False),
    sa.Column("width", sa.String(8), nullable=False),
)
#: The fields of a card that are written as text: what it asks, in one column, and its time.
_WRITTEN = ("plan", "asked", "time")
#: The fields of a board that stand in its own row.
_COLUMNS = tuple(name for name in Board.__slots__ if name != "cards")


class BoardStore:
    """Boards of one installation. Thread-safe. Calls that write raise UserFixable for a board that
    is not this person's own, and Unavailable."""

    def __init__(self, folder: Path) -> None:
        self._engine = open_state(folder, _META)

    # -- reading -----------------------------------------------------------------------------

    def boards(self, user: User) -> tuple[Board, ...]:
        """This person's own, without their cards, by name."""
        query = sa.select(_BOARDS).where(_own(user)).order_by(_BOARDS.c.name, _BOARDS.c.at)
        return tuple(_board(row) for row in self._read(query))

    def board(self, board_id: str, user: User) -> Board | None:
        """One with its cards: this person's own, or one of their tenant that is shared."""
        seen = sa.and_(_BOARDS.c.tenant == user.tenant, sa.or_(_own(user), _BOARDS.c.is_shared))
        rows = self._read(sa.select(_BOARDS).where(_BOARDS.c.id == board_id, seen))
        if not rows:
            return None
        cards = self._read(
            sa.select(_CARDS).where(_CARDS.c.board_id == board_id).order_by(_CARDS.c.place)
        )
        return replace(_board(rows[0]), cards=tuple(map(_card, cards)))

    # -- boards ------------------------------------------------------------------------------

    def make(self, name: str, user: User) -> Board:
        """A new board without cards. Raises UserFixable for a name that is none or one too many."""
        board = Board(
            secrets.token_urlsafe(16), user.tenant, user.name, named(name, MOST_NAME, _("A board")),
            0, False, _now(),
        )  # fmt: skip
        with self._writing() as connection:
            count = sa.select(sa.func.count()).select_from(_BOARDS).where(_own(user))
            if (connection.execute(count).scalar() or 0) >= MOST_BOARDS:
                raise UserFixable(
                    _("You have {n} boards, and there may be no more. Delete one first.").format(
                        n=MOST_BOARDS
                    )
                )
            values = {name: getattr(board, name) for name in _COLUMNS}
            connection.execute(sa.insert(_BOARDS).values(**values))
        return board

    def rename(self, board_id: str, name: str, user: User) -> None:
        """Give it another name."""
        self._change(board_id, user, name=named(name, MOST_NAME, _("A board")))

    def refresh(self, board_id: str, seconds: int, user: User) -> None:
        """How often it runs again; one of `REFRESHES`."""
        if seconds not in REFRESHES:
            raise UserFixable(_("A board runs again by hand, or each 30 s, 1, 5 or 15 minutes."))
        self._change(board_id, user, refresh_s=seconds)

    def share(self, board_id: str, *, is_shared: bool, user: User) -> str:
        """Let people of the tenant who have the link look, or no more; the board's id. Each time
        that it is no longer shared it takes another id, so that an old link leads nowhere."""
        if is_shared:
            self._change(board_id, user, is_shared=True)
            return board_id
        fresh = secrets.token_urlsafe(16)
        with self._writing(board_id, user) as connection:
            connection.execute(
                sa.update(_BOARDS).where(_BOARDS.c.id == board_id).values(id=fresh, is_shared=False)
            )
            connection.execute(
                sa.update(_CARDS).where(_CARDS.c.board_id == board_id).values(board_id=fresh)
            )
        return fresh

    def delete(self, board_id: str, user: User) -> None:
        """Take it away for good, with its cards."""
        with self._writing(board_id, user) as connection:
            connection.execute(sa.delete(_CARDS).where(_CARDS.c.board_id == board_id))
            connection.execute(sa.delete(_BOARDS).where(_BOARDS.c.id == board_id))

    # -- cards -------------------------------------------------------------------------------

    def pin(self, board_id: str, card: Card, user: User) -> Card:
        """Put a card at the end of a board; its id is made here."""
        card = replace(
            card, id=secrets.token_urlsafe(9), title=named(card.title, MOST_TITLE, _("A card"))
        )
        with self._writing(board_id, user) as connection:
            mine = _CARDS.c.board_id == board_id
            count = sa.select(sa.func.count(), sa.func.max(_CARDS.c.place)).where(mine)
            number, last = connection.execute(count).one()
            if number >= MOST_CARDS:
                raise UserFixable(
                    _(
                        "This board has {n} cards, and there may be no more. Remove one, or take "
                        "another board."
                    ).format(n=MOST_CARDS)
                )
            place = 0 if last is None else last + 1
            connection.execute(
                sa.insert(_CARDS).values(board_id=board_id, place=place, **_row(card))
            )
        return card

    def unpin(self, board_id: str, card_id: str, user: User) -> None:
        """Take a card away for good."""
        with self._writing(board_id, user) as connection:
            connection.execute(sa.delete(_CARDS).where(*_that(board_id, card_id)))

    def change_card(
        self,
        board_id: str,
        card_id: str,
        user: User,
        *,
        title: str = "",
        width: Width | None = None,
    ) -> None:
        """Give a card another title, or width."""
        values: dict[str, str] = {}
        if title:
            values["title"] = named(title, MOST_TITLE, _("A card"))
        if width is not None:
            values["width"] = width
        with self._writing(board_id, user) as connection:
            connection.execute(sa.update(_CARDS).where(*_that(board_id, card_id)).values(**values))

    def move(self, board_id: str, card_id: str, by: int, user: User) -> None:
        """Change places with the card before (-1) or after (1); does nothing at an end."""
        with self._writing(board_id, user) as connection:
            rows = connection.execute(
                sa.select(_CARDS.c.id, _CARDS.c.place)
                .where(_CARDS.c.board_id == board_id)
                .order_by(_CARDS.c.place)
            ).all()
            ids = [row.id for row in rows]
            if card_id not in ids:
                return
            at = ids.index(card_id)
            to = at + (1 if by > 0 else -1)
            if not 0 <= to < len(ids):
                return
            ids[at], ids[to] = ids[to], ids[at]
            for place, one in enumerate(ids):
                connection.execute(sa.update(_CARDS).where(_CARDS.c.id == one).values(place=place))

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    # -- the rest ----------------------------------------------------------------------------

    def _change(self, board_id: str, user: User, **values: object) -> None:
        with self._writing(board_id, user) as connection:
            connection.execute(sa.update(_BOARDS).where(_BOARDS.c.id == board_id).values(**values))

    @contextmanager
    def _writing(self, board_id: str = "", user: User | None = None) -> Iterator[sa.Connection]:
        """A transaction, over a board that is this person's own where one is named."""
        try:
            with self._engine.begin() as connection:
                if user is not None:
                    one = sa.select(_BOARDS.c.id).where(_BOARDS.c.id == board_id, _own(user))
                    if connection.execute(one).first() is None:
                        raise UserFixable(
                            _(
                                "This board is not yours to change. Make one of your own, or ask "
                                "its owner."
                            )
                        )
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(_("The board could not be written; please try again.")) from error

    def _read(self, query: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).mappings().all()
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(_("The boards could not be read; please try again.")) from error


def _own(user: User) -> sa.ColumnElement[bool]:
    return sa.and_(_BOARDS.c.tenant == user.tenant, _BOARDS.c.owner == user.name)


def _that(board_id: str, card_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_CARDS.c.board_id == board_id, _CARDS.c.id == card_id)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _board(row: sa.RowMapping) -> Board:
    return Board(**{name: row[name] for name in _COLUMNS})


def _row(card: Card) -> dict[str, object]:
    plain = {name: getattr(card, name) for name in Card.__slots__ if name not in _WRITTEN}
    asked = card.plan or card.asked
    return {
        **plain,
        "plan": to_json(asked) if asked is not None else "",
        "time": to_json(card.time),
    }


def _card(row: sa.RowMapping) -> Card:
    """A card; one whose text cannot be read any more is still there, with neither plan nor SQL."""
    plain = {name: row[name] for name in Card.__slots__ if name not in _WRITTEN}
    try:
        time = from_json(row["time"], CardTime)
        if row["kind"] == "asked":
            return Card(**plain, time=time, asked=from_json(row["plan"], AssetQuestion))
        plan = from_json(row["plan"], SemanticQuery) if row["plan"] else None
        return Card(**plain, plan=plan, time=time)
    except CodecError:
        return Card(**plain)
