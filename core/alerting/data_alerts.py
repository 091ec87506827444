"""Alerts about the data themselves: a batch that is held back, a stream that is not whole.

They have no threshold. One stands for a table (or a stream) at each plant that it concerns, however
many batches are held back; it returns when none is any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from core.alerting.alert import Alert, Pair, Severity, raised
from core.alerting.lifecycle import Event
from core.alerting.step import Happening
from core.alerting.store import AlertStore, Outbox
from core.alerting.tables import utc_now

#: Kinds of such alerts.
QUARANTINE: Final = "quarantine"
STREAM: Final = "stream"
_PREFIX: Final = "data:"
#: At so many characters of what is known of it a note ends.
_NOTE: Final = 500


def is_of_data(pair: Pair) -> bool:
    """Whether an alert is about the data; the watch leaves those alone."""
    return pair[0].startswith(_PREFIX)


@dataclass(frozen=True, slots=True)
class DataAlerts:
    """Raises and ends them. tenants: the plants of each, None for all; such as Policy.tenants.
    plants: all there are, for what belongs to no plant. outbox: tells people."""

    store: AlertStore
    tenants: Mapping[str, frozenset[str] | None]
    plants: tuple[str, ...]
    outbox: tuple[Outbox, ...] = ()
    clock: Callable[[], dt.datetime] = field(default=utc_now)

    def raise_(
        self,
        kind: str,
        model: str,
        what: str,
        plants: Iterable[str],
        *,
        rows: int,
        note: str,
        severity: Severity = "warning",
    ) -> None:
        """One alert at each plant. what: the table or stream; rows: how many are concerned. Raises
        Unavailable."""
        now = self.clock()
        for tenant, mine in self.tenants.items():
            happenings = [
                Happening(Event.RAISE, _pair(kind, what, plant), now, alert=self._alert(
                    kind, tenant, model, what, plant, rows, note, severity, now,
                ))
                for plant in self._of(plants, mine)
            ]  # fmt: skip
            self.store.happen(tenant, model, happenings, self.outbox)

    def end(self, kind: str, model: str, what: str) -> None:
        """Nothing is concerned any more. Raises Unavailable."""
        now = self.clock()
        for tenant in self.tenants:
            happenings = [
                Happening(Event.RETURN, alert.pair, now)
                for alert in self.store.open_of(tenant, model)
                if alert.kind == kind and alert.asset == what and is_of_data(alert.pair)
            ]
            if happenings:
                self.store.happen(tenant, model, happenings, self.outbox)

    def _of(self, plants: Iterable[str], mine: frozenset[str] | None) -> tuple[str, ...]:
        """Those of a tenant; of what belongs to no plant, its first."""
        wanted = [p for p in plants if p in self.plants and (mine is None or p in mine)]
        all_of_it = sorted(mine if mine is not None else self.plants)
        return tuple(wanted) or tuple(all_of_it[:1])

    def _alert(
        self, kind: str, tenant: str, model: str, what: str, plant: str, rows: int, note: str,
        severity: Severity, now: dt.datetime,
    ) -> Alert:  # fmt: skip
        return raised(
            tenant=tenant, model=model, pair=_pair(kind, what, plant), at=now,
            threshold_version=0, plant=plant, place=(), measure="", kind=kind, severity=severity,
            value=float(rows), limit=None, unit="", note=note[:_NOTE],
        )  # fmt: skip


def _pair(kind: str, what: str, plant: str) -> Pair:
    return f"{_PREFIX}{kind}:{plant}", what
