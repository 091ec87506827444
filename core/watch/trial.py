"""Thresholds tried out on history, before they are published: the alerts that they would have
raised. The same readings and the same rules as the live watch, so that both say the same."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from core.alerting.alert import Pair
from core.alerting.step import Trip, kept, trips_of
from core.alerting.tables import utc_now
from core.alerting.tripping import replay
from core.semantic.facts import Fetch
from core.semantic.model import SemanticModel
from core.semantic.shifts import Shift, shift_on
from core.thresholds.record import Threshold
from core.watch.arrays import Floats
from core.watch.assets import extents
from core.watch.history import Batch, Reader
from core.watch.lanes import lane_of, reached
from core.watch.pairs import Rule
from core.watch.watched import Watched, moment, seconds, watched_of

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """An alert that would have been. UTC, naive; returned_at: None for one that stands at the end.
    peak: the value furthest beyond the limit, in the measure's own unit; None where there is none,
    as of missing readings."""

    raised_at: dt.datetime
    returned_at: dt.datetime | None
    peak: float | None

    def minutes(self, until: dt.datetime) -> float:
        """How long it lasted, at most until then."""
        return ((self.returned_at or until) - self.raised_at).total_seconds() / 60


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A threshold at an asset for which it counts. starts: int64[S], of each interval, epoch
    seconds. values: float64[S], what is held against the limit, NaN without a Good reading; of
    missing readings 1 where there is none. spans: its alerts, in order. per: of a figure of a whole
    place its level, and its name is in `asset`."""

    threshold: str
    asset: str
    plant: str
    starts: npt.NDArray[np.int64]
    values: Floats
    spans: tuple[Span, ...]
    per: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What thresholds come to on a window. courses: by threshold and asset. notes: thresholds that
    cannot be watched, a sentence each. good: share of Good rows, 0 to 1, None without rows."""

    model: SemanticModel
    start: dt.datetime
    end: dt.datetime
    courses: tuple[Course, ...]
    notes: tuple[str, ...]
    good: float | None

    @property
    def alerts(self) -> int:
        """How many there would have been."""
        return sum(len(one.spans) for one in self.courses)

    def counts(self) -> dict[str, int]:
        """Alerts by threshold, 0 for those that raise none."""
        found = Counter({one.threshold: 0 for one in self.courses})
        for one in self.courses:
            found[one.threshold] += len(one.spans)
        return dict(found)

    def mean_minutes(self) -> float | None:
        """How long an alert lasts in the mean; None where there is none."""
        lengths = [span.minutes(self.end) for one in self.courses for span in one.spans]
        return sum(lengths) / len(lengths) if lengths else None

    def load_per_shift(self) -> dict[str, tuple[tuple[Shift, int], ...]]:
        """Of each plant its shifts that began in the window and how many alerts rose in each, also
        where there were none; empty for a plant whose table has no shifts. Times of shifts are the
        plant's own."""
        watch = self.model.watch
        assert watch is not None
        time = self.model.tables[watch.table].time
        hours = time.shift_hours if time is not None else {}
        found: dict[str, tuple[tuple[Shift, int], ...]] = {}
        for plant in sorted({one.plant for one in self.courses}):
            zone = ZoneInfo(self.model.timezones.get(plant, "UTC"))
            raised = sorted(
                _local(span.raised_at, zone)
                for one in self.courses
                if one.plant == plant
                for span in one.spans
            )
            first, last = _local(self.start, zone), _local(self.end, zone)
            shifts = _shifts(first, last, hours)
            found[plant] = tuple(
                (shift, sum(shift.start <= at < shift.end for at in raised)) for shift in shifts
            )
        return found


def trial(
    fetch: Fetch,
    model: SemanticModel,
    thresholds: Sequence[Threshold],
    start: dt.datetime,
    end: dt.datetime,
) -> Trial:
    """What thresholds that stand together (of each asset, measure and kind the nearest counts)
    would have raised in [start, end), UTC, naive, both taken down to whole steps. Nothing is active
    at its beginning, and nothing happens at a plant after the time up to which the watch would go:
    the end of its data, or now where the model's clock is the wall's. Raises ConfigError for a
    model that is not watched, ValueError for a window without a step, and what `fetch` raises."""
    watched = watched_of(model, fetch)
    start_s, end_s = (watched.floor(seconds(one)) for one in (start, end))
    if end_s <= start_s:
        raise ValueError("a trial needs one step at least")
    reader = Reader(watched)
    now = seconds(utc_now())
    ends = {
        plant: watched.floor(now if model.clock == "wall" else extent.end_s)
        for plant, extent in extents(watched).items()
    }
    lanes = {lane_of(one.measure, watched) for one in thresholds} - {""}
    reach = {lane: reached(watched, lane) for lane in lanes}
    found = _Found(watched, start_s, end_s, ends, reach)
    for batch in reader.batches(tuple(thresholds), start_s, end_s):
        found.add(batch)
    return found.trial()


