"""Turns with a model server that fails: the parser's answer or a clear word, within the budget."""

import contextlib
import json
import time
from collections.abc import Iterator

import pytest

from core.assistant import Assistant
from core.assistant.by_model.narrator import Narrator
from core.assistant.by_model.turns import ModelOptions, ModelTurns
from core.generation.constraints import Constraints
from core.generation.port import LanguageModel
from core.generation.roles import roles_of
from core.generation.server import ServerModel, Tools
from core.settings import load_settings
from core.types import Answer
from tests.assistant.bakehouse import Bakehouse, rows
from tests.fakes import llm_server as say
from tests.generation.calls import TimedServer

UNREAD = "Which ovens scorch most last week?"
READ = "loaves by shop last week"
RIGHT = (
    "SELECT oven, SUM(burnt) AS burnt FROM bakes WHERE day >= '2031-03-03' AND day < '2031-03-10' "
    "GROUP BY oven ORDER BY burnt DESC LIMIT 10"
)
LOAVES = (
    "SELECT shop_name, SUM(loaves) AS loaves FROM bakes WHERE day >= '2031-03-03' AND "
    "day < '2031-03-10' GROUP BY shop_name LIMIT 10"
)
YES = json.dumps({"answers": True, "problem": "none", "unused": [], "hint": ""})
BUDGET_S = 20.0


@pytest.fixture
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


@pytest.fixture
def server() -> Iterator[TimedServer]:
    with TimedServer() as made:
        yield made


@contextlib.contextmanager
def assistant_of(house: Bakehouse, server: TimedServer, **options) -> Iterator[Assistant]:
    named = {
        "GEMBA_LLM_URL": server.url,
        "GEMBA_LLM_SQL": "timeout=6 tokens=200",
        "GEMBA_LLM_REFLECT": "timeout=5",
        "GEMBA_LLM_NARRATE": "timeout=5",
    }
    tools = Tools(pause=server.clock.pause, now=server.clock)
    model: LanguageModel = ServerModel(roles_of(load_settings(named)), wait_s=0.2, tools=tools)
    try:
        turns = ModelTurns(
            house.queries, model, ModelOptions(**{"output": "sql", **options}), Constraints()
        )
        yield Assistant(house.queries, models=turns, narrator=Narrator(model), budget_s=BUDGET_S)
    finally:
        model.close()


def ask(house: Bakehouse, assistant: Assistant, question: str) -> Answer:
    started = time.monotonic()
    events = list(assistant.turn(question, house.policy.user("owner"), house.parts))
    assert time.monotonic() - started < 8  # what is late is so on the test's clock alone
    assert [type(e) for e in events].count(Answer) == 1
    answer = events[-1]
    assert isinstance(answer, Answer)
    return answer


FAULTS = {
    "silent": say.black_hole,
    "silent in the middle": say.silent_after("SELECT oven"),
    "reset": say.reset,
    "reset in the middle": say.reset_after("SELECT oven"),
    "cut in the middle": say.cut_after("SELECT oven"),
    "an error in the middle": say.error_after("SELECT oven"),
    "a byte now and then": say.trickle("SELECT oven, SUM(burnt) FROM bakes", 2.0),
    "looping": say.never_stops,
    "garbage": say.raw("text/event-stream", b"\x00\xff\xfe{{{{"),
    "a proxy's page": say.raw("text/html", b"<html><h1>Bad gateway</h1></html>", 200),
    "empty": say.answer(""),
    "refusing": say.answer("I am sorry, but I cannot help with that request."),
    "thinking without end": say.answer("<think>" + "so " * 300),
    "not a statement": say.answer("DROP TABLE bakes"),
    "a failure": say.status(500),
    "overloaded": say.status(503),
    "too many": say.status(429),
    "a wrong key": say.status(401),
    "an unknown model": say.status(404),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_parser_reads_is_answered_whatever_the_model_does(house, server, fault):
    server.script(FAULTS[fault])
    with assistant_of(house, server, is_first=True) as assistant:
        answer = ask(house, assistant, READ)
    assert (answer.status, answer.source) == ("answered", "parser")
    assert [shop for shop, _ in rows(answer.result)] == ["North", "South"]
    assert answer.made is not None
    assert answer.made.by_fallback
    assert any("Gemba's own reading" in note for note in answer.notes)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_it_does_not_read_is_asked_back_with_why(house, server, fault):
    server.script(FAULTS[fault])
    with assistant_of(house, server) as assistant:
        answer = ask(house, assistant, UNREAD)
    assert answer.status in ("clarify", "refused")
    assert answer.result is None
    assert answer.notes
    assert all(note.endswith((".", "…")) for note in answer.notes)
    assert "Traceback" not in " ".join(answer.notes)


def test_nobody_listens(house, server):
    server.refuse()
    with assistant_of(house, server) as assistant:
        answer = ask(house, assistant, UNREAD)
        assert any("cannot be reached" in note for note in answer.notes)
        server.listen()
        server.script(say.answer(RIGHT), say.answer(YES))
        # Not rested after one failure: the next question is answered without a restart.
        again = ask(house, assistant, UNREAD)
    assert (again.status, again.source) == ("answered", "model")


def test_a_verdict_that_fails_leaves_the_answer(house, server):
    server.script(say.answer(RIGHT), say.black_hole)
    with assistant_of(house, server) as assistant:
        answer = ask(house, assistant, UNREAD)
    assert (answer.status, answer.source, answer.doubts) == ("answered", "model", ())


def test_a_failure_after_the_first_attempt_is_said(house, server):
    wrong = RIGHT.replace("-03-03", "-03-01")
    server.script(say.answer(wrong), say.black_hole)
    with assistant_of(house, server) as assistant:
        answer = ask(house, assistant, UNREAD)
    assert answer.status == "clarify"
    assert answer.made is not None
    assert [a.outcome for a in answer.made.attempts] == ["implausible"]


def test_a_model_first_answers_when_it_is_well(house, server):
    server.script(say.answer(LOAVES), say.answer(YES))
    with assistant_of(house, server, is_first=True) as assistant:
        answer = ask(house, assistant, READ)
    assert (answer.status, answer.source) == ("answered", "model")
