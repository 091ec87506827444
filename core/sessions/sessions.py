"""What a conversation keeps between its turns: the newest turns, and the rows of their answers.

Every call names who asks, and reaches that person's own keys alone. A conversation lives for four
hours after it was last used. Nothing here ever ends a turn: without the Redis each question is
answered on its own, and says so.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pyarrow as pa

from core.codec import from_json, to_json
from core.dialogue.past import Past, PastTurn
from core.errors import CodecError
from core.sessions.connection import Client
from core.sessions.frames import CEILING, Frame, NotAFrame, pack, unpack
from core.sessions.keys import ConversationKeys
from core.sessions.link import Link, NotKept
from core.sessions.room import Room
from core.types import User

_LOG = logging.getLogger(__name__)
T = TypeVar("T")

#: How long a conversation lives after its last use, in seconds.
LIVES_S = 4 * 3600
#: The newest turns that are kept.
TURNS = 10
#: Bytes of a turn as text. It is some ten thousand; a model's attempts can make it more.
_MOST_TURN = 512 * 1024
_FORM = 1
#: A field that is no answer's.
_OPENED = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of a turn. rows: how many of its answer's `of` rows, the first ones. why: in
    a sentence, where it is less than all."""

    is_kept: bool
    rows: int = 0
    of: int = 0
    why: str = ""

    @property
    def is_cut(self) -> bool:
        """Whether the answer had more rows than were kept."""
        return self.rows < self.of


