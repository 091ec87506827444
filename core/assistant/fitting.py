"""A narrower window for a query that would read more than its user may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from core.semantic.facts import DataFacts, Extent
from core.semantic.query import SemanticQuery, TimeWindow
from core.types import Estimate, User

#: Guesses by proportion, then by halving where parts are too coarse for that.
_GUESSES, _HALVINGS = 4, 3


def fitting_window(
    query: SemanticQuery, extent: Extent, rows: Callable[[SemanticQuery], int], budget: int
) -> TimeWindow | None:
    """The latest part of the query's window, in whole days, whose rows fit the budget; None when
    not even one day does, or there is no time to go by.

    rows: what a query would read, by the engine's own plan: each window offered was weighed.
    """
    window = query.time or TimeWindow(None, None)
    start, end = window.start or extent.first, window.end or _after(extent.last)
    if start is None or end is None or end <= start:
        return None
    days = max(1, (end - start).days)
    would = rows(query)
    for attempt in range(_GUESSES + _HALVINGS):
        if would <= budget:
            break
        if days == 1:
            return None
        guess = int(days * budget / would) if attempt < _GUESSES else days // 2
        days = max(1, min(days - 1, guess))
        window = TimeWindow(end - dt.timedelta(days=days), end, axis=window.axis)
        would = rows(query.with_(time=window, anchor=None, comparison=None))
    return window if would <= budget and window.start is not None else None


def fitting_days(estimate: Estimate, facts: DataFacts, user: User, budget: int) -> int:
    """About how many days of all tables read would fit the budget, by their rows a day; 0 when
    that is less than one or cannot be told."""
    a_day = 0.0
    for scan in estimate.scans:
        known = facts.tables.get(scan.table)
        extent = known.within(user.plants) if known is not None else None
        if extent is None or extent.first is None or extent.last is None:
            return 0
        a_day += extent.rows / max(1.0, (extent.last - extent.first).total_seconds() / 86_400)
    return int(budget / a_day) if a_day else 0


def _after(last: dt.datetime | None) -> dt.datetime | None:
    """The midnight after a moment."""
    if last is None:
        return None
    return dt.datetime.combine(last.date() + dt.timedelta(days=1), dt.time())
