"""The risk score as pure functions over arrays: no time, no data, no plant.

Each part of a score is a number from 0 (nothing speaks for a risk) to 1; NaN where it cannot be
told. No part changes when a measure is kept in another unit: readings, limits and slopes stand
only in ratios of differences of the same measure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def nearness(
    level: Floats, limit: Floats, side: Floats, usual: Floats, spread: Floats, reach: float
) -> Floats:
    """How near its limit each of N levels stands, 0 .. 1; on the limit and past it 1.

    The larger of two: how much of the way from its usual level to the limit it has gone, which
    tells of one that has moved; and how far into the last `reach` spreads before the limit it
    stands, which tells of one that has always been near. side: 1 for a high limit, -1 for a low
    one. spread: standard deviation of its readings. All but side and reach in one unit.
    """
    before, whole = side * (limit - level), side * (limit - usual)
    with np.errstate(divide="ignore", invalid="ignore"):
        way = np.where(whole > 0, 1.0 - before / whole, 0.0)
        close = np.where(spread > 0, 1.0 - before / (reach * spread), 0.0)
    near = np.where(before <= 0, 1.0, np.clip(np.fmax(way, close), 0.0, 1.0))
    return np.where(np.isnan(before), np.nan, near)


def approach(level: Floats, limit: Floats, side: Floats, slope: Floats, ahead: float) -> Floats:
    """Which part of the distance to its limit each of N levels goes in `ahead` days if it goes on
    as it does, 0 .. 1. slope: a day. Past the limit: 1 while it goes on away from it, else 0."""
    toward = side * slope
    left = side * (limit - level)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(left > 0, toward * ahead / left, np.where(toward > 0, 1.0, 0.0))
    part = np.where(np.isnan(toward) | np.isnan(left), np.nan, part)
    return np.clip(part, 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Worst:
    """Of A assets the value that counts, NaN for none; and the place of the pair that it comes
    from, -1 for none."""

    value: Floats
    pair: Integers


def worst(values: Floats, weights: Floats, owner: Integers, assets: int) -> Worst:
    """The worst of each asset's pairs: each value times its weight as a part of the asset's largest
    weight. values, weights, owner: of N pairs; a pair without a value or a weight does not count.
    Of equal ones the first pair."""
    counts = ~np.isnan(values) & (weights > 0)
    largest = np.zeros(assets)
    np.maximum.at(largest, owner[counts], weights[counts])
    with np.errstate(divide="ignore", invalid="ignore"):
        weighed = np.where(counts, values * weights / largest[owner], -1.0)
    best = np.full(assets, -1.0)
    np.maximum.at(best, owner, weighed)
    pair = np.full(assets, -1, dtype=np.int64)
    is_best = counts & (weighed == best[owner])
    places = np.flatnonzero(is_best)[::-1]
    pair[owner[places]] = places
    return Worst(np.where(best >= 0, best, np.nan), pair)


def alarm_load(per_day: Floats, most_per_day: Floats) -> Floats:
    """Activations a day as a part of the most that an asset's share of the figures allows."""
    with np.errstate(divide="ignore", invalid="ignore"):
        part = per_day / most_per_day
    return np.clip(np.where(most_per_day > 0, part, np.nan), 0.0, 1.0)


def debt(parts: npt.ArrayLike, full: npt.ArrayLike) -> Floats:
    """Maintenance debt of A assets: the mean of counts as parts of what counts fully. parts:
    float64[A, K], counts of 0 or more; full: K numbers above 0."""
    return np.asarray(np.clip(np.asarray(parts) / np.asarray(full), 0.0, 1.0).mean(axis=1))


def shares(values: Floats, weights: Floats) -> Floats:
    """The points that each part gives, float64[A, P]; their sum is the score, 0 .. 100.

    values, weights: float64[A, P]; weights of 0 or more. A part that is NaN gives none, and its
    weight is spread over the others in their proportion. A row without any weight left is NaN.
    """
    known = ~np.isnan(values)
    used = np.where(known, weights, 0.0)
    total = used.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        points = 100.0 * used * np.where(known, values, 0.0) / total
    return np.where(total > 0, points, np.nan)


def displayed(points: Floats) -> Integers:
    """The points as whole numbers whose sum is the rounded sum, int64[A, P]: each is rounded down,
    and those with the largest remainders get what is left. No row may hold NaN."""
    points = np.round(points, 9)
    whole = np.floor(points).astype(np.int64)
    left = np.floor(np.round(points.sum(axis=1), 6) + 0.5).astype(np.int64) - whole.sum(axis=1)
    order = np.argsort(-(points - whole), axis=1, kind="stable")
    places = np.argsort(order, axis=1, kind="stable")
    return np.asarray(whole + (places < left[:, None]))
