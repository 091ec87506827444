"""Alarm activations: everyday ones, limits that a story crosses, chattering, a flood, stale ones.

Tags follow ISA-5.1: a letter for the measured variable, one for the function, then the asset.
One record is one activation; acknowledging and clearing are times on it, not records.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.demo import stories
from data.demo.catalogue import SEED, Asset, Plant
from data.demo.clock import STEP_MINUTES, PlantClock
from data.demo.schedule import AssetPlan
from data.demo.sensors import GOOD, Readings

_STEP_SECONDS: Final = STEP_MINUTES * 60
_DAY: Final = 86400


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of alarm: tag function, message, priority, its limit and a typical value beyond it."""

    function: str
    message: str
    priority: str
    limit: float | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """One activation; times are seconds since the plant's grid began, None when it never came."""

    asset: Asset
    kind: Kind
    raised: int
    acknowledged: int | None
    cleared: int | None
    value: float | None


def _k(
    function: str, message: str, priority: str, limit: float | None, value: float | None
) -> Kind:
    return Kind(function, message, priority, limit, value)


_KINDS: Final[dict[str, tuple[Kind, ...]]] = {
    "pump": (
        _k("FT", "Flow low", "low", 30.0, 27.0),
        _k("PT", "Discharge pressure low", "low", 3.2, 2.9),
        _k("TT", "Bearing temperature high", "medium", 65.0, 67.5),
        _k("IT", "Motor overload", "high", 32.0, 34.5),
    ),
    "compressor": (
        _k("PT", "Network pressure low", "low", 6.5, 6.3),
        _k("PDT", "Air filter pressure drop high", "low", 0.05, 0.06),
        _k("TT", "Oil temperature high", "medium", 98.0, 100.5),
        _k("IT", "Motor overload", "high", 175.0, 186.0),
    ),
    "chiller": (
        _k("FT", "Water flow low", "low", 80.0, 76.0),
        _k("TT", "Supply water temperature high", "medium", 9.5, 10.2),
        _k("PT", "Refrigerant pressure high", "high", 18.0, 18.9),
    ),
    "cnc": (
        _k("LT", "Coolant level low", "low", 20.0, 18.0),
        _k("ZS", "Guard door open", "low", None, None),
        _k("IT", "Spindle load high", "medium", 42.0, 45.0),
        _k("TT", "Spindle temperature high", "high", 65.0, 67.0),
    ),
    "press": (
        _k("LT", "Hydraulic oil level low", "low", 25.0, 23.0),
        _k("PT", "Hydraulic pressure low", "low", 150.0, 143.0),
        _k("TT", "Hydraulic oil temperature high", "medium", 68.0, 70.0),
        _k("ZS", "Light curtain interrupted", "high", None, None),
    ),
    "robot": (
        _k("ZS", "Gripper position not reached", "low", None, None),
        _k("XS", "Part missing", "low", None, None),
        _k("IT", "Axis torque high", "medium", 14.0, 15.2),
        _k("XA", "Protective stop", "high", None, None),
    ),
    "conveyor": (
        _k("ZS", "Part jam", "low", None, None),
        _k("ST", "Belt speed low", "low", 60.0, 56.0),
        _k("IT", "Drive current high", "medium", 7.0, 7.6),
        _k("XA", "Pull cord pulled", "high", None, None),
    ),
    "oven": (
        _k("TT", "Zone temperature low", "low", 172.0, 170.0),
        _k("ZS", "Door not closed", "low", None, None),
        _k("AT", "Exhaust air low", "medium", 60.0, 55.0),
        _k("TSH", "Zone over-temperature", "high", 205.0, 207.0),
    ),
    "packager": (
        _k("ZS", "Carton not in position", "low", None, None),
        _k("XS", "Film roll almost empty", "low", None, None),
        _k("IT", "Lift drive current high", "medium", 20.0, 21.5),
        _k("ZA", "Guard door open while running", "high", None, None),
    ),
}
_VIBRATION: Final = (
    (4.5, _k("VT", "Vibration high", "medium", 4.5, None)),
    (7.1, _k("VT", "Vibration very high", "high", 7.1, None)),
)
_DRIFT: Final = _k("TT", "Zone temperature high", "medium", 188.0, None)
_COMMS: Final = _k("XA", "Communication lost", "high", None, None)
_STALE: Final = _k("XS", "Service due", "low", None, None)
_PER_RUN_HOUR: Final = {
    "pump": 0.030,
    "compressor": 0.035,
    "chiller": 0.030,
    "cnc": 0.085,
    "press": 0.080,
    "robot": 0.085,
    "conveyor": 0.075,
    "oven": 0.080,
    "packager": 0.110,
}
"""Everyday activations for each hour of run time, before the plant's own factor."""


