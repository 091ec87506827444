"""Whether readings have left what is usual: baseline, rules, CUSUM and changes of level as one.

A level has moved where both say so: the division into levels, which is strict about chance, and
CUSUM, which is quick. The rules mark readings; they alone are no drift, as some of any hundred
readings break one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from core.statistics.baseline import Baseline, Usual, baseline
from core.statistics.change_points import MOST, Level, levels
from core.statistics.cusum import Signal, cusum
from core.statistics.readings import Readings, Reason, UnfitReadings, taken
from core.statistics.rules import NELSON, WESTERN_ELECTRIC, Rule
from core.statistics.runs import Broken, Stretch, broken_rules
from core.translation import gettext as _

#: Correlation of neighbours up to which readings are taken to be independent.
MOST_ALIKE: Final = 0.25
#: A level this many sigmas from the mean has moved; what CUSUM with k = 0.5 is for.
MOVED_SIGMAS: Final = 1.0
#: Readings that a level has at least.
LEAST_OF_LEVEL: Final = 5
#: A level within this many sigmas of the mean is the usual one.
USUAL_SIGMAS: Final = 0.5

Verdict = Literal["moved", "returned", "steady"]


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of readings after their baseline. Positions count from the first reading.

    start: of the first reading that is looked at; those before it are only what patterns begin
    with. levels: of all readings; empty where there are too few or too many. since: where the
    moved level, or the one that has returned, began to leave the usual; until: of a returned one,
    the first reading back. level: its mean, of several the one furthest off. signal: what CUSUM
    says first in it, where it does.
    """

    verdict: Verdict
    baseline: Baseline
    start: int
    looked_at: int
    broken: Broken
    stretches: tuple[Stretch, ...]
    levels: tuple[Level, ...] = ()
    since: int | None = None
    until: int | None = None
    level: float | None = None
    signal: Signal | None = None

    @property
    def sigmas(self) -> float | None:
        """How far the level lies from the mean."""
        usual = self.baseline.usual
        return None if self.level is None else (self.level - usual.mean) / usual.sigma

    @property
    def flagged(self) -> tuple[int, ...]:
        """Positions of readings that break a rule, from the start on."""
        return tuple(int(one) for one in self.broken.flagged if one >= self.start)


def alike_at_most(count: int) -> float:
    """The correlation that the baseline's neighbours may have. Of few readings that are independent
    it is up to 2 / sqrt(n) by chance."""
    return max(MOST_ALIKE, 2 / math.sqrt(max(1, count)))


def fit_baseline(values: ArrayLike, first: int, stop: int) -> Baseline:
    """What is usual by the readings from position `first` to before `stop`.

    Raises UnfitReadings also where neighbours are too alike (or unlike) for limits to hold.
    """
    found = baseline(values, first=first, stop=stop)
    check_alike(found)
    return found


def check_alike(found: Baseline) -> None:
    """Raises UnfitReadings where neighbours of a baseline are too alike, or unlike."""
    if abs(found.correlation) > alike_at_most(found.count):
        raise UnfitReadings(
            _("Readings of the baseline are not independent of the ones before them."),
            reason=Reason.CORRELATED,
        )


def drift(
    values: ArrayLike,
    usual: Baseline,
    start: int,
    rules: Sequence[Rule] = (*WESTERN_ELECTRIC, *NELSON),
) -> Drift:
    """What became of the readings from position `start` on, against a baseline.

    Raises UnfitReadings for an infinite reading, and where none is there from `start` on.
    """
    readings = taken(values)
    looked_at = int(np.count_nonzero(~np.isnan(readings[start:])))
    if not looked_at:
        raise UnfitReadings(_("There is no reading."), reason=Reason.ALL_MISSING)
    broken = broken_rules(readings, usual.usual, rules)
    stretches = tuple(one for one in broken.stretches() if one.last >= start)
    found = _levels(readings, usual)
    kept = Drift("steady", usual, start, looked_at, broken, stretches, found)
    return _judged(kept, readings)


def _levels(readings: Readings, usual: Baseline) -> tuple[Level, ...]:
    """The levels, by a sigma that allows for how alike neighbours are: over many readings, those
    that each keep a part r of the one before vary as sigma sqrt(1 + r) / (1 - r), sigma being that
    of the moving ranges."""
    alike = max(0.0, usual.correlation)
    sigma = usual.usual.sigma * math.sqrt(1 + alike) / (1 - alike)
    if readings.size > MOST:
        return ()
    try:
        return levels(readings, sigma=sigma, shortest=LEAST_OF_LEVEL).levels
    except UnfitReadings:
        return ()


def _judged(found: Drift, readings: Readings) -> Drift:
    """With the verdict: of the last level that moved, and whether it lasts."""
    usual, every = found.baseline.usual, found.levels
    off = [_off(level, readings, usual) for level in every]
    moved = [
        at
        for at, level in enumerate(every)
        if abs(off[at]) >= MOVED_SIGMAS and level.last >= found.start
    ]
    if not moved:
        return found
    last = first = moved[-1]
    side = 1.0 if off[last] > 0 else -1.0
    while first > 0 and side * off[first - 1] >= USUAL_SIGMAS:
        first -= 1
    # from the level before on, as a slope begins before there is a level
    begin = every[max(0, first - 1)].first
    signal = _signal(
        readings[begin : every[last].last + 1], usual, side, every[first].first - begin
    )
    if signal is None:
        return found
    has_returned = last + 1 < len(every)
    return replace(
        found,
        verdict="returned" if has_returned else "moved",
        since=every[first].first,
        until=every[last + 1].first if has_returned else None,
        level=max((every[at].mean for at in range(first, last + 1)), key=lambda mean: side * mean)
        if has_returned
        else every[last].mean,
        signal=replace(signal, since=begin + signal.since, position=begin + signal.position),
    )


def _off(level: Level, readings: Readings, usual: Usual) -> float:
    """How many sigmas a level lies from the mean, by its mean or its median, whichever is nearer:
    one reading far off is no level."""
    own = readings[level.first : level.last + 1]
    middle = float(np.median(own[~np.isnan(own)]))
    ends = sorted((level.mean - usual.mean, middle - usual.mean), key=abs)
    is_one_side = ends[0] * ends[1] > 0
    return ends[0] / usual.sigma if is_one_side else 0.0


def _signal(readings: Readings, usual: Usual, side: float, level: int) -> Signal | None:
    """What CUSUM signals of the level that begins at position `level`: in the climb that was under
    way there, else the first one after it."""
    found = cusum(readings, usual)
    sums = found.upper if side > 0 else found.lower
    word = "above" if side > 0 else "below"
    signals = [one for one in found.signals if one.side == word]
    for one in reversed(signals):
        if one.since <= level and not np.any(sums[one.since : level + 1] <= 0):
            return one
    return next((one for one in signals if one.position >= level), None)
