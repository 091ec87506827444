"""A model's server that fails in every way: each ends in time, says what to do, and passes."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.generation.port import Choice, Constraint, Grammar, JsonSchema
from tests.execution.certificates import Authority
from tests.fakes import llm_server as say
from tests.fakes.llm_server import Act, FaultyServer, answer, status
from tests.faults.proxy import FaultProxy
from tests.generation.calls import Clock, TimedServer, ask, model_at, request, trouble

SQL = "SELECT line_name FROM plant_obt"
GRAMMAR = Grammar("root ::= x")
#: A server that is silent is so for longer than this, on the clock that it shares with its client.
SHORT_S = 5.0
#: What vLLM says over its --max-num-queued-reqs.
FULL = "The engine is currently busy and cannot accept new requests. Please try again later."
#: For calls that end by what the server says, not by their time.
LONG_S = 10.0


@pytest.fixture
def server() -> Iterator[TimedServer]:
    with TimedServer() as running:
        yield running


HTML = b"<!doctype html><html><body>Please sign in to the proxy</body></html>"
FAULTS: dict[str, tuple[Act, str, str]] = {
    "401": (status(401, "Incorrect API key s3cret"), "denied", "GEMBA_LLM_KEY"),
    "403": (status(403), "denied", "GEMBA_LLM_KEY"),
    "404": (status(404), "denied", "'coder'.*GEMBA_LLM_MODEL"),
    "400 of a request": (status(400, "bad temperature"), "wrong", "its log"),
    "400 of a length": (
        status(400, "This model's maximum context length is 4096 tokens"), "wrong", "tokens=",
    ),
    "429": (status(429), "busy", "GEMBA_LLM_CONCURRENCY"),
    "500": (status(500), "down", "500"),
    "502": (status(502), "down", "502"),
    "503": (status(503), "down", "503"),
    "503 of a full server": (status(503, FULL), "busy", "GEMBA_LLM_CONCURRENCY"),
    "418": (status(418), "wrong", "GEMBA_LLM_URL"),
    "a redirect": (
        say.raw("text/html", b"", 307, location="http://127.0.0.1:1/v1"), "wrong", "GEMBA_LLM_URL",
    ),
    "reset at once": (say.reset, "down", "broke off"),
    "reset in the middle": (say.reset_after("SELECT 1 FROM "), "down", "broke off"),
    "cut without an end": (say.cut_after("SELECT 1 FROM "), "down", "broke off"),
    "an error in the stream": (say.error_after("SELECT 1 FROM "), "down", "failed within"),
    "garbage in the stream": (say.stream_of(b"data: {not json}\n\n"), "wrong", "/v1"),
    "no text in the stream": (say.stream_of(b"\x00\xff\xfe\n\ndata: \xff\n\n"), "wrong", "/v1"),
    "a list in the stream": (say.stream_of(b"data: [1, 2]\n\n"), "wrong", "/v1"),
    "a number in the stream": (say.stream_of(b"data: 7\n\n"), "wrong", "/v1"),
    "no choices in the stream": (say.stream_of(b'data: {"id": "x"}\n\n'), "wrong", "choices"),
    "no text in a choice": (
        say.stream_of(b'data: {"choices": [{"delta": {"content": [1]}}]}\n\n'), "wrong", "text",
    ),
    "choices that are none": (say.stream_of(b'data: {"choices": [7]}\n\n'), "down", "broke off"),
    "deep garbage": (say.stream_of(b"data: " + b"[" * 200_000 + b"\n\n"), "wrong", "/v1"),
    "an empty stream": (say.stream_of(b""), "down", "broke off"),
    "nothing but [DONE]": (say.stream_of(b"data: [DONE]\n\n"), "down", "broke off"),
    "an empty reply": (answer(""), "wrong", "empty reply"),
    "only thinking": (answer("<think>hm", finish="length"), "wrong", "tokens= in GEMBA_LLM_SQL"),
    "a proxy's page": (say.raw("text/html", HTML), "wrong", "text/html"),
    "a plain answer": (say.raw("application/json", b'{"choices": []}'), "wrong", "json"),
    "another content type": (say.raw("text/plain", b"data: {}\n\n"), "wrong", "text/plain"),
    "a compressed answer": (
        say.raw("text/event-stream", b"\x1f\x8b", content_encoding="gzip"), "wrong", "compressed",
    ),
}  # fmt: skip
LATE: dict[str, Act] = {
    "a black hole": say.black_hole,
    "silence in the middle": say.silent_after("SELECT 1 "),
    "a trickle": say.trickle(SQL, 2.0),
    "a slow reply": say.slow("SELECT ", 2.0),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_what_to_do_and_passes(server: TimedServer, name: str) -> None:
    act, kind, says = FAULTS[name]
    server.script(act)
    with model_at(server, key="s3cret") as model:
        found = trouble(model, request(constraint=GRAMMAR), timeout_s=LONG_S)
        assert found.kind == kind
        assert re.search(says, str(found)), str(found)
        assert "s3cret" not in str(found)
        assert model.state("sql").why in (str(found), "")
        server.script(answer(SQL))
        assert ask(model)[1].text == SQL
        assert model.state("sql").why == ""


@pytest.mark.parametrize("name", LATE)
def test_a_late_reply_ends_at_its_time_and_at_the_server(server: TimedServer, name: str) -> None:
    server.script(LATE[name])
    with model_at(server) as model:
        started = server.clock()
        found = trouble(model, request(constraint=GRAMMAR), timeout_s=SHORT_S)
        assert found.kind == "late"
        assert server.clock() - started > SHORT_S
        assert "5 s" in str(found)
        assert server.hung_up.wait(3)
        server.script(answer(SQL))
        assert ask(model)[1].text == SQL


def test_what_had_come_is_in_the_trouble(server: TimedServer) -> None:
    server.script(say.reset_after("SELECT 1 FROM "))
    with model_at(server) as model:
        assert trouble(model, timeout_s=LONG_S).partial == "SELECT 1 FROM "
    assert len(server.asked) == 1  # not asked again once something came


def test_a_reset_after_the_end_loses_nothing(server: TimedServer) -> None:
    server.script(say.reset_after(SQL, finish="stop"))
    with model_at(server) as model:
        assert ask(model)[1].text == SQL


def test_a_line_without_an_end_fills_no_memory(
    server: TimedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.generation.wire.MOST_BYTES", 2**20)
    server.script(say.huge_line)
    with model_at(server) as model:
        found = trouble(model, timeout_s=LONG_S)
        assert found.kind == "wrong"
        assert "too long" in str(found)
        assert server.hung_up.wait(3)


def test_a_long_page_in_place_of_an_error_fills_no_memory(
    server: TimedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.generation.wire.MOST_BYTES", 2**20)
    server.script(say.raw("text/html", b"x" * 2**22, 500))
    with model_at(server) as model:
        assert trouble(model, timeout_s=LONG_S).kind in ("wrong", "down")


def test_the_turns_time_is_the_limit_where_it_is_shorter(server: TimedServer) -> None:
    server.script(say.black_hole)
    with model_at(server, intent="timeout=1.5") as model:
        assert "1.5 s" in str(trouble(model, request(role="intent"), timeout_s=20))
        assert "2 s" in str(trouble(model, request(role="sql"), timeout_s=2))
        assert trouble(model, timeout_s=0.0).kind == "late"


@pytest.mark.parametrize(
    ("constraint", "said"),
    [
        (GRAMMAR, "Grammar error: structured_outputs not supported"),
        (Choice(("A",)), "unknown field `structured_outputs`"),
        (JsonSchema("v", {}), "'response_format' of type json_schema is not available"),
    ],
)
def test_a_server_that_keeps_to_no_constraint(
    server: TimedServer, constraint: Constraint, said: str
) -> None:
    server.script(status(400, said))
    with model_at(server) as model:
        found = trouble(model, request(constraint=constraint), timeout_s=LONG_S)
        assert found.kind == "wrong"
        assert "vLLM" in str(found)
        assert "GEMBA_LLM_URL" in str(found)
        assert model.state("sql").circuit == "closed"
    assert len(server.asked) == 1


# -- the network -----------------------------------------------------------------------------


def test_nobody_listens_and_then_somebody_does(server: TimedServer) -> None:
    server.refuse()
    with model_at(server) as model:
        found = trouble(model, timeout_s=LONG_S)
        assert (found.kind, found.partial) == ("down", "")
        assert "GEMBA_LLM_URL" in str(found)
        server.listen()
        assert ask(model)[1].text == "SELECT 1"


def test_a_name_that_nobody_knows() -> None:
    with model_at("http://no-such-host.invalid:8000/v1") as model:
        found = trouble(model, timeout_s=LONG_S)
        assert found.kind == "down"
        assert "name of the model server is not known" in str(found)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("black_hole", {}),
        ("latency", {"delay_s": 9.0}),
        ("trickle", {"after": 20, "delay_s": 2.0}),
        ("truncated", {"after": 150}),
        ("reset", {"after": 150}),
        ("corrupt", {"after": 5}),
    ],
)
def test_a_fault_on_the_way(server: TimedServer, kind: Any, options: dict[str, Any]) -> None:
    with (
        FaultProxy("127.0.0.1", server.port, server.clock.pause) as proxy,
        model_at(
            f"http://127.0.0.1:{proxy.port}/v1", clock=server.clock, now=server.clock
        ) as model,
    ):
        ask(model)
        proxy.inject(kind, **options)
        found = trouble(model, timeout_s=SHORT_S)
        assert found.kind in ("down", "late", "wrong")
        proxy.heal()
        assert ask(model)[1].text == "SELECT 1"


def test_certificates(tmp_path: Path) -> None:
    ours, others = Authority(tmp_path, "ours"), Authority(tmp_path, "others")
    with FaultyServer(tls=ours.issue("localhost")) as server:
        with model_at(server, ca=str(ours.path)) as model:
            assert ask(model)[1].text == "SELECT 1"
        for ca in (str(others.path), ""):
            with model_at(server, ca=ca) as model:
                found = trouble(model, timeout_s=LONG_S)
                assert found.kind == "down"
                assert "certificate is not trusted" in str(found)
                assert "GEMBA_LLM_CA" in str(found)
    for name, days, says in (("localhost", -1, "expired"), ("elsewhere", 1, "GEMBA_LLM_CA")):
        with (
            FaultyServer(tls=ours.issue(name, days=days)) as server,
            model_at(server, ca=str(ours.path)) as model,
        ):
            assert says in str(trouble(model, timeout_s=LONG_S))


def test_http_where_https_was_meant(server: TimedServer) -> None:
    with model_at(server.url.replace("http:", "https:")) as model:
        found = trouble(model, timeout_s=LONG_S)
        assert found.kind == "down"
        assert "https" in str(found)


# -- asking again ----------------------------------------------------------------------------


@pytest.mark.parametrize("first", [status(503), status(502), status(429), say.reset])
def test_what_may_pass_is_asked_again(server: TimedServer, first: Act) -> None:
    server.script(first, first, answer(SQL))
    clock = Clock()
    with model_at(server, clock=clock) as model:
        assert ask(model)[1].retries == 2
    assert len(server.asked) == 3
    assert sum(clock.pauses) == pytest.approx(0.5 * 0.2 + 0.5 * 0.4)


def test_it_is_asked_three_times_at_most(server: TimedServer) -> None:
    server.script(status(429))
    with model_at(server) as model:
        assert trouble(model, timeout_s=LONG_S).kind == "busy"
    assert len(server.asked) == 3


def test_the_server_says_when_to_come_back(server: TimedServer) -> None:
    server.script(status(429, retry_after="2"), answer(SQL))
    clock = Clock()
    with model_at(server, clock=clock, chance=0.0) as model:
        assert ask(model)[1].retries == 1
    assert sum(clock.pauses) == pytest.approx(2.0)


@pytest.mark.parametrize("after", ["60", "1e9", "999999999999999999999"])
def test_no_wait_beyond_the_time_left(server: TimedServer, after: str) -> None:
    server.script(status(429, retry_after=after), answer(SQL))
    with model_at(server) as model:
        if after == "60":
            assert trouble(model, timeout_s=3.0).kind == "busy"
            assert len(server.asked) == 1
        else:  # no number of seconds: as if it had said nothing
            assert ask(model)[1].text == SQL


@pytest.mark.parametrize("act", [status(500), status(401), status(400), say.error_after("S")])
def test_what_would_not_pass_is_not_asked_again(server: TimedServer, act: Act) -> None:
    server.script(act)
    with model_at(server) as model:
        trouble(model, timeout_s=LONG_S)
    assert len(server.asked) == 1


# -- the circuit -----------------------------------------------------------------------------


def test_a_server_that_fails_is_left_alone_and_comes_back(server: TimedServer) -> None:
    clock = Clock()
    server.script(status(500))
    with model_at(server, clock=clock) as model:
        for _ in range(3):
            assert trouble(model, timeout_s=LONG_S).kind == "down"
        assert model.state("sql").circuit == "open"
        started = clock()
        resting = trouble(model, timeout_s=LONG_S)
        assert clock() == started
        assert resting.kind == "resting"
        assert "5 s" in str(resting)
        assert "500" in str(resting)
        assert len(server.asked) == 3
        clock.now += 5
        assert model.state("sql").circuit == "half-open"
        trouble(model, timeout_s=LONG_S)
        assert "10 s" in str(trouble(model, timeout_s=LONG_S))
        server.script(answer(SQL))
        clock.now += 10
        assert ask(model)[1].text == SQL
        assert model.state("sql").circuit == "closed"
        assert model.state("sql").why == ""


def test_attempts_of_one_call_count_once(server: TimedServer) -> None:
    server.script(status(503))
    with model_at(server) as model:
        for times in (3, 6, 9):
            assert model.state("sql").circuit == "closed"
            assert trouble(model, timeout_s=LONG_S).kind == "down"
            assert len(server.asked) == times
        assert model.state("sql").circuit == "open"


@pytest.mark.parametrize(
    "act", [status(401), status(404), status(400), status(429), status(503, FULL)]
)
def test_a_server_that_answers_is_not_left_alone(server: TimedServer, act: Act) -> None:
    server.script(act)
    with model_at(server) as model:
        for _ in range(5):
            trouble(model, timeout_s=LONG_S)
        assert model.state("sql").circuit == "closed"


def test_turns_with_no_time_left_open_nothing(server: TimedServer) -> None:
    server.script(say.black_hole)
    with model_at(server) as model:
        for _ in range(4):
            assert trouble(model, timeout_s=1.0).kind == "late"
        assert model.state("sql").circuit == "closed"


def test_late_replies_open_it(server: TimedServer) -> None:
    server.script(say.black_hole)
    with model_at(server, sql="timeout=3") as model:
        for _ in range(3):
            assert trouble(model, timeout_s=3.0).kind == "late"
        assert trouble(model).kind == "resting"


def test_a_stopped_trial_lets_the_next_one_through(server: TimedServer) -> None:
    clock = Clock()
    server.script(status(500), status(500), status(500), say.silent_after("SELECT 1 "), answer(SQL))
    with model_at(server, clock=clock) as model:
        for _ in range(3):
            trouble(model, timeout_s=LONG_S)
        clock.now += 5
        trial = model.stream(request(constraint=GRAMMAR), timeout_s=LONG_S)
        assert next(trial)
        assert trouble(model, timeout_s=LONG_S).kind == "resting"
        del trial
        assert ask(model)[1].text == SQL


def test_many_callers_of_a_dead_server_end_in_time(server: TimedServer) -> None:
    server.script(say.black_hole)
    kinds: list[str] = []
    with model_at(server, sql="timeout=3", places=4, wait_s=1.0) as model:

        def call() -> None:
            kinds.append(trouble(model, timeout_s=3.0).kind)

        threads = [threading.Thread(target=call) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert len(kinds) == 12
    assert set(kinds) <= {"late", "busy", "resting"}
    assert "late" in kinds
