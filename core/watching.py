"""Puts together what is behind thresholds and alerts: their stores, the watch, what is sent.

The desks of the pages are built over these by `Services`, one line each.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from core import monitoring
from core.alerting.store import AlertStore
from core.assistant.parts import ModelParts
from core.delivery.channels import open_channels
from core.delivery.outbox import Outbox
from core.delivery.plan_file import FILE
from core.delivery.retry import Backoff
from core.delivery.sender import Sender
from core.semantic.model import SemanticModel
from core.settings import Settings
from core.thresholds.store import ThresholdStore
from core.translation import gettext as _
from core.types import DEFAULT_TENANT, User
from core.watch.run import WatchRun
from core.watch.schedule import Schedule
from core.watch.starting import publish_starter
from core.watch.telling import PlanFile, Teller, times_of
from core.watch.watch import Options, Source, Watch

_LOG = logging.getLogger(__name__)
#: Between two looks at shelves that end and steps of the plan that fall due.
_TELL_S = 60.0
_SEND_S = 5.0
#: How long closing waits for a run that goes on.
_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class WatchState:
    """How the watch is. is_on: it looks by itself. is_well: nothing is wrong with it. words: what
    is, empty where nothing is. newest: the newest run of this process."""

    is_on: bool
    is_well: bool
    words: str
    newest: WatchRun | None


class Watching:
    """Stores of thresholds, alerts and messages, and the watch of the default model. parts: a
    model's parts by name, None for the default one. Raises SettingsError for channels that are set
    up wrongly."""

    def __init__(
        self,
        settings: Settings,
        parts: Callable[[str | None], ModelParts],
        tenants: tuple[str, ...] = (DEFAULT_TENANT,),
    ) -> None:
        folder = settings.state_dir
        self._settings = settings
        self._parts = parts
        self.alert_store = AlertStore(folder)
        self.threshold_store = ThresholdStore(folder, four_eyes=settings.thresholds_four_eyes)
        self.outbox = Outbox(folder)
        self._channels = open_channels(settings)
        backoff = Backoff(attempts=settings.delivery_attempts)
        self.sender = Sender(self.outbox, self._channels, backoff)
        self._plan = PlanFile(settings.data_dir / FILE, {})
        self._teller = Teller(self._plan, self._model, self._channels, self._action)
        self.watch = Watch(
            folder, self._source, self.alert_store, self.threshold_store, tenants=tenants,
            options=Options(settings.watch_days, settings.watch_late_min), outbox=(self._teller,),
        )  # fmt: skip
        self._schedule = Schedule()
        self._began = 0.0

    def start(self) -> None:
        """Watch from now on, beside the answers; not where the settings say so, nor a model that is
        not watched."""
        seconds = self._settings.watch_seconds
        if not seconds or self._model().watch is None:
            return
        self._began = time.monotonic()
        self._schedule.every(seconds, "watch", self._look)
        self._schedule.every(_TELL_S, "tell", self.tell)
        if self._channels:
            self._schedule.every(_SEND_S, "send", self._send)

    def tell(self) -> None:
        """End the shelves whose time is over, and put the messages that are due."""
        self.alert_store.end_shelves(outbox=(self._teller,))

    def publish_starter(self, by: User, valid_from: dt.datetime | None = None) -> tuple[str, ...]:
        """Put the starter sets of the model in force that are not there yet; their names."""
        source = self._source()
        done = publish_starter(self.threshold_store, source.model, source.fetch, by, valid_from)
        return tuple(one.name for one in done)

    def state(self) -> WatchState:
        """How the watch is, for the foot of the pages and the health check."""
        newest, seconds = self.watch.newest, self._settings.watch_seconds
        is_on = self._began > 0
        words = next(iter(self._schedule.troubles.values()), "")
        if newest is not None and newest.is_over and newest.error:
            words = newest.error
        if not words and is_on and newest is None:
            is_late = time.monotonic() - self._began > 3 * seconds + _TELL_S
            words = _("The watch has not run yet.") if is_late else ""
        return WatchState(is_on, not words, words or self._plan.trouble, newest)

    def close(self) -> None:
        """End the watch and close files."""
        self._schedule.close()
        self.watch.wait(_PATIENCE_S)
        self.watch.close()
        self.alert_store.close()
        self.threshold_store.close()
        self.outbox.close()

    def _look(self) -> None:
        run = self.watch.run_once(stop=self._schedule.stop)
        monitoring.count_watch(run.error, run.is_elsewhere, run.raised, run.late, run.seconds)

    def _send(self) -> None:
        self.sender.send_due(stop=self._schedule.stop)

    def _model(self) -> SemanticModel:
        return self._parts(None).model

    def _source(self) -> Source:
        parts = self._parts(None)
        self._plan.times = times_of(parts.model)
        return Source(parts.model, parts.engine.fetch)

    def _action(self, threshold_id: str, version: int, tenant: str) -> str:
        """What a threshold says is to be done."""
        for one in self.threshold_store.history(threshold_id, tenant):
            if one.version == version:
                return one.action
        return ""
