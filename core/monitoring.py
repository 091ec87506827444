"""What is counted of answers and of the watch, for Prometheus (served by core/api.py)."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

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
WATCH_RUNS: Final = Counter("gemba_watch_runs_total", "Runs of the watch", ["outcome"])
WATCH_ALERTS: Final = Counter("gemba_watch_alerts_total", "Times that alerts were raised")
WATCH_LATE: Final = Counter("gemba_watch_late_rows_total", "Rows that came after their step")
WATCH_SECONDS: Final = Histogram(
    "gemba_watch_seconds",
    "A run of the watch",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
WATCH_TIME: Final = Gauge("gemba_watch_last_run_timestamp_seconds", "When the watch ran well last")
GATE_BATCHES: Final = Counter(
    "gemba_gate_batches_total", "Batches by table and what became of them", ["table", "outcome"]
)
STREAM_CONNECTED: Final = Gauge("gemba_stream_connected", "Whether its server is there", ["stream"])
STREAM_LOSSES: Final = Counter("gemba_stream_losses_total", "Times its server was lost", ["stream"])
STREAM_VALUES: Final = Counter("gemba_stream_values_total", "Values kept", ["stream"])
STREAM_DROPPED: Final = Counter(
    "gemba_stream_dropped_total", "Values without room in the buffer", ["stream"]
)
STREAM_ROWS: Final = Counter("gemba_stream_rows_total", "Rows that the store has", ["stream"])
STREAM_WAITING: Final = Gauge("gemba_stream_waiting_values", "Values in the buffer", ["stream"])
STREAM_BUFFER: Final = Gauge("gemba_stream_buffer_bytes", "Bytes in the buffer", ["stream"])


def count_watch(error: str, is_elsewhere: bool, raised: int, late: int, seconds: float) -> None:
    """A run of the watch is over."""
    outcome = "elsewhere" if is_elsewhere else "failed" if error else "done"
    WATCH_RUNS.labels(outcome).inc()
    WATCH_ALERTS.inc(raised)
    WATCH_LATE.inc(late)
    WATCH_SECONDS.observe(seconds)
    if outcome == "done":
        WATCH_TIME.set_to_current_time()


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
