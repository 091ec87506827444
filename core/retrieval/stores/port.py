"""What a vector store is to retrieval.

A store keeps named collections and serves one of them. A collection is filled before it is
published, and what was served before is removed after, so that a search sees the one or the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from core.entries import Kind
from core.retrieval.embeddings.port import Vectors
from core.retrieval.sparse import SparseVector

LegName = Literal["dense", "sparse"]
DENSE: Final = "dense"
SPARSE: Final = "sparse"


@dataclass(frozen=True, slots=True)
class Point:
    """An entry as a store keeps it. dense: (n, size), the nearest of them counts; None when there
    was no embedding model, and only the sparse leg finds it."""

    id: str
    payload: Mapping[str, Any]
    dense: Vectors | None
    sparse: SparseVector


@dataclass(frozen=True, slots=True)
class Within:
    """What a search may see: one tenant's entries of one model and kind that are for nobody, or
    only for plants among `plants`."""

    tenant: str
    model: str
    kind: Kind
    plants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """One hybrid search. dense: (size,), None to leave that leg out. limit: results; depth: how
    far each leg looks. k and weights (dense, sparse) of the fusion."""

    within: Within
    dense: Vectors | None
    sparse: SparseVector
    limit: int
    depth: int
    k: int
    weights: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scored:
    """One result. payload is empty in a leg."""

    id: str
    score: float
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fused:
    """The results of a search, best first, and what each leg found, best first."""

    results: tuple[Scored, ...]
    dense: tuple[Scored, ...]
    sparse: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What a collection holds of an entry: the digest it was made from, and the hits shown."""

    digest: str
    hits: int


class VectorStore(Protocol):
    """Safe to use from several threads; one writer at a time. Each call raises Unavailable."""

    @property
    def name(self) -> str:
        """For people: `embedded` or the server's address without its key."""
        ...

    def served(self, *, timeout_s: float | None = None) -> str | None:
        """The collection that is served; None when there is none."""
        ...

    def create(self, collection: str, size: int | None) -> None:
        """An empty collection, in place of one of this name that is not served. size: of its
        dense vectors; None for a collection with the sparse leg alone."""
        ...

    def held(self, collection: str) -> dict[str, Held]:
        """What the collection holds, by id."""
        ...

    def upsert(self, collection: str, points: Sequence[Point]) -> None: ...

    def delete(self, collection: str, ids: Sequence[str]) -> None: ...

    def set_hits(self, collection: str, hits: Mapping[str, int]) -> None:
        """Show these counts, by id."""
        ...

    def publish(self, collection: str) -> None:
        """Serve this collection from here on, and remove the one that was served."""
        ...

    def search(
        self, collection: str, asks: Sequence[Ask], *, timeout_s: float
    ) -> tuple[Fused, ...]:
        """One result for each search, in one go."""
        ...

    def close(self) -> None: ...


def batches(points: Sequence[Point], size: int = 256) -> Iterable[Sequence[Point]]:
    """The points, so many at a time."""
    for start in range(0, len(points), size):
        yield points[start : start + size]
