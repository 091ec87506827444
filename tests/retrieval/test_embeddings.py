"""The packaged model, models in folders and by name."""

from __future__ import annotations

import json
import math
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from core.errors import SettingsError, Unavailable
from core.retrieval.embeddings import packaged
from core.retrieval.embeddings.bert_graph import read_weights
from core.retrieval.embeddings.choose import open_embedder
from core.retrieval.embeddings.local import (
    LocalEmbedder,
    folder_embedder,
    named_embedder,
    packaged_embedder,
    prefixes_of_family,
)
from core.retrieval.embeddings.port import Remembering, unit_length
from core.settings import Settings
from tests.conftest import EMBEDDING_MODELS
from tests.fakes.embedders import HashedWords

TEXTS = (
    "Which pumps vibrated most last week?",
    "OEE",
    "Độ rung của bơm PMP-03 tuần trước",
    "The energy of Line 2 in kWh, by shift and by product family. " * 20,
)


@pytest.fixture(scope="module")
def models_dir() -> Path:
    """Built once for all runs: it is checked by hash each time."""
    packaged.ensure_model(EMBEDDING_MODELS)
    return EMBEDDING_MODELS


@pytest.fixture(scope="module")
def model(models_dir: Path) -> LocalEmbedder:
    return packaged_embedder(models_dir)


