"""Models that run in this process, by fastembed: the packaged one, a folder, a model by name.

Nothing is fetched: a model is in its folder or it is refused with the list of what is missing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from core.errors import SettingsError, Unavailable, did_you_mean
from core.retrieval.embeddings.packaged import NAME, WEIGHTS_SHA256, ensure_model, file_digest
from core.retrieval.embeddings.port import Vectors, unit_length

if TYPE_CHECKING:
    from fastembed import TextEmbedding
    from fastembed.common.model_description import PoolingType

_MODEL_FILES: Final = (
    "model.onnx",
    "onnx/model.onnx",
    "model_optimized.onnx",
    "onnx/model_optimized.onnx",
    "onnx/model_quantized.onnx",
)
_TOKENIZER: Final = ("tokenizer.json", "tokenizer_config.json")
_BATCH: Final = 32
_log = logging.getLogger(__name__)
_registry = threading.Lock()


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What a model wants to stand before a question and before a passage."""

    question: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to run. size: numbers in a vector."""

    model: TextEmbedding
    size: int


class LocalEmbedder:
    """A fastembed model. It is loaded at the first use: a start waits for nothing."""

    def __init__(
        self, name: str, fingerprint: str, prefixes: Prefixes, load: Callable[[], Loaded]
    ) -> None:
        self._name = name
        self._fingerprint = fingerprint
        self._prefixes = prefixes
        self._load = load
        self._lock = threading.Lock()
        self._loaded: Loaded | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def size(self) -> int:
        return self._ready().size

    def questions(self, texts: Sequence[str], *, timeout_s: float | None = None) -> Vectors:
        """A question takes milliseconds, so only a timeout_s that is over stops it."""
        if timeout_s is not None and timeout_s <= 0:
            raise Unavailable("There was no time left to embed the question.")
        return self._embed([self._prefixes.question + text for text in texts])

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self._prefixes.passage + text for text in texts])

    def close(self) -> None:
        with self._lock:
            self._loaded = None

    def _embed(self, texts: Sequence[str]) -> Vectors:
        ready = self._ready()
        if not texts:
            return np.zeros((0, ready.size), dtype=np.float32)
        # Texts of like length share a batch, so that little is padded.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        made = list(ready.model.embed([texts[i] for i in order], batch_size=_BATCH))
        sorted_back = np.empty((len(texts), ready.size), dtype=np.float32)
        found = unit_length(np.stack(made), count=len(texts), size=ready.size, name=self._name)
        sorted_back[order] = found
        return sorted_back

    def _ready(self) -> Loaded:
        with self._lock:
            if self._loaded is None:
                try:
                    self._loaded = self._load()
                except Unavailable:
                    raise
                except Exception as error:  # onnxruntime has a bare exception for each cause
                    raise Unavailable(
                        f"The embedding model {self._name!r} cannot be loaded: {str(error)[:300]}"
                    ) from error
            return self._loaded


def packaged_embedder(models_dir: Path) -> LocalEmbedder:
    """all-MiniLM-L6-v2 from its package, written to `models_dir` at the first use."""

    def load() -> Loaded:
        return _load_folder(ensure_model(models_dir), WEIGHTS_SHA256)

    return LocalEmbedder(NAME, _digest(NAME, WEIGHTS_SHA256), Prefixes(), load)


def folder_embedder(folder: Path, prefixes: Prefixes | None = None) -> LocalEmbedder:
    """The model in a folder as sentence-transformers exports it. Raises SettingsError naming the
    files that are missing. prefixes: instead of those that the folder names."""
    model_file = next((name for name in _MODEL_FILES if (folder / name).is_file()), None)
    wanted = (*_TOKENIZER, "config.json", "1_Pooling/config.json")
    missing = [name for name in wanted if not (folder / name).is_file()]
    if model_file is None:
        missing.insert(0, f"model.onnx (or {', '.join(_MODEL_FILES[1:])})")
    if missing or model_file is None:
        raise SettingsError(
            f"The folder {str(folder)!r} of GEMBA_EMBED_MODEL lacks: {'; '.join(missing)}."
        )
    spoken = prefixes or _prefixes_of(folder)
    digest = _digest_folder(folder, model_file, spoken)
    return LocalEmbedder(folder.name, digest, spoken, lambda: _load_folder(folder, digest))


def named_embedder(name: str, models_dir: Path, prefixes: Prefixes | None = None) -> LocalEmbedder:
    """A model that fastembed knows, from a folder of its name under `models_dir`.

    Raises SettingsError for an unknown name, and with the files that are wanted and where.
    """
    known = {each["model"].lower(): each for each in _text_embedding().list_supported_models()}
    found = known.get(name.lower())
    if found is None:
        raise SettingsError(
            f"GEMBA_EMBED_MODEL: {name!r} is neither a folder nor a model that fastembed "
            f"knows.{did_you_mean(name.lower(), known)}"
        )
    folder = models_dir / str(found["model"]).replace("/", "--")
    wanted = [found["model_file"], *found["additional_files"], *_TOKENIZER, "config.json"]
    missing = [file for file in wanted if not (folder / file).is_file()]
    if missing:
        raise SettingsError(
            f"GEMBA_EMBED_MODEL: nothing is fetched, so put {found['model']}'s files into "
            f"{str(folder)!r}. Missing: {', '.join(missing)}."
        )
    spoken = prefixes or _prefixes_of(folder)
    digest = _digest_folder(folder, found["model_file"], spoken)

    def load() -> Loaded:
        model = _text_embedding()(found["model"], **_options(folder))
        return Loaded(model, int(found["dim"]))

    return LocalEmbedder(str(found["model"]), digest, spoken, load)


def _text_embedding() -> type[TextEmbedding]:
    # Both keep fastembed's own downloader from ever asking a hub.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from fastembed import TextEmbedding

    return TextEmbedding


def _options(folder: Path) -> dict[str, Any]:
    threads = min(4, os.cpu_count() or 1)
    return {
        "specific_model_path": str(folder),
        "local_files_only": True,
        "threads": threads,
        "providers": ["CPUExecutionProvider"],
    }


def _load_folder(folder: Path, digest: str) -> Loaded:
    text_embedding = _text_embedding()
    from fastembed.common.model_description import ModelSource

    model_file = next(name for name in _MODEL_FILES if (folder / name).is_file())
    size, pooling = _pooling(folder)
    name = f"gemba/{digest}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"
    with _registry:
        if not any(each["model"] == name for each in text_embedding.list_supported_models()):
            text_embedding.add_custom_model(
                model=name,
                pooling=pooling,
                normalization=True,
                sources=ModelSource(url="file:///nowhere"),
                dim=size,
                model_file=model_file,
            )
    return Loaded(text_embedding(name, **_options(folder)), size)


def _pooling(folder: Path) -> tuple[int, PoolingType]:
    """The size of a vector and how a text's tokens become one, from `1_Pooling/config.json`."""
    from fastembed.common.model_description import PoolingType

    config = json.loads((folder / "1_Pooling" / "config.json").read_text("utf-8"))
    ways = {
        "pooling_mode_mean_tokens": PoolingType.MEAN,
        "pooling_mode_cls_token": PoolingType.CLS,
        "pooling_mode_lasttoken": PoolingType.LAST_TOKEN,
    }
    chosen = [way for key, way in ways.items() if config.get(key)]
    if len(chosen) != 1 or not isinstance(config.get("word_embedding_dimension"), int):
        raise ValueError(f"{folder.name}/1_Pooling/config.json names no pooling that is known")
    return config["word_embedding_dimension"], chosen[0]


