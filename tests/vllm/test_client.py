"""Gemba's own client against the real server: what its fakes promise holds there."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, cast

import pytest

from core.errors import QueryCancelled
from core.generation.open import open_model
from core.generation.port import (
    Choice,
    Grammar,
    JsonSchema,
    LanguageModel,
    ModelTrouble,
    Reply,
    Request,
    reply_of,
)
from core.settings import load_settings
from tests.vllm.server import Server
from tests.vllm.test_server import GRAMMAR, SCHEMA, SENTENCE, SHARED

pytestmark = pytest.mark.vllm

#: A reply that takes seconds and is shown as it comes, for it begins as SQL does.
LONG = Grammar('root ::= "SELECT " [a-z ]{9000,10000}')
LONG_TOKENS = "tokens=6000 timeout=60"

Open = Callable[..., LanguageModel]


@pytest.fixture
def open_with(server: Server) -> Iterator[Open]:
    """Opens a client with settings beside the server's."""
    opened: list[LanguageModel] = []

    def open_(**more: str) -> LanguageModel:
        named = {"GEMBA_LLM_URL": server.url, "GEMBA_LLM_KEY": server.key}
        model = open_model(load_settings({**named, **more}))
        assert model is not None
        opened.append(model)
        return model

    server.wait_idle()
    yield open_
    for model in opened:
        model.close()


@pytest.fixture
def model(open_with: Open) -> LanguageModel:
    return open_with(GEMBA_LLM_SQL="tokens=300")


def request(body: str = "Which pump vibrates?", **more: Any) -> Request:
    return Request(**{"role": "sql", "prefix": "Answer in SQL.", "body": body, **more})


def test_the_name_and_the_length_are_learned(server: Server, open_with: Open) -> None:
    model = open_with()
    reply_of(model, request(role="intent"), timeout_s=30)
    assert model.state("sql").model == server.model
    with server.client() as client:
        limit = client.get(f"{server.url}/models").json()["data"][0]["max_model_len"]
    assert limit - 2048 - 200 < model.room("sql") < limit - 2048


def test_free_text_comes_whole(model: LanguageModel) -> None:
    reply = reply_of(model, request(), timeout_s=60)
    assert 0 < reply.first_ms < reply.total_ms
    assert reply.usage.prompt > 0
    assert 0 < reply.usage.reply <= 300
    assert reply.retries == 0


def test_constrained_text_comes_in_pieces(model: LanguageModel) -> None:
    events = list(model.stream(request(constraint=LONG), timeout_s=60))
    reply = events[-1]
    assert isinstance(reply, Reply)
    assert len(events) > 20
    assert "".join(e for e in events if isinstance(e, str)) == reply.text
    assert reply.finish == "length"


@pytest.mark.parametrize("seed", range(3))
def test_a_grammar_is_kept(model: LanguageModel, seed: int) -> None:
    asked = request(constraint=Grammar(GRAMMAR), temperature=1.5, seed=seed)
    reply = reply_of(model, asked, timeout_s=60)
    assert SENTENCE.fullmatch(reply.text), reply.text
    assert reply.finish == "stop"


def test_a_choice_is_kept(model: LanguageModel) -> None:
    options = ("NEW_QUERY", "DATA_FILTER", "RESET")
    asked = request(role="intent", constraint=Choice(options), temperature=1.5)
    assert reply_of(model, asked, timeout_s=60).text in options


def test_a_schema_is_kept(model: LanguageModel) -> None:
    asked = request(role="reflect", constraint=JsonSchema("verdict", SCHEMA), temperature=1.5)
    value = json.loads(reply_of(model, asked, timeout_s=60).text)
    assert set(value) == {"verdict", "row"}


def test_a_long_prompt_with_a_seed_is_answered(model: LanguageModel) -> None:
    """Several replies to one question are asked for by seeds."""
    prefix = f"Note {uuid.uuid4()}. " + SHARED * 200
    asked = request(prefix=prefix, constraint=Grammar(GRAMMAR), temperature=1.0, seed=3)
    assert SENTENCE.fullmatch(reply_of(model, asked, timeout_s=60).text)


def test_the_same_seed_gives_the_same_reply(model: LanguageModel) -> None:
    asked = request(constraint=Grammar(GRAMMAR), temperature=1.0, seed=7)
    first = reply_of(model, asked, timeout_s=60)
    assert reply_of(model, asked, timeout_s=60).text == first.text


