"""Which readings break which rules.

A reading is marked where it completes a pattern: it is the last of those that the rule looks at.
It counts as beyond a line only where it is greater (or less) than the very number that is drawn;
one that lies on the line is not beyond it, and one on the mean is on neither side.

A missing reading never helps a rule: a pattern counts only where it is there whatever the missing
reading would have been. So a gap ends a run, and 2 of 3 with a gap among them still are 2 of 3. The
same holds for what lies before the first reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.statistics.baseline import Usual
from core.statistics.readings import Readings, taken
from core.statistics.rules import NELSON, WESTERN_ELECTRIC, Rule

Mask = NDArray[np.bool_]
Side = Literal["above", "below", "none"]

#: How a broken rule's side is written in `Broken.sides`; 0: the rule is not broken.
ABOVE: Final = 1
BELOW: Final = -1
NO_SIDE: Final = 2
_SIDES: Final[dict[int, Side]] = {ABOVE: "above", BELOW: "below", NO_SIDE: "none"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Readings in a row of which each completes the same pattern."""

    rule: Rule
    side: Side  # "above" is "rising" of a trend, "below" is "falling"
    first: int  # position where the first pattern begins
    flagged: int  # position of the first marked reading
    last: int  # position of the last marked reading


@dataclass(frozen=True, slots=True, eq=False)
class Broken:
    """Which readings break which rules."""

    rules: tuple[Rule, ...]
    sides: NDArray[np.int8]  # a row for each rule, a column for each reading: ABOVE, BELOW, ...

    @property
    def flagged(self) -> NDArray[np.intp]:
        """Positions of the readings that break any rule, in order."""
        return np.flatnonzero(self.sides.any(axis=0))

    def at(self, position: int) -> tuple[Rule, ...]:
        """The rules that the reading there breaks."""
        broken = self.sides[:, position]
        return tuple(rule for rule, side in zip(self.rules, broken, strict=True) if side)

    def stretches(self) -> tuple[Stretch, ...]:
        """Each rule's marked readings, those in a row as one; by the rules, then in time."""
        return tuple(
            stretch
            for rule, sides in zip(self.rules, self.sides, strict=True)
            for stretch in _stretches(rule, sides)
        )


def broken_rules(
    values: ArrayLike, usual: Usual, rules: Sequence[Rule] = (*WESTERN_ELECTRIC, *NELSON)
) -> Broken:
    """Which of the rules each reading breaks, against what is usual.

    Raises:
        UnfitReadings: a reading is infinite.
    """
    readings = taken(values)
    sides = np.zeros((len(rules), readings.size), dtype=np.int8)
    for row, rule in zip(sides, rules, strict=True):
        _mark(row, readings, usual, rule)
    return Broken(tuple(rules), sides)


def _mark(row: NDArray[np.int8], readings: Readings, usual: Usual, rule: Rule) -> None:
    above = readings > usual.line(rule.sigmas)
    below = readings < usual.line(-rule.sigmas)
    match rule.pattern:
        case "beyond":
            row[_enough(above, rule)] = ABOVE
            row[_enough(below, rule)] = BELOW
        case "side":
            row[in_a_row(above, rule.points)] = ABOVE
            row[in_a_row(below, rule.points)] = BELOW
        case "trend":  # so many readings are one step fewer
            rising, falling = _steps(readings)
            row[in_a_row(rising, rule.points - 1)] = ABOVE
            row[in_a_row(falling, rule.points - 1)] = BELOW
        case "alternating":  # and one turn fewer than steps
            rising, falling = _steps(readings)
            turns = np.zeros_like(rising)
            turns[1:] = (rising[1:] & falling[:-1]) | (falling[1:] & rising[:-1])
            row[in_a_row(turns, rule.points - 2)] = NO_SIDE
        case "within":
            inside = ~(above | below | np.isnan(readings))
            row[in_a_row(inside, rule.points)] = NO_SIDE
        case "both_sides":
            one_sided = in_a_row(above, rule.points) | in_a_row(below, rule.points)
            row[in_a_row(above | below, rule.points) & ~one_sided] = NO_SIDE


def in_a_row(mask: Mask, length: int) -> Mask:
    """Where the mask holds, and at the `length - 1` places before: each pass doubles the length."""
    found, reached = mask, 1
    while reached < length:
        step = min(reached, length - reached)
        longer = np.zeros_like(found)
        longer[step:] = found[step:] & found[:-step]
        found, reached = longer, reached + step
    return found


def _enough(mask: Mask, rule: Rule) -> Mask:
    """Where the mask holds, and at enough of the places that the rule looks at, this one included.

    The reading itself has to be beyond: one that has come back is not marked for those before it.
    """
    counts = mask.astype(np.int8)
    for back in range(1, min(rule.points, mask.size)):
        counts[back:] += mask[:-back]
    return mask & (counts >= rule.needed)


def _steps(readings: Readings) -> tuple[Mask, Mask]:
    """Where a reading is higher, and where it is lower, than the one before."""
    rising, falling = np.zeros((2, readings.size), dtype=np.bool_)
    rising[1:] = readings[1:] > readings[:-1]
    falling[1:] = readings[1:] < readings[:-1]
    return rising, falling


def _stretches(rule: Rule, sides: NDArray[np.int8]) -> list[Stretch]:
    edges = np.flatnonzero(np.diff(sides, prepend=0, append=0))
    return [
        Stretch(
            rule,
            _SIDES[int(sides[start])],
            first=max(0, int(start) - rule.points + 1),
            flagged=int(start),
            last=int(stop) - 1,
        )
        for start, stop in pairwise(edges)
        if sides[start]
    ]
