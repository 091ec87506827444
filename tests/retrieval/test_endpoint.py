"""An OpenAI-compatible embedding endpoint, over a real wire, with its faults."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI, Request, Response

from core.errors import SettingsError, Unavailable
from core.retrieval.embeddings.endpoint import EndpointEmbedder, EndpointOptions
from core.retrieval.embeddings.local import Prefixes
from tests.fakes.qdrant_server import FakeQdrant, serving
from tests.faults.proxy import FaultProxy


class Service:
    """What the endpoint does next. answers: made from the rows; failures: statuses to give."""

    def __init__(self) -> None:
        self.key = ""
        self.bodies: list[dict[str, Any]] = []
        self.failures: list[int] = []
        self.pause_s = 0.0
        self.change: Any = lambda rows: {"data": rows}

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/v1/embeddings")
        async def embeddings(request: Request) -> Any:
            import asyncio

            self.bodies.append(await request.json())
            await asyncio.sleep(self.pause_s)
            if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
                return Response("no", 401)
            if self.failures:
                return Response("failed", self.failures.pop(0))
            rows = [
                {"index": i, "embedding": [float(len(text)), 1.0, 2.0]}
                for i, text in enumerate(self.bodies[-1]["input"])
            ]
            return self.change(rows[::-1])

        return app


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def server(service: Service, tmp_path: Path) -> Iterator[FakeQdrant]:
    with serving(tmp_path, app=service.app()) as running:
        yield running


@pytest.fixture
def embedder(server: FakeQdrant) -> Iterator[EndpointEmbedder]:
    made = EndpointEmbedder(
        EndpointOptions(url=f"{server.url}/v1", model="bge-m3", question_s=1.0, passages_s=2.0)
    )
    yield made
    made.close()


def unit(length: int) -> np.ndarray:
    vector = np.array([float(length), 1.0, 2.0])
    return np.asarray(vector / np.linalg.norm(vector))


def test_vectors_come_back_in_order_whatever_the_servers(
    embedder: EndpointEmbedder, service: Service
) -> None:
    made = embedder.passages([f"{'x' * i}" for i in range(1, 71)])
    assert made.shape == (70, 3)
    for i, vector in enumerate(made, 1):
        assert vector == pytest.approx(unit(i), abs=1e-6)
    assert [len(body["input"]) for body in service.bodies] == [32, 32, 6]
    assert service.bodies[0]["model"] == "bge-m3"
    assert embedder.size == 3
    assert embedder.questions([]).shape == (0, 3)


def test_the_key_is_sent_and_never_shown(server: FakeQdrant, service: Service) -> None:
    service.key = "s3cret"
    good = EndpointEmbedder(EndpointOptions(f"{server.url}/v1/embeddings", "m", key="s3cret"))
    assert good.size == 3
    bad = EndpointEmbedder(EndpointOptions(f"{server.url}/v1", "m", key="wr0ng"))
    with pytest.raises(Unavailable, match="401: check GEMBA_EMBED_KEY") as caught:
        bad.questions(["a"])
    assert "wr0ng" not in str(caught.value)
    assert "s3cret" not in repr(EndpointOptions("http://x", "m", key="s3cret"))


def test_prefixes_are_sent(server: FakeQdrant, service: Service) -> None:
    options = EndpointOptions(f"{server.url}/v1", "e5", prefixes=Prefixes("query: ", "passage: "))
    embedder = EndpointEmbedder(options)
    embedder.questions(["a"])
    embedder.passages(["b"])
    assert [body["input"] for body in service.bodies] == [["query: a"], ["passage: b"]]
    plain = EndpointEmbedder(EndpointOptions(f"{server.url}/v1", "e5"))
    assert plain.fingerprint != embedder.fingerprint


def test_one_failure_of_the_server_is_asked_again(
    embedder: EndpointEmbedder, service: Service
) -> None:
    service.failures = [503]
    assert embedder.questions(["a"]).shape == (1, 3)
    service.failures = [500, 503]
    with pytest.raises(Unavailable, match="answered 503"):
        embedder.questions(["a"])
    assert len(service.bodies) == 4


def test_a_refusal_is_not_asked_again(embedder: EndpointEmbedder, service: Service) -> None:
    service.failures = [404, 404]
    with pytest.raises(Unavailable, match="404: check GEMBA_EMBED_URL and GEMBA_EMBED_MODEL"):
        embedder.questions(["a"])
    assert len(service.bodies) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: {"data": rows[:-1]},
        lambda rows: {"data": [*rows, rows[0]]},
        lambda rows: {"data": []},
        lambda rows: {"error": "no"},
        lambda rows: [],
        lambda rows: {"data": None},
        lambda rows: {"data": [{"index": "x", "embedding": [1.0]} for _ in rows]},
        lambda rows: {"data": [{**row, "embedding": [1.0]} for row in rows]},
        lambda rows: {"data": [{**row, "embedding": []} for row in rows]},
        lambda rows: {"data": [{**row, "embedding": [None, 1.0, 2.0]} for row in rows]},
        lambda rows: {"data": [{**row, "embedding": [0.0, 0.0, 0.0]} for row in rows]},
        lambda rows: {"data": [{**row, "embedding": "AACAPw=="} for row in rows]},
        lambda rows: Response('{"data": [{"index": 0, "embedding": [NaN, 1, 2]}]}'),
        lambda rows: Response("<html>", 200),
        lambda rows: Response(b"\xff\xfe\x00", 200),
        lambda rows: Response("[" * 100_000, 200),
        lambda rows: Response("", 200),
    ],
)
def test_a_wrong_answer_is_unavailable(
    embedder: EndpointEmbedder, service: Service, change: Any
) -> None:
    assert embedder.size == 3
    service.change = change
    with pytest.raises(Unavailable):
        embedder.questions(["other"])


def test_a_late_answer_ends_at_the_deadline(embedder: EndpointEmbedder, service: Service) -> None:
    service.pause_s = 3.0
    started = time.monotonic()
    with pytest.raises(Unavailable, match=r"in time|in 0\.3 s"):
        embedder.questions(["a"], timeout_s=0.3)
    assert time.monotonic() - started < 2.5
    with pytest.raises(Unavailable):
        embedder.questions(["a"], timeout_s=0.0)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("refused", {}),
        ("black_hole", {}),
        ("reset", {"after": 40}),
        ("truncated", {"after": 150}),
        ("trickle", {"after": 10, "delay_s": 0.1}),
        ("trickle", {"after": 150, "delay_s": 0.1}),
        ("corrupt", {"after": 5}),
        ("latency", {"delay_s": 3.0}),
    ],
)
def test_a_fault_on_the_way_ends_inside_the_deadline(
    server: FakeQdrant, kind: Any, options: dict[str, Any]
) -> None:
    with FaultProxy("127.0.0.1", server.port) as proxy:
        url = f"http://127.0.0.1:{proxy.port}/v1"
        embedder = EndpointEmbedder(EndpointOptions(url, "m", question_s=20.0))
        assert embedder.questions(["a"]).shape == (1, 3)
        proxy.inject(kind, **options)
        started = time.monotonic()
        with pytest.raises(Unavailable):
            embedder.questions(["b"], timeout_s=0.6)
        assert time.monotonic() - started < 2.5
        proxy.heal()
        assert embedder.questions(["c"]).shape == (1, 3)
        embedder.close()


def test_a_certificate_is_checked(service: Service, tmp_path: Path) -> None:
    with serving(tmp_path / "tls", tls=True, app=service.app()) as server:
        known = EndpointEmbedder(EndpointOptions(f"{server.url}/v1", "m", ca=server.ca))
        assert known.size == 3
        strange = EndpointEmbedder(EndpointOptions(f"{server.url}/v1", "m"))
        with pytest.raises(Unavailable):
            strange.questions(["a"])
    (tmp_path / "none.pem").write_text("no certificate")
    with pytest.raises(SettingsError, match="holds no certificates"):
        EndpointEmbedder(EndpointOptions("https://x/v1", "m", ca=str(tmp_path / "none.pem")))


def test_after_close_it_says_so(embedder: EndpointEmbedder) -> None:
    embedder.close()
    with pytest.raises(Unavailable, match="closed"):
        embedder.questions(["a"])
