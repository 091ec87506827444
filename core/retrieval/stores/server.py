"""A Qdrant server or cluster, by qdrant-client over HTTP: TLS, an API key, deadlines, an alias."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

import httpx
from pydantic import ValidationError
from qdrant_client import QdrantClient
from qdrant_client.http import models
from qdrant_client.http.exceptions import (
    ApiException,
    ResponseHandlingException,
    UnexpectedResponse,
)

from core.deadlines import Bounded, time_left
from core.errors import SettingsError, Unavailable
from core.retrieval.deadline import DeadlineTransport
from core.retrieval.embeddings.endpoint import trusted
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

#: Fields that searches filter by; the tenant's points are stored side by side.
_KEYWORDS: Final = ("model", "kind", "plants", "status")
_HNSW: Final = models.HnswConfigDiff(m=16, ef_construct=128, payload_m=16)
_PAGE: Final = 1_000
#: How long the name behind the alias is believed.
_ALIAS_S: Final = 2.0
_DEFAULT_PORT: Final = 6333
_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """url: without the key. read_s: the longest time for a question to the server that is no
    search; write_s: for a batch of points or a change of collections."""

    url: str
    key: str = field(default="", repr=False)
    ca: str = ""
    alias: str = "gemba"
    read_s: float = 5.0
    write_s: float = 60.0


def server_options(url: str, *, key: str, ca: str, alias: str) -> ServerOptions:
    """The options of settings. The key may stand in the address: `https://KEY@HOST:6333`.

    Raises SettingsError, never with the key in it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError("GEMBA_QDRANT_URL is not an address.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError("GEMBA_QDRANT_URL must be https://HOST:6333 or http://HOST:6333.")
    if not alias or not all(c.isalnum() or c in "-_" for c in alias):
        raise SettingsError("GEMBA_QDRANT_ALIAS may hold letters, digits, - and _.")
    written = unquote(parts.password or parts.username or "")
    if written and key and written != key:
        raise SettingsError("GEMBA_QDRANT_URL and GEMBA_QDRANT_KEY hold different keys.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    plain = f"{parts.scheme}://{host}:{port or _DEFAULT_PORT}{parts.path.rstrip('/')}"
    return ServerOptions(url=plain, key=key or written, ca=ca, alias=alias)


class ServerStore:
    """The corpus on a server. Collections are `alias` + `-` + their name; the alias names the one
    that is served. It is swapped in one step, so another process sees the old or the new one."""

    def __init__(self, options: ServerOptions) -> None:
        self._options = options
        self._bounded = Bounded("The Qdrant server")
        self._seen: tuple[float, str | None] | None = None
        if options.key and options.url.startswith("http://"):
            _log.warning("The key of the Qdrant server is sent unencrypted: use https.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # said above, in the log
            self._client = QdrantClient(
                url=options.url,
                api_key=options.key or None,
                prefer_grpc=False,
                check_compatibility=False,
                transport=DeadlineTransport(verify=trusted(options.ca)),
                trust_env=False,
            )

    @property
    def name(self) -> str:
        return self._options.url

    def served(self, *, timeout_s: float | None = None) -> str | None:
        if self._seen is not None and time.monotonic() - self._seen[0] < _ALIAS_S:
            return self._seen[1]
        aliases = self._read(lambda: self._client.get_aliases().aliases, timeout_s=timeout_s)
        found = [a.collection_name for a in aliases if a.alias_name == self._options.alias]
        prefix = self._full("")
        served = found[0].removeprefix(prefix) if found else None
        self._seen = (time.monotonic(), served)
        return served

    def create(self, collection: str, size: int | None) -> None:
        full = self._full(collection)
        vectors = {}
        if size is not None:
            vectors[DENSE] = models.VectorParams(
                size=size,
                distance=models.Distance.COSINE,
                hnsw_config=_HNSW,
                multivector_config=models.MultiVectorConfig(
                    comparator=models.MultiVectorComparator.MAX_SIM
                ),
            )
        sparse = {SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)}

        def make() -> None:
            if self._client.collection_exists(full):
                self._client.delete_collection(full)
            self._client.create_collection(
                full, vectors_config=vectors, sparse_vectors_config=sparse
            )
            tenant = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
            self._client.create_payload_index(full, "tenant", tenant)
            for key in _KEYWORDS:
                self._client.create_payload_index(full, key, models.PayloadSchemaType.KEYWORD)

        self._write(make)

    def held(self, collection: str) -> dict[str, Held]:
        full = self._full(collection)
        found: dict[str, Held] = {}
        offset: Any = None
        while True:
            records, offset = self._read(
                partial(
                    self._client.scroll,
                    full,
                    limit=_PAGE,
                    offset=offset,
                    with_payload=["digest", "hits"],
                )
            )
            for record in records:
                payload = record.payload or {}
                held = Held(str(payload.get("digest", "")), int(payload.get("hits", 0)))
                found[str(record.id)] = held
            if offset is None:
                return found

    def upsert(self, collection: str, points: Sequence[Point]) -> None:
        full = self._full(collection)
        for batch in batches(points):
            made = [_point(point) for point in batch]
            self._write(partial(self._client.upsert, full, made, wait=True))

    def delete(self, collection: str, ids: Sequence[str]) -> None:
        if ids:
            chosen = models.PointIdsList(points=list(ids))
            full = self._full(collection)
            self._write(lambda: self._client.delete(full, chosen, wait=True))

    def set_hits(self, collection: str, hits: Mapping[str, int]) -> None:
        full = self._full(collection)
        for count in set(hits.values()):
            ids: list[Any] = [i for i, n in hits.items() if n == count]
            self._write(partial(self._client.set_payload, full, {"hits": count}, points=ids))

    def publish(self, collection: str) -> None:
        alias, full = self._options.alias, self._full(collection)
        aliases = self._read(lambda: self._client.get_aliases().aliases)
        before = [a.collection_name for a in aliases if a.alias_name == alias]
        if before == [full]:
            return
        steps: list[models.AliasOperations] = [
            models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))
            for _ in before
        ]
        steps.append(
            models.CreateAliasOperation(
                create_alias=models.CreateAlias(collection_name=full, alias_name=alias)
            )
        )
        self._write(lambda: self._client.update_collection_aliases(steps))
        self._seen = None
        for old in before:
            self._write(partial(self._client.delete_collection, old))

    def search(
        self, collection: str, asks: Sequence[Ask], *, timeout_s: float
    ) -> tuple[Fused, ...]:
        requests: list[models.QueryRequest] = []
        for ask in asks:
            requests += _requests(ask)
        if not requests:
            return ()
        full = self._full(collection)
        ask_all = partial(self._client.query_batch_points, full, requests)
        try:
            answers = self._read(ask_all, timeout_s=timeout_s)
        except Unavailable:
            self._seen = None  # another process may have put another collection in its place
            raise
        if len(answers) != len(requests):
            raise Unavailable("The Qdrant server answered other questions than those asked.")
        scored = [tuple(_scored(point) for point in answer.points) for answer in answers]
        found: list[Fused] = []
        for ask in asks:
            results, sparse, *rest = scored[: 3 if ask.dense is not None else 2]
            scored = scored[3 if ask.dense is not None else 2 :]
            found.append(Fused(results, rest[0] if rest else (), sparse))
        return tuple(found)

    def close(self) -> None:
        self._bounded.close()
        self._client.close()

    def _full(self, collection: str) -> str:
        return f"{self._options.alias}-{collection}"

    def _write(self, call: Callable[[], T]) -> T:
        """Once: a change whose answer was lost may have been made."""
        return self._bounded.run(lambda: _told(call), self._options.write_s)

    def _read(self, call: Callable[[], T], timeout_s: float | None = None) -> T:
        """Twice when the first was lost on the way: a read may be asked again."""

        def twice() -> T:
            try:
                return _told(call)
            except _Lost:
                left = time_left()
                if left is not None and left < 0.2:
                    raise
                time.sleep(0.05)
                return _told(call)

        limit_s = self._options.read_s if timeout_s is None else timeout_s
        return self._bounded.run(twice, limit_s)


