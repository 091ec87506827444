"""One alert, from the first time its condition was raised until it is normal again."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from core.alerting.lifecycle import UNSEEN, Event, Standing, State, follow
from core.translation import marked

Severity = Literal["critical", "warning", "caution"]
#: Worst first.
SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "warning", "caution")
#: Severities in words.
SEVERITY_NAMES: Final[dict[Severity, str]] = {
    "critical": marked("critical"),
    "warning": marked("warning"),
    "caution": marked("caution"),
}
#: A threshold and the asset that it is watched at: what has one open alert at most.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert. Times are UTC, naive.

    id: `alert_id`. plant: the scope value that decides who sees it. place: level column and value,
    general to particular. value, limit: in `unit`, of the last time that it was raised; None where
    there is none. opened_at: raised first; raised_at: raised last; count: how often in between.
    returned_at: the condition returned; None while it is active. closed_at: normal again.
    told_at: when people were told of it last. away_*: who shelved it or took it out of service,
    why, and until when it is shelved; of a suppressed one the rule is the reason. parent: the alert
    that it is grouped under or suppressed by. latches: stays until it is reset. beneath: see
    `Standing`. revision: goes up with each change.
    """

    id: str
    tenant: str
    model: str
    threshold_id: str
    threshold_version: int
    asset: str
    plant: str
    place: tuple[tuple[str, str], ...]
    measure: str
    kind: str
    severity: Severity
    value: float | None
    limit: float | None
    unit: str
    opened_at: dt.datetime
    raised_at: dt.datetime
    returned_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    told_at: dt.datetime | None = None
    acknowledged_at: dt.datetime | None = None
    acknowledged_by: str = ""
    acknowledged_reason: str = ""
    away_until: dt.datetime | None = None
    away_by: str = ""
    away_reason: str = ""
    state: State = State.NORMAL
    beneath: State | None = None
    parent: str = ""
    latches: bool = False
    count: int = 0
    note: str = ""
    revision: int = 0

    @property
    def pair(self) -> Pair:
        """What it is the one open alert of."""
        return (self.threshold_id, self.asset)

    @property
    def is_of_place(self) -> bool:
        """Whether it is of a place as a whole, whose values are its name, and of no asset."""
        return bool(self.place) and self.asset == "/".join(value for _level, value in self.place)

    @property
    def standing(self) -> Standing:
        """State and the one beneath."""
        return Standing(self.state, self.beneath)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an alert's story. at: when it happened, UTC; written_at: when that was known. by:
    the person; empty for the watch. value: of the reading that raised it. is_shown: what it led to
    was among what people see."""

    alert_id: str
    at: dt.datetime
    written_at: dt.datetime
    event: Event
    by: str
    reason: str
    from_state: State
    to_state: State
    until: dt.datetime | None
    value: float | None
    is_shown: bool


def alert_id(tenant: str, model: str, pair: Pair, opened_at: dt.datetime) -> str:
    """The same for the same: what is raised twice from the same data is one alert."""
    parts = "\x1f".join((tenant, model, *pair, opened_at.isoformat()))
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


def raised(
    *,
    tenant: str,
    model: str,
    pair: Pair,
    at: dt.datetime,
    **rest: Any,
) -> Alert:
    """An alert as it is before its first `raise`, with its id; `rest` as in Alert."""
    return Alert(
        id=alert_id(tenant, model, pair, at), tenant=tenant, model=model, threshold_id=pair[0],
        asset=pair[1], opened_at=at, raised_at=at, **rest,
    )  # fmt: skip


def happened(
    alert: Alert,
    event: Event,
    at: dt.datetime,
    *,
    by: str = "",
    reason: str = "",
    until: dt.datetime | None = None,
    fresh: Alert | None = None,
) -> Alert:
    """The alert after an event. fresh: what is raised, whose reading and threshold it takes over.
    Raises UserFixable for an event that cannot happen to it as it is."""
    stands = follow(alert.standing, event)
    after = replace(
        alert,
        state=stands.state,
        beneath=stands.beneath,
        closed_at=at if stands.state is State.NORMAL else None,
        revision=alert.revision + 1,
    )
    match event:
        case Event.RAISE:
            new = fresh or alert
            after = replace(
                after, raised_at=at, returned_at=None, count=alert.count + 1, value=new.value,
                limit=new.limit, unit=new.unit, severity=new.severity, latches=new.latches,
                threshold_version=new.threshold_version, note=new.note,
                parent=alert.parent if after.beneath is not None else "",
            )  # fmt: skip
        case Event.RETURN | Event.LATCH:
            after = replace(after, returned_at=at)
        case Event.ACKNOWLEDGE:
            after = replace(
                after, acknowledged_at=at, acknowledged_by=by, acknowledged_reason=reason
            )
        case Event.SHELVE | Event.SUPPRESS | Event.OUT_OF_SERVICE:
            after = replace(after, away_until=until, away_by=by, away_reason=reason, parent="")
        case Event.UNSHELVE | Event.UNSUPPRESS | Event.INTO_SERVICE:
            after = replace(after, away_until=None, away_by="", away_reason="", parent="")
        case Event.RESET | Event.REALARM:
            pass
    if after.standing.base in UNSEEN:
        after = replace(after, acknowledged_at=None, acknowledged_by="", acknowledged_reason="")
    return after
