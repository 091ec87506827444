"""Single days: "yesterday", "3 May", "4/3/2026", "the 15th"."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence

from core.language.normalise import Token
from core.language.when.calendar_math import Period, add_months, at_midnight, days_period
from core.language.when.words import TimeWords
from core.semantic.query import Grain


def named_day(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`today`, `yesterday`, `the day before yesterday`."""
    today = words.clock.today
    for group, offset in (("today", 0), ("day_before_yesterday", -2), ("yesterday", -1)):
        after = words.word(group, tokens, at)
        if after > 0:
            day = today + dt.timedelta(days=offset)
            return days_period(day, day, Grain.DAY, after)
    return None


def iso_date(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """A date in figures: `2026-05-04`, `4.5.2026`, `4/5/2026`."""
    if at >= len(tokens) or tokens[at].kind != "date":
        return None
    text = tokens[at].text
    try:
        if "-" in text or (text[:4].isdecimal() and "/" in text[4:5]):
            year, month, day = (int(p) for p in text.replace("/", "-").split("-"))
            return days_period(*(2 * (dt.date(year, month, day),)), Grain.DAY, at + 1)
        if "." in text:
            parts = [int(p) for p in text.strip(".").split(".")]
            year = _full_year(parts[2]) if len(parts) == 3 else 0
            date = (
                dt.date(year, parts[1], parts[0])
                if year
                else _latest_date(words, parts[1], parts[0])
            )
            return days_period(date, date, Grain.DAY, at + 1) if date else None
        first, second, year = (int(p) for p in text.split("/"))
        return _slash_date(first, second, year, at + 1)
    except ValueError:
        return None


def _slash_date(first: int, second: int, year: int, after: int) -> Period | None:
    """4/3/2026 is 4 March or April 3: both are offered unless only one exists."""
    found: list[tuple[str, dt.datetime, dt.datetime]] = []
    for month, day in ((second, first), (first, second)):
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            date = dt.date(year, month, day)
            edge = at_midnight(date)
            found.append((f"{date:%-d %B %Y}", edge, edge + dt.timedelta(days=1)))
    if not found:
        return None
    unique = {start: (label, start, end) for label, start, end in found}
    readings = tuple(unique.values())
    _, start, end = readings[0]
    return Period(start, end, Grain.DAY, after, readings=readings if len(readings) > 1 else ())


def _full_year(year: int) -> int:
    return year + 2000 if year < 100 else year


def _latest_date(words: TimeWords, month: int, day: int) -> dt.date | None:
    """The latest such date that has begun by today."""
    for year in (words.clock.today.year, words.clock.today.year - 1):
        if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
            continue
        date = dt.date(year, month, day)
        if date <= words.clock.today:
            return date
    return None


def day_number(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """`3`, `3rd`, `the 3rd`: (day, next)."""
    if at < len(tokens) and tokens[at].norm == "the":
        at += 1
    if at >= len(tokens):
        return None
    token = tokens[at]
    value = token.number
    if value is not None and 1 <= value <= 31 and value == int(value) and token.text.isdecimal():
        after = at + 1
        if after < len(tokens) and tokens[after].norm in ("st", "nd", "rd", "th", "."):
            after += 1
        return int(value), after
    norm = token.norm
    if norm[:-2].isdecimal() and norm[-2:] in ("st", "nd", "rd", "th"):
        return int(norm[:-2]), at + 1
    return None


def bare_day(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`the 15th`: the latest such day."""
    if at >= len(tokens) or tokens[at].norm != "the":
        return None
    day = day_number(tokens, at)
    if day is None or tokens[day[1] - 1].norm[-2:] not in ("st", "nd", "rd", "th"):
        return None
    for back in range(3):
        month = add_months(words.clock.today.replace(day=1), -back)
        if day[0] > calendar.monthrange(month.year, month.month)[1]:
            continue
        date = month.replace(day=day[0])
        if date <= words.clock.today:
            return days_period(date, date, Grain.DAY, day[1])
    return None


def day_month(words: TimeWords, tokens: Sequence[Token], at: int) -> Period | None:
    """`3 May [2026]`, `the 3rd of May`, `May 3[rd][, 2026]`; with a last day: `1-15 May`."""
    days: tuple[int, int] | None = None
    month: tuple[int, int] | None
    day = day_number(tokens, at) or _first_of(words, tokens, at)
    if day:
        after = day[1]
        second = _second_day(words, tokens, after)
        if second:
            days, after = (day[0], second[0]), second[1]
        else:
            days = (day[0], day[0])
        if _is_number_in(tokens, at, after):
            return None
        month = words.month_name(tokens, words.skip(tokens, after, "of"))
        if not month:
            return None
        after = month[1]
    else:
        month = words.month_name(tokens, at)
        if not month:
            return None
        first = day_number(tokens, month[1])
        if not first or _is_clock_follow(tokens, first[1]):
            return None
        after = first[1]
        second = _second_day(words, tokens, after)
        days = (first[0], second[0] if second else first[0])
        after = second[1] if second else after
    comma = after + 1 if after < len(tokens) and tokens[after].text == "," else after
    year = words.year(tokens, comma)
    after = year[1] if year else after
    try:
        if year:
            first_day = dt.date(year[0], month[0], days[0])
        else:
            found = _latest_date(words, month[0], days[0])
            if found is None:
                return None
            first_day = found
        last_day = first_day.replace(day=days[1])
    except ValueError:
        return None
    if last_day < first_day:
        return None
    return days_period(first_day, last_day, Grain.DAY, after)


def _is_number_in(tokens: Sequence[Token], at: int, after: int) -> bool:
    """`top 3 in May`: a number that is said of something else, in that month; "on the 3rd in May"
    is a day."""
    is_in = after < len(tokens) and tokens[after].norm == "in"
    is_day = at > 0 and tokens[at - 1].norm in ("on", "the", "day")
    return is_in and tokens[after - 1].kind == "number" and not is_day


def _first_of(words: TimeWords, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """`the first of May`, in words."""
    start = at + 1 if at < len(tokens) and tokens[at].norm in words.lexicon.senses["the"] else at
    said = words.payload("ordinals", tokens, start)
    if not said or words.word("of", tokens, said[1]) < 0:
        return None
    return int(said[0]), said[1]


def _is_clock_follow(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].text == ":"


def _second_day(words: TimeWords, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """` - 15` or ` to 15th` after a day number."""
    after = words.word("to", tokens, at)
    if after < 0:
        return None
    return day_number(tokens, after)
