"""Calls of a model's server that go well: what is sent, what comes back, what is learned."""

from __future__ import annotations

import json
import threading
import time

import pytest

from core.errors import QueryCancelled, SettingsError
from core.generation.port import Choice, Exchange, Grammar, JsonSchema, Reply, Usage
from tests.fakes.llm_server import (
    Act,
    FaultyServer,
    Wire,
    answer,
    black_hole,
    never_stops,
    silent_after,
    slow,
    status,
)
from tests.generation.calls import Clock, ask, model_at, request, trouble

SQL = "SELECT line_name FROM plant_obt"


@pytest.fixture
def server():
    with FaultyServer() as running:
        yield running


def test_a_reply_with_its_pieces_and_figures(server: FaultyServer) -> None:
    usage = {"prompt_tokens": 1750, "completion_tokens": 9, "total_tokens": 1759,
             "prompt_tokens_details": {"cached_tokens": 1700}}  # fmt: skip
    server.script(answer(SQL, usage=usage))
    with model_at(server) as model:
        pieces = list(model.stream(request(constraint=Grammar("root ::= x")), timeout_s=2))
    reply = pieces.pop()
    assert isinstance(reply, Reply)
    assert len(pieces) > 3
    assert "".join(map(str, pieces)) == reply.text == SQL
    assert (reply.model, reply.finish, reply.retries) == ("coder", "stop", 0)
    assert reply.usage == Usage(1750, 1700, 9)
    assert 0 < reply.first_ms <= reply.total_ms < 2_000


def test_what_is_sent(server: FaultyServer) -> None:
    earlier = (Exchange("SELECT x", "There is no column x."),)
    with model_at(server, key="s3cret") as model:
        ask(model, request(earlier=earlier, tenant="works-7", seed=3))
        ask(model, request(temperature=0.7))
    first, second = (asked.body for asked in server.asked)
    assert first["messages"] == [
        {"role": "system", "content": "You write SQL."},
        {"role": "user", "content": "QUESTION x"},
        {"role": "assistant", "content": "SELECT x"},
        {"role": "user", "content": "There is no column x."},
    ]
    assert first["stream"] is True
    assert first["stream_options"] == {"include_usage": True}
    assert (first["temperature"], first["max_tokens"], first["seed"]) == (0.1, 2048, 3)
    assert first["chat_template_kwargs"] == {"enable_thinking": False}
    assert (second["temperature"], "seed" in second, "cache_salt" in second) == (0.7, False, False)
    assert server.asked[0].path == "/v1/chat/completions"
    assert server.asked[0].headers["authorization"] == "Bearer s3cret"


def test_a_tenant_has_a_salt_that_does_not_name_it(server: FaultyServer) -> None:
    with model_at(server) as model:
        for tenant in ("works-7", "works-7", "works-8"):
            ask(model, request(tenant=tenant))
    salts = [asked.body["cache_salt"] for asked in server.asked]
    assert salts[0] == salts[1] != salts[2]
    assert "works" not in "".join(salts)


def test_nothing_of_the_machine_or_its_environment_is_sent(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "from-outside")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Outside: from-outside")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://192.0.2.1/v1")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    with model_at(server) as model:
        ask(model)
    assert server.asked[0].headers.keys() == {
        "host", "accept", "accept-encoding", "connection", "content-length", "content-type",
    }  # fmt: skip
    assert "from-outside" not in json.dumps(server.asked[0].headers)


@pytest.mark.parametrize(
    ("constraint", "sent"),
    [
        (Grammar("root ::= a"), {"structured_outputs": {"grammar": "root ::= a"}}),
        (Choice(("A", "B")), {"structured_outputs": {"choice": ["A", "B"]}}),
        (
            JsonSchema("verdict", {"type": "object"}),
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {
                        "name": "verdict",
                        "schema": {"type": "object"},
                        "strict": True,
                    },
                }
            },
        ),
        (None, {}),
    ],
)
def test_how_a_constraint_is_sent(server: FaultyServer, constraint, sent) -> None:
    with model_at(server) as model:
        ask(model, request(constraint=constraint))
    body = server.asked[0].body
    assert {k: body[k] for k in ("structured_outputs", "response_format") if k in body} == sent


def test_connections_are_used_again(server: FaultyServer) -> None:
    with model_at(server) as model:
        for _ in range(5):
            ask(model)
    assert server.connections <= 2  # one of them asked for its models


def test_without_a_constraint_the_reply_is_cleaned(server: FaultyServer) -> None:
    server.script(answer(f"<think>SELECT 2?</think>Sure:\n```sql\n{SQL};\n```\nDone."))
    with model_at(server) as model:
        assert ask(model)[0] == SQL
        assert ask(model)[1].text == SQL


