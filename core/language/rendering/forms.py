"""The forms of a phrase: how a book says the endings of its words.

`letzt~` is the word with each ending that the book names for `~`; `alarm(s|+e|+en)` is `alarm` and
the word with each ending in the brackets, of which those behind a `+` are plural; `+öfen` is plural
as it stands.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.language.normalise import Token, singular

_PLURAL, _ANY_ENDING = "+", "~"
_ENDED = re.compile(r"(.*[^\W\d_])\(([^()]*)\)")


def forms_of(phrase: str, endings: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Each form of a phrase, and whether it is plural. endings: what `~` stands for; none, where
    there are none."""
    for words in itertools.product(*(_forms(word, endings) for word in phrase.split())):
        yield " ".join(word for word, _ in words), any(is_plural for _, is_plural in words)


def _forms(word: str, endings: Sequence[str]) -> list[tuple[str, bool]]:
    if word.endswith(_ANY_ENDING) and len(word) > 1:
        return [(word[:-1] + ending, False) for ending in endings or ("",)]
    is_plural = word.startswith(_PLURAL) and len(word) > 1
    word = word[1:] if is_plural else word
    ended = _ENDED.fullmatch(word)
    if ended is None:
        return [(word, is_plural)]
    more = ended[2].split("|")
    return [
        (ended[1], is_plural),
        *((ended[1] + e.lstrip(_PLURAL), is_plural or e.startswith(_PLURAL)) for e in more),
    ]


def plural_of(word: str) -> str:
    """The plural of an English noun; of one that is plural, itself."""
    if singular(word) != word or not word.isalpha():
        return word
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def plural_token(token: Token) -> Token:
    """A word in the plural; what is no word stays as it is."""
    if token.kind != "word":
        return token
    return replace(token, text=plural_of(token.text), norm=plural_of(token.norm))