def plant_alarms(
    plant: Plant,
    clock: PlantClock,
    plans: dict[Asset, AssetPlan],
    readings: dict[Asset, Readings],
    qualities: dict[Asset, NDArray[np.int8]],
) -> list[Alarm]:
    """All activations of a plant by the time they were raised."""
    end = clock.n * _STEP_SECONDS
    alarms: list[Alarm] = []
    for asset, plan in plans.items():
        rng = asset.random(9)
        alarms.extend(_everyday(rng, asset, plan))
        alarms.extend(_over_limit(rng, asset, readings[asset], qualities[asset]))
        alarms.extend(_chatter(rng, asset, plan))
        alarms.extend(_stale(rng, asset, end))
    alarms.extend(_communication(plant, clock, tuple(plans)))
    alarms.extend(_flood(plant, clock, tuple(plans)))
    kept = [_as_seen_at(alarm, end) for alarm in alarms if 0 <= alarm.raised < end]
    return sorted(kept, key=lambda alarm: (alarm.raised, alarm.asset.slot, alarm.kind.function))


def _responses(rng: np.random.Generator, raised: int, lasts: int) -> tuple[int | None, int]:
    """When it was acknowledged (seldom never) and when it cleared."""
    wait = int(np.exp(rng.normal(4.6, 0.9)))
    acknowledged = None if rng.random() < 0.04 else raised + max(wait, 8)
    return acknowledged, raised + lasts


def _everyday(rng: np.random.Generator, asset: Asset, plan: AssetPlan) -> list[Alarm]:
    """Random activations in run time, about 80 / 15 / 5 % of low, medium and high priority."""
    rate = _PER_RUN_HOUR[asset.asset_class] * asset.plant.stops**0.6 / 6.0
    counts = rng.poisson(rate * plan.run / 10.0)
    kinds = _KINDS[asset.asset_class]
    by_priority = {
        name: [kind for kind in kinds if kind.priority == name]
        for name in ("low", "medium", "high")
    }
    alarms: list[Alarm] = []
    for interval in np.repeat(np.arange(len(counts)), counts):
        draw = rng.random()
        priority = "low" if draw < 0.81 else "medium" if draw < 0.957 else "high"
        choices = by_priority[priority]
        kind = choices[int(rng.integers(len(choices)))]
        raised = int(interval) * _STEP_SECONDS + int(rng.integers(_STEP_SECONDS))
        lasts = max(int(np.exp(rng.normal(5.9, 1.1))), 15)
        acknowledged, cleared = _responses(rng, raised, lasts)
        value = None
        if kind.value is not None and kind.limit is not None:
            beyond = (kind.value - kind.limit) * (0.3 + 1.4 * rng.random())
            value = round(kind.limit + beyond, 3)
        alarms.append(Alarm(asset, kind, raised, acknowledged, cleared, value))
    return alarms


def _over_limit(
    rng: np.random.Generator,
    asset: Asset,
    readings: Readings,
    quality: NDArray[np.int8],
) -> list[Alarm]:
    """Activations where GOOD readings cross a limit upwards; BAD ones never trip."""
    alarms: list[Alarm] = []
    checks = [(limit, kind, readings["vibration_mm_s"]) for limit, kind in _VIBRATION]
    if asset.asset_id == stories.DRIFT_ASSET:
        checks.append((188.0, _DRIFT, readings["temperature_c"]))
    for limit, kind, values in checks:
        usable = (quality == GOOD) & ~np.isnan(values)
        active = False
        raised = 0
        peak = 0.0
        hits = np.flatnonzero(usable & (values > limit * 0.95))
        previous = -10
        for interval in hits:
            over = values[interval] > limit
            if active and interval - previous > 18:
                alarms.append(_limit_alarm(rng, asset, kind, raised, int(previous), peak))
                active = False
            if over and not active:
                active, raised, peak = True, int(interval), float(values[interval])
            if active:
                previous = int(interval)
        if active:
            alarms.append(_limit_alarm(rng, asset, kind, raised, int(previous), peak))
    return alarms


