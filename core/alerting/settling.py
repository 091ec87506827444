"""From the groups that are to stand to what has to happen to alerts for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

from core.alerting.alert import Alert, Pair, raised
from core.alerting.grouping import Groups, Parent, is_parent
from core.alerting.lifecycle import PUT_AWAY, Event, State
from core.alerting.step import Happening

_ACTIVE = (State.UNACKNOWLEDGED, State.ACKNOWLEDGED)
_EPOCH = dt.datetime(1970, 1, 1)


def settled(
    groups: Groups,
    alerts: Mapping[Pair, Alert],
    make: Callable[[Parent], Alert],
    start: dt.datetime,
    end: dt.datetime,
) -> tuple[tuple[Happening, ...], dict[Pair, str]]:
    """Happenings to add to those of a step's own, behind them, and the `parents` of the step.

    alerts: the model's open ones as they are before the step, and those that it raises. make: the
    alert of a parent (see `parent_alert`). start, end: of the step, UTC; nothing is dated before
    it."""
    happenings: list[Happening] = []
    ids = {pair: alert.id for pair, alert in alerts.items()}
    begun_s = int((start - _EPOCH).total_seconds())
    wanted = {parent.pair for parent in groups.parents}
    for parent in groups.parents:
        stands = alerts.get(parent.pair)
        if stands is None or stands.standing.base not in _ACTIVE:
            alert = make(replace(parent, raised_s=max(parent.raised_s, begun_s)))
            ids.setdefault(parent.pair, alert.id)
            happenings.append(Happening(Event.RAISE, parent.pair, alert.raised_at, alert=alert))
    for pair, alert in alerts.items():
        if is_parent(pair) and pair not in wanted and alert.standing.base in _ACTIVE:
            happenings.append(Happening(Event.RETURN, pair, end))
        elif alert.state is State.SUPPRESSED and pair not in groups.suppressed:
            happenings.append(Happening(Event.UNSUPPRESS, pair, end))
        elif pair in groups.suppressed and alert.state not in PUT_AWAY:
            rule = groups.rules[pair]
            happenings.append(Happening(Event.SUPPRESS, pair, end, reason=rule))
    under = {**groups.grouped, **groups.suppressed}
    parents = {pair: ids[parent] for pair, parent in under.items() if pair in alerts}
    for pair, alert in alerts.items():
        if alert.parent and pair not in under:
            parents[pair] = ""
    return tuple(happenings), parents


def parent_alert(parent: Parent, *, tenant: str, model: str, plant: str) -> Alert:
    """The alert of a parent: its value is how many it stands for, its kind the rule. plant: the
    scope value that decides who sees it."""
    return raised(
        tenant=tenant, model=model, pair=parent.pair, plant=plant, place=parent.place,
        at=_EPOCH + dt.timedelta(seconds=parent.raised_s), threshold_version=0, measure="",
        kind=parent.rule, severity=parent.severity, value=float(len(parent.children)), limit=None,
        unit="",
    )  # fmt: skip
