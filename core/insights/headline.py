"""One plain sentence with the answer in it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from core.insights.course import bins, over_time, recurring
from core.insights.listing import distinct, nothing, records
from core.insights.parts import (
    count,
    counted_words,
    is_backward,
    reference,
    subjected,
    with_subject,
    zero_note,
)
from core.insights.ranking import Shared, compared, is_ranked, kept, placed, top
from core.insights.reading import Figure, View, view_of
from core.semantic.display import (
    format_value,
)
from core.semantic.exact import Number, minus
from core.semantic.model import SemanticModel
from core.semantic.phrases import lowered, say, sentence
from core.semantic.query import Agg, SemanticQuery
from core.semantic.said import entities_of
from core.semantic.subject import kind_of
from core.semantic.wording import (
    column_of,
    conditions,
    measure_words,
    metric_of,
    period,
    table_of,
    when,
)
from core.translation import CODE, language
from core.types import Result, ResultColumn


def headline(
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery | None,
    model: SemanticModel,
    level: Sequence[str] = (),
    shared: Shared | None = None,
) -> str:
    """The answer as a sentence, from the query and the result; never empty.

    query: None for SQL outside the shape of a SemanticQuery. level: names of groups that share the
    first place with all that are shown. shared: the groups at the one place that was asked for,
    where it is several.
    """
    if query is None:
        return say("rows", n=count(result.row_count), when="").replace(" .", ".")
    view = view_of(result, columns, query, model)
    text = sentence(_said(view, level, shared))
    if result.truncated and query.kind != "records":
        text = say("cut", sentence=text, n=count(view.rows))
    return text


def _said(view: View, level: Sequence[str], shared: Shared | None) -> str:
    if view.query.kind == "records":
        return records(view)
    if view.rows == 0:
        return nothing(view)
    if not view.query.measures:
        return distinct(view)
    if not view.figures:
        return _moments(view)
    figure = view.lead
    if not len(figure.there):
        return _missing(view, figure)
    if not view.splits:
        return _single(view)
    if view.query.skip and is_ranked(view):
        return placed(view, figure, shared)
    said = kept(view) or compared(view, figure)
    if said:
        return said
    if is_ranked(view):
        return top(view, figure, level)
    if view.axis is not None:
        return over_time(view, figure, view.axis)
    if len(view.splits) == 1 and view.splits[0].is_recurring and len(figure.there) > 2:
        return recurring(view, figure)
    if len(view.splits) == 1 and view.splits[0].is_binned:
        return bins(view, figure)
    return top(view, figure)


def _moments(view: View) -> str:
    """A first or last moment, which is no number."""
    column = next((c for c in view.columns if c.role == "measure"), None)
    if column is None or (view.query.skip and view.splits):
        return say("rows", n=count(view.rows), when=when(view.query.time))
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
            what=subjected(view, happened or (table.entity if table else say("row"))),
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


def _missing(view: View, figure: Figure) -> str:
    window = when(view.query.time)
    if view.rows > 1 and len(view.splits) == 1:
        return say(
            "all_missing",
            what=subjected(view, figure.words),
            when=window,
            n=count(view.rows),
            groups=view.splits[0].words,
        )
    what = with_subject(view, figure)
    return say("no_value", what=what, when=window, reason=zero_note(view, figure))


def _single(view: View) -> str:
    """One row without a name: the figures themselves."""
    lead = view.lead
    first = _single_figure(view, lead)
    others = [f for f in view.figures if f is not lead][:3]
    more = [say("figure", what=f.words, value=f.at(0)) for f in others]
    if not more:
        return first
    return say("more_figures", first=first.rstrip("."), rest=", ".join(more))


def _single_figure(view: View, figure: Figure) -> str:
    value = figure.number(0)
    window = when(view.query.time)
    what = with_subject(view, figure)
    if math.isnan(value):
        return say("no_value", what=what, when=window, reason=zero_note(view, figure))
    words = {"what": what, "value": figure.text(value), "when": window, "was": figure.was}
    if figure.previous is not None:
        return _against(view, figure, words, value, figure.number_before(0))
    if figure.counted:
        return _counted(view, figure, value, window)
    is_latest = figure.measure is not None and figure.measure.agg is Agg.LATEST
    if is_latest and view.query.time is None:
        # Of all data it is the newest reading, and of no window.
        return say("one_latest", **words | {"what": say("the", what=what)})
    return say("one_total" if figure.adds else "one", **words)


def _counted(view: View, figure: Figure, value: Number, window: str) -> str:
    """A count: `There were 14 open work orders of PMP-03` and when."""
    kind = kind_of(view.query, view.model) if _counts_things(view, figure) else None
    skip = kind[:1] if kind else ()
    words = _singular(view, figure) if value == 1 else figure.counted
    if kind is not None:
        words = kind[1] if value == 1 else kind[2]
    what = counted_words(view, words, skip=skip)
    key = {0: "one_count_none", 1: "one_count_single"}.get(int(value), "one_count")
    if view.query.time is None:
        key += "_dated" if _is_dated(view) else "_open"
    return say(key, value=figure.text(value), what=what, when=window)


def _counts_things(view: View, figure: Figure) -> bool:
    measure = figure.measure
    is_plain = measure is not None and not measure.where and not view.splits
    is_plain = is_plain and measure is not None and measure.over is None
    return is_plain and measure is not None and measure.column == view.model.entity


def _is_dated(view: View) -> bool:
    """Whether a filter on a date says which time the rows are of."""
    return any(isinstance(v, dt.date) for f in view.query.filters for v in f.values)


def _singular(view: View, figure: Figure) -> str:
    measure = figure.measure
    if measure is None or measure.where:
        return figure.counted
    if measure.agg is Agg.COUNT_DISTINCT:
        column = column_of(measure.column or "", view.query, view.model, measure.table)
        return lowered(column.label) if column else figure.counted
    metric = metric_of(measure.metric, view.model)
    table = table_of(view.query, view.model, metric.table if metric else measure.table)
    if table is None:
        return figure.counted
    if figure.counted == entities_of(table):
        return table.entity
    return figure.counted.removesuffix("s") if language() == CODE else figure.counted


def _against(
    view: View, figure: Figure, words: dict[str, str], value: Number, before: Number
) -> str:
    """The figure against its previous one, or against the reference."""
    comparison = view.query.comparison
    is_window = comparison is None or comparison.kind == "window"
    before_when = period(comparison.window) if comparison and is_window else reference(view)
    if math.isnan(before):
        return say("one_no_before", before_when=before_when, **words)
    change = minus(value, before)
    before_text = figure.text(before)
    same = before_text == words["value"]
    if not is_window:
        if same:
            return say("one_reference_level", reference=before_when, **words)
        side = say("above" if change > 0 else "below")
        return say(
            "one_reference",
            change=figure.moved_text(change, before),
            side=side,
            before=before_text,
            reference=before_when,
            **words,
        )
    if same:
        return say("one_level", before_when=before_when, **words)
    if is_backward(view):
        return say(
            "one_beside",
            side=say("above" if change > 0 else "below"),
            change=figure.moved_text(change, before),
            before_when=before_when,
            before=before_text,
            **words,
        )
    return say(
        "one_compared",
        direction=say("up" if change > 0 else "down"),
        change=figure.moved_text(change, before),
        before_when=before_when,
        before=before_text,
        **words,
    )
