"""A model said in the language at hand: a copy with other labels, for words alone.

What is compiled, run or understood is never taken from it. Words about a model ask for it where
they are made, so that nobody hands a language down to them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from threading import Lock
from typing import Final

from core.semantic.model import Column, Label, Labels, Limit, Metric, SemanticModel, Table
from core.semantic.phrases import plural
from core.translation import CODE, Told, language, named, told

#: Copies that are kept; each person's narrowed models come and go.
_KEPT: Final = 64
_copies: OrderedDict[tuple[int, str], tuple[SemanticModel, SemanticModel]] = OrderedDict()
_lock = Lock()


def said(model: SemanticModel) -> SemanticModel:
    """The model with the labels of the language at hand, as far as it has any; of one that is said
    already, the model itself in that language."""
    spoken = language()
    if model.plain is not None:
        model = model.plain
    labels = model.labels.get(spoken) if spoken != CODE else None
    if labels is None:
        return model
    key = (id(model), spoken)
    with _lock:
        found = _copies.get(key)
        if found is not None and found[0] is model:
            _copies.move_to_end(key)
            return found[1]
    copy = _said(model, labels)
    with _lock:
        _copies[key] = (model, copy)
        while len(_copies) > _KEPT:
            _copies.popitem(last=False)
    return copy


def unsaid(model: SemanticModel) -> SemanticModel:
    """The model itself, with its own labels."""
    return model.plain or model


def entities_of(table: Table | None) -> str:
    """What several rows of a table are: `work orders`; rows of none are rows."""
    if table is None:
        return plural("row")
    return table.entities or plural(table.entity)


def value_label(value: str, column: Column | None) -> str:
    """What a stored value is called."""
    label = column.said_values.get(value) if column is not None else None
    return label.text if label is not None else value


def said_values(column: Column | None) -> dict[str, str]:
    """What the values of a column of a model that is said are called."""
    if column is None:
        return {}
    return {value: label.text for value, label in column.said_values.items()}


def value_plural(value: str, column: Column | None) -> str:
    """What several things of a kind are called: `pumps`."""
    label = column.said_values.get(value) if column is not None else None
    return (label.plural or plural(label.text)) if label is not None else plural(value)


def _said(model: SemanticModel, labels: Labels) -> SemanticModel:
    return replace(
        model,
        label=labels.model or model.label,
        tables={name: _table(table, labels) for name, table in model.tables.items()},
        metrics={
            name: _metric(one, labels.metrics.get(name)) for name, one in model.metrics.items()
        },
        limits=tuple(_limit(one, labels.limits.get(one.label)) for one in model.limits),
        plain=model,
    )


def _table(table: Table, labels: Labels) -> Table:
    label, row = labels.tables.get(table.name), labels.rows.get(table.name)
    states = tuple(
        replace(s, label=found.text) if (found := labels.states.get((table.name, s.name))) else s
        for s in table.states
    )
    table = replace(
        table,
        states=states,
        columns={name: _column(one, labels) for name, one in table.columns.items()},
    )
    if label is not None:
        table = replace(table, label=label.text)
    if row is not None:
        table = replace(table, entity=row.text, entities=row.plural)
    return table


def _column(column: Column, labels: Labels) -> Column:
    label, values = labels.columns.get(column.name), labels.values.get(column.name, {})
    if label is None:
        return replace(column, said_values=values) if values else column
    # Descriptions are in the model's own language.
    return replace(
        column,
        label=label.text,
        plural=label.plural,
        description=label.description,
        said_values=values,
    )


def _metric(metric: Metric, label: Label | None) -> Metric:
    if label is None:
        return metric
    return replace(metric, label=label.text, zero_note=label.note, description=label.description)


def _limit(limit: Limit, label: Label | None) -> Limit:
    return limit if label is None else replace(limit, label=label.text)


def with_labels(text: str, model: SemanticModel) -> str:
    """What was told, those of its values that are labels of the model named in the language at
    hand too."""
    plain, spoken = unsaid(model), said(model)
    if plain is spoken or not isinstance(text, Told):
        return text
    called = {m.label.casefold(): spoken.metrics[n].label for n, m in plain.metrics.items()}
    for name, table in plain.tables.items():
        columns = spoken.tables[name].columns
        called |= {c.label.casefold(): columns[n].label for n, c in table.columns.items()}
        called[table.label.casefold()] = spoken.tables[name].label
    return _renamed(text, called)


def _renamed(text: Told, called: Mapping[str, str]) -> Told:
    values = dict(text.values)
    for name, value in values.items():
        if isinstance(value, Told):
            values[name] = _renamed(value, called)
        elif isinstance(value, str) and value.casefold() in called:
            values[name] = named(value, called[value.casefold()])
    return told(text.text, **values) if values else text


def label_of(thing: Column | Metric | Table, model: SemanticModel) -> str:
    """What a thing of the model is called in the language at hand."""
    spoken = said(model)
    if isinstance(thing, Metric):
        return spoken.metrics.get(thing.name, thing).label
    if isinstance(thing, Table):
        return spoken.tables.get(thing.name, thing).label
    found = (t.columns[thing.name] for t in spoken.tables.values() if thing.name in t.columns)
    return next(found, thing).label
