"""The turns of people: a question or SQL, asked, counted, kept and answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa

from core import monitoring
from core.assistant import Assistant, ModelParts, SqlTurns
from core.assistant.boundary import Clock, blank_answer, refused_answer
from core.assistant.statements import statement_of
from core.assistant.talk import Change, Talk
from core.conversations import Conversations
from core.dialogue import Past, PastTurn, past_turn
from core.errors import GembaError, RateLimited
from core.knowledge import Knowledge
from core.passbook import Passbook
from core.records import Records
from core.semantic.asset_question import AssetQuestion
from core.semantic.query import SemanticQuery
from core.sessions.frames import Frame
from core.sessions.notices import of_memory, without_notices
from core.sessions.schema import is_of
from core.sessions.sessions import Sessions
from core.translation import gettext as _
from core.translation import language as here
from core.translation import spoken
from core.types import Answer, CancelToken, Progress, Result, Source, User


@dataclass(frozen=True)
class Kept:
    """Where turns are kept."""

    sessions: Sessions
    conversations: Conversations
    records: Records
    passbook: Passbook
    knowledge: Knowledge


class Turns:
    """Asks, and keeps what was asked and answered. Thread-safe."""

    def __init__(
        self,
        over: Callable[[User, str | None], tuple[ModelParts, User]],
        assistant: Assistant,
        kept_turns: Assistant,
        sql_turns: SqlTurns,
        admit: Callable[[User], None],
        kept: Kept,
    ) -> None:
        """over: the parts of a model and the person over it. kept_turns: answers what was kept; no
        language model is asked again and again. admit: raises RateLimited for one who asks more
        often than may be."""
        self._over = over
        self._assistant = assistant
        self._kept_turns = kept_turns
        self._sql_turns = sql_turns
        self._admit = admit
        self._sessions = kept.sessions
        self._conversations = kept.conversations
        self._records = kept.records
        self._passbook = kept.passbook
        self._knowledge = kept.knowledge

    def ask(
        self,
        question: str,
        user: User,
        *,
        session: str = "",
        turn: str = "",
        model: str | None = None,
        cancel: CancelToken | None = None,
        change: Change | None = None,
        is_kept: bool = True,
        language: str = "",
    ) -> Iterator[Progress | Answer]:
        """Progress events, then exactly one Answer. session: the conversation that the question
        belongs to, in which it is kept under the id `turn`. change: what was pressed under an
        answer of it; the question is what that is called. is_kept: the conversation is kept for
        good; without, it is remembered for some hours and in no list. language: of what is said,
        where the question is not told to be in another one; empty for the one at hand.

        Raises UserFixable for an unknown model, Refused for one that the role may not use,
        ConfigError or Unavailable when the model's parts cannot be built.
        """
        parts, user = self._over(user, model)
        question = question.encode("utf-8", "replace").decode()  # half a character is none
        session = session.encode("utf-8", "replace").decode()
        said_in = parts.dialogue.language_of(question) or language or here()
        events = self._turn(question, user, parts, session, turn, cancel, change, is_kept, said_in)
        yield from spoken(said_in, events)

    def _turn(
        self,
        question: str,
        user: User,
        parts: ModelParts,
        session: str,
        turn: str,
        cancel: CancelToken | None,
        change: Change | None,
        is_kept: bool,
        said_in: str,
    ) -> Iterator[Progress | Answer]:
        """The events of a question, in the conversation that it belongs to."""
        too_many = self._too_many(question, user, parts)
        if too_many is not None:
            yield too_many
            return
        if not session or not is_kept:
            yield from self._asked(question, user, parts, session, cancel, change)
            return

        def work(stop: CancelToken) -> Iterator[Progress | Answer]:
            # on a thread of its own
            return spoken(said_in, self._asked(question, user, parts, session, stop, change))

        name = parts.model.name
        yield from self._conversations.follow(user, session, turn, question, name, cancel, work)

    def _asked(
        self,
        question: str,
        user: User,
        parts: ModelParts,
        session: str,
        cancel: CancelToken | None,
        change: Change | None,
    ) -> Iterator[Progress | Answer]:
        past = self._sessions.past(user, session)
        if session:
            # its memory may have run out, or be away: what is kept for good is known still
            past = self._conversations.past(user, session, past)
            if change is not None:
                past = self._conversations.with_answer(past, user, session, change.of)
        talk = Talk(
            without_notices(past),
            lambda turn: self._kept_rows(user, session, turn),
            change,
            lambda answer: self._conversations.pressed(user, session, answer) if session else (),
        )
        for event in self._assistant.turn(question, user, parts, cancel, talk):
            if not isinstance(event, Answer):
                yield event
                continue
            # Before governance: who opens it again sees what governance adds.
            self._remember(event, "question", statement_of(event, parts.model), session, parts)
            yield self._keep_turn(event, user, session, past) if session else event

    def _keep_turn(self, answer: Answer, user: User, session: str, past: Past) -> Answer:
        """Keep what the next question of the conversation may go on from. The answer, with what is
        to be said of how much that is."""
        rows = answer.result.table if answer.result is not None else None
        kept = self._sessions.keep(user, session, past_turn(answer), rows)
        return replace(answer, notes=(*answer.notes, *of_memory(past, kept)))

    def kept_rows(self, user: User, conversation: str, answer: Answer) -> Frame | None:
        """The rows of an answer of this person's conversation, as far as they are kept; None where
        none are, or they are of other columns."""
        frame = self._sessions.rows(user, conversation, answer.id)
        return frame if frame is not None and is_of(frame.table, answer.columns) else None

    def reread(self, answer_id: str, user: User, conversation: str) -> Result | None:
        """The rows of this person's answer, read again under their rights of today and kept for
        the conversation; None where they are other rows now than they were, or it cannot be told.
        Raises as `rerun` does."""
        self._admit(user)
        rows = self._passbook.rows(answer_id, user)
        if rows is not None:
            self._sessions.keep_rows(user, conversation, answer_id, rows.table)
        return rows

    def _kept_rows(self, user: User, session: str, turn: PastTurn) -> pa.Table | None:
        """The rows of a turn of a conversation, where all of them are kept."""
        frame = self.kept_rows(user, session, turn.answer)
        return frame.table if frame is not None and not frame.is_cut else None

    def run_sql(
        self,
        sql: str,
        user: User,
        *,
        model: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Progress | Answer]:
        """The same for SQL that a person wrote, in StarRocks' dialect. Raises as `ask` does."""
        parts, user = self._over(user, model)
        sql = sql.encode("utf-8", "replace").decode()
        too_many = self._too_many("", user, parts, source="sql")
        if too_many is not None:
            yield too_many
            return
        for event in self._sql_turns.turn(sql, user, parts, cancel):
            if isinstance(event, Answer):
                self._remember(event, "sql", sql, "", parts)
            yield event

    def run_plan(
        self,
        plan: SemanticQuery,
        user: User,
        *,
        question: str = "",
        wish: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Progress | Answer]:
        """The same for a query that was kept, under this user's scope, masks, budget and limits; it
        is in the audit, and not in the user's history. question: its words. wish: a chart. Raises
        as `ask` does."""
        parts, user = self._over(user, plan.model)
        too_many = self._too_many(question, user, parts)
        if too_many is not None:
            yield too_many
            return
        yield from self._kept_turns.plan_turn(plan, question, user, parts, wish=wish, cancel=cancel)

    def run_asked(
        self,
        asked: AssetQuestion,
        user: User,
        *,
        model: str | None = None,
        question: str = "",
        wish: str | None = None,
    ) -> Iterator[Progress | Answer]:
        """The same for a question of assets that was kept."""
        parts, user = self._over(user, model)
        too_many = self._too_many(question, user, parts)
        if too_many is not None:
            yield too_many
            return
        yield from self._kept_turns.asked_turn(asked, question, user, parts, wish=wish)

    def run_verified(
        self, question: str, user: User, *, model: str | None = None
    ) -> Iterator[Progress | Answer]:
        """The same for a question that was kept: by its verified pair or the parser."""
        parts, user = self._over(user, model)
        too_many = self._too_many(question, user, parts)
        yield from [too_many] if too_many else self._kept_turns.turn(question, user, parts)

    def run_kept_sql(
        self, sql: str, user: User, *, model: str | None = None
    ) -> Iterator[Progress | Answer]:
        """The same for SQL that was kept, governed anew."""
        parts, user = self._over(user, model)
        too_many = self._too_many("", user, parts, source="sql")
        yield from [too_many] if too_many else self._sql_turns.turn(sql, user, parts)

    def _too_many(
        self, question: str, user: User, parts: ModelParts, source: Source | None = None
    ) -> Answer | None:
        """The answer to one who asks more often than may be; the question is counted."""
        try:
            self._admit(user)
        except RateLimited as error:
            monitoring.RATE_REFUSALS.inc()
            blank = blank_answer(question, user, parts.model.name, source)
            return refused_answer(blank, error, Clock.start())
        return None

    def answer(
        self,
        question: str,
        user: User,
        *,
        session: str = "",
        model: str | None = None,
        is_kept: bool = True,
        language: str = "",
    ) -> Answer:
        """The answer alone, for callers that show no progress."""
        for event in self.ask(
            question, user, session=session, model=model, is_kept=is_kept, language=language
        ):
            if isinstance(event, Answer):
                return event
        raise GembaError(_("The turn ended without an answer."))

    def _remember(
        self,
        answer: Answer,
        kind: Literal["question", "sql"],
        sql: str,
        session: str,
        parts: ModelParts,
    ) -> None:
        monitoring.count(answer)
        self._records.keep(answer, kind, sql)
        self._passbook.keep(answer, kind, sql, session, parts)
        if answer.verified is not None:
            self._knowledge.count_uses([answer.verified.entry])
