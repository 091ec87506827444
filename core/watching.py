"""Puts together what is behind thresholds and alerts: their stores, the watch, what is sent, and
the desks of the page of alerts."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core import monitoring
from core.alert_desk import AlertDesk, DeliveryDesk, OutageDesk
from core.alerting.outages import Outage
from core.alerting.step import Change
from core.alerting.store import AlertStore
from core.alerting.store import Outbox as Tells
from core.assistant import Queries
from core.assistant.parts import ModelParts
from core.delivery.channels import open_channels
from core.delivery.links import links_of
from core.delivery.outbox import Outbox
from core.delivery.retry import Backoff
from core.delivery.sender import Sender
from core.semantic.model import SemanticModel
from core.settings import Settings
from core.thresholds.store import ThresholdStore
from core.translation import gettext as _
from core.types import DEFAULT_TENANT, User
from core.watch.retention import Retention
from core.watch.run import WatchRun
from core.watch.schedule import Schedule
from core.watch.starting import publish_starter
from core.watch.telling import Plans, Teller, times_of
from core.watch.watch import Options, Source, Watch

_LOG = logging.getLogger(__name__)
#: Between two looks at shelves that end and steps of the plan that fall due.
_TELL_S = 60.0
_SEND_S = 5.0
#: Between two looks at what was kept for long enough.
_CUT_S = 3_600.0
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


@dataclass(frozen=True, slots=True)
class Desks:
    """What the page of alerts asks."""

    alerts: AlertDesk
    deliveries: DeliveryDesk
    outages: OutageDesk


class Watching:
    """Stores of thresholds, alerts and messages, and the watch of the default model. parts: a
    model's parts by name, None for the default one. Raises SettingsError for channels, or an
    address of the app, that are set up wrongly."""

    def __init__(
        self,
        settings: Settings,
        parts: Callable[[str | None], ModelParts],
        tenants: Mapping[str, frozenset[str] | None] | None = None,
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
        self._plans = Plans(settings.data_dir, tenants=tuple(tenants or (DEFAULT_TENANT,)))
        self._teller = Teller(
            self._plans,
            self._model,
            self._channels,
            self._action,
            links=links_of(settings.public_url),
        )
        self.watch = Watch(
            folder, self._source, self.alert_store, self.threshold_store, tenants=tenants,
            options=Options(
                settings.watch_days, settings.watch_late_min, settings.watch_look_back_min
            ),
            outbox=(self._teller,),
        )  # fmt: skip
        self.retention = Retention(
            self.alert_store, self.watch.runs, self.outbox, settings.alerts_keep_days,
            settings.watch_keep_days,
        )  # fmt: skip
        self._schedule = Schedule()
        self._began = 0.0

    @property
    def tells(self) -> Tells:
        """What tells people of alerts, for others who raise some."""
        return self._teller

    def start(self) -> None:
        """Watch from now on, beside the answers; not where the settings say so, nor a model that is
        not watched."""
        seconds = self._settings.watch_seconds
        if not seconds or self._model().watch is None:
            return
        self._began = time.monotonic()
        self._schedule.every(seconds, "watch", self._look)
        self._schedule.every(_TELL_S, "tell", self.tell)
        self._schedule.every(_SEND_S, "shelves", self._end_due)
        self._schedule.every(_CUT_S, "retention", self._cut)
        if self._channels:
            self._schedule.every(_SEND_S, "send", self._send)

    def desks(
        self,
        parts: Callable[[User, str | None], ModelParts],
        queries: Queries,
        record: Callable[..., Any],
        admit: Callable[[User], None],
        may_act: Callable[[User], bool],
    ) -> Desks:
        """The desks over these stores; the arguments are as `AlertDesk` says."""
        return Desks(
            AlertDesk(
                self.alert_store, self.threshold_store, parts, queries, record, admit, may_act,
                self.checked, (self._teller,),
            ),
            DeliveryDesk(
                self.outbox, record, may_act, tuple(self._channels), self._trouble
            ),
            OutageDesk(
                self.alert_store, self.threshold_store, parts, record, may_act, (self._teller,)
            ),
        )  # fmt: skip

    def checked(self, tenant: str, model: str) -> dt.datetime | None:
        """When the watch looked at a model last and came to an end; UTC, naive."""
        newest = self.watch.runs.newest(model, 10, tenant)
        runs = (run for run in newest if run.is_over and not run.error)
        return next((run.started_at + dt.timedelta(seconds=run.seconds) for run in runs), None)

    def tell(self) -> None:
        """End the shelves whose time is over, put back what was out of service until now, and put
        the messages that are due."""
        self.alert_store.end_shelves(outbox=(self._teller,))
        self._end_outages()

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
        return WatchState(is_on, not words, words or self._trouble(DEFAULT_TENANT), newest)

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

    def _end_due(self) -> None:
        if self.alert_store.has_due():
            self.tell()
        else:
            self._end_outages()

    def _end_outages(self) -> None:
        def tell(connection: sa.Connection, _outage: Outage, changes: tuple[Change, ...]) -> None:
            self._teller(connection, changes)

        self.alert_store.outages.end_due((tell,))

    def _cut(self) -> None:
        self.retention.cut(stop=self._schedule.stop)

    def _send(self) -> None:
        self.sender.send_due(stop=self._schedule.stop)

    def _trouble(self, tenant: str) -> str:
        return self._plans.of(tenant).trouble

    def _model(self) -> SemanticModel:
        return self._parts(None).model

    def _source(self) -> Source:
        parts = self._parts(None)
        self._plans.times = times_of(parts.model)
        return Source(parts.model, parts.engine.fetch)

    def _action(self, threshold_id: str, version: int, tenant: str) -> str:
        """What a threshold says is to be done."""
        for one in self.threshold_store.history(threshold_id, tenant):
            if one.version == version:
                return one.action
        return ""
