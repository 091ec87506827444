"""Thresholds as frozen values: where one holds, what it looks at, from which value on it alerts.

A threshold of ours raises an alert for people. It is never a safety limit or a control alarm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from core.translation import marked as _

Kind = Literal["high", "high_high", "low", "low_low", "band", "rate", "deviation", "missing"]
Severity = Literal["critical", "warning", "caution"]
Statistic = Literal["mean", "min", "max", "median", "p95", "last"]
Status = Literal["draft", "pending", "published", "retired"]
#: What a limit is measured in: the measure's unit, that unit an hour, sigmas, minutes.
LimitUnit = Literal["own", "per_hour", "sigmas", "minutes"]
Side = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class KindRule:
    """What one kind of threshold takes. words: its name. sides: the limits that it needs. takes:
    further fields that mean something for it. order: for kinds of limits of the value itself, their
    places from the lowest to the highest, by side; empty for the others."""

    words: str
    sides: tuple[Side, ...]
    limit_unit: LimitUnit
    takes: frozenset[str]
    order: Mapping[Side, int] = field(default_factory=dict)


_DELAYS: Final = frozenset({"on_delay_min", "off_delay_min"})
_VALUE: Final = _DELAYS | {"deadband", "window_min", "statistic"}

#: Every kind of threshold and all that differs between them.
KINDS: Final[Mapping[Kind, KindRule]] = {
    "high": KindRule(_("High"), ("high",), "own", _VALUE, {"high": 2}),
    "high_high": KindRule(_("High high"), ("high",), "own", _VALUE, {"high": 3}),
    "low": KindRule(_("Low"), ("low",), "own", _VALUE, {"low": 1}),
    "low_low": KindRule(_("Low low"), ("low",), "own", _VALUE, {"low": 0}),
    "band": KindRule(_("Outside a band"), ("low", "high"), "own", _VALUE, {"low": 1, "high": 2}),
    "rate": KindRule(
        _("Change per hour"), ("high",), "per_hour", _DELAYS | {"deadband", "window_min"}
    ),
    "deviation": KindRule(
        _("Deviation from its own baseline"), ("high",), "sigmas", _VALUE | {"baseline_days"}
    ),
    "missing": KindRule(
        _("No Good reading for"), ("high",), "minutes", frozenset({"off_delay_min"})
    ),
}
SEVERITIES: Final[Mapping[Severity, str]] = {
    "critical": _("Critical"),
    "warning": _("Warning"),
    "caution": _("Caution"),
}
STATISTICS: Final[Mapping[Statistic, str]] = {
    "mean": _("Mean"),
    "min": _("Lowest"),
    "max": _("Highest"),
    "median": _("Median"),
    "p95": _("95th percentile"),
    "last": _("Last"),
}
STATUSES: Final[Mapping[Status, str]] = {
    "draft": _("Draft"),
    "pending": _("Waits for approval"),
    "published": _("Published"),
    "retired": _("Retired"),
}
#: Fields for people, in the order in which they are shown.
FIELDS: Final[Mapping[str, str]] = {
    "scope": _("Where"),
    "measure": _("Measure"),
    "kind": _("Kind"),
    "per": _("Figure of"),
    "low": _("Low limit"),
    "high": _("High limit"),
    "unit": _("Unit"),
    "severity": _("Severity"),
    "deadband": _("Deadband"),
    "on_delay_min": _("On-delay"),
    "off_delay_min": _("Off-delay"),
    "window_min": _("Window"),
    "statistic": _("Statistic"),
    "baseline_days": _("Baseline"),
    "weight": _("Weight in the risk score"),
    "latch": _("Stays until reset"),
    "realarm_min": _("Alerts again after"),
    "action": _("What to do"),
    "source": _("Source"),
    "valid_from": _("Valid from"),
    "note": _("Note"),
    "ends": _("Taken out of force"),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a threshold holds: level column -> value, in the model's order of levels. It holds for
    an asset that has all of these values."""

    at: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The levels that it names."""
        return tuple(name for name, _value in self.at)

    def rank(self, levels: Sequence[str]) -> tuple[int, int, int]:
        """How particular it is, to be compared with another's: the most particular level that is
        named, how many are, then the more particular ones among the rest. -1 for no level."""
        places = [levels.index(name) for name in self.names if name in levels]
        return max(places, default=-1), len(places), sum(1 << place for place in places)

    def holds_for(self, place: Mapping[str, str]) -> bool:
        """Whether an asset with these values of its levels is meant."""
        return all(place.get(name) == value for name, value in self.at)


#: Scope, measure and `per` of a threshold.
Place = tuple[Scope, str, str]


def scope_of(values: Mapping[str, str], levels: Sequence[str]) -> Scope:
    """The scope of level -> value, in the order of the levels; unknown ones follow; empty values
    are left out."""
    known = [level for level in levels if values.get(level)]
    others = [name for name in values if name not in levels and values[name]]
    return Scope(tuple((name, values[name]) for name in (*known, *others)))


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers come from: a standard, its part, the group or category of machine and the
    support that was assumed, and what else there is to say."""

    standard: str = ""
    part: str = ""
    group: str = ""
    support: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """In one line; empty where nothing is said."""
        return ", ".join(
            part for part in (self.standard, self.part, self.group, self.support, self.note) if part
        )


