"""Sensor readings: means over each interval, with signal quality and believable faults.

Each class of asset has the sensors that such a machine has; the others stay NULL (NaN here). BAD
readings carry wrong values (stuck at zero, spikes) or none, so that leaving them in shows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.demo import stories
from data.demo.catalogue import SEED, Asset, Plant
from data.demo.clock import STEP_MINUTES, PlantClock
from data.demo.production import smooth_noise
from data.demo.schedule import AssetPlan

SENSORS: Final = (
    "temperature_c",
    "vibration_mm_s",
    "pressure_bar",
    "motor_current_a",
    "speed_rpm",
    "flow_m3_h",
    "power_kw",
)
QUALITIES: Final = ("GOOD", "UNCERTAIN", "BAD")
GOOD: Final = 0
UNCERTAIN: Final = 1
BAD: Final = 2

Readings = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class _Level:
    """A sensor's value at rest and in full run, and its relative noise."""

    rest: float
    run: float
    noise: float


_LEVELS: Final[dict[str, dict[str, _Level]]] = {
    "pump": {
        "temperature_c": _Level(29.0, 47.0, 0.012),
        "vibration_mm_s": _Level(0.12, 1.95, 0.06),
        "pressure_bar": _Level(0.4, 4.3, 0.02),
        "motor_current_a": _Level(0.3, 25.0, 0.02),
        "speed_rpm": _Level(0.0, 2940.0, 0.004),
        "flow_m3_h": _Level(0.0, 42.0, 0.025),
        "power_kw": _Level(0.2, 13.5, 0.02),
    },
    "compressor": {
        "temperature_c": _Level(34.0, 84.0, 0.012),
        "vibration_mm_s": _Level(0.15, 2.4, 0.06),
        "pressure_bar": _Level(6.1, 7.3, 0.012),
        "motor_current_a": _Level(4.0, 148.0, 0.02),
        "speed_rpm": _Level(0.0, 4400.0, 0.01),
        "power_kw": _Level(2.5, 84.0, 0.02),
    },
    "chiller": {
        "temperature_c": _Level(12.0, 7.0, 0.02),
        "vibration_mm_s": _Level(0.1, 1.6, 0.06),
        "pressure_bar": _Level(1.2, 2.8, 0.02),
        "motor_current_a": _Level(3.0, 180.0, 0.02),
        "flow_m3_h": _Level(0.0, 96.0, 0.02),
        "power_kw": _Level(2.0, 100.0, 0.02),
    },
    "cnc": {
        "temperature_c": _Level(24.0, 43.0, 0.012),
        "vibration_mm_s": _Level(0.12, 1.5, 0.08),
        "motor_current_a": _Level(3.0, 34.0, 0.03),
        "speed_rpm": _Level(0.0, 7800.0, 0.05),
        "power_kw": _Level(2.4, 19.0, 0.04),
    },
    "press": {
        "temperature_c": _Level(26.0, 54.0, 0.01),
        "vibration_mm_s": _Level(0.15, 2.9, 0.07),
        "pressure_bar": _Level(28.0, 182.0, 0.02),
        "motor_current_a": _Level(6.0, 82.0, 0.03),
        "power_kw": _Level(4.5, 46.0, 0.03),
    },
    "robot": {
        "temperature_c": _Level(25.0, 41.0, 0.012),
        "motor_current_a": _Level(1.2, 10.5, 0.04),
        "power_kw": _Level(0.7, 5.6, 0.04),
    },
    "conveyor": {
        "temperature_c": _Level(23.0, 38.0, 0.012),
        "vibration_mm_s": _Level(0.08, 1.3, 0.08),
        "motor_current_a": _Level(0.4, 5.2, 0.03),
        "speed_rpm": _Level(0.0, 72.0, 0.01),
        "power_kw": _Level(0.2, 2.6, 0.03),
    },
    "oven": {
        "temperature_c": _Level(166.0, 182.0, 0.004),
        "power_kw": _Level(21.0, 63.0, 0.02),
    },
    "packager": {
        "temperature_c": _Level(24.0, 39.0, 0.012),
        "vibration_mm_s": _Level(0.1, 2.1, 0.07),
        "motor_current_a": _Level(1.5, 15.5, 0.03),
        "power_kw": _Level(0.9, 8.2, 0.03),
    },
}

_DECIMALS: Final = {"speed_rpm": 1, "vibration_mm_s": 3}
_SPIKE: Final = {
    "temperature_c": 4.0,
    "vibration_mm_s": 12.0,
    "pressure_bar": 3.5,
    "motor_current_a": 3.0,
    "speed_rpm": 2.0,
    "flow_m3_h": 3.0,
}
"""How many times the true value a BAD spike shows; power comes from a meter and does not spike."""

