"""Asking a model to put findings and a statement into sentences. What of them may be shown is not
decided here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.generation.port import JsonSchema, Request
from core.generation.records import cut, record, system_text

VERSION: Final = "narrative_1"
MAX_SENTENCES: Final = 3
_MAX_SENTENCE: Final = 300
_MAX_QUESTION: Final = 500
_MAX_FINDINGS: Final = 8

_MAX_SQL: Final = 3_000
_MAX_EXPLANATION: Final = 400


def _schema(*, explains: bool) -> JsonSchema:
    properties: dict[str, object] = {
        "sentences": {
            "type": "array",
            "items": {"type": "string", "maxLength": _MAX_SENTENCE},
            "maxItems": MAX_SENTENCES,
        }
    }
    if explains:
        properties["explanation"] = {"type": "string", "maxLength": _MAX_EXPLANATION}
    return JsonSchema(
        "narrative",
        {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
    )


_SCHEMAS: Final = {explains: _schema(explains=explains) for explains in (False, True)}


@dataclass(frozen=True, slots=True)
class Narrative:
    """sentences: findings in the model's words. explanation: how the figures are computed."""

    sentences: tuple[str, ...] = ()
    explanation: str = ""


def narrative_request(
    question: str, findings: Sequence[str], *, statement: str = "", tenant: str = ""
) -> Request:
    """The call. findings: sentences of ours, each with its numbers; the first is the headline.
    statement: the SQL, where it is to be explained."""
    lines = [
        f"QUESTION {record({'question': cut(question, _MAX_QUESTION)})}",
        "FINDINGS",
        *(record({"finding": cut(text, _MAX_SENTENCE)}) for text in findings[:_MAX_FINDINGS]),
        "END OF FINDINGS",
    ]
    if statement:
        lines.append(f"STATEMENT {record({'sql': cut(statement, _MAX_SQL)})}")
    return Request(
        "narrate",
        system_text(VERSION),
        "\n".join(lines) + "\n",
        constraint=_SCHEMAS[bool(statement)],
        tenant=tenant,
    )


def read_narrative(text: str) -> Narrative:
    """What a reply holds of it; empty where it is none."""
    try:
        found = json.loads(text, strict=False)  # a server's schema lets control characters through
    except (ValueError, RecursionError):
        return Narrative()
    if not isinstance(found, dict):
        return Narrative()
    given, explanation = found.get("sentences"), found.get("explanation")
    sentences = given if isinstance(given, list) else []
    texts = (" ".join(cut(s, _MAX_SENTENCE).split()) for s in sentences if isinstance(s, str))
    said = cut(explanation, _MAX_EXPLANATION) if isinstance(explanation, str) else ""
    return Narrative(tuple(t for t in texts if t)[:MAX_SENTENCES], " ".join(said.split()))
