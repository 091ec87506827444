"""The replies of a language model within a turn: one, or several candidates at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

from core.assistant.boundary import Clock
from core.assistant.queries import Errand
from core.generation.port import LanguageModel, ModelTrouble, Reply, Request, reply_of
from core.types import Progress

_LOG = logging.getLogger(__name__)
#: Milliseconds between two looks at what is being written.
_SHOWN_EVERY_MS: Final = 100.0
#: Warmth and number of the further candidates.
_WARMTH: Final = 0.7
_MOST_CANDIDATES: Final = 8


@dataclass(frozen=True, slots=True)
class Replies:
    """Asks within the turn's time, and until its person stops it."""

    model: LanguageModel
    clock: Clock
    errand: Errand

    def one(self, request: Request) -> Reply:
        """Raises ModelTrouble and QueryCancelled."""
        return reply_of(self.model, request, timeout_s=self.clock.left_s, cancel=self.errand.cancel)

    def several(
        self, request: Request, count: int, *, label: str
    ) -> Generator[Progress, None, list[Reply]]:
        """The first, shown as it is written, and the further ones beside it; those that came.
        Raises ModelTrouble where none came, and QueryCancelled."""
        more = max(1, min(count, _MOST_CANDIDATES)) - 1
        others = [replace(request, temperature=_WARMTH, seed=i + 1) for i in range(more)]
        found: list[Reply] = []
        trouble: ModelTrouble | None = None
        with ThreadPoolExecutor(max(1, more), thread_name_prefix="candidate") as pool:
            waiting: list[Future[Reply]] = [pool.submit(self.one, other) for other in others]
            try:
                found.append((yield from self._shown(request, label)))
            except ModelTrouble as error:
                trouble = error
            for future in waiting:
                try:
                    found.append(future.result())
                except ModelTrouble as error:
                    _LOG.warning("a candidate is missing: %s", error)
        if not found and trouble is not None:
            raise trouble
        return found

    def _shown(self, request: Request, label: str) -> Generator[Progress, None, Reply]:
        yield Progress("generate", label, self.clock.elapsed_ms)
        text, shown_at = "", 0.0
        pieces = self.model.stream(request, timeout_s=self.clock.left_s, cancel=self.errand.cancel)
        for event in pieces:
            if isinstance(event, Reply):
                if event.text:
                    yield Progress("generate", label, self.clock.elapsed_ms, event.text)
                return event
            text += event
            now = time.perf_counter() * 1000
            if now - shown_at >= _SHOWN_EVERY_MS:
                shown_at = now
                yield Progress("generate", label, self.clock.elapsed_ms, text)
        raise ModelTrouble("The model server ended without a reply.", kind="wrong", partial=text)
