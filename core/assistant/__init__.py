"""A turn: from a question to an answer, stage by stage."""

from core.assistant.turn import Assistant, ModelParts

__all__ = ["Assistant", "ModelParts"]
