"""Words that are typed as one and are two: "Temperaturverlauf" is "Temperatur" and "Verlauf"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.language.normalise import Token
from core.language.rendering.pieces import kind_of
from core.language.rendering.syllables import plain
from core.language.rendering.wordbook import Wordbook
from core.language.vocabulary import Vocabulary

#: Letters of the shortest word that is looked for within another.
_LEAST = 3
_OF_SEVERAL = "aggregate"


def apart(tokens: Sequence[Token], book: Wordbook, vocabulary: Vocabulary) -> tuple[Token, ...]:
    """The tokens, those that no book explains as one word in the two that they are made of."""
    if not book.manner.joins:
        return tuple(tokens)
    found: list[Token] = []
    for token in tokens:
        is_open = token.kind == "word" and len(token.norm) >= 2 * _LEAST
        if not is_open or plain(token.norm) in book.single:
            parts = None
        else:
            parts = (
                None if vocabulary.match((token.norm,), 0) else _parts(token.norm, book, vocabulary)
            )
        found += [token] if parts is None else _cut(token, *parts)
    return tuple(found)


def _cut(token: Token, first: str, rest: str) -> tuple[Token, Token]:
    """Two tokens for one; each has its own place where its letters are as they were typed."""
    if len(token.text) != len(token.norm):
        whole = replace(token, typed=token.text)
        return replace(whole, norm=first), replace(whole, norm=rest)
    at = len(token.norm) - len(rest)
    middle = token.start + at
    return (
        replace(token, text=token.text[:at], norm=first, end=middle),
        replace(token, text=token.text[at:], norm=rest, start=middle),
    )


def _parts(word: str, book: Wordbook, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """The two words of one; None where there are no two, or more than one place between them."""
    found = []
    for at in range(_LEAST, len(word) - _LEAST + 1):
        firsts = [
            f for f in _firsts(word[:at], book) if _may_follow(f, word[at:], book, vocabulary)
        ]
        if firsts:
            found.append((min(firsts, key=len), word[at:]))
    return found[0] if len(found) == 1 else None


def _firsts(text: str, book: Wordbook) -> Iterator[str]:
    """The words of the book that a text may be, with letters behind it that join words."""
    for link in ("", *book.manner.links):
        first = text.removesuffix(link)
        if len(first) >= _LEAST and text == first + link and (plain(first),) in book.phrases:
            yield first


def _may_follow(first: str, rest: str, book: Wordbook, vocabulary: Vocabulary) -> bool:
    """Whether a word of the book may stand before another one, or what is a figure of several
    (`Gesamt-`) before a name of the model's own."""
    joins = book.manner.joins or {}
    then = {e.kind for e in book.phrases.get((plain(rest),), ())}
    kinds = {e.kind for e in book.phrases.get((plain(first),), ())}
    if not then and _OF_SEVERAL in kinds:
        own = [t for m in vocabulary.match((rest,), 0) for t in m.targets if not t.is_partial]
        then = {kind_of(target, vocabulary) for target in own}
    return any(then & joins.get(kind, frozenset()) for kind in kinds)
