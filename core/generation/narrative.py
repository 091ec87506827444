"""Asking a model to put findings into sentences. Which of them may be shown is not decided here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from core.generation.port import JsonSchema, Request
from core.generation.records import cut, record, system_text

VERSION: Final = "narrative_1"
MAX_SENTENCES: Final = 3
_MAX_SENTENCE: Final = 300
_MAX_QUESTION: Final = 500
_MAX_FINDINGS: Final = 8

SCHEMA: Final = JsonSchema(
    "narrative",
    {
        "type": "object",
        "properties": {
            "sentences": {
                "type": "array",
                "items": {"type": "string", "maxLength": _MAX_SENTENCE},
                "minItems": 1,
                "maxItems": MAX_SENTENCES,
            }
        },
        "required": ["sentences"],
        "additionalProperties": False,
    },
)


def narrative_request(question: str, findings: Sequence[str], *, tenant: str = "") -> Request:
    """The call. findings: sentences of ours, each with its numbers; the first is the headline."""
    lines = [
        f"QUESTION {record({'question': cut(question, _MAX_QUESTION)})}",
        "FINDINGS",
        *(record({"finding": cut(text, _MAX_SENTENCE)}) for text in findings[:_MAX_FINDINGS]),
        "END OF FINDINGS",
    ]
    return Request(
        "narrate", system_text(VERSION), "\n".join(lines) + "\n", constraint=SCHEMA, tenant=tenant
    )


def read_narrative(text: str) -> tuple[str, ...]:
    """The sentences in a reply; none where it holds none."""
    try:
        found = json.loads(text, strict=False)  # a server's schema lets control characters through
    except (ValueError, RecursionError):
        return ()
    sentences = found.get("sentences") if isinstance(found, dict) else None
    if not isinstance(sentences, list):
        return ()
    texts = (" ".join(cut(s, _MAX_SENTENCE).split()) for s in sentences if isinstance(s, str))
    return tuple(t for t in texts if t)[:MAX_SENTENCES]
