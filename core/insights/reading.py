"""A result as the insights read it: its splits, its figures as numbers, names for its rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.semantic.display import (
    column_grains,
    column_measures,
    format_change,
    format_grain,
    format_percent,
    format_value,
)
from core.semantic.exact import Number, is_held, total
from core.semantic.model import Column, SemanticModel
from core.semantic.phrases import is_many, lowered, plural, say
from core.semantic.query import Grain, Measure, SemanticQuery, Transform
from core.semantic.said import value_plural
from core.semantic.subject import is_kind, kind_of
from core.semantic.units import has_nought
from core.semantic.wording import (
    column_of,
    counted,
    dimension_plural,
    dimension_words,
    grain_plural,
    grain_words,
    measure_words,
    tells_itself,
)
from core.types import Result, ResultColumn

Floats = npt.NDArray[np.float64]
#: The numbers of a column as the store gave them.
Cells = Sequence[Number | None] | Floats

#: A change is told in percent of more things than this,
_FEW = 10
#: from this share of them up to that one; without a decimal from the last one on.
_LEAST_SHARE, _MANY_TIMES, _WHOLE_FROM = 0.0005, 10.0, 0.2


@dataclass(frozen=True, slots=True)
class Split:
    """A column that rows are split by, with its name in words."""

    column: ResultColumn
    grain: Grain | None
    word: str
    words: str
    is_binned: bool
    is_shift: bool = False
    is_kind: bool = False
    model_column: Column | None = None

    @property
    def is_axis(self) -> bool:
        is_time = self.column.type in ("date", "datetime") and self.column.role == "time"
        return is_time and not (self.grain is not None and self.grain.is_recurring)

    @property
    def is_recurring(self) -> bool:
        return self.grain is not None and self.grain.is_recurring


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's numbers as doubles, NaN where there is none. words: what it is, for
    mid-sentence. counted: what it counts, in the plural, for a count. previous, change: with a
    comparison.

    Doubles are for statistics. What a sentence states is read from cells, earlier and moved,
    which hold the same numbers exactly; ranks tell which of two is larger where doubles do not.
    """

    column: ResultColumn
    measure: Measure | None
    values: Floats
    words: str
    counted: str
    cells: Cells
    ranks: Floats
    previous: Floats | None = None
    change: Floats | None = None
    earlier: Cells = ()
    moved: Cells = ()

    def number(self, row: int) -> Number:
        """A row's number; NaN where there is none."""
        return _number(self.cells, row)

    def number_before(self, row: int) -> Number:
        """What a row's number is compared with; NaN where there is none."""
        return _number(self.earlier, row)

    def number_moved(self, row: int) -> Number:
        """By how much a row's number has changed; NaN where that is not known."""
        return _number(self.moved, row)

    def at(self, row: int) -> str:
        """A row's number as text."""
        return self.text(self.number(row))

    def total(self, rows: Iterable[int]) -> Number:
        """The sum of rows that all have a number."""
        return _total(self.cells, self.values, rows)

    def total_before(self) -> Number:
        """The sum of what all rows are compared with."""
        assert self.previous is not None
        return _total(self.earlier, self.previous, range(len(self.previous)))

    def text(self, value: Number) -> str:
        return format_value(self.rounded(value), self.column)

    def rounded(self, value: Number) -> Number:
        """Counts stay whole numbers."""
        is_count = isinstance(value, float) and self.column.type == "integer"
        is_whole = is_count and math.isfinite(value) and value == round(value)
        return round(value) if is_whole else value

    def change_text(self, value: Number) -> str:
        return format_change(value, self.column, signed=False)

    def moved_text(self, value: Number, before: Number) -> str:
        """By how much it moved from before, and how many percent of that: not of percents, nor
        of a handful, nor of what has no nought to be a share of."""
        text = self.change_text(value)
        was, moved = float(before), float(value)
        is_few = bool(self.counted) and was < _FEW
        if self.column.display == "percent" or not has_nought(self.column.unit) or is_few:
            return text
        share = abs(moved) / was if was > 0 and was + moved >= 0 else math.nan
        if not _LEAST_SHARE <= share < _MANY_TIMES:
            return text
        return say(
            "moved_by", change=text, share=format_percent(share, 1 if share < _WHOLE_FROM else 0)
        )

    def is_good(self, rise: Number) -> bool | None:
        """Whether a change of that sign is a good one; None where neither way is better."""
        if self.column.direction == "none" or rise == 0:
            return None
        return (rise > 0) == (self.column.direction == "higher")

    @property
    def adds(self) -> bool:
        """Whether rows of it may be summed: an amount, no mean per step and no share."""
        of = self.measure
        if of is not None and (of.per is not None or of.over is not None):
            return False
        return self.column.additive and self.column.display != "percent"

    @property
    def was(self) -> str:
        return say("were" if is_many(self.words) else "was")

    @property
    def there(self) -> npt.NDArray[np.int64]:
        """Rows that have a number."""
        return np.flatnonzero(~np.isnan(self.values))


