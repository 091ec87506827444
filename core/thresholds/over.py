"""What the assets of an answer's rows had for limits over its time: lines that are true of all of
them, each for as long as it held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from core.errors import UserFixable
from core.semantic.held import Held, HeldLimit, Span
from core.thresholds.limits import OwnLimits, own_limits
from core.thresholds.record import KINDS, Side, Threshold
from core.thresholds.resolve import resolve
from core.thresholds.timeline import Span as Version

#: Places x times at which something changes, above which nothing is told apart.
_MOST: Final = 20_000
#: What at most one limit is of at a time: a kind of threshold or a label of the model; its side.
_Slot = tuple[str, Side]
#: Slot -> the limit that an asset has at a time.
_Slots = dict[_Slot, "_Had"]
#: Level -> value of an asset, and its zone.
_Place = tuple[Mapping[str, str], str]
#: A threshold, from when and until when it is in force on the clock of a zone.
_Dated = tuple[Threshold, dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Rows:
    """Of what and when an answer's rows are. places: level -> value of each asset. zones: of each,
    in the same order. start, end: [start, end) on the plants' own clocks."""

    places: Sequence[Mapping[str, str]]
    zones: Sequence[str]
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class _Had:
    """A limit of one asset at one time. of: id and version of the threshold."""

    limit: HeldLimit
    of: tuple[str, int]


def touches(versions: Iterable[Version], start: dt.datetime, end: dt.datetime) -> bool:
    """Whether a limit of the value is in force at some time of [start, end) on a plant's clock,
    whatever the plant's zone."""
    day = dt.timedelta(days=1)
    return any(
        begin < end + day and (over is None or over > start - day) and _is_of_value(version)
        for version, begin, over in versions
    )


def held_over(
    measure: str,
    unit: str,
    versions: Iterable[Version],
    fallback: Sequence[Threshold],
    levels: Sequence[str],
    rows: Rows,
) -> Held | None:
    """The limits of a measure over the rows; None where no threshold of its value was in force for
    any of their assets, so that the model's limits count as ever.

    unit: the measure's own, empty for none. versions: of its thresholds, with their times; all of
    each asset, or all of the places of one level, which then stand for assets.
    fallback: the model's limits (`resolve.model_limits`), for the times at which an asset has no
    threshold. levels: from the general to the particular.
    """
    own = [
        # of a place as a whole its figure is the one that it is drawn on: no statistic is named
        (replace(one, per="", window_min=0) if one.per else one, begin, over)
        for one, begin, over in versions
        if _is_of_value(one)
    ]
    lines = [one for one in fallback if one.measure == measure]
    scopes = [one.scope for one in (*(version[0] for version in own), *lines)]
    places = _told_apart(rows, {name for scope in scopes for name in scope.names})
    own = _that_hold(own, places)
    dated = {zone: _dated(own, zone, rows) for zone in dict.fromkeys(zone for _, zone in places)}
    if not any(dated.values()):
        return None
    ends = {at for of_zone in dated.values() for _one, *both in of_zone for at in both}
    cuts = sorted({rows.start, rows.end, *ends})
    if len(cuts) * len(places) > _MOST:
        return Held(measure, differ=((None, None),))
    course = _Course(rows)
    for start, end in pairwise(cuts):
        course.add(start, end, _at(start, places, dated, lines, levels, unit))
    return course.held(measure)


def _is_of_value(threshold: Threshold) -> bool:
    return KINDS[threshold.kind].limit_unit == "own"


def _told_apart(rows: Rows, names: Iterable[str]) -> list[_Place]:
    """The places by the levels alone that some scope names, each once."""
    kept = sorted(names)
    found: dict[tuple[str, ...], _Place] = {}
    for place, zone in zip(rows.places, rows.zones, strict=True):
        values = tuple(place.get(name, "") for name in kept)
        found.setdefault((zone, *values), (dict(zip(kept, values, strict=True)), zone))
    return list(found.values())


def _that_hold(versions: Iterable[Version], places: Iterable[_Place]) -> list[Version]:
    """Those whose scope holds for one of the places at least."""
    there: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    found = []
    for version in versions:
        scope = version[0].scope
        values = there.get(scope.names)
        if values is None:
            values = {tuple(place[name] for name in scope.names) for place, _zone in places}
            there[scope.names] = values
        if tuple(value for _name, value in scope.at) in values:
            found.append(version)
    return found


def _dated(versions: Iterable[Version], zone: str, rows: Rows) -> list[_Dated]:
    """Thresholds with their times on a zone's clock, within the rows' time."""
    found = []
    for threshold, begin, over in versions:
        first = max(local(begin, zone), rows.start)
        last = rows.end if over is None else min(local(over, zone), rows.end)
        if first < last:
            found.append((threshold, first, last))
    return found


