"""All that answers questions over one model."""

from __future__ import annotations

from dataclasses import dataclass

from core.dialogue import DialogueReader
from core.language import QuestionParser
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.types import Engine


@dataclass(frozen=True, slots=True)
class ModelParts:
    """All that answers questions over one model."""

    model: SemanticModel
    facts: DataFacts
    parser: QuestionParser
    engine: Engine
    dialogue: DialogueReader
