"""Reads the plan from `delivery.yaml` in the data folder, strictly: each mistake with its line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import yaml

from core.delivery.addresses import mail_address
from core.delivery.escalation import Route, Step
from core.delivery.message import CHANNELS, ChannelName
from core.delivery.plan import Plan
from core.delivery.quiet import QuietHours
from core.delivery.roster import DEFAULT, ON_DUTY, DutyEntry, Person, PlantTimes, Roster
from core.delivery.wording import SEVERITIES
from core.errors import ConfigError, did_you_mean
from core.semantic.load.source import Problems, Section, listed, read_source
from core.translation import LANGUAGES

#: Its name in the data folder.
FILE: Final = "delivery.yaml"
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_WEEK_MIN: Final = 7 * 1440
_MOST_WAIT_MIN: Final = 7 * 1440.0


def load_plan(path: Path, times: Mapping[str, PlantTimes] | None = None) -> Plan:
    """The plan of a file; an empty one, by which nobody is told, where there is no file. times:
    the plants of the model with their shifts, against which names are checked; None: they are not.

    Raises ConfigError that names each mistake as `file:line: text`.
    """
    if not path.is_file():
        return Plan()
    problems = Problems(path.name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path.name} cannot be read: {error.strerror}.") from error
    root = read_source(data, problems, "the plan", "Write it out again.")
    plan = Plan() if root is None else _Reader(times).read(root)
    if problems.found:
        raise ConfigError("\n".join(problems.lines()))
    return plan


@dataclass(slots=True)
class _Reader:
    """times: None: names of plants and shifts are not checked."""

    times: Mapping[str, PlantTimes] | None

    def read(self, root: Section) -> Plan:
        root.allow(("people", "plants", "default", "routes", "quiet"))
        people = _people(root)
        duty, defaults = self._plants(root, people)
        if names := _ids(root, "default", people):
            defaults[""] = names
        roles = {plant: {entry.role for entry in entries} for plant, entries in duty.items()}
        known = set().union(*roles.values()) if roles else set()
        for role in sorted(known & {*people, DEFAULT}):
            root.problem("plants", f"the role {role!r} is also the name of a receiver.")
        routes = tuple(
            self._route(section, people, known) for section in root.sections("routes", "route")
        )
        quiet = tuple(
            found
            for section in root.sections("quiet", "quiet hours")
            if (found := self._quiet(section)) is not None
        )
        _check_quiet_ends(root, quiet)
        return Plan(Roster(people, duty, defaults), routes, quiet)

    # -- plants ------------------------------------------------------------------------------

    def _plants(
        self, root: Section, people: Mapping[str, Person]
    ) -> tuple[dict[str, tuple[DutyEntry, ...]], dict[str, tuple[str, ...]]]:
        duty: dict[str, tuple[DutyEntry, ...]] = {}
        defaults: dict[str, tuple[str, ...]] = {}
        plants = root.section("plants", "'plants'")
        for plant in plants.names() if plants is not None else ():
            assert plants is not None
            self._known_plant(plants, plant, plant)
            section = plants.section(plant, f"plant {plant!r}")
            if section is None:
                continue
            section.allow(("default", "duty"))
            if section.require("default"):
                defaults[plant] = _ids(section, "default", people)
                if not defaults[plant]:
                    section.problem(
                        "default", f"plant {plant!r} needs a default receiver: somebody has to be "
                        "told when nobody is on duty.",
                    )  # fmt: skip
            entries = section.sections("duty", f"duty entry of {plant!r}")
            duty[plant] = tuple(self._entry(entry, plant, people) for entry in entries)
        return duty, defaults

    def _entry(self, section: Section, plant: str, people: Mapping[str, Person]) -> DutyEntry:
        section.allow(("people", "role", "shifts", "days", "from", "to"))
        section.require("people")
        shifts = section.words("shifts")
        hours = (self.times or {}).get(plant, PlantTimes()).hours
        if self.times is not None and plant in self.times:
            for shift in shifts:
                if shift not in hours:
                    section.problem(
                        "shifts",
                        f"{plant!r} has no shift {shift!r}.{did_you_mean(shift, hours)}",
                    )
        first, last = _day(section, "from"), _day(section, "to")
        if first is not None and last is not None and last < first:
            section.problem("to", f"{section.what} ends on {last}, before it begins on {first}.")
        role = section.text("role", ON_DUTY)
        return DutyEntry(
            _ids(section, "people", people), role, shifts, _weekdays(section), first, last
        )

    # -- routes and quiet hours --------------------------------------------------------------

    def _route(
        self, section: Section, people: Mapping[str, Person], roles: Collection[str]
    ) -> Route:
        section.allow(("severities", "plants", "after_return", "steps"))
        section.require("steps")
        steps = tuple(
            _step(step, people, roles)
            for step in section.sections("steps", f"step of {section.what},")
        )
        if "steps" in section and not steps:
            section.problem("steps", f"{section.what} has no steps.")
        return Route(
            steps,
            _among(section, "severities", SEVERITIES),
            self._some_plants(section),
            section.flag("after_return"),
        )

    def _quiet(self, section: Section) -> tuple[frozenset[str], QuietHours] | None:
        section.allow(("plants", "from", "to", "days", "through"))
        section.require("from", "to")
        plants = self._some_plants(section)
        start, end = _clock(section, "from"), _clock(section, "to")
        through, days = _among(section, "through", SEVERITIES), _weekdays(section)
        if start is None or end is None:
            return None
        return plants, QuietHours(start, end, through, days)

    def _some_plants(self, section: Section) -> frozenset[str]:
        plants = section.words("plants")
        for plant in plants:
            self._known_plant(section, "plants", plant)
        return frozenset(plants)

    def _known_plant(self, section: Section, key: str, plant: str) -> None:
        if self.times is not None and plant not in self.times:
            section.problem(key, f"there is no plant {plant!r}.{did_you_mean(plant, self.times)}")


def _people(root: Section) -> dict[str, Person]:
    found: dict[str, Person] = {}
    people = root.section("people", "'people'")
    for id_ in people.names() if people is not None else ():
        assert people is not None
        section = people.section(id_, f"receiver {id_!r}")
        if section is None:
            continue
        section.allow(("name", "language", *CHANNELS))
        addresses: dict[ChannelName, str] = {}
        for channel in CHANNELS:
            if text := section.text(channel).strip():
                addresses[channel] = text
        if "email" in addresses:
            address = mail_address(addresses["email"])
            if address is None:
                section.problem("email", f"{addresses['email']!r} is no e-mail address.")
            addresses["email"] = address or ""
        if not addresses:
            section.problem(
                "email", f"{section.what} needs an address: {listed(CHANNELS)}, or several."
            )
        language = section.choice("language", tuple(LANGUAGES), "en")
        found[id_] = Person(id_, section.text("name", id_), addresses, language)
    return found


def _step(section: Section, people: Mapping[str, Person], roles: Collection[str]) -> Step:
    section.allow(("who", "by", "wait_min"))
    section.require("who", "by")
    who, by = section.words("who"), section.words("by")
    known = (*roles, *people, DEFAULT)
    for name in who:
        if name not in known:
            section.problem(
                "who",
                f"{section.what} tells {name!r}, who is neither a role nor a receiver."
                + did_you_mean(name, known),
            )
        elif name in people and not set(by) & set(people[name].addresses):
            section.problem("by", f"{section.what}: {name!r} has no address for {listed(by)}.")
    for channel in by:
        if channel not in CHANNELS:
            section.problem(
                "by", f"{section.what}: a channel is {listed(CHANNELS)}, not {channel!r}."
            )
    wait = section.number("wait_min") or 0.0
    if not 0 <= wait <= _MOST_WAIT_MIN:
        section.problem("wait_min", f"{section.what} must wait from 0 to {_MOST_WAIT_MIN:g} min.")
        wait = 0.0
    channels = tuple(channel for channel in CHANNELS if channel in by)
    return Step(who, channels, wait)


def _ids(section: Section, key: str, people: Mapping[str, Person]) -> tuple[str, ...]:
    names = section.words(key)
    for name in names:
        if name not in people:
            section.problem(
                key, f"{section.what} names no receiver: {name!r}.{did_you_mean(name, people)}"
            )
    return names


def _among(section: Section, key: str, allowed: Collection[str]) -> frozenset[str]:
    names = section.words(key)
    for name in names:
        if name not in allowed:
            section.problem(key, f"{section.what}: {key!r} are {listed(allowed)}, not {name!r}.")
    return frozenset(names)


def _weekdays(section: Section) -> frozenset[int]:
    names = section.words("days")
    for name in names:
        if name not in WEEKDAYS:
            section.problem("days", f"{section.what}: a day is {listed(WEEKDAYS)}, not {name!r}.")
    return frozenset(WEEKDAYS.index(name) for name in names if name in WEEKDAYS)


def _raw(section: Section, key: str) -> str | None:
    """A scalar's own text: YAML would read 22:00 as a number and 2026-03-01 as a date."""
    if key not in section:
        return None
    node = section.nodes[key]
    return cast(str, node.value).strip() if isinstance(node, yaml.ScalarNode) else ""


