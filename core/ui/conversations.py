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
from typing import Protocol, TypeGuard

from core.assistant.talk import Change
from core.conversations.drawn import read_edits
from core.conversations.store import Kept, KeptTurn, title_of
from core.errors import Unavailable
from core.translation import gettext as _
from core.types import Answer, ChartEdit, Result, User
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

    @property
    def gone(self) -> str: ...

    @property
    def lacks_rows(self) -> bool: ...

    @property
    def rows_then(self) -> int: ...

    def read_again(self) -> bool: ...

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
    _rows_then: int = 0

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
        if _has_rows(answer):
            frame = self.services.kept_rows(self.user, self.conversation, answer)
            rows = Result(frame.table, frame.is_cut, 0.0) if frame is not None else None
            self._rows_then = frame.of if frame is not None and frame.is_cut else 0
        self._put(answer, rows)
        return self._answer

    def _put(self, answer: Answer, rows: Result | None) -> None:
        if rows is not None and self.kept.past is not None and self.kept.past.is_truncated:
            rows = replace(rows, truncated=True)
        self._answer = replace(answer, result=rows)

    @property
    def lacks_rows(self) -> bool:
        """Whether its rows are not kept any more."""
        answer = self.answer
        return answer is not None and answer.result is None and _has_rows(answer)

    @property
    def rows_then(self) -> int:
        """How many rows it had, where only the first of them are kept; 0 where all are."""
        return self._rows_then if self.answer is not None else 0

    def read_again(self) -> bool:
        """Put its rows back; False where they are other ones by now. Raises a GembaError where the
        query does not run."""
        answer = self.kept.answer
        if answer is None:
            return False
        rows = self.services.reread(answer.id, self.user, self.conversation)
        if rows is not None:
            self._rows_then = 0
            self._put(answer, rows)
        return rows is not None

    @property
    def is_running(self) -> bool:
        """Whether its worker is at it; looked up at most twice a second."""
        if self.kept.state != "running" or self._is_lost:
            return False
        if time.monotonic() - self._looked < 0.5:
            return True
        self._looked = time.monotonic()
        try:
            found = self.services.conversations.turn(self.user, self.conversation, self.id)
        except Unavailable:
            return True  # the next look tells
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
    def gone(self) -> str:
        """Why there is no answer, of a turn that ended."""
        if self.kept.state != "ended" or self.kept.answer is not None:
            return ""
        return self.kept.gone or _("This question ended without an answer.")

    @property
    def is_lost(self) -> bool:
        return self._is_lost and self.kept.answer is None

    def stop(self) -> None:
        """Ask its worker to stop."""
        self.services.conversations.stop(self.user, self.conversation, self.id)

    def stage(self) -> str:
        return self._stage or _("Working")

    def seconds(self) -> float:
        return self.elapsed_ms / 1e3


@dataclass(slots=True)
class Turn:
    """A question and what became of it. verdict: the thumb given, if any. chart_edits: what was
    changed of the answer's chart, in order. is_kept: it was seen among those that are kept for
    good."""

    job: Run
    verdict: str = ""
    chart_edits: tuple[ChartEdit, ...] = ()
    is_kept: bool = False

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
    """Turns in the order they were asked. version: of what is kept, that these turns show. model:
    the data that it is about; empty before the first turn."""

    owner: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    turns: list[Turn] = field(default_factory=list)
    name: str = ""
    version: int = -1
    model: str = ""

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
        """The conversation, when it is there and this person's. Where what is kept cannot be read,
        as far as it is known here."""
        if not conversation_id:
            return None
        with self._lock:
            held = self._of(user).get(conversation_id)
        try:
            version = services.conversations.version(user, conversation_id)
            if version is not None and held is not None and held.version == version:
                return held
            kept = services.conversations.load(user, conversation_id) if version else None
        except Unavailable:
            return held
        with self._lock:
            if kept is not None:
                return self._taken(services, user, kept)
            if held is not None and any(not turn.is_kept for turn in held.turns):
                return held  # nothing of it is written yet, or could be
            self._of(user).pop(conversation_id, None)
            return None

    def _taken(self, services: Services, user: User, kept: Kept) -> Conversation:
        """What is kept as it is held here: what runs or ran in this process stays itself."""
        held = self._hold(user, kept.id)
        here = {turn.id: turn for turn in held.turns}
        turns = []
        for index, one in enumerate(kept.turns):
            turn = here.get(one.id)
            is_old = len(kept.turns) - index > MOST_WITH_ROWS
            is_over = turn is not None and isinstance(turn.job, Job) and turn.job.done.is_set()
            if turn is not None and not is_old and _is_as_kept(turn.job, one):
                turn.job = replace(turn.job, kept=one)
            elif turn is None or not isinstance(turn.job, Job) or (is_old and is_over):
                turn = Turn(KeptRun(services, user, kept.id, one, elapsed_ms=one.elapsed_ms))
                turn.chart_edits = read_edits(one.edits)
            turn.verdict, turn.is_kept = one.verdict, True
            turns.append(turn)
        held.turns = _with_the_rest(turns, held.turns)
        held.name, held.version = kept.title, kept.version
        held.model = kept.turns[-1].model if kept.turns else held.model
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
            held = mine.get(conversation.id, conversation)
            if running >= jobs.MOST_AT_ONCE or held.running is not None:
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
            held.model = model or held.model
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


def _is_as_kept(job: Run, kept: KeptTurn) -> TypeGuard[KeptRun]:
    """Whether it is over, and has been since it was read."""
    if not isinstance(job, KeptRun) or kept.state == "running":
        return False
    return job.kept.past is not None and job.kept.past == kept.past


def _has_rows(answer: Answer) -> bool:
    """Whether there were rows under the answer."""
    return bool(answer.columns) and answer.status == "answered"


def _with_the_rest(kept: list[Turn], held: list[Turn]) -> list[Turn]:
    """The kept turns, and where they stood among those held here, the ones that were never kept:
    not written yet, refused for being too many, or of when nothing could be written."""
    ids = {turn.id for turn in kept}
    turns = list(kept)
    for index, turn in enumerate(held):
        if turn.id in ids or turn.is_kept:
            continue
        before = next((t.id for t in reversed(held[:index]) if t in turns), None)
        at = next((i + 1 for i, t in enumerate(turns) if t.id == before), 0)
        turns.insert(at if before is not None or index == 0 else len(turns), turn)
    return turns
