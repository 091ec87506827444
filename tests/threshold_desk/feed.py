"""Puts thresholds of the demo plant's vibration in force, one of which changes in May:

python -m tests.threshold_desk.feed STATE_FOLDER
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path

from core.thresholds.acts import ref
from core.thresholds.record import Source, Threshold
from core.thresholds.store import ThresholdStore
from core.types import User
from tests.thresholds.plant import demo, threshold

ADMIN = User("admin", "admin", ("HAM", "AUS", "HPH"), display_name="Admin")
FROM = dt.datetime(2025, 12, 31, 23)
CHANGE = dt.datetime(2026, 6, 8, 4)
#: What is asked to see the change, with its day and hour in Hamburg.
QUESTION = "vibration of PMP-03 by day in June 2026"
SOURCE = Source("ISO 10816-7:2009", "Part 7", "category II, up to 200 kW")


def fill(folder: Path) -> None:
    """Two limits from the first row on; the lower one is lowered in June."""
    store = ThresholdStore(folder)
    high = _publish(store, threshold(severity="warning", high=5.1, source=SOURCE), FROM)
    _publish(store, threshold(kind="high_high", severity="critical", high=8.5, source=SOURCE), FROM)
    _publish(store, replace(high, status="draft", high=4.2), CHANGE)
    store.close()


def _publish(store: ThresholdStore, one: Threshold, at: dt.datetime) -> Threshold:
    (change,) = store.save([one], ADMIN)
    assert change.after is not None
    (done,) = store.publish([ref(change.after)], demo(), ADMIN, valid_from=at)
    assert done.after is not None
    return done.after


if __name__ == "__main__":
    fill(Path(sys.argv[1]))