@dataclass(frozen=True, slots=True)
class View:
    """A result with its query and model."""

    result: Result
    columns: tuple[ResultColumn, ...]
    query: SemanticQuery
    model: SemanticModel
    splits: tuple[Split, ...]
    figures: tuple[Figure, ...]

    @property
    def lead(self) -> Figure:
        """The figure that the question is about: of an amount and its share or running total, the
        latter."""
        first = self.figures[0]
        for one in self.figures[1:]:
            if first.measure is None or one.measure is None:
                continue
            plain = replace(one.measure, transform=Transform.NONE, window=None)
            if plain == first.measure and one.measure.transform is not Transform.NONE:
                return one
        return first

    @property
    def rows(self) -> int:
        return self.result.row_count

    @property
    def axis(self) -> Split | None:
        return next((s for s in self.splits if s.is_axis), None)

    @property
    def categories(self) -> tuple[Split, ...]:
        axis = self.axis
        return tuple(s for s in self.splits if s is not axis)

    @property
    def is_whole(self) -> bool:
        """Whether the rows are all there are, so that a total of them is a total."""
        return not self.result.truncated and self.query.limit is None and not self.query.having

    def cells(self, split: Split) -> list[Any]:
        return list(self.result.table.column(split.column.name).to_pylist())

    def name(self, row: int, splits: Sequence[Split] | None = None) -> str:
        """The row's name: the values of its splits."""
        table = self.result.table
        return ", ".join(
            _called(table.column(s.column.name)[row].as_py(), s)
            for s in (self.splits if splits is None else splits)
        )


def _called(value: object, split: Split) -> str:
    """A value that is no name of its own (`low`, `A`, `12`) with what it is: `priority low`."""
    name = value_name(value, split)
    own = value if isinstance(value, str) and split.grain is None else name
    is_own = len(own) > 1 and own[:1].isalpha() and not own[:1].islower()
    if split.is_shift and not tells_itself(name, split.word):
        return say("named", word=split.word, value=name)
    if split.is_kind and own.isalpha() and own.islower() and len(own) > 3:
        return value_plural(own, split.model_column)
    if split.grain is not None or split.is_binned or is_own or split.column.type != "string":
        return name
    return say("named", word=split.word, value=name)


def value_name(value: object, split: Split) -> str:
    """A split's value in words."""
    if split.grain is not None:
        return format_grain(value, split.grain)
    return format_value(value, split.column)


def _floats(table: pa.Table, name: str) -> Floats:
    values = pc.cast(table.column(name), pa.float64(), safe=False)
    found = np.array(values.to_numpy(), dtype=np.float64)
    found[~np.isfinite(found)] = np.nan
    return found


def _number(cells: Cells, row: int) -> Number:
    value = cells[row]
    if value is None:
        return math.nan
    return float(value) if isinstance(value, float) else value


def _total(cells: Cells, values: Floats, rows: Iterable[int]) -> Number:
    if isinstance(cells, np.ndarray):
        return float(values[list(rows)].sum())
    return total(_number(cells, row) for row in rows)


def _cells(table: pa.Table, name: str, values: Floats) -> Cells:
    """The column's numbers: its doubles where these are all that the store gave."""
    column = table.column(name)
    if pa.types.is_decimal(column.type):
        return tuple(column.to_pylist())
    if pa.types.is_integer(column.type):
        whole = column.to_pylist()
        if not all(v is None or is_held(v) for v in whole):
            return tuple(whole)
    return values


