"""Asking a model for other wordings of a question. That they ask the same is not decided here."""

from __future__ import annotations

import json
from typing import Final

from core.generation.port import JsonSchema, Request
from core.generation.records import cut, record, system_text

VERSION: Final = "wordings_1"
MAX_WORDINGS: Final = 8
_MAX_CHARACTERS: Final = 300

SCHEMA: Final = JsonSchema(
    "wordings",
    {
        "type": "object",
        "properties": {
            "wordings": {
                "type": "array",
                "items": {"type": "string", "maxLength": _MAX_CHARACTERS},
                "maxItems": MAX_WORDINGS,
            }
        },
        "required": ["wordings"],
        "additionalProperties": False,
    },
)


def wordings_request(question: str, *, tenant: str = "") -> Request:
    """The call."""
    body = f"QUESTION {record({'question': cut(question, 500)})}\n"
    return Request("narrate", system_text(VERSION), body, constraint=SCHEMA, tenant=tenant)


def read_wordings(text: str) -> tuple[str, ...]:
    """The wordings in a reply, each on one line; none where it holds none."""
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return ()
    given = found.get("wordings") if isinstance(found, dict) else None
    if not isinstance(given, list):
        return ()
    texts = (" ".join(cut(w, _MAX_CHARACTERS).split()) for w in given if isinstance(w, str))
    return tuple(dict.fromkeys(t for t in texts if t))[:MAX_WORDINGS]
