"""Two figures of a row held against one another: orders whose actual hours are above the planned
ones."""

from __future__ import annotations

from typing import Final

from core.language.conditions import Condition
from core.language.draft import ConditionDraft, MeasureDraft
from core.language.interpreting.sentence import Sentence
from core.language.tagger import Item
from core.language.vocabulary import Target
from core.semantic.query import Op
from core.semantic.reckoned import difference_of

#: A word that links a condition to rows stands so many before it.
_NEAR: Final = 5
_OPS: Final = {">": Op.GT, "<": Op.LT, ">=": Op.GE, "<=": Op.LE}
_TURNED: Final = {Op.GT: Op.LT, Op.LT: Op.GT, Op.GE: Op.LE, Op.LE: Op.GE}


def take_pairs(sentence: Sentence) -> None:
    """`actual hours above planned hours`: a condition on their difference, where the model has
    that; else nothing is taken, and it is asked back."""
    for at, item in enumerate(sentence.items):
        op = _OPS.get(str(item.tags.get("comparators")))
        if op is None and item.norm in sentence.senses["more"]:
            op = Op.GT
        if op is None or item.use:
            continue
        left, right = sentence.before(at), sentence.after(at)
        if not (sentence.is_free(left) and sentence.is_free(right)):
            continue
        found = _difference(sentence, sentence.items[left], sentence.items[right])
        if found is None:
            continue
        target, is_turned = found
        condition = Condition(_TURNED[op] if is_turned else op, (0.0,), None, left, right)
        for place in range(left, right + 1):
            sentence.draft.mark(place, "condition")
        for place in range(max(0, left - _NEAR), left):
            links = sentence.items[place]
            is_link = "links" in links.tags or links.norm in sentence.senses["holds_while"]
            if is_link and not links.targets:
                sentence.draft.mark(place, "condition")
        measure = MeasureDraft((target,), left)
        sentence.draft.conditions.append(ConditionDraft(condition, measure))


def _difference(sentence: Sentence, left: Item, right: Item) -> tuple[Target, bool] | None:
    """The column that is the difference of two figures, and whether it is that of the second and
    the first; None where no table or more than one has such a column."""
    found: dict[tuple[str, bool], set[str]] = {}
    for one in left.of_kind("column"):
        for other in right.of_kind("column"):
            for name in one.tables & other.tables:
                table = sentence.model.tables[name]
                for a, b, is_turned in ((one, other, False), (other, one, True)):
                    column = difference_of(table, a.name, b.name)
                    if column is not None:
                        found.setdefault((column.name, is_turned), set()).add(name)
    if len(found) != 1:
        return None
    (name, is_turned), tables = next(iter(found.items()))
    return Target("column", name, frozenset(tables)), is_turned
