"""Finding entries: words, filters, counts, pages, and how long it takes with many."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.corpus import Corpus, Edit, New, Search
from core.corpus.tables import HEADS, QUESTIONS
from tests.corpus.kept import ANNA, BO, at, doc, new, opened, qa

MANY = 10_000


@pytest.fixture
def filled(corpus: Corpus) -> Corpus:
    corpus.editing.add(
        new(
            qa("OEE of the press", "SELECT oee", paraphrases=("how GOOD is it",), plants=("N",)),
            qa("Scrap 100% of all", "SELECT scrap", status="approved", plants=("N", "S")),
            doc("Straße and Nhiệt độ", title="Words", author="bo"),
        ),
        ANNA,
        at(0),
    )
    return corpus


def found(corpus: Corpus, **more: object) -> list[str]:
    page = corpus.browse.page(
        Search("plant", sort="question", ascending=True, **more),  # type: ignore[arg-type]
        "default",
    )
    return [s.entry.text.split()[0] for s in page.items]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["OEE", "Scrap", "Straße"]),
        ({"text": "good PRESS"}, ["OEE"]),
        ({"text": "select"}, ["OEE", "Scrap"]),
        ({"text": "100%"}, ["Scrap"]),
        ({"text": "0_%"}, []),
        ({"text": "STRASSE words nhiệt"}, ["Straße"]),
        ({"kind": "doc"}, ["Straße"]),
        ({"status": "approved"}, ["Scrap"]),
        ({"author": "bo"}, ["Straße"]),
        ({"source": "user"}, ["OEE", "Scrap", "Straße"]),
        ({"source": "seed"}, []),
        ({"plant": "N"}, ["OEE", "Scrap"]),
        ({"plants": ("N",)}, ["OEE", "Straße"]),
        ({"plants": ()}, ["Straße"]),
        ({"staged": True}, ["Scrap"]),
        ({"text": "'; DROP TABLE corpus_heads; --"}, []),
    ],
)
def test_words_and_filters(filled: Corpus, more: dict[str, object], expected: list[str]) -> None:
    assert found(filled, **more) == expected


def test_uses_are_a_filter_and_an_order(filled: Corpus) -> None:
    ids = [s.entry.id for s in filled.browse.all(Search("plant", kind="qa"), "default")]
    filled.editing.count_uses("default", {ids[0]: 2, ids[1]: 5}, at(1))
    assert found(filled, use="never") == ["Straße"]
    assert len(found(filled, use="used")) == 2
    page = filled.browse.page(Search("plant", use="most"), "default")
    assert [s.entry.hits for s in page.items] == [5, 2, 0]


def test_counts_tell_what_another_choice_would_show(filled: Corpus) -> None:
    page = filled.browse.page(Search("plant", status="approved", limit=1), "default")
    assert (page.total, page.by_status) == (1, {"candidate": 2, "approved": 1})
    assert page.by_kind == {"qa": 1}
    assert filled.browse.authors("default", "plant") == ("anna", "bo")


def test_pages_follow_one_another(filled: Corpus) -> None:
    pages = [
        filled.browse.page(Search("plant", sort="created", offset=n, limit=2), "default")
        for n in (0, 2)
    ]
    assert [len(p.items) for p in pages] == [2, 1]
    assert len({s.entry.id for p in pages for s in p.items}) == 3
    assert {p.total for p in pages} == {3}


def _fill(corpus: Corpus) -> None:
    """Heads and questions alone: what lists and look-ups read, written at once."""
    corpus.editing.add(new(qa("OEE of line 0 in week 0", plants=("N",))), ANNA, at(0))
    with corpus._ledger.engine.begin() as connection:
        head = dict(connection.execute(sa.select(HEADS)).mappings().one())
        heads, questions = [], []
        for n in range(1, MANY):
            text = f"OEE of line {n % 700} in week {n // 700} by shift and product"
            heads.append(
                {
                    **head, "entry": f"e{n}", "text": text, "sorted_as": text, "hits": n % 50,
                    "haystack": f"{text} select oee from plant where line = {n}" * 3,
                    "status": ("candidate", "approved", "verified")[n % 3],
                    "staged": n % 20 == 0, "plan_key": f"plan {n}",
                }
            )  # fmt: skip
            questions.append(
                {"tenant": "default", "entry": f"e{n}", "position": 0, "model": "plant",
                 "key": text.casefold()}
            )  # fmt: skip
        connection.execute(sa.insert(HEADS), heads)
        connection.execute(sa.insert(QUESTIONS), questions)


def _ms(act: Callable[[], object]) -> float:
    """The best of fifteen, so that a busy machine is not what is measured."""
    times = []
    for _ in range(15):
        begin = time.perf_counter()
        act()
        times.append((time.perf_counter() - begin) * 1000)
    return min(times)


@pytest.mark.slow
def test_ten_thousand_entries_are_quick(tmp_path: Path) -> None:
    with opened(tmp_path) as corpus:
        _fill(corpus)
        for search in (
            Search("plant"),
            Search("plant", text="line 77 week"),
            Search("plant", status="verified", use="most", offset=3_000),
            Search("plant", plant="N", sort="question"),
            Search("plant", staged=True),
        ):
            assert _ms(lambda s=search: corpus.browse.page(s, "default")) < 50, search  # type: ignore[misc]
        first = corpus.browse.page(Search("plant", text="week 0"), "default").items[0].entry
        assert _ms(lambda: corpus.browse.get(first.id, "default")) < 10
        assert _ms(lambda: corpus.live.version("default", "plant")) < 10
        assert _ms(lambda: corpus.twins.of(qa("Energy of the bakery"))) < 1_000
        begin = time.perf_counter()
        corpus.editing.add([New(qa("Energy of the bakery"))], BO)
        stored = corpus.browse.page(Search("plant", text="bakery"), "default").items[0]
        corpus.editing.edit([Edit(stored.entry.id, 1, sql="SELECT 2")], BO)
        assert time.perf_counter() - begin < 3
