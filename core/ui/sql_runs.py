"""Runs of SQL from the page Inspect SQL, kept in this process under their owner's name, so that a
reload shows them again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from core.types import User
from core.ui import jobs
from core.ui.conversations import Turn
from core.ui.port import Services

#: Kept for each person, besides those that run; their rows hold memory.
MOST_KEPT = 4


@dataclass(slots=True)
class SqlRun(Turn):
    """A turn of SQL. sql: as it was sent, empty for a question whose SQL is wanted; model: as it
    was chosen, None for the default."""

    sql: str = ""
    model: str | None = None


class SqlRuns:
    """The last runs of all people; each sees only their own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], OrderedDict[str, SqlRun]] = {}

    def get(self, user: User, run_id: str) -> SqlRun | None:
        """That run, when it is there and this person's."""
        with self._lock:
            return self._of(user).get(run_id)

    def running(self, user: User) -> SqlRun | None:
        """The newest run that has not ended."""
        with self._lock:
            newest = reversed(self._of(user).values())
            return next((run for run in newest if run.job.is_running), None)

    def of_answer(self, user: User, answer_id: str) -> SqlRun | None:
        """The run that gave that answer."""
        with self._lock:
            mine = self._of(user).values()
            return next(
                (r for r in mine if r.answer is not None and r.answer.id == answer_id), None
            )

    def start(
        self, services: Services, user: User, sql: str, *, model: str | None = None
    ) -> SqlRun | None:
        """Run SQL; None when this person has too many running."""
        return self._begin(
            user,
            "",
            lambda cancel: services.run_sql(sql, user, model=model, cancel=cancel),
            sql,
            model,
        )

    def ask(
        self, services: Services, user: User, question: str, *, model: str | None = None
    ) -> SqlRun | None:
        """Ask a question for its SQL; None when this person has too many running."""
        return self._begin(
            user,
            question,
            lambda cancel: services.ask(question, user, model=model, cancel=cancel),
            "",
            model,
        )

    def _begin(
        self, user: User, question: str, work: jobs.Work, sql: str, model: str | None
    ) -> SqlRun | None:
        with self._lock:
            mine = self._of(user)
            if sum(run.job.is_running for run in mine.values()) >= jobs.MOST_AT_ONCE:
                return None
            run = SqlRun(jobs.start(question, user, work), sql=sql, model=model)
            mine[run.id] = run
            ended = [i for i, kept in mine.items() if not kept.job.is_running and kept is not run]
            for run_id in ended[: max(0, len(ended) + 1 - MOST_KEPT)]:
                del mine[run_id]
            return run

    def _of(self, user: User) -> OrderedDict[str, SqlRun]:
        return self._kept.setdefault((user.tenant, user.name), OrderedDict())
