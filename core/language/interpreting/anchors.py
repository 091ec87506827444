"""Times told by an event: "in the 24 hours before its first failure"."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from core.language.interpreting.sentence import Sentence
from core.language.lexicon import Senses
from core.semantic.query import Anchor, Filter, Op


def find_anchor(sentence: Sentence) -> None:
    """`before the last work order`, `in the 24 hours before its first failure`."""
    for at, item in enumerate(sentence.items):
        relation = _relation(sentence.senses, item.norm)
        if relation is None or item.time is not None or item.targets:
            continue
        found = _anchor_event(sentence, at)
        if found is None:
            continue
        edge, table, filters, last = found
        span, first = _anchor_span(sentence, at)
        for index in range(first, last + 1):
            sentence.items[index].use = "time"
            sentence.items[index].time = None
        phrase = " ".join(i.text for i in sentence.items[first : last + 1])
        sentence.draft.anchor = Anchor(table, edge, relation, filters, span, phrase)
        return


def _anchor_event(
    sentence: Sentence, at: int
) -> tuple[Literal["first", "last"], str, tuple[Filter, ...], int] | None:
    """The event after `before`: (edge, table, its filters, last item)."""
    cursor = at + 1
    while cursor < len(sentence.items) and (
        ({"ignored", "the"} & set(sentence.items[cursor].tags))
        and not sentence.items[cursor].targets
        and not {"first", "last"} & set(sentence.items[cursor].tags)
    ):
        cursor += 1
    if cursor >= len(sentence.items):
        return None
    word = sentence.items[cursor]
    if not ({"first", "last"} & set(word.tags)) or word.targets:
        return None
    edge: Literal["first", "last"] = "first" if "first" in word.tags else "last"
    filters: list[Filter] = []
    cursor += 1
    while cursor < len(sentence.items):
        item = sentence.items[cursor]
        tables = item.of_kind("table")
        if tables:
            name = tables[0].name
            columns = sentence.model.tables[name].columns
            if all(f.column in columns for f in filters):
                return edge, name, tuple(filters), cursor
            return None
        values = sentence.value_targets(item)
        if values and not sentence.is_measure(item):
            filters.append(Filter(values[0].name, Op.EQ, (values[0].value or "",)))
        elif not item.is_ignorable:
            return None
        cursor += 1
    return None


def _anchor_span(sentence: Sentence, at: int) -> tuple[dt.timedelta | None, int]:
    """`24 hours` or `the week` right before the relation: (span, first item)."""
    spans = {"min": "minutes", "h": "hours", "d": "days", "wk": "weeks"}
    before = at - 1
    if before >= 0:
        item = sentence.items[before]
        if item.number is not None and item.unit in spans:
            return dt.timedelta(**{spans[item.unit]: item.number}), before
        words = {"hour": "hours", "day": "days", "week": "weeks"}
        grain = item.tags.get("grains")
        article = sentence.items[before - 1].norm.split()[-1] if before else ""
        if grain in words and not item.targets and article in sentence.senses["articles"]:
            return dt.timedelta(**{words[grain]: 1}), before
    own = sentence.items[at].norm.split()
    for unit, names in sentence.senses.kinds["spans"].items():
        if set(names) & set(own):
            return dt.timedelta(**{unit: 1}), at
    return None, at


def _relation(senses: Senses, words: str) -> Literal["before", "after"] | None:
    """Which side of an event a preposition means."""
    last = words.rsplit(maxsplit=1)[-1]
    if last in senses["before_event"] and words not in senses["before_event_with_more"]:
        return "before"
    return "after" if last in senses["after_event"] else None
