"""Conversations in the application's state database: who asked what, and what was answered.

Answers are kept without their rows, which live in the session store for some hours. Every call
names who asks and reaches that person's own conversations alone.
"""

from __future__ import annotations

import datetime as dt
import logging
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from core.codec import from_json, to_json
from core.dialogue.past import PastTurn, past_turn
from core.errors import CodecError, Unavailable, UserFixable
from core.state import open_state
from core.types import Answer, User

_LOG = logging.getLogger(__name__)
#: running: its worker is at it, or has died; ended: with an answer; stopped: by who asked.
TurnState = Literal["running", "ended", "stopped"]

#: Conversations kept of one person, the one untouched for longest goes first; turns of one.
MOST_KEPT = 200
MOST_TURNS = 200
#: Letters of a title.
MOST_TITLE = 80
_TITLE_CUT = 60
#: Words that are looked for; more of them narrow nothing down.
_MOST_WORDS = 8

_META = sa.MetaData()
_TALKS = sa.Table(
    "conversations",
    _META,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("tenant", sa.String(64), primary_key=True),
    sa.Column("user", sa.String(128), primary_key=True),
    sa.Column("title", sa.String(MOST_TITLE), nullable=False),
    sa.Column("created", sa.DateTime, nullable=False),
    sa.Column("touched", sa.DateTime, nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
)
_TURNS = sa.Table(
    "turns",
    _META,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("tenant", sa.String(64), nullable=False),
    sa.Column("user", sa.String(128), nullable=False),
    sa.Column("conversation", sa.String(64), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=True),
    sa.Column("answer_id", sa.String(32), nullable=True, index=True),
    sa.Column("verdict", sa.String(8), nullable=False),
    sa.Column("edits", sa.Text, nullable=False),
    sa.Column("started", sa.DateTime, nullable=False),
    sa.Column("elapsed_ms", sa.Float, nullable=False),
    sa.Index("turns_of", "tenant", "user", "conversation", "position"),
)


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A turn as it is kept. past: its answer without rows; None while it runs, when it was stopped,
    and for one that cannot be read any more. said: its sentence. gone: in a sentence, why there
    is no answer where one was given. verdict: the thumb given. edits: changes of its chart, as
    JSON. started: UTC, naive."""

    id: str
    question: str
    model: str
    state: TurnState
    said: str = ""
    past: PastTurn | None = None
    gone: str = ""
    verdict: str = ""
    edits: str = ""
    started: dt.datetime | None = None
    elapsed_ms: float = 0.0

    @property
    def answer(self) -> Answer | None:
        """What was answered, without rows."""
        return self.past.answer if self.past is not None else None


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation as it is kept. version: another one after each change. touched: UTC, naive.
    turns: oldest first; empty in a list of conversations. count: how many there are."""

    id: str
    title: str
    touched: dt.datetime
    version: int
    turns: tuple[KeptTurn, ...] = ()
    count: int = 0
    is_running: bool = False


class ConversationStore:
    """Conversations of one installation. Thread-safe. Raises Unavailable where the state database
    cannot be reached."""

    def __init__(self, folder: Path, now: Callable[[], dt.datetime] | None = None) -> None:
        """now: the time as UTC, naive; for tests."""
        self._now = now or _now
        self._engine = open_state(folder, _META)
        sa.event.listen(self._engine, "connect", _with_folding)
        self._engine.dispose()  # what was opened before has no folding

    # -- writing -----------------------------------------------------------------------------

    def begin(self, user: User, conversation: str, turn: str, question: str, model: str) -> None:
        """Keep a turn that begins, and its conversation where it is the first one."""
        now = self._now()
        mine = _of(_TALKS, user) & (_TALKS.c.id == conversation)
        with self._writing() as connection:
            changed = connection.execute(
                sa.update(_TALKS).where(mine).values(touched=now, version=_TALKS.c.version + 1)
            )
            if not changed.rowcount:
                connection.execute(
                    sa.insert(_TALKS).values(
                        id=conversation, tenant=user.tenant, user=user.name,
                        title=title_of(question), created=now, touched=now, version=1,
                    )
                )  # fmt: skip
                self._make_room(connection, user)
            last = sa.select(sa.func.coalesce(sa.func.max(_TURNS.c.position), 0)).where(
                _of(_TURNS, user), _TURNS.c.conversation == conversation
            )
            position = int(connection.execute(last).scalar_one()) + 1
            connection.execute(
                sa.insert(_TURNS).values(
                    id=turn, tenant=user.tenant, user=user.name, conversation=conversation,
                    position=position, model=model, question=question, state="running", said="",
                    verdict="", edits="", started=now, elapsed_ms=0.0,
                )
            )  # fmt: skip
            connection.execute(
                sa.delete(_TURNS).where(
                    _of(_TURNS, user),
                    _TURNS.c.conversation == conversation,
                    _TURNS.c.position <= position - MOST_TURNS,
                )
            )

    def end(
        self, user: User, turn: str, answer: Answer | None, *, elapsed_ms: float, stopped: bool
    ) -> bool:
        """Keep how a turn ended. answer: None where there is none. False where the turn is not
        there any more."""
        said, text = "", None
        if answer is not None:
            said = _whole(answer.headline or answer.message)
            try:
                text = to_json(past_turn(answer))
            except CodecError as error:
                _LOG.warning("answer %s is kept as its sentence alone: %s", answer.id, error)
                text = ""
        values = {
            "state": "stopped" if stopped else "ended",
            "said": said,
            "answer": text,
            "answer_id": answer.id if answer is not None else None,
            "elapsed_ms": elapsed_ms,
        }
        return self._change(user, turn, values)

    def note(
        self, user: User, turn: str, *, verdict: str | None = None, edits: str | None = None
    ) -> None:
        """Keep a thumb, or the changes of a chart."""
        values: dict[str, Any] = {}
        if verdict is not None:
            values["verdict"] = verdict[:8]
        if edits is not None:
            values["edits"] = edits
        if values:
            self._change(user, turn, values)

    def rename(self, user: User, conversation: str, title: str) -> None:
        """Give a conversation another title. Raises UserFixable for an empty one."""
        title = " ".join(_whole(title).split())
        if not title:
            raise UserFixable("A conversation needs a title. Type one.")
        mine = _of(_TALKS, user) & (_TALKS.c.id == conversation)
        values = {"title": title[:MOST_TITLE], "version": _TALKS.c.version + 1}
        with self._writing() as connection:
            if not connection.execute(sa.update(_TALKS).where(mine).values(**values)).rowcount:
                raise UserFixable("This conversation is not there any more.")

    def delete(self, user: User, conversation: str) -> None:
        """Delete a conversation for good."""
        turns = _of(_TURNS, user) & (_TURNS.c.conversation == conversation)
        with self._writing() as connection:
            connection.execute(sa.delete(_TURNS).where(turns))
            connection.execute(
                sa.delete(_TALKS).where(_of(_TALKS, user), _TALKS.c.id == conversation)
            )
        if self._engine.dialect.name == "sqlite":
            # The write-ahead log still holds the pages of before.
            with self._writing() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()

    # -- reading -----------------------------------------------------------------------------

    def version(self, user: User, conversation: str) -> int | None:
        """What changes with the conversation; None where there is none of this person's."""
        mine = _of(_TALKS, user) & (_TALKS.c.id == conversation)
        rows = self._read(sa.select(_TALKS.c.version).where(mine))
        return int(rows[0]["version"]) if rows else None

    def load(self, user: User, conversation: str, *, last: int = MOST_TURNS) -> Kept | None:
        """A conversation with its last turns; None where there is none of this person's."""
        mine = _of(_TALKS, user) & (_TALKS.c.id == conversation)
        rows = self._read(sa.select(_TALKS).where(mine))
        if not rows:
            return None
        turns = _of(_TURNS, user) & (_TURNS.c.conversation == conversation)
        newest = sa.select(_TURNS).where(turns).order_by(_TURNS.c.position.desc()).limit(last)
        found = tuple(_turn(row, user) for row in reversed(self._read(newest)))
        head = rows[0]
        running = any(t.state == "running" for t in found)
        return Kept(
            head["id"], head["title"], head["touched"], head["version"], found, len(found), running
        )

    def turn(self, user: User, conversation: str, turn: str) -> KeptTurn | None:
        """One turn; None where there is none of this person's in that conversation."""
        mine = _of(_TURNS, user) & (_TURNS.c.conversation == conversation) & (_TURNS.c.id == turn)
        rows = self._read(sa.select(_TURNS).where(mine))
        return _turn(rows[0], user) if rows else None

    def newest(self, user: User, conversation: str) -> str:
        """Id of the turn that was asked last; empty where there is none of this person's."""
        mine = _of(_TURNS, user) & (_TURNS.c.conversation == conversation)
        query = sa.select(_TURNS.c.id).where(mine).order_by(_TURNS.c.position.desc()).limit(1)
        return next((str(row["id"]) for row in self._read(query)), "")

    def newest_answer(self, user: User, conversation: str) -> str:
        """Id of the newest answer that can be gone on from; empty where there is none."""
        mine = _of(_TURNS, user) & (_TURNS.c.conversation == conversation) & (_TURNS.c.answer != "")
        query = sa.select(_TURNS.c.answer_id).where(mine)
        rows = self._read(query.order_by(_TURNS.c.position.desc()).limit(1))
        return next((str(row["answer_id"]) for row in rows), "")

    def count(self, user: User, conversation: str) -> int:
        """How many of its turns have an answer."""
        mine = _of(_TURNS, user) & (_TURNS.c.conversation == conversation)
        count = sa.func.count().label("count")
        return int(self._read(sa.select(count).where(mine, _TURNS.c.answer != ""))[0]["count"])

    def answer_ids(self, user: User, conversation: str) -> tuple[str, ...]:
        """Of all its answers, those that cannot be read any more too; oldest first."""
        mine = _of(_TURNS, user) & (_TURNS.c.conversation == conversation)
        query = sa.select(_TURNS.c.answer_id).where(mine, _TURNS.c.answer_id.is_not(None))
        return tuple(row["answer_id"] for row in self._read(query.order_by(_TURNS.c.position)))

    def recent(self, user: User, search: str = "", *, limit: int = 50) -> tuple[Kept, ...]:
        """This person's conversations, the newest first, without their turns. search: words that
        all stand in the title, a question or what was answered, in upper or lower case."""
        query = sa.select(_TALKS).where(_of(_TALKS, user))
        for word in search.split()[:_MOST_WORDS]:
            folded = _folded(word)
            inside = sa.exists().where(
                _TURNS.c.tenant == _TALKS.c.tenant,
                _TURNS.c.user == _TALKS.c.user,
                _TURNS.c.conversation == _TALKS.c.id,
                _has(_TURNS.c.question, folded) | _has(_TURNS.c.said, folded),
            )
            query = query.where(_has(_TALKS.c.title, folded) | inside)
        newest = query.order_by(_TALKS.c.touched.desc(), _TALKS.c.id).limit(limit)
        return tuple(
            Kept(row["id"], row["title"], row["touched"], row["version"])
            for row in self._read(newest)
        )

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    # -- the rest ----------------------------------------------------------------------------

    def _change(self, user: User, turn: str, values: dict[str, Any]) -> bool:
        mine = _of(_TURNS, user) & (_TURNS.c.id == turn)
        talk = sa.select(_TURNS.c.conversation).where(mine).scalar_subquery()
        with self._writing() as connection:
            changed = connection.execute(sa.update(_TURNS).where(mine).values(**values))
            connection.execute(
                sa.update(_TALKS)
                .where(_of(_TALKS, user), _TALKS.c.id == talk)
                .values(touched=self._now(), version=_TALKS.c.version + 1)
            )
        return bool(changed.rowcount)

    @staticmethod
    def _make_room(connection: sa.Connection, user: User) -> None:
        """The conversations beyond those kept go, with their turns."""
        old = (
            sa.select(_TALKS.c.id)
            .where(_of(_TALKS, user))
            .order_by(_TALKS.c.touched.desc(), _TALKS.c.id)
            .offset(MOST_KEPT)
            .limit(MOST_KEPT)
        )
        gone = connection.execute(old).scalars().all()
        if gone:
            connection.execute(
                sa.delete(_TURNS).where(_of(_TURNS, user), _TURNS.c.conversation.in_(gone))
            )
            connection.execute(sa.delete(_TALKS).where(_of(_TALKS, user), _TALKS.c.id.in_(gone)))

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A transaction whose database errors are told as Unavailable."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(
                "The conversation could not be kept. Check the state folder's space and rights."
            ) from error

    def _read(self, query: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).mappings().all()
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable("The conversations cannot be read; please try again.") from error