_UNCERTAIN_SHARE: Final = 0.018
_BAD_SHARE: Final = 0.006


def ambient_temperature(plant: Plant, clock: PlantClock) -> NDArray[np.float64]:
    """Outdoor temperature in degrees Celsius: season, time of day, weather and the hot week."""
    rng = np.random.default_rng([SEED, plant.index, 50])
    mean, season, daily = plant.ambient
    day_of_year = (clock.day - np.datetime64("2026-01-01")).astype(np.int64)
    value: NDArray[np.float64] = mean - season * np.cos(2 * np.pi * (day_of_year - 20) / 365.0)
    value -= daily * np.cos(2 * np.pi * (clock.hour - 3.0) / 24.0)
    value += smooth_noise(rng, clock.n, 300, 2.0)
    if plant.plant_id == stories.HEAT_PLANT:
        value += stories.HEAT_DEGREES * _between(clock, stories.HEAT_FROM, stories.HEAT_TO)
    return value


def asset_readings(
    asset: Asset,
    clock: PlantClock,
    plan: AssetPlan,
    activity: NDArray[np.float64],
    ambient: NDArray[np.float64],
) -> tuple[Readings, NDArray[np.int8]]:
    """All sensor columns of an asset (NaN without a reading) and the signal quality.

    `activity` is 0..1, how busy the line is (for compressors: the whole plant); `ambient` is the
    outdoor temperature.
    """
    rng = asset.random(4)
    run = plan.run / float(STEP_MINUTES)
    load = run if asset.produces else run * (0.72 + 0.28 * activity)
    levels = _LEVELS[asset.asset_class]
    own = 1.0 + rng.normal(0.0, 0.04, len(SENSORS))
    warmth = lag(load, 12)
    readings: Readings = {}
    for number, sensor in enumerate(SENSORS):
        noise = rng.normal(0.0, 1.0, clock.n)
        level = levels.get(sensor)
        if level is None:
            readings[sensor] = np.full(clock.n, np.nan)
            continue
        drive = _drive(sensor, asset, run, load, warmth)
        top = level.run * (1.0 + (own[number] - 1.0) * _own_share(asset, sensor))
        value = level.rest + (top - level.rest) * drive
        readings[sensor] = value * (1.0 + level.noise * noise)
    _add_ambient(asset, readings, run, ambient)
    _tell_stories(asset, clock, readings, run)
    quality = _quality(asset, clock, readings)
    for sensor, values in readings.items():
        np.round(values, _DECIMALS.get(sensor, 2), out=values)
    return readings, quality