def _limit_alarm(
    rng: np.random.Generator, asset: Asset, kind: Kind, first: int, last: int, value: float
) -> Alarm:
    raised = first * _STEP_SECONDS + int(rng.integers(_STEP_SECONDS))
    lasts = (last - first + 1) * _STEP_SECONDS
    acknowledged, cleared = _responses(rng, raised, lasts)
    return Alarm(asset, kind, raised, acknowledged, cleared, round(value, 3))


def _chatter(rng: np.random.Generator, asset: Asset, plan: AssetPlan) -> list[Alarm]:
    """Bursts of activations within a minute on the tags that stories name."""
    alarms: list[Alarm] = []
    for asset_id, function in stories.CHATTERING:
        if asset_id != asset.asset_id:
            continue
        kind = next(k for k in _KINDS[asset.asset_class] if k.function == function)
        running = np.flatnonzero(plan.run >= 8)
        for interval in np.sort(rng.choice(running, 110, replace=False)):
            at = int(interval) * _STEP_SECONDS + int(rng.integers(400))
            for _ in range(int(rng.integers(3, 9))):
                lasts = int(rng.integers(2, 6))
                alarms.append(Alarm(asset, kind, at, at + 90, at + lasts, kind.value))
                at += lasts + int(rng.integers(2, 8))
    return alarms


def _stale(rng: np.random.Generator, asset: Asset, end: int) -> list[Alarm]:
    """Reminders that nobody clears for days, on a third of the assets."""
    alarms: list[Alarm] = []
    if asset.slot % 3 != asset.plant.index:
        return alarms
    at = int(rng.integers(5, 40)) * _DAY
    while at < end:
        lasts = int(rng.integers(30, 140)) * 3600
        raised = at + int(rng.integers(_DAY))
        acknowledged = None if rng.random() < 0.5 else raised + int(rng.integers(600, 20000))
        alarms.append(Alarm(asset, _STALE, raised, acknowledged, raised + lasts, None))
        at += int(rng.integers(25, 60)) * _DAY
    if asset.slot % 2:
        raised = end - int(rng.integers(8, 70)) * 3600
        alarms.append(Alarm(asset, _STALE, raised, None, end + _DAY, None))
    return alarms


def _communication(plant: Plant, clock: PlantClock, assets: tuple[Asset, ...]) -> list[Alarm]:
    """One alarm for the whole communication loss, on the line's first asset."""
    if plant.plant_id != stories.LOSS_PLANT:
        return []
    asset = next(item for item in assets if item.line == stories.LOSS_LINE)
    raised = clock.index_of(stories.LOSS_FROM) * _STEP_SECONDS + 35
    cleared = clock.index_of(stories.LOSS_TO) * _STEP_SECONDS + 80
    return [Alarm(asset, _COMMS, raised, raised + 240, cleared, None)]


def _flood(plant: Plant, clock: PlantClock, assets: tuple[Asset, ...]) -> list[Alarm]:
    """A voltage dip: most assets of the plant raise several alarms within minutes."""
    if plant.plant_id != stories.FLOOD_PLANT:
        return []
    rng = np.random.default_rng([SEED, plant.index, 60])
    start = clock.minute_of(stories.FLOOD_AT) * 60
    alarms: list[Alarm] = []
    for offset in np.sort(rng.exponential(300, stories.FLOOD_ALARMS)):
        if offset >= stories.FLOOD_MINUTES * 60:
            continue
        asset = assets[int(rng.integers(len(assets)))]
        kinds = _KINDS[asset.asset_class]
        kind = kinds[int(rng.integers(len(kinds)))]
        raised = start + int(offset)
        acknowledged, cleared = _responses(rng, raised, int(rng.integers(300, 3600)))
        alarms.append(Alarm(asset, kind, raised, acknowledged, cleared, kind.value))
    return alarms


def _as_seen_at(alarm: Alarm, end: int) -> Alarm:
    """What was not acknowledged or cleared before the data ends has not happened yet."""
    acknowledged, cleared = alarm.acknowledged, alarm.cleared
    return Alarm(
        alarm.asset,
        alarm.kind,
        alarm.raised,
        acknowledged if acknowledged is not None and acknowledged < end else None,
        cleared if cleared is not None and cleared < end else None,
        alarm.value,
    )
