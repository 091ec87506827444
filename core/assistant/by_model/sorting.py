"""What a question wants of its conversation, by a language model, where rules are unsure."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Final, TypeVar

from core import monitoring
from core.assistant.boundary import Clock
from core.assistant.by_model.replies import Replies
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand
from core.dialogue.intents import Intent, intent_of, state_of, taken
from core.dialogue.move import Move
from core.dialogue.past import Past, PastTurn
from core.dialogue.sorted import as_sorted
from core.generation.before import MOST, Before
from core.generation.intent import intent_request, read_intent
from core.generation.port import LanguageModel, ModelTrouble
from core.generation.records import cut
from core.insights.chips import changed
from core.semantic.model import SemanticModel
from core.translation import gettext as _
from core.translation import marked
from core.types import Answer, Made, Progress, Sorting

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
#: Characters of a word that is none of those asked for.
_MOST_SAID: Final = 40
_TAKEN: Final = {
    Intent.NEW_QUERY: marked("a new question"),
    Intent.DATA_FILTER: marked("a change of the question before"),
    Intent.VISUAL_UPDATE: marked("another picture of the answer before"),
    Intent.CLARIFY: marked("a reply to what Gemba asked"),
    Intent.RESET: marked("the wish to start over"),
}


def sort(
    question: str, past: Past, model: LanguageModel, clock: Clock, errand: Errand
) -> tuple[Intent | None, Sorting]:
    """The intent that a model gives the question, None for a word that is none, and the record of
    it, whose `said` is empty where no word came. Asks once. Raises QueryCancelled."""
    before = [
        Before(t.answer.question, t.answer.message if t.answer.status == "clarify" else "")
        for t in past.turns[-MOST:]
    ]
    request = intent_request(question, before=before, tenant=errand.user.tenant)
    try:
        reply = Replies(model, clock, errand).one(request)
    except ModelTrouble as trouble:
        _LOG.warning("what a question wants of its conversation was not said: %s", trouble)
        return None, Sorting(model.state("intent").model, why=trouble.kind)
    finally:
        clock.lap("intent")
    found = intent_of(read_intent(reply.text) or "")
    monitoring.INTENTS.labels(found or "invalid").inc()
    said = cut(" ".join(reply.text.split()), _MOST_SAID) or "(nothing)"
    usage = reply.usage
    return found, Sorting(
        reply.model,
        said,
        prompt_tokens=usage.prompt,
        reply_tokens=usage.reply,
        total_ms=reply.total_ms,
    )


def resorted(
    move: Move,
    past: Past,
    model: LanguageModel,
    parts: ModelParts,
    scopes: tuple[str, ...],
    clock: Clock,
    errand: Errand,
) -> tuple[Move, Sorting]:
    """The move that a model's word makes of one that rules are unsure of; the rules' own where no
    word came, or nothing better comes of it. Raises QueryCancelled."""
    intent, sorting = sort(move.question, past, model, clock, errand)
    if not sorting.said:
        return move, sorting
    found = as_sorted(move, intent, past, parts.dialogue, scopes)
    if found is not move:
        sorting = replace(sorting, taken=taken(state_of(past), intent).value)
    return found, sorting


def before_of(move: Move, past: Past, model: str) -> tuple[PastTurn, ...]:
    """The turns that a question goes on from, oldest first: what it changes or replies to, and
    before that what that one may have gone on from."""
    if move.turn is None:
        return ()
    earlier = [t for t in past.stack(model) if t.id != move.turn.id]
    return (*earlier[1 - MOST :], move.turn)


def with_changes(
    events: Generator[Progress | Answer, None, T], move: Move, model: SemanticModel
) -> Generator[Progress | Answer, None, T]:
    """The same events and the same return; an answer says what changed, where queries tell it."""
    before = move.turn.plan if move.turn is not None else None
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            result: T = end.value
            return result
        if isinstance(event, Answer) and before is not None and event.plan is not None:
            event = replace(event, notes=(*event.notes, changed(before, event.plan, model)))
        yield event


def told(events: Iterator[Progress | Answer], sorting: Sorting) -> Iterator[Progress | Answer]:
    """The same events; the answer says what a model took its question for, and why it came so."""
    intent = intent_of(sorting.taken)
    for event in events:
        if not isinstance(event, Answer):
            yield event
            continue
        made = event.made or Made("")
        said = (
            _("The language model took this for {what}.").format(what=_(_TAKEN[intent]))
            if intent is not None
            else ""
        )
        why = " ".join(filter(None, (said, made.why)))
        yield replace(event, made=replace(made, why=why, sorting=sorting))
