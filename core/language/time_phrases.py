"""Time phrases to absolute windows, by code, against a given clock.

`TimeParser.parse(tokens, at)` reads the longest time phrase that begins at a token. All windows
are half-open in plant-local time; see docs/semantics.md for what each phrase means.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.language.lexicon import Lexicon
from core.language.normalise import Token
from core.semantic.query import Grain

MIDNIGHT = dt.time(0)
Date = dt.date
Moment = dt.datetime


@dataclass(frozen=True, slots=True)
class ClockTime:
    """What "now" is. today: date of the newest row or of the wall clock; now: exclusive end."""

    today: dt.date
    now: dt.datetime
    week_start: int = 1


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """What a time phrase means.

    window: [start, end), an edge may be None. weekdays: ISO days kept, empty for all.
    minutes: minutes of the day kept, [from, to). is_all: "ever", no window wanted.
    problem: the phrase is recognised and makes no sense; says why.
    is_each: one figure for each of them is wanted ("every Sunday").
    readings: for a phrase that means two things, each with its label ("3 April", "4 March").
    """

    length: int
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    grain: Grain | None = None
    weekdays: tuple[int, ...] = ()
    minutes: tuple[int, int] | None = None
    is_all: bool = False
    is_running: bool = False
    readings: tuple[tuple[str, dt.datetime, dt.datetime], ...] = ()
    is_each: bool = False
    problem: str = ""

    @property
    def has_window(self) -> bool:
        return self.start is not None or self.end is not None


@dataclass(frozen=True, slots=True)
class _Period:
    """A calendar period read at `at`, `next` is the token after it."""

    start: dt.datetime
    end: dt.datetime
    grain: Grain
    next: int
    is_running: bool = False
    readings: tuple[tuple[str, dt.datetime, dt.datetime], ...] = ()


_UNIT_GRAIN = {
    "minute": Grain.INTERVAL,
    "hour": Grain.HOUR,
    "day": Grain.DAY,
    "week": Grain.WEEK,
    "month": Grain.MONTH,
    "quarter": Grain.QUARTER,
    "year": Grain.YEAR,
}


def at_midnight(day: dt.date) -> dt.datetime:
    """The first moment of a day."""
    return dt.datetime.combine(day, MIDNIGHT)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or that month's last day when it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def shift_moment(moment: dt.datetime, unit: str, count: int) -> dt.datetime:
    """`moment` plus `count` units; months, quarters and years by calendar."""
    if unit in ("month", "quarter", "year"):
        months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
        return dt.datetime.combine(add_months(moment.date(), months), moment.time())
    return moment + count * dt.timedelta(**{unit + "s": 1})


def period_start(day: dt.date, unit: str, week_start: int) -> dt.date:
    """First day of the calendar unit that holds `day`."""
    if unit == "day":
        return day
    if unit == "week":
        return day - dt.timedelta(days=(day.isoweekday() - week_start) % 7)
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return dt.date(day.year, 1, 1)


class TimeParser:
    """Reads time phrases of one language against one clock."""

    def __init__(self, lexicon: Lexicon, clock: ClockTime) -> None:
        self.lexicon = lexicon
        self.clock = clock

    # -- public ------------------------------------------------------------------------------

    def parse(self, tokens: Sequence[Token], at: int) -> TimePhrase | None:
        """The longest time phrase that begins at token `at`, or None."""
        best: TimePhrase | None = None
        for rule in (
            self._to_date,
            self._all_time,
            self._range,
            self._edge,
            self._weekday_sets,
            self._clock_only,
            self._single,
        ):
            found = rule(tokens, at)
            if found is not None and (best is None or found.length > best.length):
                best = found
        return best

    # -- small readers -----------------------------------------------------------------------

    def _word(self, group: str, tokens: Sequence[Token], at: int) -> int:
        """Index after a phrase of time group `group` at `at`, or -1."""
        length = self.lexicon.has(f"time.{group}", tokens, at)
        return at + length if length else -1

    def _skip(self, tokens: Sequence[Token], at: int, group: str = "in") -> int:
        """Index after any run of the group's words."""
        while at < len(tokens):
            after = self._word(group, tokens, at)
            if after < 0:
                return at
            at = after
        return at

    def _payload(self, group: str, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        if at >= len(tokens):
            return None
        found = self.lexicon[group].match(tokens, at)
        return (found[0], at + found[1]) if found else None

    def _count(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        """A whole number in figures or words: (value, next)."""
        if at >= len(tokens):
            return None
        value = tokens[at].number
        if value is not None and value == int(value) and value < 100_000:
            return int(value), at + 1
        found = self._payload("cardinals", tokens, at)
        return (int(found[0]), found[1]) if found else None

    def _unit(self, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        found = self._payload("units_of_time", tokens, at)
        return found if found and found[0] != "shift" else None

    def _year(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        at = self._skip(tokens, at, "of") if at < len(tokens) else at
        if at < len(tokens) and tokens[at].kind == "number" and len(tokens[at].text) == 4:
            year = int(tokens[at].text) if tokens[at].text.isdigit() else 0
            if 1990 <= year <= 2100:
                return year, at + 1
        return None

    # -- periods -----------------------------------------------------------------------------

    def _period(self, tokens: Sequence[Token], at: int) -> _Period | None:
        """One calendar period, the longest that begins at `at`."""
        best: _Period | None = None
        for rule in (
            self._named_day,
            self._iso_date,
            self._day_month,
            self._relative_unit,
            self._counted_span,
            self._ago,
            self._month,
            self._quarter_or_half,
            self._week_number,
            self._week_of,
            self._year_only,
            self._weekday_name,
            self._part_of,
            self._bare_day,
        ):
            found = rule(tokens, at)
            if found is not None and (best is None or found.next > best.next):
                best = found
        return best

    def _days(self, first: dt.date, last: dt.date, grain: Grain, after: int) -> _Period:
        """A period from a first day to a last day, both included."""
        return _Period(at_midnight(first), at_midnight(last + dt.timedelta(days=1)), grain, after)

    def _named_day(self, tokens: Sequence[Token], at: int) -> _Period | None:
        today = self.clock.today
        for group, offset in (("today", 0), ("day_before_yesterday", -2), ("yesterday", -1)):
            after = self._word(group, tokens, at)
            if after > 0:
                day = today + dt.timedelta(days=offset)
                return self._days(day, day, Grain.DAY, after)
        return None

    def _iso_date(self, tokens: Sequence[Token], at: int) -> _Period | None:
        if at >= len(tokens) or tokens[at].kind != "date":
            return None
        text = tokens[at].text
        try:
            if "-" in text or (text[:4].isdigit() and "/" in text[4:5]):
                year, month, day = (int(p) for p in text.replace("/", "-").split("-"))
                return self._days(*(2 * (dt.date(year, month, day),)), Grain.DAY, at + 1)
            if "." in text:
                parts = [int(p) for p in text.strip(".").split(".")]
                year = self._full_year(parts[2]) if len(parts) == 3 else 0
                date = (
                    dt.date(year, parts[1], parts[0])
                    if year
                    else self._latest_date(parts[1], parts[0])
                )
                return self._days(date, date, Grain.DAY, at + 1) if date else None
            first, second, year = (int(p) for p in text.split("/"))
            return self._slash_date(first, second, year, at + 1)
        except ValueError:
            return None

    def _slash_date(self, first: int, second: int, year: int, after: int) -> _Period | None:
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
        return _Period(start, end, Grain.DAY, after, readings=readings if len(readings) > 1 else ())

    @staticmethod
    def _full_year(year: int) -> int:
        return year + 2000 if year < 100 else year

    def _latest_date(self, month: int, day: int) -> dt.date | None:
        """The latest such date that has begun by today."""
        for year in (self.clock.today.year, self.clock.today.year - 1):
            if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
                continue
            date = dt.date(year, month, day)
            if date <= self.clock.today:
                return date
        return None

    def _day_number(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        """`3`, `3rd`, `the 3rd`: (day, next)."""
        if at < len(tokens) and tokens[at].norm == "the":
            at += 1
        if at >= len(tokens):
            return None
        token = tokens[at]
        value = token.number
        if value is not None and 1 <= value <= 31 and value == int(value) and token.text.isdigit():
            after = at + 1
            if after < len(tokens) and tokens[after].norm in ("st", "nd", "rd", "th", "."):
                after += 1
            return int(value), after
        norm = token.norm
        if norm[:-2].isdigit() and norm[-2:] in ("st", "nd", "rd", "th"):
            return int(norm[:-2]), at + 1
        return None

    def _bare_day(self, tokens: Sequence[Token], at: int) -> _Period | None:
        """`the 15th`: the latest such day."""
        if at >= len(tokens) or tokens[at].norm != "the":
            return None
        day = self._day_number(tokens, at)
        if day is None or tokens[day[1] - 1].norm[-2:] not in ("st", "nd", "rd", "th"):
            return None
        for back in range(3):
            month = add_months(self.clock.today.replace(day=1), -back)
            if day[0] > calendar.monthrange(month.year, month.month)[1]:
                continue
            date = month.replace(day=day[0])
            if date <= self.clock.today:
                return self._days(date, date, Grain.DAY, day[1])
        return None

    def _month_name(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        found = self._payload("months", tokens, at)
        return (int(found[0]), found[1]) if found else None

    def _day_month(self, tokens: Sequence[Token], at: int) -> _Period | None:
        """`3 May [2026]`, `the 3rd of May`, `May 3[rd][, 2026]`; with a last day: `1-15 May`."""
        days: tuple[int, int] | None = None
        month: tuple[int, int] | None
        day = self._day_number(tokens, at)
        if day:
            after = day[1]
            second = self._second_day(tokens, after)
            if second:
                days, after = (day[0], second[0]), second[1]
            else:
                days = (day[0], day[0])
            month = self._month_name(tokens, self._skip(tokens, after, "of"))
            if not month:
                return None
            after = month[1]
        else:
            month = self._month_name(tokens, at)
            if not month:
                return None
            first = self._day_number(tokens, month[1])
            if not first or self._is_clock_follow(tokens, first[1]):
                return None
            after = first[1]
            second = self._second_day(tokens, after)
            days = (first[0], second[0] if second else first[0])
            after = second[1] if second else after
        comma = after + 1 if after < len(tokens) and tokens[after].text == "," else after
        year = self._year(tokens, comma)
        after = year[1] if year else after
        try:
            if year:
                first_day = dt.date(year[0], month[0], days[0])
            else:
                found = self._latest_date(month[0], days[0])
                if found is None:
                    return None
                first_day = found
            last_day = first_day.replace(day=days[1])
        except ValueError:
            return None
        if last_day < first_day:
            return None
        return self._days(first_day, last_day, Grain.DAY, after)

    def _is_clock_follow(self, tokens: Sequence[Token], at: int) -> bool:
        return at < len(tokens) and tokens[at].text == ":"

    def _second_day(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        """` - 15` or ` to 15th` after a day number."""
        after = self._word("to", tokens, at)
        if after < 0:
            return None
        return self._day_number(tokens, after)

    def _relative_unit(self, tokens: Sequence[Token], at: int) -> _Period | None:
        """`this week`, `last month`, `next year`, `the week before last`."""
        today, week_start = self.clock.today, self.clock.week_start
        for group, offset in (("this", 0), ("last", -1), ("next", 1)):
            after = self._word(group, tokens, at)
            if after < 0:
                continue
            full = self.lexicon.has("time.weekend", tokens, after)
            if full and group in ("last", "this"):
                monday = period_start(today, "week", 1)
                saturday = monday + dt.timedelta(days=5 + 7 * offset)
                return self._days(
                    saturday, saturday + dt.timedelta(days=1), Grain.DAY, after + full
                )
            unit = self._unit(tokens, after)
            if not unit or unit[0] == "minute":
                continue
            word = tokens[unit[1] - 1].norm
            if group != "this" and word.endswith("s") and word != "hrs":
                continue  # "last weeks" has no number
            if unit[0] == "hour":
                end = self.clock.now.replace(minute=0, second=0, microsecond=0)
                if end == self.clock.now and offset == 0:
                    end -= dt.timedelta(hours=1)
                start = end + dt.timedelta(hours=offset)
                return _Period(start, start + dt.timedelta(hours=1), Grain.HOUR, unit[1])
            start_day = period_start(today, unit[0], week_start)
            start = shift_moment(at_midnight(start_day), unit[0], offset)
            end = shift_moment(start, unit[0], 1)
            after = unit[1]
            if offset == 0:
                end = min(end, max(self.clock.now, start))
            return _Period(start, end, _UNIT_GRAIN[unit[0]], after)
        unit = self._unit(tokens, at + 1 if at < len(tokens) and tokens[at].norm == "the" else at)
        if unit and unit[0] != "minute":
            rest = [t.norm for t in tokens[unit[1] : unit[1] + 2]]
            if rest == ["before", "last"]:
                start_day = period_start(today, unit[0], week_start)
                start = shift_moment(at_midnight(start_day), unit[0], -2)
                return _Period(
                    start, shift_moment(start, unit[0], 1), _UNIT_GRAIN[unit[0]], unit[1] + 2
                )
        return None

    def _counted_span(self, tokens: Sequence[Token], at: int) -> _Period | None:
        """`past 36 hours`, `last 7 days`, `24h`: runs back from now. `past week` has no number
        and runs too; `last week` does not."""
        after, is_past = self._word("past", tokens, at), True
        if after < 0:
            after, is_past = self._word("last", tokens, at), False
        if after < 0:
            return None
        count = self._count(tokens, after)
        if count is None and after < len(tokens):
            joined = self._joined_span(tokens[after])
            if joined:
                return self._back(joined[0], joined[1], after + 1)
        if count:
            unit = self._unit(tokens, count[1])
            if unit:
                return self._back(count[0], unit[0], unit[1])
            return None
        if not is_past:
            return None
        unit = self._unit(tokens, after)
        return self._back(1, unit[0], unit[1]) if unit else None

    def _joined_span(self, token: Token) -> tuple[int, str] | None:
        """`24h`, `7d`, `90min` in one token."""
        digits = "".join(c for c in token.norm if c.isdigit())
        letters = token.norm[len(digits) :]
        units = {"h": "hour", "hr": "hour", "hrs": "hour", "d": "day", "min": "minute"}
        units |= {"w": "week", "wk": "week", "days": "day", "hours": "hour", "wks": "week"}
        if digits and letters in units:
            return int(digits), units[letters]
        return None

    def _back(self, count: int, unit: str, after: int) -> _Period | None:
        if count <= 0:
            return None
        now = self.clock.now
        try:
            if unit in ("month", "quarter", "year"):
                start = shift_moment(now, unit, -count)
            else:
                start = now - count * dt.timedelta(**{unit + "s": 1})
        except (OverflowError, ValueError):
            return None
        return _Period(start, now, _UNIT_GRAIN[unit], after, is_running=True)

    def _ago(self, tokens: Sequence[Token], at: int) -> _Period | None:
        """`3 days ago`, `a week ago`: that whole calendar unit."""
        count = self._count(tokens, at)
        if not count:
            return None
        unit = self._unit(tokens, count[1])
        if not unit:
            return None
        after = self._word("ago", tokens, unit[1])
        if after < 0 or unit[0] == "minute":
            return None
        if unit[0] == "hour":
            start = (self.clock.now - dt.timedelta(hours=count[0])).replace(minute=0)
            return _Period(start, start + dt.timedelta(hours=1), Grain.HOUR, after)
        start_day = period_start(self.clock.today, unit[0], self.clock.week_start)
        start = shift_moment(at_midnight(start_day), unit[0], -count[0])
        return _Period(start, shift_moment(start, unit[0], 1), _UNIT_GRAIN[unit[0]], after)

    def _month(self, tokens: Sequence[Token], at: int) -> _Period | None:
        begin = self._word("last", tokens, at)  # "last March"
        month = self._month_name(tokens, begin if begin > 0 else at)
        if not month:
            return None
        if tokens[month[1] - 1].norm == "may" and self._is_verb_may(tokens, month[1] - 1):
            return None
        year = self._year(tokens, month[1])
        after = year[1] if year else month[1]
        if year:
            start = dt.date(year[0], month[0], 1)
        else:
            today = self.clock.today
            start = dt.date(today.year - (month[0] > today.month), month[0], 1)
        end = at_midnight(add_months(start, 1))
        if start <= self.clock.today < end.date():
            end = max(min(end, self.clock.now), at_midnight(start))
        return _Period(at_midnight(start), end, Grain.MONTH, after)

    def _is_verb_may(self, tokens: Sequence[Token], at: int) -> bool:
        return at + 1 < len(tokens) and tokens[at + 1].norm in ("i", "we", "be", "have")

    def _quarter_or_half(self, tokens: Sequence[Token], at: int) -> _Period | None:
        if at >= len(tokens):
            return None
        norm, after = tokens[at].norm, at + 1
        size, index = 0, 0
        if len(norm) == 2 and norm[0] in "qh" and norm[1].isdigit():
            size, index = (3, int(norm[1])) if norm[0] == "q" else (6, int(norm[1]))
        elif norm in ("q", "h") and after < len(tokens) and tokens[after].number in (1, 2, 3, 4):
            size, index = (3 if norm == "q" else 6), int(tokens[after].number or 0)
            after += 1
        else:
            start_at = at + 1 if norm == "the" else at
            ordinal = self._payload("ordinals", tokens, start_at)
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
            if size == 6:
                inner = self._period_of_half(tokens, after, index)
                if inner is not None:
                    return inner
        if not 1 <= index <= 12 // size:
            return None
        year = self._year(tokens, after)
        if not year and after < len(tokens) and tokens[after].norm == "of":
            this = self._relative_unit(tokens, after + 1)
            if this and this.grain is Grain.YEAR:
                year = (this.start.year, this.next)
        value = year[0] if year else self.clock.today.year
        after = year[1] if year else after
        start = dt.date(value, size * (index - 1) + 1, 1)
        if not year and start > self.clock.today:
            start = start.replace(year=value - 1)
        end = at_midnight(add_months(start, size))
        if start <= self.clock.today < end.date():
            end = max(min(end, self.clock.now), at_midnight(start))
        return _Period(at_midnight(start), end, Grain.QUARTER if size == 3 else Grain.MONTH, after)

    def _period_of_half(self, tokens: Sequence[Token], at: int, index: int) -> _Period | None:
        """`first half of May` is days 1 to 15, `second half` the rest."""
        after = self._word("of", tokens, at)
        if after < 0:
            return None
        month = self._month(tokens, after)
        if month is None or index > 2:
            return None
        first = month.start.date()
        middle = at_midnight(first + dt.timedelta(days=15))
        whole_end = at_midnight(add_months(first, 1))
        if index == 1:
            return _Period(month.start, middle, Grain.DAY, month.next)
        return _Period(middle, min(whole_end, month.end), Grain.DAY, month.next)

    def _week_number(self, tokens: Sequence[Token], at: int) -> _Period | None:
        if at >= len(tokens):
            return None
        norm, number, after = tokens[at].norm, 0, at + 1
        for prefix in ("kw", "cw", "wk", "week", "w"):
            rest = norm[len(prefix) :].lstrip("-")
            if norm.startswith(prefix) and rest.isdigit() and tokens[at].kind == "code":
                number = int(rest)
                break
        else:
            after_word = self._word("week", tokens, at)
            if after_word < 0:
                return None
            count = self._count(tokens, after_word)
            if not count or not tokens[after_word].text.isdigit():
                return None
            number, after = count
        year = self._year(tokens, after)
        value = year[0] if year else self.clock.today.isocalendar().year
        after = year[1] if year else after
        try:
            monday = dt.date.fromisocalendar(value, number, 1)
            if not year and monday > self.clock.today:
                monday = dt.date.fromisocalendar(value - 1, number, 1)
        except ValueError:
            return None
        period = self._days(monday, monday + dt.timedelta(days=6), Grain.WEEK, after)
        if period.start <= self.clock.now < period.end:
            return replace(period, end=self.clock.now)
        return period

    def _week_of(self, tokens: Sequence[Token], at: int) -> _Period | None:
        """`the week of 4 May`, `week starting 4 May`, `week beginning Monday`."""
        at = at + 1 if at < len(tokens) and tokens[at].norm == "the" else at
        if at + 2 >= len(tokens) or tokens[at].norm != "week":
            return None
        if tokens[at + 1].norm not in ("of", "starting", "beginning", "from", "containing"):
            return None
        inner = self._period(tokens, self._skip(tokens, at + 2, "in"))
        if inner is None or inner.grain is not Grain.DAY:
            return None
        first = period_start(inner.start.date(), "week", self.clock.week_start)
        return self._days(first, first + dt.timedelta(days=6), Grain.WEEK, inner.next)

    def _year_only(self, tokens: Sequence[Token], at: int) -> _Period | None:
        if at >= len(tokens) or tokens[at].norm == "of":
            return None
        year = self._year(tokens, at)
        if not year or year[1] != at + 1:
            return None
        start, end = dt.datetime(year[0], 1, 1), dt.datetime(year[0] + 1, 1, 1)
        if start <= self.clock.now < end:
            end = self.clock.now
        return _Period(start, end, Grain.YEAR, year[1])

    def _weekday_name(self, tokens: Sequence[Token], at: int) -> _Period | None:
        """`Monday`, `last Monday`: the latest such day before today (today itself for today's
        name without "last")."""
        begin = self._word("last", tokens, at)
        is_last = begin > 0
        start_at = begin if is_last else at
        if start_at < len(tokens) and self._word("this", tokens, start_at) > 0 and not is_last:
            start_at = self._word("this", tokens, start_at)
        found = self._payload("weekdays", tokens, start_at)
        if not found or tokens[found[1] - 1].norm.endswith("days"):
            return None
        if tokens[start_at].norm in ("sun", "sat") and tokens[start_at].text.islower():
            return None
        today = self.clock.today
        back = (today.isoweekday() - int(found[0])) % 7
        if is_last and back == 0:
            back = 7
        day = today - dt.timedelta(days=back)
        of_week = self._of_week(tokens, found[1], int(found[0]))
        return of_week or self._days(day, day, Grain.DAY, found[1])

    def _of_week(self, tokens: Sequence[Token], at: int, weekday: int) -> _Period | None:
        """`Monday last week`, `Tuesday of week 20`."""
        inner = self._relative_unit(tokens, self._skip(tokens, at, "of"))
        if inner is None:
            inner = self._week_number(tokens, self._skip(tokens, at, "of"))
        if inner is None or inner.grain is not Grain.WEEK:
            return None
        first = inner.start.date()
        day = first + dt.timedelta(days=(weekday - first.isoweekday()) % 7)
        return self._days(day, day, Grain.DAY, inner.next)

    def _part_of(self, tokens: Sequence[Token], at: int) -> _Period | None:
        """`first 10 days of May`, `last week of June`, `first week of May`, `end of` is not."""
        at = at + 1 if at < len(tokens) and tokens[at].norm == "the" else at
        is_first = self.lexicon.has("time.first", tokens, at)
        is_last = 0 if is_first else self.lexicon.has("time.last_of", tokens, at)
        after = at + (is_first or is_last)
        if after == at:
            return None
        count = self._count(tokens, after) or (1, after)
        unit = self._unit(tokens, count[1])
        if not unit or unit[0] not in ("day", "week", "month", "hour"):
            return None
        of = self._word("of", tokens, unit[1])
        if of < 0:
            return None
        whole = self._month(tokens, of) or self._quarter_or_half(tokens, of)
        whole = whole or self._relative_unit(tokens, of) or self._year_only(tokens, of)
        if whole is None:
            return None
        size = whole.grain
        if is_first:
            end = min(shift_moment(whole.start, unit[0], count[0]), whole.end)
            return _Period(whole.start, end, _UNIT_GRAIN[unit[0]], whole.next)
        full_end = {
            Grain.MONTH: lambda: at_midnight(add_months(whole.start.date(), 1)),
            Grain.QUARTER: lambda: at_midnight(add_months(whole.start.date(), 3)),
            Grain.YEAR: lambda: at_midnight(add_months(whole.start.date(), 12)),
        }.get(size, lambda: whole.end)()
        end = min(full_end, max(whole.end, whole.start))
        return _Period(
            max(shift_moment(end, unit[0], -count[0]), whole.start),
            end,
            _UNIT_GRAIN[unit[0]],
            whole.next,
        )

    # -- clock times -------------------------------------------------------------------------

    def _clock(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        """Minutes after midnight and next token; `14:00`, `2 pm`, `noon`, `14h`, `14 o'clock`."""
        if at >= len(tokens):
            return None
        token = tokens[at]
        if self._word("noon", tokens, at) > 0:
            return 720, self._word("noon", tokens, at)
        if self._word("midnight", tokens, at) > 0:
            return 0, self._word("midnight", tokens, at)
        if token.kind == "clock":
            text = token.norm.replace(".", "").replace(" ", "")
            is_pm, is_am = text.endswith("pm"), text.endswith("am")
            parts = text.rstrip("apm").split(":")
            hour, minute = int(parts[0]), int(parts[1]) if len(parts) > 1 else 0
            if (is_pm or is_am) and not 1 <= hour <= 12:
                return None
            hour = hour % 12 + 12 if is_pm else hour % 12 if is_am else hour
            if hour > 24 or minute > 59 or (hour == 24 and minute):
                return None
            return hour * 60 + minute, at + 1
        if token.number is not None and token.text.isdigit() and int(token.text) <= 24:
            rest = [t.norm for t in tokens[at + 1 : at + 2]]
            if rest in (["o'clock"], ["h"], ["hrs"]):
                return int(token.text) * 60, at + 2
        if token.kind == "code" and token.norm.endswith("h") and token.norm[:-1].isdigit():
            return (int(token.norm[:-1]) * 60, at + 1) if int(token.norm[:-1]) <= 24 else None
        return None

    def _clock_range(
        self, tokens: Sequence[Token], at: int
    ) -> tuple[int | None, int | None, int] | None:
        """(from, to, next) of `14:00 to 16:00`, `between 2 and 4 pm`, `after 14:00`, `at 14:00`."""
        for group in ("between", "from", "in"):
            after = self._word(group, tokens, at)
            if after > 0:
                at = after
                break
        else:
            for group in ("after", "since", "before", "until"):
                after = self._word(group, tokens, at)
                moment = self._clock(tokens, after) if after > 0 else None
                if moment:
                    if group in ("after", "since"):
                        return moment[0], None, moment[1]
                    return None, moment[0], moment[1]
        first = self._clock(tokens, at)
        if not first and at + 1 < len(tokens) and tokens[at].text.isdigit():
            first = (int(tokens[at].text) * 60, at + 1)  # "between 2 and 4 pm"
            bare = True
        else:
            bare = False
        if not first:
            return None
        after = max(self._word("to", tokens, first[1]), self._word("and", tokens, first[1]))
        second = self._clock(tokens, after) if after > 0 else None
        if second:
            start = first[0]
            if bare:
                if start > 24 * 60:
                    return None
                if tokens[after].norm.endswith(("pm", "p.m.", "p.m")) and start <= 12 * 60:
                    start += 0 if start == 720 else 720
                elif tokens[after].kind != "clock":
                    return None
            return start, second[0] or 1440, second[1]
        if bare:
            return None
        return first[0], first[0] + 60 if first[0] % 60 == 0 else first[0] + 10, first[1]

    # -- whole phrases -----------------------------------------------------------------------

    def _to_date(self, tokens: Sequence[Token], at: int) -> TimePhrase | None:
        begin = self._skip(tokens, at, "in")
        short = self._payload("period_to_date", tokens, begin)
        if short:
            unit, after = short
        else:
            this = self._word("this", tokens, begin)
            found = self._unit(tokens, this if this > 0 else begin)
            if not found:
                return None
            unit, after = found[0], self._word("to_date", tokens, found[1])
            if after < 0 or unit in ("minute", "hour"):
                return None
        start = at_midnight(period_start(self.clock.today, unit, self.clock.week_start))
        return TimePhrase(after - at, start, self.clock.now, _UNIT_GRAIN[unit])

    def _all_time(self, tokens: Sequence[Token], at: int) -> TimePhrase | None:
        after = self._word("all", tokens, self._skip(tokens, at, "in"))
        return TimePhrase(after - at, is_all=True) if after > 0 else None

    def _single(self, tokens: Sequence[Token], at: int) -> TimePhrase | None:
        """One period, with a clock range before or after it."""
        begin = self._skip(tokens, at, "in")
        period = self._period(tokens, begin)
        if period is None:
            period = self._period(tokens, at)
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
            clock = self._clock_range(tokens, comma)
            if clock:
                return self._with_clock(phrase, clock, at)
        return phrase

    def _with_clock(
        self, phrase: TimePhrase, clock: tuple[int | None, int | None, int], at: int
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

    def _clock_only(self, tokens: Sequence[Token], at: int) -> TimePhrase | None:
        """A clock range, alone (each day) or followed by its day."""
        clock = self._clock_range(tokens, at)
        if clock is None:
            return None
        begin = self._skip(tokens, clock[2], "in")
        period = self._period(tokens, begin)
        if period and period.grain is Grain.DAY and period.end - period.start <= dt.timedelta(1):
            phrase = TimePhrase(0, period.start, period.end, Grain.DAY)
            return self._with_clock(phrase, (clock[0], clock[1], period.next), at)
        low, high = clock[0] or 0, 1440 if clock[1] is None else clock[1]
        return TimePhrase(clock[2] - at, minutes=(low, high))

    def _moment_or_period(self, tokens: Sequence[Token], at: int) -> _Period | None:
        """A period, or a date with a clock time (an instant: start = end)."""
        period = self._period(tokens, self._skip(tokens, at, "in"))
        if period is None:
            return None
        if period.grain is Grain.DAY and period.end - period.start == dt.timedelta(days=1):
            begin = period.next
            if begin < len(tokens) and tokens[begin].norm in ("at", ",", "t"):
                begin += 1
            clock = self._clock(tokens, begin)
            if clock:
                moment = period.start + dt.timedelta(minutes=clock[0])
                return _Period(moment, moment, Grain.HOUR, clock[1])
        return period

    def _range(self, tokens: Sequence[Token], at: int) -> TimePhrase | None:
        """`from A to B`, `between A and B`, `A to B`, `A - B`, `A through B`."""
        begin, join = at, "to"
        after = self._word("between", tokens, at)
        if after > 0:
            begin, join = after, "and"
        else:
            after = self._word("from", tokens, at)
            if after > 0:
                begin = after
        first = self._moment_or_period(tokens, begin)
        bare_month_day: int | None = None
        if first is None:
            day = self._day_number(tokens, begin)  # "from 3 to 9 May"
            if day is None:
                return None
            bare_month_day, next_at = day
        else:
            next_at = first.next
        middle = self._word("to", tokens, next_at)
        if middle < 0 and join == "and":
            middle = self._word("and", tokens, next_at)
        if middle < 0:
            return None
        middle = self._skip(tokens, middle, "in") if middle < len(tokens) else middle
        clock = self._clock(tokens, middle) if first and first.start == first.end else None
        second = None if clock else self._moment_or_period(tokens, middle)
        if clock and first:
            midnight = at_midnight(first.start.date())
            until = midnight + dt.timedelta(minutes=clock[0] or 1440)
            if until <= first.start:
                until += dt.timedelta(days=1)
            return TimePhrase(clock[1] - at, first.start, until, Grain.HOUR)
        if second is None:
            if first is None or self._word("all", tokens, middle) > 0:
                return None
            if tokens[middle].norm == "now" if middle < len(tokens) else False:
                return TimePhrase(middle + 1 - at, first.start, self.clock.now, first.grain)
            return None
        if first is None:
            assert bare_month_day is not None
            try:
                start = at_midnight(second.start.date().replace(day=bare_month_day))
            except ValueError:
                return None
            first = _Period(start, start, Grain.DAY, next_at)
        start, end = first.start, second.end
        if start >= end and first.grain is Grain.MONTH is second.grain:
            start = shift_moment(start, "year", -1)  # "from November to February"
        if start >= end and self._payload("weekdays", tokens, begin):
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

    def _edge(self, tokens: Sequence[Token], at: int) -> TimePhrase | None:
        """`since A`, `until A`, `before A`, `after A`."""
        for group in ("through", "since", "until", "before", "after"):
            after = self._word(group, tokens, at)
            if after < 0:
                continue
            period = self._moment_or_period(tokens, after)
            if period is None:
                continue
            length = period.next - at
            is_span = period.grain is Grain.DAY and period.end - period.start > dt.timedelta(days=1)
            if tokens[at].norm == "from" and is_span:
                continue  # "from 3 to 9 May" is that span and no edge
            if group == "since" and tokens[at].norm != "after":
                return TimePhrase(length, period.start, self.clock.now, period.grain)
            if group == "through":
                return TimePhrase(length, None, period.end, period.grain)
            if group in ("after", "since"):
                return TimePhrase(length, period.end, self.clock.now, period.grain)
            return TimePhrase(length, None, period.start, period.grain)
        return None

    def _weekday_sets(self, tokens: Sequence[Token], at: int) -> TimePhrase | None:
        """`on weekdays`, `at weekends`, `on Mondays`, `every Monday`."""
        begin = self._skip(tokens, at, "in")
        for group, days in (("weekend", (6, 7)), ("weekdays", (1, 2, 3, 4, 5))):
            after = self._word(group, tokens, begin)
            if after < 0:
                after = self._word(group, tokens, at)
            if after > 0:
                return TimePhrase(after - at, weekdays=days)
        each = self._word("each", tokens, begin)
        found = self._payload("weekdays", tokens, each if each > 0 else begin)
        if found and (each > 0 or tokens[found[1] - 1].norm.endswith("days")):
            days_found, after = [int(found[0])], found[1]
            while True:
                joined = self._word("and", tokens, after)
                more = self._payload("weekdays", tokens, joined) if joined > 0 else None
                if not more:
                    break
                days_found.append(int(more[0]))
                after = more[1]
            return TimePhrase(after - at, weekdays=tuple(sorted(days_found)), is_each=each > 0)
        return None
