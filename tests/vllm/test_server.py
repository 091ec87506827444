"""What Gemba relies on of the server itself, whatever client asks it."""

from __future__ import annotations

import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.vllm.server import Server

pytestmark = pytest.mark.vllm

GRAMMAR = """root ::= "SELECT " column ("," " " column)* " FROM " table " LIMIT " number
column ::= "oee" | "scrap" | "energy_kwh"
table ::= "plant" | "alarms"
number ::= [1-9] [0-9]?
"""
SENTENCE = re.compile(
    r"SELECT (oee|scrap|energy_kwh)(, (oee|scrap|energy_kwh))* FROM (plant|alarms) LIMIT [1-9]\d?"
)
SCHEMA = {
    "type": "object",
    "properties": {
        "verdict": {"enum": ["ok", "wrong"]},
        "row": {"type": "integer", "minimum": 0, "maximum": 99},
    },
    "required": ["verdict", "row"],
    "additionalProperties": False,
}
#: Long enough for many cache blocks, different each time.
SHARED = "The press of Line 1 stood still for a bearing, and the crew wrote it down. "


def test_it_wants_its_key(server: Server) -> None:
    for key in ("", "wrong"):
        with server.client(key=key) as client:
            assert client.get(f"{server.url}/models").status_code == 401
    with server.client() as client:
        listed = client.get(f"{server.url}/models").json()["data"]
    assert [m["id"] for m in listed] == [server.model]
    assert listed[0]["max_model_len"] > 0


def test_another_models_name_is_said(server: Server) -> None:
    said = server.ask("oee?", model="another")
    assert said.status_code == 404
    assert server.model in said.json()["error"]["message"]


def test_pieces_come_one_by_one_and_the_count_last(server: Server) -> None:
    with server.stream("Which pump vibrates?", max_tokens=12, ignore_eos=True) as events:
        seen = list(events)
    assert len([e for e in seen if e["choices"] and e["choices"][0]["delta"].get("content")]) > 3
    assert [c["finish_reason"] for e in seen for c in e["choices"]][-1] == "length"
    assert seen[-1]["usage"]["completion_tokens"] == 12
    assert "cached_tokens" in seen[-1]["usage"]["prompt_tokens_details"]


@pytest.mark.parametrize("seed", range(6))
def test_a_grammar_holds(server: Server, seed: int) -> None:
    said = server.answer(
        "Top scrap?",
        temperature=1.5,
        seed=seed,
        max_tokens=400,
        structured_outputs={"grammar": GRAMMAR},
    )
    choice = said["choices"][0]
    assert choice["finish_reason"] == "stop"
    assert SENTENCE.fullmatch(choice["message"]["content"]), choice["message"]["content"]


def test_a_broken_grammar_is_refused_and_harms_nobody(server: Server) -> None:
    said = server.ask("Top scrap?", structured_outputs={"grammar": 'root ::= "SELECT '})
    assert said.status_code == 400
    assert "grammar" in said.json()["error"]["message"].casefold()
    assert server.reply("Still there?", structured_outputs={"choice": ["yes"]}) == "yes"


@pytest.mark.parametrize("seed", range(4))
def test_one_of_the_choices_comes(server: Server, seed: int) -> None:
    choices = ["NEW_QUERY", "DATA_FILTER", "VISUAL_UPDATE", "RESET"]
    said = server.reply("?", temperature=1.5, seed=seed, structured_outputs={"choice": choices})
    assert said in choices


@pytest.mark.parametrize("seed", range(4))
def test_a_schema_holds_and_no_space_is_spent(server: Server, seed: int) -> None:
    shape = {"type": "json_schema", "json_schema": {"name": "verdict", "schema": SCHEMA}}
    said = server.reply("?", temperature=1.5, seed=seed, response_format=shape)
    value = json.loads(said)
    assert set(value) == {"verdict", "row"}
    assert value["verdict"] in ("ok", "wrong")
    assert 0 <= value["row"] <= 99
    assert " " not in said
    assert "\n" not in said


def test_hanging_up_ends_the_work(server: Server) -> None:
    before = server.metric("vllm:generation_tokens_total")
    with server.stream("Tell me all.", max_tokens=7_000, ignore_eos=True) as events:
        for _ in range(5):
            next(events)
        assert server.metric("vllm:num_requests_running") == 1
    assert server.wait_idle() < 2
    assert server.metric("vllm:generation_tokens_total") - before < 6_000


def test_a_shared_head_is_computed_once_for_each_salt(server: Server) -> None:
    head = f"Note {uuid.uuid4()}. " + SHARED * 60

    def cached(salt: str, question: str) -> int:
        usage = server.answer(head + question, cache_salt=salt, max_tokens=2)["usage"]
        assert usage["prompt_tokens"] > 800
        return int(usage["prompt_tokens_details"]["cached_tokens"])

    hits = server.metric("vllm:prefix_cache_hits_total")
    assert cached("hamburg", "What was the OEE?") == 0
    assert cached("hamburg", "Which pump vibrates?") > 600
    assert server.metric("vllm:prefix_cache_hits_total") - hits > 600
    assert cached("austin", "What was the OEE?") == 0, "another tenant's timing would tell of it"


def test_a_prompt_too_long_names_the_limit(server: Server) -> None:
    with server.client() as client:
        limit = client.get(f"{server.url}/models").json()["data"][0]["max_model_len"]
    said = server.ask("word " * (2 * limit))
    assert said.status_code == 400
    assert str(limit) in said.json()["error"]["message"]


def test_many_at_once_are_all_answered(server: Server) -> None:
    with ThreadPoolExecutor(32) as pool:
        asked = list(pool.map(lambda n: server.ask(f"Question {n}", max_tokens=60), range(32)))
    assert {a.status_code for a in asked} == {200}
    server.wait_idle()


def test_over_its_limit_it_says_busy_and_recovers(server: Server) -> None:
    if not server.in_flight:
        pytest.skip("needs TEST_VLLM_IN_FLIGHT, the server's --max-num-queued-reqs")
    with server.held(server.in_flight, tokens=4_000):
        server.wait_busy(server.in_flight)
        assert server.metric("vllm:num_requests_waiting") > 0
        assert server.ask("And I?").status_code == 503
    assert server.wait_idle() < 5, "requests that nobody waits for are still there"
    assert server.ask("Still there?").status_code == 200
