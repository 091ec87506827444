"""One model's watch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from core.alerting.store import AlertStore
from core.semantic.facts import Fetch
from core.semantic.model import SemanticModel
from core.thresholds.store import ThresholdStore
from core.types import DEFAULT_TENANT
from core.watch.run import WatchRun


@dataclass(frozen=True, slots=True)
class Source:
    """What is watched: a model, and StarRocks SQL of ours over its store."""

    model: SemanticModel
    fetch: Fetch


class Watch:
    """Holds thresholds against what is new. Safe with several processes on one state folder."""

    def __init__(
        self,
        source: Callable[[], Source],
        alerts: AlertStore,
        thresholds: ThresholdStore,
        tenants: tuple[str, ...] = (DEFAULT_TENANT,),
    ) -> None:
        self._source = source
        self._alerts = alerts
        self._thresholds = thresholds
        self._tenants = tenants

    def run_once(self, now: dt.datetime | None = None) -> WatchRun:
        """Watch what is new since the last run. now: UTC, naive, in place of the machine's."""
        started = now or dt.datetime.now(dt.UTC).replace(tzinfo=None)
        return WatchRun(self._source().model.name, started)
