"""A turn: from a question, or from SQL, to an answer, stage by stage."""

from core.assistant.parts import ModelParts
from core.assistant.queries import Queries
from core.assistant.sql_turn import SqlTurns
from core.assistant.turn import Assistant
from core.assistant.verified import VerifiedAnswers

__all__ = ["Assistant", "ModelParts", "Queries", "SqlTurns", "VerifiedAnswers"]
