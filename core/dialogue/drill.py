"""What may lie behind a figure: the splits by which a change is taken apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from core.dialogue.periods import neighbour
from core.dialogue.settle import settled
from core.language.reading import Ask
from core.language.time_phrases import ClockTime
from core.semantic.facts import DataFacts
from core.semantic.model import Column, SemanticModel
from core.semantic.query import (
    Comparison,
    Dimension,
    Filter,
    Measure,
    Op,
    Order,
    SemanticQuery,
    Transform,
)
from core.translation import gettext as _
from core.types import Clarification

#: Splits that are tried, and values of one at most.
_MOST_SPLITS: Final = 6
_MOST_VALUES: Final = 80


def total(query: SemanticQuery, pinned: Filter | None, clock: ClockTime) -> SemanticQuery:
    """The first figure of a query as one number, against what it was compared with, else the period
    before. pinned: the one group that is asked about. Raises Ask where there is no figure."""
    if query.kind == "records" or not query.measures:
        raise Ask(
            Clarification(_("There is no figure in the answer before that could have changed."))
        )
    measure = query.measures[0]
    if measure.transform is not Transform.NONE:
        measure = Measure(metric=measure.metric, agg=measure.agg, column=measure.column)
    comparison = query.comparison if query.comparison and query.comparison.window else None
    if comparison is None and query.time is not None and query.time.length is not None:
        window = neighbour(query.time, clock, "", is_after=False)
        comparison = Comparison("window", window, phrase="the period before")
    filters = tuple(f for f in query.filters if pinned is None or f.column != pinned.column)
    return query.with_(
        measures=(measure,),
        dimensions=(),
        filters=(*filters, pinned) if pinned is not None else filters,
        having=(),
        order=(),
        limit=None,
        per_group=False,
        comparison=comparison,
    )


def splits(query: SemanticQuery, model: SemanticModel, facts: DataFacts) -> tuple[str, ...]:
    """Columns by which a figure may be taken apart, most telling first: the reasons that the model
    keeps for it, then one level down in each hierarchy, then the shift."""
    table = model.tables[query.table]
    counts: dict[str, int] = {}
    for entry in facts.values:
        if entry.table == query.table:
            counts[entry.column] = counts.get(entry.column, 0) + 1
    fixed = {f.column for f in query.filters if f.op is Op.EQ}

    def is_open(name: str) -> bool:
        column = table.columns.get(name)
        if column is None or column.personal or name in fixed:
            return False
        return column.role == "dimension" and 1 < counts.get(name, 0) <= _MOST_VALUES

    reasons = reasons_of(query, model)
    levels = [_next_level(h.levels, fixed, is_open) for h in model.hierarchies]
    shift = table.time.shift if table.time else None
    found = [*reasons, *levels, shift or ""]
    return tuple(dict.fromkeys(n for n in found if n and is_open(n)))[:_MOST_SPLITS]


def reasons_of(query: SemanticQuery, model: SemanticModel) -> list[str]:
    """The columns that keep the reasons of a query's first figure."""
    measure = query.measures[0]
    names = {measure.metric, measure.column} - {None}
    return [c.name for c in model.tables[query.table].columns.values() if _is_reason(c, names)]


def _is_reason(column: Column, names: set[str | None]) -> bool:
    return bool(column.default_measure) and column.default_measure in names


def _next_level(levels: Sequence[str], fixed: set[str], is_open: Callable[[str], bool]) -> str:
    """The level under the lowest one that is fixed, or the first."""
    at = max((i for i, name in enumerate(levels) if name in fixed), default=-1)
    return next((name for name in levels[at + 1 :] if is_open(name)), "")


def split_by(query: SemanticQuery, column: str, model: SemanticModel) -> SemanticQuery:
    """The figure of each value of a column, the largest change first, or the largest figure where
    nothing is compared."""
    by: Order = Order("change" if query.comparison is not None else "measure", 0)
    split = query.with_(dimensions=(Dimension(column),), order=(by,))
    return settled(split, model)


def without(query: SemanticQuery, column: str, value: str, model: SemanticModel) -> SemanticQuery:
    """The figure over all but one value of a column."""
    return settled(query.with_(filters=(*query.filters, Filter(column, Op.NE, (value,)))), model)
