"""Lanes of a watch: what has to wait for a slower table is watched beside what has not.

A figure of several tables is held against its limit once all of its tables of intervals have
reached the step. So that nothing else waits for it, each set of such tables has a lane of its own
at each plant, with its own watermark and trips; the empty lane is that of the watched table alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from core.thresholds.record import Threshold
from core.watch.watched import Watched, seconds

_APART: Final = "\x1f"
_JOINED: Final = "+"


def lane_of(measure: str, watched: Watched) -> str:
    """The tables of intervals, other than the watched one, that a measure needs."""
    known = watched.measures.get(measure)
    if known is None or not known.others:
        return ""
    tables = watched.model.tables
    return _JOINED.join(
        name
        for name in known.others
        if (time := tables[name].time) is not None and time.interval_min is not None
    )


def key_of(plant: str, lane: str) -> str:
    """What a lane of a plant is kept under."""
    return f"{plant}{_APART}{lane}" if lane else plant


def lanes_in(keys: Iterable[str]) -> set[str]:
    """The lanes of keys."""
    return {key.partition(_APART)[2] for key in keys}


@dataclass(slots=True)
class Parted:
    """Thresholds by lane; the same tuples as long as the same ones are given."""

    _known: tuple[Threshold, ...] | None = None
    _parts: dict[str, tuple[Threshold, ...]] = field(default_factory=dict)

    def of(
        self, thresholds: tuple[Threshold, ...], watched: Watched
    ) -> dict[str, tuple[Threshold, ...]]:
        """Lane -> its thresholds; the empty lane is always there."""
        if self._known is not thresholds:
            parts: dict[str, list[Threshold]] = {"": []}
            for one in thresholds:
                parts.setdefault(lane_of(one.measure, watched), []).append(one)
            self._known = thresholds
            self._parts = {lane: tuple(found) for lane, found in parts.items()}
            if len(parts) == 1:
                self._parts = {"": thresholds}
        return self._parts


def tables_of(thresholds: Iterable[Threshold], watched: Watched) -> tuple[str, ...]:
    """Further tables than the watched one that thresholds need rows of, by name."""
    names = {one.measure for one in thresholds}
    found = {t for name in names if (m := watched.measures.get(name)) is not None for t in m.others}
    return tuple(sorted(found))


def reached(watched: Watched, lane: str) -> Mapping[str, int]:
    """By plant, up to when all tables of a lane have rows, epoch seconds; a plant of which one has
    none is left out."""
    found: dict[str, int] = {}
    for number, name in enumerate(lane.split(_JOINED)):
        table = watched.model.tables[name]
        time = table.time
        assert time is not None
        scope, at = table.scope, time.utc or time.timestamp
        rows = watched.fetch(
            f"SELECT {scope or repr('')} AS plant, MAX({at}) AS last_at FROM {table.name}"
            + (f" GROUP BY {scope}" if scope else "")
        )
        here: dict[str, int] = {}
        for row in rows.to_pylist():
            plant, last = row["plant"], row["last_at"]
            if plant is None or last is None:
                continue
            ahead_s = 0
            if time.utc is None and (zone := watched.model.timezones.get(plant)):
                local = last.replace(tzinfo=ZoneInfo(zone))
                ahead_s = int(local.utcoffset().total_seconds())
            here[plant] = seconds(last) - ahead_s + (time.interval_min or 0) * 60
        found = (
            here
            if not number
            else {
                plant: min(found[plant], end_s) for plant, end_s in here.items() if plant in found
            }
        )
    return found