def local(moment: dt.datetime, zone: str) -> dt.datetime:
    """UTC, naive -> a plant's clock, naive."""
    return moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _at(
    moment: dt.datetime,
    places: Sequence[_Place],
    dated: Mapping[str, Sequence[_Dated]],
    lines: Sequence[Threshold],
    levels: Sequence[str],
    unit: str,
) -> list[_Slots]:
    """What each place has at a moment: its nearest thresholds, else the model's limits."""
    found: list[_Slots] = []
    for zone, of_zone in dated.items():
        here = {n: place for n, (place, own_zone) in enumerate(places) if own_zone == zone}
        in_force = [one for one, begin, over in of_zone if begin <= moment < over]
        for n, effective in resolve(in_force, here, levels).items():
            held = [one.threshold for one in effective]
            own = held or [one for one in lines if one.scope.holds_for(here[n])]
            found.append(_slots(own, unit, zone))
    return found


def _slots(thresholds: Iterable[Threshold], unit: str, zone: str) -> _Slots:
    """The limits of thresholds in the measure's own unit; those are left out that cannot be had in
    it."""
    found: _Slots = {}
    for one in thresholds:
        try:
            own = own_limits(one, unit)
        except UserFixable:  # the model's unit is another one by now
            continue
        for side, value in _sides(own):
            limit = _limit(one, side, value, zone)
            found[limit.kind or limit.label, side] = _Had(limit, (one.id, one.version))
    return found


def _sides(own: OwnLimits) -> Iterable[tuple[Side, float]]:
    if own.low is not None:
        yield "low", own.low
    if own.high is not None:
        yield "high", own.high


def _limit(one: Threshold, side: Side, value: float, zone: str) -> HeldLimit:
    if not one.version:
        return HeldLimit(value, side, one.severity, label=one.note, source=one.source.text)
    return HeldLimit(
        value,
        side,
        one.severity,
        one.kind,
        source=one.source.text,
        version=one.version,
        since=local(one.valid_from, zone) if one.valid_from is not None else None,
        statistic=one.statistic if one.window_min else "",
        window_min=one.window_min,
    )


class _Course:
    """The limits that all places share, from one time to the next."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._open: dict[_Slot, tuple[_Had, dt.datetime]] = {}
        self._limits: list[HeldLimit] = []
        self._differ: list[tuple[dt.datetime, dt.datetime]] = []

    def add(self, start: dt.datetime, end: dt.datetime, places: Sequence[_Slots]) -> None:
        """What the places have in [start, end), which follows on what was added before."""
        every = {slot for slots in places for slot in slots}
        shared = {slot: one for slot in every if (one := _shared(slot, places)) is not None}
        if len(shared) < len(every):
            last = self._differ.pop() if self._differ and self._differ[-1][1] == start else None
            self._differ.append((last[0] if last else start, end))
        self._close(start, shared)
        for slot, one in shared.items():
            self._open.setdefault(slot, (one, start))

    def held(self, measure: str) -> Held:
        """All of it."""
        self._close(self._rows.end, {})
        limits = sorted(self._limits, key=lambda one: (one.value, one.begin))
        return Held(measure, tuple(limits), tuple(self._span(*ends) for ends in self._differ))

    def _close(self, at: dt.datetime, on: Mapping[_Slot, _Had]) -> None:
        """End the limits that do not go on."""
        for slot, (one, begin) in list(self._open.items()):
            if on.get(slot) != one:
                del self._open[slot]
                start, end = self._span(begin, at)
                self._limits.append(replace(one.limit, start=start, end=end))

    def _span(self, start: dt.datetime, end: dt.datetime) -> Span:
        rows = self._rows
        return (None if start <= rows.start else start, None if end >= rows.end else end)


def _shared(slot: _Slot, places: Sequence[_Slots]) -> _Had | None:
    """The limit of a slot where all places have it at the same value; without a version where they
    have it from several thresholds."""
    found = [slots.get(slot) for slots in places]
    first = found[0]
    if first is None:
        return None
    same = (first.limit.value, first.limit.severity)
    if any(one is None or (one.limit.value, one.limit.severity) != same for one in found):
        return None
    had = [one for one in found if one is not None]
    if any(one.of != first.of for one in had):
        return _Had(replace(first.limit, version=0, since=None, source=""), ("", 0))
    begun = {one.limit.since for one in had}
    if len(begun) == 1:
        return first
    # the same moment on the clocks of several plants
    days = {at.date() for at in begun if at is not None}
    since = dt.datetime.combine(days.pop(), dt.time()) if len(days) == 1 else None
    return _Had(replace(first.limit, since=since), first.of)
