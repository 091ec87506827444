"""A trial in the plainest way: readings of each asset alone, by a query each, through `replay`. Of
sensors' columns and limits of their own value, without a window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from core.alerting.tripping import Limits, Trips, replay
from core.assistant.parts import ModelParts
from core.thresholds.limits import own_limits
from core.thresholds.record import Threshold
from core.thresholds.resolve import resolve
from core.watch.trial import Course, Span

_EPOCH = dt.datetime(1970, 1, 1)


def replayed(
    parts: ModelParts, thresholds: Sequence[Threshold], start: dt.datetime, end: dt.datetime
) -> list[Course]:
    model, watch = parts.model, parts.model.watch
    assert watch is not None
    table = model.tables[watch.table]
    levels = ", ".join(watch.levels)
    rows = parts.engine.fetch(f"SELECT DISTINCT {levels} FROM {table.name}").to_pylist()
    places = {row[watch.asset]: row for row in rows}
    found = []
    for asset, effective in resolve(thresholds, places, watch.levels).items():
        found += [_course(parts, one.threshold, str(asset), start, end) for one in effective]
    return [one for one in found if len(one.starts)]


def _course(
    parts: ModelParts, one: Threshold, asset: str, start: dt.datetime, end: dt.datetime
) -> Course:
    model, watch = parts.model, parts.model.watch
    assert watch is not None
    table = model.tables[watch.table]
    assert table.time is not None
    assert table.quality is not None
    column = table.columns[one.measure]
    good = ", ".join(f"'{value}'" for value in table.quality.good)
    rows = parts.engine.fetch(
        f"SELECT {table.time.utc} AS at, "
        f"CASE WHEN {table.quality.column} IN ({good}) THEN {one.measure} END AS value "
        f"FROM {table.name} WHERE {watch.asset} = '{asset}' AND {one.measure} IS NOT NULL "
        f"AND {table.time.utc} >= '{start}' AND {table.time.utc} < '{end}' "
        f"ORDER BY {table.time.utc}"
    ).to_pylist()
    starts = np.array([int((row["at"] - _EPOCH).total_seconds()) for row in rows], np.int64)
    values = np.array([np.nan if row["value"] is None else row["value"] for row in rows])
    own = own_limits(one, column.unit or "")
    limits = Limits(
        np.array([np.nan if own.low is None else own.low]),
        np.array([np.nan if own.high is None else own.high]),
        np.array([own.deadband]),
        np.array([one.on_delay_min * 60]),
        np.array([one.off_delay_min * 60]),
    )
    step = watch.interval_min * 60
    steps = [(int(s), int(s) + step, np.array([v])) for s, v in zip(starts, values, strict=True)]
    raised = replay(limits, Trips.none(1), steps)
    spans = []
    for begin, back in zip(raised.raised_at.tolist(), raised.returned_at.tolist(), strict=True):
        # it rose because of the readings of its delay
        inside = (starts >= begin - one.on_delay_min * 60) & ((back < 0) | (starts < back))
        peak = values[inside]
        peak = np.nanmax(peak) if own.high is not None else np.nanmin(peak)
        spans.append(Span(_moment(begin), None if back < 0 else _moment(back), float(peak)))
    return Course(one.id, asset, asset[:3], starts, values.astype(np.float64), tuple(spans))


def _moment(seconds: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(seconds=seconds)
