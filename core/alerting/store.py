"""Alerts are changed here: by the watch in steps, by people one at a time.

Whoever changes an alert says what happened to it, not what it is afterwards. That is worked out
within the transaction from what the alert is by then, so that a person and the watch, in processes
of their own, never write over one another: of an acknowledgement and a return that come at once,
either may be first, and both hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from core.alerting.alert import Alert, Pair
from core.alerting.drafts import Draft, write_drafts
from core.alerting.lifecycle import Event, Rules, State, check, is_possible
from core.alerting.outages import Outages
from core.alerting.reading import AlertReading, seen_by
from core.alerting.retention import Beside, cut_outages, cut_stories
from core.alerting.step import Change, Committed, Happening, Step, Trip
from core.alerting.tables import (
    ALERTS,
    META,
    TRIPS,
    WATERMARKS,
    alert_of,
    keep_journal,
    reading,
    utc_now,
    writing,
)
from core.errors import UserFixable
from core.state import open_state
from core.translation import gettext as _
from core.types import User

#: Writes messages about what changed, in the transaction that holds the changes.
Outbox = Callable[[sa.Connection, tuple[Change, ...]], None]


class AlertStore:
    """Alerts of one installation. Thread-safe. Calls that write raise Unavailable, and have then
    written nothing. `reading` is what people see of them, `outages` what is out of service."""

    def __init__(self, folder: Path, rules: Rules | None = None) -> None:
        self._engine = open_state(folder, META)
        keep_journal(self._engine)
        #: What is asked of people.
        self.rules: Final = rules or Rules()
        self.reading = AlertReading(self._engine)
        self.outages = Outages(self._engine)

    # -- the watch ---------------------------------------------------------------------------

    def watermark(self, tenant: str, model: str) -> dt.datetime | None:
        """Up to when all plants of a model were watched; None: none of them."""
        return min(self.watermarks(tenant, model).values(), default=None)

    def watermarks(self, tenant: str, model: str) -> dict[str, dt.datetime]:
        """Up to when each plant of a model was watched."""
        query = sa.select(WATERMARKS).where(*_of(WATERMARKS, tenant, model))
        with reading(self._engine) as connection:
            return {row.plant: row.upto for row in connection.execute(query)}

    def trips(self, tenant: str, model: str, plant: str = "") -> dict[Pair, Trip]:
        """Where pairs of a plant stand that are active or have a delay running."""
        with reading(self._engine) as connection:
            return _trips(connection, tenant, model, plant)

    def open_of(self, tenant: str, model: str) -> tuple[Alert, ...]:
        """All alerts of a model that are not normal, whoever may see them; for the watch."""
        with reading(self._engine) as connection:
            return tuple(_open(connection, tenant, model).values())

    def commit(self, step: Step, outbox: Iterable[Outbox] = ()) -> Committed:
        """Keep a step: alerts, journal, trips, messages and the watermark in one transaction.
        Nothing at all is written where the watermark is no longer where the step begins: it was
        done before, or somebody else is further. Raises ValueError for a step that ends before it
        begins, and Unavailable."""
        if step.after is not None and step.upto <= step.after:
            raise ValueError("a step ends after it begins")
        now = utc_now()
        with writing(self._engine) as connection:
            if _watermark(connection, step) != step.after:
                return Committed(is_done=False)
            open_now = _open(connection, step.tenant, step.model)
            drafts: dict[str, Draft] = {}
            passed_over = []
            for one in step.happenings:
                draft = _draft(connection, open_now, drafts, one)
                if draft is None or not _happens(draft, one, now):
                    passed_over.append(one)
                    continue
                drafts[draft.alert.id] = draft
                open_now[one.pair] = draft.alert
            for pair, parent in step.parents.items():
                alert = open_now.get(pair)
                if alert is not None and alert.parent != parent:
                    draft = drafts.setdefault(alert.id, Draft(alert, alert))
                    draft.alert = replace(alert, parent=parent, revision=alert.revision + 1)
            changes = write_drafts(connection, drafts.values())
            _write_trips(connection, step)
            _write_watermark(connection, step)
            for put in outbox:
                put(connection, changes)
        return Committed(True, changes, tuple(passed_over))

    def happen(
        self,
        tenant: str,
        model: str,
        happenings: Sequence[Happening],
        outbox: Iterable[Outbox] = (),
    ) -> tuple[Change, ...]:
        """Keep what happens beside the watch, such as a batch that is held back: no watermark moves
        by it. What does not fit the open alert is passed over. Raises Unavailable."""
        now = utc_now()
        with writing(self._engine) as connection:
            open_now = _open(connection, tenant, model)
            drafts: dict[str, Draft] = {}
            for one in happenings:
                draft = _draft(connection, open_now, drafts, one)
                if draft is not None and _happens(draft, one, now):
                    drafts[draft.alert.id] = draft
                    open_now[one.pair] = draft.alert
            changes = write_drafts(connection, drafts.values())
            for put in outbox:
                put(connection, changes)
        return changes

    def has_due(self, now: dt.datetime | None = None) -> bool:
        """Whether the time of a shelf is over by now; a look that costs next to nothing."""
        due = sa.select(ALERTS.c.id).where(
            ALERTS.c.state == State.SHELVED.value, ALERTS.c.away_until <= (now or utc_now())
        )
        with reading(self._engine) as connection:
            return connection.execute(due.limit(1)).first() is not None

    def end_shelves(
        self, now: dt.datetime | None = None, outbox: Iterable[Outbox] = ()
    ) -> tuple[Change, ...]:
        """Take back what was shelved until now or earlier; what stands is told anew."""
        now = now or utc_now()
        due = sa.select(ALERTS).where(
            ALERTS.c.state == State.SHELVED.value, ALERTS.c.away_until <= now
        )
        with writing(self._engine) as connection:
            drafts = []
            for row in connection.execute(due.order_by(ALERTS.c.id)).mappings().all():
                alert = alert_of(row)
                draft = Draft(alert, alert)
                draft.happens(Event.UNSHELVE, now, now)
                drafts.append(draft)
            changes = write_drafts(connection, drafts)
            for put in outbox:
                put(connection, changes)
        return changes

    # -- people ------------------------------------------------------------------------------

    def act(
        self,
        alert_id: str,
        event: Event,
        user: User,
        *,
        reason: str = "",
        until: dt.datetime | None = None,
        seen: int | None = None,
        now: dt.datetime | None = None,
        outbox: Iterable[Outbox] = (),
    ) -> Change:
        """What a person does with an alert of their plants. until: of a shelf, UTC. seen: the count
        that the person saw: one that was raised again since is not acknowledged unseen. Raises
        UserFixable, with words for the person, and Unavailable."""
        now = now or utc_now()
        check(event, reason, until, now, self.rules)
        one = sa.select(ALERTS).where(ALERTS.c.id == alert_id, seen_by(user))
        with writing(self._engine) as connection:
            row = connection.execute(one).mappings().first()
            if row is None:
                raise UserFixable(_("There is no such alert in your plants."))
            alert = alert_of(row)
            if seen is not None and seen != alert.count:
                raise UserFixable(_("This alert was raised again meanwhile; look at it once more."))
            draft = Draft(alert, alert)
            end = until if event is Event.SHELVE else None
            draft.happens(event, now, now, by=user.name, reason=reason.strip(), until=end)
            if alert.state is State.NORMAL:
                _must_be_alone(connection, alert)
            changes = write_drafts(connection, [draft])
            for put in outbox:
                put(connection, changes)
        return changes[0]

    # -- what is over for long ---------------------------------------------------------------

    def cut(self, before: dt.datetime, beside: Iterable[Beside] = ()) -> int:
        """Delete a batch of stories that were over before a time; how many. beside: see there."""
        return cut_stories(self._engine, before, beside)

    def cut_outages(self, before: dt.datetime) -> int:
        """Delete what was put back into service before a time; how many."""
        return cut_outages(self._engine, before)

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()


def _watermark(connection: sa.Connection, step: Step) -> dt.datetime | None:
    upto: dt.datetime | None = connection.execute(
        sa.select(WATERMARKS.c.upto).where(*_of_plant(WATERMARKS, step))
    ).scalar()
    return upto


def _of_plant(table: sa.Table, step: Step) -> tuple[sa.ColumnElement[bool], ...]:
    return (*_of(table, step.tenant, step.model), table.c.plant == step.plant)


def _trips(connection: sa.Connection, tenant: str, model: str, plant: str) -> dict[Pair, Trip]:
    mine = (*_of(TRIPS, tenant, model), TRIPS.c.plant == plant)
    rows = connection.execute(sa.select(TRIPS).where(*mine))
    return {
        (row.threshold_id, row.asset): Trip(row.is_active, row.since_s, row.until_s) for row in rows
    }


def _open(connection: sa.Connection, tenant: str, model: str) -> dict[Pair, Alert]:
    query = (
        sa.select(ALERTS)
        .where(*_of(ALERTS, tenant, model), ALERTS.c.state != State.NORMAL.value)
        .order_by(ALERTS.c.opened_at, ALERTS.c.id)
    )
    found = map(alert_of, connection.execute(query).mappings())
    return {alert.pair: alert for alert in found}


def _of(table: sa.Table, tenant: str, model: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (table.c.tenant == tenant, table.c.model == model)


def _draft(
    connection: sa.Connection,
    open_now: dict[Pair, Alert],
    drafts: dict[str, Draft],
    one: Happening,
) -> Draft | None:
    """The alert that something happens to: the pair's open one, or what is raised where it has none
    that is open."""
    alert = open_now.get(one.pair)
    if alert is None or alert.state is State.NORMAL:
        if one.event is not Event.RAISE or one.alert is None:
            return None
        row = _row(connection, one.alert.id)
        if row is None and one.alert.id not in drafts:
            return Draft(None, one.alert)
        alert = alert_of(row) if row is not None else one.alert
    return drafts.get(alert.id) or Draft(alert, alert)


def _row(connection: sa.Connection, alert_id: str) -> sa.RowMapping | None:
    return connection.execute(sa.select(ALERTS).where(ALERTS.c.id == alert_id)).mappings().first()


def _happens(draft: Draft, one: Happening, now: dt.datetime) -> bool:
    event = one.event
    if event is Event.RETURN and draft.alert.latches:
        event = Event.LATCH
    if not is_possible(draft.alert.standing, event):
        return False
    draft.happens(event, one.at, now, reason=one.reason, fresh=one.alert)
    return True


def _must_be_alone(connection: sa.Connection, alert: Alert) -> None:
    """Raises UserFixable where a newer alert of the same pair is open."""
    others = sa.select(ALERTS.c.id).where(
        *_of(ALERTS, alert.tenant, alert.model),
        ALERTS.c.threshold_id == alert.threshold_id,
        ALERTS.c.asset == alert.asset,
        ALERTS.c.state != State.NORMAL.value,
    )
    if connection.execute(others).first() is not None:
        raise UserFixable(
            _("This alert is over, and a newer one of the same threshold and asset is open.")
        )


def _write_trips(connection: sa.Connection, step: Step) -> None:
    """Only what differs is written: of 10,000 pairs few are active or have a delay running."""
    before = _trips(connection, step.tenant, step.model, step.plant)
    gone = [pair for pair, trip in before.items() if step.trips.get(pair) != trip]
    came = [(pair, trip) for pair, trip in step.trips.items() if before.get(pair) != trip]
    of = {"tenant": step.tenant, "model": step.model, "plant": step.plant}
    if gone:
        one = sa.and_(
            *_of_plant(TRIPS, step),
            TRIPS.c.threshold_id == sa.bindparam("of_threshold"),
            TRIPS.c.asset == sa.bindparam("of_asset"),
        )
        keys: Sequence[dict[str, str]] = [{"of_threshold": t, "of_asset": a} for t, a in gone]
        connection.execute(sa.delete(TRIPS).where(one), keys)
    if came:
        rows = [
            {
                **of, "threshold_id": threshold, "asset": asset, "is_active": trip.is_active,
                "since_s": trip.since_s, "until_s": trip.until_s,
            }
            for (threshold, asset), trip in came
        ]  # fmt: skip
        connection.execute(sa.insert(TRIPS), rows)


def _write_watermark(connection: sa.Connection, step: Step) -> None:
    values = {
        "tenant": step.tenant, "model": step.model, "plant": step.plant, "upto": step.upto,
    }  # fmt: skip
    if step.after is None:
        connection.execute(sa.insert(WATERMARKS).values(values))
        return
    connection.execute(
        sa.update(WATERMARKS).where(*_of_plant(WATERMARKS, step)).values(upto=step.upto)
    )
