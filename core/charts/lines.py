"""Threshold lines: the limits that held for every row of a chart at the time that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow.compute as pc

from core.charts.words import joined, say
from core.semantic.display import (
    column_grains,
    column_measures,
    format_date,
    format_plain,
    scale_unit,
)
from core.semantic.held import HeldLimit
from core.semantic.limits import Known, Over, limit_name, limits_over, moment_words
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.types import ChartSpec, ChartType, Result, ResultColumn, ThresholdLine

#: A limit further off than this, against the largest value, would flatten what is drawn.
_TOO_FAR = 3.0
#: Kinds of charts that time can run along.
_ALONG: tuple[ChartType, ...] = ("line", "bar", "grouped_bar", "stacked_bar")
#: Moments at which limits changed that a note names.
_NAMED = 3


def values_known(result: Result, columns: Sequence[ResultColumn]) -> dict[str, frozenset[str]]:
    """Column -> the values that a result shows for it, for columns of few values."""
    found: dict[str, frozenset[str]] = {}
    for column in columns:
        is_text = column.role == "dimension" and column.type == "string"
        if is_text and column.model_column and column.name in result.table.column_names:
            values = pc.unique(result.table.column(column.name)).to_pylist()
            if values and None not in values:
                found[column.model_column] = frozenset(str(v) for v in values)
    return found


def limit_lines(
    spec: ChartSpec,
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery,
    model: SemanticModel,
    known: Known | None = None,
) -> ChartSpec:
    """The chart with the limits of its first figure; those far outside are named in the note, as is
    why others are not drawn."""
    column = next(c for c in columns if c.name == spec.y[0])
    over = _over(spec, column, result, columns, query, model, known)
    if over is None:
        return spec
    ends = pc.min_max(result.table.column(column.name))
    low, high = ends["min"].as_py(), ends["max"].as_py()
    if low is None or high is None:
        return spec
    scale, unit = (100.0 if column.display == "percent" else 1.0), scale_unit(column)
    reach = _TOO_FAR * max(abs(float(low)), abs(float(high)))
    near = [one for one in over.limits if abs(one.value) <= reach]
    far = dict.fromkeys(one.value for one in over.limits if abs(one.value) > reach)
    note = [spec.note] if spec.note else []
    note += [say("limit_far", limit=format_plain(value * scale, unit)) for value in far]
    note += _left_out(over)
    lines = tuple(_line(one, near, scale) for one in near)
    return replace(spec, lines=lines, note=" ".join(note))


def limits_left_out(
    spec: ChartSpec,
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery,
    model: SemanticModel,
    known: Known | None = None,
) -> tuple[str, ...]:
    """Why limits of a chart's first figure are not drawn, in sentences."""
    column = next((c for c in columns if c.name in spec.y[:1]), None)
    if column is None:
        return ()
    over = _over(spec, column, result, columns, query, model, known)
    return _left_out(over) if over is not None else ()


def is_along_time(
    spec: ChartSpec, columns: Sequence[ResultColumn], query: SemanticQuery | None
) -> bool:
    """Whether a chart's marks follow one another in time, so that a line can stand for a part of
    it."""
    grains = column_grains(columns, query)
    for column, grain in zip(columns, grains, strict=True):
        if column.name == spec.x and column.role == "time":
            is_recurring = grain is not None and grain.is_recurring
            is_moment = column.type in ("date", "datetime")
            return spec.type in _ALONG and is_moment and not is_recurring
    return False


def _over(
    spec: ChartSpec,
    column: ResultColumn,
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery,
    model: SemanticModel,
    known: Known | None,
) -> Over | None:
    """The limits of a figure of the query; None for another column."""
    measures = dict(zip([c.name for c in columns], column_measures(columns, query), strict=True))
    measure = measures[column.name]
    known = known or Known()
    if measure is None or (column.display == "percent" and not known.held):
        return None
    values = {**known.values, **values_known(result, columns)}
    return limits_over(
        measure,
        query,
        model,
        unit=column.unit,
        known=replace(known, values=values),
        along=is_along_time(spec, columns, query),
    )


def _line(limit: HeldLimit, others: Sequence[HeldLimit], scale: float) -> ThresholdLine:
    """others: where it may have stood before it moved here."""
    if not limit.kind:
        # A label that leaves out where the number is from is no proof of anything.
        named = limit.source.split(",")[0].split(":")[0].strip()
        source = "" if not named or named in limit.label else f" ({limit.source})"
        label, more = f"{limit.label}{source}", ""
    else:
        label = limit_name(limit, is_dated=True)
        until = limit.end is not None and say("limit_until", at=moment_words(limit.end))
        more = ". ".join(filter(None, (until or say("limit_on"), limit.source)))
    before = next((one for one in others if _goes_over(one, limit)), None)
    return ThresholdLine(
        limit.value * scale,
        label,
        limit.severity,
        start=limit.start,
        end=limit.end,
        before=before.value * scale if before is not None else None,
        more=more,
    )


def _goes_over(one: HeldLimit, other: HeldLimit) -> bool:
    """Whether a limit ended where another of its kind begins."""
    is_same = bool(one.kind) and (one.kind, one.side) == (other.kind, other.side)
    return is_same and one.end is not None and one.end == other.start


def _left_out(over: Over) -> tuple[str, ...]:
    found = [say("limits_unknown")] if over.is_unknown else []
    if over.differ:
        found.append(say("limits_differ"))
    days = list(dict.fromkeys(at.date() for at in over.changed))
    if days:
        named = [format_date(day) for day in days[:_NAMED]]
        named += [say("more_filters", n=len(days) - _NAMED)] if len(days) > _NAMED else []
        found.append(say("limits_changed", when=joined(named)))
    return tuple(found)
