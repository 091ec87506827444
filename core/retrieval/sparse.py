"""BM25 as sparse vectors: what a term weighs in a text is here, how rare it is the engine adds.

Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009. A text's vector holds the
saturated, length-normalised counts; a question's holds 1 a word; Qdrant's IDF modifier multiplies
by the rarity of the term in the collection.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import mmh3

from core.entries import Kind
from core.retrieval.tokens import tokens

#: Words of a usual text of each kind. Fixed, so that a text's vector does not depend on the others.
USUAL_LENGTH: Final[Mapping[Kind, float]] = {"qa": 20.0, "doc": 60.0, "ddl": 45.0}


@dataclass(frozen=True, slots=True)
class SparseVector:
    """indices: places of terms, ascending, below 2**32; values: their weights, above 0."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


class TermWeights(Protocol):
    """What makes sparse vectors; the same one for both sides of a search."""

    def passage(self, text: str, kind: Kind) -> SparseVector: ...

    def question(self, text: str) -> SparseVector: ...


@dataclass(frozen=True, slots=True)
class Bm25:
    """k1: how soon a repeated term stops to count. b: how much a long text's counts shrink, 0..1.
    other_form: what a part of a compound or a word without accents weighs, beside 1 for a word.
    Chosen by `python -m benchmarks.retrieval --tune` on half of the labelled set."""

    k1: float = 1.2
    b: float = 0.75
    other_form: float = 0.3

    def passage(self, text: str, kind: Kind) -> SparseVector:
        """What the text holds."""
        counts, length = self._counts(text)
        norm = self.k1 * (1 - self.b + self.b * length / USUAL_LENGTH[kind])
        return _vector({i: n * (self.k1 + 1) / (n + norm) for i, n in counts.items()})

    def question(self, text: str) -> SparseVector:
        """What is asked for."""
        weights: dict[int, float] = {}
        for token, is_word in tokens(text):
            place = _place(token)
            weights[place] = max(weights.get(place, 0.0), 1.0 if is_word else self.other_form)
        return _vector(weights)

    def _counts(self, text: str) -> tuple[Mapping[int, float], int]:
        counts: defaultdict[int, float] = defaultdict(float)
        length = 0
        for token, is_word in tokens(text):
            counts[_place(token)] += 1.0 if is_word else self.other_form
            length += is_word
        return counts, length


def _vector(weights: Mapping[int, float]) -> SparseVector:
    indices = tuple(sorted(weights))
    return SparseVector(indices, tuple(weights[i] for i in indices))


def _place(token: str) -> int:
    return mmh3.hash(token, signed=False)
