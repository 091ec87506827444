"""What other weights of a plant would make of today's ranking; nothing is read or kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.risk.assessment import Parts, Scores, scores_of
from core.risk.inputs import Key
from core.risk.weights import Weights


class Assessed(Protocol):
    """The assets that a person sees, with the weights that count."""

    @property
    def parts(self) -> Parts: ...
    @property
    def scores(self) -> Scores: ...
    @property
    def usual(self) -> Weights: ...
    @property
    def weights(self) -> Mapping[str, Weights]: ...


@dataclass(frozen=True, slots=True)
class Moved:
    """An asset of a plant under two sets of weights; places from 1 on, 0 for none. parts: points of
    each part of the score, in the order of RISK_PARTS."""

    asset: str
    score_before: int
    score_after: int
    place_before: int
    place_after: int
    parts_before: tuple[int, ...] = ()
    parts_after: tuple[int, ...] = ()

    @property
    def moves(self) -> int:
        """By how many places it goes up; below 0 down."""
        return self.place_before - self.place_after if self.place_before else 0


def outlook(found: Assessed, plant: str, weights: Weights | None) -> tuple[Moved, ...]:
    """The assets of a plant under other weights, None for the model's, the riskiest under them
    first; beside how they stand now."""
    other = {name: own for name, own in found.weights.items() if name != plant}
    if weights is not None:
        other[plant] = weights
    after = scores_of(found.parts, other, found.usual)
    keys = found.parts.inputs.keys
    before = _places(found.scores, keys, plant)
    return tuple(
        Moved(
            keys[at][1],
            int(found.scores.score[at]),
            int(after.score[at]),
            before.get(at, 0),
            place,
            tuple(map(int, found.scores.shown[at])),
            tuple(map(int, after.shown[at])),
        )
        for at, place in _places(after, keys, plant).items()
    )


def _places(scores: Scores, keys: Sequence[Key], plant: str) -> dict[int, int]:
    """Asset -> its place among those of a plant, in order."""
    own = [int(at) for at in scores.order if keys[int(at)][0] == plant]
    return {at: place for place, at in enumerate(own, start=1)}
