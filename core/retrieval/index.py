"""The index holds exactly the live entries of the corpus, under one embedding model."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.entries import Entry
from core.errors import Unavailable
from core.retrieval.embeddings.port import Embedder, Vectors
from core.retrieval.payload import SCHEMA_VERSION, digest_of, payload_of
from core.retrieval.sparse import Bm25, TermWeights
from core.retrieval.stores.port import Held, Point, VectorStore
from core.retrieval.texts import dense_texts, sparse_text
from core.retrieval.vector_cache import VectorCache

#: What a collection without dense vectors is called in place of a model's fingerprint.
WORDS_ONLY: Final = "words"
_BATCH: Final = 256
_log = logging.getLogger(__name__)
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did. added, changed, removed: entries. embedded: texts that the model was asked
    for. is_rebuilt: a new collection took the place of the one before. notes: what is degraded,
    for people; empty when nothing is."""

    entries: int
    added: int
    changed: int
    removed: int
    embedded: int
    is_rebuilt: bool
    took_s: float
    notes: tuple[str, ...] = ()


def collection_of(fingerprint: str) -> str:
    """The collection's name: vectors of another model or payload never come to stand in it."""
    return f"v{SCHEMA_VERSION}-{fingerprint}"


class Index:
    """Brings a store in step with the corpus. Safe to use from several threads."""

    def __init__(
        self,
        store: VectorStore,
        embedder: Embedder,
        cache: VectorCache | None = None,
        *,
        words: TermWeights | None = None,
    ) -> None:
        self.store = store
        self.embedder = embedder
        self._cache = cache
        self._words = words or Bm25()
        self._lock = threading.Lock()

    @property
    def collection(self) -> str:
        """The name of the collection that this embedder's vectors belong in."""
        return collection_of(self.embedder.fingerprint)

    def sync(self, entries: Iterable[Entry], on_progress: OnProgress | None = None) -> SyncReport:
        """Make the index hold the live ones of these entries, all tenants', and nothing else.

        What is unchanged is left as it is. on_progress gets entries done and entries to do. Raises
        Unavailable when the store cannot be written; what was served before is then still served.
        Where only the embedding model is away, entries are found by their words until the next
        sync.
        """
        with self._lock:
            return self._sync([e for e in entries if e.is_live], on_progress or _ignore)

    def _sync(self, entries: Sequence[Entry], on_progress: OnProgress) -> SyncReport:
        started = time.monotonic()
        wanted = {entry.id: entry for entry in entries}
        size, note = self._size()
        served = self.store.served()
        target = self.collection
        if size is None and served != target:
            target = collection_of(WORDS_ONLY)
        is_rebuilt = served != target
        held: dict[str, Held] = {}
        if not is_rebuilt:
            held = self.store.held(target)
        else:
            self.store.create(target, None if target == collection_of(WORDS_ONLY) else size)
        done = _Work(self, target, size if target == self.collection else None)
        fresh = [e for e in wanted.values() if not done.is_held(e, held)]
        for start in range(0, len(fresh), _BATCH):
            done.upsert(fresh[start : start + _BATCH])
            on_progress(min(start + _BATCH, len(fresh)), len(fresh))
        gone = [id_ for id_ in held if id_ not in wanted]
        self.store.delete(target, gone)
        hits = {
            id_: wanted[id_].hits
            for id_, was in held.items()
            if id_ in wanted and was.hits != wanted[id_].hits
        }
        if hits:
            self.store.set_hits(target, hits)
        if is_rebuilt:
            self.store.publish(target)
        added = sum(e.id not in held for e in fresh)
        note = note or done.note
        report = SyncReport(
            entries=len(wanted),
            added=added,
            changed=len(fresh) - added,
            removed=len(gone),
            embedded=done.embedded,
            is_rebuilt=is_rebuilt,
            took_s=time.monotonic() - started,
            notes=(f"{note} Entries are found by their words alone.",) if note else (),
        )
        _log.info("The search index is in step: %s", report)
        return report

    def _size(self) -> tuple[int | None, str]:
        try:
            return self.embedder.size, ""
        except Unavailable as error:
            _log.warning("The index is built without an embedding model: %s", error)
            return None, str(error)

    def vectors(self, texts: Sequence[str], size: int) -> tuple[dict[str, Vectors], int]:
        """Vectors by text, and how many of them the model was asked for. Raises Unavailable."""
        fingerprint = self.embedder.fingerprint
        unique = list(dict.fromkeys(texts))
        known = self._cache.get(fingerprint, unique, size) if self._cache else {}
        missing = [text for text in unique if text not in known]
        if missing:
            made = dict(zip(missing, self.embedder.passages(missing), strict=True))
            if self._cache:
                self._cache.put(fingerprint, made)
            known |= made
        return known, len(missing)

    def point(self, entry: Entry, dense: Vectors | None, *, digest: str) -> Point:
        """The entry as the store keeps it."""
        words = self._words.passage(sparse_text(entry), entry.kind)
        return Point(entry.id, payload_of(entry) | {"digest": digest}, dense, words)


@dataclass
class _Work:
    """One sync's writing into one collection. size: None when there is no model."""

    index: Index
    target: str
    size: int | None
    embedded: int = 0
    note: str = ""

    def is_held(self, entry: Entry, held: dict[str, Held]) -> bool:
        """An entry that was embedded stays; one that was not is done again when it can be."""
        was = held.get(entry.id)
        if was is None:
            return False
        kept = [digest_of(entry, is_dense=True)]
        if self.size is None:
            kept.append(digest_of(entry, is_dense=False))
        return was.digest in kept

    def upsert(self, entries: Sequence[Entry]) -> None:
        texts = {entry.id: dense_texts(entry) for entry in entries}
        vectors = self._vectors([text for each in texts.values() for text in each])
        points = []
        for entry in entries:
            dense = None
            if vectors is not None:
                dense = np.stack([vectors[text] for text in texts[entry.id]])
            digest = digest_of(entry, is_dense=dense is not None)
            points.append(self.index.point(entry, dense, digest=digest))
        self.index.store.upsert(self.target, points)

    def _vectors(self, texts: Sequence[str]) -> dict[str, Vectors] | None:
        """None from the first time that the model does not answer."""
        if self.size is None or self.note:
            return None
        try:
            found, asked = self.index.vectors(texts, self.size)
        except Unavailable as error:
            _log.warning("Entries are indexed without the embedding model: %s", error)
            self.note = str(error)
            return None
        self.embedded += asked
        return found


def _ignore(_done: int, _of: int) -> None:
    return None