class Sessions:
    """Conversations of one installation. Thread-safe."""

    def __init__(self, link: Link, room: Room | None = None, *, rules: str = "") -> None:
        """room: bounds what is kept, where the link leads to no server. rules: the version of what
        decides who may see what; rows that were kept under another are not handed out."""
        self._link = link
        self._room = room
        self._rules = rules

    def past(self, user: User, session: str) -> Past:
        """The turns of this person's conversation, which is used by that; none without an id. With
        `is_away` where the Redis does not answer."""
        if not session:
            return Past()
        keys = ConversationKeys.of(user, session)

        def read(client: Client) -> list[bytes]:
            # No transaction: a full Redis takes no part of one, not even reads.
            with client.pipeline(transaction=False) as pipe:
                pipe.lrange(keys.turns, -TURNS, -1)
                for key in keys.every:
                    pipe.expire(key, LIVES_S)
                return list(pipe.execute()[0])

        try:
            found = self._ours(read, *keys.every)
        except NotKept:
            return Past(is_away=True)
        turns: dict[str, PastTurn] = {}
        for text in found:
            turn = _turn(text)
            if turn is not None and _is_of(turn, user):
                turns.setdefault(turn.id, turn)  # a write that was tried again stands twice
        return Past(tuple(turns.values()))

    def keep(self, user: User, session: str, turn: PastTurn, rows: pa.Table | None) -> Kept:
        """Keep a turn, and its answer's rows as far as they fit."""
        of = int(rows.num_rows) if rows is not None else 0
        if not session:
            return Kept(False, 0, of)
        try:
            text = to_json(turn).encode()
        except CodecError as error:
            return Kept(False, 0, of, str(error))
        if len(text) > _MOST_TURN:
            return Kept(False, 0, of, "The turn is too long to be kept.")
        keys = ConversationKeys.of(user, session)
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds")

        def write(client: Client) -> list[bytes]:
            with client.pipeline(transaction=True) as pipe:
                pipe.rpush(keys.turns, text)
                pipe.lrange(keys.turns, 0, -TURNS - 1)
                pipe.ltrim(keys.turns, -TURNS, -1)
                pipe.hset(keys.session, mapping={"form": _FORM, "seen": now})
                pipe.hsetnx(keys.session, "since", now)
                pipe.hincrby(keys.session, "turns", 1)
                for key in keys.every:
                    pipe.expire(key, LIVES_S)
                return list(pipe.execute()[1])

        try:
            left = self._ours(write, *keys.every)
        except NotKept as error:
            return Kept(False, 0, of, str(error))
        gone = [t.id for t in map(_turn, left) if t is not None]
        packed = pack(rows, self._place(keys, turn.id, user)) if rows is not None else None
        return self._keep_rows(keys, turn.id, of, packed, gone)

    def keep_rows(self, user: User, session: str, answer: str, rows: pa.Table) -> Kept:
        """Keep the rows of an answer that was given before, as far as they fit."""
        of = int(rows.num_rows)
        if not session:
            return Kept(False, 0, of)
        keys = ConversationKeys.of(user, session)
        return self._keep_rows(keys, answer, of, pack(rows, self._place(keys, answer, user)), [])

    def rows(self, user: User, session: str, answer: str) -> Frame | None:
        """The rows that were kept of an answer; None where there are none, or the Redis is away.
        What is not as it was written is removed."""
        if not session:
            return None
        keys = ConversationKeys.of(user, session)

        def read(client: Client) -> bytes | None:
            # The length first: nobody else's value fills the memory.
            if int(client.hstrlen(keys.rows, answer)) > CEILING:
                return b""
            found: Any = client.hget(keys.rows, answer)
            client.expire(keys.rows, LIVES_S)
            return bytes(found) if found is not None else None

        try:
            data = self._ours(read, keys.rows)
            if data is None:
                return None
            try:
                return unpack(data, self._place(keys, answer, user))
            except NotAFrame as error:
                _LOG.warning("rows of answer %s are not used: %s", answer, error)
                self._link.run(lambda client: client.hdel(keys.rows, answer))
        except NotKept:
            pass
        return None

    def reset(self, user: User, session: str) -> bool:
        """Begin the conversation anew: what follows builds on nothing before. False where the
        Redis did not do it."""
        keys = ConversationKeys.of(user, session)
        return self._did(lambda client: client.delete(keys.turns, keys.rows))

    def forget(self, user: User, session: str) -> bool:
        """Remove all of it for good. False where the Redis did not do it."""
        keys = ConversationKeys.of(user, session)
        return self._did(lambda client: client.delete(*keys.every))

    def state(self) -> str:
        """How it is kept, for the page's foot."""
        return self._link.words()

    # -- inside ------------------------------------------------------------------------------

    def _keep_rows(
        self,
        keys: ConversationKeys,
        answer: str,
        of: int,
        packed: tuple[bytes, int] | None,
        gone: list[str],
    ) -> Kept:
        def write(client: Client) -> None:
            if packed is not None and self._room is not None:
                self._room.make(client, len(packed[0]))
            with client.pipeline(transaction=True) as pipe:
                if gone:
                    pipe.hdel(keys.rows, *gone)
                # The key is there, and ends, before anything large is put into it.
                pipe.hset(keys.rows, _OPENED, b"")
                pipe.expire(keys.rows, LIVES_S)
                pipe.execute()
            if packed is not None:
                # Alone: a pipeline that fails wraps all of a command's text for its message.
                client.hset(keys.rows, answer, packed[0])

        if packed is None and not gone:
            return Kept(True, 0, of, _not_kept(0, of))
        try:
            self._ours(write, keys.rows)
        except NotKept as error:
            return Kept(True, 0, of, f"Its rows are not kept: {error}")
        kept = packed[1] if packed is not None else 0
        return Kept(True, kept, of, _not_kept(kept, of))

    def _ours(self, call: Callable[[Client], T], *keys: str) -> T:
        """What the call gives. Where one of its keys holds another kind of value than ours, all
        are removed and it begins anew."""
        try:
            return self._link.run(call)
        except NotKept as error:
            if error.trouble != "wrong":
                raise
        self._link.run(lambda client: client.delete(*keys))
        return self._link.run(call)

    def _place(self, keys: ConversationKeys, answer: str, user: User) -> str:
        """What the rows of an answer are bound to: whose rights change sees none of before."""
        base = user.of("")
        rights = [user.role, sorted(base.plants), *([base.scopes] if base.scopes else [])]
        return json.dumps([keys.rows, answer, *rights, self._rules])

    def _did(self, call: Callable[[Client], object]) -> bool:
        try:
            self._link.run(call)
        except NotKept:
            return False
        return True


def _turn(text: bytes) -> PastTurn | None:
    """None for what is not one as this version writes it."""
    try:
        return from_json(text.decode(), PastTurn) if len(text) <= _MOST_TURN else None
    except (CodecError, UnicodeDecodeError) as error:
        _LOG.warning("a kept turn is passed over: %s", error)
        return None


def _is_of(turn: PastTurn, user: User) -> bool:
    """Whether it is this person's, with the rights of today: beside the key, an answer that was
    another's is none of their past, nor is one of when they might see other rows."""
    then, user = turn.answer.user, user.of(turn.answer.model)
    return (then.tenant, then.name, then.role, sorted(then.plants)) == (
        user.tenant, user.name, user.role, sorted(user.plants),
    )  # fmt: skip


def _not_kept(rows: int, of: int) -> str:
    if rows >= of:
        return ""
    if rows:
        return f"Of its {of:,} rows the first {rows:,} are kept."
    return f"Its {of:,} rows are not kept: they are of a form or a size that cannot be."