@dataclass(frozen=True, slots=True)
class Threshold:
    """One version of a threshold.

    id: the same for all versions. version: 1, 2, …; revision counts the changes of a version while
    it is a draft. per: the level of whose places the measure is one figure, each taken as a whole;
    empty: of each asset. low, high, deadband: in `unit` (a UCUM code; empty: the measure's own, for
    a rate that an hour, for a deviation sigmas, for missing readings minutes). A reading is over a
    high limit when it is greater, and over no more when it is below limit - deadband; low mirrored.
    window_min: minutes over which `statistic` is taken; 0: each reading alone. baseline_days: days
    before, from which an asset's own mean and sigma come. weight: in the risk score, 0..10. latch:
    the alert stays until it is reset. realarm_min: minutes after which an alert that stands is told
    again, None: never. valid_from: UTC, naive; None: from the moment when it is published. ends:
    this version takes the threshold out of force. author: who changed it last while it was a draft.
    changed_at: when this version last changed, UTC, naive; None before it is kept.
    """

    id: str
    version: int
    model: str
    scope: Scope
    measure: str
    kind: Kind
    low: float | None = None
    high: float | None = None
    unit: str = ""
    severity: Severity = "warning"
    deadband: float = 0.0
    on_delay_min: int = 0
    off_delay_min: int = 0
    window_min: int = 0
    statistic: Statistic = "mean"
    baseline_days: int | None = None
    weight: float = 1.0
    latch: bool = False
    realarm_min: int | None = None
    action: str = ""
    source: Source = Source()
    note: str = ""
    ends: bool = False
    valid_from: dt.datetime | None = None
    status: Status = "draft"
    revision: int = 0
    author: str = ""
    approver: str = ""
    changed_at: dt.datetime | None = None
    per: str = ""

    @property
    def place(self) -> Place:
        """Where and on what it looks: thresholds of one place must be in order."""
        return self.scope, self.measure, self.per

    @property
    def slot(self) -> tuple[Place, Kind]:
        """What at most one threshold may be in force for at a time."""
        return self.place, self.kind

    @property
    def name(self) -> str:
        """For messages: `vibration_mm_s high at asset_class pump`."""
        where = ", ".join(f"{level} {value}" for level, value in self.scope.at)
        what = f"{self.measure} {self.kind}" + (f" per {self.per}" if self.per else "")
        return f"{what} at {where}" if where else what


#: What a version says, as against who said it, when, and how far it has come.
CONTENTS: Final = (
    "model", "scope", "measure", "kind", "per", "low", "high", "unit", "severity", "deadband",
    "on_delay_min", "off_delay_min", "window_min", "statistic", "baseline_days", "weight", "latch",
    "realarm_min", "action", "source", "note", "ends",
)  # fmt: skip


def cleaned(threshold: Threshold) -> Threshold:
    """Without spaces around texts, with numbers as their types, with a naive UTC time."""
    moment = threshold.valid_from
    if moment is not None and moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    source = Source(*(getattr(threshold.source, name).strip() for name in Source.__slots__))
    return replace(
        threshold,
        scope=Scope(tuple((level, value.strip()) for level, value in threshold.scope.at)),
        low=None if threshold.low is None else float(threshold.low),
        high=None if threshold.high is None else float(threshold.high),
        unit=threshold.unit.strip(),
        per=threshold.per.strip(),
        deadband=float(threshold.deadband),
        weight=float(threshold.weight),
        action=threshold.action.strip(),
        source=source,
        note=threshold.note.strip(),
        valid_from=moment,
    )


def same_contents(one: Threshold, other: Threshold) -> bool:
    """Whether two versions say the same."""
    return all(getattr(one, name) == getattr(other, name) for name in CONTENTS)
