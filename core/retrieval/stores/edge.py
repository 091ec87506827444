"""Qdrant's engine in this process: a folder with one collection, and a file that names it.

The engine locks its folder. What cannot be opened, because another process has it or because it is
damaged, is not lost: the corpus is the truth, and the index is built from it again, in a folder of
this process alone in the first case.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar, cast
from uuid import UUID

import qdrant_edge as edge

from core.errors import Unavailable
from core.retrieval.stores.port import (
    DENSE,
    SPARSE,
    Ask,
    Fused,
    Held,
    Point,
    Scored,
    Within,
    batches,
)

_CURRENT: Final = "CURRENT"
_PAGE: Final = 1_000
#: Points written in one call: the engine holds the interpreter for as long as a call takes.
_BATCH: Final = 64
_KEYWORDS: Final = ("tenant", "model", "kind", "plants", "status")
_log = logging.getLogger(__name__)
T = TypeVar("T")


class EdgeStore:
    """The embedded store. folder: made when it is not there.

    It is never asked to optimise: that builds a graph for approximate search and holds the
    interpreter, and with it every session of the app, for as long as it takes: seconds at a
    few thousand entries. Without it searches are exact, and still take milliseconds. What was
    written is safe in the engine's own log before it is flushed.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.RLock()
        self._shards: dict[str, edge.EdgeShard] = {}
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self._folder = folder
        self._guard: int | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._take_folder()
        except OSError as error:
            self._use_own_folder(f"{error.strerror or type(error).__name__}")
        self._served = self._open_served()

    @property
    def name(self) -> str:
        return "embedded"

    @property
    def is_private(self) -> bool:
        """Whether it works in a folder of its own because the shared one is taken."""
        return self._own is not None

    def served(self, *, timeout_s: float | None = None) -> str | None:
        if timeout_s is not None and timeout_s <= 0:
            raise Unavailable("There was no time left to search the corpus.")
        return self._served

    def create(self, collection: str, size: int | None) -> None:
        with self._lock:
            self._drop(collection)
            vectors = {}
            if size is not None:
                vectors[DENSE] = edge.EdgeVectorParams(
                    size=size,
                    distance=edge.Distance.Cosine,
                    multivector_config=edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim),
                )
            config = edge.EdgeConfig(
                vectors=vectors,
                sparse_vectors={SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
            )
            path = self._folder / collection
            try:
                path.mkdir()
                shard = _engine(lambda: edge.EdgeShard.create(str(path), config))
                for field in _KEYWORDS:
                    kind = edge.PayloadSchemaType.Keyword
                    _change(shard, edge.UpdateOperation.create_field_index(field, kind))
            except OSError as error:
                raise Unavailable(
                    f"The search index cannot be written to {str(path)!r}: "
                    f"{error.strerror or type(error).__name__}."
                ) from error
            self._shards[collection] = shard

    def held(self, collection: str) -> dict[str, Held]:
        shard = self._shard(collection)
        found: dict[str, Held] = {}
        offset: edge.PointId | None = None
        while True:
            request = edge.ScrollRequest(
                offset=offset, limit=_PAGE, with_payload=["digest", "hits"], with_vector=False
            )
            records, offset = _engine(partial(shard.scroll, request))
            for record in records:
                payload = record.payload or {}
                held = Held(str(payload.get("digest", "")), int(payload.get("hits", 0)))
                found[str(record.id)] = held
            if offset is None:
                return found

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        shard = self._shard(collection)
        for batch in batches(points, _BATCH):
            made = [_point(point) for point in batch]
            with self._lock:
                _change(shard, edge.UpdateOperation.upsert_points(made))

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        shard = self._shard(collection)
        if ids:
            with self._lock:
                _change(shard, edge.UpdateOperation.delete_points([UUID(i) for i in ids]))

    def set_hits(self, collection: str, hits: Mapping[str, int]) -> None:
        shard = self._shard(collection)
        for count in set(hits.values()):
            ids: list[edge.PointId] = [UUID(i) for i, n in hits.items() if n == count]
            with self._lock:
                _change(shard, edge.UpdateOperation.set_payload(ids, {"hits": count}))

    def publish(self, collection: str) -> None:
        with self._lock:
            _engine(self._shard(collection).flush)
            before = self._served
            written = self._folder / f"{_CURRENT}.new"
            try:
                written.write_text(collection, "utf-8")
                written.replace(self._folder / _CURRENT)
            except OSError as error:
                raise Unavailable(
                    f"The search index cannot be written to {str(self._folder)!r}: "
                    f"{error.strerror or type(error).__name__}."
                ) from error
            self._served = collection
            for other in [name for name in self._shards if name != collection]:
                self._drop(other)
            if before and before != collection:
                self._drop(before)

    def search(
        self, collection: str, asks: Sequence[Ask], *, timeout_s: float
    ) -> tuple[Fused, ...]:
        """The engine answers in milliseconds, so only a timeout_s that is over stops it."""
        if timeout_s <= 0:
            raise Unavailable("There was no time left to search the corpus.")
        shard = self._shard(collection)
        requests: list[edge.QueryRequest] = []
        for ask in asks:
            requests += _requests(ask)
        if not requests:
            return ()
        answers = _engine(lambda: shard.query_batch(edge.QueryBatchRequest(requests)))
        scored = [tuple(_scored(point) for point in answer) for answer in answers]
        found: list[Fused] = []
        for ask in asks:
            results, sparse, *rest = scored[: 3 if ask.dense is not None else 2]
            scored = scored[3 if ask.dense is not None else 2 :]
            found.append(Fused(results, rest[0] if rest else (), sparse))
        return tuple(found)

    def close(self) -> None:
        with self._lock:
            for shard in self._shards.values():
                _engine(shard.close)
            self._shards.clear()
            self._served = None
            if self._guard is not None:
                os.close(self._guard)
                self._guard = None
            if self._own is not None:
                self._own.cleanup()
                self._own = None

    def _take_folder(self) -> None:
        """Hold the folder for this process, or go to one of its own."""
        guard = os.open(self._folder / "LOCK", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if _try_lock(guard):
            self._guard = guard
            return
        os.close(guard)
        self._use_own_folder("another process has it open")

    def _use_own_folder(self, why: str) -> None:
        _log.warning(
            "The search index in %s cannot be used: %s. It is built again from the corpus, for "
            "this process alone.",
            self._folder,
            why,
        )
        self._own = tempfile.TemporaryDirectory(prefix="gemba-index-")
        self._folder = Path(self._own.name)

    def _open_served(self) -> str | None:
        """Load what was served; what is damaged or left over is removed."""
        current = self._folder / _CURRENT
        served = None
        try:
            served = current.read_text("utf-8").strip() if current.is_file() else None
        except (OSError, UnicodeDecodeError):
            _log.warning("The file %s cannot be read.", current)
        for path in self._folder.iterdir():
            if path.is_dir() and path.name != served:
                shutil.rmtree(path, ignore_errors=True)
        if not served:
            return None
        path = self._folder / served
        try:
            if path.parent != self._folder or not path.is_dir():
                raise Unavailable("its folder is missing")
            self._shards[served] = _engine(lambda: edge.EdgeShard.load(str(path)))
            self.held(served)
        except Unavailable as error:
            _log.warning(
                "The search index in %s is damaged and is built again from the corpus: %s",
                path,
                error,
            )
            self._drop(served)
            return None
        return served

    def _shard(self, collection: str) -> edge.EdgeShard:
        shard = self._shards.get(collection)
        if shard is None:
            raise Unavailable("The search index is not there: it was replaced or closed.")
        return shard

    def _drop(self, collection: str) -> None:
        shard = self._shards.pop(collection, None)
        if shard is not None:
            try:
                _engine(shard.close)
            except Unavailable as error:
                _log.warning("A search index could not be closed: %s", error)
        path = self._folder / collection
        if path.parent == self._folder:
            shutil.rmtree(path, ignore_errors=True)


def _try_lock(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:  # a system without flock: the engine's own lock is left
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _engine(call: Callable[[], T]) -> T:
    """What the engine answers. It raises bare exceptions, whose text names the cause."""
    try:
        return call()
    except Exception as error:
        raise Unavailable(f"The search index failed: {str(error)[:300]}") from error


def _change(shard: edge.EdgeShard, operation: edge.UpdateOperation) -> None:
    _engine(lambda: shard.update(operation))


def _point(point: Point) -> edge.Point:
    vectors: dict[str, edge.NamedVector] = {
        SPARSE: edge.SparseVector(list(point.sparse.indices), list(point.sparse.values))
    }
    if point.dense is not None:
        vectors[DENSE] = point.dense.tolist()
    return edge.Point(UUID(point.id), vectors, dict(point.payload))


def _filter(within: Within) -> edge.Filter:
    """`must_not` over "any plant but these" keeps what is for no plant or for some of these."""
    must: list[edge.ConditionType] = [
        edge.FieldCondition(key=key, match=edge.MatchValue(value))
        for key, value in (
            ("tenant", within.tenant),
            ("model", within.model),
            ("kind", within.kind),
        )
    ]
    outside = edge.FieldCondition(key="plants", match=edge.MatchExcept(list(within.plants)))
    return edge.Filter(must=must, must_not=[outside])


def _requests(ask: Ask) -> list[edge.QueryRequest]:
    """The fused search, then the sparse leg, then the dense one when there is one."""
    seen = _filter(ask.within)
    # How rare a word is, among what this person may see: no other tenant's text moves a rank.
    params = edge.SearchParams(idf=edge.IdfParams(corpus=seen))
    words = edge.SparseVector(list(ask.sparse.indices), list(ask.sparse.values))
    sparse = edge.Query.Nearest(words, using=SPARSE)
    legs = [edge.Prefetch(limit=ask.depth, query=sparse, filter=seen, params=params)]
    alone = [edge.QueryRequest(limit=ask.depth, query=sparse, filter=seen, params=params)]
    weights = [ask.weights[1]]
    if ask.dense is not None:
        dense = edge.Query.Nearest(ask.dense.tolist(), using=DENSE)
        legs.append(edge.Prefetch(limit=ask.depth, query=dense, filter=seen))
        alone.append(edge.QueryRequest(limit=ask.depth, query=dense, filter=seen))
        weights.append(ask.weights[0])
    # The stubs do not say that Rrf is a Fusion.
    fusion = cast("edge.Fusion", edge.Fusion.Rrf(k=ask.k, weights=weights))
    fused = edge.QueryRequest(limit=ask.limit, prefetches=legs, query=fusion, with_payload=True)
    return [fused, *alone]


def _scored(point: edge.ScoredPoint) -> Scored:
    return Scored(str(point.id), float(point.score), point.payload or {})
