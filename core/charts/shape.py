"""The shape of a result: what it is split by, which figures it has, how many of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from core.semantic.display import column_grains, column_measures, scale_unit
from core.semantic.query import Grain, SemanticQuery, Transform
from core.types import Result, ResultColumn

NUMERIC = ("integer", "double")


@dataclass(frozen=True, slots=True)
class Split:
    """A column that rows are split by. grain: for a step of time. bin_width: for equal bins, in
    the column's unit. count: how many different values it has."""

    column: ResultColumn
    grain: Grain | None
    bin_width: float | None
    count: int

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def is_axis(self) -> bool:
        """Whether it is the time axis (and no recurring part of it)."""
        recurring = self.grain is not None and self.grain.is_recurring
        return self.column.role == "time" and not recurring and self.is_temporal

    @property
    def is_temporal(self) -> bool:
        return self.column.type in ("date", "datetime")

    @property
    def is_recurring(self) -> bool:
        return self.grain is not None and self.grain.is_recurring


@dataclass(frozen=True, slots=True)
class Shape:
    """rows: how many. measures: figures that can be drawn. companions: measure -> the columns of
    its comparison by role. undrawable: figures that are no numbers (a first moment)."""

    rows: int
    splits: tuple[Split, ...]
    measures: tuple[ResultColumn, ...]
    undrawable: tuple[ResultColumn, ...]
    companions: Mapping[str, Mapping[str, ResultColumn]]

    @property
    def axis(self) -> Split | None:
        return next((s for s in self.splits if s.is_axis), None)

    @property
    def categories(self) -> tuple[Split, ...]:
        axis = self.axis
        return tuple(s for s in self.splits if s is not axis)

    @property
    def is_compared(self) -> bool:
        return any("previous" in found for found in self.companions.values())


def axis_unit(column: ResultColumn) -> str:
    """What two figures must share to stand on one axis."""
    return scale_unit(column) or ""


def companions_of(columns: Sequence[ResultColumn]) -> dict[str, dict[str, ResultColumn]]:
    """Measure -> role -> the column of its comparison, which follow it."""
    found: dict[str, dict[str, ResultColumn]] = {}
    current: dict[str, ResultColumn] = {}
    for column in columns:
        if column.role == "measure":
            current = found[column.name] = {}
        elif column.role in ("previous", "change", "change_pct"):
            current[column.role] = column
    return found


def shape_of(result: Result, columns: Sequence[ResultColumn], query: SemanticQuery | None) -> Shape:
    """The shape of a result under its columns; columns that the table lacks are passed over."""
    grains = column_grains(columns, query)
    widths = _bin_widths(query)
    have = set(result.table.column_names)
    splits: list[Split] = []
    measures: list[ResultColumn] = []
    undrawable: list[ResultColumn] = []
    for column, grain in zip(columns, grains, strict=True):
        if column.name not in have:
            continue
        if column.role in ("dimension", "time"):
            count = _distinct(result.table, column.name)
            splits.append(Split(column, grain, widths.get(column.name), count))
        elif column.role == "measure":
            (measures if column.type in NUMERIC else undrawable).append(column)
    return Shape(
        rows=result.row_count,
        splits=tuple(splits),
        measures=tuple(measures),
        undrawable=tuple(undrawable),
        companions={
            name: found
            for name, found in companions_of([c for c in columns if c.name in have]).items()
            if any(m.name == name for m in measures)
        },
    )


def led(shape: Shape, columns: Sequence[ResultColumn], query: SemanticQuery | None) -> Shape:
    """The shape without an amount whose share or running total is there too: that is what was
    asked for, and the table has the amount."""
    measures = column_measures(columns, query)
    of = {c.name: m for c, m in zip(columns, measures, strict=True) if m is not None}
    changed = [m for m in of.values() if m.transform is not Transform.NONE]
    plain = [replace(m, transform=Transform.NONE, window=None) for m in changed]
    kept = tuple(m for m in shape.measures if of.get(m.name) not in plain)
    return replace(shape, measures=kept) if kept else shape


def _bin_widths(query: SemanticQuery | None) -> dict[str, float]:
    if query is None:
        return {}
    return {
        f"{d.column}_bin": d.bin_width
        for d in query.dimensions
        if d.column is not None and d.bin_width
    }


def _distinct(table: pa.Table, name: str) -> int:
    return len(table.column(name).unique())