def lag(values: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """First-order lag with a time constant of `steps` intervals."""
    kernel = np.exp(-np.arange(5 * steps) / steps)
    kernel /= kernel.sum()
    padded = np.concatenate([np.full(len(kernel) - 1, values[0]), values])
    return np.convolve(padded, kernel, mode="valid")


def _drive(
    sensor: str,
    asset: Asset,
    run: NDArray[np.float64],
    load: NDArray[np.float64],
    warmth: NDArray[np.float64],
) -> NDArray[np.float64]:
    """How far a sensor stands between its value at rest and in full run (0..1)."""
    if sensor == "temperature_c":
        return lag(np.minimum(1.0, run * 2.0), 18) if asset.asset_class == "oven" else warmth
    if sensor in {"power_kw", "motor_current_a", "flow_m3_h"}:
        return load
    if sensor == "pressure_bar" and asset.asset_class == "compressor":
        return lag(run, 3)
    return run


def _own_share(asset: Asset, sensor: str) -> float:
    """How much of the asset's own deviation a sensor shows: set points hold, the rest varies."""
    if asset.asset_class in {"oven", "chiller"} and sensor == "temperature_c":
        return 0.1
    return 0.3 if sensor in {"speed_rpm", "pressure_bar"} else 1.0


def _add_ambient(
    asset: Asset, readings: Readings, run: NDArray[np.float64], ambient: NDArray[np.float64]
) -> None:
    if asset.asset_class == "chiller":
        extra = 1.0 + 0.026 * (ambient - 22.0)
        extra = np.clip(extra, 0.45, 1.8)
        readings["power_kw"] *= np.where(run > 0, extra, 1.0)
        readings["motor_current_a"] *= np.where(run > 0, extra, 1.0)
        readings["temperature_c"] += 0.12 * np.maximum(ambient - 30.0, 0.0)
    elif asset.asset_class != "oven":
        readings["temperature_c"] += 0.28 * (ambient - 18.0)


def _between(clock: PlantClock, begin: datetime, end: datetime) -> NDArray[np.bool_]:
    return (clock.local >= np.datetime64(begin, "s")) & (clock.local < np.datetime64(end, "s"))


def _progress(clock: PlantClock, begin: datetime, end: datetime) -> NDArray[np.float64]:
    """0 before `begin`, rising to 1 at `end` and staying there."""
    span = (end - begin).total_seconds()
    passed = (clock.local - np.datetime64(begin, "s")).astype(np.int64) / span
    return np.clip(passed, 0.0, 1.0)


def _tell_stories(
    asset: Asset, clock: PlantClock, readings: Readings, run: NDArray[np.float64]
) -> None:
    for wear in stories.BEARING_WEAR:
        if wear.asset_id == asset.asset_id:
            before = clock.local < np.datetime64(wear.repaired, "s")
            grown = _progress(clock, wear.starts, wear.ends) ** 1.8 * before * run
            readings["vibration_mm_s"] += wear.rise * grown
            readings["temperature_c"] += 3.0 * wear.rise * grown
            readings["motor_current_a"] *= 1.0 + 0.07 * grown
            readings["power_kw"] *= 1.0 + 0.07 * grown
            if asset.asset_class == "pump":
                readings["flow_m3_h"] *= 1.0 - 0.05 * grown
    if asset.asset_id == stories.DRIFT_ASSET:
        drift = _progress(clock, stories.DRIFT_FROM, stories.DRIFT_TO)
        readings["temperature_c"] += stories.DRIFT_DEGREES * drift
    if asset.asset_id == stories.LEAK_ASSET:
        weekend = (clock.day.astype(np.int64) + 3) % 7 >= 5
        quiet = weekend | (clock.shift == 2)
        first_week = datetime(2026, 4, 20)
        grown = _progress(clock, stories.LEAK_FROM, first_week)
        factor = 1.0 + grown * np.where(quiet, stories.LEAK_FACTOR - 1.0, 0.02)
        readings["power_kw"] *= factor
        readings["motor_current_a"] *= factor
        readings["pressure_bar"] -= 0.15 * grown * quiet


def _quality(asset: Asset, clock: PlantClock, readings: Readings) -> NDArray[np.int8]:
    """Draw the signal quality and put the wrong values of BAD readings in place."""
    rng = asset.random(5)
    quality = np.full(clock.n, GOOD, dtype=np.int8)
    for begin, end in _bursts(rng, clock.n, _UNCERTAIN_SHARE, 8):
        quality[begin:end] = UNCERTAIN
        for values in readings.values():
            values[begin:end] *= 1.0 + 0.03 * rng.normal()
    if asset.asset_id == stories.DRIFT_ASSET:
        late = clock.local >= np.datetime64(stories.DRIFT_UNCERTAIN_FROM, "s")
        quality[late & (rng.random(clock.n) < 0.6)] = UNCERTAIN
    for begin, end in _bursts(rng, clock.n, _BAD_SHARE, 4):
        quality[begin:end] = BAD
        _spoil(rng, readings, begin, end)
    if asset.plant.plant_id == stories.LOSS_PLANT and asset.line == stories.LOSS_LINE:
        begin, end = clock.index_of(stories.LOSS_FROM), clock.index_of(stories.LOSS_TO)
        quality[begin:end] = BAD
        for values in readings.values():
            values[begin : begin + 4] *= 0.0
            values[begin + 4 : end] = np.nan
    return quality


def _bursts(rng: np.random.Generator, n: int, share: float, longest: int) -> list[tuple[int, int]]:
    count = round(n * share / ((longest + 1) / 2))
    starts = np.sort(rng.integers(0, n, count))
    lengths = rng.integers(1, longest + 1, count)
    return [
        (int(begin), int(min(begin + length, n)))
        for begin, length in zip(starts, lengths, strict=True)
    ]


def _spoil(rng: np.random.Generator, readings: Readings, begin: int, end: int) -> None:
    """A fault: all stuck at zero, one sensor spiking, or nothing read at all."""
    kind = rng.random()
    if kind < 0.4:
        for values in readings.values():
            values[begin:end] *= 0.0
    elif kind < 0.8:
        present = [name for name in _SPIKE if not np.isnan(readings[name][begin])]
        if present:
            name = present[int(rng.integers(len(present)))]
            readings[name][begin:end] *= _SPIKE[name] * (0.8 + 0.6 * rng.random())
    else:
        for values in readings.values():
            values[begin:end] = np.nan
