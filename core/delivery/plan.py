"""The plan of a plant: who is told of which alert, turned into messages. Pure: nothing is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.delivery.escalation import Due, Route, Standing, due_steps, route_of
from core.delivery.message import (
    ChannelName,
    Message,
    Notice,
    NoticeKind,
    ToldAlert,
    message_key,
)
from core.delivery.quiet import Quiet, QuietHours
from core.delivery.roster import Person, PlantTimes, Roster, receivers
from core.delivery.wall_clock import zone_of
from core.translation import gettext as _
from core.translation import speaking
from core.types import DEFAULT_TENANT


@dataclass(frozen=True, slots=True)
class Plan:
    """quiet: hours with the plants that they hold for; none: all. A plan without routes tells
    nobody."""

    roster: Roster = field(default_factory=Roster)
    routes: tuple[Route, ...] = ()
    quiet: tuple[tuple[frozenset[str], QuietHours], ...] = ()

    def quiet_at(self, plant: str, times: PlantTimes) -> Quiet:
        """The quiet hours of a plant."""
        hours = tuple(one for plants, one in self.quiet if not plants or plant in plants)
        return Quiet(hours, zone_of(times.zone))


class Facts(Protocol):
    """What is said of an alert in a language, and where it is shown (a URL, or empty)."""

    def told(self, alert_id: str, language: str) -> ToldAlert:
        """What is said of it."""

    def link(self, alert_id: str) -> str:
        """Where it is shown; of an empty id where all are."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told now. told: the steps that this tells, by alert; the caller keeps them with
    the messages in one transaction. notes: what did not go as the plan has it, in words."""

    messages: tuple[Message, ...]
    told: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Telling:
    """One due step to one address."""

    alert: Standing
    due: Due
    person: Person
    channel: ChannelName
    why: str


def tell(
    plan: Plan,
    alerts: Sequence[Standing],
    times: Mapping[str, PlantTimes],
    facts: Facts,
    now: dt.datetime,
    channels: Collection[ChannelName],
    tenant: str = DEFAULT_TENANT,
) -> Telling:
    """The messages that are due. alerts: of one tenant; those settled lately among them count in
    summaries. times: a plant's clock and shifts. channels: those that are set up."""
    singles: list[Message] = []
    held: dict[tuple[str, dt.datetime, ChannelName, str], list[_Telling]] = {}
    told: list[tuple[str, int]] = []
    notes: dict[str, None] = {}
    for alert in alerts:
        clock = times.get(alert.plant, PlantTimes())
        quiet = plan.quiet_at(alert.plant, clock)
        route = route_of(plan.routes, alert.severity, alert.plant)
        for due in due_steps(alert, route, quiet, now) if route is not None else ():
            told.append((alert.alert_id, due.index))
            for one in _tellings(plan.roster, alert, due, clock, now, channels, notes):
                if due.quiet_until is None:
                    singles.append(_single(one, clock.zone, facts, tenant))
                else:
                    address = one.person.addresses[one.channel]
                    key = (alert.plant, due.quiet_until, one.channel, address)
                    held.setdefault(key, []).append(one)
    summaries = []
    for (plant, until, _channel, _address), ones in held.items():
        clock = times.get(plant, PlantTimes())
        settled = _settled(alerts, plant, until, plan.quiet_at(plant, clock))
        summaries.append(_summary(ones, settled, clock.zone, facts, tenant))
    return Telling((*singles, *summaries), tuple(told), tuple(notes))


def _tellings(
    roster: Roster,
    alert: Standing,
    due: Due,
    clock: PlantTimes,
    now: dt.datetime,
    channels: Collection[ChannelName],
    notes: dict[str, None],
) -> Iterable[_Telling]:
    """A step's receivers by address, each address once."""
    found = receivers(roster, due.step.who, alert.plant, now, clock)
    if found.note:
        notes[found.note] = None
    why = {
        language: _note(roster, alert, due, clock, now, language)
        for language in ({person.language for person in found.people} if found.note else ())
    }
    seen: set[tuple[ChannelName, str]] = set()
    for person in found.people:
        ways = [channel for channel in due.step.by if channel in person.addresses]
        if not any(channel in channels for channel in ways):
            note = _("{name} cannot be told by {ways}: no address, or the channel is not set up.")
            notes[note.format(name=person.name, ways=", ".join(due.step.by))] = None
        for channel in ways:
            place = (channel, person.addresses[channel])
            if channel in channels and place not in seen:
                seen.add(place)
                yield _Telling(alert, due, person, channel, why.get(person.language, ""))


def _note(
    roster: Roster, alert: Standing, due: Due, clock: PlantTimes, now: dt.datetime, language: str
) -> str:
    """Why others are told than the roster names, in a receiver's language."""
    with speaking(language):
        return receivers(roster, due.step.who, alert.plant, now, clock).note


def _single(one: _Telling, zone: str, facts: Facts, tenant: str) -> Message:
    alert, to = one.alert, one.person.addresses[one.channel]
    kind: NoticeKind = "escalated" if one.due.index else "again" if alert.is_again else "raised"
    language = one.person.language
    notice = Notice(
        kind,
        (facts.told(alert.alert_id, language),),
        zone,
        why=one.why,
        link=facts.link(alert.alert_id),
    )
    parts = (tenant, alert.alert_id, alert.since.isoformat(), str(one.due.index), one.channel, to)
    return Message(message_key(*parts), one.channel, to, notice, language, tenant, alert.plant)


def _summary(
    ones: Sequence[_Telling], settled: int, zone: str, facts: Facts, tenant: str
) -> Message:
    """One message about all that was held back from one address. Its key holds which they are: an
    alert that data which came late put into the same hours makes a summary of its own."""
    first = ones[0]
    to, language = first.person.addresses[first.channel], first.person.language
    rounds = dict.fromkeys((one.alert.alert_id, one.alert.since.isoformat()) for one in ones)
    notice = Notice(
        "summary",
        tuple(facts.told(alert_id, language) for alert_id, _since in rounds),
        zone,
        settled=settled,
        why=next((one.why for one in ones if one.why), ""),
        link=facts.link(""),
    )
    steps = sorted(f"{one.alert.alert_id} {one.alert.since} {one.due.index}" for one in ones)
    key = message_key(tenant, "summary", str(first.due.quiet_until), first.channel, to, *steps)
    return Message(key, first.channel, to, notice, language, tenant, first.alert.plant)


def _settled(alerts: Sequence[Standing], plant: str, until: dt.datetime, quiet: Quiet) -> int:
    """How many alerts of these quiet hours were dealt with before anybody was told."""
    return sum(
        alert.is_settled
        and alert.plant == plant
        and not alert.told
        and quiet.until(alert.since, alert.severity) == until
        for alert in alerts
    )
