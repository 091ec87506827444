"""What was measured around an alert, and the limit that was valid at each time of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.alert_desk.clocks import to_local, to_utc
from core.alerting.alert import Alert, Severity
from core.errors import UserFixable
from core.semantic.model import SemanticModel
from core.semantic.query import (
    Agg,
    Dimension,
    Filter,
    Grain,
    Measure,
    Op,
    SemanticQuery,
    TimeWindow,
)
from core.semantic.result import ResultColumn
from core.thresholds.limits import own_limits
from core.thresholds.record import KINDS, Threshold
from core.thresholds.resolve import model_limits
from core.thresholds.timeline import spans
from core.types import Result

#: What is shown before an alert, and how much is shown at most.
_BEFORE: Final = dt.timedelta(hours=12)
_AFTER: Final = dt.timedelta(hours=6)
_LONGEST: Final = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class LimitSpan:
    """A limit while it was in force: [start, end), plant-local; in the measure's own unit."""

    start: dt.datetime
    end: dt.datetime
    value: float
    severity: Severity
    version: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Readings of [start, end), plant-local. result: time and value of Good readings; bad: of the
    others, None where they could not be read. limits: in time order, of each side."""

    result: Result
    bad: Result | None
    columns: tuple[ResultColumn, ...]
    limits: tuple[LimitSpan, ...]
    start: dt.datetime
    end: dt.datetime


def read_span(alert: Alert, now: dt.datetime, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """From some hours before it was raised until some after it was over, plant-local; of one that
    stands for very long, its beginning. now: of the plant's data, plant-local."""
    raised = to_local(alert.raised_at, zone)
    over = alert.returned_at or alert.closed_at
    first = max(to_local(alert.opened_at, zone), raised - _LONGEST / 2)
    begin = _floor(first - _BEFORE)
    last = min(now, to_local(over, zone) + _AFTER) if over is not None else now
    end = min(max(last, raised + _AFTER), begin + _LONGEST)
    return begin, _floor(end) + dt.timedelta(hours=1)


def _floor(moment: dt.datetime) -> dt.datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def curve_query(
    alert: Alert, model: SemanticModel, start: dt.datetime, end: dt.datetime
) -> SemanticQuery | None:
    """What the alert looks at, at the table's own step; None for one that looks at nothing alone,
    or at what the model no longer has."""
    watch = model.watch
    if watch is None or not alert.measure or not alert.asset:
        return None
    name, measure = watch.table, Measure(agg=Agg.AVG, column=alert.measure)
    if alert.measure in model.metrics:
        name, measure = model.metrics[alert.measure].table, Measure(metric=alert.measure)
    table = model.tables[name]
    is_known = measure.metric is not None or alert.measure in table.columns
    named = dict(alert.place) if alert.is_of_place else {watch.asset: alert.asset}
    if table.scope is not None:
        named[table.scope] = alert.plant
    if not is_known or not named.keys() <= table.columns.keys() or table.time is None:
        return None
    filters = [Filter(column, Op.EQ, (value,)) for column, value in named.items()]
    return SemanticQuery(
        model.name,
        name,
        measures=(measure,),
        dimensions=(Dimension(grain=Grain.INTERVAL if table.time.interval_min else Grain.HOUR),),
        filters=tuple(filters),
        time=TimeWindow(start, end),
    )


def limits_over(
    alert: Alert,
    model: SemanticModel,
    versions: Sequence[Threshold],
    zone: str,
    start: dt.datetime,
    end: dt.datetime,
) -> tuple[LimitSpan, ...]:
    """The limits of its threshold's versions, each for the time in which it was in force; none for
    a kind whose limit is on no value's scale (a rate, a deviation, missing readings)."""
    utc_start, utc_end = to_utc(start, zone), to_utc(end, zone)
    found: list[LimitSpan] = []
    if versions:
        for version, begin, over in spans(versions):
            first, last = max(begin, utc_start), min(over or utc_end, utc_end)
            if first < last:
                found += _spans(version, model, to_local(first, zone), to_local(last, zone))
        return tuple(found)
    levels = model.watch.levels if model.watch is not None else ()
    for limit in model_limits(model.name, model.limits, levels):
        if limit.id == alert.threshold_id:
            found += _spans(limit, model, start, end)
    return tuple(found)


def _spans(
    threshold: Threshold, model: SemanticModel, start: dt.datetime, end: dt.datetime
) -> list[LimitSpan]:
    if KINDS[threshold.kind].limit_unit != "own":
        return []
    try:
        limits = own_limits(threshold, _unit(threshold.measure, model))
    except UserFixable:  # the model's unit is another one by now
        return []
    return [
        LimitSpan(start, end, value, threshold.severity, threshold.version)
        for value in (limits.high, limits.low)
        if value is not None
    ]


def _unit(measure: str, model: SemanticModel) -> str:
    if measure in model.metrics:
        return model.metrics[measure].unit or ""
    assert model.watch is not None
    column = model.tables[model.watch.table].columns.get(measure)
    return (column.unit or "") if column is not None else ""
