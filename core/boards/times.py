"""Time that moves with the clock: what a window meant when it was kept, and what it means now.

A window came from words. Words are read again by the reader that read them first, and only where
that gives the very same window at the moment of keeping; whether they move is found by reading
them on two other days, so that no list of phrases has to be kept here. Everything else is a range
of dates, and says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final, Literal

from core.boards.card import CardTime, ComparedTime
from core.errors import UserFixable
from core.language.lexicon import Lexicon
from core.language.normalise import clean, tokenise
from core.language.time_phrases import ClockTime, TimeParser, shift_moment
from core.language.times import previous_window, shifted_window, to_window
from core.language.when.calendar_math import at_midnight
from core.semantic.axis import laid, uses_shift
from core.semantic.display import format_window
from core.semantic.model import SemanticModel, TimeAxis
from core.semantic.query import Comparison, Filter, Grain, Op, SemanticQuery, TimeWindow
from core.semantic.shifts import Shift, begun_shifts, ended_shifts
from core.translation import gettext as _

#: Days on which words are tried: in the middle of everything, so that a step is a plain one.
_TRIALS: Final = (dt.date(2025, 3, 12), dt.date(2025, 6, 12), dt.date(2025, 10, 15))
#: By how much the clock is put on to see whether words move: their own unit, days by a week, so
#: that "on Monday" does.
_STEP: Final = {
    Grain.MONTH: ("month", 1),
    Grain.QUARTER: ("quarter", 1),
    Grain.YEAR: ("year", 1),
}
_DAY: Final = dt.timedelta(days=1)
#: Of so many shifts at most a window is taken for the last ones.
_MOST_SHIFTS: Final = 42
_BACKS: Final = (("year", 1), ("quarter", 1), ("month", 1), ("week", 1))


@dataclass(frozen=True, slots=True)
class CardClock:
    """What "now" is for a card, and whose words are read."""

    lexicon: Lexicon
    time: ClockTime

    def read(self, phrase: str, time: ClockTime | None = None) -> TimeWindow | None:
        """The window that words mean, all of them, against this clock or another; None where they
        are no time of one meaning."""
        if not phrase.strip():
            return None
        try:
            tokens = tokenise(clean(phrase))
        except UserFixable:
            return None
        found = TimeParser(self.lexicon, time or self.time).parse(tokens, 0)
        if found is None or found.length != len(tokens) or found.problem or found.readings:
            return None
        plain = not found.weekdays and found.minutes is None and not found.is_all
        return to_window(found, phrase) if plain and found.has_window else None


def kept_time(query: SemanticQuery, model: SemanticModel, clock: CardClock) -> CardTime:
    """How the query's time is to be found anew; `fixed` where it is not certain."""
    time = _own_time(query, model, clock)
    return replace(time, compared=_compared(query, clock))


def asked_time(
    phrase: str, query: SemanticQuery, model: SemanticModel, clock: CardClock
) -> tuple[SemanticQuery, CardTime]:
    """The query with the time that somebody wrote for a card, and how that is found anew. What it
    is compared with becomes the period before. Raises UserFixable for words that are no time."""
    window = clock.read(phrase)
    if window is None:
        raise UserFixable(
            _(
                "“{phrase}” is not read as a time. Write it as in a question, such as "
                "“last week”, “yesterday” or “last 7 days”."
            ).format(phrase=phrase.strip())
        )
    kind = _motion(phrase, clock)
    is_compared = query.comparison is not None and query.comparison.window is not None
    compared = ComparedTime("before") if is_compared else None
    time = CardTime(kind, phrase.strip() if kind == "phrase" else "", compared=compared)
    query = _within(query, window, model)
    return placed(query, time, model, clock), time


def placed(
    query: SemanticQuery, time: CardTime, model: SemanticModel, clock: CardClock
) -> SemanticQuery:
    """The query with its time as it is by this clock."""
    if time.kind in ("shift", "shifts"):
        query = _on_shifts(query, time, model, clock)
    elif time.kind == "phrase":
        window = clock.read(time.phrase)
        query = _within(query, window, model) if window is not None else query
    elif time.kind == "since" and query.time is not None:
        query = query.with_(time=replace(query.time, end=clock.time.now))
    if time.compared is None or query.comparison is None:
        return query
    other = _against(query, query.comparison, time.compared, clock)
    if other is None:
        return query
    axis = query.time.axis if query.time is not None else other.axis
    return query.with_(comparison=replace(query.comparison, window=replace(other, axis=axis)))


