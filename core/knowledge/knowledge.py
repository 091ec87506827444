"""Brings files into the corpus, and keeps the search index in step with what is live."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from core.corpus import Corpus, New, Seeded
from core.entries import Entry, Kind, new_id
from core.errors import GembaError, UserFixable
from core.knowledge.declared import declared_entries
from core.knowledge.meaning import meaning_of
from core.retrieval.index import SyncReport
from core.retrieval.open import Retrieval
from core.retrieval.retriever import PER_KIND, Found
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.types import DEFAULT_TENANT, User

_LOG = logging.getLogger(__name__)
#: How often another process's publish is looked for, in seconds.
_LOOK_EVERY_S: Final = 30.0
#: Is told that what is live of a tenant and model may have changed.
Changed = Callable[[str, str], None]


class Knowledge:
    """What Gemba was taught, for all tenants and models. Thread-safe.

    Answers are made from what is live in the corpus on the spot; the index is brought in step
    beside them (`keep_in_step`, or `sync`).
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

    def take_in(self, question: str, sql: str, user: User, model: SemanticModel) -> None:
        """A question that its asker found right becomes an example at once, unreviewed: for who may
        see all of his plants, and not verified. One that the corpus has already is left as it is.
        """
        entry = Entry(
            id=new_id(),
            tenant=user.tenant,
            model=model.name,
            kind="qa",
            text=question,
            sql=sql,
            plants=user.plants,
            author=user.name,
            status="approved",
            source="feedback",
        )
        try:
            self.corpus.editing.add([New(entry, meaning_of(entry, model))], user)
            self.corpus.live.publish(model.name, user, ids=[entry.id])
        except UserFixable as error:
            _LOG.info("An answer found right is not taken in: %s", error)
            return
        self.poke()

    # -- answering ---------------------------------------------------------------------------

    def pairs(self, tenant: str, model: str) -> tuple[Entry, ...]:
        """The live entries of a tenant and model: what its verified pairs are taken from."""
        return self.corpus.live.live_entries(tenant, model)

    def version(self, tenant: str, model: str) -> int:
        """Another number with each change of what is live."""
        return self.corpus.live.version(tenant, model)

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
        versions = self._versions()
        entries = [entry for key in versions for entry in self.pairs(*key)]
        report = self.retrieval.index.sync(entries, progress)
        self._synced = versions
        return report

    def keep_in_step(self, first: Changed = lambda _tenant, _model: None) -> None:
        """Sync in a thread of its own: at once, after each change, and every while. first: told of
        each tenant and model when anything has changed, before the index is."""
        with self._lock:
            if self._keeper is None and not self._is_closed:
                self._keeper = threading.Thread(
                    target=self._keep, args=(first,), name="knowledge", daemon=True
                )
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

    def _keep(self, first: Changed) -> None:
        while not self._is_closed:
            self._wake.clear()
            try:
                versions = self._versions()
                if versions != self._synced:
                    for tenant, model in versions:
                        first(tenant, model)
                    self.sync()
            except (GembaError, OSError, RuntimeError) as error:
                _LOG.warning("The corpus could not be indexed, and is tried again: %s", error)
            self._wake.wait(_LOOK_EVERY_S)

    def _versions(self) -> dict[tuple[str, str], int]:
        keys = [(t, m) for t in self._tenants for m in sorted(self._models)]
        return {key: self.version(*key) for key in keys}
