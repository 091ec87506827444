"""Inputs, limits and weights to the scores of assets, with what each part comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.alerting.figures import FIGURES
from core.risk.inputs import Inputs, Key
from core.risk.limits import Pairs
from core.risk.score import (
    Floats,
    Integers,
    Worst,
    alarm_load,
    approach,
    debt,
    displayed,
    nearness,
    shares,
    worst,
)
from core.risk.weights import Weights
from core.semantic.model import RISK_PARTS, RiskScale

PART_AT: Mapping[str, int] = {name: place for place, name in enumerate(RISK_PARTS)}
#: Activations a day that an operating position bears at most.
MOST_PER_DAY = next(f.maximum or 2 * f.target for f in FIGURES if f.metric == "per_day")


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Of A assets the value of each part, float64[A, P], 0 .. 1, NaN where it cannot be told; and
    what the first three come from. near, trend: the worst pair of each asset. per_day, most: its
    activations, and how many its share of the figures allows."""

    inputs: Inputs
    pairs: Pairs
    values: Floats
    near: Worst
    trend: Worst
    per_day: Floats
    most: Floats


def parts_of(inputs: Inputs, pairs: Pairs, scale: RiskScale) -> Parts:
    """What each part comes to, before it is weighed."""
    count = len(inputs.keys)
    curves = inputs.curves
    at = (pairs.owner, pairs.measure)
    level, usual, spread, slope = (
        one[at] for one in (curves.level, curves.usual, curves.spread, curves.slope)
    )
    near = worst(
        nearness(level, pairs.limit, pairs.side, usual, spread, scale.reach_sigmas),
        pairs.weight, pairs.owner, count,
    )  # fmt: skip
    trend = worst(
        approach(level, pairs.limit, pairs.side, slope, scale.trend_days),
        pairs.weight, pairs.owner, count,
    )  # fmt: skip
    per_day, most = _alarms(inputs, scale)
    none = np.full(count, np.nan)
    full = (scale.orders_full, scale.age_full_days, scale.failures_full)
    owed = none if inputs.orders is None else debt(inputs.orders, full)
    columns = {
        "threshold": near.value,
        "trend": trend.value,
        "alarms": alarm_load(per_day, most),
        "maintenance": owed,
        "criticality": inputs.ranks,
    }
    values = np.stack([columns[name] for name in RISK_PARTS], axis=1)
    return Parts(inputs, pairs, values, near, trend, per_day, most)


def _alarms(inputs: Inputs, scale: RiskScale) -> tuple[Floats, Floats]:
    """Activations a day of each asset, and the most of its even share of its position's figure."""
    count = len(inputs.keys)
    known = [one for one in (inputs.alarms, inputs.alerts) if one is not None]
    if not known:
        return np.full(count, np.nan), np.full(count, np.nan)
    assets = Counter(scope for scope, _asset in inputs.keys)
    most = np.array([MOST_PER_DAY / assets[scope] for scope, _asset in inputs.keys])
    return np.sum(known, axis=0) / scale.alarm_days, most


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Of A assets: exact points of each part float64[A, P], the same as whole numbers int64[A, P],
    their sum, and the order from the riskiest on. An asset without any part that is known has NaN
    and 0, and is not in the order."""

    points: Floats
    shown: Integers
    score: Integers
    order: Integers

    def place(self, asset: int) -> int:
        """From 1 on; 0 for one that is not in the order."""
        found = np.flatnonzero(self.order == asset)
        return int(found[0]) + 1 if len(found) else 0


def scores_of(parts: Parts, weights: Mapping[str, Weights], usual: Weights) -> Scores:
    """weights: of plants that have their own, by scope value; usual: of the others.

    A part that nothing can have (no such records, no limits at all) leaves its weight to the
    others. One that an asset alone lacks counts 0: what nobody measures is no reason to call an
    asset riskier than one that is measured.
    """
    keys = parts.inputs.keys
    table = np.array(
        [weights.get(scope, usual).as_tuple() for scope, _asset in keys], dtype=np.float64
    ).reshape(-1, len(RISK_PARTS))
    absent = np.array([name in parts.inputs.why for name in RISK_PARTS])
    values = np.where(np.isnan(parts.values) & ~absent, 0.0, parts.values)
    values[:, absent] = np.nan
    points = shares(values, table)
    known: npt.NDArray[np.bool_] = np.asarray(~np.isnan(points).any(axis=1))
    shown = displayed(np.where(known[:, None], points, 0.0))
    exact = np.where(known, np.round(points.sum(axis=1), 9), -1.0)
    names = sorted(range(len(keys)), key=lambda i: (-exact[i], keys[i]))
    order = np.array([i for i in names if known[i]], dtype=np.int64)
    return Scores(points, shown, shown.sum(axis=1), order)


def index_of(parts: Parts) -> dict[Key, int]:
    """Where each asset stands."""
    return {key: place for place, key in enumerate(parts.inputs.keys)}
