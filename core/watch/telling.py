"""From alerts that stand to messages: who is told now, kept in the transaction of the alerts.

Told is what stands, and not what happened: an alert that rose before a standstill and still stands
is told when the watch has come to it, and once.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from core.alerting.alert import Alert
from core.alerting.data_alerts import QUARANTINE, STREAM
from core.alerting.lifecycle import PUT_AWAY, State
from core.alerting.step import Change
from core.alerting.tables import ALERTS, WATERMARKS, alert_of, utc_now
from core.delivery.escalation import Standing
from core.delivery.links import Links
from core.delivery.message import ChannelName, ToldAlert
from core.delivery.outbox import put
from core.delivery.plan import Plan, tell
from core.delivery.plan_file import FILE, load_plan
from core.delivery.roster import PlantTimes
from core.errors import ConfigError
from core.semantic.model import SemanticModel
from core.semantic.said import said
from core.translation import gettext as _
from core.translation import marked, speaking
from core.types import DEFAULT_TENANT
from core.watch.tables import TELLINGS

_LOG: Final = logging.getLogger(__name__)
_DAY: Final = dt.timedelta(days=1)
_KNOWN: Final = (State.ACKNOWLEDGED, State.LATCHED, State.NORMAL)
#: What alerts that stand for others are about.
_GROUPS: Final = {
    "communication": marked("communication lost"),
    "flood": marked("many alerts at once"),
    QUARANTINE: marked("data held back"),
    STREAM: marked("live values are not complete"),
}
#: Of a threshold's id and version, what to do.
ActionOf = Callable[[str, int, str], str]


@dataclass(slots=True)
class PlanFile:
    """A plan that is read again when its file changes. A file with mistakes leaves the plan that
    was there before, and says so in `trouble`."""

    path: Path
    times: Mapping[str, PlantTimes]
    trouble: str = ""
    _stamp: tuple[int, int] | None = None
    _plan: Plan = field(default_factory=Plan)

    def now(self) -> Plan:
        """The plan as it is now."""
        try:
            found = self.path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
        except OSError:
            stamp = (0, 0)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._plan, self.trouble = load_plan(self.path, self.times), ""
            except ConfigError as error:
                self.trouble = str(error)
                _LOG.warning("The delivery plan stays as it was: %s", error)
        return self._plan


@dataclass(slots=True)
class Plans:
    """The plan of each tenant: `delivery.yaml` for the default one, `delivery.TENANT.yaml` for
    others, so that nobody of one is told of another's plants. times: by plant. tenants: those whose
    files are looked at also while nothing is to be told."""

    folder: Path
    times: Mapping[str, PlantTimes] = field(default_factory=dict)
    tenants: tuple[str, ...] = (DEFAULT_TENANT,)
    _files: dict[str, PlanFile] = field(default_factory=dict)

    def of(self, tenant: str) -> PlanFile:
        """A tenant's plan; one that tells nobody where it has none."""
        known = self._files.get(tenant)
        if known is None:
            file = Path(FILE)
            name = FILE if tenant == DEFAULT_TENANT else f"{file.stem}.{tenant}{file.suffix}"
            known = self._files[tenant] = PlanFile(self.folder / name, self.times)
        known.times = self.times
        return known

    def look(self) -> bool:
        """Read what changed; whether anybody is told of anything."""
        plans = [self.of(tenant).now() for tenant in self.tenants]
        return any(plan.routes for plan in plans)


def times_of(model: SemanticModel) -> dict[str, PlantTimes]:
    """The clocks and shifts of a model's plants."""
    watch = model.watch
    time = model.tables[watch.table].time if watch is not None else None
    hours = time.shift_hours if time is not None else {}
    return {plant: PlantTimes(zone, hours) for plant, zone in model.timezones.items()}