def said_time(time: CardTime, query: SemanticQuery | None) -> str:
    """The card's time in words: "last week, moves with the clock" or its dates."""
    if query is None or time.kind == "all":
        return _("all times") if query is not None else _("as its text says")
    if time.kind in ("shift", "shifts"):
        return _said_shifts(time)
    if time.kind == "fixed":
        return _("fixed: {window}").format(window=format_window(query.time))
    if time.kind == "since" and query.time is not None and query.time.start is not None:
        return _("since {day}").format(
            day=format_window(replace(query.time, end=query.time.start + _DAY))
        )
    return time.phrase


# -- what a window meant ------------------------------------------------------------------------


def _own_time(query: SemanticQuery, model: SemanticModel, clock: CardClock) -> CardTime:
    window = query.time
    if window is None:
        return CardTime("all")
    read = clock.read(window.phrase)
    if read is not None and (read.start, read.end) == (window.start, window.end):
        kind = _motion(window.phrase, clock)
        # The words of a fixed time are kept in its query.
        return CardTime(kind, window.phrase if kind == "phrase" else "")
    return _shift_time(query, model, clock) or CardTime("fixed")


def _motion(phrase: str, clock: CardClock) -> Literal["phrase", "since", "fixed"]:
    """`phrase` for words that move as a whole, `since` where only their end goes with the clock,
    `fixed` for dates and names of months: by reading them on days a step of theirs apart. A month's
    name leaps by a year on some of these days and stands still on the others."""
    found = {_motion_on(day, phrase, clock) for day in _TRIALS}
    if found == {"phrase"}:
        return "phrase"
    return "since" if "since" in found and "phrase" not in found else "fixed"


def _motion_on(day: dt.date, phrase: str, clock: CardClock) -> Literal["phrase", "since", "fixed"]:
    first = _clock_on(day, clock)
    at = clock.read(phrase, first)
    if at is None:
        return "fixed"
    unit, count = _STEP.get(at.grain, ("week", 1)) if at.grain is not None else ("week", 1)
    later = _clock_on(shift_moment(at_midnight(day), unit, count).date(), clock)
    then = clock.read(phrase, later)
    if then is None:
        return "fixed"
    if at.start is not None and then.start == shift_moment(at.start, unit, count):
        return "phrase"
    is_since = at.start is not None and at.start == then.start
    return "since" if is_since and _is_open(at, first) and _is_open(then, later) else "fixed"


def _is_open(window: TimeWindow, time: ClockTime) -> bool:
    """Whether a window goes on until the present."""
    return window.end in (None, time.now, at_midnight(time.today + _DAY))


def _clock_on(day: dt.date, clock: CardClock) -> ClockTime:
    return ClockTime(day, dt.datetime.combine(day, dt.time(10, 0)), clock.time.week_start)


def _said_shifts(time: CardTime) -> str:
    if time.count > 1 and time.shift:
        return _("the last {n} {shift} shifts that ended").format(n=time.count, shift=time.shift)
    if time.count > 1:
        return _("the last {n} shifts that ended").format(n=time.count)
    if time.runs and time.shift:
        return _("the {shift} shift that runs, or ran last").format(shift=time.shift)
    if time.runs:
        return _("the shift that runs")
    if time.shift:
        return _("the last {shift} shift that ended").format(shift=time.shift)
    return _("the last ended shift")


def _shift_time(query: SemanticQuery, model: SemanticModel, clock: CardClock) -> CardTime | None:
    """Shifts as they were told from the clock, where the query is of just those."""
    axis, one, window = _axis(query, model), _shift_filter(query, model), query.time
    if axis is None or window is None or window.start is None or not axis.shift_hours:
        return None
    if window.axis == "clock":
        tried = [CardTime("shifts", runs=True), CardTime("shifts")]
        tried += [CardTime("shifts", count=n) for n in range(2, _MOST_SHIFTS + 1)]
        return next((t for t in tried if _window(t, axis, clock) == _bare(window)), None)
    if one is None:
        return None
    name = str(one.values[0]) if one.phrase else ""
    days = round((window.length or _DAY) / _DAY)
    tried = [CardTime("shift", shift=name, count=days)]
    tried += [CardTime("shift", shift=name, runs=True)] if days == 1 else []
    for time in tried:
        shifts = _shifts(time, axis, clock)
        if shifts and shifts[0].name == one.values[0] and _window(time, axis, clock) == window:
            return time
    return None


