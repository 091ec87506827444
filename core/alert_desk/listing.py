"""What a person wants to see of the alerts, and what there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from core.alerting.alert import Alert, Severity
from core.alerting.lifecycle import PUT_AWAY, SHOWN, UNSEEN, State
from core.alerting.reading import Filter, Order, Place

#: open: stands, or waits to be acknowledged. unseen: of these, what waits to be acknowledged. away:
#: shelved, suppressed or out of service. past: over.
Which = Literal["open", "unseen", "away", "past"]
STATES_OF: Final[dict[Which, tuple[State, ...]]] = {
    "open": SHOWN,
    "unseen": UNSEEN,
    "away": PUT_AWAY,
    "past": (State.NORMAL,),
}
#: How far back the list of what is over goes.
PAST: Final = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class View:
    """Which alerts are wanted; an empty tuple is no filter. places: level and value, such as lines.
    under: those that the alert of that id stands for."""

    which: Which = "open"
    plants: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    assets: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    under: str = ""

    @property
    def is_whole(self) -> bool:
        """Nothing is left out of what is open."""
        return self == View()

    @property
    def order(self) -> Order:
        """What is over is listed by its time."""
        return "newest" if self.which == "past" else "severity"

    def wanted(self, model: str, now: dt.datetime) -> Filter:
        """The same for the store. Alerts in a group stand under the one that stands for them, as
        long as nothing else is asked for. now: UTC, of the data."""
        if self.under:
            return Filter(model=model, parent=self.under)
        return Filter(
            plants=self.plants,
            assets=self.assets,
            severities=self.severities,
            states=STATES_OF[self.which],
            model=model,
            places=self.places,
            is_apart=self.is_whole,
            since=now - PAST if self.which == "past" else None,
        )


@dataclass(frozen=True, slots=True)
class Overview:
    """A list of alerts at a moment.

    total: of the whole list. by_severity: what is open in this person's plants, whatever was asked
    for; unseen: of it, what waits to be acknowledged. away: how many are put away. grouped: alert
    -> how many it stands for. places: where the alerts of the list's kind stand. zones: plant ->
    IANA zone. now: of each plant's data, UTC. checked_at: when the watch looked last, by the wall
    clock, UTC; None where it has not, or is not known. watched_to: the plant that was watched least
    far, and up to when (UTC); empty for all of a model at once.
    """

    alerts: tuple[Alert, ...]
    total: int
    by_severity: Mapping[Severity, int]
    unseen: int
    away: int
    grouped: Mapping[str, int]
    places: tuple[Place, ...]
    zones: Mapping[str, str]
    now: Mapping[str, dt.datetime]
    checked_at: dt.datetime | None
    watched_to: tuple[str, dt.datetime] | None


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of an act on several alerts. refused: those that were left as they are, each with
    why."""

    done: tuple[Alert, ...] = ()
    refused: tuple[tuple[Alert, str], ...] = field(default=())
