"""A turn: from a question, or from SQL, to an answer, stage by stage."""

from core.assistant.queries import Queries
from core.assistant.sql_turn import SqlTurns
from core.assistant.turn import Assistant, ModelParts

__all__ = ["Assistant", "ModelParts", "Queries", "SqlTurns"]