def _bare(window: TimeWindow) -> TimeWindow:
    return TimeWindow(window.start, window.end)


def _compared(query: SemanticQuery, clock: CardClock) -> ComparedTime | None:
    comparison = query.comparison
    if comparison is None or comparison.window is None or query.time is None:
        return None
    wanted = (comparison.window.start, comparison.window.end)
    phrase = comparison.window.phrase
    read = clock.read(phrase)
    if read is not None and (read.start, read.end) == wanted:
        moves = _motion(phrase, clock) == "phrase"
        return ComparedTime("phrase", phrase) if moves else ComparedTime("fixed")
    before = previous_window(query.time, clock.time)
    if before is not None and (before.start, before.end) == wanted:
        return ComparedTime("before")
    for unit, back in _BACKS:
        other = shifted_window(query.time, unit, -back)
        if other is not None and (other.start, other.end) == wanted:
            return ComparedTime("shifted", unit=unit, back=back)
    return ComparedTime("fixed")


# -- what it means by another clock -------------------------------------------------------------


def _within(query: SemanticQuery, window: TimeWindow, model: SemanticModel) -> SemanticQuery:
    axis = _axis(query, model)
    of_shifts = axis is not None and uses_shift(
        axis, query.measures, query.dimensions, query.filters
    )
    return query.with_(time=laid(window, axis, of_shifts=of_shifts))


def _on_shifts(
    query: SemanticQuery, time: CardTime, model: SemanticModel, clock: CardClock
) -> SemanticQuery:
    axis = _axis(query, model)
    if axis is None or axis.shift is None:
        return query
    shifts, window = _shifts(time, axis, clock), _window(time, axis, clock)
    if not shifts or window is None:
        return query
    if time.kind == "shifts":
        return query.with_(time=window)
    others = tuple(f for f in query.filters if f.column != axis.shift)
    phrase = shifts[0].name if time.shift else ""
    kept = (*others, Filter(axis.shift, Op.EQ, (shifts[0].name,), phrase=phrase))
    return query.with_(filters=kept, time=window)


def _shifts(time: CardTime, axis: TimeAxis, clock: CardClock) -> tuple[Shift, ...]:
    """The shifts of a card by a clock, the newest first."""
    today, now = clock.time.today, clock.time.now
    names = (time.shift,) if time.shift else None
    if time.runs:
        return begun_shifts(axis.shift_hours, today, now, names)[:1]
    return ended_shifts(axis.shift_hours, today, now, names, most=time.count)


def _window(time: CardTime, axis: TimeAxis, clock: CardClock) -> TimeWindow | None:
    """The time of a card's shifts: their hours, or their production days."""
    shifts = _shifts(time, axis, clock)
    if not shifts:
        return None
    if time.kind == "shifts":
        return TimeWindow(shifts[-1].start, shifts[0].end)
    begin, end = (dt.datetime.combine(s.day, dt.time()) for s in (shifts[-1], shifts[0]))
    return TimeWindow(begin, end + _DAY, "production", grain=Grain.DAY)


def _against(
    query: SemanticQuery, comparison: Comparison, how: ComparedTime, clock: CardClock
) -> TimeWindow | None:
    if how.kind == "phrase":
        return clock.read(how.phrase)
    if query.time is None or how.kind == "fixed":
        return comparison.window
    if how.kind == "before":
        return previous_window(query.time, clock.time)
    return shifted_window(query.time, how.unit, -how.back)


def _axis(query: SemanticQuery, model: SemanticModel) -> TimeAxis | None:
    table = model.tables.get(query.table)
    return table.time if table is not None else None


def _shift_filter(query: SemanticQuery, model: SemanticModel) -> Filter | None:
    axis = _axis(query, model)
    if axis is None or axis.shift is None:
        return None
    found = [f for f in query.filters if f.column == axis.shift and f.op is Op.EQ]
    return found[0] if len(found) == 1 else None
