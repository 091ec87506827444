"""From raw text to tokens; the first place where bad input is met.

A token keeps its offsets in the cleaned text, so that every later stage can say which words it
used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from core.errors import UserFixable
from core.semantic.display import format_number
from core.translation import gettext as _

MAX_CHARACTERS = 1_000

TokenKind = Literal["word", "number", "date", "clock", "code", "symbol"]
_KINDS: tuple[TokenKind, ...] = get_args(TokenKind)

_SPACE = re.compile(r"\s+")
_ISO_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-"})

#: Stand around a word of another language that must not be read as one of the parser's own.
_NOT_KNOWN = "‹›"


def not_known(word: str) -> str:
    """A word as a text that is read holds it where it must not be taken for one that is known."""
    return word.join(_NOT_KNOWN)


# Order matters: a date before a number, a clock before a number, a code before a word.
#: A ranking or a span with its number typed onto it ("top5").
_GLUED = re.compile(r"\b(top|bottom|best|worst|last|past|first)(\d{1,3})\b", re.IGNORECASE)
_TOKEN = re.compile(
    r"""
    (?P<date>\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})(?!\d)
            |\d{1,2}\.\d{1,2}\.(?!\d)|\d{1,2}/\d{1,2}/\d{4})
  | (?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?[ap]\.?m\b\.?)
  | (?P<code>[^\W\d_]{1,12}[-_]?\d+[^\W_]*(?:[-_][^\W_]+)*|[^\W\d_]+[-_]\d[^\W_]*)
  | (?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)
  | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)*|‹[^›]*›)
  | (?P<symbol>>=|<=|!=|<>|=>|=<|[^\w\s])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the question. text: as typed; norm: case-folded; start, end: offsets. typed:
    what stands there where the text is said for words of another language; else empty."""

    text: str
    norm: str
    kind: TokenKind
    start: int
    end: int
    typed: str = ""

    @property
    def is_not_known(self) -> bool:
        """Whether it is a word that must be taken for none that is known."""
        return self.text.startswith(_NOT_KNOWN[0]) and len(self.text) > 1

    @property
    def number(self) -> float | None:
        """Its value when it is a number; `1,200` is twelve hundred, `4,5` is four and a half."""
        if self.kind != "number":
            return None
        text = self.text
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
            return float(text.replace(",", ""))
        return float(text.replace(",", "."))


def place_of(tokens: Sequence[Token]) -> tuple[int, int]:
    """Where some tokens were typed: the first one's start and the last one's end."""
    return min(t.start for t in tokens), max(t.end for t in tokens)


def as_typed(tokens: Iterable[Token]) -> str:
    """The words of some tokens as they were typed, in the order in which they were."""
    places: dict[tuple[int, int], str] = {}
    for token in tokens:
        places.setdefault((token.start, token.end), token.typed or token.text)
    return " ".join(places[place] for place in sorted(places))


def clean(text: str) -> str:
    """Return the question in NFC with single spaces and plain quotes.

    Raises UserFixable when there is nothing to read, or too much.
    """
    if len(text) > MAX_CHARACTERS:
        raise UserFixable(
            _(
                "The question has {text} characters; at most {max_characters} can be "
                "read. Please ask one thing at a time."
            ).format(
                text=format_number(len(text), 0), max_characters=format_number(MAX_CHARACTERS, 0)
            )
        )
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    text = "".join(
        " " if c in "\t\n\r" or unicodedata.category(c) in ("Cc", "Cf", "Zs") else c for c in text
    )
    text = _ISO_MOMENT.sub(r"\1 \2", text)
    text = _GLUED.sub(r"\1 \2", text)
    text = _SPACE.sub(" ", text).strip()
    if not text:
        raise UserFixable(_("The question is empty. Type what you want to know."))
    if not any(c.isalnum() for c in text):
        raise UserFixable(_("There are no words in the question. Type what you want to know."))
    return text


@lru_cache(maxsize=1024)  # one question is read many times over on its way
def tokenise(text: str) -> tuple[Token, ...]:
    """Split cleaned text into tokens, in order."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = _kind(match)
        start, piece = match.start(), match.group()
        for part, offset, part_kind in _split(piece, kind):
            tokens.append(
                Token(
                    text=part,
                    norm=part.casefold(),
                    kind=part_kind,
                    start=start + offset,
                    end=start + offset + len(part),
                    typed=part[1:-1] if part.startswith(_NOT_KNOWN[0]) and len(part) > 1 else "",
                )
            )
    return _without_hyphens(tokens)


def _without_hyphens(tokens: list[Token]) -> tuple[Token, ...]:
    """`night-shift` is two words; `Mon - Fri`, `1-15` and `14:00-16:00` keep their dash."""
    kept: list[Token] = []
    for index, token in enumerate(tokens):
        if token.text == "-" and 0 < index < len(tokens) - 1:
            before, after = tokens[index - 1], tokens[index + 1]
            touching = before.end == token.start and token.end == after.start
            if touching and before.kind in ("word", "number") and after.kind == "word":
                continue
        kept.append(token)
    return tuple(kept)


def _kind(match: re.Match[str]) -> TokenKind:
    """The name of the alternative that matched."""
    found = match.lastgroup
    return next((kind for kind in _KINDS if kind == found), "symbol")


def _split(piece: str, kind: TokenKind) -> list[tuple[str, int, TokenKind]]:
    """`yesterday's` is two tokens, so that the possessive never hides a word."""
    if kind == "word" and "'" in piece:
        head, _mark, tail = piece.partition("'")
        if tail.casefold() in ("s", "re", "ve", "ll", "d", "m"):
            return [(head, 0, "word"), ("'" + tail, len(head), "symbol")]
    return [(piece, 0, kind)]


_IRREGULAR = {
    "works": "works",
    "indices": "index",
    "analyses": "analysis",
    "men": "man",
    "people": "person",
}


def singular(word: str) -> str:
    """The singular of an English noun by its ending; other words come back as they are."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    if word.endswith("s"):
        return word[:-1]
    return word
