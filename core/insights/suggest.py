"""Three follow-up questions that make sense, as whole questions in the words of the model."""

from __future__ import annotations

import datetime as dt
import re

from core.semantic.display import shaped_window
from core.semantic.model import SemanticModel, Table
from core.semantic.phrases import has, lowered, say, sentence
from core.semantic.query import (
    Agg,
    Filter,
    Grain,
    Measure,
    Op,
    SemanticQuery,
    Transform,
)
from core.semantic.said import entities_of
from core.semantic.subject import subject_of
from core.semantic.wording import column_of, grain_words, measure_words, table_of
from core.translation import CODE, language, speaking

_COUNT = 3
#: Phrases that stand behind any question as they are.
_PLAIN = re.compile(
    r"(?:last|this|past|previous) (?:\d+ )?(?:hour|day|week|month|quarter|year)s?"
    r"|yesterday|today|(?:week|month|quarter|year) to date"
)
_MAX_VALUES = 3
#: A window at least this long is shown in steps of that grain.
_GRAINS = (
    (dt.timedelta(days=120), Grain.MONTH),
    (dt.timedelta(days=45), Grain.WEEK),
    (dt.timedelta(days=3), Grain.DAY),
    (dt.timedelta(hours=4), Grain.HOUR),
)


#: Languages that questions are read in; who speaks another one is offered English.
_READ = ("en", "vi")


def suggest(query: SemanticQuery | None, model: SemanticModel) -> tuple[str, ...]:
    """Up to three questions: further down the hierarchy, over time, against the period before,
    and where they do not fit, another split or the rows themselves. None without a query."""
    if query is None:
        return ()
    with speaking(language() if language() in _READ else CODE):
        return _suggested(query, model)


def _suggested(query: SemanticQuery, model: SemanticModel) -> tuple[str, ...]:
    table = table_of(query, model)
    is_binned = any(d.bin_width for d in query.dimensions)
    if table is None or is_binned or not _can_be_said(query, model):
        return ()
    wanted = [
        _down(query, model, table),
        _over_time(query, model, table),
        _compared(query, model, table),
        _another(query, model, table),
        _records(query, model, table),
    ]
    return tuple(dict.fromkeys(q for q in wanted if q))[:_COUNT]


def _can_be_said(query: SemanticQuery, model: SemanticModel) -> bool:
    """Whether the filters can be said in a question without losing one."""
    named = all(
        (one.op is Op.NOT_NULL and one.column in _split_columns(query))
        or (
            one.op in (Op.EQ, Op.IN)
            and not one.column.startswith("@")
            and 0 < len(one.values) <= _MAX_VALUES
            and all(isinstance(v, str) for v in one.values)
            and not _needs_name(one, query, model)
        )
        for one in query.filters
    )
    return named and query.anchor is None and query.readings == "good"


def _needs_name(one: Filter, query: SemanticQuery, model: SemanticModel) -> bool:
    """Whether a value is understood only beside its column's name, or not at all."""
    column = column_of(one.column, query, model)
    return column is None or column.values_need_name


def _where(query: SemanticQuery, model: SemanticModel) -> str:
    """What the question is of, with a blank at its front: ` of pumps in Hamburg`."""
    return subject_of(query, model).apart("")


def _time(query: SemanticQuery) -> str:
    """The window in words that a question may hold: its own, a calendar name, or its dates."""
    window = query.time
    if window is None or window.start is None or window.end is None:
        return ""
    phrase = " ".join(window.phrase.casefold().split())
    if _PLAIN.fullmatch(phrase):
        key = f"name_{phrase.replace(' ', '_')}"
        own = phrase if language() == CODE else say(key) if has(key) else ""
        if own:
            return say("ask_phrase", phrase=own)
    name, shape = shaped_window(window)
    if shape in ("day", "named"):
        return say("ask_phrase", phrase=say("on" if shape == "day" else "in", period=name))
    if window.is_whole_days:
        last = window.end - dt.timedelta(days=1)
        return say("ask_range", start=f"{window.start:%Y-%m-%d}", end=f"{last:%Y-%m-%d}")
    start, end = f"{window.start:%Y-%m-%d %H:%M}", f"{window.end:%Y-%m-%d %H:%M}"
    return say("ask_range", start=start, end=end)


def _figure(query: SemanticQuery, model: SemanticModel) -> str:
    """The first figure in words that a question may hold; nothing when it cannot be said so."""
    if not query.measures:
        return ""
    measure = query.measures[0]
    if measure.where or measure.per is not None or measure.over is not None:
        return ""
    if measure.agg in (Agg.DURATION, Agg.FIRST_TIME, Agg.LAST_TIME, Agg.LATEST):
        return ""
    bare = Measure(
        metric=measure.metric,
        agg=measure.agg,
        column=measure.column,
        percentile=measure.percentile,
        table=measure.table,
    )
    return measure_words(bare, query, model)


