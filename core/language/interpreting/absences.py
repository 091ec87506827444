"""What things had none of: "which assets had no alarms", "lines without downtime"."""

from __future__ import annotations

from core.language.conditions import Condition
from core.language.draft import ConditionDraft
from core.language.interpreting.drafting import measure_of, table_follows
from core.language.interpreting.sentence import Sentence
from core.language.tagger import Item
from core.semantic.query import Op


def take_absence(sentence: Sentence) -> None:
    """The figure that is to be 0, where things are named before it: a limit of each of them."""
    for at, item in enumerate(sentence.items):
        if not _says_none(sentence, item) or not _has_things(sentence, at):
            continue
        noun = sentence.after(at)
        while noun < len(sentence.items) - 1 and _is_adjective(sentence, noun):
            noun = sentence.after(noun)
        if not sentence.is_free(noun) or not _is_counted(sentence, sentence.items[noun]):
            continue
        sentence.draft.mark(at, "condition")
        sentence.draft.mark(noun, "figure of the condition")
        condition = Condition(Op.EQ, (0.0,), None, at, at)
        sentence.draft.conditions.append(ConditionDraft(condition, measure_of(sentence, noun)))
        sentence.draft.absent = noun
        return


def _says_none(sentence: Sentence, item: Item) -> bool:
    if item.use or item.targets or item.time is not None:
        return False
    is_zero = item.number == 0 and item.unit is None
    return is_zero or ("not" in item.tags and item.norm in sentence.senses["none_of"])


def _has_things(sentence: Sentence, at: int) -> bool:
    """Whether kinds of things stand before, and nothing that is measured or counted yet."""
    before = sentence.items[:at]
    if any(i.of_kind("table") or sentence.is_measure(i) for i in before):
        return False
    return any(sentence.dimension_targets(i) or sentence.is_noun_value(i) for i in before)


def _is_adjective(sentence: Sentence, at: int) -> bool:
    item = sentence.items[at]
    says = bool(item.of_kind("value") or item.of_kind("state")) and not item.of_kind("table")
    return says and (table_follows(sentence, at) or _is_adjective_before(sentence, at))


def _is_adjective_before(sentence: Sentence, at: int) -> bool:
    after = sentence.after(at)
    return after < len(sentence.items) and bool(sentence.items[after].of_kind("value"))


def _is_counted(sentence: Sentence, item: Item) -> bool:
    """Events, their number, or an amount that adds up."""
    if item.of_kind("table"):
        return True
    for target in item.targets:
        if target.kind == "metric":
            text = (sentence.model.metrics[target.name].expression or "").upper()
            return text.startswith("COUNT(")
        if target.kind == "column" and sentence.is_measure_target(target):
            return sentence.vocabulary.columns[target.name][0].additive
    return False
