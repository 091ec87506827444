"""Units made and scrapped by the assets of a line, for each interval of 10 minutes."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.demo import stories
from data.demo.catalogue import LINES, PRODUCTS, Asset
from data.demo.clock import PlantClock
from data.demo.schedule import AssetPlan, LinePlan

SCRAP_REASONS: Final = (
    "Dimension",
    "Surface",
    "Material",
    "Setup",
    "Assembly error",
    "Packaging damage",
)
_SETUP: Final = SCRAP_REASONS.index("Setup")
_MATERIAL: Final = SCRAP_REASONS.index("Material")

_RATE: Final = {
    "cnc": 0.9,
    "press": 1.8,
    "robot": 1.8,
    "conveyor": 1.8,
    "oven": 1.7,
    "packager": 0.9,
}
"""Ideal units a minute before the product's factor."""

_SCRAP_WEIGHT: Final = {
    "cnc": 1.3,
    "press": 1.1,
    "robot": 0.5,
    "conveyor": 0.1,
    "oven": 0.9,
    "packager": 0.8,
}
_SCRAP_MIX: Final = {
    "cnc": (0.55, 0.25, 0.15, 0.05, 0.0, 0.0),
    "press": (0.40, 0.30, 0.25, 0.05, 0.0, 0.0),
    "robot": (0.15, 0.30, 0.05, 0.0, 0.50, 0.0),
    "conveyor": (0.0, 0.60, 0.0, 0.0, 0.0, 0.40),
    "oven": (0.10, 0.60, 0.20, 0.0, 0.10, 0.0),
    "packager": (0.0, 0.10, 0.05, 0.05, 0.0, 0.80),
}
_SETUP_SCRAP: Final = {
    "cnc": 0.16,
    "press": 0.13,
    "robot": 0.05,
    "conveyor": 0.004,
    "oven": 0.06,
    "packager": 0.07,
}
"""Additional share of scrap right after a changeover."""


@dataclass(frozen=True, slots=True)
class Units:
    """Counts for each interval; reason is an index into SCRAP_REASONS, -1 without scrap."""

    ideal: NDArray[np.int64]
    good: NDArray[np.int64]
    scrap: NDArray[np.int64]
    reason: NDArray[np.int8]


def no_units(n: int) -> Units:
    """The counts of an asset that makes nothing."""
    zero = np.zeros(n, dtype=np.int64)
    return Units(zero, zero, zero, np.full(n, -1, dtype=np.int8))


def asset_units(asset: Asset, clock: PlantClock, plan: AssetPlan, line: LinePlan) -> Units:
    """Ideal, good and scrap units: run time x ideal rate x performance, less the scrap.

    Fractions of a unit carry over to the next interval, so rounding adds no bias.
    """
    if not asset.produces:
        return no_units(clock.n)
    rng = asset.random(3)
    plant = asset.plant
    factors = np.array([product.rate_factor for product in PRODUCTS] + [0.0])
    ideal_exact = plan.run * _RATE[asset.asset_class] * factors[line.product]

    night = clock.shift == 2
    performance = plant.performance + rng.normal(0, 0.012) + smooth_noise(rng, clock.n, 36, 0.03)
    performance += plant.line_performance[LINES.index(asset.line)]
    performance += plant.gain * np.arange(clock.n) / clock.n
    performance -= 0.015 * night + 0.10 * line.setup
    base = plant.scrap * _SCRAP_WEIGHT[asset.asset_class]
    scrap_share = base * np.exp(smooth_noise(rng, clock.n, 72, 0.25)) * (1 + 0.08 * night)
    weak = (
        night
        & (plant.plant_id == stories.WEAK_NIGHT_PLANT)
        & (asset.line == stories.WEAK_NIGHT_LINE)
        & (clock.production_day >= np.datetime64(stories.WEAK_NIGHT_FROM))
    )
    performance = np.where(weak, performance * stories.WEAK_NIGHT_PERFORMANCE, performance)
    scrap_share = np.where(weak, scrap_share * stories.WEAK_NIGHT_SCRAP, scrap_share)

    total_exact = ideal_exact * np.clip(performance, 0.4, 1.0)
    ideal = np.diff(np.floor(np.cumsum(ideal_exact)), prepend=0.0).astype(np.int64)
    total = np.diff(np.floor(np.cumsum(total_exact)), prepend=0.0).astype(np.int64)
    total = np.minimum(total, ideal)

    setup_share = _SETUP_SCRAP[asset.asset_class] * line.setup
    bad_batch = _bad_batch(asset, clock, line)
    batch_share = np.where(bad_batch, stories.BATCH_SCRAP * _SCRAP_WEIGHT[asset.asset_class], 0.0)
    share = np.clip(scrap_share + setup_share + batch_share, 0.0, 0.9)
    scrap = rng.binomial(total, share).astype(np.int64)

    mix = np.cumsum(_SCRAP_MIX[asset.asset_class])
    reason = np.minimum(np.searchsorted(mix, rng.random(clock.n) * mix[-1]), len(mix) - 1)
    draw = rng.random(clock.n) * share
    reason = np.where(draw < setup_share, _SETUP, reason)
    reason = np.where((draw >= setup_share) & (draw < setup_share + batch_share), _MATERIAL, reason)
    return Units(
        ideal=ideal,
        good=total - scrap,
        scrap=scrap,
        reason=np.where(scrap > 0, reason, -1).astype(np.int8),
    )


def smooth_noise(
    rng: np.random.Generator, n: int, steps: int, deviation: float
) -> NDArray[np.float64]:
    """Noise with a memory of about `steps` intervals and the standard deviation asked for."""
    coarse = rng.normal(0.0, deviation, n // steps + 3)
    return np.interp(np.arange(n) / steps, np.arange(len(coarse)), coarse)


def _bad_batch(asset: Asset, clock: PlantClock, line: LinePlan) -> NDArray[np.bool_]:
    if asset.plant.plant_id != stories.BATCH_PLANT or asset.line not in stories.BATCH_LINES:
        return np.zeros(clock.n, dtype=bool)
    codes = np.array([product.code == stories.BATCH_PRODUCT for product in PRODUCTS] + [False])
    begin, end = np.datetime64(stories.BATCH_FROM, "s"), np.datetime64(stories.BATCH_TO, "s")
    return codes[line.product] & (clock.local >= begin) & (clock.local < end)
