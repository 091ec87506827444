"""Two versions are told apart in words, field by field."""

import datetime as dt
from dataclasses import fields, replace
from typing import Any

import pytest

from core.thresholds.difference import differences
from core.thresholds.record import CONTENTS, FIELDS, KINDS, Scope, Source, Threshold
from tests.thresholds.plant import threshold


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"high": 4.5}, "High limit: 5.1 mm/s → 4.5 mm/s"),
        ({"low": 1.0}, "Low limit: none → 1 mm/s"),
        ({"deadband": 0.0}, "Deadband: 0.2 mm/s → 0 mm/s"),
        ({"on_delay_min": 20}, "On-delay: 10 min → 20 min"),
        ({"realarm_min": 480}, "Alerts again after: none → 480 min"),
        ({"severity": "critical"}, "Severity: Warning → Critical"),
        ({"statistic": "p95"}, "Statistic: Mean → 95th percentile"),
        ({"scope": Scope((("plant_id", "HAM"),))}, "Where: asset_class pump → plant_id HAM"),
        ({"latch": True}, "Stays until reset: no → yes"),
        ({"weight": 2.5}, "Weight in the risk score: 1 → 2.5"),
        ({"source": Source("ISO 10816-7", part="7")}, "Source: none → ISO 10816-7, 7"),
        ({"action": "Grease it."}, "What to do: none → Grease it."),
        ({"valid_from": dt.datetime(2026, 7, 1)}, "Valid from: none → 2026-07-01 00:00 UTC"),
        ({"kind": "high_high"}, "Kind: High → High high"),
        ({"ends": True}, "Taken out of force: no → yes"),
    ],
)
def test_a_difference_is_one_line(changed: dict[str, Any], text: str) -> None:
    assert [one.text for one in differences(threshold(), threshold(**changed), "mm/s")] == [text]


def test_the_same_number_in_another_unit_is_another_limit() -> None:
    found = differences(threshold(), threshold(unit="m/s"), "mm/s")
    assert [one.field for one in found] == ["high", "unit", "deadband"]
    assert found[0].text == "High limit: 5.1 mm/s → 5.1 m/s"


def test_what_did_not_change_is_not_told() -> None:
    later = replace(threshold(), version=2, author="bob", status="published")
    assert differences(threshold(), later) == ()


def test_every_field_of_the_contents_has_words() -> None:
    assert set(FIELDS) == set(CONTENTS) - {"model"} | {"valid_from"}
    assert set(CONTENTS) <= {field.name for field in fields(Threshold)}
    assert all(rule.sides and set(rule.order) <= set(rule.sides) for rule in KINDS.values())
