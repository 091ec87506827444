"""Questions that no data answer, whatever their other words are: an order to change data, what is
to come, the cause of something, and alerts and limits, which are not among the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.language.lexicon import Senses
from core.language.normalise import place_of
from core.language.tagger import Item, Tagged
from core.language.wording import say
from core.semantic.model import SemanticModel
from core.semantic.said import entities_of
from core.types import Clarification, Option

Problem = Literal["write", "future", "cause", "alerts"]


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """Which kind of question it is, and what is said of it; None for an order, which is refused."""

    problem: Problem
    said: Clarification | None = None


def unanswerable(
    text: str, tagged: Tagged, model: SemanticModel, senses: Senses
) -> Unanswerable | None:
    """Why a question cannot be answered from data; None for any other one."""
    if _is_order(tagged, senses):
        return Unanswerable("write")
    for item in tagged.items:
        if item.targets:
            continue
        if "unsupported.alerts" in item.tags and model.watch is not None:
            return Unanswerable("alerts", _of_alerts(text, item, model))
        if "unsupported.future" in item.tags:
            return Unanswerable("future", Clarification(say("future"), (), (item.text,)))
        if "unsupported.cause" in item.tags:
            return Unanswerable("cause", Clarification(say("cause"), (), (item.text,)))
    return None


def _is_order(tagged: Tagged, senses: Senses) -> bool:
    """Whether it begins with a verb that changes data ("delete the alarms")."""
    first = next((i for i in tagged.items if not i.is_ignorable), None)
    if first is None or "refuse_verbs" not in first.tags or first.targets:
        return False
    after = [i for i in tagged.items if i.start > first.start]
    is_noun = bool(after) and after[0].norm in ("in", "of")
    is_order = bool(after) and after[0].norm in senses["things_of_sql"]
    return not is_noun and ("change" not in first.tags or is_order)


def asks_for_limits(items: Sequence[Item], model: SemanticModel) -> Clarification | None:
    """Where limits are, for a question that wants to know them: one with such a word that was taken
    for no condition. items: those of the question that are not understood."""
    named = next((i for i in items if "limit_words" in i.tags and not i.targets), None)
    if named is None or model.watch is None:
        return None
    return Clarification(say("limits"), (), (named.text,))


def _of_alerts(text: str, item: Item, model: SemanticModel) -> Clarification:
    """Alerts have a page; what the data hold are alarms, for which the same is offered."""
    options: tuple[Option, ...] = ()
    if model.watch is not None and model.watch.alarms is not None:
        start, end = place_of(item.tokens)
        asked = text[:start] + entities_of(model.tables[model.watch.alarms]) + text[end:]
        options = (Option(asked, asked),)
    return Clarification(say("alerts"), options, (item.text,))
