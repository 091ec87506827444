"""The limits of the value itself that assets have, as arrays of pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import UserFixable
from core.risk.inputs import Key
from core.risk.score import Floats, Integers
from core.semantic.model import SemanticModel, Watch
from core.thresholds.grounds import is_level
from core.thresholds.limits import own_limits
from core.thresholds.record import KINDS, Threshold
from core.thresholds.resolve import Effective, model_limits, resolve


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """N limits at assets. owner, measure: places in the order of assets and of measures. limit: in
    the measure's own unit. side: 1 for a high one, -1 for a low one. weight: the threshold's."""

    owner: Integers
    measure: Integers
    limit: Floats
    side: Floats
    weight: Floats
    of: tuple[Effective, ...]


def limited_measures(
    thresholds: Iterable[Threshold], model: SemanticModel, watch: Watch
) -> tuple[str, ...]:
    """Columns of the watched table that a limit of the value is on, sorted."""
    columns = model.tables[watch.table].columns
    fallback = model_limits(model.name, model.limits, watch.levels)
    names = {
        one.measure
        for one in (*thresholds, *fallback)
        if KINDS[one.kind].limit_unit == "own" and one.measure in columns
    }
    return tuple(sorted(name for name in names if is_level(columns[name])))


def pairs_of(
    thresholds: Iterable[Threshold],
    keys: Sequence[Key],
    places: Sequence[Mapping[str, str]],
    measures: Sequence[str],
    model: SemanticModel,
    watch: Watch,
) -> Pairs:
    """Every limit of the value that each asset has: of each measure and kind the nearest one. A
    limit that cannot be had in the measure's unit is left out."""
    fallback = model_limits(model.name, model.limits, watch.levels)
    found = resolve(thresholds, dict(zip(keys, places, strict=True)), watch.levels, fallback)
    columns = model.tables[watch.table].columns
    at = {name: place for place, name in enumerate(measures)}
    rows: list[tuple[int, int, float, float, float]] = []
    of: list[Effective] = []
    for owner, key in enumerate(keys):
        for one in found[key]:
            threshold = one.threshold
            if threshold.measure not in at or KINDS[threshold.kind].limit_unit != "own":
                continue
            try:
                limits = own_limits(threshold, columns[threshold.measure].unit or "")
            except UserFixable:
                continue
            for side, limit in ((1.0, limits.high), (-1.0, limits.low)):
                if limit is not None:
                    rows.append((owner, at[threshold.measure], limit, side, threshold.weight))
                    of.append(one)
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    return Pairs(
        table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2], table[:, 3],
        table[:, 4], tuple(of),
    )  # fmt: skip
