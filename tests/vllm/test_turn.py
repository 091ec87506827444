"""A whole turn on the real server. The weights are random: what the model writes is nonsense of the
right form, so no answer of it may pass our checks unseen, and every turn ends in one answer."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

import pytest

from core.assistant import Assistant
from core.assistant.by_model.narrator import Narrator
from core.assistant.by_model.turns import ModelOptions, ModelTurns
from core.errors import GembaError
from core.generation.constraints import Constraints
from core.generation.intent import INTENTS, intent_request, read_intent
from core.generation.narrative import narrative_request, read_narrative
from core.generation.open import open_model
from core.generation.port import LanguageModel, reply_of
from core.generation.query_reply import read_reply
from core.generation.verdict import RowsSeen, read_verdict, verdict_request
from core.governance.govern import govern
from core.settings import load_settings
from core.types import Answer, Output, Progress
from tests.assistant.bakehouse import Bakehouse
from tests.vllm.server import Server

pytestmark = pytest.mark.vllm

QUESTION = "Which ovens scorch most last week?"


@pytest.fixture(scope="module")
def model(server: Server) -> Iterator[LanguageModel]:
    named = {
        "GEMBA_LLM_URL": server.url,
        "GEMBA_LLM_KEY": server.key,
        "GEMBA_LLM_SQL": "tokens=400 timeout=100 temperature=1",
        "GEMBA_LLM_REFLECT": "timeout=60",
        "GEMBA_LLM_NARRATE": "timeout=60",
        "GEMBA_LLM_INTENT": "timeout=60",
    }
    opened = open_model(load_settings(named))
    assert opened is not None
    yield opened
    opened.close()


@pytest.fixture
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


def assistant_of(house: Bakehouse, model: LanguageModel, output: Output) -> Assistant:
    turns = ModelTurns(house.queries, model, ModelOptions(output=output), Constraints())
    return Assistant(house.queries, models=turns, narrator=Narrator(model), budget_s=110)


@pytest.mark.parametrize("output", ["grammar", "query", "sql"])
def test_a_turn_ends_in_one_answer_with_its_attempts(
    house: Bakehouse, model: LanguageModel, output: Output
) -> None:
    assistant = assistant_of(house, model, output)
    events = list(assistant.turn(QUESTION, house.policy.user("owner"), house.parts))
    answers = [e for e in events if isinstance(e, Answer)]
    assert len(answers) == 1
    answer = answers[0]
    assert answer.made is not None
    assert answer.status in ("answered", "clarify", "empty", "refused")
    assert answer.made.attempts
    assert all(a.prompt_tokens > 0 and a.output == output for a in answer.made.attempts)
    if output == "grammar":
        whole = [a.text for a in answer.made.attempts if a.outcome not in ("unread", "declined")]
        for text in whole:
            with contextlib.suppress(GembaError):  # one that was cut at its tokens
                govern(text, house.policy.user("owner"), house.policy, house.parts.model, row_cap=9)


def test_what_is_written_streams_under_the_grammar(house: Bakehouse, model: LanguageModel) -> None:
    assistant = assistant_of(house, model, "grammar")
    events = assistant.turn(QUESTION, house.policy.user("owner"), house.parts)
    texts = [e.text for e in events if isinstance(e, Progress) and e.stage == "generate" and e.text]
    assert texts
    assert all(t.startswith(("SELECT", "WITH", "NONE", "(", "N", "S", "W")) for t in texts)


def test_stop_ends_the_turn_and_the_request(
    house: Bakehouse, model: LanguageModel, server: Server
) -> None:
    stop = threading.Event()
    assistant = assistant_of(house, model, "grammar")
    events = assistant.turn(QUESTION, house.policy.user("owner"), house.parts, stop)
    seen: list[object] = []
    for event in events:
        seen.append(event)
        if isinstance(event, Progress) and event.stage == "generate":
            stop.set()
            stopped = time.monotonic()
    answer = seen[-1]
    assert isinstance(answer, Answer)
    assert answer.status == "failed"
    assert time.monotonic() - stopped < 2
    server.wait_idle()


def test_choice_and_schemas_hold(model: LanguageModel) -> None:
    intent = reply_of(model, intent_request("hello there"), timeout_s=60)
    assert read_intent(intent.text) in INTENTS
    seen = RowsSeen(1, False, (), (("OV-3", "12"),))
    verdict = reply_of(model, verdict_request(QUESTION, "SELECT 1", seen), timeout_s=60)
    assert verdict.finish == "length" or read_verdict(verdict.text) is not None
    told = reply_of(model, narrative_request(QUESTION, ["OV-3 burnt 12 loaves."]), timeout_s=60)
    assert told.finish == "length" or read_narrative(told.text).sentences is not None


def test_a_query_as_json_is_one(house: Bakehouse, model: LanguageModel) -> None:
    assistant = assistant_of(house, model, "query")
    answer = list(assistant.turn(QUESTION, house.policy.user("owner"), house.parts))[-1]
    assert isinstance(answer, Answer)
    assert answer.made is not None
    visible = {n: frozenset(t.columns) for n, t in house.parts.model.tables.items()}
    for attempt in answer.made.attempts:
        with contextlib.suppress(GembaError):  # of the schema, and no sound query all the same
            read_reply(attempt.text, house.parts.model, visible)
