"""One calendar period, whichever way it is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from core.language.normalise import Token
from core.language.when.calendar_math import (
    UNIT_GRAIN,
    Period,
    add_months,
    at_midnight,
    days_period,
    period_start,
    shift_moment,
)
from core.language.when.clock_times import clock_minutes
from core.language.when.days import bare_day, day_month, iso_date, named_day
from core.language.when.months import (
    half_year,
    month_of_year,
    numbered_week,
    quarter_or_half,
    whole_year,
)
from core.language.when.spans import ago, counted_span, relative_unit
from core.language.when.words import TimeWords
from core.semantic.query import Grain


def longest_period(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """One calendar period, the longest that begins at `at`."""
    best: Period | None = None
    for rule in (
        named_day,
        iso_date,
        day_month,
        relative_unit,
        counted_span,
        ago,
        month_of_year,
        quarter_or_half,
        half_year,
        numbered_week,
        _week_of,
        whole_year,
        _weekday_name,
        _week_first,
        _part_of,
        _third_of,
        _numbered_part_of,
        bare_day,
    ):
        found = rule(words, tokens, at)
        if found is not None and (best is None or found.next > best.next):
            best = found
    return best


def _week_of(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`the week of 4 May`, `week starting 4 May`, `week beginning Monday`."""
    at = at + 1 if at < len(tokens) and tokens[at].norm in words.lexicon.senses["the"] else at
    if at + 2 >= len(tokens) or tokens[at].norm != "week":
        return None
    if tokens[at + 1].norm not in words.lexicon.senses["week_that_holds"]:
        return None
    inner = longest_period(words, tokens, words.skip(tokens, at + 2, "in"))
    if inner is None or inner.grain is not Grain.DAY:
        return None
    first = period_start(inner.start.date(), "week", words.clock.week_start)
    return days_period(first, first + dt.timedelta(days=6), Grain.WEEK, inner.next)


