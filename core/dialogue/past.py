"""What the turns of a conversation leave behind for the one that follows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from core.semantic.query import SemanticQuery
from core.types import Answer, EmptyReason

#: The column that holds how many groups an answer has.
COUNTED: Final = "number"


@dataclass(frozen=True, slots=True)
class PastTurn:
    """One turn: its answer without the rows, which are kept apart. is_truncated, elapsed_ms: of
    those rows."""

    answer: Answer
    is_truncated: bool = False
    elapsed_ms: float = 0.0

    @property
    def id(self) -> str:
        """The answer's."""
        return self.answer.id

    @property
    def plan(self) -> SemanticQuery | None:
        """What it answered; None for SQL that no plan says and for turns without an answer."""
        return self.answer.plan

    @property
    def is_number(self) -> bool:
        """Whether it only told how many groups its query has."""
        columns = self.answer.columns
        return self.plan is not None and [c.name for c in columns] == [COUNTED]


def past_turn(answer: Answer) -> PastTurn:
    """The turn that an answer makes."""
    result = answer.result
    return PastTurn(
        replace(answer, result=None),
        is_truncated=result is not None and result.truncated,
        elapsed_ms=result.elapsed_ms if result is not None else 0.0,
    )


@dataclass(frozen=True, slots=True)
class Past:
    """The turns of one conversation of one person, oldest first; the newest ten are kept.

    is_away: the memory of conversations could not be reached, so nothing is known, or only what is
    kept for good.
    """

    turns: tuple[PastTurn, ...] = ()
    is_away: bool = False

    def stack(self, model: str) -> tuple[PastTurn, ...]:
        """The answers over a model since the conversation last began, oldest first; the last one
        is what a question goes on from. One that goes on from the answer before the last took the
        last one back, and stands in that one's place."""
        found: list[PastTurn] = []
        for turn in self.turns:
            answer = turn.answer
            if answer.intent == "RESET":
                found.clear()
            elif answer.status not in ("answered", "empty") or answer.model != model:
                continue
            elif answer.empty is EmptyReason.OUT_OF_SCOPE:
                continue  # what may not be seen is nothing to go on from
            elif len(found) > 1 and answer.follows == found[-2].id:
                found[-2:] = [turn]
            elif found and _is_told(turn) and answer.follows == found[-1].id:
                continue  # told of that answer, and changed nothing ("how many are that?")
            else:
                found.append(turn)
        return tuple(found)

    def answers(self, model: str) -> tuple[PastTurn, ...]:
        """All answers over a model since the conversation last began, oldest first."""
        found: list[PastTurn] = []
        for turn in self.turns:
            answer = turn.answer
            if answer.intent == "RESET":
                found.clear()
            elif answer.status in ("answered", "empty") and answer.model == model:
                found.append(turn)
        return tuple(t for t in found if t.answer.empty is not EmptyReason.OUT_OF_SCOPE)

    @property
    def pending(self) -> PastTurn | None:
        """The newest turn, when Gemba asked back in it."""
        last = self.turns[-1] if self.turns else None
        return last if last is not None and last.answer.status == "clarify" else None


def _is_told(turn: PastTurn) -> bool:
    """Whether a turn only told something of the rows of another."""
    answer = turn.answer
    is_drawn = answer.intent == "VISUAL_UPDATE"
    return turn.plan is None and answer.source == "cache" and not is_drawn
