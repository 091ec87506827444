"""Asking a model whether rows answer a question, and reading what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.generation.before import Before, conversation_lines
from core.generation.port import JsonSchema, Request
from core.generation.records import cut, record, system_text
from core.translation import marked

VERSION: Final = "verdict_1"
#: What may be wrong, and how it is said to people.
PROBLEMS: Final[Mapping[str, str]] = {
    "none": "",
    "figure": marked("another figure may have been meant"),
    "filter": marked("a condition may be missing or wrong"),
    "time": marked("another time may have been meant"),
    "split": marked("it may be split by the wrong thing"),
    "order": marked("the order or the number of rows may be wrong"),
    "unit": marked("the unit may be wrong"),
    "other": marked("something may not fit"),
}
MAX_HINT: Final = 200
_MAX_WORDS: Final = 8
_MAX_WORD: Final = 60
_MAX_QUESTION: Final = 500
_MAX_SQL: Final = 3_000

SCHEMA: Final = JsonSchema(
    "verdict",
    {
        "type": "object",
        "properties": {
            "answers": {"type": "boolean"},
            "problem": {"type": "string", "enum": list(PROBLEMS)},
            "unused": {
                "type": "array",
                "items": {"type": "string", "maxLength": _MAX_WORD},
                "maxItems": _MAX_WORDS,
            },
            "hint": {"type": "string", "maxLength": MAX_HINT},
        },
        "required": ["answers", "problem", "unused", "hint"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column of the rows. lowest, mean, highest: of numbers. empty: share of rows without a
    value, 0..1."""

    label: str
    type: str
    unit: str = ""
    lowest: float | None = None
    mean: float | None = None
    highest: float | None = None
    empty: float = 0.0


@dataclass(frozen=True, slots=True)
class RowsSeen:
    """What is shown of rows: how many there are, each column, and the first few as text."""

    row_count: int
    truncated: bool
    columns: tuple[ColumnSeen, ...]
    first: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether rows answer a question, by a model. problem: a key of PROBLEMS. unused: words of the
    question, as the model gave them. hint: for the next attempt; text of a model."""

    answers: bool
    problem: str = "none"
    unused: tuple[str, ...] = ()
    hint: str = ""


def verdict_request(
    question: str,
    sql: str,
    rows: RowsSeen,
    *,
    unknown: Sequence[str] = (),
    before: Sequence[Before] = (),
    tenant: str = "",
) -> Request:
    """The call. unknown: words of the question that our own parser does not know. before: questions
    that it goes on from, oldest first."""
    lines = [
        *conversation_lines(before),
        f"QUESTION {record({'question': cut(question, _MAX_QUESTION)})}",
        f"STATEMENT {record({'sql': cut(sql, _MAX_SQL)})}",
        "ROWS",
        record({"rows": rows.row_count, "cut": rows.truncated}),
        *(record(_of_column(column)) for column in rows.columns),
        *(record({"row": [cut(value, 80) for value in row]}) for row in rows.first),
        "END OF ROWS",
    ]
    if unknown:
        words = [cut(word, _MAX_WORD) for word in unknown[:_MAX_WORDS]]
        lines.append(f"LOOK AT {record({'words': words})}")
    return Request(
        "reflect", system_text(VERSION), "\n".join(lines) + "\n", constraint=SCHEMA, tenant=tenant
    )


def read_verdict(text: str) -> Verdict | None:
    """The verdict in a reply; None where it is not one."""
    try:
        found = json.loads(text, strict=False)  # a server's schema lets control characters through
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("answers"), bool):
        return None
    problem, hint, unused = found.get("problem"), found.get("hint", ""), found.get("unused", [])
    if not isinstance(problem, str) or problem not in PROBLEMS:
        return None
    if not isinstance(hint, str) or not isinstance(unused, list):
        return None
    words = tuple(cut(w, _MAX_WORD) for w in unused[:_MAX_WORDS] if isinstance(w, str) and w)
    return Verdict(found["answers"], problem, words, cut(hint, MAX_HINT))


def _of_column(column: ColumnSeen) -> dict[str, Any]:
    found: dict[str, Any] = {"column": cut(column.label, 80), "type": column.type}
    if column.unit:
        found["unit"] = column.unit
    if column.highest is not None:
        found |= {"lowest": column.lowest, "mean": column.mean, "highest": column.highest}
    return found | {"empty": round(column.empty, 3)}