class _Lost(Unavailable):
    """The connection was refused or broke, or the server failed inside."""


def _told(call: Callable[[], T]) -> T:
    """What the client returns; what it raises in Gemba's words."""
    try:
        return call()
    except UnexpectedResponse as error:
        status = error.status_code or 0
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise Unavailable(
                f"The Qdrant server refuses the key ({status}): check GEMBA_QDRANT_KEY."
            ) from error
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise _Lost(f"The Qdrant server failed ({status}).") from error
        raise Unavailable(f"The Qdrant server answered {status}.") from error
    except ResponseHandlingException as error:
        source = error.source
        if isinstance(source, httpx.TimeoutException):
            raise Unavailable("The Qdrant server did not answer in time.") from error
        if isinstance(source, httpx.HTTPError):
            raise _Lost(
                f"The Qdrant server cannot be reached ({type(source).__name__})."
            ) from error
        raise Unavailable("The Qdrant server's answer is not of its API.") from error
    except httpx.TimeoutException as error:
        raise Unavailable("The Qdrant server did not answer in time.") from error
    except httpx.HTTPError as error:
        raise _Lost(f"The Qdrant server cannot be reached ({type(error).__name__}).") from error
    except (
        ApiException,
        ValidationError,
        ValueError,
        TypeError,
        AssertionError,
        RecursionError,
    ) as error:
        raise Unavailable("The Qdrant server's answer is not of its API.") from error


