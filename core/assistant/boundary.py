"""Around every turn: it is timed, and whatever happens it ends in exactly one answer."""

from __future__ import annotations

import datetime as dt
import logging
import math
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.errors import GembaError, QueryCancelled, Refused, UserFixable
from core.translation import gettext as _
from core.translation import retold
from core.types import Answer, Clarification, Progress, Source, Status, User

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Clock:
    """Milliseconds by stage. budget_s: how long the turn may take."""

    started: float
    last: float
    stages: dict[str, float]
    budget_s: float = math.inf

    @classmethod
    def start(cls, budget_s: float = math.inf) -> Clock:
        """A clock that runs."""
        now = time.perf_counter()
        return cls(now, now, {}, budget_s)

    def lap(self, stage: str) -> None:
        """What passed since the last lap belongs to this stage."""
        now = time.perf_counter()
        self.stages[stage] = round(self.stages.get(stage, 0.0) + (now - self.last) * 1000, 3)
        self.last = now

    @property
    def elapsed_ms(self) -> float:
        """Since the start."""
        return (time.perf_counter() - self.started) * 1000

    @property
    def left_s(self) -> float:
        """Seconds of the turn's budget that are left."""
        return max(0.0, self.budget_s - self.elapsed_ms / 1000)

    def total(self) -> dict[str, float]:
        """All stages and their total."""
        return {**self.stages, "total": round(self.elapsed_ms, 3)}


def blank_answer(question: str, user: User, model: str, source: Source | None = None) -> Answer:
    """What a turn fills in; as it stands, it says that the turn failed."""
    return Answer(
        id=uuid.uuid4().hex[:12],
        question=question,
        status="failed",
        intent="NEW_QUERY",
        source=source,
        user=user,
        model=model,
        asked_at=dt.datetime.now(dt.UTC),
    )


def ends_in_an_answer(
    blank: Answer, clock: Clock, stages: Iterator[Progress | Answer]
) -> Iterator[Progress | Answer]:
    """The stages' events; an error of theirs becomes the answer. No GembaError leaves."""
    try:
        yield from stages
    except Refused as error:
        yield refused_answer(blank, error, clock)
    except UserFixable as error:
        is_stopped = isinstance(error, QueryCancelled)
        said = retold(error)
        status: Status = "failed" if is_stopped else "clarify"
        yield replace(
            blank,
            status=status,
            message=said,
            clarification=None if is_stopped else Clarification(said),
            timings_ms=clock.total(),
        )
    except GembaError as error:
        yield replace(blank, message=retold(error), timings_ms=clock.total())
    except Exception:  # noqa: BLE001 - the boundary: a defect still gives an answer
        _LOG.exception("turn %s failed", blank.id)
        yield replace(
            blank,
            message=_(
                "Something in Gemba failed at this; the log names it ({id}). Nothing was "
                "changed. Please say it another way."
            ).format(id=blank.id),
            timings_ms=clock.total(),
        )


def refused_answer(draft: Answer, error: Refused, clock: Clock) -> Answer:
    """The answer that governance refuses, with its rule."""
    return replace(
        draft,
        status="refused",
        message=retold(error),
        rule=error.rule,
        timings_ms=clock.total(),
    )
