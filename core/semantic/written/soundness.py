"""Whether a query that was read can be compiled, and means something."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core.errors import UserFixable
from core.semantic.columns import describe
from core.semantic.compile import compile_query
from core.semantic.model import SemanticModel
from core.semantic.query import (
    AUTO_WIDTH,
    Agg,
    Anchor,
    Measure,
    SemanticQuery,
    TimeWindow,
)
from core.semantic.units import is_ucum, same_dimension
from core.semantic.written.fields import shown, unfit

#: Stands for the moment that an anchor's event will have.
_MOMENT = dt.datetime(2000, 1, 31, 13, 10)


def check(query: SemanticQuery, model: SemanticModel) -> None:
    """ModelFixable where the query cannot be compiled, or would say what it does not mean."""
    _check_repeats(query)
    _check_bins(query)
    _check_compiles(_resolved(query), model)
    if query.anchor is not None:
        moment = Measure(agg=Agg.LAST_TIME)
        lookup = SemanticQuery(
            query.model, query.anchor.table, measures=(moment,), filters=query.anchor.filters
        )
        _check_compiles(lookup, model, "anchor")
    _check_units(query, model)


def _check_repeats(query: SemanticQuery) -> None:
    for name, items in (("by", query.dimensions), ("fields", query.fields)):
        if len(set(items)) < len(items):
            raise unfit(name, "the same stands in it twice.")


def _check_bins(query: SemanticQuery) -> None:
    """The width that fits is found from the least and greatest value of all rows."""
    automatic = [d for d in query.dimensions if d.bin_width == AUTO_WIDTH]
    if len(automatic) > 1 or (automatic and (query.comparison or query.having)):
        raise unfit("by", "'bin': 'auto' stands once, without 'compare' and 'having'. Give widths.")


def _check_compiles(query: SemanticQuery, model: SemanticModel, path: str = "") -> None:
    try:
        compile_query(query, model)
        describe(query, model)
    except UserFixable as error:
        raise unfit(path, str(error)) from error


def _resolved(query: SemanticQuery) -> SemanticQuery:
    """As it will be once its anchor and its bins are."""
    dimensions = tuple(
        replace(d, bin_width=1.0) if d.bin_width == AUTO_WIDTH else d for d in query.dimensions
    )
    query = query.with_(dimensions=dimensions)
    if query.anchor is None:
        return query
    return query.with_(anchor=None, time=_around(query.anchor, query.time))


def _around(anchor: Anchor, window: TimeWindow | None) -> TimeWindow:
    low, high = (window.start, window.end) if window else (None, None)
    if anchor.relation == "before":
        return TimeWindow(_MOMENT - anchor.span if anchor.span else low, _MOMENT)
    return TimeWindow(_MOMENT, _MOMENT + anchor.span if anchor.span else high)


def _check_units(query: SemanticQuery, model: SemanticModel) -> None:
    """Figures are shown in one unit that was asked for, and only where it measures the same."""
    wanted = {m.unit for m in query.measures if m.unit is not None}
    if not wanted:
        return
    columns = [c for c in describe(_resolved(query), model) if c.role == "measure"]
    for k, (measure, column) in enumerate(zip(query.measures, columns, strict=True)):
        if measure.unit is None:
            continue
        path = f"measures[{k}].unit"
        if not is_ucum(measure.unit):
            raise unfit(path, f"{shown(measure.unit)} is no UCUM code of a unit.")
        if column.unit is None or not same_dimension(column.unit, measure.unit):
            own = f"in {column.unit}" if column.unit else "without a unit"
            raise unfit(path, f"the figure is {own}, which cannot be shown in {measure.unit!r}.")
    if len(wanted) > 1:
        raise unfit("measures", "all figures are shown in one unit: give a single 'unit'.")
