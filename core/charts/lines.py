"""Threshold lines: a model's limits where they hold for every row of a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow.compute as pc

from core.charts.words import say
from core.semantic.display import column_measures, format_plain
from core.semantic.limits import Known, shared_limits
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.types import ChartSpec, Result, ResultColumn, ThresholdLine

#: A limit further off than this, against the largest value, would flatten what is drawn.
_TOO_FAR = 3.0


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
    """The chart with the limits of its first figure; those far outside are named in the note."""
    measures = dict(zip([c.name for c in columns], column_measures(columns, query), strict=True))
    column = next(c for c in columns if c.name == spec.y[0])
    measure = measures[column.name]
    if measure is None or column.display == "percent":
        return spec
    limits = shared_limits(
        measure,
        query,
        model,
        unit=column.unit,
        known={**(known or {}), **values_known(result, columns)},
    )
    if not limits:
        return spec
    ends = pc.min_max(result.table.column(column.name))
    low, high = ends["min"].as_py(), ends["max"].as_py()
    if low is None or high is None:
        return spec
    reach = _TOO_FAR * max(abs(float(low)), abs(float(high)))
    lines: list[ThresholdLine] = []
    far: list[ThresholdLine] = []
    for limit in limits:
        # A label that leaves out where the number is from is no proof of anything.
        named = limit.source.split(",")[0].split(":")[0].strip()
        source = "" if not named or named in limit.label else f" ({limit.source})"
        line = ThresholdLine(limit.value, f"{limit.label}{source}", limit.severity)
        (lines if abs(limit.value) <= reach else far).append(line)
    note = [spec.note] if spec.note else []
    note += [say("limit_far", limit=format_plain(f.value, column.unit)) for f in far]
    return replace(spec, lines=tuple(lines), note=" ".join(note))
