"""The outbox: messages that wait to be sent, in the database of what they tell of.

A message is put within the caller's own transaction, so that an alert and its messages are kept
together or not at all. A sender claims a message for a while (a lease), sends it and settles it. A
sender that dies leaves its lease to run out, and another one sends again: each message is delivered
at least once, and its key tells a receiver which ones are the same.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

import sqlalchemy as sa

from core.codec import from_json, to_json
from core.delivery.message import ChannelName, Message, Notice
from core.errors import CodecError, Unavailable
from core.state import open_state
from core.translation import gettext as _
from core.types import User

#: waiting: for its time; sending: claimed; sent: taken by the other side; dead: put aside, with
#: the last error, until somebody sends it again; left: put aside, and somebody let it be.
Status = Literal["waiting", "sending", "sent", "dead", "left"]
#: Called with a message within the transaction that changes it: what it raises undoes the change.
Noted = Callable[["Kept"], None]
MOST_A_PAGE: Final = 200
_MOST_ERROR: Final = 500
#: Senders that may look for a message at the same moment without one of them going without.
_BESIDE: Final = 16

META: Final = sa.MetaData()
_OUT: Final = sa.Table(
    "outbox",
    META,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("plant", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("receiver", sa.String(320), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("notice", sa.Text, nullable=False),
    sa.Column("status", sa.String(8), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("put_at", sa.DateTime, nullable=False),
    sa.Column("due_at", sa.DateTime, nullable=False),
    sa.Column("lease", sa.String(32), nullable=False),
    sa.Column("leased_until", sa.DateTime),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("error", sa.String(_MOST_ERROR), nullable=False),
    sa.Index("outbox_due", "status", "due_at"),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that one sender has to itself until `until` (UTC, naive). message: None where what
    was kept cannot be read any more. attempt: which try this is, from 1."""

    number: int
    lease: str
    until: dt.datetime
    attempt: int
    channel: ChannelName
    message: Message | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as the outbox lists it. Times are UTC, naive. error: of the last try, in words.
    language: the receiver's."""

    number: int
    key: str
    plant: str
    channel: ChannelName
    to: str
    status: Status
    attempts: int
    put_at: dt.datetime
    due_at: dt.datetime
    ended_at: dt.datetime | None
    error: str
    language: str
    notice: Notice | None


def put(connection: sa.Connection, message: Message, now: dt.datetime) -> bool:
    """Keep a message to be sent, within the caller's transaction; False where one with its key is
    there, whatever became of it. The tables are there once an `Outbox` was opened on the folder.

    Raises CodecError for a notice that cannot be kept.
    """
    row: dict[str, object] = {
        "key": message.key,
        "tenant": message.tenant,
        "plant": message.plant,
        "channel": message.channel,
        "receiver": message.to,
        "language": message.language,
        "notice": to_json(message.notice),
        "status": "waiting",
        "attempts": 0,
        "put_at": now,
        "due_at": now,
        "lease": "",
        "error": "",
    }
    # One statement looks and writes, so that two callers cannot both find nothing.
    values = sa.select(*(sa.literal(value, _OUT.c[name].type) for name, value in row.items()))
    is_there = sa.exists(sa.select(_OUT.c.number).where(_OUT.c.key == message.key))
    made = connection.execute(sa.insert(_OUT).from_select(list(row), values.where(~is_there)))
    return bool(made.rowcount)


