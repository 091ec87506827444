"""Times of alerts: kept in UTC, told in the plant's own time, against the data's present."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from core.assistant.parts import ModelParts
from core.semantic.facts import present
from core.types import Clock


def zones_of(parts: ModelParts, plants: Iterable[str]) -> dict[str, str]:
    """Plant -> IANA zone; UTC where the model says none."""
    return {plant: parts.model.timezones.get(plant, "UTC") for plant in plants}


def presents(
    parts: ModelParts, plants: Iterable[str], clock: Clock | None = None
) -> dict[str, dt.datetime]:
    """Plant -> the moment up to which its data go, or the wall clock's where the model goes by
    that; UTC, naive."""
    found = {}
    for plant, zone in zones_of(parts, plants).items():
        now = present(parts.model, parts.facts.tables, clock, (plant,))[1]
        found[plant] = to_utc(now, zone)
    return found


def latest(now: Mapping[str, dt.datetime]) -> dt.datetime:
    """The latest of the plants' presents; the wall clock's for a person without plants."""
    return max(now.values(), default=dt.datetime.now(dt.UTC).replace(tzinfo=None))


def to_local(moment: dt.datetime, zone: str) -> dt.datetime:
    """UTC, naive -> plant-local, naive."""
    return moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def to_utc(moment: dt.datetime, zone: str) -> dt.datetime:
    """Plant-local, naive -> UTC, naive; of an hour that is there twice, the first."""
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC).replace(tzinfo=None)
