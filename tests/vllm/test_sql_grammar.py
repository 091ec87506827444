"""The grammar of a user's SELECTs on the real server: a model that knows nothing writes with it,
and all of it is SQL that this user may run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from core.generation.grammar import sql_grammar
from core.generation.open import open_model
from core.generation.port import LanguageModel, Request, reply_of
from core.generation.prompt import sql_prompt
from core.governance.govern import govern
from core.governance.policy import load_policy
from core.models import model_file
from core.semantic.load import load_model
from core.settings import load_settings
from tests.vllm.server import Server

pytestmark = pytest.mark.vllm

MODEL = load_model(model_file("plant"))
VISIBLE = {name: frozenset(table.columns) for name, table in MODEL.tables.items()}
ROW_CAP = 10_000
GRAMMAR = sql_grammar(MODEL, VISIBLE, {}, row_cap=ROW_CAP)
PROMPT = sql_prompt(
    "Which pump vibrates most?", MODEL, clock=dt.datetime(2026, 6, 30), visible=VISIBLE
)
POLICY = load_policy()


@pytest.fixture(scope="module")
def model(server: Server) -> Iterator[LanguageModel]:
    named = {"GEMBA_LLM_URL": server.url, "GEMBA_LLM_KEY": server.key}
    opened = open_model(load_settings({**named, "GEMBA_LLM_SQL": "tokens=1500 timeout=100"}))
    assert opened is not None
    yield opened
    opened.close()


@pytest.mark.parametrize("seed", range(6))
def test_what_is_written_may_be_run(model: LanguageModel, seed: int) -> None:
    asked = Request(
        "sql", PROMPT.prefix, PROMPT.body, constraint=GRAMMAR, temperature=1.0, seed=seed
    )
    reply = reply_of(model, asked, timeout_s=100)
    if reply.finish == "length":
        pytest.skip("the model came to its limit of tokens")
    if reply.text == "NONE":
        return
    assert govern(reply.text, POLICY.user("admin"), POLICY, MODEL, row_cap=ROW_CAP).sql
