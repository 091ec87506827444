"""A server that speaks the part of Qdrant's REST interface that Gemba uses, over the edge engine.

qdrant-client talks to it over the wire, with TLS and an API key where they are asked for. It runs
the same engine as Qdrant; what it proves is the client's side: addresses, bodies, keys, aliases,
deadlines. It proves nothing about Qdrant's own HTTP layer, cluster or consistency.

    with serving(tmp_path, key="secret") as server:
        QdrantClient(url=server.url, api_key="secret")
        server.fail(503, times=1)
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import qdrant_edge as edge
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi import FastAPI, HTTPException, Request, Response


@dataclass
class FakeQdrant:
    """The state of the server, and what a test may ask of it."""

    folder: Path
    key: str = ""
    url: str = ""
    ca: str = ""
    port: int = 0
    shards: dict[str, edge.EdgeShard] = field(default_factory=dict)
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    indexes: dict[str, dict[str, Any]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    _failures: list[tuple[int, bytes]] = field(default_factory=list)
    _pause_s: float = 0.0

    def fail(self, status: int, body: bytes = b"{}", *, times: int = 1) -> None:
        """Answer the next requests with this."""
        self._failures += [(status, body)] * times

    def pause(self, seconds: float) -> None:
        """Answer each request this late."""
        self._pause_s = seconds

    def shard(self, name: str) -> edge.EdgeShard:
        found = self.shards.get(self.aliases.get(name, name))
        if found is None:
            raise HTTPException(404, f"Not found: Collection `{name}` doesn't exist!")
        return found

    def drop(self, name: str) -> bool:
        shard = self.shards.pop(name, None)
        if shard is None:
            return False
        shard.close()
        shutil.rmtree(self.folder / name)
        self.aliases = {a: c for a, c in self.aliases.items() if c != name}
        return True


def make_app(state: FakeQdrant) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def first(request: Request, go_on: Any) -> Response:
        state.requests.append((request.method, request.url.path))
        if state.key and request.headers.get("api-key") != state.key:
            return Response(b"Invalid API key", 401)
        if state._pause_s:
            import asyncio

            await asyncio.sleep(state._pause_s)
        if state._failures:
            status, body = state._failures.pop(0)
            return Response(body, status, media_type="application/json")
        return await go_on(request)

    def ok(result: Any) -> dict[str, Any]:
        return {"result": result, "status": "ok", "time": 0.0}

    def done() -> dict[str, Any]:
        return ok({"operation_id": 0, "status": "completed"})

    @app.get("/aliases")
    def get_aliases() -> Any:
        pairs = [{"alias_name": a, "collection_name": c} for a, c in state.aliases.items()]
        return ok({"aliases": pairs})

    @app.post("/collections/aliases")
    async def change_aliases(request: Request) -> Any:
        body = await request.json()
        changed = dict(state.aliases)
        for action in body["actions"]:
            if "delete_alias" in action:
                changed.pop(action["delete_alias"]["alias_name"], None)
            else:
                made = action["create_alias"]
                if made["collection_name"] not in state.shards:
                    raise HTTPException(404, "Not found: Collection")
                changed[made["alias_name"]] = made["collection_name"]
        state.aliases = changed
        return ok(True)

    @app.get("/collections/{name}/exists")
    def exists(name: str) -> Any:
        return ok({"exists": state.aliases.get(name, name) in state.shards})

    @app.put("/collections/{name}")
    async def create(name: str, request: Request) -> Any:
        body = await request.json()
        if name in state.shards:
            raise HTTPException(409, f"Wrong input: Collection `{name}` already exists!")
        path = state.folder / name
        path.mkdir()
        state.shards[name] = edge.EdgeShard.create(str(path), _config(body))
        state.bodies[name] = body
        state.indexes[name] = {}
        return ok(True)

    @app.delete("/collections/{name}")
    def delete_collection(name: str) -> Any:
        return ok(state.drop(name))

    @app.put("/collections/{name}/index")
    async def create_index(name: str, request: Request) -> Any:
        body = await request.json()
        state.indexes[name][body["field_name"]] = body["field_schema"]
        kind = edge.PayloadSchemaType.Keyword
        state.shard(name).update(edge.UpdateOperation.create_field_index(body["field_name"], kind))
        return done()

    @app.put("/collections/{name}/points")
    async def upsert(name: str, request: Request) -> Any:
        body = await request.json()
        points = [_point(p) for p in body["points"]]
        state.shard(name).update(edge.UpdateOperation.upsert_points(points))
        return done()

    @app.post("/collections/{name}/points/delete")
    async def delete(name: str, request: Request) -> Any:
        ids: list[Any] = [UUID(i) for i in (await request.json())["points"]]
        state.shard(name).update(edge.UpdateOperation.delete_points(ids))
        return done()

    @app.post("/collections/{name}/points/payload")
    async def set_payload(name: str, request: Request) -> Any:
        body = await request.json()
        ids: list[Any] = [UUID(i) for i in body["points"]]
        state.shard(name).update(edge.UpdateOperation.set_payload(ids, body["payload"]))
        return done()

    @app.post("/collections/{name}/points/scroll")
    async def scroll(name: str, request: Request) -> Any:
        body = await request.json()
        offset = UUID(body["offset"]) if body.get("offset") else None
        asked = edge.ScrollRequest(
            limit=body.get("limit", 10), offset=offset, with_payload=body["with_payload"]
        )
        records, after = state.shard(name).scroll(asked)
        points = [{"id": str(r.id), "payload": r.payload} for r in records]
        return ok({"points": points, "next_page_offset": str(after) if after else None})

    @app.post("/collections/{name}/points/query/batch")
    async def query(name: str, request: Request) -> Any:
        body = await request.json()
        searches = [_query(each) for each in body["searches"]]
        answers = state.shard(name).query_batch(edge.QueryBatchRequest(searches))
        return ok(
            [
                {
                    "points": [
                        {"id": str(p.id), "version": 0, "score": p.score, "payload": p.payload}
                        for p in answer
                    ]
                }
                for answer in answers
            ]
        )

    return app


def _config(body: dict[str, Any]) -> edge.EdgeConfig:
    vectors = {}
    for name, params in (body.get("vectors") or {}).items():
        multi = None
        if params.get("multivector_config"):
            assert params["multivector_config"]["comparator"] == "max_sim"
            multi = edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim)
        assert params["distance"] == "Cosine"
        vectors[name] = edge.EdgeVectorParams(
            size=params["size"], distance=edge.Distance.Cosine, multivector_config=multi
        )
    sparse = {}
    for name, params in (body.get("sparse_vectors") or {}).items():
        idf = edge.Modifier.Idf if params.get("modifier") == "idf" else None
        sparse[name] = edge.EdgeSparseVectorParams(modifier=idf)
    return edge.EdgeConfig(vectors=vectors, sparse_vectors=sparse)


def _vector(value: Any) -> Any:
    if isinstance(value, dict) and "indices" in value:
        return edge.SparseVector(value["indices"], value["values"])
    return value


def _point(body: dict[str, Any]) -> edge.Point:
    vectors = {name: _vector(value) for name, value in body["vector"].items()}
    return edge.Point(UUID(body["id"]), vectors, body["payload"])


def _filter(body: dict[str, Any] | None) -> edge.Filter | None:
    if not body:
        return None
    parts = {key: [_condition(c) for c in body.get(key) or []] for key in ("must", "must_not")}
    return edge.Filter(must=parts["must"], must_not=parts["must_not"])


def _condition(body: dict[str, Any]) -> Any:
    match = body["match"]
    if "except" in match:
        return edge.FieldCondition(key=body["key"], match=edge.MatchExcept(match["except"]))
    return edge.FieldCondition(key=body["key"], match=edge.MatchValue(match["value"]))


def _params(body: dict[str, Any] | None) -> edge.SearchParams | None:
    corpus = ((body or {}).get("idf") or {}).get("corpus")
    return edge.SearchParams(idf=edge.IdfParams(corpus=_filter(corpus))) if corpus else None


def _nearest(body: dict[str, Any]) -> Any:
    query = body["query"]
    if isinstance(query, dict) and "nearest" in query:
        query = query["nearest"]
    return edge.Query.Nearest(_vector(query), using=body["using"])


def _query(body: dict[str, Any]) -> edge.QueryRequest:
    common = {"limit": body["limit"], "with_payload": bool(body.get("with_payload"))}
    if body.get("prefetch"):
        rrf = body["query"]["rrf"]
        legs = [
            edge.Prefetch(
                limit=leg["limit"],
                query=_nearest(leg),
                filter=_filter(leg.get("filter")),
                params=_params(leg.get("params")),
            )
            for leg in body["prefetch"]
        ]
        fusion: Any = edge.Fusion.Rrf(k=rrf["k"], weights=rrf["weights"])
        return edge.QueryRequest(prefetches=legs, query=fusion, **common)
    return edge.QueryRequest(
        query=_nearest(body),
        filter=_filter(body.get("filter")),
        params=_params(body.get("params")),
        **common,
    )


@contextmanager
def serving(
    folder: Path, *, key: str = "", tls: bool = False, app: FastAPI | None = None
) -> Iterator[FakeQdrant]:
    """The server on a port of 127.0.0.1, until the block ends. tls: with a certificate of its own
    authority, whose file is `ca`. app: another one than Qdrant's, over the same wire."""
    folder.mkdir(parents=True, exist_ok=True)
    state = FakeQdrant(folder, key=key)
    options: dict[str, Any] = {}
    if tls:
        certificate, secret = write_certificate(folder)
        options = {"ssl_certfile": str(certificate), "ssl_keyfile": str(secret)}
        state.ca = str(certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    state.port = listener.getsockname()[1]
    state.url = f"{'https' if tls else 'http'}://127.0.0.1:{state.port}"
    config = uvicorn.Config(app or make_app(state), log_level="error", lifespan="off", **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)
    try:
        yield state
    finally:
        server.force_exit = server.should_exit = True
        thread.join(10)
        listener.close()
        for name in list(state.shards):
            state.drop(name)


def write_certificate(folder: Path, *, days: int = 1) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key; negative days: one that ran
    out."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=30))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    files = folder / "server.pem", folder / "server.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files
