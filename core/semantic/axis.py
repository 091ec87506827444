"""Whether a time window is laid on the clock or on production days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.semantic.model import TimeAxis
from core.semantic.query import Dimension, Filter, Grain, Measure, TimeWindow


def uses_shift(
    time: TimeAxis,
    measures: Iterable[Measure],
    dimensions: Iterable[Dimension],
    filters: Iterable[Filter],
) -> bool:
    """Whether a query speaks of shifts: then a night shift belongs to one production day."""
    measures = tuple(measures)
    wheres = [f for m in measures for f in m.where]
    return (
        any(f.column == time.shift for f in (*filters, *wheres))
        or any(d.column == time.shift or d.grain is Grain.SHIFT for d in dimensions)
        or any(m.per is Grain.SHIFT for m in measures)
    )


def laid(window: TimeWindow | None, time: TimeAxis | None, *, of_shifts: bool) -> TimeWindow | None:
    """A window of whole days on production days when shifts are asked for, else on the clock."""
    if window is None or time is None or time.production_date is None or time.shift is None:
        return window
    return replace(window, axis="production" if of_shifts and window.is_whole_days else "clock")
