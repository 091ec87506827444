"""Verified answers: when a question matches a pair that somebody has verified, and what the pair
then answers.

    keys        by what a pair is looked up before it is opened
    template    a question: its words by meaning, and its slots
    spots       the literals of a pair's SQL (plan_body: of a query; tree_body: of any SELECT)
    windows     how a date in SQL follows from a time in words
    binding     words tied to literals, or what stands in the way
    filling     other values at the literals
    pairs       an entry, opened
    matching    the tiers in which a question matches
    parameters  what may be changed on the answer

Rules and limits are in docs/verified-answers.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.entries import Entry
from core.language.parser import QuestionParser
from core.language.reading import Reading
from core.semantic.said import with_labels
from core.verified.dictionary import Dictionary
from core.verified.keys import KnownKeys
from core.verified.matching import PairIndex
from core.verified.pairs import Opened, open_pair
from core.verified.parameters import Change, VerifiedMatch, match_of
from core.verified.parameters import with_parameters as _with_parameters

__all__ = ["KnownKeys", "Opened", "VerifiedMatch", "VerifiedPairs", "review_of"]


class VerifiedPairs:
    """The verified pairs of one model. Built once for each version of the corpus; thread-safe."""

    def __init__(
        self,
        entries: Iterable[Entry],
        parser: QuestionParser,
        known: VerifiedPairs | None = None,
        keys: KnownKeys | None = None,
    ) -> None:
        """known: pairs over the same parser, of which those that are unchanged are taken over.
        keys: over the same parser too; keys of pairs that are new to it are made and kept."""
        self._parser = parser
        old: PairIndex | None = None
        if known is not None and known._parser is parser:
            old = known._index
        self._index: PairIndex = PairIndex(entries, keys or KnownKeys(parser), old)

    def __bool__(self) -> bool:
        """Whether there is any pair."""
        return bool(self._index.entries)

    def is_over(self, parser: QuestionParser) -> bool:
        """Whether they were opened with this parser, and so over its data and its clock."""
        return self._parser is parser

    @property
    def problems(self) -> dict[str, tuple[str, ...]]:
        """By the id of each verified entry that does not answer with all of its wordings: why.
        Opens every pair: some milliseconds each."""
        opened = ((entry.id, self._index.opened(entry)) for entry in self._index.entries)
        return {id_: found.problems for id_, found in opened if found.problems}

    def match(
        self,
        question: str,
        reading: Reading | None,
        scopes: Sequence[str] = (),
    ) -> tuple[VerifiedMatch | None, tuple[Entry, ...]]:
        """The pair that the question matches, or None, and the pairs that match equally and say
        otherwise, for which none is used. Arguments as PairIndex.match."""
        found = self._index.match(question, reading, tuple(scopes))
        match = match_of(found.hit, self._index.words) if found.hit is not None else None
        return match, found.conflicts

    def with_parameters(
        self, match: VerifiedMatch, changes: Mapping[int, Change], scopes: Sequence[str] = ()
    ) -> VerifiedMatch:
        """The match with some parameters changed. Raises UserFixable."""
        return _with_parameters(match, changes, self._index.words, self._parser.clock, scopes)


def review_of(entry: Entry, parser: QuestionParser) -> Opened:
    """A new pair, read for whoever verifies it. problems: wordings whose time or place its SQL does
    not hold, and times and places of its SQL that they do not name; with one of the question
    itself it must not be verified. remarks: words that the SQL says in its own way."""
    words = Dictionary.of(parser.model, parser.facts)
    found = open_pair(entry, parser, words, is_new=True)
    problems = tuple(with_labels(text, parser.model) for text in found.problems)
    return replace(found, problems=problems)
