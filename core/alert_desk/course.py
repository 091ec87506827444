"""A figure over the window of its threshold, as the watch held it against the limit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pyarrow as pa

from core.alert_desk.clocks import to_local, to_utc
from core.alerting.alert import Alert
from core.semantic.facts import Fetch
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.semantic.result import ResultColumn
from core.thresholds.record import Threshold
from core.thresholds.whole import tables_of
from core.types import Result
from core.watch.trial import Course, trial
from core.watch.watched import moment


def is_over_window(alert: Alert, model: SemanticModel) -> bool:
    """Whether it is of a figure that the watch takes over the window of its threshold: one of a
    place as a whole, or of several tables."""
    if model.watch is None or alert.measure not in model.metrics:
        return False
    return alert.is_of_place or tables_of(alert.measure, model) != {model.watch.table}


def total_of(query: SemanticQuery) -> SemanticQuery:
    """The same figure in one number, which whoever may read the figure may ask."""
    return query.with_(dimensions=())


def course_of(
    alert: Alert,
    threshold: Threshold,
    model: SemanticModel,
    fetch: Fetch,
    span: tuple[dt.datetime, dt.datetime],
    zone: str,
) -> tuple[Course | None, tuple[str, ...]]:
    """What the watch held against the limit in a span, plant-local; None where it had nothing, and
    why. It reads past governance: for whoever may read the figure there alone. Raises what `fetch`
    does."""
    start, end = (to_utc(one, zone) for one in span)
    here = replace(threshold, scope=replace(threshold.scope, at=alert.place))
    found = trial(fetch, model, [here], start, end)
    course = next(
        (c for c in found.courses if (c.asset, c.plant) == (alert.asset, alert.plant)), None
    )
    return course, found.notes


def rows_of(course: Course, columns: tuple[ResultColumn, ...], zone: str) -> Result:
    """A row for each step, plant-local, until the last one that has a value; empty where a step
    has none. columns: of the time and of the figure."""
    is_there = np.isfinite(course.values)
    count = int(np.flatnonzero(is_there)[-1]) + 1 if is_there.any() else 0
    times = [to_local(moment(at), zone) for at in course.starts[:count].tolist()]
    values = pa.array(course.values[:count], mask=~is_there[:count])
    named = {columns[0].name: pa.array(times, pa.timestamp("us")), columns[-1].name: values}
    return Result(pa.table(named), truncated=False, elapsed_ms=0.0)
