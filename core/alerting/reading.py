"""What people see of alerts: those of their plants and tenant, in lists, counts and stories."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import sqlalchemy as sa

from core.alerting.alert import SEVERITIES, Alert, Entry, Severity
from core.alerting.lifecycle import LEAVING, SHOWN, STANDING, Event, State
from core.alerting.tables import ALERTS, JOURNAL, alert_of, entry_of, place_of, reading
from core.types import User

#: severity: worst first, those that stand for longest before others. newest: by when it rose.
Order = Literal["severity", "newest"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which alerts are wanted; an empty tuple or text is no filter. plants: of one's own. places:
    those that stand in one of these, each a level and its value. parent: those grouped under or
    suppressed by that alert; is_apart: those in no group. since, until: those that were open at
    some time in [since, until), UTC, whatever they are by now."""

    plants: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    states: tuple[State, ...] = ()
    model: str = ""
    parent: str = ""
    places: tuple[tuple[str, str], ...] = ()
    is_apart: bool = False
    since: dt.datetime | None = None
    until: dt.datetime | None = None


#: What is open and shown.
OPEN = Filter(states=SHOWN)


@dataclass(frozen=True, slots=True)
class Page:
    """Some alerts of a list. total: of the whole list."""

    alerts: tuple[Alert, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many alerts there are of a plant, severity and state."""

    plant: str
    severity: Severity
    state: State
    n: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where an alert stands. at: level and value, general to particular."""

    plant: str
    asset: str
    at: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Activation:
    """One time that an alert came to stand on people's list. cleared_at: the condition returned; of
    one that latched, it was reset; None: it stands."""

    alert: Alert
    raised_at: dt.datetime
    cleared_at: dt.datetime | None


class AlertReading:
    """Reads alerts. Thread-safe. Raises Unavailable."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def alert(self, alert_id: str, user: User) -> Alert | None:
        """One, if it is of the person's plants."""
        rows = self._rows(sa.select(ALERTS).where(ALERTS.c.id == alert_id, seen_by(user)))
        return alert_of(rows[0]) if rows else None

    def alerts(
        self,
        user: User,
        wanted: Filter = OPEN,
        *,
        order: Order = "severity",
        first: int = 0,
        most: int = 50,
    ) -> Page:
        """At most so many from that place of the list on. Raises ValueError for a place or number
        below 0."""
        if first < 0 or most < 0:
            raise ValueError("a list begins at 0")
        where = _where(user, wanted)
        by_severity = sa.case(
            {name: place for place, name in enumerate(SEVERITIES)}, value=ALERTS.c.severity
        )
        orders = {
            "severity": (by_severity, ALERTS.c.raised_at, ALERTS.c.id),
            "newest": (ALERTS.c.raised_at.desc(), by_severity, ALERTS.c.id),
        }
        query = sa.select(ALERTS).where(where).order_by(*orders[order]).offset(first).limit(most)
        with reading(self._engine) as connection:
            total = connection.execute(sa.select(sa.func.count()).where(where)).scalar_one()
            found = connection.execute(query).mappings().all()
        return Page(tuple(map(alert_of, found)), total)

    def counts(self, user: User, wanted: Filter = OPEN) -> tuple[Count, ...]:
        """How many there are, by plant, severity (worst first) and state."""
        parts = (ALERTS.c.plant, ALERTS.c.severity, ALERTS.c.state)
        query = sa.select(*parts, sa.func.count().label("n")).where(_where(user, wanted))
        rows = self._rows(query.group_by(*parts))
        found = [Count(r["plant"], r["severity"], State(r["state"]), r["n"]) for r in rows]
        return tuple(sorted(found, key=lambda c: (c.plant, SEVERITIES.index(c.severity), c.state)))

    def places(self, user: User, wanted: Filter = OPEN) -> tuple[Place, ...]:
        """Where alerts stand, each place once, by plant and asset."""
        parts = (ALERTS.c.plant, ALERTS.c.asset, ALERTS.c.place)
        query = sa.select(*parts).where(_where(user, wanted)).distinct().order_by(*parts)
        return tuple(
            Place(row["plant"], row["asset"], place_of(row["place"])) for row in self._rows(query)
        )

    def story(self, alert_id: str, user: User) -> tuple[Entry, ...]:
        """All that happened to one, in order; nothing of one that is not theirs to see."""
        query = (
            sa.select(JOURNAL)
            .join(ALERTS, ALERTS.c.id == JOURNAL.c.alert_id)
            .where(JOURNAL.c.alert_id == alert_id, seen_by(user))
            .order_by(JOURNAL.c.seq)
        )
        return tuple(map(entry_of, self._rows(query)))

    def activations(
        self, user: User, since: dt.datetime, until: dt.datetime, wanted: Filter | None = None
    ) -> tuple[Activation, ...]:
        """Each time that something stood and was shown, from before `until` and not yet over at
        `since`; by time. For `health`: what rises while it is shelved, suppressed or out of service
        is on nobody's list, and counts from when it comes back standing."""
        known: dict[str, Alert] = {}
        query = (
            sa.select(JOURNAL, *(c.label(f"of_{c.name}") for c in ALERTS.c))
            .join(ALERTS, ALERTS.c.id == JOURNAL.c.alert_id)
            .where(_where(user, replace(wanted or Filter(), since=since, until=until)))
            .order_by(JOURNAL.c.alert_id, JOURNAL.c.seq)
        )
        found: list[Activation] = []
        standing: dict[str, int] = {}
        for row in self._rows(query):
            entry, key = entry_of(row), row["alert_id"]
            if key not in known:
                known[key] = _alert_of(row)
            if entry.event in (Event.RAISE, Event.RETURN, Event.RESET):
                _end(found, standing, key, entry.at)
            comes = entry.event in (Event.RAISE, *LEAVING) and entry.is_shown
            if comes and entry.to_state in STANDING and key not in standing:
                standing[key] = len(found)
                found.append(Activation(known[key], entry.at, None))
        during = [a for a in found if a.raised_at < until and _ends(a, since)]
        return tuple(sorted(during, key=lambda a: (a.raised_at, a.alert.id)))

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        with reading(self._engine) as connection:
            return connection.execute(query).mappings().all()


def seen_by(user: User) -> sa.ColumnElement[bool]:
    """The alerts that a person may see."""
    return sa.and_(ALERTS.c.tenant == user.tenant, ALERTS.c.plant.in_(user.plants))


def _where(user: User, wanted: Filter) -> sa.ColumnElement[bool]:
    parts = [seen_by(user)]
    for column, values in (
        (ALERTS.c.plant, wanted.plants),
        (ALERTS.c.asset, wanted.assets),
        (ALERTS.c.severity, wanted.severities),
        (ALERTS.c.state, tuple(state.value for state in wanted.states)),
        (ALERTS.c.model, (wanted.model,) if wanted.model else ()),
        (ALERTS.c.parent, (wanted.parent,) if wanted.parent else ()),
    ):
        if values:
            parts.append(column.in_(values))
    if wanted.places:
        # a pair's quotes cannot be within another text of the JSON: there they are escaped
        pairs = (json.dumps(pair) for pair in wanted.places)
        parts.append(sa.or_(*(ALERTS.c.place.contains(pair, autoescape=True) for pair in pairs)))
    if wanted.is_apart:
        parts.append(ALERTS.c.parent == "")
    if wanted.until is not None:
        parts.append(ALERTS.c.opened_at < wanted.until)
    if wanted.since is not None:
        parts.append(sa.or_(ALERTS.c.closed_at.is_(None), ALERTS.c.closed_at >= wanted.since))
    return sa.and_(*parts)


def _alert_of(row: sa.RowMapping) -> Alert:
    """The alert of a row that holds a line of its journal too."""
    return alert_of({c.name: row[f"of_{c.name}"] for c in ALERTS.c})


def _end(found: list[Activation], standing: dict[str, int], key: str, at: dt.datetime) -> None:
    """The activation of that alert that stands, if any, is over."""
    if (place := standing.pop(key, None)) is not None:
        found[place] = Activation(found[place].alert, found[place].raised_at, at)


def _ends(activation: Activation, since: dt.datetime) -> bool:
    return activation.cleared_at is None or activation.cleared_at >= since