class Reference:
    """The published forward pass in numpy, from the same weights."""

    def __init__(self) -> None:
        source = packaged.package_folder()
        assert source is not None
        self.w = read_weights(source / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
        self.tokenizer.enable_truncation(512)
        self.tokenizer.no_padding()

    def norm(self, x: np.ndarray, name: str) -> np.ndarray:
        mean, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return (x - mean) / np.sqrt(var + 1e-12) * self.w[f"{name}.weight"] + self.w[f"{name}.bias"]

    def linear(self, x: np.ndarray, name: str) -> np.ndarray:
        return x @ self.w[f"{name}.weight"].T + self.w[f"{name}.bias"]

    def embed(self, text: str) -> np.ndarray:
        ids = self.tokenizer.encode(text).ids
        x = self.w["embeddings.word_embeddings.weight"][ids]
        x = x + self.w["embeddings.position_embeddings.weight"][: len(ids)]
        x = x + self.w["embeddings.token_type_embeddings.weight"][0]
        x = self.norm(x.astype(np.float64), "embeddings.LayerNorm")
        erf = np.vectorize(math.erf)
        for i in range(6):
            at = f"encoder.layer.{i}"
            q, k, v = (
                self.linear(x, f"{at}.attention.self.{n}").reshape(len(ids), 12, 32).swapaxes(0, 1)
                for n in ("query", "key", "value")
            )
            scores = q @ k.swapaxes(1, 2) / math.sqrt(32)
            shares = np.exp(scores - scores.max(-1, keepdims=True))
            shares /= shares.sum(-1, keepdims=True)
            mixed = (shares @ v).swapaxes(0, 1).reshape(len(ids), 384)
            x = self.norm(
                self.linear(mixed, f"{at}.attention.output.dense") + x,
                f"{at}.attention.output.LayerNorm",
            )
            wide = self.linear(x, f"{at}.intermediate.dense")
            wide = wide / 2 * (1 + erf(wide / math.sqrt(2)))
            x = self.norm(self.linear(wide, f"{at}.output.dense") + x, f"{at}.output.LayerNorm")
        mean = x.mean(0)
        return mean / np.linalg.norm(mean)


def test_it_is_the_published_model(model: LocalEmbedder) -> None:
    reference = Reference()
    made = model.passages(TEXTS)
    assert made.shape == (len(TEXTS), 384)
    assert made.dtype == np.float32
    for text, vector in zip(TEXTS, made, strict=True):
        assert float(vector @ reference.embed(text)) > 0.999, text


def test_a_batch_is_the_same_as_one_by_one(model: LocalEmbedder) -> None:
    together = model.questions(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert model.questions([text])[0] == pytest.approx(vector, abs=1e-4)
    assert model.questions([]).shape == (0, 384)


def test_like_means_near(model: LocalEmbedder) -> None:
    one = model.questions(["electricity used by the packaging machines"])[0]
    near, far = model.passages(["energy consumption of packaging", "who repaired the chiller"])
    assert float(one @ near) > float(one @ far) + 0.2


def test_threads_share_it(model: LocalEmbedder) -> None:
    wanted = model.questions(TEXTS)
    wrong: list[object] = []

    def ask() -> None:
        made = [model.questions(TEXTS) for _ in range(5)]
        wrong.extend(vectors for vectors in made if not np.allclose(vectors, wanted, atol=1e-4))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_no_socket_is_opened(tmp_path: Path) -> None:
    """From building the model to the first vector, in a process of its own."""
    code = f"""
import socket, sys
from pathlib import Path
def refuse(*a, **k):
    raise SystemExit("a socket was opened")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from core.retrieval.embeddings.local import packaged_embedder
print(packaged_embedder(Path({str(tmp_path)!r})).questions(["OEE"]).shape)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.stdout.strip() == "(1, 384)", done.stderr


def test_a_damaged_model_is_written_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = packaged.ensure_model(tmp_path)
    whole = packaged.file_digest(folder / "model.onnx")
    with (folder / "model.onnx").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\0" * 64)
    assert packaged.ensure_model(tmp_path) == folder
    assert "model.onnx is not as it was written" in caplog.text
    assert packaged.file_digest(folder / "model.onnx") == whole
    (folder / "tokenizer.json").unlink()
    packaged.ensure_model(tmp_path)
    assert (folder / "tokenizer.json").is_file()
    assert sorted(p.name for p in tmp_path.iterdir()) == [packaged.NAME]


def test_other_weights_are_refused(tmp_path: Path) -> None:
    source = packaged.package_folder()
    assert source is not None
    other = shutil.copytree(source, tmp_path / "package")
    with (other / "model.safetensors").open("r+b") as file:
        file.seek(-4, 2)
        file.write(b"\1\2\3\4")
    with pytest.raises(Unavailable, match="holds other weights"):
        packaged.ensure_model(tmp_path / "models", other)
    assert not (tmp_path / "models").exists()


def test_without_the_package_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "package_folder", lambda: None)
    with pytest.raises(Unavailable, match="make setup"):
        packaged_embedder(tmp_path).questions(["OEE"])


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file stands in its place")
    with pytest.raises(Unavailable, match="cannot be written"):
        packaged_embedder(tmp_path / "models").questions(["OEE"])


def test_two_processes_may_build_at_once(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nfrom core.retrieval.embeddings.packaged import ensure_model\n"
        f"print(ensure_model(Path({str(tmp_path)!r})))"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=-1, stderr=-1, text=True)
        for _ in range(2)
    ]
    for each in both:
        out, err = each.communicate(timeout=100)
        assert out.strip() == str(tmp_path / packaged.NAME), err
    assert sorted(p.name for p in tmp_path.iterdir()) == [packaged.NAME]


def test_a_folder_is_a_model(models_dir: Path, model: LocalEmbedder) -> None:
    other = folder_embedder(models_dir / packaged.NAME)
    assert other.questions(["OEE"])[0] == pytest.approx(model.questions(["OEE"])[0], abs=1e-5)
    assert other.size == 384
    assert other.fingerprint != model.fingerprint


def test_a_folder_says_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(SettingsError) as caught:
        folder_embedder(tmp_path)
    lacking = str(caught.value).partition("lacks: ")[2].rstrip(".").split("; ")
    assert lacking[0].startswith("model.onnx (or onnx/model.onnx")
    assert lacking[1:] == ["tokenizer.json", "tokenizer_config.json", "1_Pooling/config.json"]


def test_a_broken_graph_is_unavailable(models_dir: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models_dir / packaged.NAME, tmp_path / "broken")
    (folder / "model.onnx").write_bytes(b"this is no graph")
    with pytest.raises(Unavailable, match="cannot be loaded"):
        folder_embedder(folder).questions(["OEE"])


def test_prefixes_are_part_of_the_model(models_dir: Path, tmp_path: Path) -> None:
    plain = models_dir / packaged.NAME
    folder = shutil.copytree(plain, tmp_path / "multilingual-e5-tiny")
    by_family = folder_embedder(folder)
    model = folder_embedder(plain)
    assert by_family.questions(["OEE"])[0] == pytest.approx(
        model.questions(["query: OEE"])[0], abs=1e-5
    )
    assert by_family.passages(["OEE"])[0] == pytest.approx(
        model.questions(["passage: OEE"])[0], abs=1e-5
    )
    assert by_family.fingerprint != model.fingerprint
    prompts = {"prompts": {"query": "find: ", "document": ""}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    told = folder_embedder(folder)
    assert told.questions(["OEE"])[0] == pytest.approx(model.questions(["find: OEE"])[0], abs=1e-5)
    assert told.fingerprint != by_family.fingerprint
    assert prefixes_of_family("BAAI/bge-m3").question == ""
    assert prefixes_of_family("intfloat/multilingual-e5-large").passage == "passage: "


def test_a_named_model_says_which_files_it_wants_and_where(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        named_embedder("intfloat/multilingual-e5-large", tmp_path)
    assert str(tmp_path / "intfloat--multilingual-e5-large") in str(caught.value)
    assert "tokenizer.json" in str(caught.value)
    with pytest.raises(SettingsError, match=r"Did you mean 'baai/bge-small-en-v1\.5'"):
        named_embedder("BAAI/bge-smal-en-v1.5", tmp_path)


def test_a_named_model_runs_from_its_folder(models_dir: Path, tmp_path: Path) -> None:
    """The packaged model's files in place of the same model's own export."""
    name = "sentence-transformers/all-MiniLM-L6-v2"
    folder = tmp_path / name.replace("/", "--")
    shutil.copytree(models_dir / packaged.NAME, folder)
    embedder = named_embedder(name, tmp_path)
    again = folder_embedder(folder)
    assert embedder.questions(["OEE"])[0] == pytest.approx(again.questions(["OEE"])[0], abs=1e-4)


def test_settings_choose(tmp_path: Path, models_dir: Path) -> None:
    assert open_embedder(Settings(data_dir=tmp_path)).name == packaged.NAME
    folder = str(models_dir / packaged.NAME)
    assert open_embedder(Settings(data_dir=tmp_path, embed_model=folder)).size == 384
    with pytest.raises(SettingsError, match="does not exist"):
        open_embedder(Settings(embed_model="/no/such/folder"))
    with pytest.raises(SettingsError, match="neither a folder nor"):
        open_embedder(Settings(embed_model="no-such-model"))
    with pytest.raises(SettingsError, match="needs GEMBA_EMBED_MODEL"):
        open_embedder(Settings(embed_url="http://127.0.0.1:1"))
    with pytest.raises(SettingsError, match="must begin with"):
        open_embedder(Settings(embed_url="tei:8080", embed_model="m"))


def test_questions_are_remembered_and_forgotten_in_order() -> None:
    model = HashedWords()
    remembering = Remembering(model, capacity=2)
    first = remembering.questions(["a", "b", "a"])
    assert model.asked == ["a", "b"]
    assert first[0] == pytest.approx(first[2])
    remembering.questions(["a", "c"])
    assert model.asked == ["a", "b", "c"]
    remembering.questions(["a"])
    assert model.asked == ["a", "b", "c"]
    remembering.questions(["b"])
    assert model.asked == ["a", "b", "c", "b"]
    assert remembering.questions([]).shape == (0, 64)


@pytest.mark.parametrize(
    "made",
    [
        [[1.0, 0.0]],
        [[1.0, 0.0], [1.0]],
        [[1.0, 0.0], [float("nan"), 1.0]],
        [[1.0, 0.0], [0.0, 0.0]],
        [[1.0, 0.0, 1.0], [1.0, 0.0, 1.0]],
        [["a", "b"], ["c", "d"]],
        None,
        [],
        [[], []],
        [[1.0, float("inf")], [1.0, 1.0]],
    ],
)
def test_what_is_no_vector_is_refused(made: object) -> None:
    with pytest.raises(Unavailable):
        unit_length(made, count=2, size=2, name="m")  # type: ignore[arg-type]


def test_this_suite_has_no_network() -> None:
    with pytest.raises(OSError, match="not on this machine"):
        socket.getaddrinfo("model-hub.example", 443)