def test_reasoning_that_the_server_parted_is_no_text(server: FaultyServer) -> None:
    for name in ("reasoning", "reasoning_content"):
        server.script(answer(SQL, **{name: "SELECT 2?"}))
        with model_at(server) as model:
            assert ask(model)[0] == SQL


def test_a_cut_reply_says_so(server: FaultyServer) -> None:
    server.script(answer("SELECT line_na", finish="length"))
    with model_at(server) as model:
        assert ask(model)[1].finish == "length"


def test_a_model_that_does_not_stop_is_stopped(server: FaultyServer) -> None:
    server.script(never_stops)
    with model_at(server, narrate="tokens=40") as model:
        _, reply = ask(model, request(role="narrate"))
        assert reply.finish == "length"
        assert 480 < len(reply.text) < 600
        assert server.hung_up.wait(3)
        server.script(answer(SQL))
        assert ask(model)[1].text == SQL


# -- Stop ------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [black_hole, silent_after("SELECT"), slow("SELECT ", 0.01)])
def test_stop_ends_the_call_at_the_server(server: FaultyServer, act: Act) -> None:
    stop = threading.Event()

    def pressed(wire: Wire) -> None:
        stop.set()  # while the server is at it
        act(wire)

    server.script(pressed)
    with model_at(server) as model:
        with pytest.raises(QueryCancelled):
            ask(model, request(constraint=Grammar("x")), timeout_s=20, cancel=stop)
        assert server.hung_up.wait(3)


def test_closing_the_iterator_ends_the_call_at_the_server(server: FaultyServer) -> None:
    server.script(slow("SELECT ", 0.01))
    with model_at(server) as model:
        events = model.stream(request(constraint=Grammar("x")), timeout_s=20)
        assert str(next(events)).startswith("SELECT")
        del events
        assert server.hung_up.wait(3)


def test_stop_ends_a_wait_for_another_attempt(server: FaultyServer) -> None:
    server.script(status(429, retry_after="5"))
    stop = threading.Event()

    class Stopping(Clock):
        def pause(self, seconds: float) -> None:
            super().pause(seconds)
            stop.set()

    clock = Stopping()
    with model_at(server, clock=clock) as model, pytest.raises(QueryCancelled):
        ask(model, timeout_s=20, cancel=stop)
    assert len(clock.pauses) == 1


def test_closing_the_model_ends_its_calls(server: FaultyServer) -> None:
    server.script(black_hole)
    with model_at(server) as model:
        found: list[str] = []

        def call() -> None:
            found.append(trouble(model, timeout_s=20).kind)

        thread = threading.Thread(target=call)
        thread.start()
        while not server.asked:
            time.sleep(0.01)
        model.close()
        thread.join(2)
        assert found == ["down"]
        assert trouble(model).kind == "down"
    assert server.hung_up.wait(3)


# -- places ----------------------------------------------------------------------------------


def test_more_calls_than_places_wait_and_then_are_told(server: FaultyServer) -> None:
    server.script(silent_after("SELECT 1 FROM"), answer(SQL))
    with model_at(server, places=1, wait_s=0.1) as model:
        held = model.stream(request(constraint=Grammar("x")), timeout_s=20)
        assert next(held)
        busy = trouble(model)
        assert busy.kind == "busy"
        assert "GEMBA_LLM_CONCURRENCY" in str(busy)
        assert model.state("sql").circuit == "closed"
        del held
        assert ask(model)[1].text == SQL


def test_a_place_is_free_again_after_every_end(server: FaultyServer) -> None:
    server.script(status(500), status(401), silent_after("SELECT 1 "), answer(""), answer(SQL))
    with model_at(server, places=1) as model:
        for timeout_s in (2.0, 2.0, 0.15, 2.0):
            trouble(model, timeout_s=timeout_s)
        assert ask(model)[1].text == SQL


