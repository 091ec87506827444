"""Asking a model what kind of thing somebody typed, where rules cannot tell."""

from __future__ import annotations

from typing import Final, Literal

from core.generation.port import Choice, Request
from core.generation.records import cut, record, system_text

VERSION: Final = "intent_1"
Intent = Literal["NEW_QUERY", "DATA_FILTER", "VISUAL_UPDATE", "CLARIFY", "RESET"]
INTENTS: Final[tuple[Intent, ...]] = (
    "NEW_QUERY",
    "DATA_FILTER",
    "VISUAL_UPDATE",
    "CLARIFY",
    "RESET",
)
_MAX_TEXT: Final = 500


def intent_request(text: str, *, tenant: str = "") -> Request:
    """The call; its reply is one of INTENTS."""
    body = f"TEXT {record({'text': cut(text, _MAX_TEXT)})}\n"
    return Request("intent", system_text(VERSION), body, constraint=Choice(INTENTS), tenant=tenant)


def read_intent(reply: str) -> Intent | None:
    """The intent in a reply; None for any other word."""
    word = reply.strip().strip("\"'`.").upper()
    return next((intent for intent in INTENTS if intent == word), None)
