"""Conversations as the services know them: kept, followed while they run, exported, deleted."""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Literal

from core.conversations.beats import Beat, Beats, Running
from core.conversations.export import as_document
from core.conversations.store import ConversationStore, Kept, KeptTurn, answers
from core.dialogue.past import Past, past_turn
from core.errors import Unavailable, UserFixable
from core.sessions.link import NotKept
from core.types import Answer, CancelToken, Progress, User

_LOG = logging.getLogger(__name__)
#: Turns that a question may go on from, when the session store knows none.
_TURNS = 10
#: Seconds for which a turn without a sign of life is given the benefit of the doubt.
_GRACE_S = 15.0

#: Deletes what another store keeps of a conversation: (user, conversation, answer ids).
Forget = Callable[[User, str, tuple[str, ...]], None]


class Conversations:
    """Conversations of one installation. Thread-safe."""

    def __init__(
        self, store: ConversationStore, beats: Beats, forget: tuple[Forget, ...] = ()
    ) -> None:
        """forget: the other stores that hold something of a conversation."""
        self._store = store
        self._beats = beats
        self._forget = forget

    def follow(
        self,
        user: User,
        conversation: str,
        turn: str,
        question: str,
        model: str,
        cancel: CancelToken | None,
        work: Callable[[CancelToken], Iterator[Progress | Answer]],
    ) -> Iterator[Progress | Answer]:
        """The events of a turn, kept as they come: it is there for other pages from its first
        moment, and its answer before this one sees it. turn: its id; a new one where empty. What
        cannot be kept is logged, and the answer goes on."""
        turn = turn or uuid.uuid4().hex[:16]
        running = Running(user, conversation, turn, cancel)
        began = time.monotonic()
        answer: Answer | None = None
        self._kept(lambda: self._store.begin(user, conversation, turn, question, model))
        self._beats.begin(running)
        try:
            for event in work(running):
                if isinstance(event, Progress):
                    running.stage, running.text = event.label, event.text or running.text
                else:
                    answer = event
                    self._end(running, answer, began)
                yield event
        finally:
            if answer is None:
                self._end(running, None, began)
            self._beats.end(running)

    def _end(self, running: Running, answer: Answer | None, began: float) -> None:
        elapsed_ms = (time.monotonic() - began) * 1e3
        is_stopped = running.is_set()
        kept = None if is_stopped else answer
        self._kept(
            lambda: self._store.end(
                running.user, running.turn, kept, elapsed_ms=elapsed_ms, stopped=is_stopped
            )
        )

    @staticmethod
    def _kept(write: Callable[[], None]) -> None:
        try:
            write()
        except Unavailable as error:
            _LOG.warning("a turn is not kept: %s", error)

    # -- reading -----------------------------------------------------------------------------

    def past(self, user: User, conversation: str) -> Past:
        """The turns that a question may go on from, as they are kept for good."""
        try:
            kept = self._store.load(user, conversation, last=_TURNS)
        except Unavailable:
            return Past()
        return Past(tuple(past_turn(a) for a in answers(kept.turns))) if kept else Past()

    def load(self, user: User, conversation: str) -> Kept | None:
        """The conversation with its turns; None where there is none of this person's."""
        return self._store.load(user, conversation)

    def version(self, user: User, conversation: str) -> int | None:
        """What changes with it."""
        return self._store.version(user, conversation)

    def recent(self, user: User, search: str = "", *, limit: int = 50) -> tuple[Kept, ...]:
        """This person's conversations, newest first."""
        return self._store.recent(user, search, limit=limit)

    def heard(self, user: User, conversation: str, turn: KeptTurn) -> Beat | None:
        """How far a turn that is kept as running is; None where its worker is gone."""
        try:
            found = self._beats.heard(user, conversation, turn.id)
        except NotKept:
            found = None
        if found is not None or turn.started is None:
            return found
        age = (dt.datetime.now(dt.UTC).replace(tzinfo=None) - turn.started).total_seconds()
        return Beat(turn.id, "", age * 1e3) if age < _GRACE_S else None

    # -- changing ----------------------------------------------------------------------------

    def stop(self, user: User, conversation: str, turn: str) -> None:
        """Have a turn stopped, wherever it runs."""
        self._beats.stop(user, conversation, turn)

    def note(
        self, user: User, turn: str, *, verdict: str | None = None, edits: str | None = None
    ) -> None:
        """Keep a thumb, or the changes of a chart as JSON."""
        self._store.note(user, turn, verdict=verdict, edits=edits)

    def rename(self, user: User, conversation: str, title: str) -> None:
        """Raises UserFixable for a title that is none."""
        self._store.rename(user, conversation, title)

    def delete(self, user: User, conversation: str) -> None:
        """Delete it for good, from every store but the audit log. A turn that runs is stopped."""
        kept = self._store.load(user, conversation)
        if kept is None:
            raise UserFixable("This conversation is not there any more.")
        for turn in kept.turns:
            if turn.state == "running":
                self._beats.stop(user, conversation, turn.id)
        gone = self._store.delete(user, conversation)
        for forget in self._forget:
            forget(user, conversation, gone)

    def export(self, user: User, conversation: str, form: Literal["md", "json"]) -> bytes:
        """The conversation as a document, without rows. Raises UserFixable where there is none."""
        kept = self._store.load(user, conversation)
        if kept is None:
            raise UserFixable("This conversation is not there any more.")
        if form == "md":
            return as_document(kept).encode()
        turns = [
            {
                "question": turn.question,
                "said": turn.said,
                "sql": turn.answer.sql if turn.answer is not None else None,
                "status": turn.answer.status if turn.answer is not None else turn.state,
                "asked_at": turn.started.isoformat() if turn.started else None,
            }
            for turn in kept.turns
        ]
        return json.dumps(
            {"title": kept.title, "turns": turns}, ensure_ascii=False, indent=1
        ).encode()

    def close(self) -> None:
        """Close the file, and say no more."""
        self._beats.close()
        self._store.close()
