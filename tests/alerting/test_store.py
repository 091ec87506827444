"""Alerts are kept whole or not at all, whoever writes, and shown to whom they concern."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from core.alerting.alert import Alert
from core.alerting.health import Window, health
from core.alerting.lifecycle import (
    BY_PEOPLE,
    NORMAL,
    PUT_AWAY,
    SHOWN,
    Event,
    Rules,
    State,
    follow,
    is_possible,
    is_told,
)
from core.alerting.load import load_of
from core.alerting.reading import Filter
from core.alerting.step import Change, Happening, Step, Trip
from core.alerting.store import AlertStore
from core.errors import UserFixable
from core.types import User
from tests.alerting.watching import (
    EPOCH,
    MODEL,
    PUMP,
    START,
    TEN,
    TENANT,
    Watch,
    at,
    new,
    rises,
    step,
)

ANN, BOB = User("ann", "engineer", ("HAM",)), User("bob", "viewer", ("HPH", "AUS"))
EVE = User("ann", "engineer", ("HAM",), tenant="other")
NOW = dt.datetime(2026, 6, 2)
HOUR = dt.timedelta(hours=1)
R, B = Event.RAISE, Event.RETURN


@pytest.fixture
def watch(store: AlertStore) -> Watch:
    return Watch(store)


def only(store: AlertStore, user: User = ANN) -> Alert:
    page = store.reading.alerts(user, Filter())
    assert page.total == len(page.alerts) == 1
    return page.alerts[0]


def told(changes: tuple[Change, ...]) -> list[str]:
    return [change.after.asset for change in changes if change.is_told]


# -- the watch -------------------------------------------------------------------------------


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


# -- people ----------------------------------------------------------------------------------


def test_a_story_is_all_that_happened_in_order(watch: Watch) -> None:
    watch.goes(R)
    alert = only(watch.store)
    watch.store.act(alert.id, Event.ACKNOWLEDGE, ANN, reason=" seen ", now=NOW)
    watch.goes(B)
    story = watch.store.reading.story(alert.id, ANN)
    assert [(e.event, e.by, e.reason, e.to_state) for e in story] == [
        (R, "", "", State.UNACKNOWLEDGED),
        (Event.ACKNOWLEDGE, "ann", "seen", State.ACKNOWLEDGED),
        (B, "", "", State.NORMAL),
    ]
    assert [e.from_state for e in story[1:]] == [e.to_state for e in story[:-1]]
    assert (story[0].at, story[0].value) == (START, 5.0)
    now = only(watch.store)
    assert (now.acknowledged_by, now.acknowledged_reason) == ("ann", "seen")


def test_nothing_in_the_journal_is_ever_changed(watch: Watch) -> None:
    watch.goes(R)
    for deed in ("UPDATE alert_journal SET by = 'eve'", "DELETE FROM alert_journal"):
        with (
            watch.store._engine.begin() as connection,
            pytest.raises(sa.exc.SQLAlchemyError, match="only ever added to"),
        ):
            connection.exec_driver_sql(deed)


def test_a_shelf_hides_and_ends(watch: Watch) -> None:
    watch.goes(R)
    alert = only(watch.store)
    store, until = watch.store, NOW + HOUR
    store.act(alert.id, Event.SHELVE, ANN, reason="works", until=until, now=NOW)
    away = only(store)
    assert (away.state, away.away_until, away.away_by) == (State.SHELVED, until, "ann")
    assert away.away_reason == "works"
    assert store.reading.alerts(ANN).total == 0
    assert store.reading.alerts(ANN, Filter(states=PUT_AWAY)).total == 1
    assert told(watch.goes(B, R).changes) == []
    assert store.end_shelves(until - dt.timedelta.resolution) == ()
    ended = store.end_shelves(until)
    assert told(ended) == ["HAM-PMP-03"]
    back = only(store)
    assert (back.state, back.count, back.away_by) == (State.UNACKNOWLEDGED, 2, "")
    assert back.away_until is None
    assert store.end_shelves(until) == ()


def test_an_alert_that_is_over_can_be_shelved_before_it_comes_back(watch: Watch) -> None:
    watch.goes(R)
    alert = only(watch.store)
    watch.store.act(alert.id, Event.ACKNOWLEDGE, ANN, now=NOW)
    watch.goes(B)
    watch.store.act(alert.id, Event.OUT_OF_SERVICE, ANN, reason="overhaul", now=NOW)
    assert told(watch.goes(R).changes) == []
    assert only(watch.store).beneath is State.UNACKNOWLEDGED
    back = watch.store.act(alert.id, Event.INTO_SERVICE, ANN, now=NOW)
    assert back.is_told


def test_of_two_alerts_of_a_pair_one_is_open(watch: Watch) -> None:
    watch.goes(R)
    first = only(watch.store)
    watch.store.act(first.id, Event.ACKNOWLEDGE, ANN, now=NOW)
    watch.goes(B)
    watch.goes(R)
    with pytest.raises(UserFixable, match="a newer one"):
        watch.store.act(first.id, Event.OUT_OF_SERVICE, ANN, reason="overhaul", now=NOW)


def test_what_rose_again_since_it_was_looked_at_is_not_acknowledged(watch: Watch) -> None:
    watch.goes(R)
    seen = only(watch.store)
    watch.goes(B)
    watch.goes(R)
    with pytest.raises(UserFixable, match="raised again"):
        watch.store.act(seen.id, Event.ACKNOWLEDGE, ANN, seen=seen.count, now=NOW)
    watch.store.act(seen.id, Event.ACKNOWLEDGE, ANN, seen=2, now=NOW)


def test_what_cannot_be_done_is_told_and_leaves_no_trace(watch: Watch) -> None:
    watch.goes(R)
    alert = only(watch.store)
    for event, why in (
        (Event.RESET, "nothing to reset"),
        (Event.UNSHELVE, "not shelved"),
        (Event.SHELVE, "Say why"),
        (Event.RAISE, "by the watch"),
    ):
        with pytest.raises(UserFixable, match=why):
            watch.store.act(alert.id, event, ANN, now=NOW)
    assert only(watch.store) == alert
    assert len(watch.store.reading.story(alert.id, ANN)) == 1


def test_a_reason_is_asked_for_where_the_installation_wants_one(tmp_path: Path) -> None:
    store = AlertStore(tmp_path, Rules(is_reason_required=True))
    Watch(store).goes(R)
    with pytest.raises(UserFixable, match="why"):
        store.act(new().id, Event.ACKNOWLEDGE, ANN)
    store.act(new().id, Event.ACKNOWLEDGE, ANN, reason="seen")
    store.close()


def test_people_see_and_touch_the_alerts_of_their_plants_and_tenant_alone(watch: Watch) -> None:
    watch.goes(R, rises(START, ("t", "HPH-1")), rises(START, ("t", "AUS-1")))
    reading, alert = watch.store.reading, new()
    assert {a.asset for a in reading.alerts(ANN, Filter()).alerts} == {"HAM-PMP-03"}
    assert {a.asset for a in reading.alerts(BOB, Filter()).alerts} == {"HPH-1", "AUS-1"}
    assert {c.plant for c in reading.counts(BOB)} == {"HPH", "AUS"}
    assert reading.alerts(BOB, Filter(plants=("HAM", "HPH"))).total == 1
    nobody = User("zoe", "viewer", ())
    for user in (BOB, EVE, nobody):
        assert reading.alert(alert.id, user) is None
        assert reading.story(alert.id, user) == ()
        with pytest.raises(UserFixable, match="no such alert"):
            watch.store.act(alert.id, Event.ACKNOWLEDGE, user, now=NOW)
    for user in (EVE, nobody):
        assert reading.alerts(user, Filter()).total == 0
        assert reading.counts(user, Filter()) == ()
        assert reading.activations(user, START, NOW) == ()


# -- lists -----------------------------------------------------------------------------------


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
