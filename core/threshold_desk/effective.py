"""What holds at a place: of each measure and kind which threshold counts, for which assets, and
which ones it hides there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.thresholds.record import KINDS, Scope, Threshold
from core.thresholds.resolve import resolve

#: here: put on this very place. above: on a more general one, for all assets of the place.
#: inside: on a part of it alone.
Where = Literal["here", "above", "inside"]


@dataclass(frozen=True, slots=True)
class Holding:
    """A threshold that counts somewhere at a place. assets: for which it counts, by name, or places
    as a whole; of: how many there are. hides: thresholds that it hides for one of them at least,
    the nearest first. is_fallback: a limit of the model and no threshold."""

    threshold: Threshold
    where: Where
    assets: tuple[str, ...]
    of: int
    hides: tuple[Threshold, ...] = ()
    is_fallback: bool = False


def holdings(
    thresholds: Iterable[Threshold],
    fallback: Sequence[Threshold],
    assets: Sequence[Mapping[str, str]],
    at: Scope,
    asset: str,
    levels: Sequence[str],
    wholes: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
) -> tuple[Holding, ...]:
    """What counts for these assets, by measure and kind and from the general to the particular.
    at: the place that has them. asset: the level that names them. wholes: the places of each level
    of which thresholds take a figure; a row of such a one names places and no assets."""
    counted: dict[str, tuple[Threshold, bool, list[str], dict[str, Threshold]]] = {}
    thresholds = list(thresholds)
    of = {"": {one[asset]: one for one in assets}}
    of |= {per: {"/".join(p.values()): p for p in those} for per, those in (wholes or {}).items()}
    for per, places in of.items():
        lines = fallback if not per else ()
        for name, effective in resolve(thresholds, places, levels, lines, per).items():
            for one in effective:
                entry = counted.setdefault(
                    one.threshold.id, (one.threshold, one.is_fallback, [], {})
                )
                entry[2].append(name)
                entry[3].update((hidden.id, hidden) for hidden in one.hides)
    rows = [
        Holding(
            threshold,
            _where(threshold.scope, at, list(of[threshold.per].values())),
            tuple(sorted(names)),
            len(of[threshold.per]),
            tuple(sorted(hides.values(), key=lambda one: one.scope.rank(levels), reverse=True)),
            is_fallback,
        )
        for threshold, is_fallback, names, hides in counted.values()
    ]
    order = {kind: place for place, kind in enumerate(KINDS)}
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                row.threshold.measure,
                order[row.threshold.kind],
                row.threshold.scope.rank(levels),
                row.threshold.scope.at,
            ),
        )
    )


def _where(scope: Scope, at: Scope, assets: Sequence[Mapping[str, str]]) -> Where:
    if scope == at:
        return "here"
    return "above" if all(scope.holds_for(one) for one in assets) else "inside"
