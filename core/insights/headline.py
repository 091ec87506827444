"""One plain sentence with the answer in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from core.insights.reading import Figure, Split, View, value_name, view_of
from core.semantic.display import format_change, format_number, format_percent, format_value
from core.semantic.model import SemanticModel
from core.semantic.phrases import listed, lowered, plural, say, sentence
from core.semantic.query import Agg, Op, SemanticQuery, Transform
from core.semantic.wording import (
    column_of,
    column_plural,
    column_words,
    condition,
    conditions,
    measure_words,
    period,
    table_of,
    when,
)
from core.types import Result, ResultColumn

_NAMES_SHOWN = 6
#: A ratio of two of these says nothing: their zero is a convention.
_OFFSET_UNITS = ("Cel", "[degF]")
_WORTH_TIMES = 1.5
_MOST_TIMES = 100


def headline(
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery | None,
    model: SemanticModel,
) -> str:
    """The answer as a sentence, from the query and the result; never empty.

    query: None for SQL outside the shape of a SemanticQuery.
    """
    if query is None:
        return say("rows", n=_count(result.row_count), when="").replace(" .", ".")
    view = view_of(result, columns, query, model)
    text = sentence(_said(view))
    if result.truncated and query.kind != "records":
        text = say("cut", sentence=text, n=_count(view.rows))
    return text


def _count(n: int) -> str:
    return format_number(n, 0)


def _said(view: View) -> str:
    if view.query.kind == "records":
        return _records(view)
    if view.rows == 0:
        return say("nothing", when=when(view.query.time))
    if not view.query.measures:
        return _distinct(view)
    if not view.figures:
        return _moments(view)
    figure = view.figures[0]
    if not len(figure.there):
        return _missing(view, figure)
    if not view.splits:
        return _single(view)
    compared = _compared(view, figure)
    if compared:
        return compared
    if view.axis is not None:
        return _over_time(view, figure, view.axis)
    if len(view.splits) == 1 and view.splits[0].is_recurring and len(figure.there) > 2:
        return _recurring(view, figure)
    if len(view.splits) == 1 and view.splits[0].is_binned:
        return _bins(view, figure)
    return _top(view, figure)


def _records(view: View) -> str:
    table = table_of(view.query, view.model)
    entity = table.entity if table else "row"
    window = when(view.query.time)
    if view.rows == 0:
        return say("nothing", when=window)
    if view.result.truncated:
        return say("records_cut", n=_count(view.rows), entities=plural(entity), when=window)
    if view.rows == 1:
        return say("record", entity=entity, when=window)
    key = "records_limit" if view.query.limit == view.rows else "records"
    return say(key, n=_count(view.rows), entities=plural(entity), when=window)


def _distinct(view: View) -> str:
    window = _bounded(view)
    if len(view.splits) != 1:
        groups = listed([s.word for s in view.splits])
        return say("distinct_pairs", n=_count(view.rows), groups=groups, when=window)
    split = view.splits[0]
    names = [value_name(v, split) for v in view.cells(split)[: _NAMES_SHOWN + 1]]
    if view.rows == 1:
        return say("distinct_one", group=split.word, names=names[0], when=window)
    shown = names[:_NAMES_SHOWN]
    if view.rows > _NAMES_SHOWN:
        text = say("and_more", first=", ".join(shown), n=_count(view.rows - _NAMES_SHOWN))
    else:
        text = listed(shown)
    return say("distinct", n=_count(view.rows), groups=split.words, names=text, when=window)


def _bounded(view: View) -> str:
    """The window behind a sentence about what there is; nothing where there is no window."""
    return f" {when(view.query.time)}" if view.query.time else ""


def _moments(view: View) -> str:
    """A first or last moment, which is no number."""
    column = next((c for c in view.columns if c.role == "measure"), None)
    if column is None:
        return say("rows", n=_count(view.rows), when=when(view.query.time))
    measure = view.query.measures[0]
    what = measure_words(measure, view.query, view.model)
    window = when(view.query.time)
    cells = view.result.table.column(column.name).to_pylist()
    found = [(v, i) for i, v in enumerate(cells) if v is not None]
    if not found:
        return say("no_value", what=what, when=window, reason="")
    if not view.splits:
        table = table_of(view.query, view.model, measure.table)
        happened = conditions(measure.where, view.query, view.model)
        return say(
            "moment_first" if measure.agg is Agg.FIRST_TIME else "moment_last",
            what=_subjected(view, happened or (table.entity if table else "row")),
            value=format_value(found[0][0], column),
            period=period(view.query.time),
        )
    is_first = measure.agg is Agg.FIRST_TIME
    value, row = (min if is_first else max)(found, key=lambda pair: (pair[0], -pair[1]))
    return say(
        "top_moment",
        who=view.name(row),
        superlative=say("superlative_first" if is_first else "superlative_last"),
        what=what,
        when=window,
        value=format_value(value, column),
    )


def _zero_note(view: View, figure: Figure) -> str:
    metric = view.model.metrics.get(figure.measure.metric or "") if figure.measure else None
    return say("because", reason=metric.zero_note) if metric and metric.zero_note else ""


def _missing(view: View, figure: Figure) -> str:
    window = when(view.query.time)
    if view.rows > 1 and len(view.splits) == 1:
        return say(
            "all_missing",
            what=figure.words,
            when=window,
            n=_count(view.rows),
            groups=view.splits[0].words,
        )
    what = _with_subject(view, figure)
    return say("no_value", what=what, when=window, reason=_zero_note(view, figure))


def _subject(view: View) -> str:
    """What the filters leave: `plant Hamburg and asset class pump`; nothing when that is long."""
    said = [
        condition(one, view.query, view.model)
        for one in view.query.filters
        if one.op in (Op.EQ, Op.IN) and len(one.values) <= 3 and not one.column.startswith("@")
    ]
    return listed(said) if len(said) <= 3 else ""


def _subjected(view: View, words: str) -> str:
    subject = _subject(view)
    return say("what_for", what=words, subject=subject) if subject else words


def _with_subject(view: View, figure: Figure) -> str:
    """The figure with what it is of: `OEE for plant Hamburg`."""
    return _subjected(view, figure.words)


def _single(view: View) -> str:
    """One row without a name: the figures themselves."""
    figure = view.figures[0]
    first = _single_figure(view, figure)
    more = [
        say("figure", what=f.words, value=f.text(float(f.values[0]))) for f in view.figures[1:4]
    ]
    if not more:
        return first
    return say("more_figures", first=first.rstrip("."), rest=", ".join(more))


def _single_figure(view: View, figure: Figure) -> str:
    value = float(figure.values[0])
    window = when(view.query.time)
    if np.isnan(value):
        what = _with_subject(view, figure)
        return say("no_value", what=what, when=window, reason=_zero_note(view, figure))
    words = {"what": _with_subject(view, figure), "value": figure.text(value), "when": window}
    if figure.previous is None:
        if figure.counted:
            key = "one_count_single" if value == 1 else "one_count"
            if view.query.time is None and value != 1:
                key = "one_count_open"
            counted = figure.counted if value != 1 else _singular(view, figure)
            subject = _subject(view)
            return say(
                key,
                value=figure.text(value),
                what=counted,
                when=window,
                subject=say("subject", conditions=subject) if subject else "",
            )
        return say("one_total" if figure.column.additive else "one", **words)
    before = float(figure.previous[0])
    return _against(view, figure, words, value, before)


def _singular(view: View, figure: Figure) -> str:
    measure = figure.measure
    if measure is None or measure.where:
        return figure.counted
    if measure.agg is Agg.COUNT:
        table = table_of(view.query, view.model, measure.table)
        return table.entity if table else figure.counted
    column = column_of(measure.column or "", view.query, view.model, measure.table)
    return lowered(column.label) if column else figure.counted


def _against(view: View, figure: Figure, words: dict[str, str], value: float, before: float) -> str:
    """The figure against its previous one, or against the reference."""
    comparison = view.query.comparison
    is_window = comparison is None or comparison.kind == "window"
    before_when = period(comparison.window) if comparison and is_window else _reference(view)
    if np.isnan(before):
        return say("one_no_before", before_when=before_when, **words)
    change = value - before
    before_text = figure.text(before)
    same = before_text == words["value"]
    if not is_window:
        if same:
            return say("one_reference_level", reference=before_when, **words)
        side = say("above" if change > 0 else "below")
        return say(
            "one_reference",
            change=figure.change_text(change),
            side=side,
            before=before_text,
            reference=before_when,
            **words,
        )
    if same:
        return say("one_level", before_when=before_when, **words)
    return say(
        "one_compared",
        direction=say("up" if change > 0 else "down"),
        change=figure.change_text(change),
        before_when=before_when,
        before=before_text,
        **words,
    )


def _reference(view: View) -> str:
    """What a reference comparison is against: `all plants`."""
    comparison = view.query.comparison
    names = []
    for name in comparison.drop if comparison else ():
        column = column_of(name, view.query, view.model)
        names.append(column_plural(column) if column else plural(name))
    return say("all_of", groups=listed(names)) if names else say("everything")


def _compared(view: View, figure: Figure) -> str:
    """The row whose figure changed most, or that is furthest from the reference."""
    if figure.previous is None or view.axis is not None:
        return ""
    change = figure.values - figure.previous
    known = np.flatnonzero(~np.isnan(change))
    if not len(known):
        return ""
    comparison = view.query.comparison
    is_window = comparison is None or comparison.kind == "window"
    row = int(known[np.argmax(np.abs(change[known]))])
    window = when(view.query.time)
    before_when = period(comparison.window) if comparison and is_window else _reference(view)
    moved = float(change[row])
    if moved == 0:
        key = "changed_none" if is_window else "same_as_reference"
        return say(key, what=figure.words, before_when=before_when, when=window)
    if not is_window:
        return say(
            "differs_most",
            who=view.name(row),
            reference=before_when,
            what=figure.words,
            value=figure.text(float(figure.values[row])),
            when=window,
            change=figure.change_text(moved),
            side=say("above" if moved > 0 else "below"),
        )
    key = "changed_most" if len(known) > 1 else "changed_one"
    return say(
        key,
        who=view.name(row),
        what=figure.words,
        value=figure.text(float(figure.values[row])),
        when=window,
        direction=say("up" if moved > 0 else "down"),
        change=figure.change_text(moved),
        before_when=before_when,
        before=figure.text(float(figure.previous[row])),
    )


def _over_time(view: View, figure: Figure, axis: Split) -> str:
    window = when(view.query.time)
    others = view.categories
    if others:
        return _series_top(view, figure, axis, others)
    rows = figure.there
    values = figure.values[rows]
    if len(rows) == 1:
        at = view.name(int(rows[0]), [axis])
        return say("series_one", what=figure.words, value=figure.text(float(values[0])), at=at)
    high, low = int(rows[np.argmax(values)]), int(rows[np.argmin(values)])
    if figure.values[high] == figure.values[low]:
        value = figure.text(float(values[0]))
        return say("series_flat", what=figure.words, value=value, step=axis.word, when=window)
    if figure.column.additive and view.is_whole and figure.column.display != "percent":
        before = _total_before(view, figure)
        total = float(values.sum())
        if before is not None and before != total:
            comparison = view.query.comparison
            return say(
                "series_compared",
                what=figure.words,
                total=figure.text(total),
                when=window,
                direction=say("up" if total > before else "down"),
                change=figure.change_text(total - before),
                before_when=period(comparison.window if comparison else None),
                before=figure.text(before),
            )
        return say(
            "series_total",
            what=figure.words,
            total=figure.text(float(values.sum())),
            when=window,
            step=axis.word,
            peak_at=view.name(high, [axis]),
            peak=figure.text(float(figure.values[high])),
        )
    cells = view.cells(axis)
    last = max(rows, key=lambda r: (cells[r] is not None, cells[r] or dt.date.min))
    return say(
        "series_range",
        what=figure.words,
        low=figure.text(float(figure.values[low])),
        low_at=view.name(low, [axis]),
        high=figure.text(float(figure.values[high])),
        high_at=view.name(high, [axis]),
        when=window,
        last=figure.text(float(figure.values[last])),
        step=axis.word,
    )


def _total_before(view: View, figure: Figure) -> float | None:
    """The total of the period compared with; None where a step of it is missing."""
    comparison = view.query.comparison
    if figure.previous is None or comparison is None or comparison.kind != "window":
        return None
    return None if np.isnan(figure.previous).any() else float(figure.previous.sum())


def _series_top(view: View, figure: Figure, axis: Split, others: tuple[Split, ...]) -> str:
    """Who is at the top over time: by total where figures add up, else by the highest step."""
    window = when(view.query.time)
    if figure.column.additive and view.is_whole and figure.column.display != "percent":
        totals: dict[str, float] = {}
        for row in figure.there:
            name = view.name(int(row), others)
            totals[name] = totals.get(name, 0.0) + float(figure.values[row])
        who = max(totals, key=lambda name: totals[name])
        share = _share_text(totals[who], sum(totals.values()), len(totals))
        return say(
            "top_share" if share else "top",
            who=who,
            superlative=_superlative(figure, high=True),
            what=figure.counted or figure.words,
            when=window,
            value=figure.text(totals[who]),
            share=share,
        )
    row = int(figure.there[np.argmax(figure.values[figure.there])])
    return say(
        "series_top",
        who=view.name(row, others),
        superlative=_superlative(figure, high=True),
        what=_ranked(view, figure, high=True),
        step=axis.word,
        when=window,
        value=figure.text(float(figure.values[row])),
        at=view.name(row, [axis]),
    )


def _recurring(view: View, figure: Figure) -> str:
    rows = figure.there
    high = int(rows[np.argmax(figure.values[rows])])
    low = int(rows[np.argmin(figure.values[rows])])
    return say(
        "recurring_top",
        superlative=_superlative(figure, high=True),
        opposite=_superlative(figure, high=False),
        what=_ranked(view, figure, high=True),
        at=view.name(high),
        when=when(view.query.time),
        value=figure.text(float(figure.values[high])),
        low_at=view.name(low),
        low=figure.text(float(figure.values[low])),
    )


def _bins(view: View, figure: Figure) -> str:
    row = int(figure.there[np.argmax(figure.values[figure.there])])
    return say(
        "bins",
        what=figure.words,
        group=view.splits[0].word,
        bin=view.name(row),
        when=when(view.query.time),
        value=figure.text(float(figure.values[row])),
    )


def _superlative(figure: Figure, *, high: bool) -> str:
    is_count = bool(figure.counted) or (
        figure.measure is not None and figure.measure.agg is Agg.DURATION
    )
    if is_count:
        return say("superlative_most" if high else "superlative_few")
    return say("superlative_high" if high else "superlative_low")


def _ranked(view: View, figure: Figure, *, high: bool) -> str:
    """A figure behind "the highest": the highest of the highest readings is the highest reading."""
    measure = figure.measure
    extremes = {Agg.MAX: ("agg_max_of", True), Agg.MIN: ("agg_min_of", False)}
    if measure is None or measure.agg not in extremes or measure.transform is not Transform.NONE:
        return figure.counted or figure.words
    key, is_high = extremes[measure.agg]
    label = column_words(measure.column or "", view.query, view.model, measure.table)
    return label if is_high is high and not measure.where else say(key, what=label)


def _share_text(value: float, total: float, groups: int) -> str:
    """The part of a total as per cent; nothing where there is no sensible one."""
    if groups < 3 or total <= 0 or value < 0:
        return ""
    return format_percent(value / total, 0 if value / total >= 0.1 else 1)


def _sought(view: View, figure: Figure) -> tuple[Figure, bool]:
    """The figure that the query orders by, and whether its highest value comes first."""
    for one in view.query.order:
        if one.by == "measure" and one.index < len(view.query.measures):
            wanted = view.query.measures[one.index]
            found = next((f for f in view.figures if f.measure is wanted), figure)
            return (found, one.descending) if len(found.there) else (figure, one.descending)
    return figure, True


def _top(view: View, figure: Figure) -> str:
    figure, high = _sought(view, figure)
    rows, window = figure.there, when(view.query.time)
    values = figure.values[rows]
    # Stable, so that of two equal rows the first one stands first, as in the table.
    order = rows[np.argsort(-values if high else values, kind="stable")]
    first = int(order[0])
    best = float(figure.values[first])
    words = {
        "what": _ranked(view, figure, high=high),
        "when": window,
        "value": figure.text(best),
        "superlative": _superlative(figure, high=high),
    }
    if view.rows == 1:
        is_sought = view.query.limit == 1 and bool(view.query.order)
        if is_sought:
            return say("top", who=view.name(first), **words)
        return say("one_of", who=view.name(first), **(words | {"what": figure.words}))
    if len(order) == 1:
        return say("top", who=view.name(first), **words)
    tied = [int(r) for r in order if float(figure.values[r]) == best]
    if len(tied) == len(order) and len(order) == view.rows:
        if len(tied) == 2:
            return say("pair_level", who=view.name(tied[0]), next=view.name(tied[1]), **words)
        groups = view.splits[0].words if len(view.splits) == 1 else say("groups")
        return say("all_same", n=_count(len(tied)), groups=groups, **words)
    if len(tied) > 1:
        names = listed([view.name(r) for r in tied], most=4)
        return say("top_tie", who=names, **words)
    who, second = view.name(first), int(order[1])
    is_amount = figure.column.additive and high and view.is_whole
    if is_amount and best > 0 and not np.any(values[values != best]):
        return say("top_only", who=who, **words)
    can_share = figure.column.additive and view.is_whole and len(view.splits) == 1
    if can_share and not np.any(values < 0) and view.rows > 2:
        is_share = figure.column.display == "percent"
        share = "" if is_share or not high else _share_text(best, float(values.sum()), view.rows)
        if share:
            return say("top_share", who=who, share=share, **words)
    gap = _gap(figure, best, float(figure.values[second]), high=high)
    next_value = figure.text(float(figure.values[second]))
    if not gap or next_value == words["value"]:
        return say("top", who=who, **words)
    return say("top_next", who=who, gap=gap, next=view.name(second), next_value=next_value, **words)


def _gap(figure: Figure, best: float, second: float, *, high: bool) -> str:
    """How far the first is from the next: so many times, or a difference in its unit."""
    ratio = best / second if second else 0.0
    may_divide = figure.column.unit not in _OFFSET_UNITS and figure.column.display != "percent"
    if high and may_divide and best > 0 and second > 0 and _WORTH_TIMES <= ratio <= _MOST_TIMES:
        return say("gap_times", n=format_number(ratio, 1))
    change = abs(best - second)
    if change == 0:
        return ""
    text = format_change(change, figure.column, signed=False)
    return say("gap_above" if high else "gap_below", change=text)
