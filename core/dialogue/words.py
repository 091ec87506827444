"""The words by which a question goes on from the one before it, of one language.

Read from `data/lexicon/dialogue/<language>.yaml`. What such words are about ("Line 2", "last
month") is the parser's matter; here they are only found and taken off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz.distance import OSA

from core.dialogue.drawing import DrawingWords, load_drawing_words
from core.dialogue.tongues import Tongue, load_tongues
from core.errors import ConfigError
from core.language.lexicon import PhraseSet, read_yaml
from core.language.normalise import Token, tokenise

_LISTS = (
    "lead",
    "lead_apart",
    "takes_back",
    "tail",
    "polite",
    "instead_of",
    "remove",
    "every",
    "whole_site",
    "whole_of",
    "to_unit",
    "to_compare",
    "before_it",
    "how_many",
    "place_nouns",
    "after_place",
    "before_date",
    "parts_with",
    "not_this",
    "spare",
    "return_to",
    "return_first",
    "return_tail",
    "in_total",
    "jointly",
    "others",
    "both_parts",
    "beside_each",
    "reason_alone",
    "shown_one",
    "factors",
    "return_oldest",
    "return_again",
    "return_parts",
    "return_with",
    "answers",
    "asserts",
    "orders",
    "owned",
    "expletives",
    "ones",
    "articles",
    "absence",
    "figure_nouns",
    "moves",
    "limit_noun",
    "to_value",
    "fresh",
    "agrees",
    "on_top",
    "there",
    "sorts_by",
    "ascending",
    "descending",
    "when_was",
    "peaks",
    "troughs",
    "when_peaked",
)
_TABLES = (
    "undo_steps", "edges", "whole", "marks", "removed", "references", "pointing", "chart", "says",
    "places", "counts",
)  # fmt: skip
#: What a sentence may end with that says nothing.
_STOPS = frozenset("?!.,;:…")
#: Stands in a rule for what is spoken of.
_PLACE = "..."
#: Letters of the shortest word in which a slip is put right.
_LEAST_MENDED = 4


@dataclass(frozen=True, slots=True)
class Around:
    """Words on both sides of what they speak of ("take Austin out"), and what is read. before may
    be none, and stands for the beginning; after ends the text or a clause of it. clauses: words
    with which another one begins."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    read: str
    clauses: frozenset[str] = frozenset()

    def restated(self, text: str) -> str:
        """The text with this in other words; as it is where it does not say so."""
        tokens = tokenise(text)
        norms = [t.norm for t in tokens]
        start, size = self._begins(norms), len(self.after)
        if start is None:
            return text
        first = start + len(self.before)
        for at in range(first + 1, len(norms) - size + 1):
            if norms[at - 1] in _STOPS:
                return text
            ends = at + size == len(norms) or norms[at + size] in _STOPS | self.clauses
            if tuple(norms[at : at + size]) == self.after and ends:
                held = text[tokens[first].start : tokens[at - 1].end]
                left, right = text[: tokens[start].start], text[tokens[at + size - 1].end :]
                return left + self.read.replace(_PLACE, held) + right
        return text

    def _begins(self, norms: Sequence[str]) -> int | None:
        """Where the words before are; None where they are not there. None are where the last
        clause that the words after end begins."""
        size = len(self.before)
        if not size:
            size = len(self.after)
            ends = [at for at in range(len(norms)) if tuple(norms[at : at + size]) == self.after]
            if not ends:
                return None
            stops = [at for at in range(ends[0]) if norms[at] in _STOPS]
            return stops[-1] + 1 if stops else int(norms[0] in self.clauses)
        found = (at for at in range(len(norms)) if tuple(norms[at : at + size]) == self.before)
        return next(found, None)


