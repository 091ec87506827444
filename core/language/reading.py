"""What the parser made of a question: a query, or a question back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.language.asked_drift import DriftQuestion
from core.semantic.asset_question import AssetQuestion
from core.semantic.query import SemanticQuery
from core.types import ChartType, Clarification, WordUse


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as understood.

    query: set when every content word is accounted for. clarification: set otherwise, but for a
    question of assets that no one query answers, which is in `asked`, or whether something drifts,
    which is in `drift`. problem: the question cannot be answered from data at all, whatever the
    words; `meaning`: it asks what a term means, and the clarification says it; `asked`, `drift`: it
    asks more of what would be there than is understood. out_of_scope: values named that the user
    may not see. mended: typed word -> the word it was read as. named: the parts of the query that
    words speak of, as in a Fragment; the others stand at what is usual. is_settled: it is asked
    back although the words were understood.
    """

    query: SemanticQuery | None = None
    clarification: Clarification | None = None
    problem: Literal["", "write", "future", "cause", "alerts", "meaning", "asked", "drift"] = ""
    words: tuple[WordUse, ...] = ()
    mended: dict[str, str] = field(default_factory=dict)
    out_of_scope: tuple[str, ...] = ()
    chart: ChartType | None = None
    notes: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()
    asked: AssetQuestion | None = None
    drift: DriftQuestion | None = None
    is_settled: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it may mean something else than it was read as: no problem, no place out of
        scope, and no thing that does not exist."""
        asked = self.clarification
        is_said = self.query is not None or (asked is not None and not asked.is_absent)
        return is_said and not self.problem and not self.out_of_scope

    @property
    def is_unread(self) -> bool:
        """Whether the words were not understood; not so where only the asker knows which of two
        readings is right."""
        asked = self.clarification
        return self.is_open and asked is not None and bool(asked.unknown_words or not asked.options)


class Ask(Exception):
    """Raised inside the interpreter where a question back is the only honest answer."""

    def __init__(self, clarification: Clarification) -> None:
        super().__init__(clarification.question)
        self.clarification = clarification


class Understood(Ask):
    """The same where the words were understood and cannot be answered: nothing is left out of them
    to be read another way."""


class NotRead(Ask):
    """The same where the words were not understood, so that others may know what they mean."""
