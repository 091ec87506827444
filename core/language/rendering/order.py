"""Rules that put pieces of a sentence into the order that the parser reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.language.normalise import Token, tokenise
from core.language.normalise import not_known as marked_not_known
from core.language.rendering.forms import plural_token

_START, _END, _PARTED, _AS = "^", "$", "->", "="
#: Says that a phrase is not understood.
UNKNOWN = "?"
#: The kind of words that say nothing and stand between no others.
NOTHING = "nothing"
_ANY = frozenset({"..."})
_INDEX = re.compile(r"(\d)(s?)")
_WORD = re.compile(r"'[^']*'|\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of tokens of one kind. tokens: what it is said as, each with the place of what was
    typed; empty for what says nothing."""

    kind: str
    tokens: tuple[Token, ...]
    typed: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    """pattern: sets of kinds side by side; made: indices of the pattern (from 0, plural or not)
    and words in between. kind: what all of it becomes, one piece; empty for pieces as they were.
    at_start, at_end: only where the sentence begins or ends."""

    pattern: tuple[frozenset[str], ...]
    made: tuple[tuple[int, bool] | str, ...]
    kind: str
    at_start: bool
    at_end: bool


def read_rule(line: str) -> Rule:
    """A rule such as `unit last -> 2 1 = time`. Raises ValueError for one that is none."""
    left, arrow, right = line.partition(_PARTED)
    right, _, kind = right.partition(_AS)
    words = left.split()
    pattern = tuple(frozenset(w.split("|")) for w in words if w not in (_START, _END))
    made = tuple(_part(word, len(pattern)) for word in _WORD.findall(right))
    if not arrow or not pattern:
        raise ValueError(f"{line!r} is no rule")
    return Rule(pattern, made, kind.strip(), words[0] == _START, words[-1] == _END)


def _part(word: str, count: int) -> tuple[int, bool] | str:
    index = _INDEX.fullmatch(word)
    if index is None:
        return word.strip("'")
    if not 1 <= int(index[1]) <= count:
        raise ValueError(f"there is no part {word}")
    return int(index[1]) - 1, bool(index[2])


def put_in_order(pieces: Sequence[Piece], rules: Sequence[Rule]) -> list[Piece]:
    """The pieces by every rule, each from left to right, one rule after the other; without those
    that are not there for the rules."""
    found = [piece for piece in pieces if piece.kind != NOTHING]
    for rule in rules:
        at = 0
        while at < len(found):
            spans = _fit(rule, found, at)
            if spans is None:
                at += 1
                continue
            stop = spans[-1][1]
            made = _made(rule, [found[a:b] for a, b in spans])
            found[at:stop] = made
            at += max(len(made), 1)
    return found


def _fit(rule: Rule, pieces: Sequence[Piece], at: int) -> list[tuple[int, int]] | None:
    """The span of each part of the pattern, where it fits at `at`; None where it does not."""
    if rule.at_start and at > 0:
        return None
    return _fit_rest(rule, pieces, at, 0)


def _fit_rest(
    rule: Rule, pieces: Sequence[Piece], at: int, part: int
) -> list[tuple[int, int]] | None:
    if part == len(rule.pattern):
        is_open = rule.at_end and any(p.kind != "mark" for p in pieces[at:])
        return None if is_open else []
    if rule.pattern[part] == _ANY:
        for stop in range(at, len(pieces) + 1):
            rest = _fit_rest(rule, pieces, stop, part + 1)
            if rest is not None:
                return [(at, stop), *rest]
        return None
    if at >= len(pieces) or pieces[at].kind not in rule.pattern[part]:
        return None
    rest = _fit_rest(rule, pieces, at + 1, part + 1)
    return None if rest is None else [(at, at + 1), *rest]


def _made(rule: Rule, parts: Sequence[Sequence[Piece]]) -> list[Piece]:
    used = {part[0] for part in rule.made if not isinstance(part, str)}
    pieces = [p for part in parts for p in part]
    idle = [p for i, part in enumerate(parts) if i not in used for p in part] or pieces
    made: list[Piece] = []
    for part in rule.made:
        if isinstance(part, str):
            made.append(_literal(part, idle[0]))
        else:
            found = parts[part[0]]
            made.extend(_plural(p) if part[1] else p for p in found)
    if not rule.kind:
        return made
    tokens = tuple(t for p in made for t in p.tokens)
    start, end = min(p.start for p in pieces), max(p.end for p in pieces)
    typed = " ".join(p.typed for p in pieces)
    return [Piece(rule.kind, tokens, typed, start, end)]


def _literal(text: str, place: Piece) -> Piece:
    if text == UNKNOWN:
        token = not_known(place.typed, place.start, place.end)
        return replace(place, kind="unknown", tokens=(token,))
    return Piece("said", said_at(text, place.typed, place.start, place.end), place.typed,
                 place.start, place.end)  # fmt: skip


def not_known(typed: str, start: int, end: int) -> Token:
    """A word that must not be read as one of the parser's own, whatever its letters."""
    text = marked_not_known(typed.casefold())
    return Token(text, text, "word", start, end, typed)


def said_at(text: str, typed: str, start: int, end: int) -> tuple[Token, ...]:
    """Tokens of a text that stand where something else was typed."""
    return tuple(replace(token, start=start, end=end, typed=typed) for token in tokenise(text))


def _plural(piece: Piece) -> Piece:
    if not piece.tokens:
        return piece
    return replace(piece, tokens=(*piece.tokens[:-1], plural_token(piece.tokens[-1])))
