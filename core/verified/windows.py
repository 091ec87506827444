"""What a date in a pair's SQL has to do with a time that its question names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from core.language.time_phrases import ClockTime
from core.language.times import previous_window, shifted_window
from core.semantic.query import TimeWindow

Edge = Literal["start", "end"]

#: How other periods follow from the one that is named. The first is the period itself.
SAME: Final = "same"
_DERIVED: Final[dict[str, Callable[[TimeWindow, ClockTime], TimeWindow | None]]] = {
    SAME: lambda w, _: w,
    "previous": previous_window,
    "week before": lambda w, _: shifted_window(w, "week", -1),
    "month before": lambda w, _: shifted_window(w, "month", -1),
    "quarter before": lambda w, _: shifted_window(w, "quarter", -1),
    "year before": lambda w, _: shifted_window(w, "year", -1),
}
#: Furthest that a run-up of days before a window may reach ("a moving mean over 28 days").
_LONGEST_RUN_UP: Final = 92


@dataclass(frozen=True, slots=True)
class Source:
    """An edge of a window that follows from a slot: how, which edge, and days before it."""

    slot: int
    how: str
    edge: Edge
    run_up: int = 0


def derived(how: str, window: TimeWindow, clock: ClockTime) -> TimeWindow | None:
    """The window that follows from another one; None where there is none."""
    return _DERIVED[how](window, clock)


def moment_of(
    source: Source, windows: Sequence[TimeWindow | None], clock: ClockTime
) -> dt.datetime | None:
    """The edge under these windows of the slots."""
    window = windows[source.slot]
    other = derived(source.how, window, clock) if window is not None else None
    if other is None:
        return None
    edge = other.start if source.edge == "start" else other.end
    return edge and edge - dt.timedelta(days=source.run_up)


def sources_of(
    moment: dt.datetime,
    edge: Literal["start", "end", "any"],
    windows: Sequence[TimeWindow | None],
    clock: ClockTime,
    numbers: frozenset[float],
) -> tuple[Source, ...]:
    """All that the moment can be: an edge of a window itself where there is one, else of a period
    that follows from it, else so many days before it as the SQL also says in figures."""
    direct: list[Source] = []
    other: list[Source] = []
    for source in _edges(edge, windows):
        if moment_of(source, windows, clock) == moment:
            (direct if source.how == SAME else other).append(source)
    found = direct or other
    if not found and edge != "end":
        found = list(_run_ups(moment, windows, numbers))
    return tuple(found)


def _edges(
    edge: Literal["start", "end", "any"], windows: Sequence[TimeWindow | None]
) -> Iterator[Source]:
    edges: tuple[Edge, ...] = ("start", "end") if edge == "any" else (edge,)
    for slot, window in enumerate(windows):
        if window is None:
            continue
        for how in _DERIVED:
            for side in edges:
                yield Source(slot, how, side)


def _run_ups(
    moment: dt.datetime, windows: Sequence[TimeWindow | None], numbers: frozenset[float]
) -> Iterator[Source]:
    for slot, window in enumerate(windows):
        if window is None or window.start is None:
            continue
        before = window.start - moment
        if before != dt.timedelta(days=before.days) or not 0 < before.days <= _LONGEST_RUN_UP:
            continue
        if numbers & {float(before.days), float(before.days + 1)}:
            yield Source(slot, SAME, "start", before.days)


def arrangement(edges: Sequence[dt.datetime | None]) -> tuple[int, ...]:
    """How the moments lie to each other: before, at or after, for each two of them."""
    found = []
    for index, one in enumerate(edges):
        for other in edges[index + 1 :]:
            if one is None or other is None:
                found.append(2 if one is other else 3)
            else:
                found.append((one > other) - (one < other))
    return tuple(found)


def lengths(window: TimeWindow | None) -> frozenset[float]:
    """The figures that tell how long a window is: days, weeks, hours, months; more than one of
    each, since a SQL that divides by them holds for that length alone."""
    if window is None or window.start is None or window.end is None:
        return frozenset()
    span = window.end - window.start
    days = span / dt.timedelta(days=1)
    months = (window.end.year - window.start.year) * 12 + window.end.month - window.start.month
    figures = {days, days * 24, days * 1440, days / 7}
    if window.start.day == 1 == window.end.day:
        figures.add(float(months))
    return frozenset(f for f in figures if f > 1)