class _Found:
    """Batches, one after another, put together."""

    def __init__(
        self,
        watched: Watched,
        start_s: int,
        end_s: int,
        ends: Mapping[str, int],
        reach: Mapping[str, Mapping[str, int]],
    ) -> None:
        self._watched, self._ends, self._reach = watched, ends, reach
        self._start_s, self._end_s = start_s, end_s
        self._starts = np.arange(start_s, end_s, watched.step_s, dtype=np.int64)
        self._trips: Mapping[Pair, Trip] = {}
        self._values: dict[Pair, Floats] = {}
        self._spans: dict[Pair, list[list[int]]] = {}
        self._rules: dict[Pair, Rule] = {}
        self._plants: dict[Pair, str] = {}
        self._notes: dict[str, None] = {}
        self._rows = self._good = 0

    def add(self, batch: Batch) -> None:
        """The next batch. A pair that is in it no more ends with it."""
        pairs, step_s = batch.pairs, self._watched.step_s
        self._wait(batch)
        first = (batch.start_s - self._start_s) // step_s
        for key in set(self._trips) - set(pairs.keys):
            self._return(key, batch.start_s)
        trips: dict[Pair, Trip] = {}
        for plant, part in pairs.parts.items():
            count = int((batch.readings.starts < self._ends.get(plant, 0)).sum())
            steps = (
                (int(start), int(start) + step_s, values[part.rows])
                for start, values in zip(
                    batch.readings.starts[:count], batch.values[:count], strict=True
                )
            )
            spans = replay(part.limits, trips_of(part.keys, self._trips), steps)
            trips |= kept(part.keys, spans.trips)
            ends = (one.tolist() for one in (spans.pair, spans.raised_at, spans.returned_at))
            for at, raised_s, returned_s in zip(*ends, strict=True):
                key = part.keys[at]
                if raised_s >= 0:
                    self._spans.setdefault(key, []).append([raised_s, returned_s])
                elif returned_s >= 0:
                    self._return(key, returned_s)
            for key, rule, row in zip(part.keys, part.rules, part.rows.tolist(), strict=True):
                if key not in self._values:
                    self._values[key] = np.full(len(self._starts), np.nan)
                self._rules[key], self._plants[key] = rule, plant
                self._values[key][first : first + count] = batch.values[:count, row]
        self._trips = trips
        self._notes |= dict.fromkeys(batch.notes)
        self._rows += int(batch.readings.rows.sum())
        self._good += int(batch.readings.good.sum())

    def _wait(self, batch: Batch) -> None:
        """No values where a slower table has not come to yet: the watch waits for it."""
        for plant, part in batch.pairs.parts.items() if self._reach else ():
            for row, rule in zip(part.rows.tolist(), part.rules, strict=True):
                if lane := lane_of(rule.threshold.measure, self._watched):
                    end_s = self._watched.floor(self._reach[lane].get(plant, 0))
                    batch.values[batch.readings.starts >= end_s, row] = np.nan

    def trial(self) -> Trial:
        """All of it."""
        courses = tuple(
            Course(
                *key,
                self._plants[key],
                self._starts,
                values,
                self._spans_of(key),
                self._rules[key].threshold.per,
            )
            for key, values in sorted(self._values.items())
        )
        good = self._good / self._rows if self._rows else None
        start, end = moment(self._start_s), moment(self._end_s)
        return Trial(self._watched.model, start, end, courses, tuple(self._notes), good)

    def _return(self, key: Pair, at_s: int) -> None:
        spans = self._spans.get(key)
        if spans and spans[-1][1] < 0:
            spans[-1][1] = at_s

    def _spans_of(self, key: Pair) -> tuple[Span, ...]:
        found = []
        for raised_s, returned_s in self._spans.get(key, ()):
            returned = moment(returned_s) if returned_s >= 0 else None
            found.append(Span(moment(raised_s), returned, self._peak(key, raised_s, returned_s)))
        return tuple(found)

    def _peak(self, key: Pair, raised_s: int, returned_s: int) -> float | None:
        rule, step_s = self._rules[key], self._watched.step_s
        one = rule.threshold
        if one.kind == "missing":
            return None
        # It rose because of the readings of its delay; those of the off-delay are clear.
        first = (raised_s - one.on_delay_min * 60 - self._start_s) // step_s
        last = (returned_s - self._start_s - 1) // step_s + 1 if returned_s >= 0 else None
        part = self._values[key][max(first, 0) : last]
        low = np.nan if rule.own.low is None else rule.own.low
        high = np.nan if rule.own.high is None else rule.own.high
        beyond = np.fmax(part - high, low - part)
        if not len(beyond) or np.isnan(beyond).all():
            return None
        return float(part[int(np.nanargmax(beyond))])


def _local(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return at.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None)


def _shifts(
    first: dt.datetime, last: dt.datetime, hours: Mapping[str, tuple[int, int]]
) -> list[Shift]:
    """Shifts that begin in [first, last), in order."""
    days = (last.date() - first.date()) // _DAY + 1
    every = [
        shift_on(first.date() + day * _DAY, name, hours) for day in range(days) for name in hours
    ]
    return sorted((s for s in every if first <= s.start < last), key=lambda s: s.start)