def test_closing_the_stream_ends_the_work(server: Server, open_with: Open) -> None:
    model = open_with(GEMBA_LLM_SQL=LONG_TOKENS)
    before = server.metric("vllm:generation_tokens_total")
    stream = model.stream(request("Tell me all.", constraint=LONG), timeout_s=60)
    with closing(cast("Generator[str | Reply]", stream)) as pieces:
        next(pieces)
        server.wait_busy(1)
    assert server.wait_idle() < 2
    assert server.metric("vllm:generation_tokens_total") - before < 5_000


def test_stop_ends_the_work(server: Server, open_with: Open) -> None:
    model = open_with(GEMBA_LLM_SQL=LONG_TOKENS)
    stop = threading.Event()
    timer = threading.Timer(1.0, stop.set)
    timer.start()
    with pytest.raises(QueryCancelled):
        reply_of(model, request("Tell me all.", constraint=LONG), timeout_s=60, cancel=stop)
    timer.join()
    assert server.wait_idle() < 2


def test_time_that_is_over_ends_the_work(server: Server, open_with: Open) -> None:
    model = open_with(GEMBA_LLM_SQL=LONG_TOKENS)
    with pytest.raises(ModelTrouble) as caught:
        reply_of(model, request("Tell me all.", constraint=LONG), timeout_s=1.0)
    assert caught.value.kind == "late"
    assert server.wait_idle() < 2


def test_a_shared_prefix_is_computed_once_for_each_tenant(model: LanguageModel) -> None:
    prefix = f"Note {uuid.uuid4()}. " + SHARED * 60

    def cached(tenant: str, body: str) -> int:
        asked = request(body, role="intent", prefix=prefix, tenant=tenant)
        usage = reply_of(model, asked, timeout_s=60).usage
        assert usage.prompt > 800
        return usage.cached

    assert cached("north", "What was the OEE?") == 0
    assert cached("north", "Which pump vibrates?") > 600
    assert cached("south", "Which pump vibrates?") == 0


def test_a_prompt_too_long_is_said(model: LanguageModel, server: Server) -> None:
    with pytest.raises(ModelTrouble) as caught:
        reply_of(model, request("word " * 40_000), timeout_s=60)
    assert "long" in str(caught.value), str(caught.value)
    assert model.state("sql").circuit == "closed", "the question is at fault, not the server"


def test_over_our_places_it_says_busy_and_the_servers_queue_drains(
    server: Server, open_with: Open
) -> None:
    model = open_with(
        GEMBA_LLM_SQL="tokens=400 timeout=60", GEMBA_LLM_CONCURRENCY="4", GEMBA_LLM_WAIT_S="0.2"
    )

    def ask(number: int) -> str:
        try:
            return reply_of(model, request(f"Question {number}"), timeout_s=60).finish
        except ModelTrouble as trouble:
            return trouble.kind

    most = 0.0
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(ask, n) for n in range(16)]
        while not all(a.done() for a in asked):
            most = max(most, server.busy())
            time.sleep(0.05)
    said = [a.result() for a in asked]
    assert set(said) <= {"stop", "length", "busy"}
    assert said.count("busy") > 0
    assert len(said) - said.count("busy") >= 4
    assert most <= 4
    assert server.wait_idle() < 5
    assert reply_of(model, request(role="intent"), timeout_s=30).text


def test_a_server_that_is_full_is_busy_too(server: Server, open_with: Open) -> None:
    if not server.in_flight:
        pytest.skip("needs TEST_VLLM_IN_FLIGHT, the server's --max-num-queued-reqs")
    model = open_with(GEMBA_LLM_INTENT="timeout=20")
    with server.held(server.in_flight, tokens=4_000):
        server.wait_busy(server.in_flight)
        with pytest.raises(ModelTrouble) as caught:
            reply_of(model, request(role="intent"), timeout_s=20)
    assert caught.value.kind == "busy"
    assert server.wait_idle() < 5


def test_a_wrong_key_is_denied_and_not_repeated(open_with: Open) -> None:
    model = open_with(GEMBA_LLM_KEY="wrong", GEMBA_LLM_MODEL="tiny")
    with pytest.raises(ModelTrouble) as caught:
        reply_of(model, request(), timeout_s=10)
    assert caught.value.kind == "denied"
    assert "wrong" not in str(caught.value)


def test_another_models_name_is_denied_with_those_there(server: Server, open_with: Open) -> None:
    model = open_with(GEMBA_LLM_MODEL="another")
    with pytest.raises(ModelTrouble) as caught:
        reply_of(model, request(), timeout_s=10)
    assert caught.value.kind == "denied"
    assert "another" in str(caught.value)
