"""When rows of a table begin, in steps of the watch: by their own UTC or by a plant's clock."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from core.semantic.model import Table
from core.watch.watched import Watched, moment, text

#: No clock is further from UTC.
_FURTHEST: Final = dt.timedelta(days=1)


def began(watched: Watched, table: Table, start_s: int, end_s: int, zero_s: int) -> tuple[str, str]:
    """SQL of the step in which a row of a table begins (0 is that at zero_s), and the condition
    that holds for all rows that begin in [start, end), and maybe for more. Of a local time that
    comes twice, in the night in which clocks are put back, the first is meant; one that does not
    come at all is as far after the jump as it says."""
    time = table.time
    assert time is not None  # `core.thresholds.whole` takes no other
    start, end = moment(start_s), moment(end_s)
    at, margin = time.utc or time.timestamp, dt.timedelta()
    ahead = "0"
    if time.utc is None and watched.model.timezones:
        margin = _FURTHEST
        ahead = _ahead(watched, table, start - margin, end + margin)
    past = f"TIMESTAMPDIFF(SECOND, {text(moment(zero_s))}, {at})"
    past = past if ahead == "0" else f"({past} - {ahead})"
    parts = [f"{at} >= {text(start - margin)}", f"{at} < {text(end + margin)}"]
    if time.date is not None:
        parts.append(f"{time.date} >= {text((start - _FURTHEST).date())}")
        parts.append(f"{time.date} <= {text((end + _FURTHEST).date())}")
    return f"CAST(FLOOR({past} / {watched.step_s}) AS BIGINT)", " AND ".join(parts)


def _ahead(watched: Watched, table: Table, first: dt.datetime, last: dt.datetime) -> str:
    """Seconds that the plant's clock is ahead of UTC."""
    assert table.time is not None
    cases = []
    for plant, zone in sorted(watched.model.timezones.items()):
        for until, ahead_s in ahead_of(zone, first.date(), last.date() + dt.timedelta(days=1)):
            test = f"{table.scope} = {text(plant)}"
            if until is not None:
                test += f" AND {table.time.timestamp} < {text(until)}"
            cases.append(f"WHEN {test} THEN {ahead_s}")
    return f"CASE {' '.join(cases)} ELSE 0 END"


@lru_cache(maxsize=4096)
def ahead_of(
    zone: str, first: dt.date, last: dt.date
) -> tuple[tuple[dt.datetime | None, int], ...]:
    """Until when (local, exclusive; None for the last) a clock is how many seconds ahead of UTC."""
    clock = ZoneInfo(zone)
    days = [
        dt.datetime.combine(first, dt.time(0)) + dt.timedelta(days=n)
        for n in range((last - first).days + 1)
    ]
    found: list[tuple[dt.datetime | None, int]] = []
    for one, other in pairwise(days):
        if _at(one, clock) != _at(other, clock):
            low, high = 0, int((other - one).total_seconds())
            while high - low > 1:
                middle = (low + high) // 2
                is_before = _at(one + dt.timedelta(seconds=middle), clock) == _at(one, clock)
                low, high = (middle, high) if is_before else (low, middle)
            found.append((one + dt.timedelta(seconds=high), _at(one, clock)))
    return (*found, (None, _at(days[-1], clock)))


def _at(local: dt.datetime, clock: ZoneInfo) -> int:
    ahead = local.replace(tzinfo=clock).utcoffset()
    return int(ahead.total_seconds()) if ahead is not None else 0
