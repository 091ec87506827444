"""When a limit trips and when it clears: deadband, on-delay and off-delay, for many pairs at once.

A pair is one threshold at one asset. A reading is a value over one interval [start, end), in epoch
seconds. One interval live and years of history go through the same `advance`, so that what was
tried before a threshold was published is what the watch does with it afterwards.

    over      value > high, or value < low: strictly
    clear     value < high - deadband, and value > low + deadband: strictly
    raised    over in each interval from s on, none missing between them, and end - s >= on-delay
    returned  clear in each interval from s on, none missing between them, and end - s >= off-delay

NaN, a missing or Bad reading, is neither over nor clear: a delay that runs begins again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Limits of N pairs. low, high, deadband: float64[N] in the unit of the values, NaN for none;
    on_delay_s, off_delay_s: int64[N]. Raises ValueError for other shapes, and for a deadband or
    delay that is below 0 or not finite.

    clears_above, clears_below: low + deadband and high - deadband, added as the decimals that
    people typed: 7.1 - 0.3 is 6.8 and no neighbour of it, so that a reading of 6.8 is exactly on
    it."""

    low: Floats
    high: Floats
    deadband: Floats
    on_delay_s: Integers
    off_delay_s: Integers
    clears_above: Floats = field(init=False)
    clears_below: Floats = field(init=False)

    def __post_init__(self) -> None:
        numbers = (self.low, self.high, self.deadband, self.on_delay_s, self.off_delay_s)
        if len({one.shape for one in numbers}) > 1 or self.low.ndim != 1:
            raise ValueError("limits, deadbands and delays are arrays of one length")
        if np.isinf(self.deadband).any() or (self.deadband < 0).any():
            raise ValueError("a deadband is a number from 0 on, or NaN for none")
        if (self.on_delay_s < 0).any() or (self.off_delay_s < 0).any():
            raise ValueError("a delay is a number of seconds from 0 on")
        object.__setattr__(self, "clears_above", _moved(self.low, self.deadband, 1))
        object.__setattr__(self, "clears_below", _moved(self.high, self.deadband, -1))

    def __len__(self) -> int:
        return len(self.low)


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """Where N pairs stand. active: bool[N]. since: int64[N], the start of the first interval from
    which the opposite has held without a gap (over while not active, clear while active), -1 for
    none. until: int64[N], the end of the last such interval, -1 with since."""

    active: Flags
    since: Integers
    until: Integers

    @classmethod
    def none(cls, n: int) -> Trips:
        """Nothing active, no delay running."""
        return cls(np.zeros(n, bool), np.full(n, -1, np.int64), np.full(n, -1, np.int64))

    def __len__(self) -> int:
        return len(self.active)


@dataclass(frozen=True, slots=True, eq=False)
class Advance:
    """One interval further. raised, returned: which pairs, as rising indices; raised_at,
    returned_at: when, epoch seconds, beside them. No pair is in both."""

    trips: Trips
    raised: Integers
    returned: Integers
    raised_at: Integers
    returned_at: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """What a history came to: one entry an activation, in the order in which they were raised
    (by pair where at once). pair: index. raised_at: epoch seconds, -1 for one that stood before.
    returned_at: -1 for one that stands at the end."""

    trips: Trips
    pair: Integers
    raised_at: Integers
    returned_at: Integers


def advance(
    limits: Limits,
    trips: Trips,
    start_s: int | Integers,
    end_s: int | Integers,
    values: Floats,
) -> Advance:
    """The pairs after the interval [start_s, end_s), each pair's own or one for all.

    An alert's time is the end of its delay, s + delay, which lies within the interval in which it
    is known; with no delay that is where the interval starts. A delay that was shortened while it
    ran ends no earlier than the interval starts. Raises ValueError for other shapes, for an
    interval that ends before it starts and for one before 1970.
    """
    start, end = np.broadcast_to(start_s, len(limits)), np.broadcast_to(end_s, len(limits))
    if len(trips) != len(limits) or values.shape != limits.low.shape:
        raise ValueError("limits, trips and values are of one length")
    if (end <= start).any() or (start < 0).any():
        raise ValueError("an interval ends after it starts, and starts in 1970 at the earliest")
    over = (values > limits.high) | (values < limits.low)
    held = np.isnan(values) | (values >= limits.clears_below) | (values <= limits.clears_above)
    opposite = np.where(trips.active, ~held, over)
    is_going_on = (trips.since >= 0) & (trips.until == start)
    since = np.where(is_going_on, trips.since, start)
    delay = np.where(trips.active, limits.off_delay_s, limits.on_delay_s)
    is_due = opposite & (end - since >= delay)
    is_running = opposite & ~is_due
    at = np.maximum(since + delay, start)
    raised, returned = np.flatnonzero(is_due & ~trips.active), np.flatnonzero(is_due & trips.active)
    after = Trips(
        trips.active ^ is_due, np.where(is_running, since, -1), np.where(is_running, end, -1)
    )
    return Advance(after, raised, returned, at[raised], at[returned])


def replay(
    limits: Limits,
    trips: Trips,
    steps: Iterable[tuple[int | Integers, int | Integers, Floats]],
) -> Spans:
    """The activations of a history: `advance` over (start_s, end_s, values), oldest first."""
    pairs = list(np.flatnonzero(trips.active))
    raised, returned = [-1] * len(pairs), [-1] * len(pairs)
    standing = {int(pair): place for place, pair in enumerate(pairs)}
    for start, end, values in steps:
        step = advance(limits, trips, start, end, values)
        trips = step.trips
        for pair, at in zip(step.raised.tolist(), step.raised_at.tolist(), strict=True):
            standing[pair] = len(pairs)
            pairs.append(pair)
            raised.append(at)
            returned.append(-1)
        for pair, at in zip(step.returned.tolist(), step.returned_at.tolist(), strict=True):
            returned[standing.pop(pair)] = at
    return Spans(trips, *(np.array(one, np.int64) for one in (pairs, raised, returned)))


def _moved(limits: Floats, deadband: Floats, sign: int) -> Floats:
    """Limits moved inwards by their deadbands, in decimal arithmetic."""
    moved = limits.astype(np.float64)
    for at in np.flatnonzero(np.isfinite(limits) & (deadband > 0)).tolist():
        by = Decimal(repr(float(deadband[at])))
        moved[at] = float(Decimal(repr(float(limits[at]))) + sign * by)
    return moved
