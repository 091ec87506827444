"""Which flags vLLM gets on which GPU: how long a prompt, how many at once, how much memory.

Pure functions of what the GPU has free and what the model's folder says, so that each card has a
row in the tests. Sizes are in MiB where a name says so, else in bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MIB = 2**20
#: Tokens a request may have in all, longest first: Gemba's own prompts have 2,000 to 6,000.
LENGTHS = (16_384, 8_192, 6_144, 4_096)
#: A longer limit is taken only where so many requests of it fit at once.
_FULL_AT_ONCE = 4
#: What a request holds of its own beside the head that all share.
_TYPICAL_TOKENS = 2_048
_MOST_AT_ONCE = 128
#: Queued and running requests for each that is computed; more are told that the server is busy.
_IN_FLIGHT = 3
#: The most of a card that vLLM may take, and what is left to the driver and a screen.
_MOST_SHARE = 0.92
_KEPT_MIB = 512
#: Beside weights and cache: the CUDA context, activations and captured graphs.
_OVERHEAD_MIB = 1_536
#: Bytes of a number in memory by its name in config.json; what is not listed takes two.
_WIDTH = {"float32": 4}
#: From this compute capability on a card computes in bfloat16; below the second vLLM does not run.
_BFLOAT16, _OLDEST = 8.0, 7.5


class DoesNotFit(Exception):
    """The model cannot be served on this card; the message says what would fit."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """One card. compute: its compute capability, as 8.9."""

    name: str
    total_mib: int
    free_mib: int
    compute: float


@dataclass(frozen=True, slots=True)
class Model:
    """What the folder says. weights: bytes once loaded. token: bytes of cache a token. positions:
    most tokens that it was made for."""

    name: str
    weights: int
    token: int
    positions: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What vLLM is told, and what comes of it. cache_tokens: how many fit in the cache."""

    max_model_len: int
    max_num_seqs: int
    memory_share: float
    dtype: str
    cache_tokens: int

    def flags(self) -> tuple[str, ...]:
        """As words of the command line."""
        return (
            *("--dtype", self.dtype, "--load-format", "safetensors"),
            *("--max-model-len", str(self.max_model_len)),
            *("--gpu-memory-utilization", f"{self.memory_share:.2f}"),
            *("--max-num-seqs", str(self.max_num_seqs)),
            *("--max-num-queued-reqs", str(_IN_FLIGHT * self.max_num_seqs)),
        )


def read_model(folder: Path) -> Model:
    """What a folder of weights holds. Raises DoesNotFit when it is not one that can be served."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DoesNotFit(
            f"{folder} has no readable config.json: is it a model's folder?"
        ) from error
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise DoesNotFit(
            f"{folder} has no *.safetensors. Only these are loaded: other formats of weights can "
            "hold code that runs when they are read."
        )
    if not any((folder / name).exists() for name in ("tokenizer.json", "vocab.json")):
        raise DoesNotFit(f"{folder} has no tokenizer (tokenizer.json): was all of it copied?")
    missing = _missing(folder)
    if missing:
        raise DoesNotFit(f"{folder} lacks {', '.join(missing[:3])}: was all of it copied?")
    stored = sum(file.stat().st_size for file in files)
    return model_of(folder.name, config, stored)


def _missing(folder: Path) -> list[str]:
    """Files of weights that the folder's index lists and that are not there."""
    index = folder / "model.safetensors.index.json"
    if not index.exists():
        return []
    listed = set(json.loads(index.read_text("utf-8")).get("weight_map", {}).values())
    return sorted(name for name in listed if not (folder / name).exists())


def model_of(name: str, config: Mapping[str, Any], stored: int) -> Model:
    """From config.json and the bytes of its files. Raises DoesNotFit for one of another kind."""
    try:
        heads = int(config["num_attention_heads"])
        width = int(config.get("head_dim") or int(config["hidden_size"]) // heads)
        kv_heads = int(config.get("num_key_value_heads") or heads)
        layers = int(config["num_hidden_layers"])
        positions = int(config["max_position_embeddings"])
    except (KeyError, TypeError, ValueError) as error:
        raise DoesNotFit(f"{name}: its config.json is not that of a text model.") from error
    is_packed = "quantization_config" in config
    stored_width = _WIDTH.get(str(config.get("torch_dtype") or config.get("dtype")), 2)
    weights = stored if is_packed else stored * 2 // stored_width
    return Model(name, weights, 2 * layers * kv_heads * width * 2, positions)


def plan(gpu: Gpu, model: Model) -> Plan:
    """The flags for this model on this card. Raises DoesNotFit, saying what would fit."""
    if gpu.compute < _OLDEST:
        raise DoesNotFit(
            f"{gpu.name} has compute capability {gpu.compute}; vLLM needs {_OLDEST} or higher "
            "(Turing, from 2018 on)."
        )
    share = min(_MOST_SHARE, math.floor(100 * (gpu.free_mib - _KEPT_MIB) / gpu.total_mib) / 100)
    cache_mib = share * gpu.total_mib - model.weights / _MIB - _OVERHEAD_MIB
    tokens = int(cache_mib * _MIB) // model.token
    possible = [n for n in LENGTHS if n <= model.positions] or [model.positions]
    if tokens < possible[-1]:
        raise DoesNotFit(_too_large(gpu, model, possible[-1]))
    roomy = [n for n in possible if tokens >= _FULL_AT_ONCE * n]
    length = (roomy or [n for n in possible if tokens >= n])[0]
    at_once = min(_MOST_AT_ONCE, max(1, tokens // _TYPICAL_TOKENS))
    dtype = "bfloat16" if gpu.compute >= _BFLOAT16 else "float16"
    return Plan(length, at_once, share, dtype, tokens)


def _too_large(gpu: Gpu, model: Model, length: int) -> str:
    needed = model.weights / _MIB + _OVERHEAD_MIB + length * model.token / _MIB + _KEPT_MIB
    used = gpu.total_mib - gpu.free_mib
    other = (
        f" {used / 1024:.1f} GiB of it are in use: `nvidia-smi` says by what."
        if used > 1_024
        else ""
    )
    return (
        f"{model.name} needs about {needed / 1024:.1f} GiB of GPU memory; {gpu.name} has "
        f"{gpu.free_mib / 1024:.1f} GiB free.{other} Take a smaller model, or the same in 4 bits "
        "(AWQ, a third of the size): docs/gpu.md lists what fits."
    )
