"""Alerts of the demo plant that are written to a store as the watch does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.alert_desk import AlertDesk
from core.alerting.alert import Alert, Pair, raised
from core.alerting.lifecycle import Event
from core.alerting.step import Happening, Step
from core.alerting.store import AlertStore
from core.thresholds.store import ThresholdStore
from core.types import User

TENANT, MODEL = "default", "plant"
#: The bearing of PMP-03 in Hamburg wears in June 2026 and is repaired on the 25th; UTC.
RAISED = dt.datetime(2026, 6, 23, 4)
PLACE = {"PMP-03": ("HAM", "Line 3"), "PMP-05": ("AUS", "Line 1"), "PMP-09": ("HPH", "Line 1")}


def new(asset: str = "PMP-03", at: dt.datetime = RAISED, **more: Any) -> Alert:
    plant, line = PLACE[asset]
    rest: dict[str, Any] = {
        "threshold_version": 0, "plant": plant, "measure": "vibration_mm_s", "kind": "high",
        "severity": "warning", "value": 8.03, "limit": 5.1, "unit": "mm/s",
        "place": (
            ("asset_class", "pump"), ("plant_id", plant), ("line_name", line), ("asset_id", asset)
        ),
    }  # fmt: skip
    pair: Pair = (more.pop("threshold_id", "limit:1"), asset)
    return raised(tenant=TENANT, model=MODEL, pair=pair, at=at, **{**rest, **more})


@dataclass
class Scene:
    """The desk, and what is written to audit and messages. hours: steps of the watch so far."""

    desk: AlertDesk
    store: AlertStore
    thresholds: ThresholdStore
    user: Callable[[str], User]
    audit: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    hours: int = 0

    def happens(self, *happenings: Happening, **more: Any) -> None:
        """A step of the watch."""
        begin = dt.datetime(2026, 6, 1)
        after = begin + dt.timedelta(hours=self.hours) if self.hours else None
        self.hours += 1
        upto = begin + dt.timedelta(hours=self.hours)
        assert self.store.commit(Step(TENANT, MODEL, after, upto, happenings, **more)).is_done

    def rises(self, *alerts: Alert) -> tuple[Alert, ...]:
        """Alerts are raised; they are returned as they are then."""
        made = [Happening(Event.RAISE, one.pair, one.opened_at, alert=one) for one in alerts]
        self.happens(*made)
        open_now = {one.id: one for one in self.store.open_of(TENANT, MODEL)}
        return tuple(open_now[one.id] for one in alerts)

    def returns(self, alert: Alert, at: dt.datetime) -> None:
        self.happens(Happening(Event.RETURN, alert.pair, at))
