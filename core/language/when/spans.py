"""Periods told from now: "last month", "past 36 hours", "3 days ago"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from core.language.normalise import Token
from core.language.when.calendar_math import (
    UNIT_GRAIN,
    Period,
    at_midnight,
    days_period,
    period_start,
    shift_moment,
)
from core.language.when.words import TimeWords
from core.semantic.query import Grain


def relative_unit(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`this week`, `last month`, `next year`, `the week before last`."""
    today, week_start = words.clock.today, words.clock.week_start
    for group, offset in (("this", 0), ("last", -1), ("next", 1)):
        after = words.word(group, tokens, at)
        if after < 0:
            continue
        full = words.lexicon.has("time.weekend", tokens, after)
        if full and group in ("last", "this"):
            monday = period_start(today, "week", 1)
            saturday = monday + dt.timedelta(days=5 + 7 * offset)
            return days_period(saturday, saturday + dt.timedelta(days=1), Grain.DAY, after + full)
        unit = words.unit(tokens, after)
        if not unit or unit[0] == "minute":
            continue
        word = tokens[unit[1] - 1].norm
        if group != "this" and word.endswith("s") and word != "hrs":
            continue  # "last weeks" has no number
        if unit[0] == "hour":
            end = words.clock.now.replace(minute=0, second=0, microsecond=0)
            if end == words.clock.now and offset == 0:
                end -= dt.timedelta(hours=1)
            start = end + dt.timedelta(hours=offset)
            return Period(start, start + dt.timedelta(hours=1), Grain.HOUR, unit[1])
        start_day = period_start(today, unit[0], week_start)
        start = shift_moment(at_midnight(start_day), unit[0], offset)
        end = shift_moment(start, unit[0], 1)
        after = unit[1]
        if offset == 0:
            end = min(end, max(words.clock.now, start))
        return Period(start, end, UNIT_GRAIN[unit[0]], after)
    unit = words.unit(
        tokens,
        at + 1 if at < len(tokens) and tokens[at].norm in words.lexicon.senses["the"] else at,
    )
    if unit and unit[0] != "minute":
        rest = [t.norm for t in tokens[unit[1] : unit[1] + 2]]
        if rest == ["before", "last"]:
            start_day = period_start(today, unit[0], week_start)
            start = shift_moment(at_midnight(start_day), unit[0], -2)
            return Period(start, shift_moment(start, unit[0], 1), UNIT_GRAIN[unit[0]], unit[1] + 2)
    return None


def counted_span(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`past 36 hours`, `last 7 days`, `24h`: runs back from now. `past week` has no number
    and runs too; `last week` does not."""
    after, is_past = words.word("past", tokens, at), True
    if after < 0:
        after, is_past = words.word("last", tokens, at), False
    if after < 0:
        return None
    count = words.count(tokens, after)
    if count is None and after < len(tokens):
        joined = _joined_span(tokens[after])
        if joined:
            return back(words, joined[0], joined[1], after + 1)
    if count:
        unit = words.unit(tokens, count[1])
        if unit:
            return back(words, count[0], unit[0], unit[1])
        return None
    if not is_past:
        return None
    unit = words.unit(tokens, after)
    return back(words, 1, unit[0], unit[1]) if unit else None


def _joined_span(token: Token) -> tuple[int, str] | None:
    """`24h`, `7d`, `90min` in one token."""
    digits = "".join(c for c in token.norm if c.isdecimal())
    letters = token.norm[len(digits) :]
    units = {"h": "hour", "hr": "hour", "hrs": "hour", "d": "day", "min": "minute"}
    units |= {"w": "week", "wk": "week", "days": "day", "hours": "hour", "wks": "week"}
    if digits and letters in units:
        return int(digits), units[letters]
    return None


def back(words: TimeWords, count: int, unit: str, after: int) -> Period | None:
    """The last `count` units up to now; None for none, and beyond the calendar. after: the index of
    the token behind the words."""
    if count <= 0:
        return None
    now = words.clock.now
    try:
        if unit in ("month", "quarter", "year"):
            start = shift_moment(now, unit, -count)
        else:
            start = now - count * dt.timedelta(**{unit + "s": 1})
    except (OverflowError, ValueError):
        return None
    return Period(start, now, UNIT_GRAIN[unit], after, is_running=True)


def ago(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`3 days ago`, `a week ago`: that whole calendar unit."""
    count = words.count(tokens, at)
    if not count:
        return None
    unit = words.unit(tokens, count[1])
    if not unit:
        return None
    after = words.word("ago", tokens, unit[1])
    if after < 0 or unit[0] == "minute":
        return None
    if unit[0] == "hour":
        start = (words.clock.now - dt.timedelta(hours=count[0])).replace(minute=0)
        return Period(start, start + dt.timedelta(hours=1), Grain.HOUR, after)
    start_day = period_start(words.clock.today, unit[0], words.clock.week_start)
    start = shift_moment(at_midnight(start_day), unit[0], -count[0])
    return Period(start, shift_moment(start, unit[0], 1), UNIT_GRAIN[unit[0]], after)
