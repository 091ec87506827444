"""What the watch hands over after an interval: all of it is kept, or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.alerting.alert import Alert, Pair
from core.alerting.lifecycle import Event
from core.alerting.tripping import Trips


@dataclass(frozen=True, slots=True)
class Trip:
    """Where one pair stands, as in `Trips`."""

    is_active: bool
    since_s: int = -1
    until_s: int = -1


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the watch at a pair's open alert. at: UTC, naive. alert: with `raise`, what is
    raised (made by `alert.raised`), which is the alert where the pair has none open. reason: with
    `suppress`, the rule. A `return` of a latching alert latches it."""

    event: Event
    pair: Pair
    at: dt.datetime
    reason: str = ""
    alert: Alert | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One interval of a model's watch, at one plant: each has a clock, a watermark and trips of its
    own (empty: the model's only one). after: the watermark that it goes on from, None for the
    first; upto: the watermark behind it. happenings: in order. trips: of every pair that is active
    or has a delay running; those that are not here are forgotten. parents: pair -> id of the alert
    that its open alert is grouped under; empty: no more."""

    tenant: str
    model: str
    after: dt.datetime | None
    upto: dt.datetime
    happenings: tuple[Happening, ...] = ()
    trips: Mapping[Pair, Trip] = field(default_factory=dict)
    parents: Mapping[Pair, str] = field(default_factory=dict)
    plant: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one alert. before: None for a new one. is_told: people are to be told of it
    now; an alert that is grouped under another is told by that one."""

    before: Alert | None
    after: Alert
    events: tuple[Event, ...]
    is_told: bool


@dataclass(frozen=True, slots=True)
class Committed:
    """is_done: it was kept; False where the watermark had moved, so that nothing was written.
    changes: one an alert. passed_over: what did not fit any more, a person was there first."""

    is_done: bool
    changes: tuple[Change, ...] = ()
    passed_over: tuple[Happening, ...] = ()


def kept(pairs: Sequence[Pair], trips: Trips) -> dict[Pair, Trip]:
    """Trips as they are kept: of those alone that are active or have a delay running."""
    return {
        pairs[at]: Trip(bool(trips.active[at]), int(trips.since[at]), int(trips.until[at]))
        for at in np.flatnonzero(trips.active | (trips.since >= 0)).tolist()
    }


def trips_of(pairs: Sequence[Pair], kept: Mapping[Pair, Trip]) -> Trips:
    """The arrays for these pairs from what was kept."""
    trips = Trips.none(len(pairs))
    for at, pair in enumerate(pairs):
        if (one := kept.get(pair)) is not None:
            trips.active[at] = one.is_active
            trips.since[at], trips.until[at] = one.since_s, one.until_s
    return trips
