"""When lines are planned, which order they run, and why assets stop, minute by minute.

Lines have shared stops (changeover, cleaning, material shortage, operator absent); assets have
their own (tool change, jam, sensor fault, planned maintenance, breakdown). A stop counts as
downtime only in planned minutes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.demo import stories
from data.demo.catalogue import LINE_PRODUCTS, PRODUCTS, SEED, Asset, Plant
from data.demo.clock import STEP_MINUTES, PlantClock, shift_of

REASONS: Final = (
    "Changeover",
    "Tool change",
    "Breakdown",
    "Material shortage",
    "Operator absent",
    "Planned maintenance",
    "Cleaning",
    "Jam",
    "Sensor fault",
)
UNPLANNED: Final = 0
RUNNING: Final = 1
_FIRST_REASON: Final = 2

_BREAKS: Final = ((2 * 60, 2 * 60 + 30), (10 * 60, 10 * 60 + 30), (18 * 60, 18 * 60 + 30))
"""Minutes of the day in which every line pauses and nothing is planned."""

# (reason, mean planned minutes between stops, shortest and longest stop in minutes)
_LINE_STOPS: Final = (("Material shortage", 1200, 8, 45), ("Operator absent", 1900, 5, 25))
_ASSET_STOPS: Final = {
    "cnc": (("Tool change", 210, 6, 16), ("Jam", 1100, 3, 12), ("Sensor fault", 5000, 5, 25)),
    "press": (("Tool change", 700, 10, 30), ("Jam", 700, 3, 12), ("Sensor fault", 5000, 5, 25)),
    "robot": (("Jam", 240, 3, 14), ("Sensor fault", 2200, 5, 30)),
    "conveyor": (("Jam", 230, 3, 12), ("Sensor fault", 4500, 5, 20)),
    "oven": (("Sensor fault", 2600, 5, 30), ("Cleaning", 900, 10, 30)),
    "packager": (("Jam", 130, 3, 12), ("Sensor fault", 3200, 5, 20)),
}
_BREAKDOWN_MEAN: Final = {
    "cnc": 17000,
    "press": 19000,
    "robot": 24000,
    "conveyor": 26000,
    "oven": 30000,
    "packager": 15000,
    "pump": 90000,
    "compressor": 80000,
    "chiller": 80000,
}
"""Mean planned minutes between breakdowns, before the plant's own factor."""


def reason_code(reason: str) -> int:
    """The minute state that stands for a downtime reason."""
    return _FIRST_REASON + REASONS.index(reason)


@dataclass(frozen=True, slots=True)
class Minutes:
    """The plant's calendar at minute grain.

    scheduled: the line's shift is worked; planned: the same without breaks; cleaning: the regular
    cleaning slots; local: local time of each minute.
    """

    local: NDArray[np.datetime64]
    scheduled: NDArray[np.bool_]
    planned: NDArray[np.bool_]
    cleaning: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LinePlan:
    """What one line runs.

    state: a minute state shared by its assets; product: index into PRODUCTS for each interval, -1
    when nothing is scheduled; order: running number of the order; setup: 0..1 for each interval,
    how much of the scrap after a changeover applies.
    """

    state: NDArray[np.uint8]
    product: NDArray[np.int16]
    order: NDArray[np.int32]
    setup: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stop:
    """A repair or a maintenance stop: minutes of the grid, and how many of them were planned."""

    start: int
    end: int
    planned_minutes: int
    kind: str  # "breakdown", "maintenance" or "predictive"


@dataclass(frozen=True, slots=True)
class AssetPlan:
    """Minute sums of an asset for each interval, and its stops that lead to work orders.

    planned, run, down: minutes; reason: index into REASONS of the longest stop, -1 for none.
    """

    planned: NDArray[np.int16]
    run: NDArray[np.int16]
    down: NDArray[np.int16]
    reason: NDArray[np.int8]
    stops: tuple[Stop, ...]


def plant_minutes(plant: Plant, clock: PlantClock) -> Minutes:
    """The plant's calendar: shifts worked, public holidays, breaks and cleaning slots."""
    local = clock.minutes_local()
    shift, production_day = shift_of(local)
    number = production_day.astype(np.int64)
    weekday = (number + 3) % 7  # 1970-01-01 was a Thursday
    scheduled = np.array(plant.scheduled_shifts, dtype=bool)[weekday, shift]
    holidays = np.array(plant.holidays, dtype="datetime64[D]")
    scheduled &= ~np.isin(production_day, holidays)
    day = local.astype("datetime64[D]")
    minute = (local - day.astype("datetime64[s]")).astype("timedelta64[m]").astype(np.int64)
    in_break = np.zeros(len(local), dtype=bool)
    for first, last in _BREAKS:
        in_break |= (minute >= first) & (minute < last)
    cleaning = (weekday == 2) & (minute >= 13 * 60 + 45) & (minute < 14 * 60)
    cleaning |= (weekday == 4) & (minute >= 21 * 60 + 40) & (minute < 22 * 60)
    return Minutes(local, scheduled, scheduled & ~in_break, cleaning)