@dataclass(frozen=True, eq=False)
class DialogueWords:
    """One language's words: each list and table of the file as a PhraseSet. single: the words that
    their phrases are made of. tongues: other languages, in these words. draws: what changes a
    chart, in all of them."""

    language: str
    sets: Mapping[str, PhraseSet]
    single: frozenset[str]
    tongues: tuple[Tongue, ...] = ()
    draws: tuple[DrawingWords, ...] = ()
    around: tuple[Around, ...] = ()
    small: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> PhraseSet:
        return self.sets[name]

    def is_small(self, kind: str, token: Token) -> bool:
        """Whether a token is one of the small words of a kind."""
        return token.norm in self.small[kind]

    def sorts_by(self, tokens: Sequence[Token]) -> tuple[bool, tuple[Token, ...]] | None:
        """What is to be sorted by, in words, and whether from the lowest up; None for words that do
        not begin with "sort by"."""
        said = [t for t in tokens if t.kind != "symbol"]
        found = self["sorts_by"].match(said, 0) if said else None
        if found is None:
            return None
        rest = self.without_end(said[found[1] :], "ascending")
        is_up = len(rest) < len(said) - found[1]
        rest = self.without_end(rest, "descending")
        return (is_up, rest) if rest else None

    def mended(
        self, tokens: Sequence[Token], knows: Callable[[str], bool]
    ) -> tuple[tuple[Token, ...], dict[str, str]]:
        """The tokens with slips in these words put right ("onyl"), and typed -> read as. knows:
        whether a word means something as it stands."""
        found: list[Token] = []
        said: dict[str, str] = {}
        for token in tokens:
            near: list[str] = []
            is_open = token.kind == "word" and len(token.norm) >= _LEAST_MENDED
            if is_open and token.norm not in self.single and not knows(token.norm):
                near = [
                    w
                    for w in self.single
                    if len(w) >= _LEAST_MENDED
                    and w[0] == token.norm[0]
                    and OSA.distance(w, token.norm, score_cutoff=1) <= 1
                ]
            if len(near) == 1:
                said[token.text] = near[0]
            found.append(replace(token, text=near[0], norm=near[0]) if len(near) == 1 else token)
        return tuple(found), said

    def restated(self, text: str) -> str:
        """The text with what it says in other words put into those that are read ("more or less
        than in May": "vs May")."""
        is_whole = self.whole("whole", self.bare(tokenise(text))) is not None
        for one in () if is_whole else self.around:
            text = one.restated(text)
        tokens = tokenise(text)
        told, at, end = "", 0, 0
        while at < len(tokens):
            found = self["says"].match(tokens, at)
            if found is None:
                at += 1
                continue
            told += text[end : tokens[at].start] + found[0]
            at += found[1]
            end = tokens[at - 1].end
        return told + text[end:]

    def bare(self, tokens: Sequence[Token], tail: str = "tail") -> tuple[Token, ...]:
        """The tokens less what they begin and end with that says nothing ("ok, ... please?").
        tail: the list of what they may end with."""
        left = list(tokens)
        while left:
            found = self["lead"].match(left, 0)
            if found is None and left[1:] and left[1].text == ",":
                found = self["lead_apart"].match(left, 0)  # "no, ...", and never "no packaging"
            if found is None and left[0].text in _STOPS:
                found = ("", 1)
            mark = self["marks"].match(left, 0)
            is_mark = found is not None and mark is not None and mark[1] > found[1]  # "set it to"
            if found is None or is_mark or found[1] == len(left):
                break
            if self["ones"].match(left, found[1]) is not None:  # "good ones", and not "good, ..."
                break
            left = left[found[1] :]
        while left and left[-1].text in _STOPS:
            left.pop()
        while left and (size := self._tail(left, tail)) and size < len(left):
            left = left[:-size]
            while left and left[-1].text in _STOPS:
                left.pop()
        return tuple(left)

    def without_end(self, tokens: Sequence[Token], name: str) -> tuple[Token, ...]:
        """The tokens less what they end with that is in a list; never less than one."""
        left = tuple(tokens)
        while left and (size := self._tail(left, name)) and size < len(left):
            left = left[:-size]
        return left

    def _tail(self, tokens: Sequence[Token], name: str) -> int:
        """How many tokens at the end say nothing."""
        for at in range(max(0, len(tokens) - self[name].longest), len(tokens)):
            found = self[name].match(tokens, at)
            if found and at + found[1] == len(tokens):
                return found[1]
        return 0

    def whole(self, name: str, tokens: Sequence[Token]) -> str | None:
        """The kind that all of the tokens together say; None where they say more or something
        else."""
        if not tokens:
            return None
        found = self[name].match(tokens, 0)
        return found[0] if found and found[1] == len(tokens) else None

    def marked(
        self, tokens: Sequence[Token], points: Callable[[int], bool] | None = None
    ) -> tuple[frozenset[str], tuple[Token, ...]]:
        """The kinds of marks among the tokens, and the tokens without them. What is to be done with
        the answer before ("sort it") keeps its verb. points: whether the token at a place points to
        the noun after it, and so is no part of a mark ("show that shift")."""
        kinds: set[str] = set()
        rest: list[Token] = []
        at = 0
        while at < len(tokens):
            found = self["marks"].match(tokens, at)
            kept = self["instead_of"].match(tokens, at)
            if found is not None and points is not None and points(at + found[1] - 1):
                found = None
            if found is not None and found[1] == 1 and self._is_verb_within(tokens, at, rest):
                found = None  # "how long did it take"
            after = tokens[at + found[1]].norm if found and at + found[1] < len(tokens) else ""
            if found is not None and found[1] > 1 and after in ("one", "ones"):
                found = None  # "show this one", and no "show this"
            if found is None or (kept is not None and kept[1] >= found[1]):
                size = kept[1] if kept is not None else 1
                rest += tokens[at : at + size]
                at += size
                continue
            if found[0] == "deed":  # "compare that with": the pronoun alone falls away
                rest.append(tokens[at])
            kinds.add(found[0])
            at += found[1]
        return frozenset(kinds), tuple(rest)

    def _is_verb_within(self, tokens: Sequence[Token], at: int, rest: Sequence[Token]) -> bool:
        """Whether a verb that tells what to do at the beginning stands behind other words. rest:
        what was said before it, without marks."""
        if not rest or not self.is_small("begins", tokens[at]):
            return False
        before = tokens[at - 1]
        is_apart = before.kind == "symbol" or self["parts_with"].match([before], 0) is not None
        return before is rest[-1] and not is_apart


