"""Splits: "by line and month", "per shift", "line-wise"."""

from __future__ import annotations

from core.language.interpreting.drafting import (
    add_dimension,
    add_entity,
    add_grain,
    add_value,
    measure_of,
)
from core.language.interpreting.sentence import Sentence
from core.language.tagger import Item


def take_splits(sentence: Sentence) -> None:
    """Nouns and time steps after "by", and adverbs such as "daily"."""
    for at, item in enumerate(sentence.items):
        if "by" not in item.tags or item.use or item.targets or item.time:
            continue
        _split_list(sentence, at)
    for at, item in enumerate(sentence.items):
        if item.use or "grains" not in item.tags:
            continue
        if item.norm in sentence.senses["step_adverbs"] or sentence.senses["by"] & set(
            item.norm.split()[1:-1]
        ):
            add_grain(sentence, at, by=True)


def _is_of_rate(sentence: Sentence, by_at: int, at: int) -> bool:
    """`alarm rate per hour`: the unit that the figure has, and no split."""
    before = sentence.before(by_at)
    if at >= len(sentence.items) or before < 0 or "grains" not in sentence.items[at].tags:
        return False
    if sentence.items[by_at].norm not in sentence.senses["per"]:
        return False
    metrics = sentence.items[before].of_kind("metric")
    rates = {sentence.model.metrics[t.name].unit or "" for t in metrics}
    ends = {"hour": "/h", "day": "/d"}
    step = str(sentence.items[at].tags["grains"])
    return len(rates) == 1 and step in ends and next(iter(rates)).endswith(ends[step])


def _split_list(sentence: Sentence, by_at: int) -> None:
    """The nouns after `by`: columns, grains and class words, joined by and / commas."""
    cursor = sentence.after(by_at)
    if _is_of_rate(sentence, by_at, cursor):
        for index in (by_at, cursor):
            sentence.draft.mark(index, "unit of the answer")
        return
    is_suffix = any(w in sentence.items[by_at].norm for w in sentence.senses["wise"])
    if is_suffix:
        cursor = by_at - 1
    taken = False
    while cursor < len(sentence.items):
        item = sentence.items[cursor]
        if item.use:
            break
        if _is_agent(sentence, by_at, cursor, item):
            sentence.draft.agents.add(cursor)
            break
        if not _take_split(sentence, cursor):
            break
        taken = True
        joined = None if is_suffix else _joined_noun(sentence, cursor)
        if joined is None:
            break
        cursor = joined
    if taken:
        sentence.draft.mark(by_at, "split")
    else:
        _each_row(sentence, by_at)
        _mark_plain_by(sentence, by_at)


def _take_split(sentence: Sentence, at: int) -> bool:
    """Adds what the item splits by: a column, a time step or things of a kind."""
    item = sentence.items[at]
    if sentence.dimension_targets(item):
        add_dimension(sentence, at, by=True)
    elif sentence.is_step(item):
        add_grain(sentence, at, by=True)
    elif sentence.is_noun_value(item):
        add_value(sentence, at, noun=True)
        add_entity(sentence, at, listed=False)
    else:
        return False
    return True


def _joined_noun(sentence: Sentence, at: int) -> int | None:
    """The next noun of a list, past "and"; None at its end."""
    items = sentence.items
    joint = sentence.after(at)
    if joint >= len(items) or "and" not in items[joint].tags:
        return None
    after = sentence.after(joint)
    while after < len(items) and {"and", "by"} & set(items[after].tags):
        after = sentence.after(after)
    if after >= len(items) or not _can_split(sentence, items[after]):
        return None
    for index in range(joint, after):
        sentence.draft.mark(index, "joins")
    return after


def _mark_plain_by(sentence: Sentence, by_at: int) -> None:
    """`by` before a figure ("top 5 by downtime") or before who did it is no split."""
    word = sentence.items[by_at].norm
    cursor = sentence.after(by_at)
    if word not in sentence.senses["plain_by"] or cursor >= len(sentence.items):
        return
    item = sentence.items[cursor]
    if {"aggregates", "superlatives"} & set(item.tags) and not item.targets:  # "by peak vibration"
        after = sentence.after(cursor)
        item = sentence.items[after] if after < len(sentence.items) else item
    is_figure = sentence.is_measure(item) or bool(item.of_kind("table"))
    if is_figure or cursor in sentence.draft.agents or item.of_kind("value"):
        sentence.draft.mark(by_at, "by what")


def _each_row(sentence: Sentence, by_at: int) -> None:
    """`hours per work order`: the mean over the rows of that table."""
    cursor = sentence.after(by_at)
    while cursor < len(sentence.items) - 1 and sentence.items[cursor].of_kind("value"):
        cursor = sentence.after(cursor)
    before = sentence.before(by_at)
    if cursor >= len(sentence.items) or before < 0:
        return
    tables = sentence.items[cursor].of_kind("table")
    if (
        tables
        and not sentence.items[cursor].is_plural
        and sentence.is_measure(sentence.items[before])
    ):
        measure = measure_of(sentence, before)
        measure.each_row = True
        sentence.draft.measures.append(measure)
        sentence.draft.tables.append((cursor, tables[0].name))
        sentence.draft.mark(before, "figure")
        for index in (by_at, cursor):
            sentence.draft.mark(index, "mean of each")


def _is_agent(sentence: Sentence, by_at: int, at: int, item: Item) -> bool:
    """`used by the chillers`: who did it, and no split."""
    between = sentence.items[by_at + 1 : at]
    before = sentence.items[by_at - 1].norm.split()[-1] if by_at else ""
    is_passive = (
        before.endswith(tuple(sentence.senses["passive_endings"]))
        or before in sentence.senses["passives"]
    )
    return (
        sentence.items[by_at].norm in sentence.senses["by"]
        and (any("the" in i.tags for i in between) or is_passive)
        and sentence.is_noun_value(item)
        and not sentence.dimension_targets(item)
    )


def _can_split(sentence: Sentence, item: Item) -> bool:
    if item.use:
        return False
    dims = bool(sentence.dimension_targets(item)) and not sentence.is_measure(item)
    return dims or sentence.is_step(item)
