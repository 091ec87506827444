"""One suite on each store: the engine in process, and a server over HTTP.

TEST_QDRANT_URL (and TEST_QDRANT_KEY) add a real server on this machine: tests reach no other.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.entries import Kind
from core.errors import Unavailable
from core.retrieval.index import Index, collection_of
from core.retrieval.payload import payload_of
from core.retrieval.retriever import Found, Retriever
from core.retrieval.stores.edge import EdgeStore
from core.retrieval.stores.port import VectorStore
from core.retrieval.stores.server import ServerStore, server_options
from core.retrieval.vector_cache import VectorCache
from tests.fakes.embedders import HashedWords
from tests.fakes.qdrant_server import serving
from tests.retrieval.entries import CORPUS, entry

# conftest removes what begins with GEMBA_: no setting from outside decides whether tests pass.
REAL = os.environ.get("TEST_QDRANT_URL", "")
REAL_KEY = os.environ.get("TEST_QDRANT_KEY", "")


@pytest.fixture(params=["edge", "server", "tls", "real"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    if request.param == "edge":
        edge = EdgeStore(tmp_path / "index")
        yield edge
        edge.close()
    elif request.param == "real":
        if not REAL:
            pytest.skip("needs a Qdrant server: name it with TEST_QDRANT_URL")
        real = ServerStore(server_options(REAL, key=REAL_KEY, ca="", alias="gemba-test"))
        yield real
        real.close()
    else:
        tls = request.param == "tls"
        with serving(tmp_path / "server", key="k" if tls else "", tls=tls) as fake:
            options = server_options(fake.url, key=fake.key, ca=fake.ca, alias="gemba")
            server = ServerStore(options)
            yield server
            server.close()


def found(
    store: VectorStore, embedder: HashedWords, question: str, plants: tuple[str, ...] = ()
) -> Found:
    retriever = Retriever(store, embedder, timeout_s=30)
    return retriever.search(question, tenant="a", model="mill", plants=plants)


def texts(result: Found, kind: Kind = "qa") -> list[str]:
    return [hit.entry.text for hit in result.of(kind)]


def test_before_a_sync_there_is_nothing_to_search(store: VectorStore) -> None:
    if store.served() is None:
        with pytest.raises(Unavailable, match="has not been indexed"):
            found(store, HashedWords(), "scrap")


def test_an_entry_comes_back_as_it_went_in(store: VectorStore) -> None:
    embedder = HashedWords()
    Index(store, embedder).sync(CORPUS)
    hit = found(store, embedder, "Which pumps vibrated most last week?").of("qa")[0]
    assert hit.entry == CORPUS[0]
    assert hit.rank == 1
    assert hit.dense is not None
    assert hit.dense.rank == 1
    assert hit.dense.score == pytest.approx(1.0, abs=1e-4)
    assert hit.sparse is not None
    assert hit.sparse.rank == 1
    assert hit.sparse.score > 0


def test_a_paraphrase_is_as_near_as_the_question(store: VectorStore) -> None:
    embedder = HashedWords()
    Index(store, embedder).sync(CORPUS)
    hit = found(store, embedder, "worst pumps").of("qa")[0]
    assert hit.entry.id == CORPUS[0].id
    assert hit.dense is not None
    assert hit.dense.score == pytest.approx(1.0, abs=1e-4)


@pytest.mark.soundness
@pytest.mark.parametrize("plants", [(), ("HAM",), ("AUS",), ("HAM", "AUS"), ("HPH",)])
def test_nobody_sees_more_than_their_plants(store: VectorStore, plants: tuple[str, ...]) -> None:
    embedder = HashedWords()
    Index(store, embedder).sync(CORPUS)
    seen = {
        hit.entry.id
        for question in (
            "energy of line 2 in austin",
            "downtime of PMP-03",
            "scrap by shift",
            "OEE",
        )
        for kind in ("qa", "doc", "ddl")
        for hit in found(store, embedder, question, plants).hits[kind]
    }
    wanted = {
        e.id
        for e in CORPUS
        if e.is_live and e.seen_by(plants) and (e.tenant, e.model) == ("a", "mill")
    }
    assert seen == wanted


@pytest.mark.soundness
def test_the_legs_are_filtered_as_well_as_the_result(store: VectorStore) -> None:
    embedder = HashedWords()
    Index(store, embedder).sync(CORPUS)
    retriever = Retriever(store, embedder, timeout_s=30)
    result = retriever.search("scrap energy", tenant="b", model="mill", plants=(), explain=True)
    assert [hit.entry.tenant for hit in result.of("qa")] == ["b"]
    assert result.of("doc") == ()


@pytest.mark.soundness
def test_another_tenants_words_move_no_score(store: VectorStore) -> None:
    embedder = HashedWords()
    index = Index(store, embedder)
    index.sync(CORPUS)
    before = found(store, embedder, "energy of line 2", ("HAM", "AUS"))
    others = [entry(f"energy of line 2 number {i}", tenant="b") for i in range(30)]
    index.sync([*CORPUS, *others])
    after = found(store, embedder, "energy of line 2", ("HAM", "AUS"))
    assert [(h.entry.id, h.sparse) for h in after.of("qa")] == [
        (h.entry.id, h.sparse) for h in before.of("qa")
    ]


def test_a_sync_does_only_what_is_needed(store: VectorStore) -> None:
    embedder = HashedWords()
    index = Index(store, embedder)
    first = index.sync(CORPUS)
    assert (first.added, first.changed, first.removed, first.is_rebuilt) == (9, 0, 0, True)
    embedder.asked.clear()
    again = index.sync(CORPUS)
    assert (again.added, again.changed, again.removed, again.is_rebuilt) == (0, 0, 0, False)
    assert embedder.asked == []
    changed = replace(CORPUS[1], text="OEE by line in May", version=2)
    later = index.sync([*CORPUS[:1], changed, *CORPUS[3:]])
    assert (later.added, later.changed, later.removed) == (0, 1, 1)
    assert embedder.asked == ["OEE by line in May"]
    assert texts(found(store, embedder, "OEE by line", ("HAM",)))[0] == "OEE by line in May"
    assert "Downtime of PMP-03 by reason" not in texts(found(store, embedder, "PMP-03", ("HAM",)))


def test_an_entry_that_is_put_aside_is_gone(store: VectorStore) -> None:
    embedder = HashedWords()
    index = Index(store, embedder)
    index.sync(CORPUS)
    index.sync([replace(CORPUS[0], status="deprecated"), *CORPUS[1:]])
    assert CORPUS[0].text not in texts(found(store, embedder, CORPUS[0].text))


def test_hit_counts_are_shown_without_embedding_again(store: VectorStore) -> None:
    embedder = HashedWords()
    index = Index(store, embedder)
    index.sync(CORPUS)
    embedder.asked.clear()
    report = index.sync([replace(CORPUS[0], hits=7), replace(CORPUS[1], hits=2), *CORPUS[2:]])
    assert (report.changed, embedder.asked) == (0, [])
    assert found(store, embedder, CORPUS[0].text).of("qa")[0].entry.hits == 7
    assert found(store, embedder, CORPUS[1].text).of("qa")[0].entry.hits == 2


@pytest.mark.soundness
def test_another_model_makes_another_collection(store: VectorStore) -> None:
    """Vectors of two models are never compared: not before the change, not after it."""
    old, new = HashedWords("old"), HashedWords("new", size=32)
    Index(store, old).sync(CORPUS)
    waiting = found(store, new, "worst pumps")
    assert not waiting.is_dense
    assert "not indexed under the embedding model" in waiting.notes[0]
    assert all(hit.dense is None for hit in waiting.of("qa"))
    report = Index(store, new).sync(CORPUS)
    assert report.is_rebuilt
    assert store.served() == collection_of("new")
    after = found(store, new, "worst pumps")
    assert after.is_dense
    left = found(store, old, "worst pumps")
    assert not left.is_dense
    assert left.of("qa")[0].entry.id == CORPUS[0].id
    with pytest.raises(Unavailable):
        store.held(collection_of("old"))


def test_without_the_model_words_are_searched_and_it_is_said(store: VectorStore) -> None:
    embedder = HashedWords()
    index = Index(store, embedder)
    index.sync(CORPUS)
    embedder.down = True
    result = found(store, embedder, "pumps vibrated")
    assert texts(result)[0] == CORPUS[0].text
    assert not result.is_dense
    assert "searched by words alone" in result.notes[0]
    added = entry("Pressure of the press")
    report = index.sync([*CORPUS, added])
    assert "by their words alone" in report.notes[0]
    assert "Pressure of the press" in texts(found(store, embedder, "pressure press"))
    embedder.down = False
    assert index.sync([*CORPUS, added]).changed == 1
    hit = found(store, embedder, "Pressure of the press").of("qa")[0]
    assert hit.dense is not None


def test_a_first_start_without_the_model_has_words(store: VectorStore) -> None:
    embedder = HashedWords("first-start")
    embedder.down = True
    index = Index(store, embedder)
    index.sync(CORPUS)
    assert texts(found(store, embedder, "pumps vibrated"))[0] == CORPUS[0].text
    assert not index.sync(CORPUS).is_rebuilt
    embedder.down = False
    report = index.sync(CORPUS)
    assert report.is_rebuilt
    assert found(store, embedder, "pumps vibrated").is_dense


def test_each_entry_is_found_once(store: VectorStore) -> None:
    embedder = HashedWords()
    many = [entry(f"question {i} of line {i % 7}", paraphrases=(f"other {i}",)) for i in range(300)]
    Index(store, embedder).sync(many)
    hits = found(store, embedder, "question of line 3").of("qa")
    assert len({hit.entry.id for hit in hits}) == len(hits) == 8
    assert [hit.rank for hit in hits] == list(range(1, 9))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_searches_go_on_while_the_index_changes(store: VectorStore) -> None:
    embedder = HashedWords()
    index = Index(store, embedder)
    index.sync(CORPUS)
    stop, wrong = threading.Event(), []

    def search() -> None:
        while not stop.is_set():
            try:
                if not texts(found(store, embedder, "OEE by line")):
                    wrong.append("nothing")
            except Unavailable as error:
                wrong.append(repr(error))

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for i in range(8):
        index.sync([*CORPUS, *(entry(f"more {i} {j}") for j in range(20))])
    stop.set()
    for thread in threads:
        thread.join(20)
    assert wrong == []


def test_kept_vectors_serve_a_second_index(store: VectorStore, tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.sqlite")
    embedder = HashedWords()
    Index(store, embedder, cache).sync(CORPUS)
    asked = len(embedder.asked)
    other = EdgeStore(tmp_path / "second")
    report = Index(other, embedder, cache).sync(CORPUS)
    assert asked > 0
    assert (report.embedded, len(embedder.asked)) == (0, asked)
    assert found(other, embedder, "worst pumps").of("qa")[0].entry.id == CORPUS[0].id
    other.close()
    cache.close()


def test_a_payload_carries_what_the_corpus_page_shows() -> None:
    names = set(payload_of(CORPUS[0]))
    assert {
        "tenant",
        "plants",
        "model",
        "kind",
        "text",
        "sql",
        "author",
        "status",
        "created",
    } < names
    assert {"verified_by", "verified_at", "hits", "version", "title", "language"} < names


def test_nothing_to_index_is_no_error(store: VectorStore) -> None:
    embedder = HashedWords()
    Index(store, embedder).sync([])
    assert found(store, embedder, "anything").of("qa") == ()


def test_an_empty_or_endless_question_is_no_error(store: VectorStore) -> None:
    embedder = HashedWords()
    Index(store, embedder).sync(CORPUS)
    for question in ("", "   ", "?!", "the of", "x" * 100_000, "\x00\ud83d"):
        found(store, embedder, question)
