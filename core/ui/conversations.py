"""Conversations as the pages hold them: what runs in this process, and the rest as it is kept.

The page finds one by the id in its address. A reload, a second tab, another browser and another
process show the same turns; what was kept is read again when it has changed.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.assistant.talk import Change
from core.conversations.store import Kept, KeptTurn, title_of
from core.types import Answer, ChartEdit, User
from core.ui import jobs
from core.ui.jobs import Job
from core.ui.port import Services

#: Kept at hand for each person; the one not opened for longest is read again when it is.
MOST_KEPT = 20
#: The newest turns of a conversation whose rows are held here; older rows are fetched.
MOST_WITH_ROWS = 6


class Run(Protocol):
    """A running or finished turn, here or elsewhere."""

    text: str
    elapsed_ms: float
    was_shown: bool

    @property
    def id(self) -> str: ...

    @property
    def question(self) -> str: ...

    @property
    def answer(self) -> Answer | None: ...

    @property
    def is_running(self) -> bool: ...

    @property
    def is_stopped(self) -> bool: ...

    @property
    def is_lost(self) -> bool: ...

    def stop(self) -> None: ...

    def stage(self) -> str: ...

    def seconds(self) -> float: ...


@dataclass(slots=True)
class KeptRun:
    """A turn that another process works on, or that is over. Its rows are fetched when its answer
    is first wanted."""

    services: Services
    user: User
    conversation: str
    kept: KeptTurn
    was_shown: bool = True
    text: str = ""
    elapsed_ms: float = 0.0
    _stage: str = ""
    _is_lost: bool = False
    _looked: float = 0.0
    _answer: Answer | None = None

    @property
    def question(self) -> str:
        return self.kept.question

    @property
    def id(self) -> str:
        return self.kept.id

    @property
    def answer(self) -> Answer | None:
        """The answer, with its rows where they are kept."""
        answer = self.kept.answer
        if answer is None or self._answer is not None:
            return self._answer
        rows = None
        if answer.columns and answer.status == "answered":
            rows = self.services.kept_rows(self.user, self.conversation, answer.id)
        self._answer = replace(answer, result=rows)
        return self._answer

    @property
    def is_running(self) -> bool:
        """Whether its worker is at it; looked up at most twice a second."""
        if self.kept.state != "running" or self._is_lost:
            return False
        if time.monotonic() - self._looked < 0.5:
            return True
        self._looked = time.monotonic()
        talk = self.services.conversations.load(self.user, self.conversation)
        found = next((t for t in talk.turns if t.id == self.id), None) if talk else None
        if found is None or found.state != "running":
            self.kept = found or replace(self.kept, state="stopped")
            self.elapsed_ms = self.kept.elapsed_ms
            return False
        beat = self.services.conversations.heard(self.user, self.conversation, self.kept)
        self._is_lost = beat is None
        if beat is not None:
            self._stage, self.text, self.elapsed_ms = beat.stage, beat.text, beat.elapsed_ms
        return beat is not None

    @property
    def is_stopped(self) -> bool:
        return self.kept.state == "stopped" and self.kept.answer is None

    @property
    def is_lost(self) -> bool:
        return self._is_lost and self.kept.answer is None

    def stop(self) -> None:
        """Ask its worker to stop."""
        self.services.conversations.stop(self.user, self.conversation, self.id)

    def stage(self) -> str:
        return self._stage or "Working"

    def seconds(self) -> float:
        return self.elapsed_ms / 1e3


@dataclass(slots=True)
class Turn:
    """A question and what became of it. verdict: the thumb given, if any. chart_edits: what was
    changed of the answer's chart, in order."""

    job: Run
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
    """Turns in the order they were asked. version: of what is kept, that these turns show."""

    owner: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    turns: list[Turn] = field(default_factory=list)
    name: str = ""
    version: int = -1

    @property
    def title(self) -> str:
        """As it was named, else the first question, cut at a word."""
        return self.name or title_of(self.turns[0].question if self.turns else "")

    @property
    def running(self) -> Turn | None:
        """The turn that has not ended yet."""
        return next((turn for turn in self.turns if turn.job.is_running), None)

    def find(self, turn_id: str) -> Turn | None:
        return next((turn for turn in self.turns if turn.id == turn_id), None)


