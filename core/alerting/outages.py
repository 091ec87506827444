"""What is out of service: an asset, a place with all that is in it, or one threshold at either, for
a time or until it is put back.

Nothing is raised there while it lasts, also where nothing stood before; alerts that stand are out
of service with it, and come back with it. The watch asks by the time of the data, people act by the
clock on the wall; `in_data` tells one by the other.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import sqlalchemy as sa

from core.alerting.alert import Alert, Pair
from core.alerting.drafts import Draft, write_drafts
from core.alerting.lifecycle import Event, State, is_possible
from core.alerting.step import Change
from core.alerting.tables import (
    ALERTS,
    OUTAGES,
    WATERMARKS,
    alert_of,
    place_of,
    reading,
    utc_now,
    writing,
)
from core.errors import UserFixable
from core.translation import gettext as _
from core.types import User

#: Data whose end is further from now than this are of another time: a demo, an old copy.
_OF_NOW: Final = dt.timedelta(days=2)
#: Data of so long before somebody acts are held too, where they were not watched yet.
_BEFORE: Final = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outage:
    """One of them. asset: its name, or that of a place as a whole. place: level and value of such a
    place, general to particular; empty for an asset. threshold_id, measure, kind: empty where all
    of it is out of service, and of a place all that is in it.
    put_at, until, ended_at: by the clock on the wall; since, upto: by the time of the data; all
    UTC, naive. until: None where it lasts until somebody puts it back. ended_by: empty where it
    came back by itself, or has not."""

    number: int
    tenant: str
    model: str
    plant: str
    asset: str
    threshold_id: str
    measure: str
    kind: str
    put_at: dt.datetime
    until: dt.datetime | None
    since: dt.datetime
    upto: dt.datetime | None
    by: str
    reason: str
    ended_at: dt.datetime | None = None
    ended_by: str = ""
    place: tuple[tuple[str, str], ...] = ()

    def is_of(self, pair: Pair, place: Mapping[str, str]) -> bool:
        """Whether it is of that threshold and asset, which stands at a place (level -> value)."""
        if self.asset == pair[1]:
            return self.threshold_id in ("", pair[0])
        is_in_it = bool(self.place) and all(place.get(level) == one for level, one in self.place)
        return is_in_it and not self.threshold_id

    def holds(self, at: dt.datetime) -> bool:
        """Whether a step that begins then raises nothing; by the time of the data."""
        return self.since <= at and (self.upto is None or at < self.upto)


_FIELDS: Final = tuple(one.name for one in fields(Outage))
#: Writes what has to be kept with it (audit, messages), in its transaction.
Noted = Callable[[sa.Connection, Outage, tuple[Change, ...]], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody takes out of service; as in `Outage`."""

    model: str
    plant: str
    asset: str
    reason: str
    until: dt.datetime | None = None
    threshold_id: str = ""
    measure: str = ""
    kind: str = ""
    place: tuple[tuple[str, str], ...] = ()


