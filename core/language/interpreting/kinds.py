"""Rows that are spoken of by how they are alone: "which ward had the most emergencies"."""

from __future__ import annotations

from core.language.draft import MeasureDraft
from core.language.interpreting.sentence import Sentence
from core.language.vocabulary import Target


def count_kinds(sentence: Sentence) -> None:
    """Where nothing else names a figure or rows: the number of rows of a drafted table of events
    that a value or a state in the plural names. Where several do, it is asked as ever."""
    draft = sentence.draft
    if draft.measures or draft.tables:
        return
    named = [v.at for v in draft.values if not v.negated]
    named += [at for at, _, negated in draft.states if not negated]
    plural = [at for at in named if sentence.items[at].is_plural]
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
