"""Whatever comes in whatever order, and at once: stories are unbroken, nothing is doubled."""

from __future__ import annotations

import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.alerting.lifecycle import (
    BY_PEOPLE,
    NORMAL,
    Event,
    State,
    follow,
    is_possible,
    is_told,
)
from core.alerting.reading import Filter
from core.alerting.step import Happening
from core.alerting.store import AlertStore
from tests.alerting.people import ANN, HOUR, NOW, B, R
from tests.alerting.watching import (
    MODEL,
    START,
    TEN,
    TENANT,
    Watch,
    at,
    rises,
    step,
)

# -- whatever comes --------------------------------------------------------------------------

deeds = st.lists(
    st.tuples(st.sampled_from(list(Event)), st.sampled_from(["t", "u"]), st.booleans()),
    max_size=30,
)  # fmt: skip


@settings(max_examples=60)
@given(deeds)
def test_whatever_comes_a_pair_has_one_open_alert_and_an_unbroken_story(
    drawn: list[tuple[Event, str, bool]],
) -> None:
    with TemporaryDirectory() as folder:
        store = AlertStore(Path(folder))
        watch = Watch(store)
        for number, (event, threshold, latches) in enumerate(drawn):
            pair, now = (threshold, "HAM-1"), NOW + number * TEN
            open_now = {a.pair: a for a in store.open_of(TENANT, MODEL)}
            alert = open_now.get(pair)
            if event not in BY_PEOPLE:
                happening = (
                    rises(at(watch.number), pair, latches=latches)
                    if event is R
                    else Happening(event, pair, at(watch.number))
                )
                watch.goes(happening)
            elif alert is not None and is_possible(alert.standing, event):
                change = store.act(
                    alert.id, event, ANN, reason="why", until=now + HOUR, now=now
                )  # fmt: skip
                assert change.is_told == is_told(event, change.after.standing)
        pairs = [a.pair for a in store.open_of(TENANT, MODEL)]
        assert len(pairs) == len(set(pairs))
        for alert in store.reading.alerts(ANN, Filter(), most=100).alerts:
            story, here = store.reading.story(alert.id, ANN), NORMAL
            for entry in story:
                assert entry.from_state is here.state
                here = follow(here, entry.event)
                assert entry.to_state is here.state
            assert here == alert.standing
            assert alert.count == sum(e.event is R for e in story)
            assert (alert.closed_at is None) == (alert.state is not State.NORMAL)
            assert (alert.away_until is not None) == (alert.state is State.SHELVED)
        store.close()


# -- at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", range(5))
def test_an_acknowledgement_and_a_return_at_once_both_hold(tmp_path: Path, turn: int) -> None:
    """As two processes would: two stores over one file, each with connections of its own."""
    desk, watcher = AlertStore(tmp_path), AlertStore(tmp_path)
    pairs = [("t", f"HAM-{n}") for n in range(15)]
    watcher.commit(step(1, *(rises(START, pair) for pair in pairs)))
    ids = [a.id for a in desk.reading.alerts(ANN).alerts]
    gate = threading.Barrier(2)

    def acknowledge() -> None:
        gate.wait()
        for one in ids:
            desk.act(one, Event.ACKNOWLEDGE, ANN, now=NOW)

    def watching() -> None:
        gate.wait()
        for number, pair in enumerate(pairs, 2):
            assert watcher.commit(step(number, Happening(B, pair, at(number - 1)))).is_done

    threads = [threading.Thread(target=work) for work in (acknowledge, watching)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in ids:
        alert = desk.reading.alert(one, ANN)
        assert alert is not None
        assert (alert.state, alert.acknowledged_by) == (State.NORMAL, "ann")
        story = desk.reading.story(one, ANN)
        assert sorted(e.event for e in story) == sorted([R, B, Event.ACKNOWLEDGE])
        assert [e.from_state for e in story[1:]] == [e.to_state for e in story[:-1]]
    desk.close()
    watcher.close()


def test_two_watches_at_once_keep_each_step_once(tmp_path: Path) -> None:
    stores = [AlertStore(tmp_path), AlertStore(tmp_path)]
    gate, done = threading.Barrier(2), []

    def work(store: AlertStore) -> None:
        gate.wait()
        for number in range(1, 30):
            one = step(number, rises(at(number - 1), ("t", f"HAM-{number}")))
            if store.commit(one).is_done:
                done.append(number)

    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(1, 30))
    assert stores[0].reading.alerts(ANN, Filter()).total == 29
    for store in stores:
        store.close()
