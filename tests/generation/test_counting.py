"""Tokens without a server: never fewer than a tokenizer makes, and exact with its file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from core.errors import SettingsError
from core.generation.counting import bound, counter_of
from core.generation.port import Exchange, ModelTrouble, Request
from tests.fakes.llm_server import Act, FaultyServer, answer, status
from tests.generation.calls import ask, model_at

PROMPT = Path(__file__).parents[2] / "core" / "generation" / "prompts" / "sql_1.md"


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """A byte-level tokenizer of the kind that models have, of few words: it cuts finely."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1_200, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    made.train_from_iterator([PROMPT.read_text("utf-8")] * 3, trainer)
    return made


@given(st.text(max_size=200))
def test_no_text_has_more_tokens_than_bytes_and_the_bound_knows_it(text: str) -> None:
    assert bound(text) <= len(text.encode("utf-8", "replace")) * 3 + 1
    assert bound(text + "x") >= bound(text)


def test_the_bound_holds_for_a_prompt(tokenizer: Tokenizer) -> None:
    text = PROMPT.read_text("utf-8")
    count = len(tokenizer.encode(text).ids)
    assert count <= bound(text) <= 3 * count


@pytest.mark.parametrize(
    "text",
    [
        "", "1234567890" * 9, "-- ++ == ## !!" * 9, "Nhiệt độ trung bình của máy bơm", "温度の平均",
        "🏭" * 20, "Größe über Maß", "\n\n\n\t\t", " " * 40, "\x00\x01",
    ],
)  # fmt: skip
def test_other_texts(tokenizer: Tokenizer, text: str) -> None:
    assert len(tokenizer.encode(text).ids) <= bound(text)


def test_with_the_models_file_the_count_is_exact(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    for path in (tmp_path, tmp_path / "tokenizer.json"):
        count = counter_of(str(path))
        assert count is not None
        for text in ("", "SELECT 1", "half \ud800 a character", PROMPT.read_text("utf-8")):
            plain = text.encode("utf-8", "replace").decode()
            assert count(text) == len(tokenizer.encode(plain).ids)
    assert counter_of("") is None


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"GEMBA_LLM_TOKENIZER: there is no tokenizer\.json"):
        counter_of(str(tmp_path))
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(SettingsError, match=r"GEMBA_LLM_TOKENIZER: .* is no tokenizer\.json"):
        counter_of(str(tmp_path))


def test_only_the_model_that_writes_sql_is_counted_by_its_file() -> None:
    with FaultyServer() as server, model_at(server, intent="model=tiny") as model:
        model._count = lambda _: 7
        assert model.count("sql", "SELECT 1") == 7
        assert model.count("narrate", "SELECT 1") == 7
        assert model.count("intent", "SELECT 1") == bound("SELECT 1")


LONG = "a prompt of the plant's tables and their columns. " * 40
TOO_LONG = status(400, "This model's maximum context length is 8192 tokens.")


def counted(tokens: int) -> Act:
    """A reply to a prompt of so many tokens."""
    return answer("SELECT 1", usage={"prompt_tokens": tokens, "completion_tokens": 3})


def test_what_a_server_counts_scales_the_bound_for_the_prompts_after_it() -> None:
    most = bound(LONG)
    with FaultyServer() as server, model_at(server) as model:
        assert model.count("sql", LONG) == most
        server.script(counted(most // 4), counted(most // 2), counted(most // 3))
        ask(model, Request("sql", LONG, ""))
        assert model.count("sql", LONG) == pytest.approx(1.2 * most / 4, rel=0.01)
        assert model.count("narrate", LONG) == most  # whose prompts are others
        for _ in range(2):
            ask(model, Request("sql", LONG, ""))
        assert model.count("sql", LONG) == pytest.approx(1.2 * most / 2, rel=0.01)


def test_short_prompts_and_servers_that_do_not_count_teach_nothing() -> None:
    with FaultyServer() as server, model_at(server) as model:
        server.script(counted(5), answer("SELECT 1"), counted(4 * bound(LONG)))
        ask(model, Request("sql", "short", "too"))
        ask(model, Request("sql", LONG, ""))
        assert model.count("sql", LONG) == bound(LONG)
        ask(model, Request("sql", LONG, ""))
        assert model.count("sql", LONG) == bound(LONG)  # never more than it


def test_once_a_prompt_was_too_long_the_bound_holds() -> None:
    with FaultyServer() as server, model_at(server) as model:
        server.script(counted(bound(LONG) // 4), TOO_LONG, counted(bound(LONG) // 4))
        ask(model, Request("sql", LONG, ""))
        assert model.count("sql", LONG) < bound(LONG)
        with pytest.raises(ModelTrouble, match="longer than the model's context"):
            ask(model, Request("sql", LONG, ""))
        assert model.count("sql", LONG) == bound(LONG)
        ask(model, Request("sql", LONG, ""))
        assert model.count("sql", LONG) == bound(LONG)


def test_a_further_attempt_that_is_too_long_says_nothing_of_the_count() -> None:
    with FaultyServer() as server, model_at(server) as model:
        server.script(counted(bound(LONG) // 4), TOO_LONG)
        ask(model, Request("sql", LONG, ""))
        with pytest.raises(ModelTrouble):
            ask(model, Request("sql", LONG, "", earlier=(Exchange("SELECT", "wrong"),)))
        assert model.count("sql", LONG) < bound(LONG)


def test_texts_of_half_characters_can_be_sent() -> None:
    with FaultyServer() as server, model_at(server) as model:
        server.script(answer("SELECT 1"))
        assert ask(model, Request("sql", "x \ud800", "y \udfff"))[1].text == "SELECT 1"
