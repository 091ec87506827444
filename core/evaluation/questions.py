"""Golden questions as data: one JSON object a line, read strictly.

Keys of a line:

    id             unique in the file
    question       one question; or `turns`, a conversation
    check_sql      StarRocks SQL whose rows are right
    check_sql_alt  SQL, or a list, whose rows are right as well (a second fair reading)
    expect         what is right beside or instead of rows, one or a list of: the statuses
                   `clarify`, `refused`, `empty` and `answered`; `breakdown`, answered with two
                   rows or more; `nothing`, no row is shown, whatever the status
    chart          the chart that was asked for, or a list of what is right; without `check_sql`
                   the rows must be those of the turn before
    as             account that asks; without it the administrator
    tags           list of words that the report groups by
    ordered        true: the order of the rows counts
    note           why the question is there; not used

A question has `check_sql`, `expect` or `chart`; with the first two, right rows or one of the
expected ends will do.

`turns` holds texts and objects. An object is judged by its own keys: those of a line less `id`,
`turns` and `as`. Of the texts only the last turn is judged, by the line's keys; or the line's
`check_sql` is a list as long as `turns`, of SQL and of null for a turn that is not judged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from core.errors import ConfigError, did_you_mean
from core.types import ChartType

_RIGHT_KEYS = frozenset(("check_sql", "check_sql_alt", "expect", "chart", "ordered"))
_TURN_KEYS = _RIGHT_KEYS | {"question", "tags", "note"}
_KEYS = _TURN_KEYS | {"id", "turns", "as"}
_EXPECTED = ("clarify", "refused", "empty", "answered", "breakdown", "nothing")
_CHARTS = get_args(ChartType)


@dataclass(frozen=True, slots=True)
class Turn:
    """One text of a golden question and what is right for it. checks: SQL texts, any of which may
    be met; expect: ends that are right; charts: types of chart, any of which is right."""

    question: str
    checks: tuple[str, ...] = ()
    expect: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    is_ordered: bool = False

    @property
    def is_judged(self) -> bool:
        """Whether anything says what is right; if not, the turn only leads to the next."""
        return bool(self.checks or self.expect or self.charts)


@dataclass(frozen=True, slots=True)
class Golden:
    """One golden question, or a conversation. turns: at least one, and one at least is judged;
    tags: of the whole; line: where it stands in its file."""

    id: str
    turns: tuple[Turn, ...]
    user: str | None = None
    tags: tuple[str, ...] = ()
    line: int = 0

    @property
    def question(self) -> str:
        """The last text."""
        return self.turns[-1].question

    @property
    def checks(self) -> tuple[str, ...]:
        """SQL whose rows are right for the last text."""
        return self.turns[-1].checks

    @property
    def expect(self) -> tuple[str, ...]:
        """Ends that are right for the last text."""
        return self.turns[-1].expect

    @property
    def is_ordered(self) -> bool:
        """Whether the order of the last text's rows counts."""
        return self.turns[-1].is_ordered


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
    _refuse_unknown(raw, _KEYS)
    if ("question" in raw) == ("turns" in raw):
        raise ValueError("give either 'question' or 'turns'.")
    turns = _turns(raw) if "turns" in raw else (_turn({k: raw[k] for k in raw if k != "tags"}),)
    if not any(turn.is_judged for turn in turns):
        raise ValueError("give 'check_sql' or 'expect'.")
    return Golden(
        id=_text(raw, "id"),
        turns=turns,
        user=_text(raw, "as") if "as" in raw else None,
        tags=_texts(raw, "tags"),
        line=number,
    )


def _turns(line: dict[str, Any]) -> tuple[Turn, ...]:
    raw = line["turns"]
    if not isinstance(raw, list) or not all(isinstance(turn, str | dict) for turn in raw):
        raise ValueError("'turns' must be a list of texts and objects.")
    if not raw:
        raise ValueError("'turns' holds no question.")
    of_line = {key: line[key] for key in _RIGHT_KEYS if key in line}
    checks: list[Any] = [None] * len(raw)
    if isinstance(of_line.get("check_sql"), list):
        checks = of_line.pop("check_sql")
        if len(checks) != len(raw):
            raise ValueError(f"'check_sql' has {len(checks)} entries for {len(raw)} turns.")
    found = []
    for number, (turn, sql) in enumerate(zip(raw, checks, strict=True), 1):
        given = ({} if sql is None else {"check_sql": sql}) | (
            of_line if number == len(raw) else {}
        )
        if isinstance(turn, str):
            found.append(_turn({"question": turn, **given}))
            continue
        if given:
            raise ValueError(f"turn {number} says itself what is right, and so does the line.")
        _refuse_unknown(turn, _TURN_KEYS)
        found.append(_turn(turn))
        if not found[-1].is_judged:
            raise ValueError(f"turn {number}: give 'check_sql', 'expect' or 'chart', or a text.")
    return tuple(found)


def _turn(raw: dict[str, Any]) -> Turn:
    ordered = raw.get("ordered", False)
    if not isinstance(ordered, bool):
        raise ValueError("'ordered' must be true or false.")
    check = (_text(raw, "check_sql"),) if "check_sql" in raw else ()
    return Turn(
        question=_text(raw, "question", blank=True),
        checks=check + _texts(raw, "check_sql_alt"),
        expect=_some_of(raw, "expect", _EXPECTED),
        charts=_some_of(raw, "chart", _CHARTS),
        tags=_texts(raw, "tags"),
        is_ordered=ordered,
    )


def _refuse_unknown(raw: dict[str, Any], known: frozenset[str]) -> None:
    for key in raw:
        if key not in known:
            raise ValueError(f"unknown key {key!r}.{did_you_mean(key, known)}")


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


def _some_of(raw: dict[str, Any], key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    values = _texts(raw, key)
    for value in values:
        if value not in known:
            raise ValueError(
                f"{key!r} must be one of {', '.join(known)}, not {value!r}."
                f"{did_you_mean(value, known)}"
            )
    return values
