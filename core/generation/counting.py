"""Tokens of a text without asking a server.

With the model's own tokenizer.json the count is exact. Without it there is a bound: a tokenizer on
bytes makes no more tokens than a text has bytes, and of words far fewer, so each kind of character
counts as the worst of it does. docs/language-model.md says how far it is off.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.errors import SettingsError

_KINDS: Final = re.compile(
    r"(?P<word>[a-z]+)|(?P<space> +)(?=[A-Za-z])|(?P<other>[\x00-\x7f])|(?P<wide>[^\x00-\x7f]+)"
)
#: Letters of a token at least, on average over a word: random consonants come to 1.6.
_LETTERS: Final = 1.5

Counter = Callable[[str], int]


def bound(text: str) -> int:
    """Tokens of a text at most."""
    total = 1
    for found in _KINDS.finditer(text):
        part = found.group()
        if found.lastgroup == "word":
            total += math.ceil(len(part) / _LETTERS)
        elif found.lastgroup == "space":
            total += len(part) - 1  # one belongs to the word after it
        elif found.lastgroup == "wide":
            total += max(_bytes(part), _bytes(unicodedata.normalize("NFC", part)))
        else:
            total += len(part)
    return total


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def counter_of(path: str) -> Counter:
    """What counts tokens: by a tokenizer.json, or by the bound when the path is empty.

    Raises SettingsError when there is no such file, or it is none.
    """
    if not path.strip():
        return bound
    from tokenizers import Tokenizer

    place = Path(path).expanduser()
    place = place / "tokenizer.json" if place.is_dir() else place
    if not place.is_file():
        raise SettingsError(
            f"GEMBA_LLM_TOKENIZER: there is no {place.name} at {str(place.parent)!r}. Copy it from "
            "the model's folder, or leave the setting empty."
        )
    try:
        tokenizer = Tokenizer.from_str(place.read_text("utf-8"))
    except Exception as error:  # the library raises nothing narrower
        raise SettingsError(
            f"GEMBA_LLM_TOKENIZER: {str(place)!r} is no tokenizer.json ({error})."
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(text: str) -> int:
        plain = text.encode("utf-8", "replace").decode()
        return len(tokenizer.encode(plain, add_special_tokens=True).ids)

    return count
