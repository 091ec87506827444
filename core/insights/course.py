"""Sentences about figures along time, a recurring step or bins."""

from __future__ import annotations

import datetime as dt

import numpy as np

from core.insights.parts import (
    counted_words,
    is_backward,
    ranked,
    share_text,
    subjected,
    superlative,
    with_subject,
)
from core.insights.reading import Figure, Split, View
from core.semantic.exact import Number, minus
from core.semantic.exact import total as exact_total
from core.semantic.phrases import say
from core.semantic.query import Grain, Transform
from core.semantic.wording import (
    period,
    when,
)

_AT = {
    Grain.DAY: "at_day",
    Grain.SHIFT: "at_day",
    Grain.HOUR: "at_hour",
    Grain.INTERVAL: "at_hour",
    Grain.WEEK: "at_week",
}


def over_time(view: View, figure: Figure, axis: Split) -> str:
    """One figure, or one for each of several series, along the time axis."""
    window = when(view.query.time)
    others = view.categories
    if others:
        return _series_top(view, figure, axis, others)
    rows = figure.there
    ranks = figure.ranks[rows]
    what = with_subject(view, figure)
    if figure.counted:
        what = counted_words(view, figure.counted)
    words = {"what": what, "when": window, "was": figure.was}
    if len(rows) == 1:
        at = _at(view.name(int(rows[0]), [axis]), axis)
        return say("one_at", value=figure.at(int(rows[0])), at=at, **words)
    high, low = int(rows[np.argmax(ranks)]), int(rows[np.argmin(ranks)])
    cells = view.cells(axis)
    last = max(rows, key=lambda r: (cells[r] is not None, cells[r] or dt.date.min))
    last_text = figure.at(int(last))
    if figure.measure is not None and figure.measure.transform is Transform.RUNNING:
        return say(
            "series_running",
            last=last_text,
            last_at=view.name(int(last), [axis]),
            period=period(view.query.time),
            **words,
        )
    if figure.ranks[high] == figure.ranks[low]:
        return say("series_flat", value=figure.at(high), step=axis.word, **words)
    if figure.adds and view.is_whole:
        before = _total_before(view, figure)
        total = figure.total(rows)
        if before is not None and before != total:
            comparison = view.query.comparison
            key = "series_beside" if is_backward(view) else "series_compared"
            return say(
                key,
                total=figure.text(total),
                direction=say("up" if total > before else "down"),
                side=say("above" if total > before else "below"),
                change=figure.moved_text(minus(total, before), before),
                before_when=period(comparison.window if comparison else None),
                before=figure.text(before),
                **words,
            )
        return say(
            "series_total",
            total=figure.text(total),
            step=axis.word,
            peak_at=view.name(high, [axis]),
            peak=figure.at(high),
            **words,
        )
    return say(
        "series_range",
        low=figure.at(low),
        low_at=view.name(low, [axis]),
        high=figure.at(high),
        high_at=view.name(high, [axis]),
        last=last_text,
        step=axis.word,
        **words,
    )


def _at(name: str, axis: Split) -> str:
    """A step of time behind a verb: `on 1 Jan 2026`, `in June 2026`."""
    key = _AT.get(axis.grain, "at_other") if axis.grain is not None else "at_day"
    return say(key, at=name)


def _total_before(view: View, figure: Figure) -> Number | None:
    """The total of the period compared with; None where a step of it is missing."""
    comparison = view.query.comparison
    if figure.previous is None or comparison is None or comparison.kind != "window":
        return None
    return None if np.isnan(figure.previous).any() else figure.total_before()


def _series_top(view: View, figure: Figure, axis: Split, others: tuple[Split, ...]) -> str:
    """Who is at the top over time: by total where figures add up, else by the highest step."""
    window = when(view.query.time)
    if figure.adds and view.is_whole:
        rows: dict[str, list[int]] = {}
        for row in figure.there:
            rows.setdefault(view.name(int(row), others), []).append(int(row))
        totals = {name: figure.total(own) for name, own in rows.items()}
        who = max(totals, key=lambda name: totals[name])
        share = share_text(totals[who], exact_total(totals.values()), len(totals))
        return say(
            "top_share" if share else "top",
            who=who,
            superlative=superlative(figure, high=True),
            what=ranked(view, figure, high=True),
            when=window,
            value=figure.text(totals[who]),
            share=share,
        )
    # the lowest of each group is asked for
    first = view.query.order[0] if view.query.per_group and view.query.order else None
    high = first is None or first.by != "measure" or first.descending
    best = np.argmax if high else np.argmin
    row = int(figure.there[best(figure.ranks[figure.there])])
    return say(
        "series_top",
        who=view.name(row, others),
        superlative=superlative(figure, high=high),
        what=ranked(view, figure, high=high),
        step=axis.word,
        when=window,
        value=figure.at(row),
        at=view.name(row, [axis]),
    )


def recurring(view: View, figure: Figure) -> str:
    """The highest and lowest step of a day, week or year."""
    rows = figure.there
    high = int(rows[np.argmax(figure.ranks[rows])])
    low = int(rows[np.argmin(figure.ranks[rows])])
    return say(
        "recurring_top",
        superlative=superlative(figure, high=True),
        opposite=superlative(figure, high=False),
        what=ranked(view, figure, high=True),
        at=view.name(high),
        when=when(view.query.time),
        value=figure.at(high),
        low_at=view.name(low),
        low=figure.at(low),
    )


def bins(view: View, figure: Figure) -> str:
    """The bin that most rows are in."""
    row = int(figure.there[np.argmax(figure.ranks[figure.there])])
    return say(
        "bins",
        what=subjected(view, figure.words),
        group=view.splits[0].word,
        bin=view.name(row),
        when=when(view.query.time),
        value=figure.at(row),
    )