def _is_plain(query: SemanticQuery) -> bool:
    return all(m.transform is Transform.NONE for m in query.measures)


def _split_columns(query: SemanticQuery) -> list[str]:
    return [d.column for d in query.dimensions if d.column is not None]


def _counted(query: SemanticQuery) -> set[str]:
    """Columns whose values are counted: a split by them would count ones."""
    return {m.column for m in query.measures if m.agg is Agg.COUNT_DISTINCT and m.column}


def _fixed(query: SemanticQuery) -> set[str]:
    """Columns that filters leave one value of."""
    return {f.column for f in query.filters if f.op is Op.EQ or len(f.values) == 1}


def _next_level(query: SemanticQuery, model: SemanticModel, table: Table) -> str | None:
    """The column one step further down than what the question is split or filtered by."""
    used = {*_split_columns(query), *(f.column for f in query.filters), *_counted(query)}
    for hierarchy in model.hierarchies:
        levels = [name for name in hierarchy.levels if name in table.columns]
        at = [i for i, name in enumerate(levels) if name in used]
        if at and max(at) + 1 < len(levels):
            return levels[max(at) + 1]
    if used:
        return None
    first = model.hierarchies[0].levels if model.hierarchies else ()
    return next((name for name in first if name in table.columns), None)


def _label(name: str, table: Table) -> str:
    return lowered(table.columns[name].label)


def _down(query: SemanticQuery, model: SemanticModel, table: Table) -> str:
    what, level = _figure(query, model), _next_level(query, model, table)
    if not what or level is None:
        return ""
    text = say(
        "ask_by",
        what=what,
        group=_label(level, table),
        where=_where(query, model),
        when=_time(query),
    )
    return sentence(text)


def _step(query: SemanticQuery) -> Grain:
    length = query.time.length if query.time else None
    if length is None:
        return Grain.MONTH
    return next((grain for least, grain in _GRAINS if length >= least), Grain.HOUR)


def _over_time(query: SemanticQuery, model: SemanticModel, table: Table) -> str:
    what = _figure(query, model)
    if not what or table.time is None or any(d.grain for d in query.dimensions):
        return ""
    if query.measures[0].agg is Agg.COUNT_DISTINCT:
        return ""
    splits = [c for c in _split_columns(query) if c in table.columns]
    words = {
        "grain": grain_words(_step(query)),
        "what": what,
        "where": _where(query, model),
        "when": _time(query),
    }
    if len(splits) == 1:
        return sentence(say("ask_over_time_by", group=_label(splits[0], table), **words))
    return sentence(say("ask_over_time", **words))


def _compared(query: SemanticQuery, model: SemanticModel, table: Table) -> str:
    what = _figure(query, model)
    is_bounded = query.time is not None and query.time.length is not None
    if not what or not is_bounded or query.comparison is not None or not _is_plain(query):
        return ""
    splits = [c for c in _split_columns(query) if c in table.columns]
    by = say("ask_split", group=_label(splits[0], table)) if splits else ""
    return sentence(
        say("ask_compare", what=what, by=by, where=_where(query, model), when=_time(query))
    )


def _another(query: SemanticQuery, model: SemanticModel, table: Table) -> str:
    """The same figure by something else: the thing itself, the shift, or another hierarchy."""
    what = _figure(query, model)
    if not what:
        return ""
    used = {*_split_columns(query), *_fixed(query), *_counted(query)}
    shift = table.time.shift if table.time else None
    tops = [h.levels[0] for h in model.hierarchies if h.levels]
    for name in (model.entity, shift, *tops):
        if name and name in table.columns and name not in used:
            return sentence(
                say(
                    "ask_by",
                    what=what,
                    group=_label(name, table),
                    where=_where(query, model),
                    when=_time(query),
                )
            )
    return ""


def _records(query: SemanticQuery, model: SemanticModel, table: Table) -> str:
    """For a list of rows: how many of them by the thing they are about. For figures over events:
    the events themselves."""
    entities = entities_of(table)
    if query.kind == "records":
        name = model.entity if model.entity in table.columns else None
        if name is None:
            return ""
        return say(
            "ask_count_by",
            entities=entities,
            group=_label(name, table),
            where=_where(query, model),
            when=_time(query),
        )
    is_events = table.time is not None and table.time.interval_min is None
    if not is_events:
        return ""
    return say("ask_records", entities=entities, where=_where(query, model), when=_time(query))
