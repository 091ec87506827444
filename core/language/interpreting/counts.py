"""What is counted: "how many pumps", "number of alarms"."""

from __future__ import annotations

from core.language.draft import MeasureDraft
from core.language.interpreting.drafting import add_value, table_follows
from core.language.interpreting.sentence import Sentence
from core.language.tagger import QUIET_GROUPS, Item
from core.language.vocabulary import Target
from core.semantic.query import Agg


def take_counts(sentence: Sentence) -> None:
    """`how many ...`: the number of rows, of events, or of different things."""
    at = _count_word(sentence)
    if at is None:
        return
    noun = _count_noun(sentence, at)
    if noun is None or _asks_how_often(sentence, at, noun):
        return
    sentence.draft.mark(at, "count")
    for index in range(at + 1, noun):
        if sentence.items[index].tags.get("aggregates") in ("distinct", "count"):
            sentence.draft.mark(index, "count")
    sentence.draft.count_at = noun
    counted = _counted(sentence, noun)
    if counted is not None:
        sentence.draft.measures.append(counted)


def _asks_how_often(sentence: Sentence, at: int, noun: int) -> bool:
    """`how often did the compressors ...` counts what they did, and never the compressors."""
    often = sentence.items[at].norm in sentence.senses["how_often"]
    item = sentence.items[noun]
    is_event = sentence.is_measure(item) or item.of_kind("table") or "count_of_rows" in item.tags
    return often and not is_event


def _counted(sentence: Sentence, noun: int) -> MeasureDraft | None:
    """The measure that counts what the noun names; a value is a filter besides."""
    item, model = sentence.items[noun], sentence.model
    metrics = tuple(t for t in item.targets if sentence.is_measure_target(t))
    if metrics:
        found = MeasureDraft(metrics, noun)
    elif item.of_kind("table"):
        found = MeasureDraft(item.of_kind("table"), noun, is_count=True)
        sentence.draft.tables.append((noun, item.of_kind("table")[0].name))
    elif "count_of_rows" in item.tags and not item.targets:
        table = Target("table", model.default_table, frozenset({model.default_table}))
        found = MeasureDraft((table,), noun, is_count=True)
    elif sentence.dimension_targets(item):
        found = MeasureDraft(sentence.dimension_targets(item), noun, agg=Agg.COUNT_DISTINCT)
    else:
        return _counted_value(sentence, noun)
    sentence.draft.mark(noun, "figure")
    return found


def _counted_value(sentence: Sentence, noun: int) -> MeasureDraft | None:
    """`bad readings`: the metric that counts them; `pumps`: the different things of that kind."""
    item = sentence.items[noun]
    is_kind = sentence.is_noun_value(item)
    metric = _default_count(sentence, item)
    if metric and not is_kind:
        add_value(sentence, noun)
        tables = frozenset({sentence.model.metrics[metric].table})
        return MeasureDraft((Target("metric", metric, tables),), noun)
    if not is_kind:
        return None
    add_value(sentence, noun, noun=True)
    entity = sentence.model.entity or ""
    target = Target("column", entity, sentence.vocabulary.columns[entity][1])
    return MeasureDraft((target,), noun, agg=Agg.COUNT_DISTINCT)


def _count_word(sentence: Sentence) -> int | None:
    for at, item in enumerate(sentence.items):
        payload = item.tags.get("aggregates")
        if payload in ("count", "distinct") and not item.use and not item.targets:
            if at + 1 < len(sentence.items) and "unit_word" in sentence.items[at + 1].tags:
                continue  # "how many kWh" is an amount
            return at
    return None


def _count_noun(sentence: Sentence, at: int) -> int | None:
    """What is counted: the first noun after the counting word, past its adjectives."""
    adjective: int | None = None
    for index in range(at + 1, min(len(sentence.items), at + 8)):
        item = sentence.items[index]
        if item.use == "time" or (item.use and item.use != "negation"):
            if adjective is not None:
                break
            continue
        if sentence.is_measure(item) and not item.of_kind("value"):
            return index
        if item.of_kind("table") or "count_of_rows" in item.tags:
            return index
        if sentence.dimension_targets(item) and not item.of_kind("value"):
            return index
        if item.of_kind("value"):
            if sentence.is_measure(item) and not table_follows(sentence, index):
                return index
            if sentence.is_noun_value(item) and not table_follows(sentence, index):
                return index
            if _default_count(sentence, item) and not table_follows(sentence, index):
                return index
            adjective = index
        elif adjective is not None and not (set(item.tags) & QUIET_GROUPS):
            break
    return None


def _default_count(sentence: Sentence, item: Item) -> str:
    """The metric that counts what a value names ("bad readings"); empty for none."""
    for target in sentence.value_targets(item):
        name = sentence.vocabulary.columns[target.name][0].default_measure
        metric = sentence.model.metrics.get(name)
        if metric is not None and (metric.expression or "").upper() == "COUNT(*)":
            return name
    return ""
