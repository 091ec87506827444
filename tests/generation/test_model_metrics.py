"""What a model's calls leave in /metrics, and that nothing secret is in it."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY, generate_latest

from core.generation.port import Request
from tests.fakes.llm_server import FaultyServer, answer, never_stops, reset, status
from tests.generation.calls import ask, model_at, request, trouble


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"gemba_model_{name}", labels) or 0.0


@pytest.fixture
def server():
    with FaultyServer() as running:
        yield running


def test_calls_tokens_and_times(server: FaultyServer) -> None:
    usage = {"prompt_tokens": 100, "completion_tokens": 7,
             "prompt_tokens_details": {"cached_tokens": 80}}  # fmt: skip
    names = {"role": "reflect"}
    before = {
        key: value(*key[:1], **names, **dict(key[1:]))
        for key in (
            ("calls_total", ("outcome", "stop")),
            ("tokens_total", ("kind", "prompt")),
            ("tokens_total", ("kind", "cached")),
            ("tokens_total", ("kind", "reply")),
            ("first_piece_seconds_count",),
            ("call_seconds_count",),
            ("retries_total",),
        )
    }
    server.script(reset, answer("fine", usage=usage))
    with model_at(server) as model:
        ask(model, Request("reflect", "p", "b"))
    after = [value(*key[:1], **names, **dict(key[1:])) for key in before]
    assert [b - a for a, b in zip(before.values(), after, strict=True)] == [1, 100, 80, 7, 1, 1, 1]


@pytest.mark.parametrize(
    ("act", "outcome"),
    [(status(401), "denied"), (status(500), "down"), (never_stops, "length")],
)
def test_how_a_call_ended(server: FaultyServer, act, outcome: str) -> None:
    before = value("calls_total", role="intent", outcome=outcome)
    server.script(act)
    with model_at(server) as model:
        if outcome == "length":
            ask(model, request(role="intent"))
        else:
            trouble(model, request(role="intent"), timeout_s=10)
    assert value("calls_total", role="intent", outcome=outcome) == before + 1


def test_an_iterator_that_is_closed_is_counted(server: FaultyServer) -> None:
    before = value("calls_total", role="narrate", outcome="closed")
    server.script(answer("</think>a b c d e f g h"))
    with model_at(server) as model:
        events = model.stream(request(role="narrate"), timeout_s=10)
        next(events)
        del events
    assert value("calls_total", role="narrate", outcome="closed") == before + 1


def test_the_circuit_is_seen_by_host_and_port_alone(server: FaultyServer) -> None:
    label = f"127.0.0.1:{server.port}"
    server.script(status(500))
    with model_at(server, key="s3cret", sql="key=s3cret2") as model:
        assert value("circuit", server=label) == 0
        for _ in range(3):
            trouble(model, request(tenant="works-7"), timeout_s=10)
        assert value("circuit", server=label) == 2
        assert value("ongoing_calls", server=label) == 0
        assert value("waiting_calls", server=label) == 0
    text = generate_latest().decode()
    for secret in ("s3cret", "works-7", "/v1", "QUESTION"):
        assert secret not in "".join(line for line in text.splitlines() if "gemba_model" in line)