def _ranks(cells: Cells, values: Floats) -> Floats:
    """Numbers in the order of the cells, alike where these are alike."""
    if isinstance(cells, np.ndarray):
        return values
    place = {value: i for i, value in enumerate(sorted({c for c in cells if c is not None}))}
    return np.array([np.nan if c is None else place[c] for c in cells], dtype=np.float64)


def view_of(
    result: Result, columns: Sequence[ResultColumn], query: SemanticQuery, model: SemanticModel
) -> View:
    """The view of a result; columns that its table lacks are passed over."""
    have = set(result.table.column_names)
    columns = tuple(c for c in columns if c.name in have)
    grains = column_grains(columns, query)
    measures = column_measures(columns, query)
    dimensions = _dimension_words(columns, query, model)
    table = model.tables.get(query.table)
    shift = table.time.shift if table and table.time else None
    splits: list[Split] = []
    figures: list[Figure] = []
    for i, (column, grain, measure) in enumerate(zip(columns, grains, measures, strict=True)):
        if column.role in ("dimension", "time"):
            word, words, is_binned = dimensions[i]
            is_shift = shift is not None and column.model_column == shift
            cells = result.table.column(column.name).to_pylist() if column.type == "string" else []
            is_kind = _are_kinds(column, cells, model)
            own = column_of(column.model_column, query, model) if column.model_column else None
            splits.append(Split(column, grain, word, words, is_binned, is_shift, is_kind, own))
        elif column.role == "measure" and column.type in ("integer", "double"):
            figures.append(_figure(result.table, columns, i, measure, query, model))
    return View(result, columns, query, model, tuple(splits), tuple(figures))


def _are_kinds(column: ResultColumn, cells: list[Any], model: SemanticModel) -> bool:
    """Whether values are common nouns for kinds of things, so that a plural names each."""
    name = column.model_column or ""
    return any(is_kind(name, cell, model) for cell in cells)


def _dimension_words(
    columns: Sequence[ResultColumn], query: SemanticQuery, model: SemanticModel
) -> dict[int, tuple[str, str, bool]]:
    """For each column that rows are split by: its name, its plural, whether it is binned."""
    found: dict[int, tuple[str, str, bool]] = {}
    dimensions: list[tuple[str, str, bool]] = []
    for one in query.dimensions:
        if one.grain is Grain.SHIFT:
            dimensions.append((grain_words(Grain.DAY), grain_plural(Grain.DAY), False))
            dimensions.append((grain_words(Grain.SHIFT), grain_plural(Grain.SHIFT), False))
        else:
            words = dimension_words(one, query, model)
            many = dimension_plural(one, query, model)
            kind = kind_of(query, model) if one.column == model.entity else None
            if kind is not None:
                words, many = kind[1:]
            dimensions.append((words, many, one.bin_width is not None))
    upcoming = iter(dimensions)
    for i, column in enumerate(columns):
        if column.role in ("dimension", "time"):
            label = lowered(column.label)
            found[i] = next(upcoming, (label, plural(label), False))
    return found


def _figure(
    table: pa.Table,
    columns: Sequence[ResultColumn],
    at: int,
    measure: Measure | None,
    query: SemanticQuery,
    model: SemanticModel,
) -> Figure:
    column = columns[at]
    beside: dict[str, Floats] = {}
    exactly: dict[str, Cells] = {}
    for one in columns[at + 1 :]:
        if one.role not in ("previous", "change", "change_pct"):
            break
        beside[one.role] = _floats(table, one.name)
        exactly[one.role] = _cells(table, one.name, beside[one.role])
    words = measure_words(measure, query, model) if measure else lowered(column.label)
    values = _floats(table, column.name)
    cells = _cells(table, column.name, values)
    return Figure(
        column,
        measure,
        values,
        words,
        counted(measure, query, model),
        cells,
        _ranks(cells, values),
        beside.get("previous"),
        beside.get("change"),
        exactly.get("previous", ()),
        exactly.get("change", ()),
    )
