"""The readings of a figure over a step of time: the finest one at which they can be judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from core.charts.steps import Steps, steps_of
from core.drift.windows import Windows
from core.semantic.columns import describe
from core.semantic.model import SemanticModel
from core.semantic.query import Dimension, Grain, Order, SemanticQuery
from core.statistics.baseline import baseline
from core.statistics.drift import Drift, check_alike, drift
from core.statistics.readings import Reason, UnfitReadings
from core.types import Result

Run = Callable[[SemanticQuery], Result]
#: Steps that are tried, the finest first. Shifts are none: a day's course makes the three of a day
#: differ for good, and their neighbours do not tell it.
STEPS: Final = (Grain.HOUR, Grain.DAY)
#: Hours of a step.
HOURS: Final = {Grain.HOUR: 1, Grain.DAY: 24}


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """query: what was read; windows: in whole steps. found: None where it cannot be told, and then
    the reason. steps: None where nothing was read. correlation: of the baseline's neighbours."""

    grain: Grain
    query: SemanticQuery
    windows: Windows
    steps: Steps | None = None
    found: Drift | None = None
    reason: Reason | None = None
    correlation: float = 0.0


def query_of(query: SemanticQuery, grain: Grain, windows: Windows) -> SemanticQuery:
    """A figure over time."""
    return query.with_(
        dimensions=(Dimension(grain=grain),),
        order=(Order("dimension", 0, descending=False),),
        time=windows.whole,
    )


def tried(
    query: SemanticQuery,
    windows: Windows,
    steps: tuple[Grain, ...],
    model: SemanticModel,
    run: Run,
    most: int,
) -> tuple[Series, ...]:
    """Each step that was tried, up to the first that can be judged. most: rows of one reading."""
    made: list[Series] = []
    for grain in steps:
        own = windows.at(grain)
        plan = query_of(query, grain, own)
        hours = (own.end - own.first).total_seconds() / 3600
        if hours / HOURS[grain] > most:
            made.append(Series(grain, plan, own, reason=Reason.TOO_MANY))
            continue
        made.append(_judged(Series(grain, plan, own), model, run(plan)))
        if made[-1].found is not None:
            break
    return tuple(made)


def _judged(series: Series, model: SemanticModel, result: Result) -> Series:
    columns = describe(series.query, model)
    steps = steps_of(result.table, columns[0].name, columns[-1], series.grain)
    made = replace(series, steps=steps)
    start = steps.position(series.windows.start)
    if result.truncated:
        return replace(made, reason=Reason.TOO_MANY)
    if start in (0, len(steps.times)):
        return replace(made, reason=Reason.ALL_MISSING)
    try:
        usual = baseline(steps.values, stop=start)
        made = replace(made, correlation=usual.correlation)
        check_alike(usual)
        return replace(made, found=drift(steps.values, usual, start))
    except UnfitReadings as error:
        return replace(made, reason=error.reason)
