"""Lists, counts and activations of alerts, as people see them."""

from __future__ import annotations

import datetime as dt

import pytest

from core.alerting.health import Window, health
from core.alerting.lifecycle import (
    SHOWN,
    Event,
    State,
)
from core.alerting.load import load_of
from core.alerting.reading import Filter
from core.alerting.step import Happening
from tests.alerting.people import ANN, BOB, HOUR, NOW, B, R, only
from tests.alerting.watching import (
    EPOCH,
    START,
    TEN,
    Watch,
    at,
    new,
    rises,
)


def test_what_is_open_stands_by_severity_then_age_in_pages(watch: Watch) -> None:
    severities = ("caution", "critical", "warning")
    for number in range(9):
        watch.goes(
            rises(at(number), ("t", f"HAM-{number}"), severity=severities[number % 3])
        )  # fmt: skip
    reading = watch.store.reading
    whole = reading.alerts(ANN)
    assert [a.asset[-1] for a in whole.alerts] == list("147258036")
    paged = [reading.alerts(ANN, first=first, most=4) for first in (0, 4, 8, 12)]
    assert [a for page in paged for a in page.alerts] == list(whole.alerts)
    assert {page.total for page in paged} == {9}
    newest = reading.alerts(ANN, order="newest")
    assert [a.asset[-1] for a in newest.alerts] == list("876543210")
    assert reading.alerts(ANN, Filter(severities=("critical",), states=SHOWN)).total == 3
    assert reading.alerts(ANN, Filter(assets=("HAM-3", "HAM-4"))).total == 2
    assert reading.alerts(ANN, Filter(model="steel")).total == 0
    counts = [(c.severity, c.state, c.n) for c in reading.counts(ANN)]
    assert counts == [(s, State.UNACKNOWLEDGED, 3) for s in ("critical", "warning", "caution")]
    with pytest.raises(ValueError, match="begins at 0"):
        reading.alerts(ANN, first=-1)


def test_history_is_what_was_open_at_some_time_in_the_window(watch: Watch) -> None:
    watch.goes(R)
    watch.store.act(new().id, Event.ACKNOWLEDGE, ANN, now=at(1))
    watch.goes()
    watch.goes(B)  # normal at 00:20

    def found(since: dt.datetime, until: dt.datetime) -> int:
        return watch.store.reading.alerts(ANN, Filter(since=since, until=until)).total

    assert found(START - TEN, START) == 0
    assert found(START, at(1)) == 1
    assert found(at(1), at(2)) == 1
    assert found(at(2), at(3)) == 1
    assert found(at(2) + dt.timedelta.resolution, at(9)) == 0


def test_activations_are_each_time_that_something_came_to_stand_on_the_list(watch: Watch) -> None:
    watch.goes(R)  # 00:00
    watch.goes(B)  # 00:10
    watch.goes(R)  # 00:20
    alert = only(watch.store)
    watch.store.act(alert.id, Event.SHELVE, ANN, reason="x", until=NOW + HOUR, now=NOW)
    watch.goes(B)  # 00:30
    watch.goes(R)  # 00:40, on no list
    watch.store.act(alert.id, Event.UNSHELVE, ANN, now=at(5))
    found = watch.store.reading.activations(ANN, START, NOW)
    spans = [(a.raised_at, a.cleared_at) for a in found]
    assert spans == [(at(0), at(1)), (at(2), at(3)), (at(5), None)]
    late = watch.store.reading.activations(ANN, at(2), at(4))
    assert [a.raised_at for a in late] == [at(2)]
    grouped = watch.goes(
        rises(at(5), ("t", "HAM-2")), Happening(Event.SUPPRESS, ("t", "HAM-2"), at(5))
    )  # fmt: skip
    assert grouped.changes[0].after.state is State.SUPPRESSED
    assert len(watch.store.reading.activations(ANN, START, NOW)) == 3


def test_the_load_of_ones_own_alerts_is_measured(watch: Watch) -> None:
    pump, other = rises(at(0), severity="critical"), rises(at(0), ("t", "HAM-2"))
    watch.goes(pump, other)
    watch.goes(B)
    end = START + dt.timedelta(days=30)
    begin_s, end_s = ((day - EPOCH) // dt.timedelta(seconds=1) for day in (START, end))
    found = load_of(watch.store.reading.activations(ANN, START, end))
    assert found.at.tolist() == [begin_s] * 2
    assert sorted(found.cleared.tolist()) == [-1, begin_s + 600]
    (load,) = health(found, Window(begin_s, end_s))
    assert (load.position, load.n, load.stale[:2], load.is_long_enough) == ("HAM", 2, (0, 1), True)
    assert {a.source for a in load.actors} == {"vibration-high HAM-PMP-03", "t HAM-2"}
    share = load.of("share_high")
    assert share is not None
    assert share.value == 0.5
    nothing = load_of(watch.store.reading.activations(BOB, START, end))
    assert health(nothing, Window(begin_s, end_s)) == ()


def test_what_returns_and_rises_within_a_step_is_as_in_steps_of_their_own(watch: Watch) -> None:
    watch.goes(R)
    watch.store.act(new().id, Event.ACKNOWLEDGE, ANN, now=at(1))
    both = watch.goes(B, rises(at(1) + TEN / 2))
    assert [(c.before is None, c.after.state) for c in both.changes] == [
        (False, State.NORMAL),
        (True, State.UNACKNOWLEDGED),
    ]
    assert both.changes[1].is_told
    assert watch.store.reading.alerts(ANN, Filter()).total == 2
    at_once = watch.goes(B, rises(at(2) + TEN / 2))
    assert [(c.after.state, c.after.count) for c in at_once.changes] == [(State.UNACKNOWLEDGED, 2)]
