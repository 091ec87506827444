"""Hits are counted off the answering path."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping

from core.errors import Unavailable
from core.retrieval.hits import HitCounter


class Store:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.calls = 0
        self.failures = 0
        self.blocked = threading.Event()
        self.blocked.set()

    def add(self, hits: Mapping[str, int]) -> None:
        self.calls += 1
        self.blocked.wait(10)
        if self.failures:
            self.failures -= 1
            raise Unavailable("away")
        self.counts.update(hits)


def test_they_arrive_in_batches() -> None:
    store = Store()
    counter = HitCounter(store.add, every_s=0.05)
    for _ in range(100):
        counter.add(["a", "b"])
    counter.add(["a"])
    deadline = time.monotonic() + 5
    while store.counts != {"a": 101, "b": 100} and time.monotonic() < deadline:
        time.sleep(0.01)
    assert store.counts == {"a": 101, "b": 100}
    assert store.calls < 10
    counter.close()


def test_close_hands_on_what_waits() -> None:
    store = Store()
    counter = HitCounter(store.add, every_s=60)
    counter.add(["a"])
    counter.close()
    assert store.counts == {"a": 1}
    counter.add(["b"])
    counter.close()
    assert store.counts == {"a": 1}


def test_a_sink_that_fails_loses_nothing() -> None:
    store = Store()
    store.failures = 1
    counter = HitCounter(store.add, every_s=60)
    counter.add(["a"])
    counter.flush()
    counter.add(["a", "b"])
    counter.flush()
    assert store.counts == {"a": 2, "b": 1}
    counter.close()


def test_a_sink_that_hangs_holds_no_answer_up() -> None:
    store = Store()
    store.blocked.clear()
    counter = HitCounter(store.add, every_s=0.01)
    counter.add(["a"])
    time.sleep(0.1)
    started = time.monotonic()
    for i in range(1_000):
        counter.add([f"{i}"])
    assert time.monotonic() - started < 0.5
    store.blocked.set()
    counter.close()
    assert sum(store.counts.values()) == 1_001


def test_it_keeps_no_more_than_it_may() -> None:
    store = Store()
    counter = HitCounter(store.add, every_s=60, most=10)
    counter.add(f"{i}" for i in range(100))
    counter.add(["0"])
    counter.close()
    assert len(store.counts) == 10
    assert store.counts["0"] == 2


def test_nothing_used_starts_nothing() -> None:
    before = threading.active_count()
    counter = HitCounter(Store().add)
    counter.add([])
    assert threading.active_count() == before
    counter.close()