class Outages:
    """Of one installation. Thread-safe. Raises Unavailable."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def in_force(self, user: User, model: str) -> tuple[Outage, ...]:
        """Those of a person's plants that have not ended, by plant and asset."""
        query = sa.select(OUTAGES).where(
            OUTAGES.c.tenant == user.tenant, OUTAGES.c.model == model,
            OUTAGES.c.plant.in_(user.plants), OUTAGES.c.ended_at.is_(None),
        ).order_by(OUTAGES.c.plant, OUTAGES.c.asset, OUTAGES.c.threshold_id)  # fmt: skip
        return self._read(query)

    def touching(
        self, tenant: str, model: str, plant: str, since: dt.datetime
    ) -> tuple[Outage, ...]:
        """Those of a plant that hold at or after a time of the data; for the watch."""
        query = sa.select(OUTAGES).where(
            OUTAGES.c.tenant == tenant, OUTAGES.c.model == model, OUTAGES.c.plant == plant,
            sa.or_(OUTAGES.c.upto.is_(None), OUTAGES.c.upto >= since),
        )  # fmt: skip
        return self._read(query.order_by(OUTAGES.c.number))

    def put(
        self,
        wanted: Wanted,
        user: User,
        noted: Iterable[Noted] = (),
        now: dt.datetime | None = None,
    ) -> Outage:
        """Take out of service. Raises UserFixable where there is no reason, where its end is past,
        and where it is out of service already."""
        now = now or utc_now()
        if not wanted.reason.strip():
            raise UserFixable(_("Say why: a reason is kept with it."))
        if wanted.until is not None and wanted.until <= now:
            raise UserFixable(_("Say until when it is out of service: a time that is yet to come."))
        plain = {name: getattr(wanted, name) for name in wanted.__slots__}
        with writing(self._engine) as connection:
            upto = _watched_to(connection, user.tenant, wanted.model, wanted.plant)
            same = sa.select(OUTAGES.c.number).where(
                OUTAGES.c.tenant == user.tenant, OUTAGES.c.model == wanted.model,
                OUTAGES.c.asset == wanted.asset, OUTAGES.c.ended_at.is_(None),
                OUTAGES.c.threshold_id.in_(("", wanted.threshold_id)),
            )  # fmt: skip
            if connection.execute(same).first() is not None:
                raise UserFixable(
                    _("{asset} is out of service already.").format(asset=wanted.asset)
                )
            row = {
                **plain, "reason": wanted.reason.strip(), "tenant": user.tenant, "put_at": now,
                "since": begins(now, upto), "upto": wanted.until, "by": user.name, "ended_by": "",
            }  # fmt: skip
            made = connection.execute(
                sa.insert(OUTAGES).values(row | {"place": json.dumps(wanted.place)})
            )
            number = int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
            outage = Outage(number=number, **row)
            drafts = []
            for alert in _open_at(connection, outage):
                if is_possible(alert.standing, Event.OUT_OF_SERVICE):
                    draft = Draft(alert, alert)
                    draft.happens(
                        Event.OUT_OF_SERVICE, now, now, by=user.name, reason=outage.reason,
                        until=outage.until,
                    )  # fmt: skip
                    drafts.append(draft)
            _note(connection, outage, write_drafts(connection, drafts), noted)
        return outage

    def end(
        self, number: int, user: User, noted: Iterable[Noted] = (), now: dt.datetime | None = None
    ) -> Outage:
        """Put back into service before its time. Raises UserFixable where it is none of the
        person's plants or back already."""
        mine = sa.and_(
            OUTAGES.c.number == number, OUTAGES.c.tenant == user.tenant,
            OUTAGES.c.plant.in_(user.plants), OUTAGES.c.ended_at.is_(None),
        )  # fmt: skip
        now = now or utc_now()
        with writing(self._engine) as connection:
            found = _rows(connection, sa.select(OUTAGES).where(mine))
            if not found:
                raise UserFixable(_("This is back in service already."))
            return _end(connection, found[0], now, user.name, noted)

    def end_due(
        self, noted: Iterable[Noted] = (), now: dt.datetime | None = None
    ) -> tuple[Outage, ...]:
        """Put back what was out of service until now or earlier."""
        now = now or utc_now()
        due = sa.select(OUTAGES).where(OUTAGES.c.ended_at.is_(None), OUTAGES.c.until <= now)
        with reading(self._engine) as connection:
            if connection.execute(due.limit(1)).first() is None:
                return ()
        with writing(self._engine) as connection:
            found = _rows(connection, due.order_by(OUTAGES.c.number))
            return tuple(_end(connection, one, now, "", noted) for one in found)

    def _read(self, query: sa.Select[Any]) -> tuple[Outage, ...]:
        with reading(self._engine) as connection:
            return _rows(connection, query)


