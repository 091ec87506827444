"""Steps as a watch would hand them over; also run as a process that is killed:

python -m tests.alerting.watching FOLDER STEPS
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from core.alerting.alert import Alert, Pair, raised
from core.alerting.lifecycle import Event
from core.alerting.step import Change, Committed, Happening, Step, kept, trips_of
from core.alerting.store import AlertStore
from core.alerting.tripping import Limits, Trips, advance

START = dt.datetime(2026, 6, 1)
TEN = dt.timedelta(minutes=10)
EPOCH = dt.datetime(1970, 1, 1)
TENANT, MODEL = "default", "plant"
PUMP: Pair = ("vibration-high", "HAM-PMP-03")


def at(step: int) -> dt.datetime:
    return START + step * TEN


def seconds(when: dt.datetime) -> int:
    return int((when - EPOCH).total_seconds())


def new(pair: Pair = PUMP, when: dt.datetime = START, **more: Any) -> Alert:
    rest: dict[str, Any] = {
        "threshold_version": 1, "plant": pair[1][:3], "place": (("plant_id", pair[1][:3]),),
        "measure": "vibration_mm_s", "kind": "high", "severity": "warning", "value": 5.0,
        "limit": 4.5, "unit": "mm/s",
    }  # fmt: skip
    return raised(tenant=TENANT, model=MODEL, pair=pair, at=when, **{**rest, **more})


def rises(when: dt.datetime, pair: Pair = PUMP, **more: Any) -> Happening:
    return Happening(Event.RAISE, pair, when, alert=new(pair, when, **more))


def step(number: int, *happenings: Happening, **more: Any) -> Step:
    """The step that ends at `at(number)`."""
    after = at(number - 1) if number > 1 else None
    return Step(TENANT, MODEL, after, at(number), happenings, **more)


class Watch:
    """Steps one after another, each with what happens in it."""

    def __init__(self, store: AlertStore) -> None:
        self.store, self.number = store, 0

    def goes(self, *events: Event | Happening, pair: Pair = PUMP, **more: Any) -> Committed:
        self.number += 1
        start = at(self.number - 1)
        happenings = [
            event if isinstance(event, Happening)
            else rises(start, pair) if event is Event.RAISE
            else Happening(event, pair, start, reason="rule" if event is Event.SUPPRESS else "")
            for event in events
        ]  # fmt: skip
        done = self.store.commit(step(self.number, *happenings, **more))
        assert done.is_done
        return done


# -- a watch whose values are known to whoever looks, for a process of its own -----------------

PAIRS = [(f"t{n}", f"HAM-{n:02}") for n in range(20)]


def values(number: int) -> np.ndarray:
    """Readings of a step: the same whenever they are read."""
    return np.random.default_rng(number).normal(0, 1, len(PAIRS))


def watch_limits() -> Limits:
    n = len(PAIRS)
    return Limits(
        np.full(n, np.nan), np.full(n, 0.5), np.full(n, 0.2),
        np.arange(n) % 3 * 600, np.arange(n) % 2 * 600,
    )  # fmt: skip


def messages(connection: sa.Connection, changes: tuple[Change, ...]) -> None:
    """An outbox in the same file: one row for what people are told."""
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS sent (key TEXT)")
    for change in changes:
        if change.is_told:
            key = f"{change.after.id}/{change.after.count}"
            connection.exec_driver_sql("INSERT INTO sent VALUES (?)", (key,))


def watch_on(store: AlertStore, last: int, trips_before: Trips | None = None) -> None:
    """Go on from the watermark, as the watch does after a start."""
    while True:
        upto = store.watermark(TENANT, MODEL)
        number = 1 if upto is None else round((upto - START) / TEN) + 1
        if number > last:
            return
        trips = trips_of(PAIRS, store.trips(TENANT, MODEL))
        start = at(number - 1)
        found = advance(watch_limits(), trips, seconds(start), seconds(at(number)), values(number))
        up = [
            rises(EPOCH + dt.timedelta(seconds=int(when)), PAIRS[pair])
            for pair, when in zip(found.raised, found.raised_at, strict=True)
        ]
        down = [
            Happening(Event.RETURN, PAIRS[pair], EPOCH + dt.timedelta(seconds=int(when)))
            for pair, when in zip(found.returned, found.returned_at, strict=True)
        ]
        store.commit(step(number, *up, *down, trips=kept(PAIRS, found.trips)), [messages])


if __name__ == "__main__":
    print("ready", flush=True)
    watch_on(AlertStore(Path(sys.argv[1])), int(sys.argv[2]))
