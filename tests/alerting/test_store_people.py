"""What people do with alerts, and what of it they see and are told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.alerting.lifecycle import (
    PUT_AWAY,
    Event,
    Rules,
    State,
)
from core.alerting.reading import Filter
from core.alerting.store import AlertStore
from core.errors import UserFixable
from core.types import User
from tests.alerting.people import ANN, BOB, EVE, HOUR, NOW, B, R, only, told
from tests.alerting.watching import (
    START,
    Watch,
    new,
    rises,
)


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
