"""The rows of one plant as Arrow tables, sorted by day: what `plant.build` writes."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.demo.alarms import Alarm, plant_alarms
from data.demo.catalogue import CREWS, LINES, PRODUCTS, SHIFTS, Asset, Plant, assets_of
from data.demo.clock import STEP_MINUTES, PlantClock, crew_of, plant_clock, shift_of
from data.demo.orders import WorkOrder, plant_work_orders
from data.demo.production import SCRAP_REASONS, Units, asset_units
from data.demo.schedule import (
    REASONS,
    RUNNING,
    AssetPlan,
    LinePlan,
    asset_plan,
    line_plan,
    plant_minutes,
)
from data.demo.schema import TABLES
from data.demo.sensors import QUALITIES, SENSORS, Readings, ambient_temperature, asset_readings

_FIRST_ORDER: Final = 10001


def plant_tables(
    plant: Plant, first_day: date, progress: Callable[[float], None]
) -> dict[str, pa.Table]:
    """The three tables of one plant from `first_day` on, in the columns of `schema.TABLES`.

    The whole half year is always generated and the earlier days are cut off, so a day's rows do
    not depend on how many days are asked for. `progress` is told the share that is done.
    """
    clock = plant_clock(plant)
    minutes = plant_minutes(plant, clock)
    lines = {line: line_plan(plant, line, clock, minutes) for line in LINES}
    activity = {
        line: (item.state == RUNNING).reshape(-1, STEP_MINUTES).mean(axis=1)
        for line, item in lines.items()
    }
    whole_plant = np.mean(list(activity.values()), axis=0)
    ambient = ambient_temperature(plant, clock)
    assets = assets_of(plant)
    plans: dict[Asset, AssetPlan] = {}
    units: dict[Asset, Units] = {}
    readings: dict[Asset, Readings] = {}
    qualities: dict[Asset, NDArray[np.int8]] = {}
    for number, asset in enumerate(assets, start=1):
        line = lines[asset.line]
        plans[asset] = asset_plan(asset, clock, minutes, line)
        units[asset] = asset_units(asset, clock, plans[asset], line)
        busy = activity[asset.line] if asset.asset_class == "pump" else whole_plant
        readings[asset], qualities[asset] = asset_readings(
            asset, clock, plans[asset], busy, ambient
        )
        progress(number / len(assets) * 0.9)
    alarms = plant_alarms(plant, clock, plans, readings, qualities)
    stops = {asset: plan.stops for asset, plan in plans.items()}
    orders = plant_work_orders(plant, clock, stops)
    return {
        "plant_obt": _obt(clock, first_day, lines, plans, units, readings, qualities),
        "alarm_events": _alarm_table(plant, clock, alarms, first_day),
        "work_orders": _order_table(plant, clock, orders, first_day),
    }


def _labels(codes: NDArray[Any], values: Sequence[str]) -> pa.DictionaryArray:
    """Text from codes; a code below zero is NULL."""
    codes = codes.astype(np.int32)
    indices = pa.array(codes, mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(values), pa.string()))


def _numbers(values: NDArray[np.float64]) -> pa.Array:
    """Doubles with NaN as NULL."""
    return pa.array(values, type=pa.float64(), mask=np.isnan(values))


def operator_codes(crew: NDArray[np.int8], line: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index into a plant's operators: by crew on Lines 1 and 2 (0, 1), in pairs on the others."""
    return np.where(line < 2, crew, 4 + crew % 2).astype(np.int64)


