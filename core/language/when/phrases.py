"""Whole time phrases of one period: with a clock time, with an edge, on some weekdays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from core.language.normalise import Token
from core.language.when.calendar_math import UNIT_GRAIN, Period, at_midnight, period_start
from core.language.when.clock_times import clock_range
from core.language.when.periods import longest_period, moment_or_period
from core.language.when.phrase import TimePhrase
from core.language.when.spans import back
from core.language.when.words import TimeWords
from core.semantic.query import Grain


def to_date(words: TimeWords, tokens: Sequence[Token], at: int) -> TimePhrase | None:
    """`this month to date`, `MTD`."""
    begin = words.skip(tokens, at, "in")
    short = words.payload("period_to_date", tokens, begin)
    if short:
        unit, after = short
    else:
        this = words.word("this", tokens, begin)
        found = words.unit(tokens, this if this > 0 else begin)
        if not found:
            return None
        unit, after = found[0], words.word("to_date", tokens, found[1])
        if after < 0 or unit in ("minute", "hour"):
            return None
    start = at_midnight(period_start(words.clock.today, unit, words.clock.week_start))
    return TimePhrase(after - at, start, words.clock.now, UNIT_GRAIN[unit])


def all_time(words: TimeWords, tokens: Sequence[Token], at: int) -> TimePhrase | None:
    """`ever`, `all time`: no window."""
    after = words.word("all", tokens, words.skip(tokens, at, "in"))
    return TimePhrase(after - at, is_all=True) if after > 0 else None


def single_period(words: TimeWords, tokens: Sequence[Token], at: int) -> TimePhrase | None:
    """One period, with a clock range before or after it."""
    begin = words.skip(tokens, at, "in")
    period = longest_period(words, tokens, begin)
    if period is None:
        period = longest_period(words, tokens, at)
    if period is None:
        return None
    phrase = TimePhrase(
        period.next - at,
        period.start,
        period.end,
        period.grain,
        is_running=period.is_running,
        readings=period.readings,
    )
    if period.grain is Grain.DAY and (period.end - period.start) <= dt.timedelta(days=1):
        comma = period.next
        if comma < len(tokens) and tokens[comma].text == ",":
            comma += 1
        clock = clock_range(words, tokens, comma)
        if clock:
            return _with_clock(phrase, clock, at)
    return phrase


def _with_clock(
    phrase: TimePhrase, clock: tuple[int | None, int | None, int], at: int
) -> TimePhrase:
    assert phrase.start is not None
    day = at_midnight(phrase.start.date())
    low, high = clock[0] or 0, 1440 if clock[1] is None else clock[1]
    end = day + dt.timedelta(minutes=high + (1440 if high <= low else 0))
    return replace(
        phrase,
        length=clock[2] - at,
        start=day + dt.timedelta(minutes=low),
        end=end,
        grain=Grain.HOUR,
    )


def clock_only(words: TimeWords, tokens: Sequence[Token], at: int) -> TimePhrase | None:
    """A clock range, alone (each day) or followed by its day."""
    clock = clock_range(words, tokens, at)
    if clock is None:
        return None
    is_since = words.word("since", tokens, at) > 0 and clock[1] is None
    is_since = is_since and tokens[at].norm != "after"
    begin = words.skip(tokens, clock[2], "in")
    period = longest_period(words, tokens, begin)
    if period and period.grain is Grain.DAY and period.end - period.start <= dt.timedelta(1):
        phrase = TimePhrase(0, period.start, period.end, Grain.DAY)
        found = _with_clock(phrase, (clock[0], clock[1], period.next), at)
        return replace(found, end=words.clock.now) if is_since else found
    low, high = clock[0] or 0, 1440 if clock[1] is None else clock[1]
    if is_since:
        return _since_last(words, low, clock[2] - at)
    return TimePhrase(clock[2] - at, minutes=(low, high))


def _since_last(words: TimeWords, minutes: int, length: int) -> TimePhrase:
    """`since 6 am`: since it was that time last. minutes: of the day."""
    now = words.clock.now
    start = at_midnight(now.date()) + dt.timedelta(minutes=minutes)
    start = start if start < now else start - dt.timedelta(days=1)
    return TimePhrase(length, start, now, Grain.HOUR)


def one_sided(words: TimeWords, tokens: Sequence[Token], at: int) -> TimePhrase | None:
    """`since A`, `until A`, `before A`, `after A`."""
    for group in ("through", "since", "until", "before", "after"):
        after = words.word(group, tokens, at)
        if after < 0 or words.word("early", tokens, at) > 0:
            continue  # "beginning of June", and not since
        period = moment_or_period(words, tokens, after) or _unit_begun(words, tokens, at, after)
        if period is None:
            continue
        length = period.next - at
        is_span = period.grain is Grain.DAY and period.end - period.start > dt.timedelta(days=1)
        if words.word("from", tokens, at) == after and is_span:
            continue  # "from 3 to 9 May" is that span and no edge
        on = words.word("onwards", tokens, period.next)
        if words.word("from_alone", tokens, at) == after and on > 0:
            return TimePhrase(on - at, period.start, words.clock.now, period.grain)
        if _is_of_it(words, tokens, at, after, period):
            return TimePhrase(length, period.start, period.end, period.grain)
        if group == "since" and tokens[at].norm != "after":
            return TimePhrase(length, period.start, words.clock.now, period.grain)
        if group in ("through", "until"):  # its last day is in it, as in "from A until B"
            return TimePhrase(length, None, period.end, period.grain)
        if group in ("after", "since"):
            return TimePhrase(length, period.end, words.clock.now, period.grain)
        return TimePhrase(length, None, period.start, period.grain)
    return None


def _unit_begun(words: TimeWords, tokens: Sequence[Token], at: int, after: int) -> Period | None:
    """`since the start of the month`: the present one, where its start is named."""
    if words.word("since_start", tokens, at) != after:
        return None
    the = after + 1 if tokens[after : after + 1] and tokens[after].norm == "the" else after
    unit = words.unit(tokens, the)
    if unit is None or unit[0] in ("minute", "hour"):
        return None
    start = at_midnight(period_start(words.clock.today, unit[0], words.clock.week_start))
    return Period(start, words.clock.now, UNIT_GRAIN[unit[0]], unit[1])


def aged(words: TimeWords, tokens: Sequence[Token], at: int) -> TimePhrase | None:
    """`older than 30 days`, `more than 2 weeks ago`, `less than 3 days old`: by the time from then
    to now."""
    ways = (("older", None, False), ("newer", None, True))
    ways_to_end = (("farther", "age", False), ("nearer", "age", True))
    for group, end, is_young in (*ways, *ways_to_end):
        after = words.word(group, tokens, at)
        count = words.count(tokens, after) if after > 0 else None
        unit = words.unit(tokens, count[1]) if count else None
        if count is None or unit is None:
            continue
        told = words.word("age", tokens, unit[1])
        if end is not None and told < 0:
            continue
        period = back(words, count[0], unit[0], max(told, unit[1]))
        if period is None:
            continue
        start, stop = (period.start, period.end) if is_young else (None, period.start)
        return TimePhrase(period.next - at, start, stop, is_age=True)
    return None


def _is_of_it(
    words: TimeWords, tokens: Sequence[Token], at: int, after: int, period: Period
) -> bool:
    """Whether `from` before a period that is told from today means what is of it ("alarms from last
    week", "from yesterday"), and not all since; a date or a month may begin something."""
    is_on = words.word("last_on", tokens, period.next) == len(tokens)
    if words.word("from_alone", tokens, at) != after or period.start == period.end or is_on:
        return False
    after = words.skip(tokens, after, "in")
    is_day = any(words.word(g, tokens, after) > 0 for g in ("yesterday", "day_before_yesterday"))
    is_told = any(words.word(group, tokens, after) > 0 for group in ("last", "this"))
    return is_day or (is_told and period.grain is not Grain.DAY)


def weekday_sets(words: TimeWords, tokens: Sequence[Token], at: int) -> TimePhrase | None:
    """`on weekdays`, `at weekends`, `on Mondays`, `every Monday`."""
    begin = words.skip(tokens, at, "in")
    for group, days in (("weekend", (6, 7)), ("weekdays", (1, 2, 3, 4, 5))):
        after = words.word(group, tokens, begin)
        if after < 0:
            after = words.word(group, tokens, at)
        if after > 0:
            return TimePhrase(after - at, weekdays=days)
    each = words.word("each", tokens, begin)
    found = words.payload("weekdays", tokens, each if each > 0 else begin)
    if found and (each > 0 or tokens[found[1] - 1].norm.endswith("days")):
        days_found, after = [int(found[0])], found[1]
        while True:
            joined = words.word("and", tokens, after)
            more = words.payload("weekdays", tokens, joined) if joined > 0 else None
            if not more:
                break
            days_found.append(int(more[0]))
            after = more[1]
        return TimePhrase(after - at, weekdays=tuple(sorted(days_found)), is_each=each > 0)
    return None