class Teller:
    """Puts the messages that are due into the outbox, within the caller's transaction."""

    def __init__(
        self,
        plans: Plans,
        model: Callable[[], SemanticModel],
        channels: Collection[ChannelName],
        action: ActionOf,
        clock: Callable[[], dt.datetime] = utc_now,
        links: Links | None = None,
    ) -> None:
        self._plans, self._model, self._channels = plans, model, channels
        self._action, self._clock, self._links = action, clock, links or Links()

    def __call__(self, connection: sa.Connection, _changes: tuple[Change, ...]) -> None:
        """An `Outbox` of the alert store."""
        if not self._plans.look() or not self._channels:
            return
        now, model = self._clock(), self._model()
        alerts = {alert.id: alert for alert in _alerts(connection, model.name)}
        told = _told(connection, alerts)
        by_tenant: dict[str, list[Standing]] = defaultdict(list)
        for alert in alerts.values():
            by_tenant[alert.tenant].append(_standing(alert, told))
        facts = _Facts(alerts, model, self._action, self._links)
        for tenant, standing in by_tenant.items():
            plan = self._plans.of(tenant).now()
            if not plan.routes:
                continue
            telling = tell(plan, standing, times_of(model), facts, now, self._channels, tenant)
            for message in telling.messages:
                put(connection, message, now)
            rows = [
                {"alert_id": one, "since": alerts[one].told_at, "step": step, "at": now}
                for one, step in telling.told
            ]
            if rows:
                connection.execute(sa.insert(TELLINGS), rows)
            for note in telling.notes:
                _LOG.info("delivery: %s", note)


def _alerts(connection: sa.Connection, model: str) -> list[Alert]:
    """Alerts that were told to stand, and are not over for a day by their plant's own time."""
    upto = {
        (row.tenant, row.plant): row.upto
        for row in connection.execute(sa.select(WATERMARKS).where(WATERMARKS.c.model == model))
    }
    newest = max(upto.values(), default=dt.datetime(1970, 1, 1))
    recent = sa.or_(ALERTS.c.returned_at.is_(None), ALERTS.c.returned_at >= newest - 3 * _DAY)
    query = sa.select(ALERTS).where(ALERTS.c.model == model, ALERTS.c.told_at.is_not(None), recent)
    found = [alert_of(row) for row in connection.execute(query).mappings()]
    return [
        alert
        for alert in found
        if alert.returned_at is None
        or alert.returned_at >= upto.get((alert.tenant, alert.plant), newest) - _DAY
    ]


def _told(
    connection: sa.Connection, alerts: Mapping[str, Alert]
) -> dict[tuple[str, dt.datetime], dict[int, dt.datetime]]:
    """What was told: alert and round -> step -> when."""
    found: dict[tuple[str, dt.datetime], dict[int, dt.datetime]] = defaultdict(dict)
    ids = list(alerts)
    for first in range(0, len(ids), 500):
        some = TELLINGS.c.alert_id.in_(ids[first : first + 500])
        for row in connection.execute(sa.select(TELLINGS).where(some)):
            found[row.alert_id, row.since][row.step] = row.at
    return found


def _standing(
    alert: Alert, told: Mapping[tuple[str, dt.datetime], Mapping[int, dt.datetime]]
) -> Standing:
    assert alert.told_at is not None
    return Standing(
        alert.id,
        alert.severity,
        alert.plant,
        alert.told_at,
        is_acknowledged=alert.state in _KNOWN,
        is_over=alert.returned_at is not None,
        held=alert.state.value if alert.state in PUT_AWAY else "",
        told=told.get((alert.id, alert.told_at), {}),
        is_again=any(one == alert.id and since != alert.told_at for one, since in told),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """Implements core.delivery.plan.Facts."""

    alerts: Mapping[str, Alert]
    model: SemanticModel
    action: ActionOf
    links: Links

    def told(self, alert_id: str, language: str) -> ToldAlert:
        alert = self.alerts[alert_id]
        with speaking(language):
            model = said(self.model)
            measure = _(_GROUPS[alert.kind]) if alert.kind in _GROUPS else alert.measure
            if alert.measure in model.metrics:
                measure = model.metrics[alert.measure].label
            elif self.model.watch is not None:
                column = model.tables[self.model.watch.table].columns.get(alert.measure)
                measure = column.label if column is not None else measure
        return ToldAlert(
            alert.id,
            alert.severity,
            alert.asset,
            measure,
            alert.raised_at,
            place=", ".join(value for _level, value in alert.place),
            kind=alert.kind,
            value=alert.value,
            limit=alert.limit,
            unit=alert.unit,
            returned_at=alert.returned_at,
            action=self.action(alert.threshold_id, alert.threshold_version, alert.tenant),
        )

    def link(self, alert_id: str) -> str:
        return self.links.alert(alert_id)