def line_plan(plant: Plant, line: str, clock: PlantClock, minutes: Minutes) -> LinePlan:
    """Orders, changeovers and shared stops of one line."""
    rng = np.random.default_rng([SEED, plant.index, int(line[-1]), 7])
    total = len(minutes.local)
    state = np.where(minutes.planned, RUNNING, UNPLANNED).astype(np.uint8)
    worked = np.cumsum(minutes.planned, dtype=np.int64)
    _paint_random(rng, state, worked, _LINE_STOPS, plant.stops)
    state[minutes.cleaning & minutes.planned] = reason_code("Cleaning")

    starts, products = _orders(rng, plant, line, minutes, worked)
    order_of_minute = np.searchsorted(starts, np.arange(total), side="right") - 1
    setup_minutes = np.zeros(total)
    lengths = rng.integers(22, 56, len(starts))
    for number in range(1, len(starts)):
        begin = starts[number]
        end = _after(worked, begin, int(lengths[number] * (0.8 + 0.2 * plant.stops)))
        _paint(state, begin, end, "Changeover")
        fade = _after(worked, end, stories.SETUP_SCRAP_MINUTES)
        setup_minutes[end:fade] = np.linspace(1.0, 0.35, fade - end)
    first_minute = np.arange(clock.n) * STEP_MINUTES
    scheduled = minutes.scheduled.reshape(-1, STEP_MINUTES).any(axis=1)
    order = order_of_minute[first_minute + STEP_MINUTES - 1]
    product = np.where(scheduled, np.array(products, dtype=np.int16)[order], -1)
    return LinePlan(
        state=state,
        product=product.astype(np.int16),
        order=np.where(scheduled, order, -1).astype(np.int32),
        setup=setup_minutes.reshape(-1, STEP_MINUTES).mean(axis=1),
    )


def asset_plan(asset: Asset, clock: PlantClock, minutes: Minutes, line: LinePlan) -> AssetPlan:
    """The minutes of one asset: its line's stops with its own painted over them.

    Utilities are planned round the clock and stop for maintenance and breakdowns alone.
    """
    rng = asset.random(1)
    if asset.produces:
        state = line.state.copy()
        planned = minutes.planned
    else:
        state = np.full(len(minutes.local), RUNNING, dtype=np.uint8)
        planned = np.ones(len(minutes.local), dtype=bool)
    worked = np.cumsum(planned, dtype=np.int64)
    _paint_random(rng, state, worked, _ASSET_STOPS.get(asset.asset_class, ()), asset.plant.stops)

    stops: list[Stop] = []
    for begin, end in _maintenance(asset, clock, planned):
        _add_stop(stops, state, planned, (begin, end), "maintenance")
    for wear in stories.BEARING_WEAR:
        if wear.asset_id == asset.asset_id:
            span = (clock.minute_of(wear.ends), clock.minute_of(wear.repaired))
            _add_stop(stops, state, planned, span, "breakdown" if wear.breaks else "predictive")
    for begin, end in _breakdowns(asset, rng, clock, worked):
        _add_stop(stops, state, planned, (begin, end), "breakdown")

    grid = state.reshape(-1, STEP_MINUTES)
    counts = np.stack(
        [(grid == _FIRST_REASON + code).sum(axis=1) for code in range(len(REASONS))], axis=1
    )
    down = counts.sum(axis=1)
    return AssetPlan(
        planned=(grid != UNPLANNED).sum(axis=1).astype(np.int16),
        run=(grid == RUNNING).sum(axis=1).astype(np.int16),
        down=down.astype(np.int16),
        reason=np.where(down > 0, counts.argmax(axis=1), -1).astype(np.int8),
        stops=tuple(sorted(stops, key=lambda stop: stop.start)),
    )


def _paint(state: NDArray[np.uint8], begin: int, end: int, reason: str) -> None:
    part = state[begin:end]
    part[part != UNPLANNED] = reason_code(reason)


def _after(worked: NDArray[np.int64], begin: int, length: int) -> int:
    """The minute at which `length` planned minutes have passed since `begin`."""
    done = int(worked[begin - 1]) if begin else 0
    return min(int(np.searchsorted(worked, done + length)) + 1, len(worked))


