"""Conversations, kept in this process under their owner's name.

The page finds one by the id in its address, so a reload or a second tab shows it again.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from core.types import Answer, ChartEdit, User
from core.ui import jobs
from core.ui.jobs import Job
from core.ui.port import Services

#: Kept for each person; the one not opened for longest goes first.
MOST_KEPT = 20
#: Kept in one conversation; their rows hold memory.
MOST_TURNS = 40
_TITLE_CHARS = 60


@dataclass(slots=True)
class Turn:
    """A question and what became of it. verdict: the thumb given, if any. chart_edits: what was
    changed of the answer's chart, in order."""

    job: Job
    verdict: str = ""
    chart_edits: tuple[ChartEdit, ...] = ()

    @property
    def id(self) -> str:
        return self.job.id

    @property
    def question(self) -> str:
        return self.job.question

    @property
    def answer(self) -> Answer | None:
        return self.job.answer


@dataclass(slots=True)
class Conversation:
    """Turns in the order they were asked."""

    owner: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    turns: list[Turn] = field(default_factory=list)
    touched: float = field(default_factory=time.time)

    @property
    def title(self) -> str:
        """The first question, cut at a word."""
        text = " ".join(self.turns[0].question.split()) if self.turns else "New conversation"
        if len(text) <= _TITLE_CHARS:
            return text
        return text[:_TITLE_CHARS].rsplit(" ", 1)[0] + " …"

    @property
    def running(self) -> Turn | None:
        """The turn that has not ended yet."""
        return next((turn for turn in self.turns if turn.job.is_running), None)

    def find(self, turn_id: str) -> Turn | None:
        return next((turn for turn in self.turns if turn.id == turn_id), None)


class Conversations:
    """All conversations of all people; each sees only their own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], OrderedDict[str, Conversation]] = {}

    def get(self, user: User, conversation_id: str) -> Conversation | None:
        """The conversation, when it is there and this person's."""
        with self._lock:
            return self._of(user).get(conversation_id)

    def recent(self, user: User) -> list[Conversation]:
        """Those with at least one turn, newest first."""
        with self._lock:
            return [c for c in reversed(self._of(user).values()) if c.turns]

    def ask(
        self,
        services: Services,
        user: User,
        question: str,
        conversation: Conversation,
        *,
        model: str | None = None,
    ) -> Turn | None:
        """Begin a turn; None when this person has too many running."""
        with self._lock:
            mine = self._of(user)
            running = sum(c.running is not None for c in mine.values())
            if running >= jobs.MOST_AT_ONCE or conversation.running is not None:
                return None
            mine[conversation.id] = conversation
            mine.move_to_end(conversation.id)
            while len(mine) > MOST_KEPT:
                mine.popitem(last=False)
            job = jobs.start(
                question,
                user,
                lambda cancel: services.ask(
                    question, user, session=conversation.id, model=model, cancel=cancel
                ),
            )
            turn = Turn(job)
            conversation.turns.append(turn)
            del conversation.turns[:-MOST_TURNS]
            conversation.touched = time.time()
            return turn

    def _of(self, user: User) -> OrderedDict[str, Conversation]:
        return self._kept.setdefault((user.tenant, user.name), OrderedDict())
