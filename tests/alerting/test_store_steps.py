"""A step of the watch is kept whole or not at all, and once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.alerting.lifecycle import (
    Event,
    State,
)
from core.alerting.reading import Filter
from core.alerting.step import Change, Happening, Step, Trip
from core.alerting.store import AlertStore
from tests.alerting.people import ANN, HOUR, NOW, B, R, only, told
from tests.alerting.watching import (
    MODEL,
    PUMP,
    START,
    TENANT,
    Watch,
    at,
    new,
    rises,
    step,
)


def test_an_alert_comes_back_as_it_was_raised(watch: Watch) -> None:
    done = watch.goes(R)
    kept = only(watch.store)
    assert kept == done.changes[0].after
    assert kept.state is State.UNACKNOWLEDGED
    assert (kept.value, kept.limit, kept.unit, kept.count) == (5.0, 4.5, "mm/s", 1)
    assert kept.place == (("plant_id", "HAM"),)
    assert (kept.opened_at, kept.told_at, kept.closed_at) == (START, START, None)
    assert kept.id == new().id


def test_a_step_that_is_done_twice_doubles_nothing(store: AlertStore) -> None:
    one = step(1, rises(START), trips={PUMP: Trip(True)})
    assert store.commit(one).is_done
    again = store.commit(one, [lambda connection, changes: pytest.fail("nothing is to be sent")])
    assert not again.is_done
    assert len(store.reading.story(only(store).id, ANN)) == 1


def test_a_step_that_leaves_one_out_is_not_kept(store: AlertStore) -> None:
    store.commit(step(1))
    assert not store.commit(step(3, rises(at(2)))).is_done
    assert store.watermark(TENANT, MODEL) == at(1)
    assert store.reading.alerts(ANN, Filter()).total == 0
    with pytest.raises(ValueError, match="ends after"):
        store.commit(Step(TENANT, MODEL, at(1), at(1)))


def test_trips_are_kept_as_they_are_and_forgotten_when_gone(store: AlertStore) -> None:
    first = {PUMP: Trip(True), ("b", "x"): Trip(False, 5, 10), ("c", "x"): Trip(False, 1, 10)}
    store.commit(step(1, trips=first))
    assert store.trips(TENANT, MODEL) == first
    second = {PUMP: Trip(True), ("b", "x"): Trip(False, 5, 20), ("d", "x"): Trip(True, 7, 20)}
    store.commit(step(2, trips=second))
    assert store.trips(TENANT, MODEL) == second
    assert store.trips(TENANT, "steel") == store.trips("other", MODEL) == {}


def test_what_rises_again_before_it_is_normal_is_the_same_alert(watch: Watch) -> None:
    watch.goes(R)
    watch.goes(B)
    assert only(watch.store).state is State.RETURNED
    watch.goes(R)
    again = only(watch.store)
    assert (again.state, again.count, again.returned_at) == (State.UNACKNOWLEDGED, 2, None)
    assert (again.opened_at, again.raised_at) == (START, at(2))
    watch.store.act(again.id, Event.ACKNOWLEDGE, ANN, now=NOW)
    watch.goes(B)
    assert only(watch.store).state is State.NORMAL
    watch.goes(R)
    assert watch.store.reading.alerts(ANN, Filter()).total == 2


def test_what_does_not_fit_any_more_is_passed_over(watch: Watch) -> None:
    lost = watch.goes(B, Event.SUPPRESS)
    assert [h.event for h in lost.passed_over] == [B, Event.SUPPRESS]
    watch.goes(R)
    alert = only(watch.store)
    watch.store.act(
        alert.id, Event.SHELVE, ANN, reason="works", until=NOW + HOUR, now=NOW
    )  # fmt: skip
    done = watch.goes(Event.SUPPRESS, Event.REALARM, B)
    assert [h.event for h in done.passed_over] == [Event.SUPPRESS, Event.REALARM]
    assert only(watch.store).beneath is State.NORMAL


def test_a_latching_alert_stays_until_it_is_reset(store: AlertStore) -> None:
    store.commit(step(1, rises(START, latches=True)))
    store.commit(step(2, Happening(B, PUMP, at(1))))
    held = only(store)
    assert (held.state, held.returned_at) == (State.LATCHED_UNACKNOWLEDGED, at(1))
    store.act(held.id, Event.ACKNOWLEDGE, ANN, now=NOW)
    assert only(store).state is State.LATCHED
    closed = store.act(held.id, Event.RESET, ANN, now=NOW).after
    assert (closed.state, closed.closed_at) == (State.NORMAL, NOW)


def test_what_is_suppressed_as_it_rises_is_told_to_nobody(watch: Watch) -> None:
    parent = new(("comm", "HAM"), START)
    done = watch.goes(
        rises(START, ("comm", "HAM")), R, Event.SUPPRESS, parents={PUMP: parent.id}
    )  # fmt: skip
    assert told(done.changes) == ["HAM"]
    child = next(c.after for c in done.changes if c.after.pair == PUMP)
    assert (child.state, child.beneath) == (State.SUPPRESSED, State.UNACKNOWLEDGED)
    assert (child.parent, child.away_reason) == (parent.id, "rule")
    under = watch.store.reading.alerts(ANN, Filter(parent=parent.id))
    assert [a.pair for a in under.alerts] == [PUMP]
    after = watch.goes(Event.UNSUPPRESS)
    assert told(after.changes) == ["HAM-PMP-03"]
    assert after.changes[0].after.parent == ""


def test_what_is_grouped_is_shown_and_told_by_its_parent(watch: Watch) -> None:
    parent = new(("flood", "HAM"), START)
    done = watch.goes(rises(START, ("flood", "HAM")), R, parents={PUMP: parent.id})
    assert told(done.changes) == ["HAM"]
    assert watch.store.reading.alerts(ANN).total == 2
    free = watch.goes(parents={PUMP: ""})
    assert told(free.changes) == []
    assert free.changes[0].after.parent == ""
    assert told(watch.goes(Event.REALARM).changes) == ["HAM-PMP-03"]


def test_messages_are_in_the_same_transaction(store: AlertStore) -> None:
    def fails(connection: sa.Connection, changes: tuple[Change, ...]) -> None:
        assert [change.is_told for change in changes] == [True]
        raise RuntimeError("no message, no alert")

    with pytest.raises(RuntimeError):
        store.commit(step(1, rises(START), trips={PUMP: Trip(True)}), [fails])
    assert store.watermark(TENANT, MODEL) is None
    assert store.trips(TENANT, MODEL) == {}
    assert store.reading.alerts(ANN, Filter()).total == 0
