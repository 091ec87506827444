"""What a turn leaves behind for the one that follows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from core.semantic.query import SemanticQuery
from core.types import ChartSpec, ResultColumn, Status


@dataclass(frozen=True, slots=True)
class PastTurn:
    """One turn of a conversation, without its rows.

    answer: id of the answer. plan: what it answered, None for SQL that no plan says and for turns
    without an answer. question: as it was asked. columns: of the answer's rows. sql: before
    governance, where there is no plan. asked_at: UTC, naive.
    """

    answer: str
    question: str
    intent: str
    status: Status
    model: str
    plan: SemanticQuery | None = None
    columns: tuple[ResultColumn, ...] = ()
    chart: ChartSpec | None = None
    sql: str = ""
    asked_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """The turns of one conversation of one person, oldest first; the newest ten are kept."""

    turns: tuple[PastTurn, ...] = field(default=())

    @property
    def last(self) -> PastTurn | None:
        """The newest turn that has a plan or rows; what a follow-up is about."""
        return next((t for t in reversed(self.turns) if t.status in ("answered", "empty")), None)
