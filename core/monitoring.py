"""What is counted of answers, for Prometheus (served by core/api.py)."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Histogram

from core.types import Answer

ANSWERS: Final = Counter("gemba_answers_total", "Answers by way and status", ["source", "status"])
ATTEMPTS: Final = Counter("gemba_attempts_total", "A language model's attempts", ["outcome"])
FALLBACKS: Final = Counter("gemba_fallbacks_total", "Answers of the parser in a model's stead")
INTENTS: Final = Counter("gemba_intents_total", "What a model took a question for", ["intent"])
RATE_REFUSALS: Final = Counter("gemba_rate_refusals_total", "Questions over a limit of frequency")
TURNS: Final = Histogram(
    "gemba_turn_seconds",
    "A question with all that it takes",
    ["source"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60),
)


def count(answer: Answer) -> None:
    """An answer has been given."""
    source = answer.source or "none"
    ANSWERS.labels(source, answer.status).inc()
    TURNS.labels(source).observe(answer.timings_ms.get("total", 0.0) / 1_000)
    if answer.made is None:
        return
    for attempt in answer.made.attempts:
        ATTEMPTS.labels(attempt.outcome).inc()
    if answer.made.by_fallback:
        FALLBACKS.inc()
