"""Steps of a course that are counted in part: the window or the data begin or end in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.insights.reading import View
from core.insights.steps import after, moment_of
from core.semantic.display import format_date, format_moment
from core.semantic.phrases import say
from core.semantic.query import Grain

#: Steps that begin and end on the clock whatever is asked for.
_WHOLE: Final = (None, Grain.INTERVAL, Grain.SHIFT)
#: The first and the last moment of something, None where it is not known.
Loaded = tuple[dt.datetime | None, dt.datetime | None]
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cut:
    """A step that is counted in part. name: what it is called. start, end: what of it is counted,
    None where that edge is the step's own."""

    name: str
    start: dt.datetime | None
    end: dt.datetime | None


def cut_steps(view: View, loaded: Loaded = (None, None)) -> Mapping[dt.datetime, Cut]:
    """The steps on the time axis that are counted in part, by their start, oldest first. loaded:
    the oldest and the newest row of the data, as the plant's clock showed them; they count for
    readings alone, which come at a steady pace."""
    axis = view.axis
    if axis is None or axis.grain in _WHOLE or axis.grain is None:
        return {}
    first, last = _counted(view, loaded)
    found = {}
    rows = {moment_of(cell): row for row, cell in enumerate(view.cells(axis)) if cell is not None}
    for step, row in sorted(rows.items()):
        end = after(step, axis.grain, 60)
        cut = Cut(
            view.name(row, [axis]),
            first if first is not None and step < first < end else None,
            last if last is not None and step < last < end else None,
        )
        if cut.start is not None or cut.end is not None:
            found[step] = cut
    return found


def _counted(view: View, loaded: Loaded) -> Loaded:
    """From when to when there is anything to count."""
    window = view.query.time
    starts = [window.start] if window is not None and window.start is not None else []
    ends = [window.end] if window is not None and window.end is not None else []
    table = view.model.tables.get(view.query.table)
    every = table.time.interval_min if table is not None and table.time is not None else None
    oldest, newest = loaded
    if every is not None and (window is None or window.axis == "clock"):
        starts += [oldest.replace(tzinfo=None)] if oldest is not None else []
        ends += [newest.replace(tzinfo=None) + dt.timedelta(minutes=every)] if newest else []
    return max(starts, default=None), min(ends, default=None)


def cut_words(cut: Cut) -> str:
    """A step and what of it is counted: `week of 29 Jun 2026 only to 30 Jun 2026`."""
    start = None if cut.start is None else _edge(cut.start)
    end = None if cut.end is None else _edge(cut.end, is_end=True)
    if start is None:
        return say("cut_to", at=cut.name, end=end)
    if end is None:
        return say("cut_from", at=cut.name, start=start)
    return say("cut_both", at=cut.name, start=start, end=end)


def _edge(moment: dt.datetime, *, is_end: bool = False) -> str:
    """An edge of what is counted: a day that is counted whole is its date alone."""
    if moment.time() != dt.time():
        return format_moment(moment)
    return format_date(moment.date() - _DAY if is_end else moment.date())
