"""Taking out of service under a person's rights, with an audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from core.alert_desk import OutageDesk
from core.alerting.lifecycle import State
from core.errors import Refused, UserFixable
from core.services import Services
from core.types import User
from core.watch.starting import publish_starter
from tests.alert_desk.scene import Scene, new


@pytest.fixture
def desk(scene: Scene, services: Services) -> OutageDesk:
    alerts = scene.desk
    return OutageDesk(
        scene.store, scene.thresholds, alerts.parts, alerts.record, alerts.may_act, alerts.outbox
    )


@pytest.fixture
def me(scene: Scene) -> User:
    return scene.user("engineer")


def test_assets_are_those_of_ones_plants(desk: OutageDesk, me: User, scene: Scene) -> None:
    assert {one.plant for one in desk.spots(me)} == {"HAM", "AUS"}
    assert {one.plant for one in desk.spots(scene.user("viewer"))} == {"HPH"}
    spots = {one.name: one for one in desk.spots(me)}
    assert spots["PMP-03"].per == ""
    assert dict(spots["HAM/Line 3"].at) == {"plant_id": "HAM", "line_name": "Line 3"}
    assert spots["HAM"].assets == sum(
        one.assets for one in spots.values() if one.per == "line_name" and one.plant == "HAM"
    )


def test_a_line_with_all_that_is_in_it(desk: OutageDesk, me: User, scene: Scene) -> None:
    pump, other = scene.rises(new("PMP-03"), new("PMP-05"))
    made = desk.put("HAM/Line 3", me, "the line is overhauled")
    assert made.place == (("plant_id", "HAM"), ("line_name", "Line 3"))
    states = {one.asset: one.state for one in scene.store.open_of("default", "plant")}
    assert states == {"PMP-03": State.OUT_OF_SERVICE, "PMP-05": State.UNACKNOWLEDGED}
    assert desk.subject(made, me) == ""
    (shown,) = desk.in_force(me)
    assert shown == made
    desk.end(made.number, me)
    after = scene.desk.alert(pump.id, me)
    assert after is not None
    assert after.state is State.UNACKNOWLEDGED
    assert scene.audit[-1][1]["asset"] == "HAM/Line 3"
    assert other.state is State.UNACKNOWLEDGED


def test_out_and_back_with_an_audit_and_messages(desk: OutageDesk, me: User, scene: Scene) -> None:
    (alert,) = scene.rises(new("PMP-03"))
    made = desk.put("PMP-03", me, " bearing is changed ")
    assert (made.plant, made.reason) == ("HAM", "bearing is changed")
    after = scene.desk.alert(alert.id, me)
    assert after is not None
    assert after.state is State.OUT_OF_SERVICE
    (shown,) = desk.in_force(me)
    assert shown == made
    desk.end(made.number, me)
    assert [(event, body["act"], body["asset"]) for event, body in scene.audit] == [
        ("outage", "out_of_service", "PMP-03"), ("outage", "into_service", "PMP-03"),
    ]  # fmt: skip
    assert scene.told[-1] == alert.id
    assert desk.in_force(me) == ()


def test_one_threshold_of_an_asset(
    desk: OutageDesk, me: User, scene: Scene, services: Services
) -> None:
    parts = services.parts()
    publish_starter(
        scene.thresholds, parts.model, parts.engine.fetch, scene.user("admin"),
        dt.datetime(2026, 1, 1),
    )  # fmt: skip
    here = desk.thresholds_at("PMP-03", me)
    assert {"vibration_mm_s"} <= {one.measure for one in here}
    one = next(t for t in here if t.measure == "vibration_mm_s" and t.kind == "high")
    made = desk.put("PMP-03", me, "sensor is calibrated", threshold_id=one.id)
    assert desk.subject(made, me).startswith("Vibration")
    with pytest.raises(UserFixable, match="does not count"):
        desk.put("PMP-05", me, "r", threshold_id="gone")


def test_who_only_looks_sees_and_does_nothing(desk: OutageDesk, scene: Scene) -> None:
    viewer = scene.user("viewer")
    made = desk.put("PMP-09", scene.user("admin"), "r")
    assert desk.in_force(viewer) == (made,)
    act: Callable[[], object]
    for act in (lambda: desk.put("PMP-09", viewer, "r"), lambda: desk.end(made.number, viewer)):
        with pytest.raises(Refused):
            act()


@pytest.mark.parametrize(
    ("asset", "reason", "days", "said"),
    [
        ("PMP-09", "r", 1, "no such asset in your plants"),
        ("'; drop table", "r", 1, "no such asset"),
        ("PMP-03", "", 1, "Say why"),
        ("PMP-03", "r", -1, "yet to come"),
        ("PMP-03", "r", 400, "within a year"),
    ],
)
def test_what_cannot_be_done_is_told(
    desk: OutageDesk, me: User, asset: str, reason: str, days: int, said: str
) -> None:
    until = dt.datetime.now(dt.UTC).replace(tzinfo=None) + dt.timedelta(days=days)
    with pytest.raises(UserFixable, match=said):
        desk.put(asset, me, reason, until=until)
    assert desk.in_force(me) == ()
