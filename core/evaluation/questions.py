"""Golden questions as data: one JSON object a line, read strictly.

Keys of a line:

    id             unique in the file
    question       one question; or `turns`, a list of them, of which the last one is judged
    check_sql      StarRocks SQL whose rows are right
    check_sql_alt  SQL, or a list, whose rows are right as well (a second fair reading)
    expect         `clarify`, `refused` or `empty`, or a list of what is right
    as             account that asks; without it the administrator
    tags           list of words that the report groups by
    ordered        true: the order of the rows counts
    note           why the question is there; not used

A line has `check_sql` or `expect`; with both, right rows or one of the expected ends will do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ConfigError, did_you_mean

_KEYS = frozenset(
    ("id", "question", "turns", "check_sql", "check_sql_alt", "expect", "as", "tags")
) | {"ordered", "note"}
_EXPECTED = ("clarify", "refused", "empty")


@dataclass(frozen=True, slots=True)
class Golden:
    """One golden question. turns: at least one text, the last one is judged. checks: SQL texts,
    any of which may be met; expect: statuses that are right; line: where it stands in its file."""

    id: str
    turns: tuple[str, ...]
    checks: tuple[str, ...] = ()
    expect: tuple[str, ...] = ()
    user: str | None = None
    tags: tuple[str, ...] = ()
    is_ordered: bool = False
    line: int = 0

    @property
    def question(self) -> str:
        """The text that is judged."""
        return self.turns[-1]


def read_questions(path: Path) -> tuple[Golden, ...]:
    """All questions of a file; blank lines are passed over.

    Raises ConfigError with file and line for anything that is not as it should be.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"There is no file {str(path)!r}. Name a file of questions.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error
    found: list[Golden] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            golden = _golden(line, number)
        except ValueError as error:
            raise ConfigError(f"{path}:{number}: {error}") from None
        if golden.id in seen:
            raise ConfigError(
                f"{path}:{number}: id {golden.id!r} stands already in line {seen[golden.id]}."
            )
        seen[golden.id] = number
        found.append(golden)
    if not found:
        raise ConfigError(f"{path} holds no question. Write one JSON object a line.")
    return tuple(found)


def _golden(line: str, number: int) -> Golden:
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}.") from None
    if not isinstance(raw, dict):
        raise ValueError("a line must be a JSON object.")
    for key in raw:
        if key not in _KEYS:
            raise ValueError(f"unknown key {key!r}.{did_you_mean(key, _KEYS)}")
    if ("question" in raw) == ("turns" in raw):
        raise ValueError("give either 'question' or 'turns'.")
    turns = _texts(raw, "turns") if "turns" in raw else (_text(raw, "question", blank=True),)
    if not turns:
        raise ValueError("'turns' holds no question.")
    checks = ((_text(raw, "check_sql"),) if "check_sql" in raw else ()) + _texts(
        raw, "check_sql_alt"
    )
    expect = _texts(raw, "expect")
    for status in expect:
        if status not in _EXPECTED:
            raise ValueError(
                f"'expect' must be one of {', '.join(_EXPECTED)}, not {status!r}."
                f"{did_you_mean(status, _EXPECTED)}"
            )
    if not checks and not expect:
        raise ValueError("give 'check_sql' or 'expect'.")
    ordered = raw.get("ordered", False)
    if not isinstance(ordered, bool):
        raise ValueError("'ordered' must be true or false.")
    return Golden(
        id=_text(raw, "id"),
        turns=turns,
        checks=checks,
        expect=expect,
        user=_text(raw, "as") if "as" in raw else None,
        tags=_texts(raw, "tags"),
        is_ordered=ordered,
        line=number,
    )


def _text(raw: dict[str, Any], key: str, *, blank: bool = False) -> str:
    """The text under a key. An empty question is a fair question: `blank` allows it."""
    value = raw.get(key)
    if not isinstance(value, str) or not (blank or value.strip()):
        raise ValueError(f"{key!r} must be a text{'' if blank else ' that is not empty'}.")
    return value


def _texts(raw: dict[str, Any], key: str) -> tuple[str, ...]:
    value = raw.get(key, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise ValueError(f"{key!r} must be a text or a list of texts.")
    return tuple(values)
