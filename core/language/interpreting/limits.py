"""Numeric conditions and the figures that they are about."""

from __future__ import annotations

from core.language.conditions import Condition, find_conditions
from core.language.draft import ConditionDraft, MeasureDraft
from core.language.interpreting.drafting import measure_of, set_aggregate, table_follows
from core.language.interpreting.sentence import Sentence
from core.language.reading import Ask
from core.language.tagger import Item
from core.language.vocabulary import Target
from core.semantic import units
from core.semantic.display import unit_symbol
from core.translation import gettext as _
from core.types import Clarification


def take_limits(sentence: Sentence) -> None:
    """Numeric conditions, each with the figure that it is about."""
    for condition in find_conditions(sentence.items, sentence.senses):
        if any(sentence.items[i].use for i in range(condition.first, condition.last + 1)):
            continue
        if condition.unit is None and _is_other_number(sentence, condition.last):
            continue
        _refuse_or(sentence, condition)
        measure = None if condition.of_change else _measure_of_limit(sentence, condition)
        for index in range(condition.first, condition.last + 1):
            sentence.draft.mark(index, "condition")
        for index in range(max(0, condition.first - 5), condition.first):
            if "links" in sentence.items[index].tags and not sentence.items[index].targets:
                sentence.draft.mark(index, "condition")
        sentence.draft.conditions.append(ConditionDraft(condition, measure))


def _is_other_number(sentence: Sentence, at: int) -> bool:
    """`up to 5 assets`: a number that counts things is no limit of a figure, unless the
    things can be counted (an event table or a metric)."""
    after = sentence.after(at)
    if after >= len(sentence.items):
        return False
    item = sentence.items[after]
    return bool("grains" in item.tags and not item.targets)


def _refuse_or(sentence: Sentence, condition: Condition) -> None:
    """Two limits joined by `or` are two questions; taken together they would mean `and`."""
    if not sentence.draft.conditions:
        return
    last = sentence.draft.conditions[-1].condition.last
    between = sentence.items[last + 1 : condition.first]
    if any(i.norm in sentence.senses["either"] for i in between):
        raise Ask(
            Clarification(
                _(
                    "Two limits joined by “or” cannot be asked in one question. Please ask "
                    "for one of them at a time."
                ),
                (),
                ("or",),
            )
        )


def _fits(sentence: Sentence, item: Item, unit: str | None) -> bool:
    """Whether a number with this unit can be about the item's figure."""
    if unit is None or item.of_kind("table"):
        return True
    for target in item.targets:
        if target.kind == "metric":
            metric = sentence.model.metrics[target.name]
            own = metric.unit
            if unit == "%" and metric.display == "percent":
                return True
        elif target.kind == "column":
            own = sentence.vocabulary.columns[target.name][0].unit
        else:
            continue
        if own is not None and units.same_dimension(own, unit):
            return True
    return False


def _take_ratio(sentence: Sentence, item: Item) -> None:
    """`scrap above 2 %` is about the rate of scrap: the one percentage of the model that is
    formed from that amount."""
    for target in item.targets:
        if target.kind != "column":
            continue
        begin = f"SUM({target.name})".upper()
        found = [
            m
            for m in sentence.model.metrics.values()
            if m.display == "percent"
            and (m.expression or "").upper().replace(" ", "").startswith(begin + "/")
        ]
        if len(found) == 1:
            item.targets = (Target("metric", found[0].name, frozenset({found[0].table})),)
            return


def _refuse_other_unit(sentence: Sentence, first: int, unit: str | None) -> None:
    """`vibration above 80 °C`: a figure right before a number of another kind is asked
    back."""
    before = sentence.before(first)
    if unit is None or before < 0 or not sentence.is_measure(sentence.items[before]):
        return
    item = sentence.items[before]
    if unit == "%" and not _fits(sentence, item, unit):
        _take_ratio(sentence, item)
    own = [
        u
        for t in item.targets
        if sentence.is_measure_target(t)
        for u in [
            sentence.model.metrics[t.name].unit
            if t.kind == "metric"
            else sentence.vocabulary.columns[t.name][0].unit
        ]
        if u is not None
    ]
    is_count = any(
        t.kind == "metric"
        and (sentence.model.metrics[t.name].expression or "").upper() == "COUNT(*)"
        for t in item.targets
    )
    if not _fits(sentence, item, unit) and not is_count:
        shown = units.display_unit(own[0]) if own else ""
        kind = _("is measured in {shown}").format(shown=shown) if shown else _("is a plain number")
        raise Ask(
            Clarification(
                _("{item} {kind}, not in {unit}. Which limit do you mean?").format(
                    item=item.text.capitalize(), kind=kind, unit=unit_symbol(unit)
                ),
                (),
                tuple(i.text for i in sentence.items[first : first + 2]),
            )
        )


def _measure_of_limit(sentence: Sentence, condition: Condition) -> MeasureDraft | None:
    first, last, unit = condition.first, condition.last, condition.unit
    if condition.about >= 0:
        return measure_of(sentence, condition.about)
    after = sentence.after(last)
    if after < len(sentence.items) and sentence.is_free(after) and after - last <= 2:
        item = sentence.items[after]
        noun = after
        while noun < len(sentence.items) - 1 and (
            sentence.items[noun].of_kind("value") and table_follows(sentence, noun)
        ):
            noun = sentence.after(noun)
        item = sentence.items[noun]
        if (sentence.is_measure(item) or item.of_kind("table")) and _fits(sentence, item, unit):
            sentence.draft.mark(noun, "figure of the condition")
            return measure_of(sentence, noun)
    _refuse_other_unit(sentence, first, unit)
    cursor = first - 1
    steps = 0
    while cursor >= 0 and steps < 8:
        item = sentence.items[cursor]
        if (
            sentence.is_measure(item)
            and (not item.use or item.use == "figure of the condition")
            and _fits(sentence, item, unit)
        ):
            sentence.draft.mark(cursor, "figure of the condition")
            measure = measure_of(sentence, cursor)
            _attach_aggregate_before(sentence, cursor, measure)
            return measure
        if item.use == "condition":
            for previous in reversed(sentence.draft.conditions):
                if previous.measure is not None:
                    return previous.measure
        steps += 1
        cursor -= 1
    return None


def _attach_aggregate_before(sentence: Sentence, at: int, measure: MeasureDraft) -> None:
    before = sentence.before(at)
    if before >= 0 and "aggregates" in sentence.items[before].tags and sentence.is_free(before):
        payload = sentence.items[before].tags["aggregates"]
        if payload in ("avg", "max", "min", "sum", "median"):
            set_aggregate(sentence, measure, payload)
            sentence.draft.mark(before, "how the figure is formed")
