"""From one time to another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from core.language.normalise import Token, as_typed
from core.language.when.calendar_math import Period, at_midnight, shift_moment
from core.language.when.clock_times import clock_minutes
from core.language.when.days import day_number
from core.language.when.periods import moment_or_period
from core.language.when.phrase import TimePhrase
from core.language.when.words import TimeWords
from core.semantic.query import Grain
from core.translation import gettext as _


def time_range(words: TimeWords, tokens: Sequence[Token], at: int) -> TimePhrase | None:
    """`from A to B`, `between A and B`, `A to B`, `A - B`, `A through B`."""
    between, after_from = words.word("between", tokens, at), words.word("from", tokens, at)
    begin = between if between > 0 else after_from if after_from > 0 else at
    first = _moment(words, tokens, begin)
    day = day_number(tokens, begin) if first is None else None  # "from 3 to 9 May"
    if first is not None:
        next_at = first.next
    elif day is not None:
        next_at = day[1]
    else:
        return None
    middle = words.word("to", tokens, next_at)
    if middle < 0 and between > 0:
        middle = words.word("and", tokens, next_at)
    if middle < 0:
        return None
    middle = words.skip(tokens, middle, "in") if middle < len(tokens) else middle
    is_instant = first is not None and first.start == first.end
    second = (_moment if is_instant else moment_or_period)(words, tokens, middle)
    if first is not None and is_instant:
        clock = clock_minutes(words, tokens, middle)
        if clock and (second is None or second.next <= clock[1]):
            return _to_clock_time(first, clock, at)
    if second is None:
        return _to_now(words, tokens, first, middle, at)
    if first is None:
        first = _day_of(second, day[0] if day else 0, next_at)
    return _joined(words, tokens, (begin, at), first, second) if first else None


def _moment(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """A period, or an instant: `yesterday 22:00`, `22:00 yesterday`."""
    clock = clock_minutes(words, tokens, at)
    day = moment_or_period(words, tokens, clock[1]) if clock else None
    if clock is None or day is None or day.grain is not Grain.DAY:
        return moment_or_period(words, tokens, at)
    moment = day.start + dt.timedelta(minutes=clock[0])
    return Period(moment, moment, Grain.HOUR, day.next)


def _to_clock_time(first: Period, clock: tuple[int, int], at: int) -> TimePhrase:
    """`from 4 May 22:00 to 6:00`: that clock time of the same day, or of the next."""
    until = at_midnight(first.start.date()) + dt.timedelta(minutes=clock[0] or 1440)
    if until <= first.start:
        until += dt.timedelta(days=1)
    return TimePhrase(clock[1] - at, first.start, until, Grain.HOUR)


def _to_now(
    words: TimeWords, tokens: Sequence[Token], first: Period | None, middle: int, at: int
) -> TimePhrase | None:
    """`from A to now`; None for any other word in the place of a second time."""
    if first is None or words.word("all", tokens, middle) > 0 or middle >= len(tokens):
        return None
    if tokens[middle].norm not in words.lexicon.senses["now"]:
        return None
    return TimePhrase(middle + 1 - at, first.start, words.clock.now, first.grain)


def _day_of(second: Period, day: int, next_at: int) -> Period | None:
    """The day of the second period's month; None when the month has no such day."""
    try:
        start = at_midnight(second.start.date().replace(day=day))
    except ValueError:
        return None
    return Period(start, start, Grain.DAY, next_at)


def _joined(
    words: TimeWords,
    tokens: Sequence[Token],
    begin_at: tuple[int, int],
    first: Period,
    second: Period,
) -> TimePhrase:
    """From the first period's start to the second one's end; of two that are told without a year
    the one is moved that puts them in order. begin_at: tokens of the first period, the phrase."""
    begin, at = begin_at
    start, end = first.start, second.end
    if start >= end and first.grain is Grain.MONTH is second.grain:
        start = shift_moment(start, "year", -1)  # "from November to February"
    if start >= end and words.payload("weekdays", tokens, begin):
        start -= dt.timedelta(days=7 * (1 + (start - end).days // 7))  # "Mon to Fri last week"
    if start >= end and second.start.year == first.start.year - 1:
        end = shift_moment(end, "year", 1)  # "25 June to 3 July", the latter yet to come
    if start < end:
        return TimePhrase(second.next - at, start, end, second.grain)
    typed = as_typed(tokens[begin : second.next])
    problem = _("The time “{typed}” ends before it starts. Which days do you mean?").format(
        typed=typed
    )
    return TimePhrase(second.next - at, start, end, problem=problem)
