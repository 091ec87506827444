"""Keeps what answers are made from in step with the corpus: books of pairs, and the index."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from core.corpus import Corpus, New, Seeded
from core.entries import Entry, Kind
from core.errors import GembaError, Unavailable
from core.knowledge.book import Book, Likeness
from core.knowledge.declared import declared_entries
from core.knowledge.meaning import meaning_of
from core.language.parser import QuestionParser
from core.retrieval.index import SyncReport
from core.retrieval.open import Retrieval
from core.retrieval.retriever import PER_KIND, Found
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.types import DEFAULT_TENANT, User

_LOG = logging.getLogger(__name__)
#: How often another process's publish is looked for, in seconds.
_LOOK_EVERY_S: Final = 30.0


class Knowledge:
    """What Gemba was taught, for all tenants and models. Thread-safe.

    Answers need the books alone, which are made of the corpus on the spot; the index and the
    vectors are brought in step beside them (`keep_in_step`, or `sync`).
    """

    def __init__(
        self,
        corpus: Corpus,
        retrieval: Retrieval,
        folder: Path,
        tenants: Iterable[str] = (DEFAULT_TENANT,),
    ) -> None:
        """folder: holds a folder of declared entries a model."""
        self.corpus = corpus
        self.retrieval = retrieval
        self._folder = folder
        self._tenants = tuple(sorted(set(tenants)))
        self._models: set[str] = set()
        self._books: dict[tuple[str, str], Book] = {}
        self._lock = threading.Lock()
        self._synced: dict[tuple[str, str], int] = {}
        self._wake = threading.Event()
        self._is_closed = False
        self._keeper: threading.Thread | None = None

    # -- bringing in -------------------------------------------------------------------------

    def seed(self, model: SemanticModel, facts: DataFacts) -> Seeded:
        """Bring a model's declared entries into the corpus of each tenant; quick when they have
        not changed. Raises ConfigError for a file that is not as it should be."""
        done = Seeded()
        for tenant in self._tenants:
            entries = declared_entries(model, facts, self._folder / model.name, tenant=tenant)
            stamp = hashlib.sha256(f"{model.version} {entries!r}".encode()).hexdigest()
            if self.corpus.seeds.has(model.name, stamp, tenant):
                continue
            new = [New(entry, meaning_of(entry, model)) for entry in entries]
            done = self.corpus.seeds.bring(model.name, new, tenant, stamp=stamp)
        self._models.add(model.name)
        self._wake.set()
        return done

    # -- answering ---------------------------------------------------------------------------

    def book(self, user: User, parser: QuestionParser) -> Book:
        """The pairs that answer questions of this person's tenant now."""
        key = (user.tenant, parser.model.name)
        version = self.corpus.live.version(*key)
        with self._lock:
            known = self._books.get(key)
            if known is not None and known.version == version:
                return known
        entries = self.corpus.live.live_entries(*key)
        book = Book.of(version, entries, parser, known)
        with self._lock:
            self._books[key] = book
        self._wake.set()
        return book

    def draft_book(self, entries: Sequence[Entry], parser: QuestionParser) -> Book:
        """A book of other entries, for trying them out: with their likeness, where it can be had.
        The tenant's own book is not touched."""
        verified = [e for e in entries if e.kind == "qa" and e.status == "verified"]
        likeness = self._likeness(verified)
        tenant = entries[0].tenant if entries else ""
        with self._lock:
            known = self._books.get((tenant, parser.model.name))
        return Book.of(-1, verified, parser, known, likeness)

    def search(
        self,
        question: str,
        user: User,
        model: str,
        *,
        per_kind: dict[Kind, int] | None = None,
        explain: bool = False,
    ) -> Found:
        """Entries that fit a question, for who asks it. Raises Unavailable."""
        return self.retrieval.retriever.search(
            question,
            tenant=user.tenant,
            model=model,
            plants=user.plants,
            per_kind=per_kind or PER_KIND,
            explain=explain,
        )

    def count_uses(self, ids: Iterable[str]) -> None:
        """Count one use of each entry, beside the answer."""
        self.retrieval.retriever.count_hits(ids)

    # -- the index ---------------------------------------------------------------------------

    def sync(self, progress: Callable[[int, int], None] | None = None) -> SyncReport:
        """Bring the index in step with what is live. Raises Unavailable."""
        versions, entries = self._live()
        report = self.retrieval.index.sync(entries, progress)
        self._synced = versions
        for key in versions:
            self._embed(*key, entries)
        return report

    def keep_in_step(self) -> None:
        """Sync in a thread of its own: at once, after each change, and every while."""
        with self._lock:
            if self._keeper is None and not self._is_closed:
                self._keeper = threading.Thread(target=self._keep, name="knowledge", daemon=True)
                self._keeper.start()

    def poke(self) -> None:
        """What is live has changed: sync soon."""
        self._wake.set()

    def close(self) -> None:
        """End the thread and close the parts."""
        with self._lock:
            self._is_closed = True
            keeper = self._keeper
        self._wake.set()
        if keeper is not None:
            keeper.join(10)
        self.retrieval.close()

    def _keep(self) -> None:
        while not self._is_closed:
            self._wake.clear()
            try:
                if self._is_behind():
                    self.sync()
            except (GembaError, OSError, RuntimeError) as error:
                _LOG.warning("The corpus could not be indexed, and is tried again: %s", error)
            self._wake.wait(_LOOK_EVERY_S)

    def _is_behind(self) -> bool:
        versions, _ = self._live(only_versions=True)
        with self._lock:
            unlike = any(book.likeness is None for book in self._books.values())
        return unlike or versions != self._synced

    def _live(
        self, *, only_versions: bool = False
    ) -> tuple[dict[tuple[str, str], int], list[Entry]]:
        versions: dict[tuple[str, str], int] = {}
        entries: list[Entry] = []
        for tenant in self._tenants:
            for model in sorted(self._models):
                versions[tenant, model] = self.corpus.live.version(tenant, model)
                if not only_versions:
                    entries += self.corpus.live.live_entries(tenant, model)
        return versions, entries

    def _embed(self, tenant: str, model: str, entries: Iterable[Entry]) -> None:
        """Give the book of a tenant and model its likeness."""
        with self._lock:
            book = self._books.get((tenant, model))
        if book is None or book.likeness is not None:
            return
        likeness = self._likeness(
            e
            for e in entries
            if (e.tenant, e.model, e.kind, e.status) == (tenant, model, "qa", "verified")
        )
        with self._lock:
            if self._books.get((tenant, model)) is book and likeness is not None:
                self._books[tenant, model] = Book(book.version, book.pairs, likeness)

    def _likeness(self, entries: Iterable[Entry]) -> Likeness | None:
        rows = [(e.id, wording) for e in entries for wording in (e.text, *e.paraphrases)]
        embedder = self.retrieval.embedder
        try:
            size = embedder.size
            vectors, _ = self.retrieval.index.vectors([text for _, text in rows], size)
        except Unavailable as error:
            _LOG.warning("Pairs are matched by their words alone: %s", error)
            return None
        stacked = np.zeros((len(rows), size), dtype=np.float32)
        for at, (_, text) in enumerate(rows):
            stacked[at] = vectors[text]
        return Likeness(embedder, tuple(id_ for id_, _ in rows), stacked)
