"""How much of the time that was asked about the data cover, and whether what is compared is of one
length."""

from __future__ import annotations

import datetime as dt

from core.semantic.display import format_date, format_number, format_window
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, Measure, SemanticQuery, TimeWindow, Transform
from core.semantic.wording import when
from core.translation import gettext as _
from core.translation import ngettext
from core.types import User

_DAY = dt.timedelta(days=1)
#: A month is this much longer than another one at most (February and January).
_ALIKE = 1.15

Moments = tuple[dt.datetime, dt.datetime]


def half_loaded(query: SemanticQuery, facts: DataFacts, user: User) -> tuple[str, ...]:
    """What of the windows lies before the first or after the last day of the data, in a sentence
    each. Windows that lie outside as a whole have an answer of their own."""
    loaded = _loaded(facts, user)
    if loaded is None:
        return ()
    (first, last), found = loaded, []
    for window in _windows(query):
        start, end = window.start or first, window.end or last
        if end <= first or start > last:
            continue
        if start.date() < first.date():
            text = _("The data begin on {date}: before that, nothing of {window} is counted.")
            found.append(text.format(date=format_date(first.date()), window=format_window(window)))
        if end.date() - _DAY > last.date():
            text = _("The data end on {date}: after that, nothing of {window} is counted.")
            found.append(text.format(date=format_date(last.date()), window=format_window(window)))
    return tuple(found)


def comparable(
    query: SemanticQuery, model: SemanticModel, facts: DataFacts, user: User
) -> tuple[SemanticQuery, tuple[str, ...]]:
    """The query without a comparison of counts with a time of which there are no data, and what is
    to be told: none were counted there, which is not nought. Other figures have no value there."""
    loaded, windows = _loaded(facts, user), _windows(query)
    if loaded is None or len(windows) != 2 or not any(_counts(m, model) for m in query.measures):
        return query, ()
    start, end = windows[1].start, windows[1].end
    is_outside = (end and end <= loaded[0]) or (start and start > loaded[1])
    by_change = any(h.on != "value" for h in query.having)
    if not is_outside or by_change or any(o.by == "change" for o in query.order):
        return query, ()
    text = _("There are no data {window} to compare with: they go from {first} to {last}.").format(
        window=when(windows[1]),
        first=format_date(loaded[0].date()),
        last=format_date(loaded[1].date()),
    )
    return query.with_(comparison=None), (text,)


def uneven(
    query: SemanticQuery, model: SemanticModel, facts: DataFacts, user: User
) -> tuple[str, ...]:
    """That sums over times of different length are compared, and how many days of each the data
    hold; hours where one is shorter than a day."""
    windows, loaded = _windows(query), _loaded(facts, user)
    if len(windows) != 2 or loaded is None or not any(_adds(m, model) for m in query.measures):
        return ()
    days = [_days(window, loaded) for window in windows]
    if min(days) <= 0 or max(days) <= _ALIKE * min(days):
        return ()
    one, other = (_in_days(n) if min(days) >= 1 else _in_hours(n * 24) for n in days)
    text = _(
        "{first} has {days} of data and {second} {others}: their sums are of times of different "
        "length."
    )
    first, second = (format_window(window) for window in windows)
    return (text.format(first=first, days=one, second=second, others=other),)


def _windows(query: SemanticQuery) -> list[TimeWindow]:
    """What is asked about, and what it is set against."""
    compared = query.comparison.window if query.comparison is not None else None
    return [window for window in (query.time, compared) if window is not None]


def _loaded(facts: DataFacts, user: User) -> Moments | None:
    """First and last moment of all data that a user may see: days without an event are no days
    without data."""
    extents = [table.within(user.plants) for table in facts.tables.values()]
    firsts = [e.first for e in extents if e.first is not None]
    lasts = [e.last for e in extents if e.last is not None]
    return (min(firsts), max(lasts)) if firsts and lasts else None


def _days(window: TimeWindow, loaded: Moments) -> float:
    """How many days of a window the data cover."""
    first = dt.datetime.combine(loaded[0].date(), dt.time())
    last = dt.datetime.combine(loaded[1].date(), dt.time()) + _DAY
    start = max(window.start or first, first)
    return (min(window.end or last, last) - start) / _DAY


def _in_days(n: float) -> str:
    text = format_number(n, 1 if n % 1 else 0)
    return ngettext("{n} day", "{n} days", 1 if n == 1 else 2).format(n=text)


def _in_hours(n: float) -> str:
    text = format_number(n, 1 if n % 1 else 0)
    return ngettext("{n} hour", "{n} hours", 1 if n == 1 else 2).format(n=text)


def _adds(measure: Measure, model: SemanticModel) -> bool:
    """Whether a figure grows with the time that it is of."""
    is_rate = measure.per is not None or measure.over is not None
    if is_rate or measure.transform is not Transform.NONE:
        return False
    if measure.metric is not None:
        return model.metrics[measure.metric].additive
    return measure.agg in (Agg.SUM, Agg.COUNT, Agg.DURATION)


def _counts(measure: Measure, model: SemanticModel) -> bool:
    """Whether a figure is 0 where there is no row."""
    if measure.over is not None:
        return False
    metric = model.metrics.get(measure.metric or "")
    if metric is not None:
        return (metric.expression or "").lstrip().upper().startswith("COUNT(")
    return measure.agg in (Agg.COUNT, Agg.COUNT_DISTINCT)
