"""Who is told: people, and who of them is on duty at a plant at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.delivery.message import ChannelName
from core.delivery.wall_clock import on_wall, shifts_at, zone_of
from core.semantic.display import format_moment
from core.translation import gettext as _

#: Whom an entry of the roster stands for when it names no other role.
ON_DUTY = "duty"
#: In a step: the plant's default receivers.
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Person:
    """A person, a desk or a room. addresses: one for each channel by which they can be told: an
    e-mail address, or the name of a webhook or Teams room in the settings."""

    id: str
    name: str
    addresses: Mapping[ChannelName, str]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """One line of a roster. people: ids. shifts: names, empty for the whole day. weekdays: 0 for
    Monday, empty for all. first, last: days, both included, None for no end. Days and weekdays are
    of the production day: that on which a shift begins."""

    people: tuple[str, ...]
    role: str = ON_DUTY
    shifts: tuple[str, ...] = ()
    weekdays: frozenset[int] = frozenset()
    first: dt.date | None = None
    last: dt.date | None = None

    def covers(self, day: dt.date, shift: str = "") -> bool:
        """Whether it holds for a shift that begins on a day, or for that calendar day."""
        return (
            (not self.shifts or shift in self.shifts)
            and (not self.weekdays or day.weekday() in self.weekdays)
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
        )


@dataclass(frozen=True, slots=True)
class PlantTimes:
    """A plant's clock. zone: IANA. hours: shifts by name, as `core.semantic.shifts` takes them."""

    zone: str = "UTC"
    hours: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roster:
    """people: by id. duty: a plant's entries. defaults: whom a plant falls back to; under the empty
    name those of plants that have none of their own."""

    people: Mapping[str, Person] = field(default_factory=dict)
    duty: Mapping[str, tuple[DutyEntry, ...]] = field(default_factory=dict)
    defaults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """Whom to tell. note: empty when the roster names them; else why it is others, or nobody."""

    people: tuple[Person, ...]
    note: str = ""


def on_duty(
    roster: Roster, plant: str, at: dt.datetime, times: PlantTimes, role: str = ON_DUTY
) -> Found:
    """Who of a role is on duty at a plant at a moment (UTC, naive), in the roster's order; the
    plant's default receivers and a note where that is nobody."""
    entries = [entry for entry in roster.duty.get(plant, ()) if entry.role == role]
    zone = zone_of(times.zone)
    today = on_wall(at, zone).date()
    shifts = shifts_at(at, times.hours, zone)
    ids: dict[str, None] = {}
    for entry in entries:
        if entry.shifts:
            is_on = any(entry.covers(shift.day, shift.name) for shift in shifts)
        else:
            is_on = entry.covers(today)
        if is_on:
            ids.update(dict.fromkeys(entry.people))
    if ids:
        return Found(_people(roster, tuple(ids)))
    names = ", ".join(shift.name for shift in shifts)
    when = f"{format_moment(on_wall(at, zone).replace(second=0, microsecond=0))} {names}".strip()
    return _fallen_back(roster, plant, _nobody(plant, role, when, is_empty=not entries))


def _nobody(plant: str, role: str, when: str, *, is_empty: bool) -> str:
    if role == ON_DUTY:
        if is_empty:
            return _("The roster of {plant} is empty.").format(plant=plant)
        return _("Nobody is on duty at {plant} ({when}).").format(plant=plant, when=when)
    if is_empty:
        note = _("The roster of {plant} has nobody as “{role}”.")
    else:
        note = _("Nobody is on duty as “{role}” at {plant} ({when}).")
    return note.format(plant=plant, role=role, when=when)


def receivers(
    roster: Roster, who: tuple[str, ...], plant: str, at: dt.datetime, times: PlantTimes
) -> Found:
    """Whom a step tells, each once. who: roles, ids of people, or `default`."""
    found: dict[str, Person] = {}
    notes: dict[str, None] = {}
    for name in who:
        if name == DEFAULT:
            one = _fallen_back(roster, plant, "")
        elif name in roster.people:
            one = Found((roster.people[name],))
        else:
            one = on_duty(roster, plant, at, times, name)
        found.update({person.id: person for person in one.people})
        if one.note:
            notes[one.note] = None
    return Found(tuple(found.values()), " ".join(notes))


def _fallen_back(roster: Roster, plant: str, note: str) -> Found:
    ids = roster.defaults.get(plant) or roster.defaults.get("", ())
    people = _people(roster, ids)
    if people:
        told = _("The plant's default receivers are told.") if note else ""
    else:
        told = _("{plant} has no default receivers, so nobody is told.").format(plant=plant)
    return Found(people, f"{note} {told}".strip())


def _people(roster: Roster, ids: tuple[str, ...]) -> tuple[Person, ...]:
    return tuple(roster.people[id_] for id_ in ids if id_ in roster.people)
