"""A metric's condition as a filter of a query."""

from __future__ import annotations

from core.semantic.model import Metric
from core.semantic.query import Filter, Op


def condition_filter(metric: Metric) -> Filter | None:
    """The filter that a simple metric condition states: `x IS NULL`, `x = 'text'`; None for one
    that says more."""
    text = (metric.condition or "").strip()
    parts = text.split()
    if len(parts) == 3 and text.upper().endswith(" IS NULL"):
        return Filter(parts[0], Op.IS_NULL)
    if " = '" in text and text.endswith("'") and text.count("'") == 2:
        column, value = text.split(" = ", 1)
        return Filter(column.strip(), Op.EQ, (value.strip("'"),))
    return None
