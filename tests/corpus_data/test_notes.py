"""The notes: one thought each, of a length that fits a prompt, about things that the model has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.semantic.load import load_model

ROOT = Path(__file__).resolve().parents[2]
AT_LEAST = {"plant": 45, "steel": 5}
SHORTEST, LONGEST = 40, 150  # words


def notes(model: str) -> dict[str, str]:
    """Text by `file#heading`."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "data" / "corpus" / model / "notes").glob("*.md")):
        first, *parts = re.split(r"^## ", file.read_text("utf-8"), flags=re.MULTILINE)
        assert re.fullmatch(r"# [^\n]+\n\n", first), f"{file.name} opens with its title alone"
        for part in parts:
            heading, _, text = part.partition("\n")
            name = f"{file.stem}#{heading.strip()}"
            assert name not in found, name
            found[name] = text.strip()
    return found


EACH = [
    pytest.param(model, text, id=f"{model}:{name}")
    for model in AT_LEAST
    for name, text in notes(model).items()
]


@pytest.mark.parametrize("model", AT_LEAST)
def test_there_are_enough(model: str) -> None:
    assert len(notes(model)) >= AT_LEAST[model]


@pytest.mark.parametrize("model", AT_LEAST)
def test_a_heading_stands_once(model: str) -> None:
    headings = [name.partition("#")[2].casefold() for name in notes(model)]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize(("model", "text"), EACH)
def test_its_length(model: str, text: str) -> None:
    assert SHORTEST <= len(text.split()) <= LONGEST
    assert "\n\n" not in text, "one paragraph"


@pytest.mark.parametrize(("model", "text"), EACH)
def test_names_in_code_marks_are_of_the_model(model: str, text: str) -> None:
    known = load_model(ROOT / "data" / "models" / f"{model}.yaml")
    names = {name for table in known.tables.values() for name in table.columns}
    names |= set(known.tables) | set(known.metrics)
    for code in re.findall(r"`([^`]+)`", text):
        for word in re.findall(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b", code):
            assert word in names, word
