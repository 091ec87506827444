"""What one run of the watch did."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WatchRun:
    """One run. Times are UTC, naive.

    began, until: what was watched, over all plants; None where nothing was new. steps: intervals,
    counted once for each plant. raised, returned: alerts. late: rows that came for times that were
    watched before. holder: who ran it. error: why it ended early, in words; empty where it did not.
    is_behind: there is more to catch up with. is_elsewhere: another process holds the lease, so
    that nothing was done.
    """

    model: str
    started_at: dt.datetime
    seconds: float = 0.0
    began: dt.datetime | None = None
    until: dt.datetime | None = None
    steps: int = 0
    raised: int = 0
    returned: int = 0
    late: int = 0
    holder: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()
    is_behind: bool = False
    is_elsewhere: bool = False
