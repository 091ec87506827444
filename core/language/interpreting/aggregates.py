"""How a figure is formed: "average", "p95", "daily mean"."""

from __future__ import annotations

from core.language.draft import MeasureDraft
from core.language.interpreting.drafting import measure_of, set_aggregate
from core.language.interpreting.sentence import Sentence
from core.semantic.query import Agg, Grain


def take_aggregates(sentence: Sentence) -> None:
    """Words such as "average" or "total" are given to the figure that they form."""
    for at, item in enumerate(sentence.items):
        payload = item.tags.get("aggregates")
        if payload is None or item.use or item.targets:
            continue
        if payload in ("count", "distinct") or _is_reference(sentence, at):
            continue
        if payload == "latest" and _is_of_shift(sentence, at):
            continue  # "the latest night shift" is a time
        noun = _aggregate_noun(sentence, at)
        if noun is None:
            continue
        if not sentence.is_measure(sentence.items[noun]) and payload != "sum":
            continue  # "most recent alarm" is the newest row; an average of rows is nothing
        measure = _measure_at(sentence, noun)
        if payload == "percentile":
            continue
        set_aggregate(sentence, measure, payload)
        sentence.draft.mark(at, "how the figure is formed")


def _is_of_shift(sentence: Sentence, at: int) -> bool:
    """Whether the newest of a thing is the newest shift: it is named right behind, or before."""
    axes = [t.time for t in sentence.model.tables.values() if t.time is not None]
    shifts = {axis.shift for axis in axes if axis.shift is not None}
    items = sentence.items
    behind = at + 2 if at + 1 < len(items) and items[at + 1].number is not None else at + 1
    if behind < len(items) and sentence.is_measure(items[behind]):
        return False
    return any(
        0 <= place < len(items) and shifts & {t.name for t in items[place].targets}
        for place in (behind, at - 1)
    )


def _is_reference(sentence: Sentence, at: int) -> bool:
    """`against the plant average`: what is compared with, and no way to form the figure."""
    if "average_reference" not in sentence.items[at].tags:
        return False
    for item in reversed(sentence.items[max(0, at - 4) : at]):
        if "versus" in item.tags and not item.use:
            return True
        if not (item.is_ignorable or "the" in item.tags or sentence.dimension_targets(item)):
            return False
    return False


def _measure_at(sentence: Sentence, at: int) -> MeasureDraft:
    for measure in sentence.draft.measures:
        if measure.at == at:
            return measure
    measure = measure_of(sentence, at)
    sentence.draft.measures.append(measure)
    sentence.draft.mark(at, "figure")
    return measure


def _aggregate_noun(sentence: Sentence, at: int) -> int | None:
    """The measure that an aggregate word belongs to: the next one, else the one before."""
    cursor, steps = sentence.after(at), 0
    while cursor < len(sentence.items) and steps < 4:
        item = sentence.items[cursor]
        if sentence.is_measure(item) and (not item.use or item.use == "figure"):
            return cursor
        if item.of_kind("table") and not item.use:
            return cursor
        is_passable = (
            bool(item.of_kind("value"))
            or "aggregates" in item.tags
            or ("superlatives" in item.tags or "and" in item.tags or "grains" in item.tags)
        )
        if not is_passable:
            break
        steps += 1
        cursor = sentence.after(cursor)
    before = sentence.before(at)
    while before >= 0 and "and" in sentence.items[before].tags:
        before = sentence.before(before)
    if (
        before >= 0
        and sentence.is_measure(sentence.items[before])
        and sentence.items[before].use
        in (
            "",
            "figure",
        )
    ):
        return before
    free = [i for i, it in enumerate(sentence.items) if sentence.is_measure(it) and not it.use]
    return free[0] if len(free) == 1 else None


def percentiles(sentence: Sentence) -> None:
    """`p95` and `95th percentile` become an aggregate of their figure."""
    for at in range(len(sentence.items)):
        value = _percentile_value(sentence, at)
        if value is None:
            continue
        noun = _aggregate_noun(sentence, at)
        if noun is None:
            continue
        measure = _measure_at(sentence, noun)
        if measure.agg is not None:
            measure = MeasureDraft(measure.targets, noun)
            sentence.draft.measures.append(measure)
        measure.agg, measure.percentile = Agg.PERCENTILE, value / 100
        sentence.draft.mark(at, "how the figure is formed")
        for index in (at + 1, at + 2):
            if index < len(sentence.items) and (
                sentence.items[index].tags.get("aggregates") == "percentile"
                or "percentile_words" in sentence.items[index].tags
            ):
                sentence.draft.mark(index, "how the figure is formed")


def _percentile_value(sentence: Sentence, at: int) -> float | None:
    """`p95`, `95th percentile`, `95 percentile`."""
    item = sentence.items[at]
    if item.use:
        return None
    norm = item.tokens[0].norm
    if item.length == 1 and norm.startswith("p") and norm[1:].isdecimal() and not item.targets:
        return float(norm[1:]) if 0 < int(norm[1:]) < 100 else None
    if item.tags.get("aggregates") == "percentile" or "percentile_words" in item.tags:
        for index in (at - 1, at + 1, at - 2):
            if 0 <= index < len(sentence.items) and sentence.items[index].number is not None:
                value = sentence.items[index].number
                assert value is not None
                if 0 < value < 100:
                    sentence.draft.mark(index, "how the figure is formed")
                    for middle in range(index + 1, at):
                        sentence.draft.mark(middle, "how the figure is formed")
                    return value
    return None


def per_period(sentence: Sentence) -> None:
    """`daily average`: the mean of what each step comes to."""
    at = sentence.draft.has("per_period_average")
    if at is None:
        return
    grain = Grain(sentence.senses.kind("average_per", sentence.items[at].norm) or Grain.DAY)
    noun = _aggregate_noun(sentence, at)
    if noun is None:
        return
    measure = _measure_at(sentence, noun)
    measure.per = grain
    sentence.draft.mark(at, "average for each time step")
