"""Tokens of a text without asking a server.

With the model's own tokenizer.json the count is exact. Without it there is a bound: a tokenizer on
bytes makes no more tokens than a text has bytes, and of words far fewer, so each kind of character
counts as the worst of it does. That is two to three times too many, so what a server says it has
read scales the bound for the prompts after it. docs/language-model.md says how far each is off.
"""

from __future__ import annotations

import math
import re
import threading
import unicodedata
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Final

from core.errors import SettingsError

_KINDS: Final = re.compile(
    r"(?P<word>[a-z]+)|(?P<space> +)(?=[A-Za-z])|(?P<other>[\x00-\x7f])|(?P<wide>[^\x00-\x7f]+)"
)
#: Letters of a token at least, on average over a word: random consonants come to 1.6.
_LETTERS: Final = 1.5
#: What a learned count is larger by, and the least bound of a text that teaches one. The figures
#: are those of benchmarks/token_bound.py.
_MORE: Final = 1.2
_TELLING: Final = 1_000

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


class Learned:
    """The bound, scaled by what a server counted. Thread-safe.

    A kind is what has texts alike: the prompts of one role for one model. The largest share of the
    bound that a prompt of it had, and `_MORE` beyond, stands for the next one. That is too few only
    for a prompt that is so much denser than all before; a server then refuses it, and from there on
    the bound itself holds.
    """

    def __init__(self) -> None:
        self._shares: dict[Hashable, float] = {}
        self._lock = threading.Lock()

    def count(self, kind: Hashable, text: str) -> int:
        """Tokens of a text at most, as far as is known."""
        with self._lock:
            share = self._shares.get(kind, 1.0)
        return math.ceil(bound(text) * min(1.0, share * _MORE))

    def learn(self, kind: Hashable, text: str, tokens: int) -> None:
        """A server counted so many in it. Short texts, in which a template's own tokens weigh
        most, and a server that does not count (0) teach nothing."""
        most = bound(text)
        if tokens <= 0 or most < _TELLING:
            return
        with self._lock:
            self._shares[kind] = max(self._shares.get(kind, 0.0), tokens / most)

    def distrust(self, kind: Hashable) -> None:
        """A prompt of that kind was too long: the bound holds from here on."""
        with self._lock:
            self._shares[kind] = 1.0


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def counter_of(path: str) -> Counter | None:
    """What counts tokens by a tokenizer.json; None when the path is empty.

    Raises SettingsError when there is no such file, or it is none.
    """
    if not path.strip():
        return None
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
    except Exception as error:  # `tokenizers` raises Exception itself, nothing narrower
        raise SettingsError(
            f"GEMBA_LLM_TOKENIZER: {str(place)!r} is no tokenizer.json ({error})."
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(text: str) -> int:
        plain = text.encode("utf-8", "replace").decode()
        return len(tokenizer.encode(plain, add_special_tokens=True).ids)

    return count