def _weekday_name(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`Monday`, `last Monday`: the latest such day before today (today itself for today's
    name without "last")."""
    begin = words.word("last", tokens, at)
    is_last = begin > 0
    start_at = begin if is_last else at
    if start_at < len(tokens) and words.word("this", tokens, start_at) > 0 and not is_last:
        start_at = words.word("this", tokens, start_at)
    found = words.payload("weekdays", tokens, start_at)
    if not found or tokens[found[1] - 1].norm.endswith("days"):
        return None
    if tokens[start_at].norm in ("sun", "sat") and tokens[start_at].text.islower():
        return None
    today = words.clock.today
    back = (today.isoweekday() - int(found[0])) % 7
    if is_last and back == 0:
        back = 7
    day = today - dt.timedelta(days=back)
    of_week = _of_week(words, tokens, found[1], int(found[0]))
    return of_week or days_period(day, day, Grain.DAY, found[1])


def _week_first(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`last week Monday`, `last week on Tuesday`: that day of the week."""
    week = relative_unit(words, tokens, at) or numbered_week(words, tokens, at)
    if week is None or week.grain is not Grain.WEEK:
        return None
    found = words.payload("weekdays", tokens, words.skip(tokens, week.next, "in"))
    if not found or tokens[found[1] - 1].norm.endswith("days"):
        return None
    first = week.start.date()
    day = first + dt.timedelta(days=(int(found[0]) - first.isoweekday()) % 7)
    return days_period(day, day, Grain.DAY, found[1])


def _of_week(words: TimeWords, tokens: Sequence[Token], at: int, weekday: int) -> Period | None:
    """`Monday last week`, `Tuesday of week 20`."""
    inner = relative_unit(words, tokens, words.skip(tokens, at, "of"))
    if inner is None:
        inner = numbered_week(words, tokens, words.skip(tokens, at, "of"))
    if inner is None or inner.grain is not Grain.WEEK:
        return None
    first = inner.start.date()
    day = first + dt.timedelta(days=(weekday - first.isoweekday()) % 7)
    return days_period(day, day, Grain.DAY, inner.next)


def _part_of(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`first 10 days of May`, `last week of June`, `first week of May`, `end of` is not."""
    at = at + 1 if at < len(tokens) and tokens[at].norm in words.lexicon.senses["the"] else at
    is_first = words.lexicon.has("time.first", tokens, at)
    is_last = 0 if is_first else words.lexicon.has("time.last_of", tokens, at)
    after = at + (is_first or is_last)
    if after == at:
        return None
    count = words.count(tokens, after) or (1, after)
    unit = words.unit(tokens, count[1])
    if not unit or unit[0] not in ("day", "week", "month", "hour"):
        return None
    of = words.word("of", tokens, unit[1])
    if of < 0:
        return None
    whole = month_of_year(words, tokens, of) or quarter_or_half(words, tokens, of)
    whole = whole or relative_unit(words, tokens, of) or whole_year(words, tokens, of)
    if whole is None:
        return None
    size = whole.grain
    if is_first:
        end = min(shift_moment(whole.start, unit[0], count[0]), whole.end)
        return Period(whole.start, end, UNIT_GRAIN[unit[0]], whole.next)
    full_end = {
        Grain.MONTH: lambda: at_midnight(add_months(whole.start.date(), 1)),
        Grain.QUARTER: lambda: at_midnight(add_months(whole.start.date(), 3)),
        Grain.YEAR: lambda: at_midnight(add_months(whole.start.date(), 12)),
    }.get(size, lambda: whole.end)()
    end = min(full_end, max(whole.end, whole.start))
    return Period(
        max(shift_moment(end, unit[0], -count[0]), whole.start),
        end,
        UNIT_GRAIN[unit[0]],
        whole.next,
    )


def _third_of(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`early June` is days 1 to 10, `mid June` 11 to 20, `late last month` from 21 on."""
    for group, first, last in (("early", 1, 10), ("mid", 11, 20), ("late", 21, None)):
        after = words.word(group, tokens, at)
        month = _month(words, tokens, after) if after > 0 else None
        if month is None:
            continue
        begin = month.start.date()
        end = at_midnight(add_months(begin, 1)).date() - dt.timedelta(days=1)
        until = end if last is None else begin.replace(day=last)
        return days_period(begin.replace(day=first), until, Grain.DAY, month.next)
    return None


def _month(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    found = month_of_year(words, tokens, at) or relative_unit(words, tokens, at)
    return found if found is not None and found.grain is Grain.MONTH else None


def _numbered_part_of(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`second week of June` is days 8 to 14, as the first week is days 1 to 7; `third day of May`,
    `second month of Q2`. None for one that there is none of."""
    at = at + 1 if at < len(tokens) and tokens[at].norm in words.lexicon.senses["the"] else at
    ordinal = words.payload("ordinals", tokens, at)
    unit = words.unit(tokens, ordinal[1]) if ordinal else None
    of = words.word("of", tokens, unit[1]) if unit and unit[0] in ("day", "week", "month") else -1
    if ordinal is None or unit is None or of < 0:
        return None
    whole = month_of_year(words, tokens, of) or quarter_or_half(words, tokens, of)
    whole = whole or whole_year(words, tokens, of)
    if whole is None:
        return None
    start = shift_moment(whole.start, unit[0], int(ordinal[0]) - 1)
    end = min(shift_moment(whole.start, unit[0], int(ordinal[0])), whole.end)
    return Period(start, end, UNIT_GRAIN[unit[0]], whole.next) if start < end else None


def moment_or_period(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """A period, or a date with a clock time (an instant: start = end)."""
    period = longest_period(words, tokens, words.skip(tokens, at, "in"))
    if period is None:
        return None
    if period.grain is Grain.DAY and period.end - period.start == dt.timedelta(days=1):
        begin = period.next
        if begin < len(tokens) and tokens[begin].norm in ("at", ",", "t"):
            begin += 1
        clock = clock_minutes(words, tokens, begin)
        if clock:
            moment = period.start + dt.timedelta(minutes=clock[0])
            return Period(moment, moment, Grain.HOUR, clock[1])
    return period
