"""Asking a model what kind of thing somebody typed, where rules cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from core.generation.before import Before, sorted_lines
from core.generation.port import Choice, Request
from core.generation.records import cut, record, system_text

VERSION: Final = "intent_1"
#: Within a conversation.
OF_CONVERSATION: Final = "intent_2"
Intent = Literal["NEW_QUERY", "DATA_FILTER", "VISUAL_UPDATE", "CLARIFY", "RESET"]
INTENTS: Final[tuple[Intent, ...]] = (
    "NEW_QUERY",
    "DATA_FILTER",
    "VISUAL_UPDATE",
    "CLARIFY",
    "RESET",
)
_MAX_TEXT: Final = 500


def intent_request(text: str, *, before: Sequence[Before] = (), tenant: str = "") -> Request:
    """The call; its reply is one of INTENTS. before: the last questions, oldest first."""
    lines = sorted_lines(before) if before else []
    lines.append(f"TEXT {record({'text': cut(text, _MAX_TEXT)})}")
    version = OF_CONVERSATION if before else VERSION
    return Request(
        "intent",
        system_text(version),
        "\n".join(lines) + "\n",
        constraint=Choice(INTENTS),
        tenant=tenant,
    )


def read_intent(reply: str) -> Intent | None:
    """The intent in a reply; None for any other word."""
    word = reply.strip().strip("\"'`.").upper()
    return next((intent for intent in INTENTS if intent == word), None)