def _prefixes_of(folder: Path) -> Prefixes:
    """What the folder says (`config_sentence_transformers.json`: prompts), else what its family
    wants: E5 models are trained with `query: ` and `passage: ` and are poor without."""
    try:
        text = (folder / "config_sentence_transformers.json").read_text("utf-8")
        prompts = json.loads(text).get("prompts") or {}
    except (OSError, ValueError):
        prompts = {}
    question = prompts.get("query", "")
    passage = prompts.get("passage", prompts.get("document", ""))
    if question or passage:
        return Prefixes(question, passage)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    names = f"{folder.name} {config.get('_name_or_path', '')}".lower()
    return prefixes_of_family(names)


def prefixes_of_family(name: str) -> Prefixes:
    """The prefixes of a model known by its name alone."""
    words = name.lower().replace("/", " ").replace("-", " ").replace("_", " ").split()
    return Prefixes("query: ", "passage: ") if "e5" in words else Prefixes()


def _digest_folder(folder: Path, model_file: str, prefixes: Prefixes) -> str:
    """Of all that decides what a vector is: weights, external weights, tokens, pooling."""
    beside = sorted(p for p in (folder / model_file).parent.glob("*.onnx?data") if p.is_file())
    decisive = [folder / model_file, *beside, folder / "tokenizer.json"]
    pooling = folder / "1_Pooling" / "config.json"
    decisive += [pooling] if pooling.is_file() else []
    return _digest(*(file_digest(file) for file in decisive), prefixes.question, prefixes.passage)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
