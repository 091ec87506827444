"""Several editors at once, in one process and in two on one database."""

import threading
from collections.abc import Callable
from pathlib import Path

from core.corpus import Corpus, Edit, New, Search, Stale, Told
from core.errors import UserFixable
from tests.corpus.kept import ANNA, BO, Audit, new, opened, qa


def together(*acts: Callable[[], object]) -> list[object]:
    """What each act gave or raised; all begin at once."""
    results: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(index: int) -> None:
        start.wait()
        try:
            results[index] = acts[index]()
        except UserFixable as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_of_two_edits_of_one_version_one_wins(tmp_path: Path) -> None:
    audit = Audit()
    with opened(tmp_path, audit) as one, opened(tmp_path, audit) as two:
        for round_ in range(5):
            entry = qa(f"OEE of number {round_}?")
            one.editing.add(new(entry), ANNA)
            results = together(
                *[
                    lambda c=corpus, n=n, i=entry.id: c.editing.edit(  # type: ignore[misc]
                        [Edit(i, 1, sql=f"SELECT {n}00")], BO
                    )
                    for n, corpus in enumerate((one, two, one, two))
                ]
            )
            assert sum(isinstance(r, Stale) for r in results) == 3, results
            assert len(one.browse.history(entry.id, "default")) == 2


def test_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    with opened(tmp_path) as one, opened(tmp_path) as two:

        def adder(corpus: Corpus, who: int) -> Callable[[], object]:
            def add() -> None:
                for n in range(10):
                    corpus.editing.add([New(qa(f"what of {who} number {n}"))], ANNA)
                    corpus.cases.count("OEE?", "plant", ANNA)
                    corpus.cases.tell(Told("down", "plant", "OEE?", answer_id=f"{who}-{n}"), ANNA)

            return add

        results = together(*[adder(c, who) for who, c in enumerate((one, two, one, two))])
        assert results == [None] * 4
        assert one.browse.page(Search("plant"), "default").total == 40
        assert len({b.id for b in one.browse.batches("default", limit=100)}) == 40
        (case,) = two.cases.queue("default", "plant")
        assert (case.asked, case.reports, case.people) == (40, 40, 1)


def test_the_same_question_is_added_once(tmp_path: Path) -> None:
    with opened(tmp_path) as corpus:
        results = together(*[lambda: corpus.editing.add(new(qa("OEE?")), ANNA)] * 6)
        assert sum(isinstance(r, UserFixable) for r in results) == 5
        assert corpus.browse.page(Search("plant"), "default").total == 1


def test_one_publish_at_a_time(tmp_path: Path) -> None:
    with opened(tmp_path) as corpus:
        corpus.editing.add(new(qa("OEE?", status="approved")), ANNA)
        results = together(*[lambda: corpus.live.publish("plant", ANNA)] * 4)
        assert sum(isinstance(r, UserFixable) for r in results) == 3
        assert corpus.live.version("default", "plant") == 1