def _obt(
    clock: PlantClock,
    first_day: date,
    lines: dict[str, LinePlan],
    plans: dict[Asset, AssetPlan],
    units: dict[Asset, Units],
    readings: dict[Asset, Readings],
    qualities: dict[Asset, NDArray[np.int8]],
) -> pa.Table:
    assets = tuple(plans)
    plant = assets[0].plant
    start = int(np.searchsorted(clock.day, np.datetime64(first_day)))
    size = clock.n - start
    count = len(assets)
    # Row order: day by day, in a day asset by asset, in an asset by time.
    slot = np.repeat(np.arange(count), size)
    at = np.tile(np.arange(start, clock.n), count)
    order = np.lexsort((at, slot, clock.day[at]))
    slot, at = slot[order], at[order]

    def gathered(parts: list[NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate([part[start:] for part in parts])[order]

    def of_asset(text: Callable[[Asset], str]) -> pa.DictionaryArray:
        names = [text(asset) for asset in assets]
        distinct = sorted(set(names))
        codes = np.array([distinct.index(name) for name in names])
        return _labels(codes[slot], distinct)

    no_order = np.full(clock.n, -1)
    product = gathered(
        [lines[asset.line].product if asset.produces else no_order for asset in assets]
    )
    families = sorted({item.family for item in PRODUCTS})
    family_of = np.array([families.index(item.family) for item in PRODUCTS] + [-1])
    order_names: list[str] = []
    order_codes: dict[str, NDArray[np.int64]] = {}
    for line_number, (name, line) in enumerate(lines.items()):
        base = len(order_names)
        order_codes[name] = np.where(line.order >= 0, line.order + base, -1)
        first = (plant.index + 1) * 100_000 + line_number * 20_000 + _FIRST_ORDER
        order_names += [f"PO-{first + number}" for number in range(int(line.order.max()) + 1)]
    order_no = gathered(
        [order_codes[asset.line] if asset.produces else no_order for asset in assets]
    )
    line_of = np.array([LINES.index(asset.line) for asset in assets])
    operator = operator_codes(clock.crew[at], line_of[slot])
    installed = np.array([asset.installed_on for asset in assets], dtype="datetime64[D]")
    values = {sensor: gathered([readings[asset][sensor] for asset in assets]) for sensor in SENSORS}

    def doubles(parts: list[NDArray[Any]]) -> pa.Array:
        return pa.array(gathered(parts).astype(np.float64))

    def counts(parts: list[NDArray[Any]]) -> pa.Array:
        return pa.array(gathered(parts).astype(np.int64))

    columns: dict[str, pa.Array] = {
        "event_date": pa.array(clock.day[at]),
        "plant_id": of_asset(lambda _: plant.plant_id),
        "event_ts": pa.array(clock.local[at]),
        "event_ts_utc": pa.array(clock.utc[at]),
        "production_date": pa.array(clock.production_day[at]),
        "shift_name": _labels(clock.shift[at], SHIFTS),
        "plant_name": of_asset(lambda _: plant.name),
        "country": of_asset(lambda _: plant.country),
        "area_name": of_asset(lambda asset: asset.area),
        "line_name": of_asset(lambda asset: asset.line),
        "asset_id": of_asset(lambda asset: asset.asset_id),
        "asset_name": of_asset(lambda asset: asset.name),
        "asset_class": of_asset(lambda asset: asset.asset_class),
        "criticality": of_asset(lambda asset: asset.criticality),
        "manufacturer": of_asset(lambda asset: asset.manufacturer),
        "asset_model": of_asset(lambda asset: asset.model),
        "installed_on": pa.array(installed[slot]),
        "product_code": _labels(product, [item.code for item in PRODUCTS]),
        "product_name": _labels(product, [item.name for item in PRODUCTS]),
        "product_family": _labels(family_of[product], families),
        "order_no": _labels(order_no, order_names),
        "crew": _labels(clock.crew[at], CREWS),
        "operator_name": _labels(operator, plant.operators),
        **{sensor: _numbers(values[sensor]) for sensor in SENSORS},
        "signal_quality": _labels(gathered([qualities[asset] for asset in assets]), QUALITIES),
        "planned_min": doubles([plans[asset].planned for asset in assets]),
        "run_min": doubles([plans[asset].run for asset in assets]),
        "down_min": doubles([plans[asset].down for asset in assets]),
        "downtime_reason": _labels(gathered([plans[asset].reason for asset in assets]), REASONS),
        "ideal_units": counts([units[asset].ideal for asset in assets]),
        "good_units": counts([units[asset].good for asset in assets]),
        "scrap_units": counts([units[asset].scrap for asset in assets]),
        "scrap_reason": _labels(gathered([units[asset].reason for asset in assets]), SCRAP_REASONS),
        "energy_kwh": _numbers(np.round(values["power_kw"] * STEP_MINUTES / 60.0, 4)),
    }
    return pa.table({name: columns[name] for name, _ in TABLES["plant_obt"]})


def _event_columns(
    assets: Sequence[Asset], when: NDArray[np.datetime64]
) -> tuple[dict[str, pa.Array], NDArray[np.int8], NDArray[np.datetime64]]:
    """The columns that events share, with the shift and production day of each."""
    shift, production_day = shift_of(when)
    columns: dict[str, pa.Array] = {
        "event_date": pa.array(when.astype("datetime64[D]")),
        "production_date": pa.array(production_day),
        "plant_id": pa.array([asset.plant.plant_id for asset in assets], pa.string()),
        "plant_name": pa.array([asset.plant.name for asset in assets], pa.string()),
        "country": pa.array([asset.plant.country for asset in assets], pa.string()),
        "area_name": pa.array([asset.area for asset in assets], pa.string()),
        "line_name": pa.array([asset.line for asset in assets], pa.string()),
        "asset_id": pa.array([asset.asset_id for asset in assets], pa.string()),
        "asset_name": pa.array([asset.name for asset in assets], pa.string()),
        "asset_class": pa.array([asset.asset_class for asset in assets], pa.string()),
        "criticality": pa.array([asset.criticality for asset in assets], pa.string()),
    }
    return columns, shift, production_day


def _local_or_null(clock: PlantClock, seconds: Sequence[int | None]) -> pa.Array:
    missing = np.array([second is None for second in seconds], dtype=bool)
    known = np.array([0 if second is None else second for second in seconds], dtype=np.int64)
    return pa.array(clock.local_at(known), mask=missing)


def _alarm_table(plant: Plant, clock: PlantClock, alarms: list[Alarm], first_day: date) -> pa.Table:
    when = clock.local_at(np.array([alarm.raised for alarm in alarms], dtype=np.int64))
    columns, shift, production_day = _event_columns([alarm.asset for alarm in alarms], when)
    line = np.array([LINES.index(alarm.asset.line) for alarm in alarms])
    operator = operator_codes(crew_of(shift, production_day), line)
    columns |= {
        "alarm_id": pa.array(
            [f"AL-{plant.plant_id}-{number:06d}" for number in range(1, len(alarms) + 1)]
        ),
        "tag": pa.array([f"{alarm.kind.function}-{alarm.asset.tag_suffix}" for alarm in alarms]),
        "message": pa.array([alarm.kind.message for alarm in alarms]),
        "priority": pa.array([alarm.kind.priority for alarm in alarms]),
        "raised_ts": pa.array(when),
        "acknowledged_ts": _local_or_null(clock, [alarm.acknowledged for alarm in alarms]),
        "cleared_ts": _local_or_null(clock, [alarm.cleared for alarm in alarms]),
        "alarm_value": pa.array([alarm.value for alarm in alarms], pa.float64()),
        "limit_value": pa.array([alarm.kind.limit for alarm in alarms], pa.float64()),
        "shift_name": _labels(shift, SHIFTS),
        "operator_name": _labels(operator, plant.operators),
    }
    table = pa.table({name: columns[name] for name, _ in TABLES["alarm_events"]})
    return _from_day(table, when, first_day)


def _order_table(
    plant: Plant, clock: PlantClock, orders: list[WorkOrder], first_day: date
) -> pa.Table:
    when = clock.local_at(np.array([order.opened for order in orders], dtype=np.int64))
    columns, _, _ = _event_columns([order.asset for order in orders], when)
    first = (plant.index + 1) * 10_000 + 1
    columns |= {
        "work_order_no": pa.array([f"WO-{first + number}" for number in range(len(orders))]),
        "order_type": pa.array([order.order_type for order in orders]),
        "failure_mode": pa.array([order.failure_mode for order in orders], pa.string()),
        "opened_ts": pa.array(when),
        "closed_ts": _local_or_null(clock, [order.closed for order in orders]),
        "labour_hours": pa.array([order.labour_hours for order in orders], pa.float64()),
        "parts_cost_eur": pa.array([order.parts_cost_eur for order in orders], pa.float64()),
        "downtime_min": pa.array([order.downtime_min for order in orders], pa.float64()),
        "technician_name": pa.array([order.technician for order in orders]),
    }
    table = pa.table({name: columns[name] for name, _ in TABLES["work_orders"]})
    return _from_day(table, when, first_day)


def _from_day(table: pa.Table, when: NDArray[np.datetime64], first_day: date) -> pa.Table:
    return table.filter(pa.array(when >= np.datetime64(first_day)))
