"""The findings of an answer in a language model's words, where they hold to them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from core.assistant.boundary import Clock
from core.assistant.by_model.narration import backed
from core.assistant.queries import Errand
from core.errors import QueryCancelled
from core.generation.narrative import Narrative, narrative_request, read_narrative
from core.generation.port import LanguageModel, ModelTrouble, reply_of
from core.translation import CODE, language
from core.translation import gettext as _
from core.types import Answer, Progress

_LOG = logging.getLogger(__name__)
#: Seconds under which it is not asked.
_LEAST_S: Final = 1.0


class Narrator:
    """Thread-safe. An answer never waits longer for it than for its role's timeout, and is whole
    without it."""

    def __init__(self, model: LanguageModel, *, of_all: bool = False) -> None:
        """of_all: answers of the parser and of verified questions too, not of the model alone."""
        self._model = model
        self._of_all = of_all

    def narrated(
        self, stages: Iterator[Progress | Answer], clock: Clock, errand: Errand
    ) -> Iterator[Progress | Answer]:
        """The same events; an answer with facts has their narration, where one holds."""
        for event in stages:
            if not isinstance(event, Answer) or not self._is_due(event, clock):
                yield event
                continue
            yield Progress("explain", _("Putting it into words"), clock.elapsed_ms)
            told = self._told(event, clock, errand)
            clock.lap("narrate")
            explanation = "\n".join(filter(None, (event.explanation, told.explanation)))
            yield replace(
                event,
                narration=told.sentences,
                explanation=explanation,
                timings_ms=clock.total(),
            )

    def _is_due(self, answer: Answer, clock: Clock) -> bool:
        is_wanted = answer.source == "model" or (
            self._of_all and answer.source in ("parser", "verified")
        )
        if language() != CODE:  # what keeps numbers honest reads English ones
            return False
        is_told = answer.status == "answered" and (bool(answer.facts) or _is_unexplained(answer))
        return is_wanted and is_told and clock.left_s >= _LEAST_S

    def _told(self, answer: Answer, clock: Clock, errand: Errand) -> Narrative:
        findings = [answer.headline, *(fact.text for fact in answer.facts)]
        sql = answer.sql or ""
        request = narrative_request(
            answer.question,
            findings,
            statement=sql if _is_unexplained(answer) else "",
            tenant=errand.user.tenant,
        )
        try:
            reply = reply_of(self._model, request, timeout_s=clock.left_s, cancel=errand.cancel)
        except (ModelTrouble, QueryCancelled) as trouble:
            _LOG.warning("answer %s is not narrated: %s", answer.id, trouble)
            return Narrative()
        said = read_narrative(reply.text)
        kept = backed(said.sentences, findings)
        if len(kept) < len(said.sentences):
            _LOG.info("answer %s: %d sentences dropped", answer.id, len(said.sentences) - len(kept))
        # An explanation holds to the statement and the findings together.
        is_held = backed([said.explanation], [" ".join((sql, *findings))])
        is_shown = said.explanation and is_held
        return Narrative(
            kept,
            _("In the model's words: {explanation}").format(explanation=said.explanation)
            if is_shown
            else "",
        )


def _is_unexplained(answer: Answer) -> bool:
    """Whether no query of ours says what the SQL does, so that no template explains it."""
    return answer.source == "model" and answer.plan is None
