"""What answers questions that no one query of the data answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from core.assistant.boundary import Clock
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand
from core.language.risk_questions import RiskQuestion
from core.types import Answer, Progress


class RiskAnswers(Protocol):
    """Answers questions about the risk score of assets."""

    def answer(
        self,
        draft: Answer,
        asked: RiskQuestion,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        """Progress events, then one Answer. Raises what governance and the engine raise."""
        ...
