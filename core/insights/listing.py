"""Sentences about rows and different values."""

from __future__ import annotations

from core.insights.parts import count
from core.insights.reading import View, value_name
from core.semantic.display import (
    format_value,
)
from core.semantic.phrases import listed, lowered, say
from core.semantic.query import Op
from core.semantic.said import entities_of
from core.semantic.subject import subject_of
from core.semantic.wording import (
    column_words,
    table_of,
    when,
)

_NAMES_SHOWN = 6
_FIELDS_SHOWN = 6


def _entities(view: View, *, many: bool = True) -> str:
    """What the rows are, with the filters: `open work orders of PMP-03`."""
    table = table_of(view.query, view.model)
    entity = table.entity if table else say("row")
    subject = subject_of(view.query, view.model, states_apart=True)
    return subject.around(entities_of(table) if many else entity)


def nothing(view: View) -> str:
    """No row matches; of what, where filters say it."""
    if view.query.filters:
        return say("nothing_of", entities=_entities(view), when=when(view.query.time))
    return say("nothing", when=when(view.query.time))


def records(view: View) -> str:
    """How many rows match, or the one itself."""
    window = when(view.query.time)
    if view.rows == 0:
        return nothing(view)
    if view.rows == 1 and not view.result.truncated:
        return _record(view, window)
    entities = _entities(view)
    if view.result.truncated:
        return say("records_cut", n=count(view.rows), entities=entities, when=window)
    key = "records_limit" if view.query.limit == view.rows else "records"
    return say(key, n=count(view.rows), entities=entities, when=window)


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
    if query.skip:
        is_time = time is not None and first.column in (time.timestamp, time.date, time.end)
        low, high = ("first", "last") if is_time else ("low", "high")
        extreme = say(f"superlative_{high if first.descending else low}")
        what = column_words(first.column, query, view.model)
        n = count(query.skip + 1)
        return say("record_place", n=n, superlative=extreme, what=what, **words)
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


def distinct(view: View) -> str:
    """The different values of one column, or how many combinations of several."""
    window = _about(view, _bounded(view))
    if len(view.splits) != 1:
        groups = listed([s.word for s in view.splits])
        return say("distinct_pairs", n=count(view.rows), groups=groups, when=window)
    split = view.splits[0]
    names = [value_name(v, split) for v in view.cells(split)[: _NAMES_SHOWN + 1]]
    if view.rows == 1:
        return say("distinct_one", group=split.word, names=names[0], when=window)
    shown = names[:_NAMES_SHOWN]
    if view.rows > _NAMES_SHOWN:
        text = say("and_more", first=", ".join(shown), n=count(view.rows - _NAMES_SHOWN))
    else:
        text = listed(shown)
    return say("distinct", n=count(view.rows), groups=split.words, names=text, when=window)


def _bounded(view: View) -> str:
    """The window behind a sentence about what there is; nothing where there is no window."""
    return f" {when(view.query.time)}" if view.query.time else ""


def _about(view: View, window: str) -> str:
    """The window with what the filters leave before it."""
    return subject_of(view.query, view.model).phrase + window
