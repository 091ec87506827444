"""What every choice of a chart looks at, and what keeps a chart readable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from core.charts.shape import Shape, Split, axis_unit
from core.charts.words import joined, say
from core.semantic.display import column_measures
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, SemanticQuery
from core.types import ChartSpec, ResultColumn

#: Lines that an eye can follow in one picture, and bars that it can compare.
MAX_SERIES = 8
MAX_BARS = 30
MAX_SLICES = 8


@dataclass(frozen=True, slots=True)
class Case:
    """What a choice looks at. table: the rows."""

    shape: Shape
    query: SemanticQuery | None
    model: SemanticModel
    columns: tuple[ResultColumn, ...]
    table: pa.Table
    truncated: bool
    are_far_apart: bool

    @property
    def measure(self) -> ResultColumn:
        return self.shape.measures[0]

    @property
    def is_whole(self) -> bool:
        """Whether the rows are all groups that there are, and not the first or some of them."""
        query = self.query
        if self.truncated or (query is not None and query.having):
            return False
        return query is None or query.limit is None or self.shape.rows < query.limit


def kpi(case: Case) -> ChartSpec:
    """The figures of one row, at most four."""
    return ChartSpec("kpi", "", y=tuple(m.name for m in case.shape.measures[:4]))


def with_previous(case: Case) -> tuple[str, ...]:
    """The first figure that is compared, and what it is compared with."""
    name = next(n for n, found in case.shape.companions.items() if "previous" in found)
    return name, case.shape.companions[name]["previous"].name


def by_unit(measures: Sequence[ResultColumn]) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Names for the first and the second axis, and whether that was all of them."""
    units = list(dict.fromkeys(axis_unit(m) for m in measures))
    first = tuple(m.name for m in measures if axis_unit(m) == units[0])
    second = tuple(m.name for m in measures if len(units) > 1 and axis_unit(m) == units[1])
    return first, second, len(units) <= 2


def percentiles(case: Case) -> tuple[str, ...]:
    """The figures, in rising order of rank, when they are a column's quartiles and more."""
    measures = column_measures(case.columns, case.query)
    ranks: dict[float, str] = {}
    of: set[str | None] = set()
    for column, measure in zip(case.columns, measures, strict=True):
        if measure is None:
            continue
        rank = {Agg.MIN: 0.0, Agg.MAX: 1.0, Agg.PERCENTILE: measure.percentile}.get(
            measure.agg or Agg.AVG
        )
        if rank is None:
            return ()
        of.add(measure.column)
        ranks[rank] = column.name
    if len(of) != 1 or not {0.25, 0.5, 0.75} <= set(ranks):
        return ()
    return tuple(ranks[rank] for rank in sorted(ranks))


def more(case: Case, shown: Sequence[str] | None = None) -> str:
    """A note when some figures are only in the table."""
    drawn = shown or (case.measure.name,)
    if len(case.shape.measures) <= len(drawn):
        return ""
    labels = [m.label for m in case.shape.measures if m.name in drawn]
    return say("more_measures", shown=joined(labels))


def cut(
    case: Case, spec: ChartSpec, split: Split, *, can_sum: bool = True, limit: int = MAX_BARS
) -> ChartSpec:
    """Keep as many categories as can be read."""
    return _kept(case, spec, split, limit, can_sum=can_sum)


def topped(case: Case, spec: ChartSpec, split: Split) -> ChartSpec:
    """Keep as many series as can be told apart."""
    return _kept(case, spec, split, MAX_SERIES, can_sum=True)


def _kept(case: Case, spec: ChartSpec, split: Split, limit: int, *, can_sum: bool) -> ChartSpec:
    if split.count <= limit:
        return spec
    note = [spec.note] if spec.note else []
    if can_sum and case.measure.additive and not case.truncated:
        kept, other = limit - 1, say("other")
        note.append(say("rest_summed", kept=kept, all=split.count, other=other))
        return replace(spec, top_n=kept, other_label=other, note=" ".join(note))
    is_low = case.measure.direction == "higher" and not case.measure.additive
    which = say("lowest" if is_low else "highest")
    note.append(say("rest_dropped", kept=limit, which=which, all=split.count))
    return replace(spec, top_n=limit, other_label="", note=" ".join(note))
