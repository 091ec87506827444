"""Checks before a publish, which run beside the page: a rerun, a reload or another page never ends
one; Stop does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from core.curation.desk import Tested
from core.curation.gate import GateReport, Stopped
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import language, retold, speaking
from core.types import CancelToken, User

_LOG = logging.getLogger(__name__)

#: Asks the golden questions both ways; gets what to call with (done, of how many).
Work = Callable[[Callable[[int, int], None], CancelToken], Tested]


@dataclass(slots=True)
class GateRun:
    """One running or finished check. Written by its worker, read by pages. problem: why there is
    no report, in words; empty while it runs, when it was stopped, and with a report."""

    user: User
    model: str
    started: float = field(default_factory=time.monotonic)
    finished: int = 0
    questions: int = 0
    tested: Tested | None = None
    problem: str = ""
    elapsed_s: float = 0.0
    cancel: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def report(self) -> GateReport | None:
        """What the check found, once it is there."""
        return self.tested.report if self.tested is not None else None

    @property
    def is_running(self) -> bool:
        """Not finished, and nobody has pressed Stop."""
        return not self.done.is_set() and not self.cancel.is_set()

    @property
    def is_stopped(self) -> bool:
        """Stop was pressed before the report was there."""
        return self.cancel.is_set() and self.tested is None

    def seconds(self) -> float:
        """How long it has been running, or ran."""
        return self.elapsed_s or time.monotonic() - self.started

    def share(self) -> float:
        """How much of it is done, 0..1."""
        return min(1.0, self.finished / self.questions) if self.questions else 0.0

    def progress(self, finished: int, questions: int) -> None:
        """So many questions are done, of so many."""
        self.finished, self.questions = finished, questions


class GateRuns:
    """The newest check of each person and model."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[tuple[str, str, str], GateRun] = {}

    def get(self, user: User, model: str) -> GateRun | None:
        """This person's newest check of that model."""
        with self._lock:
            return self._runs.get((user.tenant, user.name, model))

    def start(self, user: User, model: str, work: Work) -> GateRun:
        """Begin a check; the one that is running, when there is one."""
        key = (user.tenant, user.name, model)
        with self._lock:
            found = self._runs.get(key)
            if found is not None and found.is_running:
                return found
            run = self._runs[key] = GateRun(user, model)
        threading.Thread(
            target=_follow, args=(run, work, language()), name=f"gate-{user.name}", daemon=True
        ).start()
        return run

    def forget(self, user: User, model: str) -> None:
        """Its report was used; it holds no more."""
        with self._lock:
            self._runs.pop((user.tenant, user.name, model), None)


def _follow(run: GateRun, work: Work, language: str) -> None:
    with speaking(language):
        _work(run, work)


def _work(run: GateRun, work: Work) -> None:
    try:
        tested = work(run.progress, run.cancel)
        run.tested = None if run.cancel.is_set() else tested
    except Stopped:
        run.cancel.set()
    except GembaError as error:
        run.problem = "" if run.cancel.is_set() else retold(error)
    except Exception:  # noqa: BLE001 - the outer edge: a page must never wait for ever
        _LOG.exception("a check before a publish by %s failed", run.user.name)
        run.problem = _("The check could not be finished. Try again; the log says where it broke.")
    finally:
        run.elapsed_s = time.monotonic() - run.started
        run.done.set()
