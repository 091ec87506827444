"""The load of Gemba's alerts and of the plant's own alarms."""

from __future__ import annotations

import datetime as dt

import pytest

from core.alerting.health import Health
from core.services import Services
from tests.alert_desk.scene import RAISED, Scene, new


def of(found: tuple[Health, ...], plant: str) -> Health:
    return next(one for one in found if one.position == plant)


def test_of_gembas_alerts_by_plant(scene: Scene) -> None:
    scene.rises(new("PMP-03"), new("PMP-05", severity="critical"), new("PMP-09"))
    found = scene.desk.health(scene.user("engineer"), 30)
    assert [one.position for one in found] == ["AUS", "HAM"]
    ham = of(found, "HAM")
    assert (ham.n, ham.is_long_enough) == (1, True)
    assert ham.actors[0].source == "PMP-03, Vibration high"
    per_day = ham.of("per_day")
    assert per_day is not None
    assert per_day.value == pytest.approx(1 / 30)
    stale = ham.of("stale")
    assert stale is not None
    assert stale.value == 1
    high = of(found, "AUS").of("share_high")
    assert high is not None
    assert (high.value, high.verdict) == (1.0, "over target")


def test_of_the_plants_own_alarms_against_sql(scene: Scene, services: Services) -> None:
    found, is_cut = scene.desk.plant_health(scene.user("engineer"), 30)
    assert not is_cut
    assert [one.position for one in found] == ["HAM", "AUS"]
    for one in found:
        # 30 days up to the end of the plant's newest interval, midnight after 30 June
        rows = services.fetch(
            "SELECT COUNT(*) AS n FROM alarm_events WHERE raised_ts >= '2026-06-01 00:00:00' AND "
            f"raised_ts < '2026-07-01 00:00:00' AND plant_id = '{one.position}'"
        ).to_pylist()
        assert one.n == rows[0]["n"] > 500
        worst = services.fetch(
            "SELECT asset_id, tag, message, COUNT(*) AS n FROM alarm_events WHERE "
            f"raised_ts >= '2026-06-01 00:00:00' AND plant_id = '{one.position}' "
            "GROUP BY asset_id, tag, message ORDER BY n DESC, asset_id, tag, message LIMIT 1"
        ).to_pylist()[0]
        assert one.actors[0].source == f"{worst['asset_id']}, {worst['tag']}, {worst['message']}"
        assert one.actors[0].n == worst["n"]
        shares = [one.of(name) for name in ("share_high", "share_medium", "share_low")]
        assert sum(s.value or 0 for s in shares if s) == pytest.approx(1)


def test_more_rows_than_an_answer_holds_are_read_in_parts(
    scene: Scene, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _cut = scene.desk.plant_health(scene.user("viewer"), 30)
    monkeypatch.setattr(services._queries, "_row_cap", 200)
    parts, is_cut = scene.desk.plant_health(scene.user("viewer"), 30)
    assert not is_cut
    assert parts == whole
    monkeypatch.setattr(services._queries, "_row_cap", 20)
    assert scene.desk.plant_health(scene.user("viewer"), 30)[1]


def test_a_shorter_time_is_said_to_be_short(scene: Scene) -> None:
    (one,) = scene.desk.health(scene.user("viewer"), 7)
    assert (one.days, one.is_long_enough, one.n) == (7, False, 0)
    assert scene.desk.health(scene.user("viewer"), 30)[0].days == pytest.approx(
        dt.timedelta(days=30) / dt.timedelta(days=1)
    )
    assert dt.datetime(2026, 7, 1) > RAISED
