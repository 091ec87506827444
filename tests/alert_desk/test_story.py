"""What led to an alert: curve, limits of their time, what else happened, question."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core.alert_desk.curve import LimitSpan
from core.services import Services
from core.thresholds.acts import ref
from core.thresholds.grounds import grounds
from core.thresholds.record import Scope, Threshold
from tests.alert_desk.scene import RAISED, Scene, new

HOUR = dt.timedelta(hours=1)


def test_a_story_is_in_time_order_with_what_happened_to_the_asset(scene: Scene) -> None:
    (alert,) = scene.rises(new())
    me = scene.user("engineer")
    scene.desk.acknowledge(alert, me, "bearing is ordered")
    story = scene.desk.story(alert.id, me)
    assert story is not None
    times = [moment.at for moment in story.moments]
    assert times == sorted(times)
    own = [m.entry.event.value for m in story.moments if m.entry is not None]
    assert own == ["raise", "acknowledge"]
    tables = {m.table for m in story.moments if m.entry is None}
    assert tables == {"alarm_events", "work_orders"}
    orders = [m for m in story.moments if m.table == "work_orders"]
    assert all(m.what == "Work order" for m in orders)
    assert any("corrective" in m.text for m in orders)
    assert story.zone == "Europe/Berlin"
    # raised at 4:00 UTC
    assert story.moments[[m.entry is not None for m in story.moments].index(True)].at.hour == 6
    assert story.lacks == ()


def test_the_curve_is_the_assets_own_around_the_alert(scene: Scene, services: Services) -> None:
    (alert,) = scene.rises(new())
    scene.returns(alert, RAISED + 10 * HOUR)
    story = scene.desk.story(alert.id, scene.user("engineer"))
    assert story is not None
    assert story.curve is not None
    assert (story.curve.start, story.curve.end) == (
        dt.datetime(2026, 6, 22, 18), dt.datetime(2026, 6, 23, 23)
    )  # fmt: skip
    rows = services.fetch(
        "SELECT COUNT(*) AS n FROM plant_obt WHERE asset_id = 'PMP-03' AND plant_id = 'HAM' AND "
        "event_ts >= '2026-06-22 18:00:00' AND event_ts < '2026-06-23 23:00:00' AND "
        "vibration_mm_s IS NOT NULL AND signal_quality = 'GOOD'"
    ).to_pylist()
    values = story.curve.result.table.columns[-1]
    assert len(values) - values.null_count == rows[0]["n"] > 100
    # the model's own limit line, since no threshold was published
    assert story.curve.limits == (LimitSpan(story.curve.start, story.curve.end, 5.1, "warning", 0),)
    assert story.threshold is not None
    assert "ISO 10816-7" in story.threshold.source.text


def test_each_limit_is_drawn_while_it_was_valid(scene: Scene, services: Services) -> None:
    place = dict(new().place)
    known = grounds(services.model("plant"), [place])
    admin, at = scene.user("admin"), RAISED - 9 * HOUR
    first = Threshold(
        "", 0, "plant", Scope((("asset_id", "PMP-03"),)), "vibration_mm_s", "high", high=0.0051,
        unit="m/s", valid_from=dt.datetime(2026, 1, 1),
    )  # fmt: skip
    store = scene.thresholds
    (made,) = store.save([first], admin, at)
    assert made.after is not None
    (live,) = store.publish([ref(made.after)], known, admin, at=at)
    assert live.after is not None
    second = replace(live.after, high=8.5, unit="mm/s", severity="critical", valid_from=RAISED)
    (draft,) = store.save([second], admin, at)
    assert draft.after is not None
    store.publish([ref(draft.after)], known, admin, at=at)
    (alert,) = scene.rises(new(threshold_id=made.after.id, threshold_version=1))
    story = scene.desk.story(alert.id, scene.user("engineer"))
    assert story is not None
    assert story.curve is not None
    local = RAISED + 2 * HOUR
    assert [(s.end, s.value, s.severity, s.version) for s in story.curve.limits][:1] == [
        (local, 5.1, "warning", 1)
    ]
    assert [(s.start, s.value, s.severity, s.version) for s in story.curve.limits][1:] == [
        (local, 8.5, "critical", 2)
    ]
    assert story.threshold is not None
    assert story.threshold.version == 1
    assert story.in_force is not None
    assert story.in_force.version == 2


def test_the_question_can_be_asked(scene: Scene, services: Services) -> None:
    (alert,) = scene.rises(new())
    scene.returns(alert, RAISED + 10 * HOUR)
    story = scene.desk.story(alert.id, scene.user("engineer"))
    assert story is not None
    assert story.question == "vibration of PMP-03 from 22 June 2026 to 23 June 2026 by hour"
    answer = services.answer(story.question, scene.user("engineer"))
    assert answer.status == "answered"
    assert answer.plan is not None
    assert [f.values for f in answer.plan.filters] == [("PMP-03",)]
    assert answer.result is not None
    assert answer.result.row_count == 48


def test_what_the_role_may_not_see_is_not_in_the_story(scene: Scene, services: Services) -> None:
    (alert,) = scene.rises(new("PMP-09"))
    me = scene.user("viewer")
    story = scene.desk.story(alert.id, me)
    assert story is not None
    assert story.curve is not None
    assert story.curve.result.row_count > 0
    # the same alert id for a person of this plant alone
    assert scene.desk.story(alert.id, scene.user("engineer")) is None


def test_one_that_stands_for_others_has_no_curve_and_no_question(scene: Scene) -> None:
    flood = new(
        threshold_id="group:flood", kind="flood", measure="", value=12.0, limit=None, unit=""
    )
    (alert,) = scene.rises(replace(flood, asset="HAM"))
    story = scene.desk.story(alert.id, scene.user("engineer"))
    assert story is not None
    assert (story.curve, story.question, story.threshold) == (None, "", None)
    assert [m.entry.event.value for m in story.moments if m.entry] == ["raise"]
