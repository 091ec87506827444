"""The tiny model: the same each time, and whole."""

import json
import struct
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from deploy import tiny_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tiny")
    tiny_model.make(made)
    return made


def test_it_is_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    tiny_model.make(tmp_path)
    for file in folder.iterdir():
        assert file.read_bytes() == (tmp_path / file.name).read_bytes(), file.name


def test_any_text_comes_back_whole(folder: Path) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    for text in ("SELECT `a` FROM t WHERE x > 1.5", "Máy bơm nào rung?", "雪 \n\t🙂"):
        assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_the_weights_are_where_the_header_says(folder: Path) -> None:
    data = (folder / "model.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    config = json.loads((folder / "config.json").read_text())
    embedding = header["model.embed_tokens.weight"]
    assert embedding["shape"] == [config["vocab_size"], config["hidden_size"]]
    ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    assert max(ends) == len(data) - 8 - length
