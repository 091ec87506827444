"""Looks at files and imports, which run beside the page: a reload or another page never ends one;
Stop does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from core.errors import GembaError
from core.ingest.recognised import Recognised
from core.ingest.report import LoadReport
from core.ingest.tables import TablesFound, TablesReport
from core.ingest.workspace import Progress
from core.translation import gettext as _
from core.translation import language, retold, speaking
from core.types import User

_LOG = logging.getLogger(__name__)

Kind = Literal["look", "check", "load"]
#: What files of one table or of several are, and what a check or an import of them found.
Found = Recognised | TablesFound
Report = LoadReport | TablesReport
#: Does the work; gets what to call with what is done and how much of it.
Work = Callable[[Progress], Found | Report]


class Stopped(Exception):
    """Somebody pressed Stop."""


@dataclass(slots=True)
class ImportRun:
    """One running or finished act. Written by its worker, read by pages. what: a word of the
    ingest for what it does; share: how much of it is done, 0..1. problem: why nothing came."""

    kind: Kind
    what: str = "read"
    share: float = 0.0
    result: Found | Report | None = None
    problem: str = ""
    started: float = field(default_factory=time.monotonic)
    cancel: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def is_running(self) -> bool:
        """Not finished."""
        return not self.done.is_set()

    def tell(self, what: str, share: float) -> None:
        """What is done; ends the work when somebody pressed Stop."""
        if self.cancel.is_set():
            raise Stopped
        self.what, self.share = what, min(1.0, max(0.0, share))

    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.started


class ImportRuns:
    """The newest act of each person."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[tuple[str, str], ImportRun] = {}

    def get(self, user: User) -> ImportRun | None:
        """This person's newest act."""
        with self._lock:
            return self._runs.get((user.tenant, user.name))

    def start(self, user: User, kind: Kind, work: Work) -> ImportRun:
        """Begin an act; the one that is running, when there is one."""
        key = (user.tenant, user.name)
        with self._lock:
            found = self._runs.get(key)
            if found is not None and found.is_running:
                return found
            run = self._runs[key] = ImportRun(kind)
        threading.Thread(
            target=_follow, args=(run, work, language()), name=f"import-{user.name}", daemon=True
        ).start()
        return run

    def forget(self, user: User) -> None:
        """Its result was taken; it holds no more."""
        with self._lock:
            self._runs.pop((user.tenant, user.name), None)


def _follow(run: ImportRun, work: Work, spoken: str) -> None:
    with speaking(spoken):
        try:
            run.result = work(run.tell)
        except Stopped:
            run.problem = _("Stopped. Nothing was imported.")
        except GembaError as error:
            run.problem = retold(error)
        except Exception:  # noqa: BLE001 - the outer edge: a page must never wait for ever
            _LOG.exception("an import failed")
            run.problem = _("The import could not be finished. Nothing was imported; the log says "
                            "where it broke.")  # fmt: skip
        finally:
            run.done.set()
