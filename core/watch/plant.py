"""One plant's steps: from values to what happens to alerts, each step kept as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from core.alerting.alert import Alert, Pair, raised
from core.alerting.data_alerts import is_of_data
from core.alerting.grouping import GroupingRules, Groups, Member, group, is_parent
from core.alerting.lifecycle import STANDING, Event, State
from core.alerting.outages import Outage
from core.alerting.settling import parent_alert, settled
from core.alerting.step import Change, Happening, Step, Trip, kept, trips_of
from core.alerting.store import AlertStore, Outbox
from core.alerting.tripping import Advance, advance
from core.watch.again import Span, again
from core.watch.history import Batch
from core.watch.lanes import key_of, lane_of
from core.watch.pairs import Part, Rule
from core.watch.watched import Watched, moment, seconds

_ACTIVE: Final = (State.UNACKNOWLEDGED, State.ACKNOWLEDGED)
_NEVER: Final = 1 << 30
_AWAY: Final = (State.SHELVED, State.OUT_OF_SERVICE)
#: What is to be written with a step: its plant's, from that time on and up to that, epoch seconds.
Beside = Callable[[int, int], Iterable[Outbox]]


class OvertakenError(Exception):
    """Somebody else kept this step, or a later one."""


@dataclass(slots=True)
class Tally:
    """What steps came to."""

    steps: int = 0
    raised: int = 0
    returned: int = 0
    #: What is out of service -> how many alerts were not raised there.
    held: dict[str, int] = field(default_factory=dict)
    #: How many of those raised were of rows that came late.
    late_raised: int = 0
    changes: list[Change] = field(default_factory=list)

    def add(self, changes: Iterable[Change]) -> None:
        """Count changes."""
        for change in changes:
            self.raised += change.events.count(Event.RAISE)
            self.returned += change.events.count(Event.RETURN) + change.events.count(Event.LATCH)
            self.changes.append(change)
        del self.changes[:-1_000]


class PlantWatch:
    """Where a plant's watch stands, as it was kept; goes on from there step by step."""

    def __init__(
        self,
        watched: Watched,
        store: AlertStore,
        tenant: str,
        plant: str,
        begin_s: int,
        rules: GroupingRules | None = None,
        lane: str = "",
    ) -> None:
        """begin_s: where to begin when it was never watched. lane: see `core.watch.lanes`; no flood
        is made of alerts of another lane than the empty one."""
        self._watched, self._store = watched, store
        self._tenant, self._plant = tenant, plant
        self._rules = rules or (GroupingRules(flood_over=_NEVER) if lane else GroupingRules())
        self._lane, self._key = lane, key_of(plant, lane)
        model = watched.model.name
        self._kept_to = store.watermarks(tenant, model).get(self._key)
        self._trips: Mapping[Pair, Trip] = store.trips(tenant, model, self._key)
        self._open: dict[Pair, Alert] = {}
        self._outages: tuple[Outage, ...] = ()
        #: What late rows add, to be kept with the next step.
        self._late: tuple[Happening, ...] = ()
        self.upto_s = begin_s if self._kept_to is None else seconds(self._kept_to)

    def look_back(
        self, batches: Iterable[Batch], first_s: int, real: Mapping[Pair, Sequence[Span]]
    ) -> int:
        """Hold steps that were watched against their thresholds once more, with the rows that came
        late; see `core.watch.again`. How many alerts rise by it; they are kept with the next
        step."""
        self._look_again()
        self._outages = self._store.outages.touching(
            self._tenant, self._watched.model.name, self._plant, moment(first_s)
        )

        def make(part: Part, at: int, at_s: int, value: float) -> Alert | None:
            pair, begins = part.keys[at], moment(at_s)
            place = part.places[at]
            if any(one.is_of(pair, place) and one.holds(begins) for one in self._outages):
                return None
            return self._raised(part, at, at_s, value)

        found = again(
            self._watched, self._plant, batches, first_s, real, self._open, self._trips, make
        )
        self._trips, self._late = found.trips, found.happenings
        return sum(one.event is Event.RAISE for one in found.happenings)

    def go(self, batch: Batch, end_s: int, beside: Beside, tally: Tally) -> None:
        """Watch the batch's steps from where this plant stands, up to end_s. Raises OvertakenError,
        Unavailable; what was kept until then is kept."""
        part = batch.pairs.part(self._plant)
        first = (self.upto_s - batch.start_s) // self._watched.step_s
        values = batch.values[:, part.rows]
        self._look_again()
        trips = trips_of(part.keys, self._trips)
        is_first = True
        for start_s in range(self.upto_s, end_s, self._watched.step_s):
            step = advance(
                part.limits, trips, start_s, start_s + self._watched.step_s, values[first]
            )
            trips = step.trips
            happenings, parents = self._happens(
                part, batch, step, values[first], start_s, is_first, tally
            )
            self.upto_s = start_s + self._watched.step_s
            tally.steps += 1
            first, is_first = first + 1, False
            if happenings or parents:
                self._keep(kept(part.keys, trips), happenings, parents, beside, tally)
        if self._kept_to is None or seconds(self._kept_to) < self.upto_s:
            self._keep(kept(part.keys, trips), (), {}, beside, tally)

    def _look_again(self) -> None:
        """The alerts that are open by now: people act on them meanwhile. What they do within a
        batch is seen where the step is kept, and here with the next batch."""
        found = self._store.open_of(self._tenant, self._watched.model.name)
        mine = (
            one
            for one in found
            if one.plant == self._plant
            and not is_of_data(one.pair)
            and lane_of(one.measure, self._watched) == self._lane
        )
        self._open = {one.pair: one for one in mine}
        begins = moment(self.upto_s - self._watched.step_s)
        self._outages = self._store.outages.touching(
            self._tenant, self._watched.model.name, self._plant, begins
        )

    def _keep(
        self,
        trips: Mapping[Pair, Trip],
        happenings: tuple[Happening, ...],
        parents: Mapping[Pair, str],
        beside: Beside,
        tally: Tally,
    ) -> None:
        model, upto = self._watched.model.name, moment(self.upto_s)
        step = Step(self._tenant, model, self._kept_to, upto, happenings, trips, parents, self._key)
        from_s = seconds(self._kept_to) if self._kept_to is not None else 0
        done = self._store.commit(step, beside(from_s, self.upto_s))
        if not done.is_done:
            raise OvertakenError
        self._kept_to, self._trips = upto, trips
        tally.add(done.changes)
        for change in done.changes:
            if change.after.state is State.NORMAL:
                self._open.pop(change.after.pair, None)
            else:
                self._open[change.after.pair] = change.after

    # -- one step ----------------------------------------------------------------------------

    def _happens(
        self,
        part: Part,
        batch: Batch,
        step: Advance,
        values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
        start_s: int,
        is_first: bool,
        tally: Tally,
    ) -> tuple[tuple[Happening, ...], dict[Pair, str]]:
        """What happens, in order, and the groups that change."""
        released = self._released(part, step, start_s)
        late, self._late = self._late, ()
        if not self._open and not len(step.raised) and not released and not late:
            return (), {}
        start, end = moment(start_s), moment(start_s + self._watched.step_s)
        found = [*late]
        if is_first:
            found += [
                Happening(Event.RETURN, pair, start)
                for pair, alert in self._open.items()
                if pair not in part.at and not is_parent(pair) and alert.standing.base in _ACTIVE
            ]
        for at, at_s in zip(step.returned.tolist(), step.returned_at.tolist(), strict=True):
            # else it rose while it was out of service
            if part.keys[at] in self._open or any(one.pair == part.keys[at] for one in late):
                found.append(Happening(Event.RETURN, part.keys[at], moment(at_s)))
        rises = [*zip(step.raised.tolist(), step.raised_at.tolist(), strict=True), *released]
        for at, at_s in rises:
            if self._is_held(part.keys[at], part.places[at], start_s, tally):
                continue
            alert = self._raised(part, at, at_s, float(values[at]))
            found.append(Happening(Event.RAISE, part.keys[at], alert.raised_at, alert=alert))
        found += self._told_again(part, {one.pair for one in found}, end)
        groups, alerts = self._groups(found, batch, start_s + self._watched.step_s)
        more, parents = settled(
            groups,
            alerts,
            lambda parent: parent_alert(
                parent,
                tenant=self._tenant,
                model=self._watched.model.name,
                plant=self._plant,
            ),
            start,
            end,
        )
        changed = {pair: one for pair, one in parents.items() if alerts[pair].parent != one}
        return (*found, *more), changed

    def _is_held(self, pair: Pair, place: Mapping[str, str], start_s: int, tally: Tally) -> bool:
        """Whether nothing is raised of a pair that has no alert, as it is out of service."""
        if pair in self._open:  # it is out of service itself, and goes on there
            return False
        begins = moment(start_s)
        held = next((o for o in self._outages if o.is_of(pair, place) and o.holds(begins)), None)
        if held is not None:
            tally.held[held.asset] = tally.held.get(held.asset, 0) + 1
        return held is not None

    def _released(self, part: Part, step: Advance, start_s: int) -> list[tuple[int, int]]:
        """Pairs that are back in service with this step, whose condition stands and was not
        raised: their places, and from when on."""
        now, before = moment(start_s), moment(start_s - self._watched.step_s)
        ended = [one for one in self._outages if one.holds(before) and not one.holds(now)]
        if not ended:
            return []
        rising = set(step.raised.tolist())
        return [
            (at, start_s)
            for at in np.flatnonzero(step.trips.active).tolist()
            if at not in rising
            and part.keys[at] not in self._open
            and any(one.is_of(part.keys[at], part.places[at]) for one in ended)
        ]

    def _raised(self, part: Part, at: int, at_s: int, value: float) -> Alert:
        rule = part.rules[at]
        one = rule.threshold
        place = part.places[at]
        limit = _limit(rule, value)
        return raised(
            tenant=self._tenant,
            model=self._watched.model.name,
            pair=part.keys[at],
            at=moment(at_s),
            threshold_version=one.version,
            plant=self._plant,
            place=tuple(place.items())
            if one.per
            else tuple((level, place[level]) for level in self._watched.places),
            measure=one.measure,
            kind=one.kind,
            severity=one.severity,
            value=limit if one.kind == "missing" else None if np.isnan(value) else value,
            limit=limit,
            unit=rule.unit,
            latches=one.latch,
        )

    def _told_again(self, part: Part, busy: set[Pair], end: dt.datetime) -> list[Happening]:
        """Alerts that stand for longer than their thresholds allow without being told again."""
        found = []
        for pair, alert in self._open.items():
            at = part.at.get(pair)
            if at is None or pair in busy or alert.state not in STANDING or alert.parent:
                continue
            wait = part.rules[at].threshold.realarm_min
            if wait and alert.told_at and end - alert.told_at >= dt.timedelta(minutes=wait):
                found.append(Happening(Event.REALARM, pair, end))
        return found

    def _groups(
        self, found: Sequence[Happening], batch: Batch, end_s: int
    ) -> tuple[Groups, dict[Pair, Alert]]:
        """The groups after what was found, and the alerts that they are of."""
        alerts = dict(self._open)
        active = {
            pair: alert.standing.base in _ACTIVE
            for pair, alert in alerts.items()
            if not is_parent(pair)
        }
        raised_at = {pair: alert.raised_at for pair, alert in alerts.items()}
        for one in found:
            if one.event is Event.RETURN:
                active[one.pair] = False
            elif one.event is Event.RAISE and one.alert is not None:
                alerts.setdefault(one.pair, one.alert)
                active[one.pair], raised_at[one.pair] = True, one.at
        pair_of = {alert.id: pair for pair, alert in alerts.items()}
        begin_s = end_s - self._rules.flood_window_s
        members = []
        for pair, is_active in active.items():
            alert, at_s = alerts[pair], seconds(raised_at[pair])
            if is_active or at_s >= begin_s:
                members.append(
                    Member(
                        pair,
                        alert.place,
                        alert.measure,
                        alert.kind,
                        alert.severity,
                        at_s,
                        is_active,
                        alert.state in _AWAY,
                        pair_of.get(alert.parent),
                    )
                )
        standing = [
            pair for pair, one in alerts.items() if is_parent(pair) and one.standing.base in _ACTIVE
        ]
        watched = batch.pairs.silent
        return group(members, end_s, standing=standing, watched=watched, rules=self._rules), alerts


def _limit(rule: Rule, value: float) -> float | None:
    """The limit that a value is beyond."""
    low, high = rule.own.low, rule.own.high
    return low if low is not None and (high is None or value < low) else high
