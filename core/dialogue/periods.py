"""The time before and after a window ("what about the week before?"), and windows moved along."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from core.language.reading import Ask
from core.language.time_phrases import ClockTime, shift_moment
from core.language.times import previous_window, shifted_window
from core.language.when.calendar_math import at_midnight, period_start
from core.semantic.model import SemanticModel
from core.semantic.query import Comparison, Filter, Grain, Op, SemanticQuery, TimeWindow
from core.semantic.shifts import shift_after, shift_before, shift_on
from core.semantic.wording import grain_words
from core.translation import gettext as _
from core.types import Clarification

_DAY: Final = dt.timedelta(days=1)
_WEEK: Final = dt.timedelta(days=7)
_UNITS = {g.value: g for g in (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR)}


def neighbour(
    window: TimeWindow | None, clock: ClockTime, said: str, *, is_after: bool
) -> TimeWindow:
    """The window right before or after another one: the same span, or the calendar unit that the
    words name ("the month before", of a week). said: those words, in lower case, units in English.
    Raises Ask for a question over all there is."""
    if window is None or window.start is None or window.end is None:
        raise Ask(
            Clarification(
                _("The answer before is over all the data there is. Which time do you mean?")
            )
        )
    unit = next((name for name in _UNITS if name in said.split()), None)
    own = window.grain.value if window.grain and window.grain.value in _UNITS else None
    if unit is not None and own is not None and unit != own:
        return _calendar(window, unit, clock, is_after=is_after)
    if not is_after:
        found = previous_window(window, clock)
    elif own is not None:
        found = shifted_window(window, own, 1)
        whole = window.end == shift_moment(window.start, own, 1)
        if found is not None and found.start is not None and whole:
            end = shift_moment(found.start, own, 1)
            found = TimeWindow(found.start, end, grain=window.grain)
    else:
        length = window.end - window.start
        found = TimeWindow(window.end, window.end + length, grain=window.grain)
    if found is None:
        raise Ask(Clarification(_("Which time do you mean? Please name it.")))
    return TimeWindow(found.start, found.end, phrase=said, grain=window.grain)


def shift_beside(
    query: SemanticQuery, model: SemanticModel, said: str, *, is_after: bool
) -> tuple[TimeWindow, Filter] | None:
    """The shift right before or after the one that a query is of, as its day and its name; None
    where it is of no single shift, or the words name another step ("the day before"). said: those
    words, in lower case, units in English. A shift of a day that was named ("yesterday's late
    shift") is left for the one before only where the words say shift."""
    time, axis = query.time, model.tables[query.table].time
    if time is None or time.start is None or axis is None or time.axis != "production":
        return None
    one = [f for f in query.filters if f.column == axis.shift and f.op is Op.EQ]
    named = set(said.split())
    is_meant = Grain.SHIFT.value in named or not (time.phrase or named & set(_UNITS))
    if len(one) != 1 or time.length != _DAY or not is_meant:
        return None
    name = str(one[0].values[0])
    if name not in axis.shift_hours:
        return None
    shift = shift_on(time.start.date(), name, axis.shift_hours)
    step = shift_after if is_after else shift_before
    found = step(shift, axis.shift_hours)
    start = dt.datetime.combine(found.day, dt.time())
    window = TimeWindow(start, start + _DAY, "production", grain=Grain.DAY)
    return window, Filter(one[0].column, Op.EQ, (found.name,))


def earlier(window: TimeWindow | None, said: str) -> TimeWindow:
    """The same span one unit earlier ("a week earlier", "the same day last week"). said: words that
    name the unit, in English. Raises Ask where the span is longer than that."""
    # the last unit that is named: "the same day last week"
    named = [w for w in said.replace("days", "day").split() if w in _UNITS]
    found = shifted_window(window, named[-1], -1) if window is not None and named else None
    if found is None or window is None or found.start is None or window.start is None:
        raise Ask(Clarification(_("Which time do you mean? Please name it.")))
    if found.end is not None and found.end > window.start:
        raise Ask(
            Clarification(
                _("The answer before is over more than a {step}. Which time do you mean?").format(
                    step=grain_words(Grain(named[-1]))
                )
            )
        )
    return replace(found, phrase=said, grain=window.grain)


def weekday_within(
    window: TimeWindow | None, days: TimeWindow, clock: ClockTime
) -> TimeWindow | None:
    """The days of the same weekdays as `days` in a window of one week, or in the week in which a
    shorter window lies; None for other windows, and for days that are not there or yet to come."""
    if window is None or None in (window.start, window.end, days.start, days.end):
        return None
    assert window.start is not None
    assert window.end is not None
    assert days.start is not None
    is_short = window.length is not None and window.length <= _WEEK
    if not is_short or not window.is_whole_days or days.length is None:
        return None
    begin = window.start
    if window.length != _WEEK:
        begin = at_midnight(period_start(begin.date(), "week", clock.week_start))
        if begin + _WEEK < window.end:
            return None
    ahead = dt.timedelta(days=(days.start.weekday() - begin.weekday()) % 7)
    start, end = begin + ahead, begin + ahead + days.length
    if end > begin + _WEEK or start > clock.now:
        return None
    return replace(days, start=start, end=end, phrase="" if start != days.start else days.phrase)


def _calendar(window: TimeWindow, unit: str, clock: ClockTime, *, is_after: bool) -> TimeWindow:
    assert window.start is not None
    assert window.end is not None
    if is_after:
        start = at_midnight(period_start(window.end.date(), unit, clock.week_start))
        start = start if start >= window.end else shift_moment(start, unit, 1)
        return TimeWindow(start, shift_moment(start, unit, 1), grain=_UNITS[unit])
    end = at_midnight(period_start(window.start.date(), unit, clock.week_start))
    return TimeWindow(shift_moment(end, unit, -1), end, grain=_UNITS[unit])


def moved(
    comparison: Comparison,
    was: TimeWindow | None,
    now: TimeWindow | None,
    clock: ClockTime,
) -> Comparison | None:
    """What a window is compared with, moved along with it: the period before stays the period
    before, the same days a year earlier stay so; a time that was named stays itself."""
    other = comparison.window
    if was is None or now is None or other is None or now.start is None or now.end is None:
        return None
    if not (was.start and other.start and other.end):
        return None
    before = previous_window(was, clock)
    if before is not None and (before.start, before.end) == (other.start, other.end):
        new = previous_window(now, clock)
        return replace(comparison, window=new, phrase="the period before") if new else None
    if other.length == was.length and now.length == was.length:
        gap = was.start - other.start
        shifted = replace(now, start=now.start - gap, end=now.end - gap, phrase=other.phrase)
        return replace(comparison, window=shifted)
    return None if overlap(now, other) else comparison


def beside(one: TimeWindow | None, other: TimeWindow) -> TimeWindow | None:
    """Two windows that follow on each other as one; None for others."""
    if one is None or None in (one.start, one.end, other.start, other.end):
        return None
    first, last = (one, other) if one.end == other.start else (other, one)
    if first.end != last.start or one.axis != other.axis:
        return None
    phrase = f"{first.phrase} and {last.phrase}"
    return TimeWindow(first.start, last.end, axis=one.axis, phrase=phrase)


def overlap(a: TimeWindow, b: TimeWindow) -> bool:
    """Whether two windows share a moment; a missing edge has no end."""
    a_first = a.start is None or b.end is None or a.start < b.end
    b_first = b.start is None or a.end is None or b.start < a.end
    return a_first and b_first
