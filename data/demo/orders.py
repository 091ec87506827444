"""Work orders: monthly preventive ones, corrective ones after breakdowns, and predictive ones.

Every breakdown of an asset has one corrective order whose downtime equals the planned minutes
that the asset lost, so counting corrective orders counts failures.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from data.demo import stories
from data.demo.catalogue import Asset, Plant
from data.demo.clock import STEP_MINUTES, PlantClock
from data.demo.schedule import Stop

FAILURE_MODES: Final = {
    "pump": ("Seal leak", "Bearing wear", "Electrical fault", "Overheating"),
    "compressor": ("Overheating", "Air leak", "Bearing wear", "Electrical fault"),
    "chiller": ("Refrigerant leak", "Electrical fault", "Overheating"),
    "cnc": ("Tool breakage", "Spindle fault", "Electrical fault", "Coolant leak"),
    "press": ("Hydraulic leak", "Electrical fault", "Overheating", "Tool breakage"),
    "robot": ("Gripper fault", "Electrical fault", "Sensor fault"),
    "conveyor": ("Belt slip", "Bearing wear", "Electrical fault"),
    "oven": ("Heater fault", "Sensor fault", "Overheating"),
    "packager": ("Gripper fault", "Belt slip", "Sensor fault", "Electrical fault"),
}
_WEIGHTS: Final = (0.42, 0.27, 0.19, 0.12)
_PARTS_EUR: Final = {
    "pump": 320.0,
    "compressor": 780.0,
    "chiller": 900.0,
    "cnc": 540.0,
    "press": 620.0,
    "robot": 380.0,
    "conveyor": 150.0,
    "oven": 460.0,
    "packager": 210.0,
}
_FINDINGS: Final = 10
"""Predictive findings a plant that are no story."""
_LATE_FINDINGS: Final = 4
"""How many of them are found late in June and still open at its end."""


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One order; times are seconds since the plant's grid began, closed is None while open."""

    asset: Asset
    order_type: str
    failure_mode: str | None
    opened: int
    closed: int | None
    labour_hours: float
    parts_cost_eur: float
    downtime_min: float
    technician: str


def plant_work_orders(
    plant: Plant, clock: PlantClock, stops: dict[Asset, tuple[Stop, ...]]
) -> list[WorkOrder]:
    """All orders of a plant by the time they were opened."""
    end = clock.n * STEP_MINUTES * 60
    orders: list[WorkOrder] = []
    for asset, asset_stops in stops.items():
        rng = asset.random(6)
        orders.extend(_order_of(rng, clock, asset, stop) for stop in asset_stops)
    orders.extend(_findings(plant, clock, tuple(stops)))
    orders.extend(_story_orders(plant, clock, tuple(stops)))
    kept = [_as_seen_at(order, end) for order in orders if 0 <= order.opened < end]
    return sorted(kept, key=lambda order: (order.opened, order.asset.slot))


def _order_of(rng: np.random.Generator, clock: PlantClock, asset: Asset, stop: Stop) -> WorkOrder:
    begin, end = stop.start * 60, stop.end * 60
    hours = (end - begin) / 3600.0
    bearing = any(
        wear.asset_id == asset.asset_id and clock.minute_of(wear.ends) == stop.start
        for wear in stories.BEARING_WEAR
    )
    mode: str | None = _failure_mode(rng, asset)
    parts = float(_PARTS_EUR[asset.asset_class] * np.exp(rng.normal(0.0, 0.7)))
    technician = str(rng.choice(asset.plant.technicians))
    paperwork = int(rng.integers(10, 90)) * 60
    opened = begin + int(rng.integers(1, 9)) * 60
    if stop.kind == "maintenance":
        mode, parts = None, parts * 0.22
        opened = begin - int(rng.integers(2, 13)) * 3600
    elif bearing:
        mode, parts = "Bearing wear", parts + 1450.0
        hours = min(hours, 11.0) * 1.4
        if stop.kind == "predictive":
            opened = begin - 22 * 3600
    kind = {"maintenance": "preventive", "breakdown": "corrective"}.get(stop.kind, "predictive")
    return WorkOrder(
        asset=asset,
        order_type=kind,
        failure_mode=mode,
        opened=max(opened, 0),
        closed=end + paperwork,
        labour_hours=round(max(0.5, hours * (0.9 + 0.5 * rng.random())), 1),
        parts_cost_eur=round(parts, 2),
        downtime_min=float(stop.planned_minutes),
        technician=technician,
    )


