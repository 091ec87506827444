"""What is counted: "how many pumps", "number of alarms"."""

from __future__ import annotations

from core.language.draft import MeasureDraft
from core.language.interpreting.drafting import add_value, is_negated, table_follows
from core.language.interpreting.sentence import Sentence
from core.language.reading import Ask
from core.language.tagger import QUIET_GROUPS, Item
from core.language.vocabulary import Target
from core.language.wording import say
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, Grain
from core.semantic.said import label_of
from core.translation import gettext as _
from core.types import Clarification, Option

#: Values of a column of which a part of the rows has all, as good as always.
_FEW = 12


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
    counted = _counted(sentence, noun, _is_different(sentence, at, noun))
    if counted is not None:
        sentence.draft.measures.append(counted)


def _asks_how_often(sentence: Sentence, at: int, noun: int) -> bool:
    """`how often did the compressors ...` counts what they did, and never the compressors."""
    often = sentence.items[at].norm in sentence.senses["how_often"]
    item = sentence.items[noun]
    is_event = sentence.is_measure(item) or item.of_kind("table") or "count_of_rows" in item.tags
    return often and not is_event


def _is_different(sentence: Sentence, at: int, noun: int) -> bool:
    """`how many different tests`."""
    between = sentence.items[at:noun]
    return any(item.tags.get("aggregates") == "distinct" for item in between)


def _ask_rows_or_values(sentence: Sentence, noun: int) -> None:
    """`how many tests` where nobody confirmed what the words mean: rows, or the different values of
    a column that many rows share. Raises Ask."""
    item, model = sentence.items[noun], sentence.model
    dims = sentence.dimension_targets(item)
    tables = [model.tables[t.name] for t in item.of_kind("table")]
    is_named_so = any(
        table.drafted
        and {w.casefold() for w in table.synonyms}
        & {table.own[t.name].label.casefold() for t in dims if t.name in table.own}
        for table in tables
    )
    if not is_named_so and (tables or not _is_of_few(sentence, dims, noun)):
        return
    options = [(_("Different {word}").format(word=item.text), f"different {item.text}")]
    if all(table.name == model.default_table for table in tables):
        label = label_of(model.tables[model.default_table], model)
        options.append((_("Rows of {table}").format(table=label), "rows"))
    words = [i.text for i in sentence.items]
    offered = tuple(
        Option(label, " ".join([*words[:noun], text, *words[noun + 1 :]]))
        for label, text in options
    )
    raise Ask(Clarification(say("rows_or_values", word=item.text), offered, (item.text,)))


def _is_of_few(sentence: Sentence, dims: tuple[Target, ...], noun: int) -> bool:
    """`scrapped units by product` of a drafted column with a handful of values: within a part of
    the rows they are all there as good as always, so that their number says nothing."""
    columns = [sentence.vocabulary.columns[t.name][0] for t in dims]
    counts = [sentence.vocabulary.values_of[c.name] for c in columns]
    is_part = any(
        at != noun
        and (other.time is not None or "grains" in other.tags or "by" in other.tags
             or other.of_kind("value") or other.of_kind("state"))
        for at, other in enumerate(sentence.items)
    )  # fmt: skip
    is_few = all(0 < n <= _FEW for n in counts)
    return bool(columns) and is_part and is_few and all(c.drafted for c in columns)


def _counted(sentence: Sentence, noun: int, is_different: bool) -> MeasureDraft | None:
    """The measure that counts what the noun names; a value is a filter besides. Raises Ask where
    the noun is a row of a drafted table and a column of it."""
    item, model = sentence.items[noun], sentence.model
    if is_different and sentence.dimension_targets(item):
        sentence.draft.mark(noun, "figure")
        return MeasureDraft(sentence.dimension_targets(item), noun, agg=Agg.COUNT_DISTINCT)
    if item.of_kind("table") or not any(sentence.is_measure_target(t) for t in item.targets):
        _ask_rows_or_values(sentence, noun)
    metrics = tuple(t for t in item.targets if sentence.is_measure_target(t))
    if metrics:
        found = MeasureDraft(metrics, noun)
    elif item.of_kind("table"):
        found = MeasureDraft(item.of_kind("table"), noun, is_count=True)
        sentence.draft.tables.append((noun, item.of_kind("table")[0].name))
    elif "count_of_rows" in item.tags and not item.targets:
        table = Target("table", model.default_table, frozenset({model.default_table}))
        found = MeasureDraft((table,), noun, is_count=True)
    elif _is_flag(sentence, noun) and not item.of_kind("value"):
        return _counted_state(sentence, noun)
    elif sentence.dimension_targets(item):
        found = MeasureDraft(sentence.dimension_targets(item), noun, agg=Agg.COUNT_DISTINCT)
    else:
        return _counted_value(sentence, noun)
    sentence.draft.mark(noun, "figure")
    return found


def _is_flag(sentence: Sentence, noun: int) -> bool:
    """Whether a noun is a column of yes and no: of these, nobody counts the different values."""
    names = [t.name for t in sentence.dimension_targets(sentence.items[noun])]
    kinds = [sentence.vocabulary.columns[name][0].type for name in names]
    return bool(kinds) and set(kinds) == {"boolean"}


def _counted_state(sentence: Sentence, noun: int) -> MeasureDraft:
    """`how many were delayed`: the rows that are so. Raises Ask where no word says which are."""
    item, model = sentence.items[noun], sentence.model
    states = item.of_kind("state")
    if not states:
        raise Ask(Clarification(say("what_figure"), (), (item.text,)))
    names = sorted(states[0].tables, key=lambda name: name != model.default_table)
    sentence.draft.states.append((noun, states[0], is_negated(sentence, noun)))
    sentence.draft.mark(noun, "filter")
    table = Target("table", names[0], frozenset({names[0]}))
    return MeasureDraft((table,), noun, is_count=True)


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


def counted_things(sentence: Sentence, noun: int) -> MeasureDraft | None:
    """The measure that counts the different things of a noun in the plural (`assets`, `pumps`), or
    the days on which there is anything; None where it names a figure, rows or a single thing."""
    item = sentence.items[noun]
    is_day = all(t.kind == "column" and sentence.column_role(t) == "time" for t in item.targets)
    if item.tags.get("grains") == Grain.DAY.value and is_day:
        days = _day_columns(sentence.model)
        return MeasureDraft(days, noun, agg=Agg.COUNT_DISTINCT) if days else None
    if sentence.is_measure(item) or item.of_kind("table") or not item.is_plural:
        return None
    if item.of_kind("state"):
        return None  # "the most emergencies": rows that are so
    if sentence.dimension_targets(item) and not item.of_kind("value"):
        return MeasureDraft(sentence.dimension_targets(item), noun, agg=Agg.COUNT_DISTINCT)
    return _counted_value(sentence, noun) if sentence.is_noun_value(item) else None


def _day_columns(model: SemanticModel) -> tuple[Target, ...]:
    """The columns that hold the day of a table's rows."""
    tables: dict[str, set[str]] = {}
    for table in model.tables.values():
        if table.time is not None and table.time.date:
            tables.setdefault(table.time.date, set()).add(table.name)
    return tuple(Target("column", name, frozenset(of)) for name, of in tables.items())


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
        if item.of_kind("state") and table_follows(sentence, index):
            adjective = index  # "how many delayed trips"
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
