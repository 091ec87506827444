"""The words of a text as the sparse leg compares them.

The same on both sides and on both engines. A word is compared as it is written (no case), and as
what else people write for it: the parts of a compound (`energy_kwh` is found by "energy"), a word
without its accents (`độ rung` by "do rung"), an English word without its ending, a name with its
number (`Line 2` is one thing, and not the other lines' 2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from py_rust_stemmers import SnowballStemmer

# A run of letters and digits, with what holds a code or a unit together inside it.
_COMPOUND: Final = re.compile(r"[^\W_]+(?:[-_./·][^\W_]+)*|[°%]")
_PART: Final = re.compile(r"[^\W\d_]+|\d+")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_LETTERS_WITHOUT_ACCENT: Final = str.maketrans({"đ": "d", "ł": "l", "ø": "o"})
#: Words that stand in most questions and tell none from another.
_STOPWORD_TEXT: Final = (
    "a an and are as at be been by did do does for from had has have how i in is it its me my of "
    "on or our show tell that the their them there these this those to us was we were what when "
    "where which who will with you your give please can could would "
    "der die das den dem des ein eine einen einem einer und oder ist sind war waren im in am an "
    "auf von vom zu zum zur mit bei für wie was welche welcher welches hat haben es ich wir"
)
STOPWORDS: Final = frozenset(_STOPWORD_TEXT.split())
_stemmer = SnowballStemmer("english")


def tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Each token with whether it is the word itself (true) or another form of it (false), in
    order, repeats included."""
    before = ""
    for match in _COMPOUND.finditer(unicodedata.normalize("NFKC", text).casefold()):
        word = match.group()
        if word in STOPWORDS:
            before = ""
            continue
        if word.isdigit() and before:
            yield f"{before} {word}", False
        yield from _forms(word)
        before = _stem(word) if word.isalpha() else ""


@lru_cache(maxsize=16_384)
def _forms(word: str) -> tuple[tuple[str, bool], ...]:
    whole = _stem(word)
    forms = [(whole, True)]
    parts = _PART.findall(word)
    if len(parts) > 1:
        forms += [(_stem(part), False) for part in parts if part not in STOPWORDS]
    for plain in (_without_accents(word), word.translate(_UMLAUTS)):
        if plain != word:
            forms.append((_stem(plain), False))
    return tuple(dict.fromkeys(forms))


def _stem(word: str) -> str:
    """An English word without its ending; a code, a unit and a word with accents stay whole."""
    if len(word) > 3 and word.isascii() and word.isalpha():
        return str(_stemmer.stem_word(word))
    return word


def _without_accents(word: str) -> str:
    apart = unicodedata.normalize("NFD", word.translate(_LETTERS_WITHOUT_ACCENT))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
