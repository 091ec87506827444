"""A threshold on history: its alerts, how long they last, and what load of alerts they are."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from core.alerting.figures import FIGURES, Figure, Verdict
from core.alerting.health import Activations, Health, Window, health
from core.alerting.load import PRIORITY_OF
from core.semantic.shifts import shift_on
from core.threshold_desk.plants import Known
from core.thresholds.record import Threshold
from core.watch.trial import Course

_EPOCH: Final = dt.datetime(1970, 1, 1)
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ShiftLoad:
    """Alerts of one plant by shift, of the plant's own clock. shifts: that begin in the window.
    worst: the shift with the most, None where there was no alert. target, most: of a mean shift,
    from the figures an hour."""

    plant: str
    alerts: int
    shifts: int
    mean: float
    worst: tuple[dt.date, str, int] | None
    target: float
    most: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Tried:
    """Thresholds over a window, UTC. courses: of the person's assets. loads, healths: by plant.
    notes: thresholds that cannot be held against the data, a sentence each."""

    thresholds: tuple[Threshold, ...]
    start: dt.datetime
    end: dt.datetime
    courses: tuple[Course, ...]
    loads: tuple[ShiftLoad, ...]
    healths: tuple[Health, ...]
    notes: tuple[str, ...] = ()

    @property
    def days(self) -> float:
        return (self.end - self.start) / _DAY

    @cached_property
    def alerts(self) -> int:
        """Alerts of all assets together."""
        return sum(len(course.spans) for course in self.courses)

    @cached_property
    def minutes(self) -> tuple[float, ...]:
        """How long each lasted, until the window's end at most."""
        return tuple(span.minutes(self.end) for one in self.courses for span in one.spans)

    @property
    def mean_min(self) -> float | None:
        """Mean length; None without an alert."""
        return sum(self.minutes) / len(self.minutes) if self.minutes else None

    @property
    def longest_min(self) -> float | None:
        return max(self.minutes, default=None)

    @cached_property
    def by_asset(self) -> dict[str, tuple[int, float]]:
        """Asset -> alerts and minutes of all of them, the most alerts first."""
        found: dict[str, tuple[int, float]] = {}
        for course in self.courses:
            count, minutes = found.get(course.asset, (0, 0.0))
            lasted = sum(span.minutes(self.end) for span in course.spans)
            found[course.asset] = (count + len(course.spans), minutes + lasted)
        return dict(sorted(found.items(), key=lambda one: (-one[1][0], -one[1][1], one[0])))

    def course(self, asset: str, threshold: str = "") -> Course | None:
        """The course at an asset; of one threshold, where several were tried."""
        return next(
            (
                one
                for one in self.courses
                if one.asset == asset and threshold in ("", one.threshold)
            ),
            None,
        )


def tried(
    thresholds: Sequence[Threshold],
    courses: Sequence[Course],
    known: Known,
    start: dt.datetime,
    end: dt.datetime,
    notes: tuple[str, ...] = (),
    figures: Sequence[Figure] = FIGURES,
) -> Tried:
    """What courses come to, plant by plant."""
    severity = {one.id: PRIORITY_OF[one.severity] for one in thresholds}
    plants = sorted({one.plant for one in courses})
    activations = _activations(courses, severity)
    window = Window(_seconds(start), _seconds(end))
    return Tried(
        tuple(thresholds),
        start,
        end,
        tuple(courses),
        tuple(
            _load(plant, [c for c in courses if c.plant == plant], known, start, end, figures)
            for plant in plants
        ),
        health(activations, window, positions=plants, figures=figures),
        notes,
    )  # fmt: skip


def _activations(courses: Sequence[Course], severity: Mapping[str, str]) -> Activations:
    rows = [(course, span) for course in courses for span in course.spans]
    ends = [-1 if span.returned_at is None else _seconds(span.returned_at) for _one, span in rows]
    return Activations(
        np.array([_seconds(span.raised_at) for _one, span in rows], np.int64),
        np.array(ends, np.int64),
        np.array([f"{one.threshold} {one.asset}" for one, _span in rows], np.str_),
        np.array([severity.get(one.threshold, "") for one, _span in rows], np.str_),
        np.array([one.plant for one, _span in rows], np.str_),
    )


def _load(
    plant: str,
    courses: Sequence[Course],
    known: Known,
    start: dt.datetime,
    end: dt.datetime,
    figures: Sequence[Figure],
) -> ShiftLoad:
    axis = known.model.tables[known.watch.table].time
    hours = dict(axis.shift_hours) if axis is not None and axis.shift_hours else {"": (0, 0)}
    zone = ZoneInfo(known.model.timezones.get(plant, "UTC"))
    local_start, local_end = (_local(moment, zone) for moment in (start, end))
    counts: Counter[tuple[dt.date, str]] = Counter()
    for course in courses:
        for span in course.spans:
            counts[_shift_of(_local(span.raised_at, zone), hours)] += 1
    begun, lasting = 0, dt.timedelta()
    for day in range((local_end.date() - local_start.date()).days + 1):
        for name in hours:
            shift = shift_on(local_start.date() + day * _DAY, name, hours)
            lasting = max(lasting, shift.end - shift.start)
            begun += local_start <= shift.start < local_end
    alerts = sum(counts.values())
    mean = alerts / begun if begun else float(alerts)
    hourly = next(one for one in figures if one.metric == "per_hour")
    length = lasting / dt.timedelta(hours=1)
    worst = max(counts.items(), key=lambda one: (one[1], one[0]), default=None)
    return ShiftLoad(
        plant,
        alerts,
        begun,
        mean,
        (*worst[0], worst[1]) if worst else None,
        hourly.target * length,
        None if hourly.maximum is None else hourly.maximum * length,
        hourly.verdict(mean / length),
    )


def _shift_of(local: dt.datetime, hours: Mapping[str, tuple[int, int]]) -> tuple[dt.date, str]:
    """The production day and the shift in which a moment of the plant's clock lies; the day alone
    where no shift covers it."""
    for day in (local.date(), local.date() - _DAY):
        for name in hours:
            shift = shift_on(day, name, hours)
            if shift.start <= local < shift.end:
                return day, name
    return local.date(), ""


def _local(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return moment.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None)


def _seconds(moment: dt.datetime) -> int:
    return int((moment - _EPOCH).total_seconds())
