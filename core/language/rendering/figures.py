"""Numbers, dates and hours, written with the day first and a decimal comma."""

from __future__ import annotations

import calendar
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from core.language.normalise import Token
from core.language.rendering.order import Piece, said_at

_FIRST_YEAR = 1990
_LAST_HOUR = 24
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")


def number_of(token: Token) -> Token:
    """A number as the parser writes it: `1.200` is twelve hundred, `4,5` four and a half."""
    whole, dot, part = token.text.partition(".")
    if dot and len(part) == 3 and part.isdecimal() and whole != "0":
        text = whole + part
    else:
        text = token.text.replace(",", ".")
    return replace(token, text=text, norm=text, typed=token.text)


def number_at(tokens: Sequence[Token], at: int) -> tuple[int, Piece] | None:
    """A number of more than one token, `1.200.000` or `1.200,5`: (number of tokens, the number)."""
    stop = at
    while stop + 2 < len(tokens) and tokens[stop + 1].text in (".", ","):
        span = tokens[stop : stop + 3]
        is_number = span[0].kind == "number" and span[2].kind == "number"
        if not is_number or any(a.end != b.start for a, b in itertools.pairwise(span)):
            break
        stop += 2
    typed = "".join(t.text for t in tokens[at : stop + 1])
    if stop == at or _GROUPED.fullmatch(typed) is None:
        return None
    text = typed.replace(".", "").replace(",", ".")
    start, end = tokens[at].start, tokens[stop].end
    return stop + 1 - at, Piece("number", said_at(text, typed, start, end), typed, start, end)


def hour_of(token: Token, *, is_after_noon: bool = False) -> Token:
    """An hour of the clock as the parser writes it: `14:00`. A number that is none stays.
    is_after_noon: hours to twelve are counted from noon."""
    if not token.text.isdecimal() or int(token.text) > _LAST_HOUR:
        return number_of(token)
    hour = int(token.text)
    hour += 12 if is_after_noon and hour < 12 else 0
    text = f"{hour:02}:00"
    return replace(token, text=text, norm=text, kind="clock", typed=token.text)


def dotted_date_at(tokens: Sequence[Token], at: int) -> tuple[int, Piece] | None:
    """`25.6` where a date stands, that is typed without its last dot: (1, the date)."""
    token = tokens[at]
    found = _date(token.text.split(".")) if token.kind == "number" and "." in token.text else None
    return None if found is None else (1, _said(found, token.text, token.start, token.end))


def date_at(tokens: Sequence[Token], at: int) -> tuple[int, Piece] | None:
    """`15/6`, `15/6/2026` and `15-6-2026`, the day first: (number of tokens, the date)."""
    first = tokens[at]
    if first.kind == "date" and first.text.count("/") == 2:
        found = _date(first.text.split("/"))
        if found is None:
            return None
        return 1, _said(found, first.text, first.start, first.end)
    for length, sign in ((5, "-"), (3, "/")):
        span = tokens[at : at + length]
        is_joined = all(a.end == b.start for a, b in itertools.pairwise(span))
        if len(span) < length or not is_joined or any(t.text != sign for t in span[1::2]):
            continue
        found = _date([t.text for t in span[::2]])
        if found is not None:
            typed = "".join(t.text for t in span)
            return length, _said(found, typed, span[0].start, span[-1].end)
    return None


def _date(parts: Sequence[str]) -> str | None:
    """The words of a day, a month and maybe a year; None where they are none."""
    if not all(p.isdecimal() for p in parts):
        return None
    day, month = int(parts[0]), int(parts[1])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    if len(parts) > 2 and int(parts[2]) < _FIRST_YEAR:
        return None
    return " ".join([str(day), calendar.month_name[month], *parts[2:]])


def _said(text: str, typed: str, start: int, end: int) -> Piece:
    return Piece("date", said_at(text, typed, start, end), typed, start, end)