@lru_cache(maxsize=8)
def load_dialogue_words(path: Path) -> DialogueWords:
    """Read a file of such words. Raises ConfigError for one that is missing or malformed."""
    try:
        raw = read_yaml(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"The words {path.name} are missing from {path.parent}.") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path.name} is not valid YAML: {error}") from error
    missing = [name for name in (*_LISTS, *_TABLES) if name not in raw]
    if missing:
        raise ConfigError(f"{path.name} lacks {', '.join(missing)}.")
    sets = {name: PhraseSet.of({name: _texts(raw[name])}) for name in _LISTS}
    sets |= {
        name: PhraseSet.of({str(kind): _texts(found) for kind, found in raw[name].items()})
        for name in _TABLES
    }
    language = str(raw.get("language", path.stem))
    single = frozenset(word for found in sets.values() for p in found.phrases for word in p)
    tongues, draws = load_tongues(path.parent, path.stem), load_drawing_words(path.parent)
    rules = raw.get("around", {}).items()
    small = {str(kind): frozenset(_texts(said)) for kind, said in raw.get("small", {}).items()}
    clauses = small.get("clauses", frozenset())
    around = tuple(
        _around(said, str(read), clauses) for read, texts in rules for said in _texts(texts)
    )
    return DialogueWords(language, sets, single, tongues, draws, around, small)


def _around(said: str, read: str, clauses: frozenset[str]) -> Around:
    """A rule of the file, such as `take ... out` for `without ...`. Raises ConfigError for one
    without its place."""
    if said.count(_PLACE) != 1 or read.count(_PLACE) != 1:
        raise ConfigError(f"The rule {said!r}: {read!r} needs one {_PLACE} on each side.")
    before, after = (tuple(part.split()) for part in said.split(_PLACE))
    return Around(before, after, read, clauses)


def _texts(entries: Iterable[Any]) -> list[str]:
    """The phrases of a list. Raises ConfigError for a bare yes, no, on or off, of which YAML makes
    truths: which of them it was is lost."""
    found = list(entries)
    if any(isinstance(entry, bool) for entry in found):
        raise ConfigError(f"Put yes, no, on and off into quotes, beside {found[0]}, {found[-1]}.")
    return [str(entry) for entry in found]
