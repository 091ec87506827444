"""Thresholds of the demo plant, for tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from core.semantic.load import load_model
from core.thresholds.grounds import Grounds, grounds
from core.thresholds.record import Scope, Threshold
from core.types import User
from data.demo.catalogue import ASSETS

ROOT = Path(__file__).resolve().parents[2]
NOW = dt.datetime(2026, 7, 1, 12, 0)
ANN, BOB = User("ann", "engineer", ("HAM",)), User("bob", "engineer", ("HAM",))
EVE = User("eve", "engineer", ("HAM",), tenant="other")

PUMPS = Scope((("asset_class", "pump"),))
HAMBURG = Scope((("plant_id", "HAM"),))
HAMBURG_PUMPS = Scope((("asset_class", "pump"), ("plant_id", "HAM")))


@cache
def demo() -> Grounds:
    """The demo plant's measures and its 72 assets."""
    model = load_model(ROOT / "data" / "models" / "plant.yaml")
    return grounds(
        model,
        [
            {
                "asset_class": asset.asset_class,
                "plant_id": asset.plant.plant_id,
                "line_name": asset.line,
                "asset_id": asset.asset_id,
            }
            for asset in ASSETS
        ],
    )


def threshold(**fields: Any) -> Threshold:
    """A right one, vibration of all pumps, with these fields changed."""
    right = Threshold(
        "", 0, "plant", PUMPS, "vibration_mm_s", "high", high=5.1, deadband=0.2, on_delay_min=10
    )
    return replace(right, **fields)
