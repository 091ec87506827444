"""Alerts in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.alert_desk.words import limited
from core.alerting.alert import Alert
from tests.alert_desk.scene import new
from tests.thresholds.plant import demo


@pytest.mark.parametrize(
    ("value", "limit", "text"),
    [
        (5.2, 5.1, "5.2 mm/s, limit 5.1 mm/s"),
        (5.10004, 5.1, "5.10004 mm/s, limit 5.1 mm/s"),
        (5.1, 5.1, "5.1 mm/s, limit 5.1 mm/s"),
        (5.1 + 1e-12, 5.1, "5.1 mm/s, limit 5.1 mm/s"),
        (None, 5.1, "limit 5.1 mm/s"),
        (5.2, None, "5.2 mm/s"),
    ],
)
def test_a_value_is_told_from_its_limit(
    value: float | None, limit: float | None, text: str
) -> None:
    alert: Alert = replace(new(), measure="vibration_mm_s", unit="mm/s", value=value, limit=limit)
    assert limited(alert, demo().model).replace("\xa0", " ") == text


def test_a_share_too() -> None:
    alert = replace(new(), measure="oee", kind="low", unit="1", value=0.61996, limit=0.62)
    assert limited(alert, demo().model).replace("\xa0", " ") == "61.996 %, limit 62 %"
