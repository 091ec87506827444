"""What is left, read by its kind."""

from __future__ import annotations

from core.language.draft import MeasureDraft
from core.language.interpreting.drafting import (
    add_dimension,
    add_grain,
    add_value,
    dates_an_event,
    is_negated,
    is_split_context,
    labels_a_value,
)
from core.language.interpreting.sentence import Sentence
from core.language.tagger import Item
from core.language.vocabulary import Target


def take_nouns(sentence: Sentence) -> None:
    """Every named thing that no pass has taken."""
    for at, item in enumerate(sentence.items):
        if item.use or not item.targets:
            continue
        _take_noun(sentence, at, item)


def step_nouns(sentence: Sentence) -> None:
    """`days in June with ...`, `day with the most ...`: a time step that a condition or ranking is
    about, in the plural or told by what it had."""
    if not (sentence.draft.conditions or sentence.draft.ranking):
        return
    if any(d.grain is not None for d in sentence.draft.dimensions):
        return
    for at, item in enumerate(sentence.items):
        if item.use or item.targets or "grains" not in item.tags:
            continue
        is_one = sentence.draft.ranking is not None and _has_something(sentence, at)
        if item.norm in sentence.senses["plural_steps"] or is_one:
            add_grain(sentence, at, listed=True)


def _has_something(sentence: Sentence, at: int) -> bool:
    """`day with the most scrap`: the step is told by what it had."""
    after = at + 1
    return after < len(sentence.items) and sentence.items[after].norm in sentence.senses["having"]


def _take_noun(sentence: Sentence, at: int, item: Item) -> None:
    measures = tuple(t for t in item.targets if sentence.is_measure_target(t))
    values = sentence.value_targets(item)
    dims = sentence.dimension_targets(item)
    if _is_dated_column(sentence, at):
        sentence.draft.mark(at, "time column")
        return
    if measures and values:
        if _is_only_a_filter(sentence, at, values[0]):
            add_value(sentence, at)
            return
        values = ()
    if measures:
        if dims and is_split_context(sentence, at):
            add_dimension(sentence, at)
            return
        sentence.draft.measures.append(MeasureDraft(measures, at))
        sentence.draft.mark(at, "figure")
    elif values:
        if dims and not any(not t.is_partial for t in values):
            _add_plain_dimension(sentence, at)
            return
        add_value(sentence, at, noun=sentence.is_noun_value(item) and item.is_plural)
    elif item.of_kind("table"):
        sentence.draft.tables.append((at, item.of_kind("table")[0].name))
        sentence.draft.mark(at, "table")
    elif item.of_kind("state") and _is_state(sentence, at):
        sentence.draft.states.append((at, item.of_kind("state")[0], is_negated(sentence, at)))
        sentence.draft.mark(at, "filter")
    elif dims:
        _add_plain_dimension(sentence, at)
    elif not (at and "ignored" in item.tags and sentence.items[at - 1].use == "ranking"):
        # `closed`, `raised`: a time column; beside its table's own one it adds nothing. What is
        # ranked (`cost the most time`) is an amount, and no column
        sentence.draft.mark(at, "time column")


def _is_only_a_filter(sentence: Sentence, at: int, value: Target) -> bool:
    """`breakdowns` are a figure unless another figure of the same table is asked for."""
    has_other = any(
        m.at != at and any(t.tables & value.tables for t in m.targets)
        for m in sentence.draft.measures
    ) or any(
        i != at and not other.use and sentence.is_measure(other) and not other.of_kind("value")
        for i, other in enumerate(sentence.items)
    )
    return has_other or _is_spoken_of_by_time(sentence, at)


def _is_dated_column(sentence: Sentence, at: int) -> bool:
    """`installed before 2015`: a date column, other than a table's own time, right before a
    time phrase."""
    kinds = [
        sentence.vocabulary.columns[t.name][0]
        for t in sentence.items[at].targets
        if t.kind == "column"
    ]
    own = {c for t in sentence.model.tables.values() if t.time for c in (t.time.date, t.time.utc)}
    if not any(c.type in ("date", "datetime") and c.name not in own for c in kinds):
        return False
    return dates_an_event(sentence, at) and not sentence.items[at].of_kind("state")


def _is_spoken_of_by_time(sentence: Sentence, at: int) -> bool:
    """`breakdown minutes`: the time that something took, and not how often it was."""
    after = at + 1
    return after < len(sentence.items) and "duration" in sentence.items[after].tags


def _add_plain_dimension(sentence: Sentence, at: int) -> None:
    """A column's name that stands alone: the label of a value beside it, a thing spoken of
    in the singular with an article ("the plant"), or a split."""
    item = sentence.items[at]
    if labels_a_value(sentence, at):
        sentence.draft.mark(at, "names the value beside it")
        return
    before = sentence.items[at - 1] if at else None
    if (
        before is not None
        and not item.is_plural
        and "the" in before.tags
        and not any(m in item.norm for m in sentence.senses["reasons"])
    ):
        sentence.draft.mark(at, "speaks of the whole")
        return
    add_dimension(sentence, at, listed=item.is_plural)


def _is_state(sentence: Sentence, at: int) -> bool:
    """`not closed in June` is a state still; `closed in June` says when, and so does "did we open
    in May"."""
    if is_negated(sentence, at):
        return True
    return not dates_an_event(sentence, at) and not (
        _is_deed(sentence, at) or _is_dated_deed(sentence, at)
    )


def _is_dated_deed(sentence: Sentence, at: int) -> bool:
    """`which agent closed the most tickets in May`, `tickets closed by Blue in May`: the time is
    that of what was done; of `closed tickets in May` it is the rows' own. Only for a state of rows
    that have a time."""
    items = sentence.items
    state = items[at].of_kind("state")[0]
    is_time = any(
        one.name == state.name and one.is_null is False
        for name in state.tables
        for one in sentence.model.tables[name].states
    )
    after = at + 1
    while after < len(items) and items[after].is_ignorable and "the" not in items[after].tags:
        after += 1
    is_adjective = after < len(items) and bool(items[after].of_kind("table"))
    is_dated = any(behind > at for behind, _ in sentence.draft.times)
    has_column = any(t.kind == "column" for t in items[at].targets)
    return is_time and has_column and is_dated and not is_adjective


def _is_deed(sentence: Sentence, at: int) -> bool:
    """`how many orders did we open in May`: what somebody did, and no state; "did we have open
    orders" is one. Only for a state that lasts from the rows' own time on."""
    items, senses = sentence.items, sentence.senses
    state = items[at].of_kind("state")[0]
    is_lasting = any(
        one.name == state.name and one.is_null
        for name in state.tables
        for one in sentence.model.tables[name].states
    )
    after = at + 1
    while after < len(items) and items[after].is_ignorable:
        after += 1
    if not is_lasting or (after < len(items) and items[after].of_kind("table")):
        return False
    before = [word for item in items[:at] for word in item.norm.split()]
    auxiliary = max((i for i, w in enumerate(before) if w in senses["do"]), default=None)
    return auxiliary is not None and not set(before[auxiliary:]) & senses["have"]
