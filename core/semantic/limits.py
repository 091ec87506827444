"""Which of a model's limits hold for all rows of a result."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from core.semantic.display import is_level
from core.semantic.model import Limit, SemanticModel
from core.semantic.query import Agg, Measure, Op, SemanticQuery
from core.semantic.said import said
from core.semantic.units import UnitError, convert

#: A metric that is nothing but a level of one column.
_ONE_COLUMN = re.compile(r"\s*(?:AVG|MIN|MAX)\(\s*(\w+)\s*\)\s*", re.IGNORECASE)

Known = Mapping[str, Collection[str]]


def limited_column(measure: Measure, model: SemanticModel) -> str | None:
    """The column whose limits apply to a measure, None when none can."""
    if measure.metric is not None:
        metric = model.metrics.get(measure.metric)
        one = _ONE_COLUMN.fullmatch(metric.expression or "") if metric else None
        if one is None or not is_level(Measure(agg=Agg.AVG, transform=measure.transform)):
            return None
        return one.group(1)
    return measure.column if is_level(measure) else None


def values_in(query: SemanticQuery) -> dict[str, frozenset[str]]:
    """Column -> the only values that its rows can have, by the query's filters."""
    found: dict[str, frozenset[str]] = {}
    for one in query.filters:
        if one.op in (Op.EQ, Op.IN):
            values = frozenset(str(v) for v in one.values)
            found[one.column] = found[one.column] & values if one.column in found else values
    return found


def shared_limits(
    measure: Measure,
    query: SemanticQuery,
    model: SemanticModel,
    *,
    unit: str | None,
    known: Known | None = None,
) -> tuple[Limit, ...]:
    """Limits that hold for every row of the result, lowest first, each value in `unit`.

    known: column -> the values that the rows have, where the result or the data tell more than the
    filters. A limit with a condition counts only when all rows are known to meet it.
    """
    column = limited_column(measure, model)
    if column is None:
        return ()
    table = model.tables.get(measure.table or query.table)
    if table is None or column not in table.columns:
        return ()
    own_unit = table.columns[column].unit
    values: dict[str, Collection[str]] = {**(known or {}), **values_in(query)}
    found = []
    for limit in said(model).limits:
        if limit.column != column or not all(
            set(values.get(name, ())) == {value} for name, value in limit.applies.items()
        ):
            continue
        value = limit.value
        if unit != own_unit:
            if unit is None or own_unit is None:
                continue
            try:
                value = convert(value, own_unit, unit)
            except UnitError:
                continue
        found.append(
            Limit(limit.column, value, limit.label, limit.source, limit.severity, limit.applies)
        )
    return tuple(sorted(found, key=lambda limit: limit.value))