def _failure_mode(rng: np.random.Generator, asset: Asset) -> str:
    """A failure mode of the asset's class, the first ones more often.

    Where a story tells of a slow failure, everyday failures are of another mode.
    """
    told = {wear.asset_id: "Bearing wear" for wear in stories.BEARING_WEAR}
    told[stories.LEAK_ASSET] = "Air leak"
    modes = [m for m in FAILURE_MODES[asset.asset_class] if m != told.get(asset.asset_id)]
    weights = np.array(_WEIGHTS[: len(modes)])
    return str(rng.choice(modes, p=weights / weights.sum()))


def _findings(plant: Plant, clock: PlantClock, assets: tuple[Asset, ...]) -> list[WorkOrder]:
    """Orders that condition monitoring raised; repaired without a stop within some days."""
    found: list[WorkOrder] = []
    for number in range(_FINDINGS):
        asset = assets[(number * 7 + plant.index * 3) % len(assets)]
        rng = asset.random(8)
        day = datetime(2026, 1, 12) + timedelta(days=24 * number + int(rng.integers(0, 12)))
        days_open = int(rng.integers(2, 12))
        if number >= _FINDINGS - _LATE_FINDINGS:
            day = datetime(2026, 6, 20) + timedelta(days=int(rng.integers(0, 10)))
            days_open = int(rng.integers(12, 20))
        opened = clock.minute_of(day + timedelta(hours=9, minutes=int(rng.integers(0, 120)))) * 60
        found.append(
            WorkOrder(
                asset=asset,
                order_type="predictive",
                failure_mode=_failure_mode(rng, asset),
                opened=opened,
                closed=opened + days_open * 86400 + int(rng.integers(0, 300)) * 60,
                labour_hours=round(float(rng.uniform(1.5, 6.0)), 1),
                parts_cost_eur=round(float(rng.uniform(60, 900)), 2),
                downtime_min=0.0,
                technician=str(rng.choice(plant.technicians)),
            )
        )
    return found


def _story_orders(plant: Plant, clock: PlantClock, assets: tuple[Asset, ...]) -> list[WorkOrder]:
    """Orders that stories leave open at the end: the drifting sensor and the air leak."""
    told = {
        stories.DRIFT_ASSET: ("corrective", "Sensor fault", datetime(2026, 6, 29, 10, 25)),
        stories.LEAK_ASSET: ("predictive", "Air leak", datetime(2026, 6, 24, 8, 15)),
    }
    orders: list[WorkOrder] = []
    for asset in assets:
        if asset.asset_id in told:
            kind, mode, when = told[asset.asset_id]
            orders.append(
                WorkOrder(
                    asset=asset,
                    order_type=kind,
                    failure_mode=mode,
                    opened=clock.minute_of(when) * 60,
                    closed=None,
                    labour_hours=1.5,
                    parts_cost_eur=0.0,
                    downtime_min=0.0,
                    technician=plant.technicians[0],
                )
            )
    return orders


def _as_seen_at(order: WorkOrder, end: int) -> WorkOrder:
    """What was not closed before the data ends is still open."""
    if order.closed is None or order.closed < end:
        return order
    return WorkOrder(
        order.asset,
        order.order_type,
        order.failure_mode,
        order.opened,
        None,
        order.labour_hours,
        order.parts_cost_eur,
        order.downtime_min,
        order.technician,
    )
