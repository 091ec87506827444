"""Escalation: who is told next of an alert, and when. Pure: values in, values out.

A *round* is one telling of an alert from the first step on. It begins when the alert is raised, and
anew when it is raised again after an acknowledgement (re-alarm) or comes back from being shelved
while its condition holds. Each step of a round is told once. A step is due when its wait has passed
since the step before was told, or since the round began for the first one. Quiet hours stop these
waits for the severities that they hold back; a step that falls into them is told at their end,
together with all others, as one summary.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.delivery.message import ChannelName
from core.delivery.quiet import Quiet


@dataclass(frozen=True, slots=True)
class Step:
    """who: roles, ids of people, or `default`. by: channels, those that a person has. wait_min:
    minutes without an acknowledgement since the step before, or since the alert was raised."""

    who: tuple[str, ...]
    by: tuple[ChannelName, ...]
    wait_min: float = 0.0


@dataclass(frozen=True, slots=True)
class Route:
    """The chain for some severities at some plants; empty: all. after_return: whether it goes on
    when the condition is over and nobody has acknowledged."""

    steps: tuple[Step, ...]
    severities: frozenset[str] = frozenset()
    plants: frozenset[str] = frozenset()
    after_return: bool = False

    def fits(self, severity: str, plant: str) -> bool:
        """Whether an alert takes this route."""
        return (not self.severities or severity in self.severities) and (
            not self.plants or plant in self.plants
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert as it stands. since: when its round began (UTC, naive). held: `shelved`,
    `suppressed`, `out_of_service`, or empty. told: the steps of this round that were told -> when.
    is_again: whether an earlier round was told already."""

    alert_id: str
    severity: str
    plant: str
    since: dt.datetime
    is_acknowledged: bool = False
    is_over: bool = False
    held: str = ""
    told: Mapping[int, dt.datetime] = field(default_factory=dict)
    is_again: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether nobody is to be told any more."""
        return self.is_acknowledged or bool(self.held)


@dataclass(frozen=True, slots=True)
class Due:
    """A step that is to be told now. index: its place in the chain, from 0. at: when it fell due.
    quiet_until: the end of the quiet hours that held it back, by which it belongs into a summary;
    None for one that is told by itself."""

    alert_id: str
    index: int
    step: Step
    at: dt.datetime
    quiet_until: dt.datetime | None = None


def route_of(routes: Sequence[Route], severity: str, plant: str) -> Route | None:
    """The first route that fits; None: nobody is told."""
    return next((route for route in routes if route.fits(severity, plant)), None)


def due_steps(alert: Standing, route: Route, quiet: Quiet, now: dt.datetime) -> tuple[Due, ...]:
    """The steps to tell now, in order: more than one only where the later ones wait for nothing.
    None of an alert that is acknowledged, held, or over (but for what quiet hours held back, and
    routes that go on after a return)."""
    if alert.is_settled:
        return ()
    told = dict(alert.told)
    found: list[Due] = []
    start = alert.since
    for index, step in enumerate(route.steps):
        if index in told:
            start = told[index]
            continue
        due = _due(alert, index, step, start, quiet)
        is_wanted = not alert.is_over or route.after_return or due.quiet_until is not None
        if due.at > now or not is_wanted or quiet.until(now, alert.severity) is not None:
            break
        found.append(due)
        start = now
    return tuple(found)


def next_look(alert: Standing, route: Route, quiet: Quiet, now: dt.datetime) -> dt.datetime | None:
    """When the next step falls due if nothing changes, `now` where one is; None when none will."""
    if alert.is_settled:
        return None
    told = alert.told
    start = alert.since
    for index, step in enumerate(route.steps):
        if index in told:
            start = told[index]
            continue
        due = _due(alert, index, step, start, quiet)
        is_wanted = not alert.is_over or route.after_return or due.quiet_until is not None
        return max(due.at, quiet.until(now, alert.severity) or now) if is_wanted else None
    return None


def _due(alert: Standing, index: int, step: Step, start: dt.datetime, quiet: Quiet) -> Due:
    ready = quiet.after(start, dt.timedelta(minutes=step.wait_min), alert.severity)
    end = quiet.until(ready, alert.severity)
    return Due(alert.alert_id, index, step, end or ready, end)
