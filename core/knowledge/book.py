"""The verified pairs of one model, as of one state of the corpus, and which of them are near."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from core.entries import Entry
from core.errors import Unavailable
from core.language.parser import QuestionParser
from core.language.reading import Reading
from core.verified import VerifiedMatch, VerifiedPairs

#: The pairs nearest to a question that are looked at.
_NEAREST: Final = 8


class Embeds(Protocol):
    """Vectors of length 1 of questions; raises Unavailable."""

    def questions(
        self, texts: Sequence[str], *, timeout_s: float | None = None
    ) -> npt.NDArray[np.float32]: ...


@dataclass(frozen=True)
class Likeness:
    """How near each pair is to a question. vectors: (wordings, size), of length 1; ids: for each
    row, the entry whose wording it is."""

    embedder: Embeds
    ids: tuple[str, ...]
    vectors: npt.NDArray[np.float32]
    timeout_s: float = 1.0

    def of(self, question: str) -> Mapping[str, float]:
        """Cosine -1..1 of the nearest entries, by id, each by its nearest wording; none when the
        embedding model does not answer."""
        if not self.ids:
            return {}
        try:
            vector = self.embedder.questions([question], timeout_s=self.timeout_s)[0]
        except Unavailable:
            return {}
        cosines = self.vectors @ vector
        found: dict[str, float] = {}
        for row in np.argsort(-cosines, kind="stable"):
            found.setdefault(self.ids[row], float(cosines[row]))
            if len(found) == _NEAREST:
                break
        return found


@dataclass(frozen=True)
class Book:
    """The pairs that may answer. version: of what is live; another one is another book.
    likeness: None until the pairs are embedded."""

    version: int
    pairs: VerifiedPairs
    likeness: Likeness | None = None

    @classmethod
    def of(
        cls,
        version: int,
        entries: Iterable[Entry],
        parser: QuestionParser,
        known: Book | None = None,
        likeness: Likeness | None = None,
    ) -> Book:
        """A book of the verified ones among these entries. known: an older one, of which pairs
        that have not changed are taken over."""
        verified = [e for e in entries if e.kind == "qa" and e.status == "verified"]
        pairs = VerifiedPairs(verified, parser, known.pairs if known else None)
        return cls(version, pairs, likeness)

    def match(
        self, question: str, reading: Reading, plants: tuple[str, ...]
    ) -> tuple[VerifiedMatch | None, tuple[Entry, ...]]:
        """The pair that answers, or None, and the pairs in conflict over it. A question that the
        parser does not read is also held against pairs that are near in meaning."""
        match, conflicts = self.pairs.match(question, reading, plants)
        is_unread = reading.query is None and not reading.problem
        if match is None and not conflicts and is_unread and self.likeness is not None:
            near = self.likeness.of(question)
            match, conflicts = self.pairs.match(question, reading, plants, near)
        return match, conflicts