def test_calls_run_at_once(server: FaultyServer) -> None:
    met = threading.Barrier(6)

    def together(wire) -> None:
        met.wait(5)
        answer(SQL)(wire)

    server.script(together)
    texts: list[str] = []
    with model_at(server, wait_s=2) as model:
        threads = [
            threading.Thread(target=lambda: texts.append(ask(model)[1].text)) for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
    assert texts == [SQL] * 6


# -- what is learned -------------------------------------------------------------------------


def test_the_name_and_the_room_are_the_servers(server: FaultyServer) -> None:
    with model_at(server, model="") as model:
        assert model.room("sql") == 8_192 - 2_048 - 64
        assert model.state("sql").model == ""
        assert ask(model)[1].model == "coder"
        assert server.asked[0].body["model"] == "coder"
        assert model.room("sql") == 16_384 - 2_048 - 64
        assert model.room("intent") == 16_384 - 16 - 64
        assert model.state("sql").model == "coder"


def test_the_room_is_of_the_model_that_is_named(server: FaultyServer) -> None:
    server.models = {"small": 4_096, "coder": 32_768}
    with model_at(server, intent="model=small") as model:
        model.look()
        ask(model)
        _until(lambda: model.room("sql") == 32_768 - 2_048 - 64)
        assert model.room("intent") == 4_096 - 16 - 64


def test_a_server_that_lists_nothing_is_asked_by_name(server: FaultyServer) -> None:
    server.on_models = status(404)
    with model_at(server) as model:
        model.look()
        assert ask(model)[1].text == "SELECT 1"
        assert model.room("sql") == 8_192 - 2_048 - 64


def test_a_server_without_a_name_for_its_model(server: FaultyServer) -> None:
    server.models = {}
    with model_at(server, model="") as model:
        found = trouble(model, timeout_s=10)
        assert found.kind == "denied"
        assert "GEMBA_LLM_MODEL" in str(found)
        server.refuse()
        assert trouble(model, timeout_s=10).kind == "down"
        server.listen()
        server.models = {"coder": 4_096}
        assert ask(model)[1].model == "coder"
    assert len(server.asked) == 1


def test_a_model_that_the_server_does_not_list_is_told_before_it_is_asked(
    server: FaultyServer,
) -> None:
    with model_at(server, model="codr") as model:
        model.look()
        _until(lambda: bool(model.state("sql").why))
        assert "no model 'codr'. It lists 'coder'." in model.state("sql").why


def test_after_a_failure_it_is_looked_at_again_without_a_call(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.generation.endpoint._LOOK_EVERY_S", 0.05)
    with model_at(server) as model:
        server.script(status(500))
        trouble(model, timeout_s=10)
        _until(lambda: model.state("sql").why == "")


def test_what_it_serves_is_learned_again_once_it_is_well(server: FaultyServer) -> None:
    clock = Clock()
    with model_at(server, clock=clock) as model:
        ask(model)
        _until(lambda: model.room("sql") == 16_384 - 2_048 - 64)
        server.script(status(500))
        for _ in range(3):
            trouble(model, timeout_s=10)
        server.models = {"coder": 4_096}
        server.script(answer(SQL))
        clock.now += 5
        ask(model)
        _until(lambda: model.room("sql") == 4_096 - 2_048 - 64)


def test_another_model_after_a_restart_is_found(server: FaultyServer) -> None:
    with model_at(server, model="") as model:
        ask(model)
        server.models = {"better": 8_192}
        server.script(status(404, "The model `coder` does not exist."), answer(SQL))
        assert trouble(model).kind == "denied"
        assert ask(model)[1].model == "better"


def test_parts_that_a_server_does_not_know_are_left_out(server: FaultyServer) -> None:
    server.script(status(400, "Unrecognized request argument: cache_salt"), answer(SQL))
    with model_at(server) as model:
        assert ask(model, request(tenant="a"))[1].retries == 0
        ask(model, request(tenant="a"))
    assert ["cache_salt" in asked.body for asked in server.asked] == [True, False, False]
    assert all("chat_template_kwargs" in asked.body for asked in server.asked)


def test_a_server_that_names_no_part_gets_none_of_them(server: FaultyServer) -> None:
    server.script(status(422, "Extra inputs are not permitted"), answer(SQL))
    with model_at(server) as model:
        ask(model, request(tenant="a", seed=1))
    optional = {"cache_salt", "chat_template_kwargs", "stream_options", "seed"}
    assert optional <= server.asked[0].body.keys()
    assert not optional & server.asked[1].body.keys()


def test_roles_have_servers_of_their_own(server: FaultyServer) -> None:
    with (
        FaultyServer() as other,
        model_at(server, key="one", intent=f"url={other.url} model=tiny") as model,
    ):
        other.script(answer("NEW_QUERY"))
        assert ask(model, request(role="intent"))[1].text == "NEW_QUERY"
        assert other.asked[0].body["model"] == "tiny"
        assert "authorization" not in other.asked[0].headers
        other.refuse()
        for _ in range(3):
            trouble(model, request(role="intent"))
        assert model.state("intent").circuit == "open"
        assert model.state("sql").circuit == "closed"
        ask(model)


def test_hard_is_there_where_it_is_set(server: FaultyServer) -> None:
    with model_at(server) as model:
        assert not model.has("hard")
        assert model.has("narrate")
    with model_at(server, sql="temperature=0.3", hard="model=big timeout=60") as model:
        assert model.has("hard")
        ask(model, request(role="hard"))
    assert (server.asked[0].body["model"], server.asked[0].body["temperature"]) == ("big", 0.3)


def test_a_file_without_certificates_stops_the_start(tmp_path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with (
        pytest.raises(SettingsError, match="GEMBA_LLM_CA"),
        model_at("https://h/v1", ca=str(tmp_path / "ca.pem")),
    ):
        pass


def _until(holds, timeout_s: float = 2.0) -> None:
    until = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)
