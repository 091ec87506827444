"""Which models fit which cards, and what the flags are."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.gpu_flags import LENGTHS, DoesNotFit, Gpu, Model, Plan, model_of, plan, read_model

CONFIG_7B = {
    "hidden_size": 3584,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "num_hidden_layers": 28,
    "max_position_embeddings": 32768,
    "torch_dtype": "bfloat16",
}
CONFIG_1B = {**CONFIG_7B, "hidden_size": 1536, "num_attention_heads": 12, "num_key_value_heads": 2}
BF16 = model_of("7B", CONFIG_7B, 15_231_000_000)
AWQ = model_of("7B-AWQ", {**CONFIG_7B, "quantization_config": {}}, 5_570_000_000)
SMALL = model_of("1.5B", CONFIG_1B, 3_090_000_000)
MODELS = {"7B": BF16, "AWQ": AWQ, "1.5B": SMALL}


def card(gib: float, *, used_mib: int = 300, compute: float = 8.9) -> Gpu:
    """A card as sold: a little less than its round number is there."""
    total = int(gib * 1024 * 0.985)
    return Gpu(f"a {gib} GiB card", total, total - used_mib, compute)


@pytest.mark.parametrize(
    ("gib", "model", "length", "at_once"),
    [
        (8, "7B", None, None),
        (8, "AWQ", 4_096, 2),
        (8, "1.5B", 16_384, 48),
        (12, "7B", None, None),
        (12, "AWQ", 16_384, 38),
        (12, "1.5B", 16_384, 118),
        (16, "7B", None, None),
        (16, "AWQ", 16_384, 71),
        (16, "1.5B", 16_384, 128),
        (24, "7B", 16_384, 55),
        (24, "AWQ", 16_384, 128),
        (24, "1.5B", 16_384, 128),
        (48, "7B", 16_384, 128),
        (48, "AWQ", 16_384, 128),
        (80, "7B", 16_384, 128),
        (141, "7B", 16_384, 128),
        (141, "1.5B", 16_384, 128),
    ],
)
def test_each_card_has_its_flags(
    gib: float, model: str, length: int | None, at_once: int | None
) -> None:
    if length is None:
        with pytest.raises(DoesNotFit, match=r"needs about 16\.4 GiB"):
            plan(card(gib), MODELS[model])
        return
    made = plan(card(gib), MODELS[model])
    assert (made.max_model_len, made.max_num_seqs) == (length, at_once)


@pytest.mark.parametrize("gib", [8, 10, 12, 16, 20, 24, 32, 48, 80, 96, 141])
@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("used_mib", [0, 2_000, 9_000])
def test_what_is_taken_is_there(gib: float, model: Model, used_mib: int) -> None:
    gpu = card(gib, used_mib=min(used_mib, int(gib * 900)))
    try:
        made = plan(gpu, model)
    except DoesNotFit:
        return
    taken = made.memory_share * gpu.total_mib
    assert taken <= gpu.free_mib
    assert model.weights / 2**20 + made.cache_tokens * model.token / 2**20 <= taken
    assert made.cache_tokens >= made.max_model_len
    assert made.max_model_len in LENGTHS
    assert made.max_num_seqs >= 1


def test_what_others_use_is_named() -> None:
    with pytest.raises(DoesNotFit, match=r"12\.0 GiB of it are in use: `nvidia-smi`"):
        plan(card(24, used_mib=12_288), BF16)


def test_a_shorter_limit_where_little_is_left() -> None:
    assert plan(card(8), AWQ).max_model_len < plan(card(12), AWQ).max_model_len


def test_a_model_made_for_short_texts_keeps_its_limit() -> None:
    assert plan(card(24), replace(SMALL, positions=2_048)).max_model_len == 2_048


def test_cards_without_bfloat16() -> None:
    assert plan(card(16, compute=7.5), AWQ).dtype == "float16"
    with pytest.raises(DoesNotFit, match=r"compute capability 7\.0"):
        plan(card(16, compute=7.0), AWQ)


def test_weights_stored_wider_than_they_are_loaded() -> None:
    wide = model_of("7B", {**CONFIG_7B, "torch_dtype": "float32"}, 30_462_000_000)
    assert wide.weights == BF16.weights


def test_cache_of_a_token_is_that_of_the_architecture() -> None:
    assert BF16.token == 57_344
    assert SMALL.token == 28_672


def test_the_flags_are_words() -> None:
    words = Plan(8_192, 64, 0.9, "bfloat16", 100_000).flags()
    assert words[words.index("--max-num-queued-reqs") + 1] == "192"
    assert words[words.index("--gpu-memory-utilization") + 1] == "0.90"


# -- the folder ------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG_1B))
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(bytes(1_000))
    return tmp_path


def test_a_folder_is_read(folder: Path) -> None:
    assert read_model(folder) == Model(folder.name, 1_000, 28_672, 32_768)


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("config.json", "no readable config.json"),
        ("tokenizer.json", "no tokenizer"),
        ("model.safetensors", r"has no \*\.safetensors"),
    ],
)
def test_a_folder_that_is_not_whole_is_named(folder: Path, lost: str, said: str) -> None:
    (folder / lost).unlink()
    (folder / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(DoesNotFit, match=said):
        read_model(folder)


def test_a_part_of_the_weights_that_was_not_copied_is_named(folder: Path) -> None:
    index = {"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(DoesNotFit, match=r"lacks model-2\.safetensors"):
        read_model(folder)


def test_a_model_of_another_kind_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "clip"}')
    with pytest.raises(DoesNotFit, match="not that of a text model"):
        read_model(folder)
