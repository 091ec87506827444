"""One plain sentence with the answer in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.insights.reading import Figure, Split, View, value_name, view_of
from core.semantic.display import (
    format_change,
    format_number,
    format_percent,
    format_value,
    is_later,
)
from core.semantic.model import SemanticModel
from core.semantic.phrases import is_many, listed, lowered, plural, say, sentence
from core.semantic.query import Agg, Grain, Op, SemanticQuery, Transform
from core.semantic.subject import grouped_words, kept_figure, kind_of, subject_of
from core.semantic.wording import (
    column_of,
    column_plural,
    column_words,
    conditions,
    measure_words,
    period,
    table_of,
    when,
)
from core.types import Result, ResultColumn

_NAMES_SHOWN = 6
_FIELDS_SHOWN = 6
_MEMBERS_SHOWN = 4
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
        return _nothing(view)
    if not view.query.measures:
        return _distinct(view)
    if not view.figures:
        return _moments(view)
    figure = view.lead
    if not len(figure.there):
        return _missing(view, figure)
    if not view.splits:
        return _single(view)
    kept = _kept(view)
    if kept:
        return kept
    compared = _compared(view, figure)
    if compared:
        return compared
    if _is_ranked(view):
        return _top(view, figure)
    if view.axis is not None:
        return _over_time(view, figure, view.axis)
    if len(view.splits) == 1 and view.splits[0].is_recurring and len(figure.there) > 2:
        return _recurring(view, figure)
    if len(view.splits) == 1 and view.splits[0].is_binned:
        return _bins(view, figure)
    return _top(view, figure)


def _entities(view: View, *, many: bool = True) -> str:
    """What the rows are, with the filters: `open work orders of PMP-03`."""
    table = table_of(view.query, view.model)
    entity = table.entity if table else "row"
    subject = subject_of(view.query, view.model, states_apart=True)
    words = subject.behind(plural(entity) if many else entity)
    return f"{subject.adjectives} {words}".strip()


def _nothing(view: View) -> str:
    if view.query.filters:
        return say("nothing_of", entities=_entities(view), when=when(view.query.time))
    return say("nothing", when=when(view.query.time))


def _records(view: View) -> str:
    window = when(view.query.time)
    if view.rows == 0:
        return _nothing(view)
    if view.rows == 1 and not view.result.truncated:
        return _record(view, window)
    entities = _entities(view)
    if view.result.truncated:
        return say("records_cut", n=_count(view.rows), entities=entities, when=window)
    key = "records_limit" if view.query.limit == view.rows else "records"
    return say(key, n=_count(view.rows), entities=entities, when=window)


def _record(view: View, window: str) -> str:
    """The one row itself: which it is, when, and its main fields."""
    entity, query = _entities(view, many=False), view.query
    window = f" {window}" if query.time else ""
    fields = _fields(view)
    if not fields:
        return say("record_bare", entity=entity, when=window)
    words = {"entity": entity, "when": window, "fields": fields}
    first = query.order[0] if query.order else None
    if query.limit != 1 or first is None or first.by != "column" or first.column is None:
        return say("record", **words)
    table = table_of(query, view.model)
    time = table.time if table else None
    if time is not None and first.column in (time.timestamp, time.date, time.end):
        return say("record_last" if first.descending else "record_first", **words)
    what = column_words(first.column, query, view.model)
    superlative = say("superlative_high" if first.descending else "superlative_low")
    return say("record_most", what=what, superlative=superlative, **words)


def _fields(view: View) -> str:
    """The main fields of the first row: its name, its time, what it was ordered by, then others;
    those that a filter tells already are left out."""
    query = view.query
    row = view.result.table.slice(0, 1).to_pylist()[0]
    table = table_of(query, view.model)
    told = {f.column for f in query.filters if f.op in (Op.EQ, Op.IN) and len(f.values) == 1}
    wanted = [o.column for o in query.order if o.column]
    if table is not None and table.time is not None:
        wanted.insert(0, table.time.timestamp)
    columns = {c.name: c for c in view.columns if row.get(c.name) is not None}
    ids = [name for name in columns if columns[name].type == "string" and name not in told][:1]
    rest = [name for name in columns if name not in told]
    names = [n for n in dict.fromkeys([*ids, *wanted, *rest]) if n in columns][:_FIELDS_SHOWN]
    # In the order of the table behind the first.
    names = names[:1] + sorted(names[1:], key=list(columns).index)
    said = []
    for name in names:
        column, label = columns[name], lowered(columns[name].label)
        value = format_value(row[name], column)
        is_own = column.type == "string" and value[:1].isupper() and not value[:2].isdigit()
        is_first = name == names[0]
        said.append(value if is_own or is_first else say("named", word=label, value=value))
    return ", ".join(said)


def _distinct(view: View) -> str:
    window = _about(view, _bounded(view))
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


def _about(view: View, window: str) -> str:
    """The window with what the filters leave before it."""
    return subject_of(view.query, view.model).phrase + window


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
            what=_subjected(view, figure.words),
            when=window,
            n=_count(view.rows),
            groups=view.splits[0].words,
        )
    what = _with_subject(view, figure)
    return say("no_value", what=what, when=window, reason=_zero_note(view, figure))


def _subjected(view: View, words: str) -> str:
    """Words with all filters behind them, but for names that the rows show."""
    shown = [s.column.model_column or s.column.name for s in view.splits]
    return subject_of(view.query, view.model, skip=shown).behind(words)


def _with_subject(view: View, figure: Figure) -> str:
    """The figure with what it is of: `OEE in Hamburg`."""
    words = figure.words
    if _is_of_one(view, figure):
        entity = column_words(view.model.entity or "", view.query, view.model)
        words = say("figure_of_one", what=words, entity=entity)
    return _subjected(view, words)


def _is_of_one(view: View, figure: Figure) -> bool:
    """Whether an extreme is that of a single thing of several in the rows, not of all together."""
    measure, entity = figure.measure, view.model.entity
    table = table_of(view.query, view.model)
    if measure is None or entity is None or table is None or entity not in table.columns:
        return False
    if measure.agg not in (Agg.MAX, Agg.MIN) or measure.transform is not Transform.NONE:
        return False
    if table.time is None or table.time.interval_min is None:
        return False
    is_one = any(
        f.column == entity and f.op in (Op.EQ, Op.IN) and len(f.values) == 1
        for f in view.query.filters
    )
    return not is_one and not any(d.column == entity for d in view.query.dimensions)


def _single(view: View) -> str:
    """One row without a name: the figures themselves."""
    lead = view.lead
    first = _single_figure(view, lead)
    others = [f for f in view.figures if f is not lead][:3]
    more = [say("figure", what=f.words, value=f.text(float(f.values[0]))) for f in others]
    if not more:
        return first
    return say("more_figures", first=first.rstrip("."), rest=", ".join(more))


def _single_figure(view: View, figure: Figure) -> str:
    value = float(figure.values[0])
    window = when(view.query.time)
    what = _with_subject(view, figure)
    if np.isnan(value):
        return say("no_value", what=what, when=window, reason=_zero_note(view, figure))
    words = {"what": what, "value": figure.text(value), "when": window, "was": figure.was}
    if figure.previous is not None:
        return _against(view, figure, words, value, float(figure.previous[0]))
    if figure.counted:
        return _counted(view, figure, value, window)
    is_latest = figure.measure is not None and figure.measure.agg is Agg.LATEST
    if is_latest and view.query.time is None:
        # Of all data it is the newest reading, and of no window.
        return say("one_latest", **words | {"what": say("the", what=what)})
    return say("one_total" if figure.adds else "one", **words)


def _counted(view: View, figure: Figure, value: float, window: str) -> str:
    """A count: `There were 14 open work orders of PMP-03` and when."""
    kind = kind_of(view.query, view.model) if _counts_things(view, figure) else None
    skip = kind[:1] if kind else ()
    subject = subject_of(view.query, view.model, skip=skip, states_apart=True)
    words = _singular(view, figure) if value == 1 else figure.counted
    if kind is not None:
        words = kind[1] if value == 1 else kind[2]
    what = subject.behind(words)
    key = {0: "one_count_none", 1: "one_count_single"}.get(int(value), "one_count")
    if view.query.time is None:
        key += "_dated" if _is_dated(view) else "_open"
    return say(
        key, value=figure.text(value), what=f"{subject.adjectives} {what}".strip(), when=window
    )


def _counts_things(view: View, figure: Figure) -> bool:
    measure = figure.measure
    is_plain = measure is not None and not measure.where and not view.splits
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
    metric = view.model.metrics.get(measure.metric or "")
    table = table_of(view.query, view.model, metric.table if metric else measure.table)
    if table is None:
        return figure.counted
    if figure.counted == plural(table.entity):
        return table.entity
    return figure.counted.removesuffix("s")


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
    if _is_backward(view):
        return say(
            "one_beside",
            side=say("above" if change > 0 else "below"),
            change=figure.change_text(change),
            before_when=before_when,
            before=before_text,
            **words,
        )
    return say(
        "one_compared",
        direction=say("up" if change > 0 else "down"),
        change=figure.change_text(change),
        before_when=before_when,
        before=before_text,
        **words,
    )


def _is_backward(view: View) -> bool:
    """Whether what it is compared with comes later, so that nothing rose or fell."""
    comparison = view.query.comparison
    return comparison is not None and is_later(comparison.window, view.query.time)


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
    what = _subjected(view, figure.words)
    is_backward = _is_backward(view)
    if moved == 0:
        key = ("beside_none" if is_backward else "changed_none") if is_window else ""
        key = key or "same_as_reference"
        return say(key, what=what, before_when=before_when, when=window, was=figure.was)
    words = {
        "who": view.name(row),
        "what": what,
        "was": figure.was,
        "value": figure.text(float(figure.values[row])),
        "when": window,
        "change": figure.change_text(moved),
        "side": say("above" if moved > 0 else "below"),
        "direction": say("up" if moved > 0 else "down"),
        "before_when": before_when,
        "before": figure.text(float(figure.previous[row])),
    }
    if not is_window:
        return say("differs_most", reference=before_when, **words)
    end = "most" if len(known) > 1 else "one"
    return say(f"beside_{end}" if is_backward else f"changed_{end}", **words)


def _kept(view: View) -> str:
    """Groups that a threshold has left: how many, the threshold, and the furthest ones."""
    query = view.query
    if not query.having or not view.splits or query.limit is not None or view.result.truncated:
        return ""
    having = query.having[0]
    if having.measure >= len(query.measures):
        return ""
    figure = next((f for f in view.figures if f.measure is query.measures[having.measure]), None)
    if figure is None or not len(figure.there) or len(query.having) > 1:
        return ""
    by_change = having.on == "change"
    values = figure.change if by_change and figure.change is not None else figure.values
    sign = 1 if having.op in (Op.LT, Op.LE) else -1
    order = figure.there[np.argsort(sign * values[figure.there], kind="stable")]
    texts = [
        format_change(float(values[r]), figure.column) if by_change else figure.text(values[r])
        for r in order
    ]
    group, groups, skip = grouped_words(query, view.model)
    subject = subject_of(query, view.model, skip=skip)
    figure_kept = kept_figure(having, query, view.model)
    words = {
        "n": _count(len(order)),
        "groups": groups,
        "group": group,
        "what": subject.apart(figure_kept),
        "when": when(query.time),
        "value": texts[0],
        "who": view.name(int(order[0])),
    }
    if by_change and query.comparison is not None and query.comparison.kind == "window":
        words["when"] = say("against", when=words["when"], other=period(query.comparison.window))
    if len(order) == 1:
        return say("kept_one", **words)
    is_level = len(set(texts)) == 1
    members = [
        view.name(int(r)) if is_level else say("kept_member", who=view.name(int(r)), value=text)
        for r, text in zip(order, texts, strict=True)
    ]
    words["who"] = listed(members, most=_MEMBERS_SHOWN)
    return say("kept_each" if is_level else "kept", **words)


def _is_ranked(view: View) -> bool:
    """Whether the rows are ordered by a figure and cut: the first of them is the answer."""
    first = view.query.order[0] if view.query.order else None
    is_cut = view.query.limit is not None and (view.axis is None or not view.categories)
    return first is not None and first.by == "measure" and is_cut


def _over_time(view: View, figure: Figure, axis: Split) -> str:
    window = when(view.query.time)
    others = view.categories
    if others:
        return _series_top(view, figure, axis, others)
    rows = figure.there
    values = figure.values[rows]
    what = _with_subject(view, figure)
    if figure.counted:
        what = _subjected(view, figure.counted)
    words = {"what": what, "when": window, "was": figure.was}
    if len(rows) == 1:
        at = _at(view.name(int(rows[0]), [axis]), axis)
        return say("one_at", value=figure.text(float(values[0])), at=at, **words)
    high, low = int(rows[np.argmax(values)]), int(rows[np.argmin(values)])
    cells = view.cells(axis)
    last = max(rows, key=lambda r: (cells[r] is not None, cells[r] or dt.date.min))
    last_text = figure.text(float(figure.values[last]))
    if figure.measure is not None and figure.measure.transform is Transform.RUNNING:
        return say(
            "series_running",
            last=last_text,
            last_at=view.name(int(last), [axis]),
            period=period(view.query.time),
            **words,
        )
    if figure.values[high] == figure.values[low]:
        return say("series_flat", value=figure.text(float(values[0])), step=axis.word, **words)
    if figure.adds and view.is_whole:
        before = _total_before(view, figure)
        total = float(values.sum())
        if before is not None and before != total:
            comparison = view.query.comparison
            key = "series_beside" if _is_backward(view) else "series_compared"
            return say(
                key,
                total=figure.text(total),
                direction=say("up" if total > before else "down"),
                side=say("above" if total > before else "below"),
                change=figure.change_text(total - before),
                before_when=period(comparison.window if comparison else None),
                before=figure.text(before),
                **words,
            )
        return say(
            "series_total",
            total=figure.text(total),
            step=axis.word,
            peak_at=view.name(high, [axis]),
            peak=figure.text(float(figure.values[high])),
            **words,
        )
    return say(
        "series_range",
        low=figure.text(float(figure.values[low])),
        low_at=view.name(low, [axis]),
        high=figure.text(float(figure.values[high])),
        high_at=view.name(high, [axis]),
        last=last_text,
        step=axis.word,
        **words,
    )


_AT = {
    Grain.DAY: "at_day",
    Grain.SHIFT: "at_day",
    Grain.HOUR: "at_hour",
    Grain.INTERVAL: "at_hour",
    Grain.WEEK: "at_week",
}


def _at(name: str, axis: Split) -> str:
    """A step of time behind a verb: `on 1 Jan 2026`, `in June 2026`."""
    key = _AT.get(axis.grain, "at_other") if axis.grain is not None else "at_day"
    return say(key, at=name)


def _total_before(view: View, figure: Figure) -> float | None:
    """The total of the period compared with; None where a step of it is missing."""
    comparison = view.query.comparison
    if figure.previous is None or comparison is None or comparison.kind != "window":
        return None
    return None if np.isnan(figure.previous).any() else float(figure.previous.sum())


def _series_top(view: View, figure: Figure, axis: Split, others: tuple[Split, ...]) -> str:
    """Who is at the top over time: by total where figures add up, else by the highest step."""
    window = when(view.query.time)
    if figure.adds and view.is_whole:
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
            what=_subjected(view, figure.counted or figure.words),
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
        what=_subjected(view, figure.words),
        group=view.splits[0].word,
        bin=view.name(row),
        when=when(view.query.time),
        value=figure.text(float(figure.values[row])),
    )


def _superlative(figure: Figure, *, high: bool) -> str:
    is_amount = figure.adds and is_many(figure.words) and figure.column.unit is None
    is_count = (
        bool(figure.counted)
        or is_amount
        or (figure.measure is not None and figure.measure.agg is Agg.DURATION)
    )
    if is_count:
        return say("superlative_most" if high else "superlative_few")
    return say("superlative_high" if high else "superlative_low")


def _ranked(view: View, figure: Figure, *, high: bool) -> str:
    """A figure behind "the highest": the highest of the highest readings is the highest reading."""
    return _subjected(view, _ranked_words(view, figure, high=high))


def _ranked_words(view: View, figure: Figure, *, high: bool) -> str:
    measure = figure.measure
    extremes = {Agg.MAX: ("agg_max_of", True), Agg.MIN: ("agg_min_of", False)}
    if measure is None or measure.agg not in extremes or measure.transform is not Transform.NONE:
        return figure.counted or figure.words
    key, is_high = extremes[measure.agg]
    column = column_of(measure.column or "", view.query, view.model, measure.table)
    label = lowered(column.label) if column else figure.words
    if column is not None and column.additive:
        table = table_of(view.query, view.model, measure.table)
        label = say("in_one", what=label, entity=table.entity if table else "row")
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
            # An amount and its share have the same order; the share is what was asked for.
            found = figure if figure is not view.figures[0] else found
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
        own = {"what": _subjected(view, figure.words), "was": figure.was}
        return say("one_of", who=view.name(first), **(words | own))
    if len(order) == 1:
        return say("top", who=view.name(first), **words)
    tied = [int(r) for r in order if float(figure.values[r]) == best]
    if len(tied) == len(order) and len(order) == view.rows:
        alike = say("agg_count", what=figure.counted) if figure.counted else figure.words
        words["what"] = _subjected(view, alike)
        if len(tied) == 2:
            return say("pair_level", who=view.name(tied[0]), next=view.name(tied[1]), **words)
        groups = view.splits[0].words if len(view.splits) == 1 else say("groups")
        return say("all_same", n=_count(len(tied)), groups=groups, **words)
    if len(tied) > 1:
        names = listed([view.name(r) for r in tied], most=4)
        return say("top_tie", who=names, **words)
    who, second = view.name(first), int(order[1])
    is_amount = figure.adds and high and view.is_whole
    if is_amount and best > 0 and not np.any(values[values != best]):
        return say("top_only", who=who, **words)
    can_share = figure.adds and view.is_whole and len(view.splits) == 1
    if can_share and not np.any(values < 0) and view.rows > 2:
        share = _share_text(best, float(values.sum()), view.rows) if high else ""
        if share:
            return say("top_share", who=who, share=share, **words)
    figure = _told_apart(figure, best, float(figure.values[second]))
    words["value"] = figure.text(best)
    gap = _gap(figure, best, float(figure.values[second]), high=high)
    next_value = figure.text(float(figure.values[second]))
    if not gap or next_value == words["value"]:
        return say("top", who=who, **words)
    return say("top_next", who=who, gap=gap, next=view.name(second), next_value=next_value, **words)


def _told_apart(figure: Figure, one: float, other: float) -> Figure:
    """The figure with up to two decimals more where two different values would read the same."""
    column = figure.column
    for more in (0, 1, 2):
        finer = replace(figure, column=replace(column, decimals=column.decimals + more))
        if figure.column.type == "integer" or finer.text(one) != finer.text(other):
            return finer
    return figure


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
