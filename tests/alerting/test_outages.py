"""What is out of service: its alerts go and come with it, by the wall's clock and the data's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from core.alerting.lifecycle import Event, State
from core.alerting.outages import Outage, Wanted, begins, in_data
from core.alerting.store import AlertStore
from core.errors import Unavailable, UserFixable
from tests.alerting.people import ANN, BOB, EVE, HOUR, B, R, only
from tests.alerting.watching import MODEL, PUMP, START, TEN, TENANT, Watch, at

PUMP_OUT = Wanted(MODEL, "HAM", PUMP[1], "bearing is changed")


def touching(store: AlertStore, plant: str = "HAM") -> tuple[Outage, ...]:
    return store.outages.touching(TENANT, MODEL, plant, START)


def test_alerts_that_stand_go_with_it_and_come_back_as_they_are_by_then(watch: Watch) -> None:
    watch.goes(R)
    watch.store.act(only(watch.store).id, Event.ACKNOWLEDGE, ANN, now=at(1))
    made = watch.store.outages.put(PUMP_OUT, ANN, now=at(1))
    away = only(watch.store)
    assert (away.state, away.away_by, away.away_reason) == (
        State.OUT_OF_SERVICE, "ann", "bearing is changed",
    )  # fmt: skip
    told: list[str] = []
    watch.store.outages.end(
        made.number, ANN, [lambda _c, _o, changes: told.extend(x.after.id for x in changes
                                                               if x.is_told)], now=at(4),
    )  # fmt: skip
    assert only(watch.store).state is State.UNACKNOWLEDGED
    assert told == [away.id]
    assert watch.store.outages.in_force(ANN, MODEL) == ()


def test_what_returned_meanwhile_is_over(watch: Watch) -> None:
    watch.goes(R)
    made = watch.store.outages.put(PUMP_OUT, ANN, now=at(1))
    watch.goes(B)
    watch.store.outages.end(made.number, ANN, now=at(4))
    assert only(watch.store).state is State.NORMAL


def test_an_alert_that_a_person_took_out_alone_stays_out(watch: Watch) -> None:
    watch.goes(R)
    watch.store.act(only(watch.store).id, Event.OUT_OF_SERVICE, ANN, reason="mine", now=at(1))
    made = watch.store.outages.put(PUMP_OUT, ANN, now=at(1))
    watch.store.outages.end(made.number, ANN, now=at(4))
    assert only(watch.store).state is State.OUT_OF_SERVICE


def test_one_threshold_alone(watch: Watch) -> None:
    watch.goes(R)
    other = replace(PUMP_OUT, threshold_id="heat", measure="temperature_c", kind="high")
    made = watch.store.outages.put(other, ANN, now=at(1))
    assert only(watch.store).state is State.UNACKNOWLEDGED
    assert made.is_of(("heat", PUMP[1]), {})
    assert not made.is_of(PUMP, {})
    watch.store.outages.put(replace(other, threshold_id=PUMP[0]), ANN, now=at(1))
    assert only(watch.store).state is State.OUT_OF_SERVICE


LINE = (("plant_id", "HAM"), ("line_name", "Line 1"))
LINE_OUT = Wanted(MODEL, "HAM", "HAM/Line 1", "overhaul", place=LINE)


def test_a_place_holds_all_that_is_in_it_and_nothing_else(watch: Watch) -> None:
    made = watch.store.outages.put(LINE_OUT, ANN, now=at(1))
    line = {"plant_id": "HAM", "line_name": "Line 1"}
    assert made.is_of(("heat", "PMP-01"), {**line, "asset_id": "PMP-01"})
    assert made.is_of(("oee", "HAM/Line 1"), line)
    assert not made.is_of(("oee", "HAM"), {"plant_id": "HAM"})
    assert not made.is_of(("heat", "PMP-09"), {**line, "line_name": "Line 2"})
    assert not made.is_of(("data:load", "PMP-01"), {})
    assert touching(watch.store) == (made,)


def test_what_two_hold_comes_back_with_the_later_one(watch: Watch) -> None:
    watch.goes(R)
    place = tuple(only(watch.store).place)
    wide = replace(PUMP_OUT, asset="/".join(v for _l, v in place[:1]), reason="overhaul",
                   place=place[:1])  # fmt: skip
    first = watch.store.outages.put(PUMP_OUT, ANN, now=at(1))
    second = watch.store.outages.put(wide, ANN, now=at(1))
    assert only(watch.store).away_reason == PUMP_OUT.reason
    watch.store.outages.end(first.number, ANN, now=at(2))
    assert (only(watch.store).state, only(watch.store).away_reason) == (
        State.OUT_OF_SERVICE, "overhaul",
    )  # fmt: skip
    watch.store.outages.end(second.number, ANN, now=at(3))
    assert only(watch.store).state is State.UNACKNOWLEDGED


def test_it_comes_back_by_itself(watch: Watch) -> None:
    watch.goes(R)
    watch.store.outages.put(replace(PUMP_OUT, until=at(1) + HOUR), ANN, now=at(1))
    assert watch.store.outages.end_due(now=at(1) + HOUR / 2) == ()
    (ended,) = watch.store.outages.end_due(now=at(1) + HOUR)
    assert (ended.ended_by, ended.upto) == ("", at(1) + HOUR)
    assert only(watch.store).state is State.UNACKNOWLEDGED
    assert watch.store.outages.end_due(now=at(99)) == ()


def test_people_see_and_touch_those_of_their_plants_and_tenant_alone(watch: Watch) -> None:
    watch.goes(R)
    made = watch.store.outages.put(PUMP_OUT, ANN, now=at(1))
    for user in (BOB, EVE):
        assert watch.store.outages.in_force(user, MODEL) == ()
        with pytest.raises(UserFixable, match="back in service already"):
            watch.store.outages.end(made.number, user, now=at(2))
    # another tenant's does nothing to this one's alerts
    watch.store.outages.put(PUMP_OUT, EVE, now=at(1))
    assert len(touching(watch.store)) == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reason": "  "}, "Say why"),
        ({"until": at(1)}, "yet to come"),
        ({}, "is out of service already"),
        ({"threshold_id": "heat"}, "is out of service already"),
    ],
)
def test_what_cannot_be_done_is_told(watch: Watch, more: dict[str, Any], said: str) -> None:
    watch.goes(R)
    if not set(more) & {"reason", "until"}:
        watch.store.outages.put(PUMP_OUT, ANN, now=at(1))
    with pytest.raises(UserFixable, match=said):
        watch.store.outages.put(replace(PUMP_OUT, **more), ANN, now=at(1))


def test_what_cannot_be_written_down_is_not_done(watch: Watch) -> None:
    def full(_connection: sa.Connection, _outage: Outage, _changes: object) -> None:
        raise Unavailable("the audit is full")

    watch.goes(R)
    with pytest.raises(Unavailable):
        watch.store.outages.put(PUMP_OUT, ANN, [full], now=at(1))
    assert touching(watch.store) == ()
    assert only(watch.store).state is State.UNACKNOWLEDGED


DAY = dt.timedelta(days=1)


def test_the_time_of_the_data() -> None:
    now = dt.datetime(2026, 6, 10, 8)
    # data come as they are measured: what was not watched yet of the last hour is held too
    assert begins(now, now - TEN) == now - TEN
    # data of the day come at night: what was before is not
    assert begins(now, now - 8 * HOUR) == now - HOUR
    # data of another time: from their end on
    assert begins(now, now - 100 * DAY) == in_data(now, now - 100 * DAY) == now - 100 * DAY
    assert begins(now, None) == now


def test_data_of_another_time_end_where_they_were_watched_to(watch: Watch) -> None:
    watch.goes(R, plant="HAM")
    later = at(1) + 100 * DAY
    made = watch.store.outages.put(replace(PUMP_OUT, until=later + HOUR), ANN, now=later)
    assert made.since == at(1)
    watch.goes(plant="HAM")
    (ended,) = watch.store.outages.end_due(now=later + 2 * HOUR)
    assert ended.upto == at(2)
    assert not ended.holds(at(2))
    assert ended.holds(at(1))
