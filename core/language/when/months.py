"""Months, quarters, halves, numbered weeks and years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from core.language.normalise import Token
from core.language.when.calendar_math import Period, add_months, at_midnight, days_period
from core.language.when.spans import relative_unit
from core.language.when.words import TimeWords
from core.semantic.query import Grain

_JUNE: Final = 6


def month_of_year(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`May`, `May 2025`, `May last year`, `last March`: without a year the latest that has
    begun."""
    begin = words.word("last", tokens, at)  # "last March"
    month = words.month_name(tokens, begin if begin > 0 else at)
    if not month:
        return None
    if tokens[month[1] - 1].norm == "may" and _is_verb_may(tokens, month[1] - 1):
        return None
    year = words.year(tokens, month[1]) or _relative_year(words, tokens, month[1])
    after = year[1] if year else month[1]
    if year:
        start = dt.date(year[0], month[0], 1)
    else:
        today = words.clock.today
        start = dt.date(today.year - (month[0] > today.month), month[0], 1)
    end = at_midnight(add_months(start, 1))
    if start <= words.clock.today < end.date():
        end = max(min(end, words.clock.now), at_midnight(start))
    return Period(at_midnight(start), end, Grain.MONTH, after)


def _relative_year(words: TimeWords, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """`last year`, `of this year` right after a month or a quarter: the year and what follows."""
    if at < len(tokens) and tokens[at].norm == "of":
        at += 1
    found = relative_unit(words, tokens, at) if at < len(tokens) else None
    return (found.start.year, found.next) if found and found.grain is Grain.YEAR else None


def _is_verb_may(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].norm in ("i", "we", "be", "have")


def quarter_or_half(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`Q2`, `H1 2026`, `the first half of May`: without a year the latest that has begun."""
    if at >= len(tokens):
        return None
    norm, after = tokens[at].norm, at + 1
    size, index = 0, 0
    if len(norm) == 2 and norm[0] in "qh" and norm[1].isdecimal():
        size, index = (3, int(norm[1])) if norm[0] == "q" else (6, int(norm[1]))
    elif norm in ("q", "h") and after < len(tokens) and tokens[after].number in (1, 2, 3, 4):
        size, index = (3 if norm == "q" else 6), int(tokens[after].number or 0)
        after += 1
    else:
        start_at = at + 1 if norm in words.lexicon.senses["the"] else at
        ordinal = words.payload("ordinals", tokens, start_at)
        if not ordinal or ordinal[1] >= len(tokens):
            return None
        index = int(ordinal[0])
        if tokens[ordinal[1]].norm == "quarter":
            size = 3
        elif tokens[ordinal[1]].norm == "half":
            size = 6
        else:
            return None
        after = ordinal[1] + 1
        if size == 6 and after < len(tokens) and tokens[after].norm == "year":
            after += 1  # "the first half-year"
        if size == 6:
            inner = _period_of_half(words, tokens, after, index)
            if inner is not None:
                return inner
    if not 1 <= index <= 12 // size:
        return None
    year = words.year(tokens, after) or _relative_year(words, tokens, after)
    value = year[0] if year else words.clock.today.year
    after = year[1] if year else after
    start = dt.date(value, size * (index - 1) + 1, 1)
    if not year and start > words.clock.today:
        start = start.replace(year=value - 1)
    end = at_midnight(add_months(start, size))
    if start <= words.clock.today < end.date():
        end = max(min(end, words.clock.now), at_midnight(start))
    return Period(at_midnight(start), end, Grain.QUARTER if size == 3 else Grain.MONTH, after)


def half_year(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`this half-year`, `last half-year`, `the whole half year`: of the calendar."""
    the = at < len(tokens) and tokens[at].norm in words.lexicon.senses["the"]
    for group, offset in (("this", 0), ("last", -6), ("whole", 0)):
        for begin in (at, at + 1) if the else (at,):
            after = words.word(group, tokens, begin)
            norms = [t.norm for t in tokens[after : after + 2]] if after > 0 else []
            if norms not in (["half", "year"], ["half"]):
                continue
            if norms == ["half"] and after + 1 < len(tokens) and tokens[after + 1].kind == "word":
                continue  # "the whole half of ..."
            today = words.clock.today
            first = dt.date(today.year, 1 if today.month <= _JUNE else _JUNE + 1, 1)
            start = at_midnight(add_months(first, offset))
            end = at_midnight(add_months(start.date(), 6))
            end = min(end, max(words.clock.now, start)) if offset == 0 else end
            return Period(start, end, Grain.MONTH, after + len(norms))
    return None


def _period_of_half(
    words: TimeWords, tokens: Sequence[Token], at: int, index: int
) -> Period | None:
    """`first half of May` is days 1 to 15, `second half` the rest."""
    after = words.word("of", tokens, at)
    if after < 0:
        return None
    month = month_of_year(words, tokens, after)
    if month is None or index > 2:
        return None
    first = month.start.date()
    middle = at_midnight(first + dt.timedelta(days=15))
    whole_end = at_midnight(add_months(first, 1))
    if index == 1:
        return Period(month.start, middle, Grain.DAY, month.next)
    return Period(middle, min(whole_end, month.end), Grain.DAY, month.next)


def numbered_week(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`week 20`, `CW 20`, `W20 2025`: an ISO week."""
    if at >= len(tokens):
        return None
    norm, number, after = tokens[at].norm, 0, at + 1
    for prefix in ("kw", "cw", "wk", "week", "w"):
        rest = norm[len(prefix) :].lstrip("-")
        if norm.startswith(prefix) and rest.isdecimal() and tokens[at].kind == "code":
            number = int(rest)
            break
    else:
        after_word = words.word("week", tokens, at)
        if after_word < 0:
            return None
        count = words.count(tokens, after_word)
        if not count or not tokens[after_word].text.isdecimal():
            return None
        number, after = count
    year = words.year(tokens, after)
    value = year[0] if year else words.clock.today.isocalendar().year
    after = year[1] if year else after
    try:
        monday = dt.date.fromisocalendar(value, number, 1)
        if not year and monday > words.clock.today:
            monday = dt.date.fromisocalendar(value - 1, number, 1)
    except ValueError:
        return None
    period = days_period(monday, monday + dt.timedelta(days=6), Grain.WEEK, after)
    if period.start <= words.clock.now < period.end:
        return replace(period, end=words.clock.now)
    return period


def whole_year(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`2025`, up to now when it runs."""
    if at >= len(tokens) or tokens[at].norm == "of":
        return None
    year = words.year(tokens, at)
    if not year or year[1] != at + 1:
        return None
    start, end = dt.datetime(year[0], 1, 1), dt.datetime(year[0] + 1, 1, 1)
    if start <= words.clock.now < end:
        end = words.clock.now
    return Period(start, end, Grain.YEAR, year[1])
