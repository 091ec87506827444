"""Rows that are one mark of a chart, added up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from core.semantic.exact import is_number, total
from core.types import ChartSpec

_WHOLE = 2**63


def are_apart(table: pa.Table, by: Sequence[str]) -> bool:
    """Whether these columns tell all rows apart."""
    if not by:
        return bool(table.num_rows <= 1)
    groups = table.select(list(by)).group_by(list(by)).aggregate([])
    return bool(groups.num_rows == table.num_rows)


def drawn_rows(spec: ChartSpec, table: pa.Table) -> pa.Table:
    """The rows that a chart draws: those of the result, or for `summed` one for each x and series
    with the sums of the figures; none where a figure has no value at all."""
    by = [name for name in (spec.x, spec.series) if name]
    names = {*by, *spec.y, *spec.y2}
    if not spec.summed or not by or not names <= set(table.column_names):
        return table
    return added_up(table, by, [*spec.y, *spec.y2])


def added_up(table: pa.Table, by: Sequence[str], figures: Sequence[str]) -> pa.Table:
    """One row for each value of `by`, in the order of their first rows; sums are exact where the
    figures are. Columns that are neither are left out."""
    keys: dict[tuple[Any, ...], int] = {}
    firsts: list[int] = []
    of: list[int] = []
    for row, key in enumerate(zip(*(_cells(table, name) for name in by), strict=True)):
        if key not in keys:
            keys[key] = len(keys)
            firsts.append(row)
        of.append(keys[key])
    made = table.select(list(by)).take(pa.array(firsts, pa.int64()))
    for name in figures:
        parts: list[list[Any]] = [[] for _ in firsts]
        for group, value in zip(of, table.column(name).to_pylist(), strict=True):
            if is_number(value):
                parts[group].append(value)
        sums = [total(own) if own else None for own in parts]
        made = made.append_column(name, _array(sums, table.schema.field(name).type))
    return made


def _cells(table: pa.Table, name: str) -> list[Any]:
    """Values that are equal where they are drawn as one: NaN is no value."""
    values = table.column(name).to_pylist()
    return [None if isinstance(v, float) and math.isnan(v) else v for v in values]


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_floating(kind):
        return pa.array(values, pa.float64())
    if all(v is None or (isinstance(v, int) and -_WHOLE <= v < _WHOLE) for v in values):
        return pa.array(values, pa.int64())
    return pa.array([None if v is None else Decimal(v) for v in values])
