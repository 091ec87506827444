"""Rows that are spoken of by how they are alone: "which ward had the most emergencies"."""

from __future__ import annotations

from typing import Final

from core.language.draft import MeasureDraft
from core.language.interpreting.drafting import set_aggregate
from core.language.interpreting.sentence import Sentence
from core.language.vocabulary import Target

#: How a figure of single values is formed.
_FORMED: Final = frozenset({"avg", "max", "min", "median"})


def count_kinds(sentence: Sentence) -> None:
    """Where nothing else names a figure or rows: the number of rows of a drafted table of events
    that a value or a state names, in the plural or behind "the most". Where several do, it is asked
    as ever."""
    draft = sentence.draft
    if draft.measures or draft.tables:
        return
    named = [v.at for v in draft.values if not v.negated]
    named += [at for at, _, negated in draft.states if not negated]
    plural = [at for at in named if sentence.items[at].is_plural or _is_most_of(sentence, at)]
    counted = next(
        (
            at
            for at, item in enumerate(sentence.items)
            if item.tags.get("aggregates") == "count" and not item.use and not item.targets
        ),
        None,
    )
    tables = _tables_of(sentence, plural[0]) if len(plural) == 1 else set()
    if len(tables) != 1:
        return
    table = tables.pop()
    is_asked = counted is not None or draft.ranking is not None or bool(draft.dimensions)
    if not is_asked:
        return
    target = Target("table", table, frozenset({table}))
    draft.measures.append(MeasureDraft((target,), plural[0], is_count=True))
    if counted is not None:
        draft.mark(counted, "count")
        draft.count_at = plural[0]


def _is_most_of(sentence: Sentence, at: int) -> bool:
    """`which product has the most rework`."""
    ranking = sentence.draft.ranking
    is_before = ranking is not None and sentence.after(ranking.at) == at
    return ranking is not None and is_before and ranking.word in sentence.senses["most_of_things"]


def figure_of_rows(sentence: Sentence) -> None:
    """`average ripple by bench`, of rows that hold a `value` and what it is of: the mean of those
    values. Only where the word for how it is formed stands right before what it is of, and the
    drafted table has one such column."""
    if sentence.draft.measures:
        return
    named = {v.at for v in sentence.draft.values if not v.negated and len(v.targets) == 1}
    for at, item in enumerate(sentence.items):
        noun = sentence.after(at)
        payload = item.tags.get("aggregates", "")
        if payload not in _FORMED or item.use or item.targets or noun not in named:
            continue
        tables = _tables_of(sentence, noun)
        figures = [column for name in tables for column in _plain_figures(sentence, name)]
        if len(figures) != 1:
            continue
        measure = MeasureDraft((Target("column", figures[0], frozenset(tables)),), at)
        set_aggregate(sentence, measure, payload)
        sentence.draft.measures.append(measure)
        sentence.draft.mark(at, "how the figure is formed")
        return


def _plain_figures(sentence: Sentence, table: str) -> list[str]:
    """Measured columns that are called a value and nothing more."""
    return [
        column.name
        for column in sentence.model.tables[table].own.values()
        if column.role == "measure" and column.label.casefold() in sentence.senses["plain_figures"]
    ]


def _tables_of(sentence: Sentence, at: int) -> set[str]:
    """The drafted tables of events whose own rows the item says something of."""
    found = set()
    for target in sentence.items[at].targets:
        if target.kind not in ("value", "state") or target.is_partial:
            continue
        for name in target.tables:
            table = sentence.model.tables[name]
            is_events = table.time is not None and table.time.interval_min is None
            is_own = target.kind == "state" or target.name in table.own
            if table.drafted and is_events and is_own:
                found.add(name)
    return found
