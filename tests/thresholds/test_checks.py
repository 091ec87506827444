"""Each mistake is told at its field, with what to do; what is right passes."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Any

import pytest

from core.thresholds.checks import check
from core.thresholds.finding import Finding
from core.thresholds.grounds import grounds
from core.thresholds.record import Scope, Source, Threshold
from tests.thresholds.plant import HAMBURG, HAMBURG_PUMPS, NOW, PUMPS, demo, threshold

BAND: dict[str, Any] = {"kind": "band", "low": 2.0, "high": 6.0, "measure": "pressure_bar"}
RATE: dict[str, Any] = {"kind": "rate", "window_min": 60, "deadband": 0.0}
DEVIATION: dict[str, Any] = {"kind": "deviation", "high": 3.0, "deadband": 0.5, "baseline_days": 30}
MISSING: dict[str, Any] = {"kind": "missing", "high": 60.0, "deadband": 0.0, "on_delay_min": 0}


def found(
    tested: Threshold, *beside: Threshold, earlier: Threshold | None = None
) -> tuple[Finding, ...]:
    return check(tested, demo(), at=NOW, beside=beside, earlier=earlier)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"scope": HAMBURG_PUMPS},
        {"scope": Scope((("plant_id", "HAM"), ("line_name", "Line 2")))},
        {"scope": Scope((("asset_id", "PMP-01"),))},
        {"unit": "mm/s"},
        {"unit": "[in_i]/s", "high": 0.2, "deadband": 0.01},
        {"kind": "low", "high": None, "low": 0.1, "deadband": 0.05},
        BAND,
        {**BAND, "unit": "kPa", "low": 200.0, "high": 600.0},
        RATE,
        {**RATE, "unit": "mm/s/h"},
        {**RATE, "measure": "temperature_c", "unit": "[degF]/h", "high": 20.0},
        DEVIATION,
        MISSING,
        {**MISSING, "high": 1.0, "unit": "h"},
        {"measure": "oee", "kind": "low", "high": None, "low": 60.0, "unit": "%", "deadband": 5.0},
        {"measure": "temperature_c", "high": -10.0, "deadband": 1.0},
        {"severity": "critical", "action": "Stop it.", "source": Source("ISO 10816-7")},
        {"valid_from": NOW + dt.timedelta(days=3)},
        {"weight": 0.0},
        {"weight": 10.0},
    ],
)
def test_a_right_one_has_no_findings(fields: dict[str, Any]) -> None:
    assert found(threshold(**fields)) == ()


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        # where
        ({"scope": Scope()}, "scope", "It names no place"),
        ({"scope": Scope((("asset_class", "pumps"),))}, "scope.asset_class", "mean 'pump'"),
        ({"scope": Scope((("asset_id", "PMP-99"),))}, "scope.asset_id", "no asset_id 'PMP-99'"),
        ({"scope": Scope((("plant_id", "XXX"),))}, "scope.plant_id", "no plant_id 'XXX'"),
        ({"scope": Scope((("line_name", "Line 9"),))}, "scope.line_name", "'Line 9'"),
        ({"scope": Scope((("line_name", ""),))}, "scope.line_name", "has no value"),
        ({"scope": Scope((("area", "x"),))}, "scope.area", "There is no level 'area'"),
        (
            {"scope": Scope((("asset_class", "oven"), ("line_name", "Line 1")))},
            "scope",
            "no asset with asset_class oven and line_name Line 1",
        ),
        (
            {"scope": Scope((("plant_id", "HAM"), ("asset_class", "pump")))},
            "scope",
            "in this order",
        ),
        # on what
        ({"measure": "vibration"}, "measure", "no measure 'vibration'. Did you mean"),
        ({"measure": "down_min"}, "measure", "'down_min' is no level"),
        ({"measure": "shift_name"}, "measure", "'shift_name' is no level"),
        ({"measure": "operator_name"}, "measure", "is no level"),
        ({**MISSING, "measure": "oee"}, "measure", "only a sensor's readings"),
        ({"kind": "hi"}, "kind", "no kind 'hi'"),
        ({"model": "steel"}, "model", "of another model"),
        # limits
        ({"high": None}, "high", "needs this limit"),
        ({"low": 1.0}, "low", "has no such limit"),
        ({**BAND, "low": 7.0}, "high", "upside down: 7 is not below 6"),
        ({**BAND, "low": 6.0}, "high", "upside down"),
        ({"high": math.nan}, "high", "must be a number"),
        ({"high": math.inf}, "high", "must be a number"),
        ({"high": 1e300}, "high", "too large"),
        ({"deadband": math.nan}, "deadband", "must be a number"),
        ({"deadband": -0.1}, "deadband", "below 0"),
        ({**BAND, "deadband": 2.0}, "deadband", "must be below 2"),
        ({**BAND, "deadband": 50.0}, "deadband", "never return"),
        ({**DEVIATION, "deadband": 3.0}, "deadband", "never return"),
        ({**MISSING, "deadband": 1.0}, "deadband", "has no deadband"),
        ({**DEVIATION, "high": 0.0, "deadband": 0.0}, "high", "above 0"),
        # units
        ({"unit": "furlong"}, "unit", "not a UCUM code"),
        ({"unit": "°C"}, "unit", "Did you mean 'Cel'"),
        ({"unit": "Cel"}, "unit", "°C (temperature) cannot be turned into mm/s (velocity)"),
        ({"unit": "mm"}, "unit", "cannot be turned into mm/s"),
        ({**RATE, "unit": "mm/s"}, "unit", "no unit for the kind Change per hour"),
        ({**DEVIATION, "unit": "mm/s"}, "unit", "plain numbers"),
        ({**MISSING, "unit": "mm/s"}, "unit", "Give the limit in min"),
        # times
        ({"on_delay_min": -1}, "on_delay_min", "below 0"),
        ({"off_delay_min": 20_000}, "off_delay_min", "at most 7 days"),
        ({"window_min": 5}, "window_min", "shorter than one reading. Give 10"),
        ({"realarm_min": 0}, "realarm_min", "shorter than one reading"),
        ({**RATE, "window_min": 0}, "window_min", "needs a window"),
        ({**MISSING, "on_delay_min": 10}, "on_delay_min", "does not use this"),
        ({**MISSING, "high": 5.0}, "high", "shorter than one reading"),
        ({**MISSING, "high": 60.0, "unit": "d"}, "high", "at most 31 days"),
        ({**DEVIATION, "baseline_days": None}, "baseline_days", "needs a baseline"),
        ({**DEVIATION, "baseline_days": 0}, "baseline_days", "from 1 to 366"),
        ({"baseline_days": 30}, "baseline_days", "does not use this"),
        ({"valid_from": NOW.replace(tzinfo=dt.UTC)}, "valid_from", "without a zone"),
        # the rest
        ({"weight": 10.5}, "weight", "from 0 to 10"),
        ({"weight": -1.0}, "weight", "from 0 to 10"),
        ({"weight": math.nan}, "weight", "from 0 to 10"),
        ({"severity": "high"}, "severity", "no 'high' here"),
        ({"statistic": "avg"}, "statistic", "no 'avg' here"),
        ({"action": "x" * 2_001}, "action", "2001 characters"),
        ({"note": "\ud800"}, "note", "cannot be kept"),
        ({"source": Source(note="\0")}, "source.note", "cannot be kept"),
    ],
)
def test_a_mistake_is_an_error_at_its_field(fields: dict[str, Any], field: str, said: str) -> None:
    errors = [one for one in found(threshold(**fields)) if one.severity == "error"]
    assert [one.field for one in errors] == [field], errors
    assert said in errors[0].text


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"on_delay_min": 15}, "on_delay_min", "15 minutes become 20"),
        ({"off_delay_min": 1}, "off_delay_min", "1 minutes become 10"),
        ({"window_min": 25}, "window_min", "25 minutes become 30"),
        ({**MISSING, "high": 45.0}, "high", "45 minutes become 50"),
        ({"deadband": 6.0}, "deadband", "returns only below -0.9"),
        ({**DEVIATION, "high": 1.0, "deadband": 0.0}, "high", "3 is usual"),
        ({**DEVIATION, "baseline_days": 2}, "baseline_days", "every day of the week"),
        ({"severity": "critical", "source": Source("ISO")}, "action", "say what to do"),
        ({"severity": "critical", "action": "Stop."}, "source", "where its number comes from"),
        ({"valid_from": NOW - dt.timedelta(days=30)}, "valid_from", "from 30 days ago"),
        ({"valid_from": NOW + dt.timedelta(days=800)}, "valid_from", "year"),
    ],
)
def test_what_is_odd_is_a_warning(fields: dict[str, Any], field: str, said: str) -> None:
    assert [(one.field, one.severity) for one in found(threshold(**fields))] == [(field, "warning")]
    assert said in found(threshold(**fields))[0].text


# -- beside others ---------------------------------------------------------------------------------


def other(**fields: Any) -> Threshold:
    return threshold(id="other", version=1, status="published", valid_from=NOW, **fields)


def test_two_of_a_kind_for_one_place_overlap() -> None:
    (one,) = found(threshold(id="mine"), other(high=6.0))
    assert (one.field, one.severity) == ("kind", "error")
    assert "other, in force from 2026-07-01 12:00" in one.text
    (one,) = found(threshold(id="mine"), replace(other(), status="draft"))
    assert "There is a draft of this kind" in one.text


@pytest.mark.parametrize(
    "fields",
    [{"id": "mine"}, {"scope": HAMBURG}, {"measure": "pressure_bar"}, {"ends": True}],
)
def test_its_own_versions_and_other_places_do_not(fields: dict[str, Any]) -> None:
    assert found(threshold(id="mine"), replace(other(), **fields)) == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "field", "severity"),
    [
        ({"high": 9.0}, {"kind": "high_high", "high": 8.5}, "high", "error"),
        ({"kind": "high_high", "high": 5.0}, {"high": 5.1}, "high", "error"),
        ({"high": 5.0}, {"kind": "low", "low": 5.5, "high": None}, "high", "error"),
        (
            {"kind": "low_low", "low": 1.0, "high": None},
            {"kind": "low", "low": 0.5, "high": None},
            "low",
            "error",
        ),
        (
            {"kind": "high_high", "high": 5.0},
            {**BAND, "measure": "vibration_mm_s"},
            "high",
            "error",
        ),
        (
            {**BAND, "measure": "vibration_mm_s", "low": 0.5},
            {"kind": "low_low", "low": 0.7, "high": None},
            "low",
            "error",
        ),
        ({"high": 8.5}, {"kind": "high_high", "high": 8.5}, "high", "warning"),
        (
            {"high": 0.4, "unit": "[in_i]/s", "deadband": 0.0},
            {"kind": "high_high"},
            "high",
            "error",
        ),
    ],
)
def test_limits_are_in_order_across_kinds(
    mine: dict[str, Any], theirs: dict[str, Any], field: str, severity: str
) -> None:
    tested = threshold(id="mine", **mine)
    assert [(one.field, one.severity) for one in found(tested, other(**theirs))] == [
        (field, severity)
    ]


def test_limits_in_order_pass() -> None:
    assert found(threshold(id="mine"), other(kind="high_high", high=8.5)) == ()
    assert found(threshold(id="mine"), other(**RATE)) == ()
    feet = {"kind": "high_high", "high": 0.3, "unit": "[in_i]/s"}
    assert found(threshold(id="mine"), other(**feet)) == ()


# -- over time -------------------------------------------------------------------------------------


def test_published_history_is_never_changed() -> None:
    first = threshold(id="mine", version=1, status="published", valid_from=NOW)
    for moment in (NOW - dt.timedelta(minutes=1), NOW):
        (one,) = found(threshold(id="mine", version=2, valid_from=moment), earlier=first)
        assert (one.field, one.severity) == ("valid_from", "error")
        assert "Version 1 is published from 2026-07-01 12:00" in one.text
    later = threshold(id="mine", version=2, valid_from=NOW + dt.timedelta(seconds=1))
    assert found(later, earlier=first) == ()


def test_what_has_not_begun_is_replaced_from_its_beginning() -> None:
    ahead = NOW + dt.timedelta(days=7)
    first = threshold(id="mine", version=1, status="published", valid_from=ahead)
    assert found(threshold(id="mine", version=2, valid_from=ahead), earlier=first) == ()
    assert found(threshold(id="mine", version=2), earlier=first)[0].field == "valid_from"


def test_a_published_one_keeps_its_place() -> None:
    first = threshold(id="mine", version=1, status="published", valid_from=NOW)
    moved = threshold(id="mine", version=2, scope=HAMBURG, valid_from=NOW + dt.timedelta(hours=1))
    assert [one.field for one in found(moved, earlier=first)] == ["scope"]


def test_what_takes_it_out_of_force_needs_no_place_that_exists() -> None:
    lost = Scope((("asset_id", "PMP-99"),))
    gone = threshold(id="mine", version=2, scope=lost, ends=True)
    before = threshold(
        id="mine", scope=lost, version=1, status="published", valid_from=NOW - dt.timedelta(hours=1)
    )
    assert found(gone, earlier=before) == ()
    assert found(gone)[0].text == "It was never in force. Discard the draft."
    (one,) = found(gone, earlier=replace(before, status="retired", ends=True))
    assert (one.field, one.severity) == ("ends", "error")


def test_without_known_assets_the_place_is_not_judged() -> None:
    empty = grounds(demo().model, [])
    (one,) = check(threshold(scope=PUMPS), empty, at=NOW)
    assert one.severity == "warning"