def in_data(now: dt.datetime, watched_to: dt.datetime | None) -> dt.datetime:
    """A moment of the wall clock in the time of the data: the same, or, where they are of another
    time, their end. watched_to: up to when the plant was watched; None: never."""
    is_of_now = watched_to is None or abs(now - watched_to) <= _OF_NOW
    return now if is_of_now or watched_to is None else watched_to


def begins(now: dt.datetime, watched_to: dt.datetime | None) -> dt.datetime:
    """From where on nothing is raised, by the time of the data: now, and what has not been watched
    of the hour before."""
    here = in_data(now, watched_to)
    return here if watched_to is None else min(here, max(watched_to, here - _BEFORE))


def _end(
    connection: sa.Connection, outage: Outage, now: dt.datetime, by: str, noted: Iterable[Noted]
) -> Outage:
    watched_to = _watched_to(connection, outage.tenant, outage.model, outage.plant)
    ends = now if outage.until is None else min(now, outage.until)
    upto = max(outage.since, in_data(ends, watched_to))
    values = {"ended_at": now, "ended_by": by, "upto": upto}
    mine = OUTAGES.c.number == outage.number
    connection.execute(sa.update(OUTAGES).where(mine).values(values))
    (after,) = _rows(connection, sa.select(OUTAGES).where(mine))
    others = _rows(connection, sa.select(OUTAGES).where(
        OUTAGES.c.tenant == outage.tenant, OUTAGES.c.model == outage.model,
        OUTAGES.c.plant == outage.plant, OUTAGES.c.ended_at.is_(None),
    ).order_by(OUTAGES.c.number))  # fmt: skip
    drafts = []
    for alert in _open_at(connection, outage):
        if _is_by(alert, outage):
            draft = Draft(alert, alert)
            draft.happens(Event.INTO_SERVICE, now, now, by=by)
            still = next((o for o in others if o.is_of(alert.pair, dict(alert.place))), None)
            if still is not None and draft.alert.state is not State.NORMAL:
                draft.happens(
                    Event.OUT_OF_SERVICE, now, now, by=still.by, reason=still.reason,
                    until=still.until,
                )  # fmt: skip
            drafts.append(draft)
    _note(connection, after, write_drafts(connection, drafts), noted)
    return after


def _is_by(alert: Alert, outage: Outage) -> bool:
    """Whether it was this that took an alert out of service, and not a person that alert alone."""
    put = (alert.away_by, alert.away_reason, alert.away_until)
    return alert.state is State.OUT_OF_SERVICE and put == (
        outage.by, outage.reason, outage.until,
    )  # fmt: skip


def _open_at(connection: sa.Connection, outage: Outage) -> Sequence[Alert]:
    query = sa.select(ALERTS).where(
        ALERTS.c.tenant == outage.tenant, ALERTS.c.model == outage.model,
        ALERTS.c.plant == outage.plant, ALERTS.c.state != State.NORMAL.value,
    ).order_by(ALERTS.c.id)  # fmt: skip
    if not outage.place:
        query = query.where(ALERTS.c.asset == outage.asset)
    found = map(alert_of, connection.execute(query).mappings())
    return [alert for alert in found if outage.is_of(alert.pair, dict(alert.place))]


def _watched_to(
    connection: sa.Connection, tenant: str, model: str, plant: str
) -> dt.datetime | None:
    mine = (WATERMARKS.c.tenant == tenant, WATERMARKS.c.model == model, WATERMARKS.c.plant == plant)
    found: dt.datetime | None = connection.execute(
        sa.select(WATERMARKS.c.upto).where(*mine)
    ).scalar()
    return found


def _note(
    connection: sa.Connection, outage: Outage, changes: tuple[Change, ...], noted: Iterable[Noted]
) -> None:
    for note in noted:
        note(connection, outage, changes)


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> tuple[Outage, ...]:
    rows = connection.execute(query).mappings().all()
    return tuple(
        Outage(**{name: row[name] for name in _FIELDS} | {"place": place_of(row["place"])})
        for row in rows
    )
