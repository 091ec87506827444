"""A Qdrant server that fails in every way, and one that is set wrongly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import SettingsError, Unavailable
from core.retrieval.index import Index
from core.retrieval.retriever import Retriever
from core.retrieval.stores.server import ServerStore, server_options
from tests.fakes.embedders import HashedWords
from tests.fakes.qdrant_server import FakeQdrant, serving
from tests.faults.proxy import FaultProxy
from tests.retrieval.entries import CORPUS, entry


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeQdrant]:
    with serving(tmp_path / "qdrant", key="good") as server:
        yield server


def opened(url: str, key: str = "good", ca: str = "") -> ServerStore:
    return ServerStore(server_options(url, key=key, ca=ca, alias="gemba"))


def search(store: ServerStore, *, limit_s: float = 20.0, **options: Any) -> int:
    retriever = Retriever(store, HashedWords(), timeout_s=limit_s)
    found = retriever.search("OEE by line", tenant="a", model="mill", plants=(), **options)
    return len(found.of("qa"))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("refused", {}),
        ("black_hole", {}),
        ("reset", {"after": 60}),
        ("truncated", {"after": 200}),
        ("trickle", {"after": 20, "delay_s": 0.1}),
        ("trickle", {"after": 200, "delay_s": 0.1}),
        ("corrupt", {"after": 5}),
        ("latency", {"delay_s": 3.0}),
    ],
)
def test_a_fault_on_the_way_ends_inside_the_deadline(
    fake: FakeQdrant, kind: Any, options: dict[str, Any]
) -> None:
    with FaultProxy("127.0.0.1", fake.port) as proxy:
        store = opened(f"http://127.0.0.1:{proxy.port}")
        Index(store, HashedWords()).sync(CORPUS)
        assert search(store) > 0
        proxy.inject(kind, **options)
        started = time.monotonic()
        with pytest.raises(Unavailable) as caught:
            search(store, limit_s=0.8)
        assert time.monotonic() - started < 2.8
        assert "Qdrant" in str(caught.value)
        proxy.heal()
        assert search(store) > 0
        store.close()


def test_one_failure_of_a_read_is_asked_again(fake: FakeQdrant) -> None:
    store = opened(fake.url)
    Index(store, HashedWords()).sync(CORPUS)
    fake.fail(503)
    assert search(store) > 0
    fake.fail(500, times=4)
    with pytest.raises(Unavailable, match="failed"):
        search(store)


def test_a_write_is_not_repeated(fake: FakeQdrant) -> None:
    store = opened(fake.url)
    index = Index(store, HashedWords())
    index.sync(CORPUS)
    fake.requests.clear()
    fake.fail(500)
    with pytest.raises(Unavailable, match="failed"):
        store.delete(index.collection, [CORPUS[0].id])
    assert len(fake.requests) == 1


@pytest.mark.parametrize("body", [b"<html>", b"", b"{}", b"[]", b'{"result": 7}', b"\xff\xfe"])
def test_garbage_is_unavailable(fake: FakeQdrant, body: bytes) -> None:
    store = opened(fake.url)
    Index(store, HashedWords()).sync(CORPUS)
    fake.fail(200, body, times=8)
    with pytest.raises(Unavailable):
        search(store)


def test_a_wrong_key_is_named_and_not_shown(fake: FakeQdrant) -> None:
    store = opened(fake.url, key="wr0ng")
    with pytest.raises(Unavailable, match=r"401.*GEMBA_QDRANT_KEY") as caught:
        search(store)
    assert "wr0ng" not in str(caught.value)
    assert "wr0ng" not in store.name


def test_the_key_may_stand_in_the_address(fake: FakeQdrant) -> None:
    store = opened(fake.url.replace("http://", "http://good@"), key="")
    Index(store, HashedWords()).sync(CORPUS)
    assert search(store) > 0
    assert "good" not in store.name


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("qdrant:6333", "https://HOST:6333"),
        ("ftp://host", "https://HOST:6333"),
        ("https://", "https://HOST:6333"),
        ("http://host:port", "not an address"),
        ("http://one@host", "different keys"),
    ],
)
def test_an_address_that_is_none(url: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        server_options(url, key="two", ca="", alias="gemba")
    assert "two" not in str(caught.value)
    with pytest.raises(SettingsError, match="ALIAS"):
        server_options("http://host", key="", ca="", alias="a/b")


def test_the_port_and_path_are_kept() -> None:
    def url(text: str) -> str:
        return server_options(text, key="", ca="", alias="gemba").url

    assert url("https://k@vectors.example/qdrant/") == "https://vectors.example:6333/qdrant"
    assert url("http://[::1]:7000") == "http://[::1]:7000"


def test_a_strange_certificate_is_refused(tmp_path: Path) -> None:
    with serving(tmp_path / "tls", tls=True) as fake:
        with pytest.raises(Unavailable, match="cannot be reached"):
            search(opened(fake.url, key=""))
        assert opened(fake.url, key="", ca=fake.ca).served() is None


def test_a_collection_is_made_for_its_searches(fake: FakeQdrant) -> None:
    store = opened(fake.url)
    Index(store, HashedWords()).sync(CORPUS)
    (name,) = fake.shards
    body = fake.bodies[name]
    assert body["vectors"]["dense"]["hnsw_config"]["m"] == 16
    assert body["vectors"]["dense"]["multivector_config"] == {"comparator": "max_sim"}
    assert body["sparse_vectors"]["sparse"]["modifier"] == "idf"
    assert fake.indexes[name].keys() == {"tenant", "model", "kind", "plants", "status"}
    assert fake.indexes[name]["tenant"]["is_tenant"] is True


def test_what_was_served_is_served_until_the_new_one_is_whole(fake: FakeQdrant) -> None:
    store = opened(fake.url)
    Index(store, HashedWords("old")).sync(CORPUS)
    served = dict(fake.aliases)
    new = Index(store, HashedWords("new"))

    def look(_done: int, _of: int) -> None:
        assert fake.aliases == served
        assert search(store) > 0

    new.sync([*CORPUS, *(entry(f"more {i}") for i in range(600))], on_progress=look)
    assert fake.aliases != served
    assert list(fake.shards) == list(fake.aliases.values())


def test_a_failed_rebuild_leaves_what_was_served(fake: FakeQdrant) -> None:
    store = opened(fake.url)
    Index(store, HashedWords("old")).sync(CORPUS)
    served = dict(fake.aliases)

    def fail(_done: int, _of: int) -> None:
        fake.fail(500, times=3)

    more = [entry(f"more {i}") for i in range(600)]
    with pytest.raises(Unavailable):
        Index(store, HashedWords("new")).sync([*CORPUS, *more], on_progress=fail)
    fake._failures.clear()
    assert fake.aliases == served
    assert search(store) > 0
    assert Index(store, HashedWords("new")).sync(CORPUS).is_rebuilt
    assert len(fake.shards) == 1


def test_another_process_swaps_and_this_one_goes_on(fake: FakeQdrant) -> None:
    mine, others = opened(fake.url), opened(fake.url)
    old = HashedWords("old")
    Index(mine, old).sync(CORPUS)
    retriever = Retriever(mine, old, timeout_s=2.0)
    ask = {"tenant": "a", "model": "mill", "plants": ()}
    assert retriever.search("OEE by line", **ask).is_dense  # type: ignore[arg-type]
    Index(others, HashedWords("new", size=16)).sync(CORPUS)
    found = retriever.search("OEE by line", **ask)  # type: ignore[arg-type]
    assert not found.is_dense
    assert found.of("qa")[0].entry.text == "OEE by line in June"
    assert "embedding model" in found.notes[0]


def test_a_turn_with_no_time_left_is_told_at_once(fake: FakeQdrant) -> None:
    store = opened(fake.url)
    Index(store, HashedWords()).sync(CORPUS)
    started = time.monotonic()
    with pytest.raises(Unavailable):
        search(store, timeout_s=0.0)
    fake.pause(2.0)
    with pytest.raises(Unavailable):
        search(store, timeout_s=0.3)
    assert time.monotonic() - started < 1.9