def _point(point: Point) -> models.PointStruct:
    words = models.SparseVector(
        indices=list(point.sparse.indices), values=list(point.sparse.values)
    )
    vectors: dict[str, Any] = {SPARSE: words}
    if point.dense is not None:
        vectors[DENSE] = point.dense.tolist()
    return models.PointStruct(id=point.id, vector=vectors, payload=dict(point.payload))


def _filter(within: Within) -> models.Filter:
    """The same as the embedded engine's (`stores/edge.py`)."""
    must: list[models.Condition] = [
        models.FieldCondition(key=key, match=models.MatchValue(value=value))
        for key, value in (
            ("tenant", within.tenant),
            ("model", within.model),
            ("kind", within.kind),
        )
    ]
    others = models.MatchExcept.model_validate({"except": list(within.plants)})
    return models.Filter(must=must, must_not=[models.FieldCondition(key="plants", match=others)])


def _requests(ask: Ask) -> list[models.QueryRequest]:
    """The fused search, then the sparse leg, then the dense one when there is one."""
    seen = _filter(ask.within)
    params = models.SearchParams(idf=models.IdfCorpusParams(corpus=seen))
    words = models.SparseVector(indices=list(ask.sparse.indices), values=list(ask.sparse.values))
    legs = [models.Prefetch(query=words, using=SPARSE, filter=seen, params=params, limit=ask.depth)]
    alone = [
        models.QueryRequest(query=words, using=SPARSE, filter=seen, params=params, limit=ask.depth)
    ]
    weights = [ask.weights[1]]
    if ask.dense is not None:
        near = ask.dense.tolist()
        legs.append(models.Prefetch(query=near, using=DENSE, filter=seen, limit=ask.depth))
        alone.append(models.QueryRequest(query=near, using=DENSE, filter=seen, limit=ask.depth))
        weights.append(ask.weights[0])
    fusion = models.RrfQuery(rrf=models.Rrf(k=ask.k, weights=weights))
    fused = models.QueryRequest(prefetch=legs, query=fusion, limit=ask.limit, with_payload=True)
    return [fused, *alone]


def _scored(point: models.ScoredPoint) -> Scored:
    return Scored(str(point.id), float(point.score), point.payload or {})
