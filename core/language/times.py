"""Time phrases of a question, combined into one window, a comparison and time-part filters."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field, replace

from core.language.choose import put_in_place
from core.language.draft import Draft
from core.language.lexicon import Senses
from core.language.normalise import as_typed
from core.language.reading import Ask
from core.language.time_phrases import TimeParser
from core.language.when.calendar_math import ClockTime, at_midnight, period_start, shift_moment
from core.language.when.phrase import TimePhrase
from core.language.wording import say
from core.semantic.query import Comparison, Filter, Grain, Op, TimeWindow
from core.types import Clarification, Option

_UNIT = {
    Grain.HOUR: "hour",
    Grain.DAY: "day",
    Grain.WEEK: "week",
    Grain.MONTH: "month",
    Grain.QUARTER: "quarter",
    Grain.YEAR: "year",
}


@dataclass(slots=True)
class Times:
    """What the time phrases come to. joined: two windows in a row, "April and May". age: the words
    that tell the window by how long ago it was."""

    window: TimeWindow | None = None
    comparison: Comparison | None = None
    filters: list[Filter] = field(default_factory=list)
    joined: Grain | None = None
    age: str = ""


def to_window(phrase: TimePhrase, text: str) -> TimeWindow:
    """A time phrase's window, with the words that named it."""
    return TimeWindow(phrase.start, phrase.end, phrase=text, grain=phrase.grain)


def previous_window(window: TimeWindow, clock: ClockTime) -> TimeWindow | None:
    """The period right before: the calendar unit before for calendar windows (whole, or up to
    the same point when the window is still running), else the same length before."""
    if window.start is None or window.end is None:
        return None
    unit = _UNIT.get(window.grain) if window.grain else None
    if unit and unit != "hour":
        full_end = shift_moment(window.start, unit, 1)
        if window.end == full_end:
            return TimeWindow(
                shift_moment(window.start, unit, -1), window.start, grain=window.grain
            )
        if window.end < full_end and window.end == clock.now:
            start = shift_moment(window.start, unit, -1)
            end = min(start + (window.end - window.start), window.start)
            return TimeWindow(start, end, grain=window.grain)
    if window.is_whole_days and window.start.day == 1 == window.end.day:
        months = (window.end.year - window.start.year) * 12 + window.end.month - window.start.month
        return TimeWindow(shift_moment(window.start, "month", -months), window.start)
    length = window.end - window.start
    return TimeWindow(window.start - length, window.start, grain=window.grain)


def shifted_window(window: TimeWindow, unit: str, count: int) -> TimeWindow | None:
    """The same window some calendar units earlier ("same period last year")."""
    if window.start is None or window.end is None:
        return None
    start = shift_moment(window.start, unit, count)
    end = shift_moment(window.end, unit, count)
    if window.grain is Grain.MONTH and unit == "month" and window.start.day == 1:
        whole = window.end == shift_moment(window.start, "month", 1)
        end = shift_moment(start, "month", 1) if whole else end
    return TimeWindow(start, end, grain=window.grain)


