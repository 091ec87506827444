"""Fills a state folder with alerts of the demo plant, as a watch would have left them:

python -m tests.alert_desk.feed STATE_FOLDER [calm]
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path

from core.alerting.alert import Alert
from core.alerting.lifecycle import Event
from core.alerting.step import Happening, Step
from core.alerting.store import AlertStore
from core.alerting.tables import utc_now
from core.state import open_state
from core.types import User
from core.watch.run import Runs, WatchRun
from core.watch.tables import META
from tests.alert_desk.scene import MODEL, TENANT, new

START = dt.datetime(2026, 6, 20)
END = dt.datetime(2026, 6, 30, 22)
REASON = "burner is being looked at"
ADMIN = User("admin", "admin", ("HAM", "AUS", "HPH"), display_name="Admin")
_ASSETS = {
    "PMP-02": ("HAM", "Line 2"), "OVN-03": ("HPH", "Line 3"), "CMP-01": ("HAM", "Line 1"),
}  # fmt: skip


def _at(asset: str, when: dt.datetime, **more: object) -> Alert:
    """An alert of any asset of the demo plant."""
    plant, line = _ASSETS[asset]
    place = (("plant_id", plant), ("line_name", line), ("asset_id", asset))
    made = new(at=when, **more)
    return replace(new("PMP-03", when, **more), id=made.id[::-1], asset=asset, plant=plant,
                   place=place)  # fmt: skip


def alerts() -> list[Alert]:
    """Worst and least, of all plants, of a sensor, a rate, missing readings."""
    high = dt.datetime(2026, 6, 23, 22)
    return [
        new("PMP-03", dt.datetime(2026, 6, 18, 3, 40), latches=True, value=6.61),
        new("PMP-05", high, severity="critical", kind="high_high", threshold_id="limit:2",
            value=9.2, limit=8.5),
        _at("OVN-03", dt.datetime(2026, 6, 30, 9, 10), measure="temperature_c", unit="Cel",
            value=186.4, limit=180.0, threshold_id="t"),
        _at("CMP-01", dt.datetime(2026, 6, 30, 14, 20), measure="pressure_bar", unit="bar",
            kind="low", value=5.8, limit=6.2, severity="caution", threshold_id="p"),
        _at("PMP-02", dt.datetime(2026, 6, 30, 20), kind="missing", unit="min", value=60.0,
            limit=60.0, severity="caution", threshold_id="m"),
    ]  # fmt: skip


def fill(folder: Path, *, is_calm: bool = False) -> None:
    """Alerts, acts of people, and that the watch looked just now; a calm plant has no alerts."""
    store = AlertStore(folder)
    found = [] if is_calm else alerts()
    raises = tuple(Happening(Event.RAISE, one.pair, one.opened_at, alert=one) for one in found)
    assert store.commit(Step(TENANT, MODEL, None, START, raises)).is_done
    over: tuple[Happening, ...] = ()
    if found:
        over = (
            Happening(Event.RETURN, found[0].pair, dt.datetime(2026, 6, 25, 9)),
            Happening(Event.RETURN, found[1].pair, dt.datetime(2026, 6, 24, 5)),
        )
    assert store.commit(Step(TENANT, MODEL, START, END, over)).is_done
    if found:
        store.act(found[2].id, Event.ACKNOWLEDGE, ADMIN, reason=REASON)
    store.close()
    watch = Runs(open_state(folder, META))
    watch.begin(WatchRun(MODEL, utc_now()))


if __name__ == "__main__":
    fill(Path(sys.argv[1]), is_calm="calm" in sys.argv[2:])
