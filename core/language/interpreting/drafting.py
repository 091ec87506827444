"""How a word becomes a measure, split or filter of the draft, and what speaks against it."""

from __future__ import annotations

from core.language.draft import DimensionDraft, MeasureDraft, ValueDraft
from core.language.interpreting.sentence import Sentence
from core.semantic.query import Agg, Grain


def add_dimension(
    sentence: Sentence, at: int, *, by: bool = False, listed: bool = False
) -> DimensionDraft:
    """Adds a split by the column that the item names; by: it stands after "by"."""
    item = sentence.items[at]
    targets = sentence.dimension_targets(item)
    found = DimensionDraft(
        targets[0].name,
        None,
        at,
        listed=listed,
        plural=item.is_plural,
        after_by=by,
    )
    sentence.draft.dimensions.append(found)
    sentence.draft.mark(at, "split")
    return found


def add_grain(
    sentence: Sentence, at: int, *, by: bool = False, listed: bool = False
) -> DimensionDraft:
    """Adds a time step."""
    item = sentence.items[at]
    grain = Grain(item.tags["grains"])
    plural = item.norm.endswith("s") and not item.norm.endswith("ss")
    found = DimensionDraft(None, grain, at, listed=listed, plural=plural, after_by=by)
    sentence.draft.dimensions.append(found)
    sentence.draft.mark(at, "time step")
    return found


def add_entity(sentence: Sentence, at: int, *, listed: bool) -> DimensionDraft:
    """Adds a split by the model's entity, of which the item names a kind."""
    found = DimensionDraft(
        sentence.model.entity, None, at, listed=listed, plural=sentence.items[at].is_plural
    )
    sentence.draft.dimensions.append(found)
    return found


def add_value(sentence: Sentence, at: int, *, noun: bool = False) -> ValueDraft:
    """Adds a filter on the item's values; noun: they stand for the things of that kind."""
    found = ValueDraft(
        sentence.value_targets(sentence.items[at]),
        at,
        negated=is_negated(sentence, at),
        is_noun=noun,
        is_agent=at in sentence.draft.agents,
    )
    sentence.draft.values.append(found)
    sentence.draft.mark(at, "filter")
    return found


def is_negated(sentence: Sentence, at: int) -> bool:
    """Whether a `not` governs the item: right before it ("not in line 2", "all but Line 2"),
    or before the first of a list of values of one column ("except Jam and Tool change")."""
    cursor, is_joined = at - 1, False
    while cursor >= 0:
        item = sentence.items[cursor]
        if "not" in item.tags and not item.targets and item.number is None:
            if _is_absence(sentence, cursor, at):
                return False
            if not is_joined and item.use in ("", "negation"):
                item.use = "negation"
                return True
            return False
        is_value = bool(sentence.items[at].of_kind("value"))
        if "but" in item.tags and not is_joined and is_value:
            item.use = "negation"
            return True
        if {"and", "or"} & set(item.tags) and not item.targets:
            is_joined = True
        elif is_joined and item.of_kind("value"):
            return is_negated(sentence, cursor)
        elif is_joined and item.time is not None and item.time.weekdays:
            is_joined = False  # "excluding weekends and night shifts"
        elif is_joined or not (
            (item.is_ignorable or "the" in item.tags or sentence.dimension_targets(item))
            and "only" not in item.tags
        ):
            return False
        cursor -= 1
    return False


def _is_absence(sentence: Sentence, no_at: int, at: int) -> bool:
    """`assets with no corrective order`: that there is none of something is no condition on
    rows, unless the rows are of that table ("alarms without low priority ones")."""
    if sentence.items[no_at].norm not in sentence.senses["none_of"]:
        return False
    values = sentence.items[at].of_kind("value")
    is_event = bool(values) and all(sentence.model.default_table not in t.tables for t in values)
    spoken = any(i.of_kind("table") or sentence.is_measure(i) for i in sentence.items[:no_at])
    return is_event and not spoken


def labels_a_value(sentence: Sentence, at: int) -> bool:
    """Whether a column's name stands beside a value of it ("asset PMP-03")."""
    names = {t.name for t in sentence.dimension_targets(sentence.items[at])}
    for index in (sentence.after(at), at - 1):
        if 0 <= index < len(sentence.items):
            beside = sentence.items[index]
            columns = {t.name for t in beside.of_kind("value")}
            if columns & names or (columns and names & _siblings(sentence, columns)):
                return True
    return False


def _siblings(sentence: Sentence, columns: set[str]) -> set[str]:
    """Columns of the same level: a code and a name of one thing (`HAM plant`)."""
    found: set[str] = set()
    for name in columns:
        label = sentence.vocabulary.columns[name][0].label.split()[0]
        found |= {
            other
            for other, (column, _) in sentence.vocabulary.columns.items()
            if column.label.split()[0] == label and column.role == "dimension"
        }
    return found


def measure_of(sentence: Sentence, at: int) -> MeasureDraft:
    """A measure draft for the item: its figures, else the number of its table's rows."""
    item = sentence.items[at]
    targets = tuple(t for t in item.targets if sentence.is_measure_target(t))
    if not targets:
        tables = item.of_kind("table")
        return MeasureDraft(tables, at, is_count=True)
    return MeasureDraft(targets, at)


def set_aggregate(sentence: Sentence, measure: MeasureDraft, payload: str) -> None:
    """Gives a measure its aggregate; a second, other one makes a second measure."""
    agg = {
        "avg": Agg.AVG,
        "sum": Agg.SUM,
        "max": Agg.MAX,
        "min": Agg.MIN,
        "median": Agg.PERCENTILE,
        "stddev": Agg.STDDEV,
        "latest": Agg.LATEST,
    }.get(payload)
    if agg is None:
        return
    if measure.agg is not None and measure.agg is not agg:
        second = MeasureDraft(measure.targets, measure.at, agg=agg)
        second.percentile = 0.5 if payload == "median" else None
        sentence.draft.measures.append(second)
        return
    measure.agg = agg
    if payload == "median":
        measure.percentile = 0.5


def table_follows(sentence: Sentence, at: int) -> bool:
    """`high priority alarms`, `pump failures`: the next noun is what is counted."""
    after = sentence.after(at)
    if after >= len(sentence.items) or after - at > 1:
        return False
    item = sentence.items[after]
    return (
        bool(item.of_kind("table"))
        or sentence.is_measure(item)
        or bool(sentence.dimension_targets(item) and not item.of_kind("value"))
    )


def dates_an_event(sentence: Sentence, at: int) -> bool:
    """`closed last week`: a state that is also a time column, with its time right after."""
    if not any(t.kind == "column" for t in sentence.items[at].targets):
        return False
    after = at + 1
    while after < len(sentence.items) and sentence.items[after].is_ignorable:
        after += 1
    return after < len(sentence.items) and sentence.items[after].time is not None


def is_split_context(sentence: Sentence, at: int) -> bool:
    """Whether the item stands in a list after `by`: "by hour of day and weekday"."""
    before = sentence.before(at)
    while (
        before > 0 and "and" in sentence.items[before].tags and not sentence.items[before].targets
    ):
        peer = sentence.items[before - 1]
        if not ("grains" in peer.tags or sentence.dimension_targets(peer)):
            return False
        before = sentence.before(before - 1)
    return before >= 0 and "by" in sentence.items[before].tags