def _day(section: Section, key: str) -> dt.date | None:
    text = _raw(section, key)
    if text is None:
        return None
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        section.problem(key, f"{key!r} in {section.what} must be a day such as 2026-03-01.")
        return None


def _clock(section: Section, key: str) -> int | None:
    text = _raw(section, key)
    if text is None:
        return None
    found = _CLOCK.fullmatch(text)
    if found is None:
        section.problem(key, f"{key!r} in {section.what} must be a time such as 22:00.")
        return None
    return int(found[1]) * 60 + int(found[2])


def _check_quiet_ends(root: Section, quiet: Collection[tuple[frozenset[str], QuietHours]]) -> None:
    """Hours that together cover a whole week would hold alerts back for ever."""
    for plant in sorted({"", *(plant for plants, _hours in quiet for plant in plants)}):
        for severity in SEVERITIES:
            covered: set[int] = set()
            for plants, hours in quiet:
                if severity not in hours.through and (not plants or plant in plants):
                    covered |= _minutes(hours)
            if len(covered) == _WEEK_MIN:
                root.problem("quiet", f"quiet hours hold {severity!r} back without an end.")
                return


def _minutes(hours: QuietHours) -> set[int]:
    length = (hours.end - hours.start - 1) % 1440 + 1
    days = hours.weekdays or frozenset(range(7))
    return {
        (day * 1440 + hours.start + minute) % _WEEK_MIN for day in days for minute in range(length)
    }
