"""Every file of words and models says each thing once: in YAML a second key of the same name takes
the place of the first without a word."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from core.settings import ROOT

FILES = sorted((ROOT / "data").rglob("*.yaml"))


def keys_twice(text: str) -> list[str]:
    """The keys that a mapping of the text has more than once, with their lines."""
    found: list[str] = []
    nodes: list[Any] = [yaml.compose(text, Loader=yaml.SafeLoader)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
        if not isinstance(node, yaml.MappingNode):
            continue
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                found.append(f"{key.value} in line {key.start_mark.line + 1}")
            seen.add(key.value)
            nodes += [key, value]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_key_stands_twice(file: Path) -> None:
    assert keys_twice(file.read_text("utf-8")) == []


def test_one_that_does_is_found() -> None:
    assert keys_twice("a: 1\nb: {c: 1, c: 2}\na: [x]\n") == ["a in line 3", "c in line 2"]
