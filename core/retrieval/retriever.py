"""Hybrid search: what of the corpus fits a question, for who asks it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from core.entries import KINDS, Entry, Kind
from core.errors import Unavailable
from core.retrieval.embeddings.port import Embedder, Vectors
from core.retrieval.hits import HitCounter, Sink
from core.retrieval.index import collection_of
from core.retrieval.payload import entry_of
from core.retrieval.sparse import Bm25, TermWeights
from core.retrieval.stores.port import Ask, Fused, Scored, VectorStore, Within

#: Results of each kind.
PER_KIND: Final[Mapping[Kind, int]] = {"qa": 8, "doc": 4, "ddl": 12}
_MOST_CHARACTERS: Final = 2_000
#: Results asked for beyond those wanted, so that equal scores at the end are parted by rule.
_SPARE: Final = 8
_OTHER_MODEL: Final = (
    "The corpus is not indexed under the embedding model that is set: it was searched by words "
    "alone."
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fusion:
    """Reciprocal rank fusion (Cormack, Clarke and Buettcher, 2009), as the engine does it.

    k: how little a first place is above a tenth. dense, sparse: the legs' weights. depth: how far
    each leg looks. Chosen by `python -m benchmarks.retrieval --tune` on half of the labelled set.
    """

    k: int = 2
    dense: float = 1.0
    sparse: float = 1.4
    depth: int = 50


@dataclass(frozen=True, slots=True)
class LegHit:
    """An entry's place in one leg, 1 for the first. score: of the dense leg the cosine, -1..1; of
    the sparse leg BM25, above 0."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found. rank: after fusion, among its kind, 1 for the first. dense, sparse:
    its place in each leg, None where that leg did not find it."""

    entry: Entry
    rank: int
    score: float
    dense: LegHit | None
    sparse: LegHit | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. hits: by kind, best first. notes: what was degraded, for people; empty
    when nothing was. is_dense: whether the embedding model took part. timings_ms: by stage."""

    question: str
    hits: Mapping[Kind, tuple[Hit, ...]]
    notes: tuple[str, ...] = ()
    is_dense: bool = True
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def of(self, kind: Kind) -> tuple[Hit, ...]:
        """The hits of one kind; none when it was not asked for."""
        return self.hits.get(kind, ())


