"""Words with and without their marks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_STROKE = "\u0335"


@lru_cache(maxsize=4096)
def parted(word: str) -> tuple[str, str]:
    """The letters of a case-folded word without marks, and its marks in a fixed order: "hoà" and
    "hòa" are the same."""
    letters, marks = [], []
    for char in unicodedata.normalize("NFD", word):
        if unicodedata.category(char) == "Mn":
            marks.append(char)
        elif char == "đ":
            letters.append("d")
            marks.append(_STROKE)
        else:
            letters.append(char)
    return "".join(letters), "".join(sorted(marks))


def plain(word: str) -> str:
    """A word as it is typed without marks."""
    return parted(word)[0]


def is_marked(word: str) -> bool:
    """Whether a word is typed with marks."""
    return parted(word)[1] != ""


def may_stand_for(typed: str, word: str) -> bool:
    """Whether `typed` is `word`, with the same marks or without any."""
    letters, marks = parted(typed)
    own_letters, own_marks = parted(word)
    return letters == own_letters and marks in ("", own_marks)
