"""Counters and timings of calls to language models, for Prometheus.

A server's label is its host and port: nothing of a key or of a question is in any label.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from core.circuit import Circuit

CALLS: Final = Counter(
    "gemba_model_calls_total", "Calls of a language model, by how they ended", ["role", "outcome"]
)
RETRIES: Final = Counter("gemba_model_retries_total", "Attempts after the first", ["role"])
TOKENS: Final = Counter(
    "gemba_model_tokens_total",
    "Tokens as servers counted them: of prompts, those of them from the prefix cache, of replies",
    ["role", "kind"],
)
FIRST_PIECE: Final = Histogram(
    "gemba_model_first_piece_seconds",
    "Time to the first piece of a reply",
    ["role"],
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 25),
)
DURATION: Final = Histogram(
    "gemba_model_call_seconds",
    "Time of a whole call with its attempts",
    ["role"],
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 25, 60),
)
CIRCUIT: Final = Gauge(
    "gemba_model_circuit", "State of a server's circuit: 0 closed, 1 half-open, 2 open", ["server"]
)
ONGOING: Final = Gauge("gemba_model_ongoing_calls", "Calls under way", ["server"])
WAITING: Final = Gauge("gemba_model_waiting_calls", "Calls that wait for a free place", ["server"])

_LEVELS: Final[dict[Circuit, int]] = {"closed": 0, "half-open": 1, "open": 2}


def note_circuit(server: str, circuit: Circuit) -> None:
    """Keep the state of a server's circuit."""
    CIRCUIT.labels(server).set(_LEVELS[circuit])