class Retriever:
    """Searches what an `Index` brought into a store. Safe to use from several threads.

    sink: takes hit counts, by entry; called off the answering path.
    """

    def __init__(
        self,
        store: VectorStore,
        embedder: Embedder,
        *,
        timeout_s: float = 2.0,
        fusion: Fusion | None = None,
        words: TermWeights | None = None,
        sink: Sink | None = None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._timeout_s = timeout_s
        self._fusion = fusion or Fusion()
        self._words = words or Bm25()
        self._counter = HitCounter(sink) if sink else None

    def search(
        self,
        question: str,
        *,
        tenant: str,
        model: str,
        plants: Sequence[str],
        per_kind: Mapping[Kind, int] = PER_KIND,
        timeout_s: float | None = None,
        explain: bool = False,
    ) -> Found:
        """What fits the question among the entries that somebody with these plants may see.

        timeout_s: what is left of the turn's time, when it is less than a search may take.
        explain: every entry that either leg found, not only the best of them. Raises Unavailable
        when the store does not answer; without the embedding model the words alone are searched,
        and `notes` says so.
        """
        started = time.monotonic()
        limit_s = min(self._timeout_s, self._timeout_s if timeout_s is None else timeout_s)
        # Half of a pair of surrogates is no text, and no model or server takes it.
        text = question[:_MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
        until = started + limit_s
        asked = served = self._store.served(timeout_s=limit_s)
        if served is None:
            raise Unavailable("The corpus has not been indexed yet.")
        near, note = self._dense(text, served, limit_s)
        embedded = time.monotonic()
        asks = self._asks(text, near, Within(tenant, model, "qa", tuple(plants)), per_kind, explain)
        try:
            answers = self._store.search(served, asks, timeout_s=until - time.monotonic())
        except Unavailable:
            # Another process may have put the corpus under another model in its place.
            served = self._store.served(timeout_s=until - time.monotonic())
            if served in (None, asked):
                raise
            near, note = None, _OTHER_MODEL
            asks = tuple(replace(ask, dense=None) for ask in asks)
            answers = self._store.search(served, asks, timeout_s=until - time.monotonic())
        ended = time.monotonic()
        return Found(
            question=question,
            hits={
                ask.within.kind: _hits(
                    answer, ask.within, ask.limit if explain else per_kind[ask.within.kind]
                )
                for ask, answer in zip(asks, answers, strict=True)
            },
            notes=(note,) if note else (),
            is_dense=near is not None,
            timings_ms={
                "embed": (embedded - started) * 1000,
                "search": (ended - embedded) * 1000,
                "total": (ended - started) * 1000,
            },
        )

    def count_hits(self, ids: Iterable[str]) -> None:
        """Count one use of each entry; returns at once."""
        if self._counter is not None:
            self._counter.add(ids)

    def close(self) -> None:
        """Hand on the hits that still wait."""
        if self._counter is not None:
            self._counter.close()

    def _dense(self, text: str, served: str, limit_s: float) -> tuple[Vectors | None, str]:
        """The question's vector, or why there is none."""
        if served != collection_of(self._embedder.fingerprint):
            return None, _OTHER_MODEL
        try:
            # The store needs its share of the time: half is the most that the model may take.
            found = self._embedder.questions([text], timeout_s=limit_s / 2)
        except Unavailable as error:
            _log.warning("A search goes on without the embedding model: %s", error)
            return None, f"{error} The corpus was searched by words alone."
        return found[0], ""

    def _asks(
        self,
        text: str,
        near: Vectors | None,
        within: Within,
        per_kind: Mapping[Kind, int],
        explain: bool,
    ) -> tuple[Ask, ...]:
        """One search a kind; each filters in each leg."""
        depth = self._fusion.depth
        return tuple(
            Ask(
                within=replace(within, kind=kind),
                dense=near,
                sparse=self._words.question(text),
                limit=2 * depth if explain else per_kind[kind] + _SPARE,
                depth=depth,
                k=self._fusion.k,
                weights=(self._fusion.dense, self._fusion.sparse),
            )
            for kind in KINDS
            if per_kind.get(kind, 0) > 0
        )


def _hits(found: Fused, within: Within, limit: int) -> tuple[Hit, ...]:
    """Results with their places in the legs. Of equal scores the one that the words found first
    stands first, then the nearer one. What a store must not have shown is left out."""
    dense, sparse = _places(found.dense), _places(found.sparse)
    hits: list[Hit] = []
    last = LegHit(rank=10**9, score=0.0)

    def place(scored: Scored) -> tuple[float, int, int, str]:
        words, near = sparse.get(scored.id, last), dense.get(scored.id, last)
        return -round(scored.score, 9), words.rank, near.rank, scored.id

    for scored in sorted(found.results, key=place):
        entry = entry_of(scored.payload)
        if entry is None or not _may_see(entry, within):
            _log.error("The store answered with %s, which is not for this search.", scored.id)
            continue
        hits.append(
            Hit(entry, len(hits) + 1, scored.score, dense.get(entry.id), sparse.get(entry.id))
        )
    return tuple(hits[:limit])


def _may_see(entry: Entry, within: Within) -> bool:
    """A second look beside the store's own filter."""
    return (
        entry.is_live
        and (entry.tenant, entry.model, entry.kind) == (within.tenant, within.model, within.kind)
        and entry.seen_by(within.plants)
    )


def _places(leg: Sequence[Scored]) -> dict[str, LegHit]:
    return {scored.id: LegHit(rank, scored.score) for rank, scored in enumerate(leg, 1)}
