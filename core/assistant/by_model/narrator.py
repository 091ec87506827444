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
from core.generation.narrative import narrative_request, read_narrative
from core.generation.port import LanguageModel, ModelTrouble, reply_of
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
            yield Progress("explain", "Putting it into words", clock.elapsed_ms)
            narration = self._narration(event, clock, errand)
            clock.lap("narrate")
            yield replace(event, narration=narration, timings_ms=clock.total())

    def _is_due(self, answer: Answer, clock: Clock) -> bool:
        is_wanted = answer.source == "model" or (
            self._of_all and answer.source in ("parser", "verified")
        )
        is_told = answer.status == "answered" and bool(answer.facts)
        return is_wanted and is_told and clock.left_s >= _LEAST_S

    def _narration(self, answer: Answer, clock: Clock, errand: Errand) -> tuple[str, ...]:
        findings = [answer.headline, *(fact.text for fact in answer.facts)]
        request = narrative_request(answer.question, findings, tenant=errand.user.tenant)
        try:
            reply = reply_of(self._model, request, timeout_s=clock.left_s, cancel=errand.cancel)
        except (ModelTrouble, QueryCancelled) as trouble:
            _LOG.warning("answer %s is not narrated: %s", answer.id, trouble)
            return ()
        sentences = read_narrative(reply.text)
        kept = backed(sentences, findings)
        if len(kept) < len(sentences):
            _LOG.info("answer %s: %d sentences dropped", answer.id, len(sentences) - len(kept))
        return kept