class Conversations:
    """All conversations of all people; each sees only their own."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._held: dict[tuple[str, str], OrderedDict[str, Conversation]] = {}

    def get(self, services: Services, user: User, conversation_id: str) -> Conversation | None:
        """The conversation, when it is there and this person's."""
        if not conversation_id:
            return None
        version = services.conversations.version(user, conversation_id)
        with self._lock:
            held = self._of(user).get(conversation_id)
            if version is None:
                if held is not None and held.running is not None:
                    return held  # its first turn is not written yet
                self._of(user).pop(conversation_id, None)
                return None
            if held is not None and held.version == version:
                return held
        kept = services.conversations.load(user, conversation_id)
        if kept is None:
            return None
        with self._lock:
            return self._taken(services, user, kept)

    def _taken(self, services: Services, user: User, kept: Kept) -> Conversation:
        """What is kept as it is held here: what runs or ran in this process stays itself."""
        held = self._hold(user, kept.id)
        here = {turn.id: turn for turn in held.turns}
        turns = []
        for index, one in enumerate(kept.turns):
            turn = here.get(one.id)
            is_old = len(kept.turns) - index > MOST_WITH_ROWS
            is_over = turn is not None and isinstance(turn.job, Job) and turn.job.done.is_set()
            if turn is None or not isinstance(turn.job, Job) or (is_old and is_over):
                turn = Turn(KeptRun(services, user, kept.id, one, elapsed_ms=one.elapsed_ms))
            turn.verdict = one.verdict
            turns.append(turn)
        ids = {one.id for one in kept.turns}
        turns += [t for t in held.turns if t.id not in ids and t.job.is_running]
        held.turns, held.name, held.version = turns, kept.title, kept.version
        return held

    def delete(self, services: Services, user: User, conversation_id: str) -> None:
        """Delete it for good. Raises UserFixable where it is not there."""
        services.conversations.delete(user, conversation_id)
        with self._lock:
            held = self._of(user).pop(conversation_id, None)
        for turn in held.turns if held is not None else ():
            if turn.job.is_running:
                turn.job.stop()

    def recent(self, services: Services, user: User, search: str = "") -> tuple[Kept, ...]:
        """This person's conversations, newest first."""
        return services.conversations.recent(user, search)

    def ask(
        self,
        services: Services,
        user: User,
        question: str,
        conversation: Conversation,
        *,
        model: str | None = None,
        change: Change | None = None,
    ) -> Turn | None:
        """Begin a turn; None when this person has too many running. change: what was pressed under
        an answer; the question is what that is called."""
        with self._lock:
            mine = self._of(user)
            running = sum(c.running is not None for c in mine.values())
            if running >= jobs.MOST_AT_ONCE or conversation.running is not None:
                return None
            held = self._hold(user, conversation.id, conversation)
            turn_id = secrets.token_hex(8)
            job = jobs.start(
                question,
                user,
                lambda cancel: services.ask(
                    question,
                    user,
                    session=held.id,
                    turn=turn_id,
                    model=model,
                    cancel=cancel,
                    change=change,
                ),
                id_=turn_id,
            )
            turn = Turn(job)
            held.turns.append(turn)
            return turn

    def _hold(
        self, user: User, conversation_id: str, new: Conversation | None = None
    ) -> Conversation:
        mine = self._of(user)
        held = mine.get(conversation_id) or new or Conversation(user.name, conversation_id)
        mine[conversation_id] = held
        mine.move_to_end(conversation_id)
        while len(mine) > MOST_KEPT:
            mine.popitem(last=False)
        return held

    def _of(self, user: User) -> OrderedDict[str, Conversation]:
        return self._held.setdefault((user.tenant, user.name), OrderedDict())
