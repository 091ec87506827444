"""Figures in the unit that was asked for."""

from __future__ import annotations

import math
from dataclasses import replace

import pyarrow as pa

from core.semantic import units
from core.semantic.query import SemanticQuery
from core.types import Result, ResultColumn


def in_wanted_units(
    query: SemanticQuery, result: Result, columns: tuple[ResultColumn, ...]
) -> tuple[Result, tuple[ResultColumn, ...]]:
    """Convert figures that were asked for in another unit."""
    wanted = {m.unit for m in query.measures if m.unit}
    if not wanted:
        return result, columns
    unit = wanted.pop()
    table: pa.Table = result.table
    found: list[ResultColumn] = []
    for index, column in enumerate(columns):
        is_figure = column.role in ("measure", "previous", "change")
        if not is_figure or not column.unit or not units.same_dimension(column.unit, unit):
            found.append(column)
            continue
        is_difference = column.role == "change"
        zero = units.convert(0.0, column.unit, unit) if is_difference else 0.0
        values = [
            None if v is None else units.convert(float(v), column.unit, unit) - zero
            for v in table.column(index).to_pylist()
        ]
        table = table.set_column(
            index, table.column_names[index], pa.array(values, type=pa.float64())
        )
        size = abs(units.convert(1.0, column.unit, unit) - units.convert(0.0, column.unit, unit))
        decimals = max(0, column.decimals - round(math.log10(size))) if size else column.decimals
        found.append(replace(column, unit=unit, type="double", decimals=decimals))
    return replace(result, table=table), tuple(found)
