"""Asking a model what columns mean and what people call them. What it says is a proposal."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.generation.port import JsonSchema, Request
from core.generation.records import cut, record, system_text

VERSION: Final = "descriptions_1"
MAX_COLUMNS: Final = 30
MAX_SYNONYMS: Final = 5
_DESCRIPTION: Final = 200
_SYNONYM: Final = 40
_WORDS: Final = re.compile(r"[^\W_][\w .%/°²³-]*")

SCHEMA: Final = JsonSchema(
    "descriptions",
    {
        "type": "object",
        "properties": {
            "columns": {
                "type": "array",
                "maxItems": MAX_COLUMNS,
                "items": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string", "maxLength": 64},
                        "description": {"type": "string", "maxLength": _DESCRIPTION},
                        "synonyms": {
                            "type": "array",
                            "items": {"type": "string", "maxLength": _SYNONYM},
                            "maxItems": MAX_SYNONYMS,
                        },
                    },
                    "required": ["name", "description", "synonyms"],
                    "additionalProperties": False,
                },
            }
        },
        "required": ["columns"],
        "additionalProperties": False,
    },
)


def descriptions_request(table: str, columns: Sequence[Mapping[str, Any]]) -> Request:
    """The call for some columns of one table. No value of any row is in it."""
    lines = [f"TABLE {record({'name': cut(table, 64)})}"]
    for column in columns:
        said = {key: cut(str(value), 200) for key, value in column.items() if value}
        lines.append(f"COLUMN {record(said)}")
    return Request("narrate", system_text(VERSION), "\n".join(lines) + "\n", constraint=SCHEMA)


def read_descriptions(text: str, known: Sequence[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Column -> description and synonyms, of known columns alone; none where the reply is none."""
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return {}
    given = found.get("columns") if isinstance(found, dict) else None
    made: dict[str, tuple[str, tuple[str, ...]]] = {}
    for entry in given if isinstance(given, list) else ():
        if not isinstance(entry, dict) or entry.get("name") not in known:
            continue
        described, said = entry.get("description"), entry.get("synonyms")
        description = (
            " ".join(cut(described, _DESCRIPTION).split()) if isinstance(described, str) else ""
        )
        words = (
            " ".join(w.split())
            for w in (said if isinstance(said, list) else ())
            if isinstance(w, str)
        )
        synonyms = [w for w in words if 2 <= len(w) <= _SYNONYM and _WORDS.fullmatch(w)]
        unique = tuple({w.casefold(): w for w in synonyms}.values())[:MAX_SYNONYMS]
        if description or unique:
            made[str(entry["name"])] = (description, unique)
    return made
