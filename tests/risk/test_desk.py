"""Scores over the demo plant: against SQL written by hand, by scope, by weights and limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from core.alerting.alert import Alert
from core.alerting.reading import Activation
from core.alerting.store import AlertStore
from core.assistant.parts import ModelParts
from core.errors import Refused, UserFixable
from core.risk.assessment import PART_AT, index_of
from core.risk.desk import Assessment, RiskDesk
from core.risk.open import open_risk
from core.risk.weights import Weights
from core.risk.words import reason
from core.services import Services
from core.thresholds.acts import ref
from core.thresholds.grounds import grounds
from core.thresholds.record import Scope, Threshold
from core.thresholds.store import ThresholdStore
from core.types import User

#: Two weeks before and some days before the bearing of PMP-03 fails.
EARLY, LATE = dt.datetime(2026, 5, 28), dt.datetime(2026, 6, 24)
PUMP = ("HAM", "PMP-03")
HAM_CNC = ("HAM", "CNC-01")

Make = Callable[..., RiskDesk]


@pytest.fixture
def admin(services: Services) -> User:
    return services.policy.user("admin")


@pytest.fixture
def audit() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def make(services: Services, tmp_path: Path, audit: list[dict[str, Any]]) -> Make:
    def made(
        limits: Sequence[Threshold] = (),
        alerts: Sequence[Activation] | None = None,
        model: Callable[[ModelParts], ModelParts] = lambda parts: parts,
    ) -> RiskDesk:
        return RiskDesk(
            tmp_path,
            lambda user, name: model(services._parts_for(user, name)),
            services._queries,
            services.policy,
            lambda event, **body: audit.append({"event": event, **body}),
            in_force=lambda _user, _model: limits,
            alerts=lambda _user, _model, _days: alerts,
        )

    return made


def limit(measure: str, at: tuple[tuple[str, str], ...], **fields: Any) -> Threshold:
    return Threshold("t1", 1, "plant", Scope(at), measure, fields.pop("kind", "high"), **fields)


def value(found: Assessment, key: tuple[str, str], part: str) -> float:
    return float(found.parts.values[index_of(found.parts)[key], PART_AT[part]])


def score(found: Assessment, key: tuple[str, str]) -> int:
    return int(found.scores.score[index_of(found.parts)[key]])


@pytest.mark.soundness
def test_what_is_read_is_what_sql_written_by_hand_reads(
    make: Make, admin: User, demo_plant: Path
) -> None:
    found = make().assess(admin, now=LATE)
    at = index_of(found.parts)[PUMP]
    inputs = found.parts.inputs
    vibration = inputs.measures.index("vibration_mm_s")
    with duckdb.connect(str(demo_plant), read_only=True) as store:
        level, spread = store.execute(
            "SELECT AVG(vibration_mm_s), STDDEV_POP(vibration_mm_s) FROM plant_obt WHERE "
            "asset_id = 'PMP-03' AND signal_quality = 'GOOD' AND event_ts >= '2026-06-23' AND "
            "event_ts < '2026-06-24'"
        ).fetchall()[0]
        usual, slope = store.execute(
            "SELECT AVG(vibration_mm_s), REGR_SLOPE(vibration_mm_s, EPOCH(event_ts) / 86400) FROM "
            "plant_obt WHERE asset_id = 'PMP-03' AND signal_quality = 'GOOD' AND event_ts >= "
            "'2026-05-27' AND event_ts < '2026-06-24'"
        ).fetchall()[0]
        alarms = store.execute(
            "SELECT COUNT(*) FROM alarm_events WHERE asset_id = 'PMP-03' AND raised_ts >= "
            "'2026-05-25' AND raised_ts < '2026-06-24'"
        ).fetchall()[0][0]
        failures = store.execute(
            "SELECT COUNT(*) FROM work_orders WHERE asset_id = 'PMP-03' AND order_type = "
            "'corrective' AND opened_ts >= '2026-03-26' AND opened_ts < '2026-06-24'"
        ).fetchall()[0][0]
    curves = inputs.curves
    read = [one[at, vibration] for one in (curves.level, curves.spread, curves.usual)]
    assert read == pytest.approx([level, spread, usual])
    assert curves.slope[at, vibration] == pytest.approx(slope, rel=1e-6)
    assert inputs.alarms is not None
    assert inputs.orders is not None
    assert inputs.alarms[at] == alarms
    assert inputs.orders[at, 2] == failures
    # the model's own limit of pumps; 24 assets of a plant share 300 a day
    near = max((level - usual) / (5.1 - usual), 1 - (5.1 - level) / (3 * spread))
    assert value(found, PUMP, "threshold") == pytest.approx(1.0 if level >= 5.1 else near)
    assert value(found, PUMP, "alarms") == pytest.approx(alarms / 30 / (300 / 24))
    assert value(found, PUMP, "criticality") == 0.5


def test_a_bearing_that_wears_out_is_found_before_its_limit(make: Make, admin: User) -> None:
    desk = make()
    early, late = desk.assess(admin, now=EARLY), desk.assess(admin, now=LATE)
    assert early.parts.inputs.keys[int(early.scores.order[0])] == PUMP
    assert late.parts.inputs.keys[int(late.scores.order[0])] == PUMP
    assert score(early, PUMP) > 30
    assert score(late, PUMP) > 60
    model = make()._parts(admin, None).model
    assert model.risk is not None
    why = reason(early.parts, index_of(early.parts)[PUMP], "trend", model, model.risk)
    assert why.startswith("Vibration moves by 0.054")
    assert why.endswith("which it would reach in 33 days")


def test_scores_are_bounded_add_up_and_are_the_same_twice(make: Make, admin: User) -> None:
    desk = make()
    one, other = desk.assess(admin), desk.assess(admin)
    scores = one.scores
    assert len(scores.order) == 72
    assert (scores.shown.sum(axis=1) == scores.score).all()
    assert ((scores.score >= 0) & (scores.score <= 100)).all()
    assert (np.abs(scores.points.sum(axis=1) - scores.score) <= 0.5 + 1e-6).all()
    assert scores.order.tolist() == other.scores.order.tolist()
    assert scores.shown.tolist() == other.scores.shown.tolist()
    ranked = [int(scores.score[at]) for at in scores.order]
    assert ranked == sorted(ranked, reverse=True)


def test_a_person_sees_the_assets_of_their_plants_with_the_same_scores(
    make: Make, services: Services, admin: User
) -> None:
    desk, every = make(), make().assess(admin)
    for name, plants in (("viewer", {"HPH"}), ("engineer", {"HAM", "AUS"})):
        found = desk.assess(services.policy.user(name))
        assert {plant for plant, _asset in found.parts.inputs.keys} == plants
        for key in found.parts.inputs.keys:
            assert score(found, key) == score(every, key)
        assert all("plant_id IN" in sql for sql in found.statements)
        outside = {"HAM", "AUS", "HPH"} - plants
        assert not any(f"'{plant}'" in sql for sql in found.statements for plant in outside)


def test_limits_in_force_count_by_their_weight_and_unit(make: Make, admin: User) -> None:
    at = (("asset_id", "CNC-01"),)
    none = make().assess(admin)
    assert np.isnan(value(none, HAM_CNC, "threshold"))
    low = make([limit("motor_current_a", at, high=0.5)]).assess(admin)
    assert value(low, HAM_CNC, "threshold") == 1.0
    assert score(low, HAM_CNC) == score(none, HAM_CNC) + 35
    same = make([limit("motor_current_a", at, high=500, unit="mA")]).assess(admin)
    assert same.scores.shown.tolist() == low.scores.shown.tolist()
    weightless = make([limit("motor_current_a", at, high=0.5, weight=0.0)]).assess(admin)
    assert np.isnan(value(weightless, HAM_CNC, "threshold"))
    high = limit("temperature_c", at, high=500, weight=9.0)
    both = make([replace(high, id="t2"), limit("motor_current_a", at, high=0.5)]).assess(admin)
    assert value(both, HAM_CNC, "threshold") == pytest.approx(1 / 9)
    missing = make([limit("motor_current_a", at, high=60, kind="missing")]).assess(admin)
    assert np.isnan(value(missing, HAM_CNC, "threshold"))


def test_a_part_that_nothing_can_have_leaves_its_weight(make: Make, admin: User) -> None:
    def without_orders(parts: ModelParts) -> ModelParts:
        assert parts.model.risk is not None
        risk = replace(parts.model.risk, orders=None, criticality=None)
        return replace(parts, model=replace(parts.model, risk=risk))

    found = make(model=without_orders).assess(admin, now=LATE)
    assert set(found.parts.inputs.why) == {"maintenance", "criticality"}
    at = index_of(found.parts)[PUMP]
    kept = [PART_AT[p] for p in ("threshold", "trend", "alarms")]
    weights = np.array([35, 20, 15])
    expected = 100 * (found.parts.values[at, kept] * weights).sum() / weights.sum()
    assert found.scores.points[at].sum() == pytest.approx(expected)
    assert score(found, PUMP) > 75


def test_other_weights_are_tried_before_they_count(
    make: Make, services: Services, admin: User, audit: list[dict[str, Any]]
) -> None:
    desk = make()
    before = desk.assess(admin)
    alone = Weights(0, 0, 0, 100, 0)
    moved = desk.ranking("HAM", alone, admin)
    assert len(moved) == 24
    assert [one.place_after for one in moved] == list(range(1, 25))
    assert sorted(one.place_before for one in moved) == list(range(1, 25))
    assert moved[0].score_after == max(one.score_after for one in moved)
    assert {one.asset: one.score_before for one in moved} == {
        asset: score(before, (plant, asset))
        for plant, asset in before.parts.inputs.keys
        if plant == "HAM"
    }
    assert desk.assess(admin).scores.score.tolist() == before.scores.score.tolist()

    kept = desk.save("HAM", alone, admin, seen=0, note="maintenance first")
    after = desk.assess(admin)
    assert {one.asset: one.score_after for one in moved} == {
        asset: score(after, (plant, asset))
        for plant, asset in after.parts.inputs.keys
        if plant == "HAM"
    }
    for key in after.parts.inputs.keys:
        if key[0] != "HAM":
            assert score(after, key) == score(before, key)
    assert (kept.version, kept.by, kept.weights) == (1, "admin", alone)
    assert audit[-1]["event"] == "risk_weights"
    assert audit[-1]["before"] is None
    assert audit[-1]["after"] == alone.as_dict()

    with pytest.raises(UserFixable, match="Somebody else"):
        desk.save("HAM", Weights(1, 1, 1, 1, 1), admin, seen=0, note="even")
    desk.save("HAM", None, admin, seen=1, note="back")
    assert desk.assess(admin).scores.score.tolist() == before.scores.score.tolist()
    assert [one.version for one in desk.history("HAM", admin)] == [2, 1]
    assert desk.weights(admin)["AUS"].version == 0
    other = replace(admin, tenant="other")
    assert desk.weights(other)["HAM"].version == 0


@pytest.mark.parametrize(
    "weights",
    [
        Weights(0, 0, 0, 0, 0),
        Weights(-1, 1, 1, 1, 1),
        Weights(101, 1, 1, 1, 1),
        Weights(float("nan"), 1, 1, 1, 1),
        Weights(float("inf"), 1, 1, 1, 1),
    ],
)
def test_weights_that_are_none_are_refused(make: Make, admin: User, weights: Weights) -> None:
    desk = make()
    with pytest.raises(UserFixable):
        desk.save("HAM", weights, admin, seen=0, note="why")
    with pytest.raises(UserFixable):
        desk.ranking("HAM", weights, admin)
    assert desk.weights(admin)["HAM"].version == 0


def test_who_may_not_change_weights_is_refused(make: Make, services: Services) -> None:
    desk, even = make(), Weights(1, 1, 1, 1, 1)
    with pytest.raises(Refused):
        desk.save("HAM", even, services.policy.user("engineer"), seen=0, note="why")
    with pytest.raises(Refused):
        desk.ranking("HPH", even, services.policy.user("engineer"))
    with pytest.raises(Refused):
        desk.history("HPH", services.policy.user("engineer"))


def test_thresholds_in_force_reach_the_score(
    services: Services, admin: User, tmp_path: Path
) -> None:
    store, alerts = ThresholdStore(tmp_path), AlertStore(tmp_path)
    desk = open_risk(
        tmp_path, services._parts_for, services._queries, services.policy, print,
        lambda: store, lambda: alerts,
    )  # fmt: skip
    assert np.isnan(value(desk.assess(admin), HAM_CNC, "threshold"))
    place = {"asset_class": "cnc", "plant_id": "HAM", "line_name": "1", "asset_id": "CNC-01"}
    draft = limit("motor_current_a", (("asset_id", "CNC-01"),), high=0.5)
    kept = store.save([replace(draft, version=0)], admin)[0].after
    assert kept is not None
    store.publish([ref(kept)], grounds(services.parts().model, [place]), admin)
    found = desk.assess(admin)
    assert value(found, HAM_CNC, "threshold") == 1.0
    assert found.parts.inputs.alerts is None
    other = desk.assess(replace(admin, tenant="other"))
    assert np.isnan(value(other, HAM_CNC, "threshold"))


def test_alerts_of_ones_own_count_beside_the_alarms(make: Make, admin: User) -> None:
    none = make().assess(admin)
    assert none.parts.inputs.alerts is None
    moment = dt.datetime(2026, 6, 20)
    alert = Alert(
        "a1", admin.tenant, "plant", "t1", 1, "CNC-01", "HAM", (), "motor_current_a", "high",
        "warning", 1.0, 0.5, "A", moment, moment,
    )  # fmt: skip
    found = make(alerts=[Activation(alert, moment, None)] * 75).assess(admin)
    more = value(found, HAM_CNC, "alarms") - value(none, HAM_CNC, "alarms")
    assert more == pytest.approx(75 / 30 / 12.5)
    assert value(found, PUMP, "alarms") == value(none, PUMP, "alarms")
