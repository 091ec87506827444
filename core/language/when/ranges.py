"""From one time to another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from core.language.normalise import Token
from core.language.when.calendar_math import Period, at_midnight, shift_moment
from core.language.when.clock_times import clock_minutes
from core.language.when.days import day_number
from core.language.when.periods import moment_or_period
from core.language.when.phrase import TimePhrase
from core.language.when.words import TimeWords
from core.semantic.query import Grain


def time_range(words: TimeWords, tokens: Sequence[Token], at: int) -> TimePhrase | None:
    """`from A to B`, `between A and B`, `A to B`, `A - B`, `A through B`."""
    begin, join = at, "to"
    after = words.word("between", tokens, at)
    if after > 0:
        begin, join = after, "and"
    else:
        after = words.word("from", tokens, at)
        if after > 0:
            begin = after
    first = moment_or_period(words, tokens, begin)
    bare_month_day: int | None = None
    if first is None:
        day = day_number(tokens, begin)  # "from 3 to 9 May"
        if day is None:
            return None
        bare_month_day, next_at = day
    else:
        next_at = first.next
    middle = words.word("to", tokens, next_at)
    if middle < 0 and join == "and":
        middle = words.word("and", tokens, next_at)
    if middle < 0:
        return None
    middle = words.skip(tokens, middle, "in") if middle < len(tokens) else middle
    clock = clock_minutes(words, tokens, middle) if first and first.start == first.end else None
    second = None if clock else moment_or_period(words, tokens, middle)
    if clock and first:
        midnight = at_midnight(first.start.date())
        until = midnight + dt.timedelta(minutes=clock[0] or 1440)
        if until <= first.start:
            until += dt.timedelta(days=1)
        return TimePhrase(clock[1] - at, first.start, until, Grain.HOUR)
    if second is None:
        if first is None or words.word("all", tokens, middle) > 0:
            return None
        if tokens[middle].norm == "now" if middle < len(tokens) else False:
            return TimePhrase(middle + 1 - at, first.start, words.clock.now, first.grain)
        return None
    if first is None:
        assert bare_month_day is not None
        try:
            start = at_midnight(second.start.date().replace(day=bare_month_day))
        except ValueError:
            return None
        first = Period(start, start, Grain.DAY, next_at)
    start, end = first.start, second.end
    if start >= end and first.grain is Grain.MONTH is second.grain:
        start = shift_moment(start, "year", -1)  # "from November to February"
    if start >= end and words.payload("weekdays", tokens, begin):
        start -= dt.timedelta(days=7 * (1 + (start - end).days // 7))  # "Mon to Fri last week"
    if start >= end and second.start.year == first.start.year - 1:
        end = shift_moment(end, "year", 1)  # "25 June to 3 July", the latter yet to come
    if start >= end:
        typed = " ".join(t.text for t in tokens[begin : second.next])
        return TimePhrase(
            second.next - at,
            start,
            end,
            problem=f"The time “{typed}” ends before it starts. Which days do you mean?",
        )
    return TimePhrase(second.next - at, start, end, second.grain)