class TimeReader:
    """Combines the time phrases of one draft."""

    def __init__(
        self,
        draft: Draft,
        clock: ClockTime,
        parser: TimeParser,
        question: str,
        base: TimeWindow | None = None,
    ) -> None:
        """base: the window of the question that these words go on from; they may set it against
        another one ("vs the week before") without naming it."""
        self.draft = draft
        self.clock = clock
        self.parser = parser
        self.question = question
        self.base = base

    @property
    def senses(self) -> Senses:
        return self.parser.words.lexicon.senses

    def read(self) -> Times:
        """The window and what it is compared with. Raises Ask for a phrase with two meanings."""
        times = Times()
        windows: list[tuple[int, TimeWindow]] = []
        for at, phrase in self.draft.times:
            if phrase.problem:
                raise Ask(Clarification(phrase.problem, (), (self.draft.items[at].text,)))
            if phrase.readings:
                raise self._ask_date(at, phrase)
            if phrase.weekdays:
                times.filters.append(self._weekday_filter(at, phrase))
            elif phrase.minutes is not None:
                windows_or_filter = self._minutes(windows, phrase)
                if windows_or_filter is not None:
                    times.filters.append(windows_or_filter)
            elif phrase.has_window:
                windows.append((at, to_window(phrase, self.draft.items[at].text)))
                times.age = times.age or (self.draft.items[at].text if phrase.is_age else "")
        self._combine(times, windows)
        return times

    def _ask_date(self, at: int, phrase: TimePhrase) -> Ask:
        item = self.draft.items[at]
        typed = next((t.text for t in item.tokens if t.kind == "date"), item.text)
        options = tuple(
            Option(label, put_in_place(self.question, typed, f"{start:%Y-%m-%d}"))
            for label, start, _ in phrase.readings
        )
        return Ask(Clarification(say("which_day", word=typed), options))

    def _weekday_filter(self, at: int, phrase: TimePhrase) -> Filter:
        before = at - 1
        while (
            before >= 0
            and "ignored" in self.draft.items[before].tags
            and ("not" not in self.draft.items[before].tags)
        ):
            before -= 1
        days = phrase.weekdays
        item = self.draft.items[before] if before >= 0 else None
        if self._is_joined_negation(before):
            days = tuple(d for d in range(1, 8) if d not in days)
        elif item is not None and "not" in item.tags and item.use in ("", "negation"):
            item.use = "negation"
            days = tuple(d for d in range(1, 8) if d not in days)
        if len(days) == 1:
            return Filter("@weekday", Op.EQ, days, phrase=self.draft.items[at].text)
        return Filter("@weekday", Op.IN, days, phrase=self.draft.items[at].text)

    def _is_joined_negation(self, before: int) -> bool:
        """`not counting pumps or weekends`: the list goes on under the same `not`."""
        items = self.draft.items
        if before < 1 or not {"and", "or"} & set(items[before].tags):
            return False
        return any(v.negated and v.at == before - 1 for v in self.draft.values)

    def _minutes(self, windows: list[tuple[int, TimeWindow]], phrase: TimePhrase) -> Filter | None:
        """A clock range narrows a window of one day; over several days it holds each day."""
        assert phrase.minutes is not None
        low, high = phrase.minutes
        if windows:
            at, window = windows[-1]
            if window.length == dt.timedelta(days=1) and window.start is not None:
                end = window.start + dt.timedelta(minutes=high + (1440 if high <= low else 0))
                start = window.start + dt.timedelta(minutes=low)
                windows[-1] = (at, replace(window, start=start, end=end, grain=Grain.HOUR))
                return None
        if high <= low:
            raise Ask(
                Clarification(
                    say("over_midnight"),
                )
            )
        return Filter("@minute_of_day", Op.BETWEEN, (low, high - 1))

    def _combine(self, times: Times, windows: list[tuple[int, TimeWindow]]) -> None:
        draft = self.draft
        compare = draft.has("compare")
        versus = draft.has("versus")
        change = draft.has("change")
        if len(windows) == 1 and (compare is not None or change is not None):
            pair = self._split_range(windows[0][0])
            if pair is not None:
                first, second = pair
                if change is not None and compare is None:
                    first, second = second, first
                times.window = first
                times.comparison = Comparison("window", second, phrase=second.phrase)
                self._mark(compare, change, "compares")
                return
        if len(windows) > 2:
            windows = [self._row_of(windows)]
            times.joined = windows[0][1].grain
        if len(windows) >= 2:
            versus = self._taken_as_versus(windows) if versus is None else versus
            self._two(times, windows, versus, compare, change)
        elif windows:
            times.window = windows[0][1]
        elif draft.wants_trend:
            times.window = self.base  # the steps of a curve go by its length
        self._against(times, windows, versus, change)

    def _row_of(self, windows: list[tuple[int, TimeWindow]]) -> tuple[int, TimeWindow]:
        """`April, May and June` is one time, by its parts; times with gaps between are asked."""
        ordered = sorted(windows, key=lambda w: str(w[1].start or w[1].end))
        pairs = itertools.pairwise(ordered)
        grains = {w.grain for _, w in windows}
        if len(grains) == 1 and all(a[1].end == b[1].start for a, b in pairs):
            first, last = ordered[0][1], ordered[-1][1]
            phrase = ", ".join(w.phrase for _, w in ordered)
            return windows[0][0], replace(first, end=last.end, phrase=phrase)
        raise Ask(
            Clarification(
                say("which_times"),
                (),
                tuple(w.phrase for _, w in windows),
            )
        )

    def _taken_as_versus(self, windows: list[tuple[int, TimeWindow]]) -> int | None:
        """`was June higher than May`: a comparing word between two times compares them."""
        for at in range(windows[0][0] + 1, windows[1][0]):
            item = self.draft.items[at]
            if "comparators" in item.tags and not item.use and not item.targets:
                return at
        return None

    def _mark(self, *ats: int | str | None) -> None:
        for at in ats:
            if isinstance(at, int):
                self.draft.mark(at, "compares")

    def _split_range(self, at: int) -> tuple[TimeWindow, TimeWindow] | None:
        """`between April and May`, `from week 20 to week 21` where two periods are compared."""
        tokens = self.draft.items[at].tokens
        for middle in range(1, len(tokens) - 1):
            if tokens[middle].norm not in self.parser.words.lexicon.senses["joins_range"]:
                continue
            first = self.parser.parse(tokens[:middle], 0)
            begin = 0
            while first is None and begin < middle - 1:
                begin += 1
                first = self.parser.parse(tokens[:middle], begin)
            if first and tokens[0].norm in self.parser.words.lexicon.senses["begins_range"]:
                first = self.parser.parse(tokens[1:middle], 0) or first
            second = self.parser.parse(tokens, middle + 1)
            if not (first and second and first.has_window and second.has_window):
                continue
            if first.grain is second.grain and first.grain is not Grain.HOUR:
                return (
                    to_window(first, as_typed(tokens[begin:middle])),
                    to_window(second, as_typed(tokens[middle + 1 :])),
                )
        return None

    def _two(
        self,
        times: Times,
        windows: list[tuple[int, TimeWindow]],
        versus: int | None,
        compare: int | None,
        change: int | None,
    ) -> None:
        (at_a, a), (at_b, b) = windows[0], windows[1]
        b = self._other_half(a, b)
        if versus is not None and self._follows(versus, at_a):
            a, b = b, a  # "compared with the previous month in June": June is asked for
        elif versus is not None and not at_a < versus < at_b:
            versus = None  # it stands between other things, such as two places
        same_period = self.draft.has("same_period")
        if same_period is not None and b.grain in _UNIT:
            self.draft.mark(same_period, "compares")
            self._mark(versus, compare, change)
            other = shifted_window(a, _UNIT[b.grain] if b.grain else "year", -1)
            times.window = a
            if other is not None:
                times.comparison = Comparison("window", other, phrase=f"same period {b.phrase}")
            return
        is_set = self._is_set_against(at_a, at_b)
        if versus is not None or compare is not None or change is not None or is_set:
            self._mark(versus, compare, change)
            if (a.start, a.end) == (b.start, b.end):
                b = previous_window(a, self.clock) or b
            self._refuse_overlap(a, b)
            times.window = a
            times.comparison = Comparison("window", b, phrase=b.phrase)
            return
        self._merge(times, a, b)

    def _is_set_against(self, first: int, second: int) -> bool:
        """`compare all plants in June with May`: the times are compared, whatever else is; beside
        each other behind the word too ("compare June and May for all plants")."""
        items = self.draft.items
        told = next((i for i, one in enumerate(items[:first]) if "compare" in one.tags), None)
        if told is None:
            return False
        between = items[first + 1 : second]
        is_set = any(one.norm in self.senses["sets_against"] for one in between)
        is_next = all("ignored" in one.tags for one in items[told + 1 : first])
        is_pair = all({"ignored", "and"} & set(one.tags) for one in between)
        return is_pair and (is_set or is_next)

    def _refuse_overlap(self, a: TimeWindow, b: TimeWindow) -> None:
        """A time is not compared with one that it lies in."""
        if not (a.start and a.end and b.start and b.end):
            return
        if a.start < b.end and b.start < a.end:
            raise Ask(
                Clarification(
                    say("overlapping", word=a.phrase, other=b.phrase),
                    (),
                    (a.phrase, b.phrase),
                )
            )

    def _merge(self, times: Times, a: TimeWindow, b: TimeWindow) -> None:
        """Two windows that no word compares: the narrower one, what they share, both in a row;
        else they are compared after all."""
        if self._inside(a, b) or self._inside(b, a):
            narrow, wide = (a, b) if self._inside(a, b) else (b, a)
            # clock times that were said are kept: "Friday 22:00 to Monday 6:00 last weekend"
            times.window = narrow if wide.is_whole_days else wide
            return
        start = max(filter(None, (a.start, b.start)), default=None)
        end = min(filter(None, (a.end, b.end)), default=None)
        if a.start is None or b.start is None or a.end is None or b.end is None:
            times.window = TimeWindow(start, end, phrase=f"{a.phrase} {b.phrase}")
        elif a.end == b.start or b.end == a.start:
            times.window = TimeWindow(
                min(a.start, b.start), max(a.end, b.end), phrase=f"{a.phrase} and {b.phrase}"
            )
            times.joined = a.grain if a.grain is b.grain else None
        elif start and end and start < end:
            times.window = TimeWindow(start, end, phrase=f"{a.phrase}, {b.phrase}")
        else:
            times.window = a
            times.comparison = Comparison("window", b, phrase=b.phrase)

    @staticmethod
    def _other_half(a: TimeWindow, b: TimeWindow) -> TimeWindow:
        """`first half of June vs second half`: the second one is of the same month."""
        words = set(b.phrase.casefold().split())
        if not ({"half", "second"} <= words and "half of" in a.phrase.casefold() and a.start):
            return b
        if a.start.day != 1 or a.end is None or words & {"of", "h2"}:
            return b
        return replace(b, start=a.end, end=shift_moment(a.start, "month", 1), grain=Grain.DAY)

    @staticmethod
    def _inside(a: TimeWindow, b: TimeWindow) -> bool:
        """Whether window a lies within window b."""
        starts = b.start is None or (a.start is not None and a.start >= b.start)
        ends = b.end is None or (a.end is not None and a.end <= b.end)
        return starts and ends

    def _against(
        self,
        times: Times,
        windows: list[tuple[int, TimeWindow]],
        versus: int | None,
        change: int | None,
    ) -> None:
        """`vs the previous period`, `compared with last month` with no other window, `change`."""
        if times.comparison is not None:
            return
        draft = self.draft
        previous = draft.has("previous_period")
        if previous is None and versus is not None:
            previous = self._bare_previous(versus)
        if self.base is not None and self._against_base(times, windows, versus, change, self.base):
            return
        if previous is not None and times.window is not None:
            self._mark(previous, versus, draft.has("compare"), change)
            self._with_previous(times, times.window, draft.items[previous].text)
            return
        if len(windows) == 1 and self._with_current(times, windows[0], versus, change):
            return
        has_steps = any(d.grain is not None for d in draft.dimensions)
        has_steps = has_steps or draft.has("period_change") is not None
        if change is None or self._is_between_values(change):
            return
        if times.window is not None and not has_steps:
            self._mark(change, versus)
            self._with_previous(times, times.window, "the period before")

    def _bare_previous(self, versus: int) -> int | None:
        """Where `last` stands in "this month vs last": the period before, without its noun."""
        items = self.draft.items
        at = versus + 1
        is_bare = at < len(items) and not items[at].use and items[at].time is None
        if not is_bare or items[at].norm not in self.parser.words.lexicon.senses["bare_previous"]:
            return None
        return at

    def _against_base(
        self,
        times: Times,
        windows: list[tuple[int, TimeWindow]],
        versus: int | None,
        change: int | None,
        base: TimeWindow,
    ) -> bool:
        """`vs the week before`, `compared with May`, `same period last year`, where the window that
        is compared is that of the question before. False when the words do not compare."""
        draft = self.draft
        compare, previous = draft.has("compare"), draft.has("previous_period")
        compares = versus if versus is not None else compare if compare is not None else change
        if previous is not None and not windows and compares is not None:
            phrase = draft.items[previous].text
            other = self._named_before(base, phrase)
        elif len(windows) == 1 and compares is not None and compares < windows[0][0]:
            other, phrase = self._same_span(base, windows[0][1]), windows[0][1].phrase
        elif change is not None and not windows and not self._is_between_values(change):
            other, phrase = previous_window(base, self.clock), "the period before"
        else:
            return False
        if other is not None and (other.start, other.end) == (base.start, base.end):
            words = set(phrase.casefold().split())
            if words & self.senses["span_before"]:  # "vs the previous 7 days", of the last 7
                other = previous_window(base, self.clock)
        if other is None:
            return False
        self._refuse_overlap(base, other)
        self._mark(previous, versus, compare, change, draft.has("same_period"))
        times.window = base
        times.comparison = Comparison("window", other, phrase=phrase)
        return True

    def _named_before(self, window: TimeWindow, phrase: str) -> TimeWindow | None:
        """The period right before; the calendar unit before the window where the phrase names
        another unit than the window's own ("the month before", of a week)."""
        unit = next((name for name in _UNIT.values() if name in phrase.casefold().split()), None)
        own = _UNIT.get(window.grain) if window.grain else None
        if unit is None or own is None or unit == own or window.start is None:
            return previous_window(window, self.clock)
        start = period_start(window.start.date(), unit, self.clock.week_start)
        end = at_midnight(start)
        grain = next(g for g, name in _UNIT.items() if name == unit)
        return TimeWindow(shift_moment(end, unit, -1), end, phrase=phrase, grain=grain)

    def _same_span(self, base: TimeWindow, named: TimeWindow) -> TimeWindow | None:
        """The time that a window is set against: as named, or the same days of the unit that is
        named ("same period last year")."""
        if self.draft.has("same_period") is None or named.grain not in _UNIT:
            return named
        unit = _UNIT[named.grain] if named.grain else "year"
        return shifted_window(base, unit, -1)

    def _with_previous(self, times: Times, window: TimeWindow, phrase: str) -> None:
        other = previous_window(window, self.clock)
        if other is not None:
            times.comparison = Comparison("window", other, phrase=phrase)

    def _with_current(
        self,
        times: Times,
        at_window: tuple[int, TimeWindow],
        versus: int | None,
        change: int | None,
    ) -> bool:
        """`vs last month` with no other window, `same period last month`: the present unit of
        that kind is what is compared. False when the words say neither."""
        at, window = at_window
        unit = _UNIT.get(window.grain) if window.grain else None
        if not unit or unit == "hour":
            return False
        current, compare = self._current(unit), self.draft.has("compare")
        same = self.draft.has("same_period")
        if same is not None and self._is_last(window, unit):
            self._mark(same, versus, compare, change)
            times.window = current
            other = shifted_window(current, unit, -1)
            if other is not None:
                phrase = f"same period {window.phrase}"
                times.comparison = Comparison("window", other, phrase=phrase)
            return True
        if versus is None or not self._follows(versus, at) or self._values_around(versus):
            return False
        if current.start == window.start:
            return False
        self._mark(versus, compare)
        times.window = current
        times.comparison = Comparison("window", window, phrase=window.phrase)
        return True

    def _is_between_values(self, at: int) -> bool:
        """`difference between Hamburg and Austin`: of two places and not of two times."""
        word = self.draft.items[at].norm.split()[0]
        names = [v.targets[0].name for v in self.draft.values if not v.negated]
        return word in self.parser.words.lexicon.senses["difference"] and any(
            names.count(n) > 1 for n in names
        )

    def _follows(self, versus: int, at: int) -> bool:
        """Whether nothing but small words stands between `versus` and the time phrase."""
        between = self.draft.items[versus + 1 : at]
        return at > versus and all(
            ({"ignored", "the"} & set(i.tags)) and not i.targets for i in between
        )

    def _is_last(self, window: TimeWindow, unit: str) -> bool:
        """Whether the window is the calendar unit before the present one ("last month")."""
        start = self._current(unit).start
        return start is not None and window.start == shift_moment(start, unit, -1)

    def _values_around(self, at: int) -> bool:
        items = self.draft.items
        before = any(i.of_kind("value") for i in items[max(0, at - 3) : at])
        after = any(i.of_kind("value") for i in items[at + 1 : at + 4])
        return before and after

    def _current(self, unit: str) -> TimeWindow:
        """The calendar unit that now lies in, from its start to now."""
        start = at_midnight(period_start(self.clock.today, unit, self.clock.week_start))
        grain = next(g for g, name in _UNIT.items() if name == unit)
        return TimeWindow(start, self.clock.now, phrase=f"this {unit}", grain=grain)
