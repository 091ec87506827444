"""Conversations as the services know them: kept, followed while they run, exported, deleted."""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from core.conversations.beats import Beat, Beats, Running
from core.conversations.drawn import as_text, read_edits
from core.conversations.export import as_data, as_document
from core.conversations.store import ConversationStore, Kept, KeptTurn, with_answers
from core.dialogue.past import Past, PastTurn
from core.errors import Unavailable, UserFixable
from core.sessions.link import NotKept
from core.types import Answer, CancelToken, ChartEdit, Progress, User

_LOG = logging.getLogger(__name__)
#: Turns that a question may go on from, when the session store knows none.
_TURNS = 10
#: Seconds for which a turn without a sign of life is given the benefit of the doubt: where there
#: should be one, and where nothing can be heard because the Redis is away.
GRACE_S = 15.0
AWAY_S = 120.0

#: Deletes what another store keeps of a conversation: (user, conversation, answer ids). Raises
#: Unavailable where it cannot now.
Forget = Callable[[User, str, tuple[str, ...]], None]


class Conversations:
    """Conversations of one installation. Thread-safe."""

    def __init__(
        self,
        store: ConversationStore,
        beats: Beats,
        forget: tuple[Forget, ...] = (),
        now: Callable[[], dt.datetime] | None = None,
        record: Callable[..., Any] | None = None,
    ) -> None:
        """forget: the other stores that hold something of a conversation. now: the time as UTC,
        naive; for tests. record: writes to the audit."""
        self._record = record
        self._now = now or (lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))
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
        cannot be kept is logged, and the answer goes on. Of a conversation that is deleted
        meanwhile nothing is left."""
        turn = turn or uuid.uuid4().hex[:16]
        running = Running(user, conversation, turn, cancel)
        began = time.monotonic()
        answer: Answer | None = None
        is_kept = self._did(lambda: self._store.begin(user, conversation, turn, question, model))
        self._beats.begin(running)
        try:
            for event in work(running):
                if isinstance(event, Progress):
                    running.stage, running.text = event.label, event.text or running.text
                else:
                    answer = event
                    if is_kept:
                        self._end(running, answer, began)
                yield event
        finally:
            if answer is None and is_kept:
                self._end(running, None, began)
            self._beats.end(running)

    def _end(self, running: Running, answer: Answer | None, began: float) -> None:
        elapsed_ms = (time.monotonic() - began) * 1e3
        is_stopped = running.is_set()
        kept = None if is_stopped else answer

        def end() -> None:
            is_there = self._store.end(
                running.user, running.turn, kept, elapsed_ms=elapsed_ms, stopped=is_stopped
            )
            if not is_there:
                ids = (answer.id,) if answer is not None else ()
                for forget in self._forget:
                    forget(running.user, running.conversation, ids)

        self._did(end)

    @staticmethod
    def _did(write: Callable[[], object]) -> bool:
        try:
            write()
        except Unavailable as error:
            _LOG.warning("something of a conversation is not kept: %s", error)
            return False
        return True

    # -- reading -----------------------------------------------------------------------------

    def past(self, user: User, conversation: str, remembered: Past) -> Past:
        """The turns that a question may go on from. remembered: those that the session store has;
        where it lacks some, as after a restart or when another process has answered, they come
        from what is kept for good."""
        try:
            known = min(_TURNS, self._store.count(user, conversation))
            newest = self._store.newest_answer(user, conversation)
            has_newest = not newest or any(turn.id == newest for turn in remembered.turns)
            if known <= len(remembered.turns) and has_newest:
                return remembered
            kept = self._store.load(user, conversation, last=_TURNS)
        except Unavailable as error:
            _LOG.warning("a question is read without what was kept before it: %s", error)
            return remembered
        turns = _in_order(with_answers(kept.turns) if kept is not None else [], remembered.turns)
        return Past(tuple(turns)[-_TURNS:], remembered.is_away) if turns else remembered

    def with_answer(self, past: Past, user: User, conversation: str, answer: str) -> Past:
        """The same turns, before them the one of that answer where it is an older one; without it
        where it is not kept, or cannot be read now."""
        if any(turn.id == answer for turn in past.turns):
            return past
        try:
            kept = self._store.load(user, conversation)
        except Unavailable as error:
            _LOG.warning("an older answer cannot be read: %s", error)
            return past
        turns = with_answers(kept.turns) if kept is not None else []
        found = tuple(turn for turn in turns if turn.id == answer)
        return replace(past, turns=(*found, *past.turns))

    def load(self, user: User, conversation: str) -> Kept | None:
        """The conversation with its turns; None where there is none of this person's."""
        return self._store.load(user, conversation)

    def turn(self, user: User, conversation: str, turn: str) -> KeptTurn | None:
        """One turn of it; None where there is none of this person's."""
        return self._store.turn(user, conversation, turn)

    def version(self, user: User, conversation: str) -> int | None:
        """What changes with it."""
        return self._store.version(user, conversation)

    def newest(self, user: User, conversation: str) -> str:
        """Id of the turn that was asked last, by whichever process; empty where there is none.
        Raises Unavailable."""
        return self._store.newest(user, conversation)

    def recent(self, user: User, search: str = "", *, limit: int = 50) -> tuple[Kept, ...]:
        """This person's conversations, newest first."""
        return self._store.recent(user, search, limit=limit)

    def heard(self, user: User, conversation: str, turn: KeptTurn) -> Beat | None:
        """How far a turn that is kept as running is; None where its worker is gone."""
        grace_s = GRACE_S
        try:
            found = self._beats.heard(user, conversation, turn.id)
        except NotKept:
            found, grace_s = None, AWAY_S
        if found is not None or turn.started is None:
            return found
        age = (self._now() - turn.started).total_seconds()
        return Beat(turn.id, "", age * 1e3) if age < grace_s else None

    # -- changing ----------------------------------------------------------------------------

    def stop(self, user: User, conversation: str, turn: str) -> None:
        """Have a turn stopped, wherever it runs."""
        self._beats.stop(user, conversation, turn)

    def drawn(self, user: User, turn: str, edits: tuple[ChartEdit, ...]) -> None:
        """Keep how a turn's chart was changed. What cannot be kept is logged, and is so on the page
        alone."""
        self._did(lambda: self._store.note(user, turn, edits=as_text(edits)))

    def pressed(self, user: User, conversation: str, answer: str) -> tuple[ChartEdit, ...]:
        """How the chart of an answer was changed with presses; nothing where that cannot be read
        now."""
        try:
            kept = self._store.load(user, conversation, last=_TURNS)
        except Unavailable as error:
            _LOG.warning("changes of a chart cannot be read: %s", error)
            return ()
        turns = kept.turns if kept is not None else ()
        found = (t.edits for t in turns if t.answer is not None and t.answer.id == answer)
        return read_edits(next(found, ""))

    def judged(self, user: User, turn: str, verdict: str) -> None:
        """Keep that a thumb was given, so that the page says so again; where that cannot be, the
        thumb holds all the same."""
        self._did(lambda: self._store.note(user, turn, verdict=verdict))

    def note(
        self, user: User, turn: str, *, verdict: str | None = None, edits: str | None = None
    ) -> None:
        """Keep a thumb, or the changes of a chart as JSON. Raises Unavailable."""
        self._store.note(user, turn, verdict=verdict, edits=edits)

    def rename(self, user: User, conversation: str, title: str) -> None:
        """Raises UserFixable for a title that is none."""
        self._store.rename(user, conversation, title)

    def delete(self, user: User, conversation: str) -> None:
        """Delete it for good, from every store but the audit log. A turn that runs is stopped.

        Raises UserFixable where it is not there; Unavailable where a store does not answer: it is
        in the list until all of it is gone.
        """
        kept = self._store.load(user, conversation)
        if kept is None:
            raise UserFixable("This conversation is not there any more.")
        for turn in kept.turns:
            if turn.state == "running":
                self._beats.stop(user, conversation, turn.id)
        ids = self._store.answer_ids(user, conversation)
        for forget in self._forget:
            forget(user, conversation, ids)
        self._store.delete(user, conversation)

    def export(self, user: User, conversation: str, form: Literal["md", "json"]) -> bytes:
        """The conversation as a document, without rows; it is in the audit before it leaves. Raises
        UserFixable where there is none."""
        kept = self._store.load(user, conversation)
        if kept is None:
            raise UserFixable("This conversation is not there any more.")
        content = (as_document(kept) if form == "md" else as_data(kept)).encode()
        if self._record is not None:
            self._record(
                "export",
                user=user.name,
                tenant=user.tenant,
                what="conversation",
                conversation=conversation,
                format=form,
                turns=len(kept.turns),
            )
        return content

    def close(self) -> None:
        """Close the file, and say no more."""
        self._beats.close()
        self._store.close()


def _in_order(kept: Sequence[PastTurn], remembered: Sequence[PastTurn]) -> list[PastTurn]:
    """The kept turns, as they are remembered where they are; before them the remembered ones that
    are older, behind them those that came after and are not kept."""
    at_hand = {turn.id: turn for turn in remembered}
    ids = {turn.id for turn in kept}
    both = [index for index, turn in enumerate(remembered) if turn.id in ids]
    until = both[-1] if both else 0
    older = [turn for turn in remembered[:until] if turn.id not in ids]
    newer = [turn for turn in remembered[until:] if turn.id not in ids]
    return [*older, *(at_hand.get(turn.id, turn) for turn in kept), *newer]
