"""Turns that run beside the page: a rerun, a thumb or a reload never ends one; Stop does."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from core.errors import GembaError
from core.translation import gettext as _
from core.translation import language, retold, speaking
from core.types import Answer, CancelToken, Progress, User

_LOG = logging.getLogger(__name__)

#: Turns of one person that may run at once; more would be somebody's script.
MOST_AT_ONCE = 4

#: A turn of the services, with everything but its cancel token given.
Work = Callable[[CancelToken], Iterator[Progress | Answer]]


@dataclass(slots=True)
class Job:
    """One running or finished turn. Written by its worker, read by pages.

    question: as it was asked; empty for SQL that a person wrote. stages: label and start (ms since
    the turn began) of each stage so far. text: what a model has written of the query. was_shown: a
    page has drawn it working, as every turn is once.
    """

    question: str
    user: User
    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    started: float = field(default_factory=time.monotonic)
    stages: list[tuple[str, float]] = field(default_factory=list)
    text: str = ""
    answer: Answer | None = None
    elapsed_ms: float = 0.0
    was_shown: bool = False
    cancel: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def is_running(self) -> bool:
        """Not finished, and nobody has pressed Stop."""
        return not self.done.is_set() and not self.cancel.is_set()

    @property
    def is_stopped(self) -> bool:
        """Stop was pressed before the answer was there."""
        return self.cancel.is_set() and self.answer is None

    @property
    def is_lost(self) -> bool:
        """Its worker died; one of this process never goes without an answer."""
        return False

    @property
    def gone(self) -> str:
        """Why its answer is not there any more; one of this process is."""
        return ""

    @property
    def lacks_rows(self) -> bool:
        """Whether its rows are not kept any more; here they are."""
        return False

    @property
    def rows_then(self) -> int:
        """How many rows it had, where not all are kept; here they are."""
        return 0

    def read_again(self) -> bool:
        """Its rows are there."""
        return True

    def stop(self) -> None:
        """Stop was pressed."""
        self.cancel.set()

    def stage(self) -> str:
        """What it is at now, in words."""
        return self.stages[-1][0] if self.stages else _("Starting")

    def seconds(self) -> float:
        """How long it has been running, or ran."""
        return self.elapsed_ms / 1e3 if self.elapsed_ms else time.monotonic() - self.started


def start(question: str, user: User, work: Work, *, id_: str = "") -> Job:
    """Begin a turn in a thread of its own and return at once; it speaks the language of who began
    it. id_: of the turn, if it has one."""
    job = Job(question, user, id_ or secrets.token_urlsafe(9))
    threading.Thread(
        target=_follow, args=(job, work, language()), name=f"turn-{job.id}", daemon=True
    ).start()
    return job


def _follow(job: Job, work: Work, language: str) -> None:
    with speaking(language):
        _work(job, work)


def _work(job: Job, work: Work) -> None:
    try:
        for event in work(job.cancel):
            if isinstance(event, Progress):
                job.text = event.text or job.text
                if not job.stages or job.stages[-1][0] != event.label:
                    job.stages.append((event.label, event.elapsed_ms))
            elif not job.cancel.is_set():
                job.answer = event
        if job.answer is None and not job.cancel.is_set():
            _LOG.error("turn %s of %s ended without an answer", job.id, job.user.name)
            job.answer = _failed(job, _("Gemba ended this turn without an answer. Try again."))
    except GembaError as error:
        job.answer = None if job.cancel.is_set() else _failed(job, retold(error))
    except Exception:  # noqa: BLE001 - the thread's outer edge: a page must never wait for ever
        _LOG.exception("turn %s of %s failed", job.id, job.user.name)
        job.answer = _failed(
            job,
            _("Gemba could not finish this. Try again; the log has it as {id}.").format(id=job.id),
        )
    finally:
        job.elapsed_ms = (time.monotonic() - job.started) * 1e3
        job.done.set()


def _failed(job: Job, message: str) -> Answer:
    return Answer(
        id=job.id,
        question=job.question,
        status="failed",
        intent="NEW_QUERY",
        source=None,
        user=job.user,
        model="",
        message=message,
    )