class Outbox:
    """The messages of one installation. Thread-safe; several processes may share it. Every call
    raises Unavailable where the database cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self._engine = open_state(folder, META)

    def put(self, message: Message, now: dt.datetime) -> bool:
        """The same as `put` above in a transaction of its own."""
        with self._writing() as connection:
            return put(connection, message, now)

    # -- sending -----------------------------------------------------------------------------

    def claim(self, now: dt.datetime, lease_s: float, most: int = 1) -> tuple[Claim, ...]:
        """Take up to `most` messages that are due, those due longest first, for lease_s seconds;
        also those whose sender let its lease run out. Nobody else gets them until then."""
        until = now + dt.timedelta(seconds=lease_s)
        due = sa.select(_OUT).where(_claimable(now)).order_by(_OUT.c.due_at, _OUT.c.number)
        claims: list[Claim] = []
        # More than are wanted: other senders look at the same ones.
        for row in self._read(due.limit(most + _BESIDE)):
            lease = secrets.token_hex(8)
            # Still as it was read: else another sender was quicker.
            mine = (_OUT.c.number == row["number"], _OUT.c.lease == row["lease"], _claimable(now))
            taken = self._write(
                sa.update(_OUT)
                .where(*mine)
                .values(
                    status="sending",
                    lease=lease,
                    leased_until=until,
                    attempts=_OUT.c.attempts + 1,
                )
            )
            if taken:
                claims.append(_claim(row, lease, until))
            if len(claims) == most:
                break
        return tuple(claims)

    def sent(self, claim: Claim, now: dt.datetime) -> bool:
        """The other side took it. False where the lease had run out and another sender has it."""
        return self._settle(claim, status="sent", ended_at=now, error="")

    def retry(self, claim: Claim, due_at: dt.datetime, error: str) -> bool:
        """Try it again at that time; False as above."""
        return self._settle(claim, status="waiting", due_at=due_at, error=error[:_MOST_ERROR])

    def dead(self, claim: Claim, now: dt.datetime, error: str) -> bool:
        """Put it aside with the reason; False as above."""
        return self._settle(claim, status="dead", ended_at=now, error=error[:_MOST_ERROR])

    def release(self, claim: Claim, due_at: dt.datetime, error: str) -> bool:
        """Give it back untried: this claim counts as no try. False as above."""
        return self._settle(
            claim, status="waiting", due_at=due_at, error=error[:_MOST_ERROR],
            attempts=_OUT.c.attempts - 1,
        )  # fmt: skip

    # -- for people --------------------------------------------------------------------------

    def page(
        self,
        wanted: Status | tuple[Status, ...],
        user: User,
        *,
        before: int | None = None,
        size: int = 50,
    ) -> tuple[Kept, ...]:
        """Messages of this person's tenant and plants in that status, or one of these, the newest
        first. before: the number of the last one of the page before."""
        statuses = (wanted,) if isinstance(wanted, str) else wanted
        query = sa.select(_OUT).where(_OUT.c.status.in_(statuses), _seen_by(user))
        if before is not None:
            query = query.where(_OUT.c.number < before)
        size = max(1, min(size, MOST_A_PAGE))
        return tuple(map(_kept, self._read(query.order_by(_OUT.c.number.desc()).limit(size))))

    def counts(self, user: User) -> dict[Status, int]:
        """How many of this person's tenant and plants are in each status."""
        query = (
            sa.select(_OUT.c.status, sa.func.count().label("n"))
            .where(_seen_by(user))
            .group_by(_OUT.c.status)
        )
        counts: dict[Status, int] = dict.fromkeys(get_args(Status), 0)
        counts.update({row["status"]: row["n"] for row in self._read(query)})
        return counts

    def send_again(
        self, number: int, user: User, now: dt.datetime, noted: Noted | None = None
    ) -> Kept | None:
        """Let a dead message be tried again from the start, under the same key; what it was, or
        None where there is no dead one of that number that this person may see."""
        return self._revive(
            number, user, noted, status="waiting", attempts=0, due_at=now, ended_at=None
        )

    def let_be(self, number: int, user: User, noted: Noted | None = None) -> Kept | None:
        """Try a dead message no more; what it was, or None as above. It keeps its error."""
        return self._revive(number, user, noted, status="left")

    def _revive(
        self, number: int, user: User, noted: Noted | None, **values: object
    ) -> Kept | None:
        mine = (_OUT.c.number == number, _OUT.c.status == "dead", _seen_by(user))
        was = self._read(sa.select(_OUT).where(*mine))
        if not was:
            return None
        kept = _kept(was[0])
        with self._writing() as connection:
            if not connection.execute(sa.update(_OUT).where(*mine).values(**values)).rowcount:
                return None  # somebody else was quicker
            if noted is not None:
                noted(kept)
        return kept

    def cut(self, before: dt.datetime, most: int) -> int:
        """Delete at most so many messages that were sent, or let be, before a time; how many. Those
        that wait or were put aside stay. Their keys are then free: whoever puts messages remembers
        by itself what it told."""
        over = sa.select(_OUT.c.number).where(
            _OUT.c.status.in_(("sent", "left")), _OUT.c.ended_at < before
        )
        chosen = over.order_by(_OUT.c.number).limit(most).scalar_subquery()
        return self._write(sa.delete(_OUT).where(_OUT.c.number.in_(chosen)))

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    # -- the rest ----------------------------------------------------------------------------

    def _settle(self, claim: Claim, **values: object) -> bool:
        mine = (_OUT.c.number == claim.number, _OUT.c.lease == claim.lease)
        free = {"lease": "", "leased_until": None}
        return bool(self._write(sa.update(_OUT).where(*mine).values(**free, **values)))

    def _write(self, statement: sa.Update | sa.Delete) -> int:
        with self._writing() as connection:
            return int(connection.execute(statement).rowcount)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(_("The outbox could not be written; please try again.")) from error

    def _read(self, query: sa.Select[Any]) -> list[sa.RowMapping]:
        try:
            with self._engine.connect() as connection:
                return list(connection.execute(query).mappings())
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(_("The outbox could not be read; please try again.")) from error


def _claimable(now: dt.datetime) -> sa.ColumnElement[bool]:
    due = sa.and_(_OUT.c.status == "waiting", _OUT.c.due_at <= now)
    return sa.or_(due, sa.and_(_OUT.c.status == "sending", _OUT.c.leased_until <= now))


def _seen_by(user: User) -> sa.ColumnElement[bool]:
    return sa.and_(_OUT.c.tenant == user.tenant, _OUT.c.plant.in_(("", *user.plants)))


def _notice(row: sa.RowMapping) -> Notice | None:
    try:
        return from_json(row["notice"], Notice)
    except CodecError:
        return None


def _claim(row: sa.RowMapping, lease: str, until: dt.datetime) -> Claim:
    notice, channel = _notice(row), cast(ChannelName, row["channel"])
    message = None if notice is None else Message(
        row["key"], channel, row["receiver"], notice, row["language"], row["tenant"], row["plant"]
    )  # fmt: skip
    return Claim(row["number"], lease, until, row["attempts"] + 1, channel, message)


def _kept(row: sa.RowMapping) -> Kept:
    plain = {name: row[name] for name in Kept.__slots__ if name not in ("notice", "to")}
    return Kept(**plain, to=row["receiver"], notice=_notice(row))
