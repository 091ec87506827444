"""Days of the week that a statement keeps, against those that a question names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import exp

from core.language.lexicon import Lexicon
from core.language.normalise import Token
from core.language.time_phrases import TimePhrase
from core.semantic.display import weekday_name
from core.translation import named, told

_ALL: Final = frozenset(range(1, 8))
_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def said_days(tokens: Sequence[Token], time: TimePhrase | None, lexicon: Lexicon) -> frozenset[int]:
    """The days (Monday is 1) that a run of words names as such; none for a date."""
    if time is not None and time.weekdays:
        return frozenset(time.weekdays)
    names = lexicon.groups["weekdays"]
    found = (names.match(tokens, at) for at in range(len(tokens)))
    return frozenset(int(match[0]) for match in found if match is not None)


def kept_days(tree: exp.Expr) -> list[frozenset[int]]:
    """For each comparison of a day of the week, the days that it names."""
    found = []
    for node in tree.find_all(exp.EQ, exp.In):
        read = _reader(node.this)
        if read is None:
            continue
        literals = node.expressions if isinstance(node, exp.In) else [node.expression]
        days = {_day(read, e.name) for e in literals if isinstance(e, exp.Literal)}
        known = frozenset(d for d in days if d)
        if known:
            found.append(known)
    return found


def faults(said: Sequence[frozenset[int]], kept: Sequence[frozenset[int]]) -> Iterator[str]:
    """Days that are compared and not said, where some are said. said: of each item that names
    any."""
    if not said:
        return
    whole = frozenset().union(*said)
    for days in kept:
        if days not in said and days != whole and _ALL - days not in said:
            names = ", ".join(_NAMES[d - 1].capitalize() for d in sorted(days))
            spoken = ", ".join(weekday_name(d) for d in sorted(days))
            yield told(
                "The SQL reads {days}, and the question names other days of the week.",
                days=named(names, spoken),
            )


def _reader(node: exp.Expr) -> str | None:
    """How an expression counts days of the week."""
    if isinstance(node, exp.DayOfWeek):
        return "sunday is 1"
    if isinstance(node, exp.DayOfWeekIso):
        return "monday is 1"
    if isinstance(node, exp.Dayname):
        return "name"
    if isinstance(node, exp.Anonymous):
        return {"WEEKDAY": "monday is 0", "DAYOFWEEK_ISO": "monday is 1"}.get(node.name.upper())
    return None


def _day(read: str, text: str) -> int | None:
    if read == "name":
        return _NAMES.index(text.casefold()) + 1 if text.casefold() in _NAMES else None
    if not text.isdecimal():
        return None
    number = int(text)
    day = {"sunday is 1": (number + 5) % 7 + 1, "monday is 0": number + 1}.get(read, number)
    return day if 1 <= day <= 7 else None
