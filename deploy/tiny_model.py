"""Makes a language model small enough for any machine: `tiny_model.py FOLDER`.

A Qwen2 of about nine million random weights with a tokenizer of its own, so that a real model
server can be started with nothing fetched. What it says has no sense; that it is served,
constrained, cancelled and counted is what its tests ask. The same files come out each time.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

ROOT = Path(__file__).resolve().parent.parent
SEED = 20260101
VOCABULARY = 4096
HIDDEN = 256
#: Enough that a token takes some milliseconds: one that is computed faster than the server hands it
#: on leaves its event loop no time for other requests.
LAYERS = 16
HEADS = 4
KV_HEADS = 2
INTERMEDIATE = 512
MAX_TOKENS = 8192
END = "<|endoftext|>"
TURN_START, TURN_END = "<|im_start|>", "<|im_end|>"

#: What a chat looks like to the model: each message between the marks of its turn.
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    f"{{{{ '{TURN_START}' + message['role'] + '\\n' + message['content'] + '{TURN_END}\\n' }}}}"
    "{% endfor %}"
    f"{{% if add_generation_prompt %}}{{{{ '{TURN_START}assistant\\n' }}}}{{% endif %}}"
)


def texts() -> Iterator[str]:
    """What the tokenizer is trained on: prompts, semantic models and golden questions."""
    for pattern in ("core/generation/prompts/*.md", "data/models/*.yaml", "data/eval/*.jsonl"):
        for path in sorted(ROOT.glob(pattern)):
            yield path.read_text("utf-8")


def tokenizer() -> Tokenizer:
    """Byte-level BPE: any text can be written in it and comes back whole."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END, TURN_START, TURN_END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(texts(), trainer)
    made.add_special_tokens([AddedToken(word) for word in (END, TURN_START, TURN_END)])
    return made


def shapes() -> dict[str, tuple[int, ...]]:
    """Each weight's name and shape, as a Qwen2 with a tied output layer has them."""
    head = HIDDEN // HEADS
    made: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (VOCABULARY, HIDDEN)}
    for layer in range(LAYERS):
        at = f"model.layers.{layer}"
        for name, heads in (("q", HEADS), ("k", KV_HEADS), ("v", KV_HEADS)):
            made[f"{at}.self_attn.{name}_proj.weight"] = (heads * head, HIDDEN)
            made[f"{at}.self_attn.{name}_proj.bias"] = (heads * head,)
        made[f"{at}.self_attn.o_proj.weight"] = (HIDDEN, HIDDEN)
        made[f"{at}.mlp.gate_proj.weight"] = (INTERMEDIATE, HIDDEN)
        made[f"{at}.mlp.up_proj.weight"] = (INTERMEDIATE, HIDDEN)
        made[f"{at}.mlp.down_proj.weight"] = (HIDDEN, INTERMEDIATE)
        made[f"{at}.input_layernorm.weight"] = (HIDDEN,)
        made[f"{at}.post_attention_layernorm.weight"] = (HIDDEN,)
    made["model.norm.weight"] = (HIDDEN,)
    return made


def weights() -> dict[str, np.ndarray]:
    """Random 32-bit weights; norms are 1."""
    random = np.random.default_rng(SEED)
    return {
        name: np.ones(shape, np.float32)
        if "norm" in name
        else random.normal(0.0, 0.05, shape).astype(np.float32)
        for name, shape in shapes().items()
    }


def write_safetensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """Write 32-bit tensors in the safetensors format: header's length, header, bytes."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, tensor in tensors.items():
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [at, at + tensor.nbytes],
        }
        at += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.astype("<f4").tobytes())


def make(folder: Path) -> None:
    """Write config.json, the tokenizer and the weights into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = tokenizer()
    if made.get_vocab_size() != VOCABULARY:
        raise SystemExit(f"The tokenizer has {made.get_vocab_size()} words, not {VOCABULARY}.")
    end = made.token_to_id(TURN_END)
    made.save(str(folder / "tokenizer.json"))
    config = {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "vocab_size": VOCABULARY,
        "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": KV_HEADS,
        "intermediate_size": INTERMEDIATE,
        "max_position_embeddings": MAX_TOKENS,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "rope_theta": 1000000.0,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "eos_token_id": end,
        "bos_token_id": made.token_to_id(END),
    }
    tokenizer_config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": TURN_END,
        "pad_token": END,
        "model_max_length": MAX_TOKENS,
        "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
    }
    for name, value in (
        ("config.json", config),
        ("tokenizer_config.json", tokenizer_config),
        ("generation_config.json", {"eos_token_id": end}),
    ):
        (folder / name).write_text(json.dumps(value, indent=2) + "\n", "utf-8")
    write_safetensors(folder / "model.safetensors", weights())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: tiny_model.py FOLDER")
    make(Path(sys.argv[1]))
