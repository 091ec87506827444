"""Alerts for the people of a plant: read, acknowledged, shelved, explained and counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa

from core.alert_desk import load
from core.alert_desk.clocks import latest, presents, to_utc, zones_of
from core.alert_desk.listing import STATES_OF, Acted, Overview, View
from core.alert_desk.story import Story, StoryTeller
from core.alert_desk.words import done_words
from core.alerting.alert import SEVERITIES, Alert
from core.alerting.health import Health
from core.alerting.lifecycle import BY_PEOPLE, UNSEEN, Event, is_possible
from core.alerting.reading import Filter
from core.alerting.step import Change
from core.alerting.store import AlertStore, Outbox
from core.alerting.tables import utc_now
from core.assistant import Queries
from core.assistant.parts import ModelParts
from core.errors import GembaError, Refused, UserFixable
from core.semantic.model import Watch
from core.thresholds.store import ThresholdStore
from core.translation import gettext as _
from core.types import Clock, User

PartsOf = Callable[[User, str | None], ModelParts]
#: When the watch of a tenant and model looked last, by the wall clock, UTC, naive.
Checked = Callable[[str, str], dt.datetime | None]
#: Alerts that are acknowledged at once, at most.
MOST_AT_ONCE: Final = 200


def _not_known(_tenant: str, _model: str) -> dt.datetime | None:
    return None


@dataclass(frozen=True, slots=True)
class AlertDesk:
    """Alerts of one installation. Thread-safe. A person sees those of their plants, tenant and
    models alone; another's is as one that is not there. Who may not act on alerts is Refused.

    parts: a model for a person; raises Refused. record: writes to the audit. admit: counts a
    question, raises RateLimited. may_act: whether the person's role handles alerts. checked: see
    `Checked`. outbox: writes messages of what people did, such as that nobody else has to be told.
    """

    store: AlertStore
    thresholds: ThresholdStore
    parts: PartsOf
    queries: Queries
    record: Callable[..., Any]
    admit: Callable[[User], None]
    may_act: Callable[[User], bool]
    checked: Checked = _not_known
    outbox: tuple[Outbox, ...] = ()
    clock: Clock | None = None

    # -- what is open ------------------------------------------------------------------------

    def is_watched(self, user: User, model: str | None = None) -> bool:
        """Whether anything of that data can raise alerts."""
        return self.parts(user, model).model.watch is not None

    def overview(
        self,
        user: User,
        view: View | None = None,
        *,
        model: str | None = None,
        first: int = 0,
        most: int = 50,
    ) -> Overview:
        """A list with all that is said around it."""
        view = view or View()
        parts = self.parts(user, model)
        name, reading = parts.model.name, self.store.reading
        now = presents(parts, user.plants, self.clock)
        wanted = view.wanted(name, latest(now))
        page = reading.alerts(user, wanted, order=view.order, first=first, most=most)
        open_now = reading.counts(user, Filter(states=STATES_OF["open"], model=name))
        away = reading.counts(user, Filter(states=STATES_OF["away"], model=name))
        everywhere = replace(wanted, plants=(), places=(), assets=(), severities=(), is_apart=False)
        return Overview(
            alerts=page.alerts,
            total=page.total,
            by_severity={s: sum(c.n for c in open_now if c.severity == s) for s in SEVERITIES},
            unseen=sum(count.n for count in open_now if count.state in UNSEEN),
            away=sum(count.n for count in away),
            grouped=self._grouped(user, page.alerts, name),
            places=reading.places(user, everywhere),
            zones=zones_of(parts, user.plants),
            now=now,
            checked_at=self.checked(user.tenant, name),
            watched_to=self._watched_to(user, name),
        )

    def alert(self, alert_id: str, user: User, model: str | None = None) -> Alert | None:
        """One alert of the person's plants and of that data; None for all others alike."""
        found = self.store.reading.alert(alert_id, user)
        return found if found and found.model == self.parts(user, model).model.name else None

    def model_of(self, alert_id: str, user: User) -> str:
        """The data that an alert of the person's plants is of, so that a link to it can lead there;
        empty for one that is not theirs to see."""
        found = self.store.reading.alert(alert_id, user)
        if found is None:
            return ""
        try:
            return self.parts(user, found.model).model.name
        except GembaError:
            return ""

    def alerts(self, ids: Sequence[str], user: User, model: str | None = None) -> tuple[Alert, ...]:
        """Some alerts as they are now, in that order; those that are not theirs are left out."""
        found = (self.alert(one, user, model) for one in ids)
        return tuple(one for one in found if one is not None)

    def _watched_to(self, user: User, model: str) -> tuple[str, dt.datetime] | None:
        marks = self.store.watermarks(user.tenant, model)
        mine = [(upto, plant) for plant, upto in marks.items() if plant in ("", *user.plants)]
        return min(
            ((plant, upto) for upto, plant in sorted(mine)), key=lambda one: one[1], default=None
        )

    def _grouped(self, user: User, alerts: Iterable[Alert], model: str) -> dict[str, int]:
        """How many each of the alerts that stand for others stands for now."""
        found = {}
        for alert in alerts:
            if not alert.measure:
                under = Filter(model=model, parent=alert.id)
                found[alert.id] = sum(c.n for c in self.store.reading.counts(user, under))
        return found

    # -- what people do ----------------------------------------------------------------------

    def can(self, event: Event, alert: Alert, user: User) -> bool:
        """Whether this person can do that with an alert as it is."""
        is_theirs = event in BY_PEOPLE and self.may_act(user)
        return is_theirs and is_possible(alert.standing, event)

    def acknowledge(self, alert: Alert, user: User, reason: str = "") -> Alert:
        """Acknowledge what the person saw. alert: as they saw it; one that was raised again since
        is not acknowledged unseen. These acts raise UserFixable, with words for the person, Refused
        and Unavailable, and have then changed nothing; each is in the audit."""
        return self._act(alert, Event.ACKNOWLEDGE, user, reason=reason)

    def shelve(self, alert: Alert, user: User, until: dt.datetime, reason: str) -> Alert:
        """Put it away until then (UTC, naive)."""
        return self._act(alert, Event.SHELVE, user, reason=reason, until=until)

    def unshelve(self, alert: Alert, user: User) -> Alert:
        """Take it back before its time."""
        return self._act(alert, Event.UNSHELVE, user)

    def out_of_service(self, alert: Alert, user: User, reason: str) -> Alert:
        """Take it out of service until somebody brings it back."""
        return self._act(alert, Event.OUT_OF_SERVICE, user, reason=reason)

    def into_service(self, alert: Alert, user: User) -> Alert:
        """Bring it back into service."""
        return self._act(alert, Event.INTO_SERVICE, user)

    def reset(self, alert: Alert, user: User) -> Alert:
        """Reset one that latched."""
        return self._act(alert, Event.RESET, user)

    def acknowledge_all(self, alerts: Sequence[Alert], user: User, reason: str = "") -> Acted:
        """Acknowledge several, each for itself: what one cannot be is said and does not keep the
        others from it."""
        if len(alerts) > MOST_AT_ONCE:
            raise UserFixable(_("Acknowledge {n} alerts at once at most.").format(n=MOST_AT_ONCE))
        done: list[Alert] = []
        refused: list[tuple[Alert, str]] = []
        for alert in alerts:
            try:
                done.append(self.acknowledge(alert, user, reason))
            except UserFixable as error:
                refused.append((alert, str(error)))
        return Acted(tuple(done), tuple(refused))

    @property
    def most_shelved(self) -> dt.timedelta:
        """The longest time that an alert may be shelved for at once."""
        return self.store.rules.most_shelved

    @property
    def is_reason_required(self) -> bool:
        """Whether an acknowledgement needs a reason."""
        return self.store.rules.is_reason_required

    def _act(
        self,
        seen: Alert,
        event: Event,
        user: User,
        *,
        reason: str = "",
        until: dt.datetime | None = None,
    ) -> Alert:
        if not self.may_act(user):
            raise Refused(_("Your role looks at alerts and does not act on them."), rule="ROLE")
        if self.alert(seen.id, user, seen.model) is None:
            raise UserFixable(_("There is no such alert in your plants."))

        def audited(_connection: sa.Connection, changes: tuple[Change, ...]) -> None:
            # in the act's own transaction: what cannot be written down is not done
            for change in changes:
                self._audit(change, event, user, reason, until)

        try:
            change = self.store.act(
                seen.id, event, user, reason=reason, until=until, seen=seen.count,
                outbox=(*self.outbox, audited),
            )  # fmt: skip
        except UserFixable as error:
            said = self._meanwhile(seen, user)
            raise UserFixable(f"{said} {error}" if said else str(error)) from error
        return change.after

    def _meanwhile(self, seen: Alert, user: User) -> str:
        """What happened to an alert since the person saw it; empty where nothing did."""
        now = self.store.reading.alert(seen.id, user)
        if now is None or now.revision == seen.revision:
            return ""
        entry = self.store.reading.story(seen.id, user)[-1]
        return _("This changed meanwhile: {what}.").format(what=done_words(entry))

    def _audit(
        self, change: Change, event: Event, user: User, reason: str, until: dt.datetime | None
    ) -> None:
        alert, before = change.after, change.before
        self.record(
            "alert",
            user=user.name,
            tenant=user.tenant,
            act=event.value,
            alert=alert.id,
            model=alert.model,
            plant=alert.plant,
            asset=alert.asset,
            measure=alert.measure,
            threshold=alert.threshold_id,
            version=alert.threshold_version,
            reason=reason.strip(),
            until=until.isoformat() if until else "",
            before=before.state.value if before else "",
            after=alert.state.value,
        )

    # -- what led to one ---------------------------------------------------------------------

    def story(self, alert_id: str, user: User, model: str | None = None) -> Story | None:
        """All that is known of one, with the data around it read under the person's rights; None
        for one that is not theirs. Raises RateLimited and Unavailable."""
        alert = self.alert(alert_id, user, model)
        if alert is None:
            return None
        self.admit(user)
        parts = self.parts(user, model)
        entries = self.store.reading.story(alert_id, user)
        under = self.store.reading.alerts(user, Filter(model=alert.model, parent=alert.id)).alerts
        parent = self.store.reading.alert(alert.parent, user) if alert.parent else None
        versions = self.thresholds.history(alert.threshold_id, user.tenant)
        teller = StoryTeller(parts, self.queries, user, self.clock)
        return teller.story(alert, entries, versions, under, parent)

    # -- the load ----------------------------------------------------------------------------

    def health(self, user: User, days: int, model: str | None = None) -> tuple[Health, ...]:
        """The load of Gemba's own alerts on each of the person's plants over the last so many days
        of the data."""
        parts = self.parts(user, model)
        now = presents(parts, user.plants, self.clock)
        since = latest(now) - dt.timedelta(days=days)
        wanted = Filter(model=parts.model.name)
        found = self.store.reading.activations(user, since, latest(now), wanted)
        return load.of_alerts(found, parts.model, user.plants, since, latest(now))

    def plant_health(
        self, user: User, days: int, model: str | None = None
    ) -> tuple[tuple[Health, ...], bool]:
        """The same of the plant's own alarms, as the person may read them, and whether there were
        more than could be read. Nothing for a model without such a table. Raises what governance,
        the engine and the limits on questions do."""
        parts = self.parts(user, model)
        watch = self._alarms_of(parts)
        if watch is None:
            return (), False
        self.admit(user)
        now = presents(parts, user.plants, self.clock)
        until = {plant: moment for plant, moment in now.items() if _has_rows(parts, watch, plant)}
        return load.of_records(parts, self.queries, user, until, dt.timedelta(days=days))

    @staticmethod
    def _alarms_of(parts: ModelParts) -> Watch | None:
        watch = parts.model.watch
        return watch if watch is not None and watch.alarms is not None else None

    # -- the rest ----------------------------------------------------------------------------

    def local(self, alert: Alert, user: User) -> str:
        """The zone that its times are told in."""
        return zones_of(self.parts(user, alert.model), (alert.plant,))[alert.plant]

    def until(self, local: dt.datetime, zone: str) -> dt.datetime:
        """A plant's own time as UTC."""
        return to_utc(local, zone)

    @staticmethod
    def utc_now() -> dt.datetime:
        """The wall clock, UTC, naive."""
        return utc_now()


def _has_rows(parts: ModelParts, watch: Watch, plant: str) -> bool:
    assert watch.alarms is not None
    table = parts.model.tables[watch.alarms]
    if table.scope is None:
        return True
    return plant in parts.facts.tables[watch.alarms].by_scope