def title_of(question: str) -> str:
    """A question as a title, cut at a word."""
    text = " ".join(question.split()) or "New conversation"
    if len(text) <= _TITLE_CUT:
        return text
    return text[:_TITLE_CUT].rsplit(" ", 1)[0] + " …"


def with_answers(turns: Iterable[KeptTurn]) -> list[PastTurn]:
    """Those of the turns that have one, in order."""
    return [turn.past for turn in turns if turn.past is not None]


def _turn(row: sa.RowMapping, user: User) -> KeptTurn:
    past, gone, said = None, "", row["said"]
    if row["answer"] is not None:
        try:
            past = from_json(row["answer"], PastTurn)
        except CodecError as error:
            _LOG.warning("a kept answer is passed over: %s", error)
            gone = "This answer is not kept in a form that this version of Gemba reads."
    if past is not None and _rights(past.answer.user) != _rights(user.of(past.answer.model)):
        past, said = None, ""
        gone = "It was answered when your account had other rights, so it is not shown any more."
    return KeptTurn(
        id=row["id"],
        question=row["question"],
        model=row["model"],
        state=row["state"],
        said=said,
        past=past,
        gone=gone,
        verdict=row["verdict"],
        edits=row["edits"],
        started=row["started"],
        elapsed_ms=row["elapsed_ms"],
    )


def _of(table: sa.Table, user: User) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.tenant == user.tenant, table.c.user == user.name)


def _rights(user: User) -> tuple[str, str, str, list[str]]:
    """Whose an answer is, and what he might see then."""
    return user.tenant, user.name, user.role, sorted(user.plants)


def _has(column: sa.ColumnElement[str], folded: str) -> sa.ColumnElement[bool]:
    return sa.func.instr(sa.func.folded(column), folded) > 0


def _folded(text: str) -> str:
    """For comparing: neither case nor how an accent is written counts."""
    return unicodedata.normalize("NFC", _whole(text).casefold())


def _with_folding(connection: Any, _: Any) -> None:
    """SQLite's own comparison knows the letters of English alone."""
    connection.create_function("folded", 1, _folded, deterministic=True)


def _whole(text: str) -> str:
    """The text without half characters, which no database takes."""
    return text.encode("utf-8", "replace").decode()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
