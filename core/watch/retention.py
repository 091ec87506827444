"""What is kept for a set time and then cut: stories of alerts, runs of the watch, messages."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from core.alerting.retention import BATCH
from core.alerting.store import AlertStore
from core.alerting.tables import utc_now
from core.delivery.outbox import Outbox
from core.watch.run import Runs
from core.watch.tables import TELLINGS

#: Batches of one go: the rest is for the next.
_MOST_BATCHES: Final = 200


@dataclass(frozen=True, slots=True)
class Cut:
    """How many of each were cut."""

    stories: int = 0
    outages: int = 0
    runs: int = 0
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Retention:
    """alerts_days: for stories of alerts that are over, and for what was out of service; runs_days:
    for runs of the watch and for messages that were sent or let be. 0: for good. What is open, what
    waits and what was put aside stays."""

    alerts: AlertStore
    runs: Runs
    outbox: Outbox
    alerts_days: float
    runs_days: float

    def cut(self, now: dt.datetime | None = None, stop: threading.Event | None = None) -> Cut:
        """Cut what is due, in batches, until nothing is or `stop` is set. Raises Unavailable; what
        was cut until then is."""
        now, stop = now or utc_now(), stop or threading.Event()
        stories = outages = runs = messages = 0
        if self.alerts_days:
            before = now - dt.timedelta(days=self.alerts_days)
            stories = _in_batches(lambda: self.alerts.cut(before, (_tellings,)), stop)
            outages = self.alerts.cut_outages(before)
        if self.runs_days:
            before = now - dt.timedelta(days=self.runs_days)
            runs = _in_batches(lambda: self.runs.cut(before, BATCH), stop)
            messages = _in_batches(lambda: self.outbox.cut(before, BATCH), stop)
        return Cut(stories, outages, runs, messages)


def _in_batches(cut: Callable[[], int], stop: threading.Event) -> int:
    found = 0
    for _turn in range(_MOST_BATCHES):
        if stop.is_set():
            break
        done = cut()
        found += done
        if done < BATCH:
            break
    return found


def _tellings(connection: sa.Connection, ids: tuple[str, ...]) -> None:
    connection.execute(sa.delete(TELLINGS).where(TELLINGS.c.alert_id.in_(ids)))
