"""Retrieval as the settings name it."""

from __future__ import annotations

from dataclasses import dataclass

from core.retrieval.embeddings.choose import open_embedder
from core.retrieval.embeddings.port import Embedder
from core.retrieval.hits import Sink
from core.retrieval.index import Index
from core.retrieval.retriever import Retriever
from core.retrieval.stores.port import VectorStore
from core.retrieval.vector_cache import VectorCache
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The parts that belong together: they share a store and an embedding model."""

    index: Index
    retriever: Retriever
    store: VectorStore
    embedder: Embedder
    cache: VectorCache

    def close(self) -> None:
        """Hand on waiting hits, then close files and connections."""
        self.retriever.close()
        self.store.close()
        self.embedder.close()
        self.cache.close()


def open_retrieval(settings: Settings, *, sink: Sink | None = None) -> Retrieval:
    """The embedded engine, or the server of GEMBA_QDRANT_URL. Nothing is embedded and no server is
    asked yet. sink: takes hit counts. Raises SettingsError."""
    folder = settings.state_dir / "retrieval"
    embedder = open_embedder(settings)
    store = open_store(settings)
    cache = VectorCache(folder / "vectors.sqlite")
    retriever = Retriever(store, embedder, timeout_s=settings.retrieval_timeout_s, sink=sink)
    return Retrieval(Index(store, embedder, cache), retriever, store, embedder, cache)


def open_store(settings: Settings) -> VectorStore:
    """The store alone. Raises SettingsError."""
    if not settings.qdrant_url:
        from core.retrieval.stores.edge import EdgeStore

        return EdgeStore(settings.state_dir / "retrieval" / "index")
    from core.retrieval.stores.server import ServerStore, server_options

    options = server_options(
        settings.qdrant_url,
        key=settings.qdrant_key,
        ca=settings.qdrant_ca,
        alias=settings.qdrant_alias,
    )
    return ServerStore(options)
