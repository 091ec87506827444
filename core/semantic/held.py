"""Limits that were in force for the rows of an answer, at the time that it shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

#: A time on the plant's clock, [start, end); None: the beginning or the end of the answer's time.
Span = tuple[dt.datetime | None, dt.datetime | None]
_BEFORE = dt.datetime(1, 1, 1)


@dataclass(frozen=True, slots=True)
class HeldLimit:
    """A limit that all rows' assets had in [start, end), on the plant's clock; None: from before
    the answer's time, or until after it.

    value: in the unit of the model's column or metric. kind: of the threshold, empty for a limit of
    the model, which has its own label. version: of the threshold, 0 where it is none or where the
    assets have it from several. since: from when on that version holds. statistic, window_min: of
    what is compared with it, where that is no single reading.
    """

    value: float
    side: Literal["low", "high"] = "high"
    severity: Literal["caution", "warning", "critical"] = "warning"
    kind: str = ""
    label: str = ""
    source: str = ""
    version: int = 0
    since: dt.datetime | None = None
    statistic: str = ""
    window_min: int = 0
    start: dt.datetime | None = None
    end: dt.datetime | None = None

    @property
    def begin(self) -> dt.datetime:
        """Where it stands in time among others of its kind."""
        return self.start or _BEFORE

    @property
    def is_throughout(self) -> bool:
        """Whether it held for the whole of the answer's time."""
        return self.start is None and self.end is None

    def holds_in(self, first: dt.datetime, end: dt.datetime) -> bool:
        """Whether it held for the whole of [first, end)."""
        is_begun = self.start is None or self.start <= first
        return is_begun and (self.end is None or end <= self.end)


@dataclass(frozen=True, slots=True)
class Held:
    """The limits of one measure over the time of an answer, where thresholds were in force then.

    measure: a column or a metric of the model. limits: those that all assets of the rows had.
    differ: when assets had different ones of a kind, or some had none. is_unknown: it cannot be
    told which there were.
    """

    measure: str
    limits: tuple[HeldLimit, ...] = ()
    differ: tuple[Span, ...] = ()
    is_unknown: bool = False

    @property
    def changes(self) -> tuple[dt.datetime, ...]:
        """The moments at which a limit began or ended within the time."""
        return tuple(
            sorted({at for one in self.limits for at in (one.start, one.end) if at is not None})
        )
