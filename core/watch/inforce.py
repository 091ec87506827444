"""The thresholds in force, kept until another version is published or comes into force."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.thresholds.record import Threshold
from core.thresholds.store import ThresholdStore
from core.watch.watched import moment, seconds

_FAR = 1 << 60


@dataclass(slots=True)
class InForce:
    """Of one model and tenant."""

    store: ThresholdStore
    model: str
    tenant: str
    _stamp: int = -1
    _from: int = _FAR
    _until: int = -1
    _known: tuple[Threshold, ...] = ()
    _changes: tuple[int, ...] = field(default=())

    def look(self) -> bool:
        """See whether something was published since; whether there is any published version."""
        stamp = self.store.published(self.model, self.tenant)
        if stamp != self._stamp:
            begins = self.store.begins(self.model, self.tenant)
            self._changes = tuple(sorted(seconds(one) for one in begins))
            self._stamp, self._from, self._until = stamp, _FAR, -1
        return stamp > 0

    def since(self, at_s: int) -> int:
        """Since when those of a moment have been in force together, epoch seconds."""
        self.at(at_s)
        return self._from

    def at(self, at_s: int) -> tuple[tuple[Threshold, ...], int]:
        """Those in force at a moment, and until when (exclusive) nothing changes."""
        if not self._from <= at_s < self._until:
            found = self.store.effective(self.model, moment(at_s), self.tenant)
            self._known = tuple(sorted(found, key=lambda one: one.id))
            past = [one for one in self._changes if one <= at_s]
            self._from = past[-1] if past else -_FAR
            self._until = next((one for one in self._changes if one > at_s), _FAR)
        return self._known, self._until