def _minutes_at(worked: NDArray[np.int64], gaps: NDArray[np.float64]) -> list[int]:
    """The minutes at which gaps of planned time end, as far as there is planned time."""
    at = np.ceil(np.cumsum(gaps)).astype(np.int64)  # whole, so that no search converts `worked`
    return [int(minute) for minute in np.searchsorted(worked, at[at < worked[-1]])]


def _paint_random(
    rng: np.random.Generator,
    state: NDArray[np.uint8],
    worked: NDArray[np.int64],
    kinds: tuple[tuple[str, int, int, int], ...],
    factor: float,
) -> None:
    total = int(worked[-1])
    for reason, mean, shortest, longest in kinds:
        gaps = rng.exponential(mean / factor, int(2 * total * factor / mean) + 20) + 10
        lengths = rng.integers(shortest, longest + 1, len(gaps))
        for begin, length in zip(_minutes_at(worked, gaps), lengths, strict=False):
            _paint(state, begin, begin + int(length), reason)


def _orders(
    rng: np.random.Generator,
    plant: Plant,
    line: str,
    minutes: Minutes,
    worked: NDArray[np.int64],
) -> tuple[list[int], list[int]]:
    """First minute and product of each order; two orders in a row never make the same product."""
    total = int(worked[-1])
    choices = LINE_PRODUCTS[line]
    bad_product = next(
        index for index, item in enumerate(PRODUCTS) if item.code == stories.BATCH_PRODUCT
    )
    bad_here = plant.plant_id == stories.BATCH_PLANT and line in stories.BATCH_LINES
    bad_from = np.datetime64(stories.BATCH_FROM, "s")
    bad_to = np.datetime64(stories.BATCH_TO, "s")
    starts = [0]
    products = [int(rng.choice(choices))]
    at = 0
    while True:
        at += int(rng.integers(320, 900))
        if at >= total:
            return starts, products
        begin = int(np.searchsorted(worked, at))
        product = int(rng.choice([item for item in choices if item != products[-1]]))
        in_batch = bad_here and bad_from <= minutes.local[begin] < bad_to
        if in_batch and products[-1] != bad_product:
            product = bad_product
        starts.append(begin)
        products.append(product)


def _maintenance(
    asset: Asset, clock: PlantClock, planned: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """One preventive stop a month, on a planned weekday that the asset's slot decides."""
    rng = asset.random(2)
    spans: list[tuple[int, int]] = []
    for month in range(1, 7):
        day = datetime(2026, month, 1) + timedelta(days=2 + asset.slot)
        length = int(rng.integers(50, 125))
        hour = int(rng.choice([7, 8, 11, 15]))
        for _ in range(7):
            begin = clock.minute_of(day + timedelta(hours=hour))
            if day.weekday() < 5 and planned[begin : begin + length].mean() > 0.9:
                spans.append((begin, begin + length))
                break
            day += timedelta(days=1)
    return spans


def _breakdowns(
    asset: Asset, rng: np.random.Generator, clock: PlantClock, worked: NDArray[np.int64]
) -> list[tuple[int, int]]:
    mean = _BREAKDOWN_MEAN[asset.asset_class] / asset.plant.stops
    gaps = rng.exponential(mean, 120) + 400
    lengths = np.clip(np.exp(rng.normal(4.25, 0.65, len(gaps))), 18, 420).astype(int)
    spans: list[tuple[int, int]] = []
    for begin, length in zip(_minutes_at(worked, gaps), lengths, strict=False):
        if not _near_story(asset, clock, begin):
            spans.append((begin, min(begin + int(length), len(worked))))
    return spans


def _near_story(asset: Asset, clock: PlantClock, minute: int) -> bool:
    """A bearing story has its own breakdown: no random one between its start and three days on."""
    return any(
        wear.asset_id == asset.asset_id
        and clock.minute_of(wear.starts)
        <= minute
        <= clock.minute_of(wear.repaired + timedelta(days=3))
        for wear in stories.BEARING_WEAR
    )


def _add_stop(
    stops: list[Stop],
    state: NDArray[np.uint8],
    planned: NDArray[np.bool_],
    span: tuple[int, int],
    kind: str,
) -> None:
    """Paint a stop and note it; one that would overlap an earlier one is left out."""
    begin, end = span
    if any(begin < other.end and other.start < end for other in stops):
        return
    _paint(state, begin, end, "Breakdown" if kind == "breakdown" else "Planned maintenance")
    stops.append(Stop(begin, end, int(planned[begin:end].sum()), kind))
