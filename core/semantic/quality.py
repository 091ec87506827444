"""Whether the quality of readings matters to a query."""

from __future__ import annotations

from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.semantic.wording import table_of


def minds_quality(query: SemanticQuery, model: SemanticModel) -> bool:
    """Whether a figure of the query takes good readings only unless told otherwise."""
    for one in query.measures:
        if one.metric is not None:
            metric = model.metrics.get(one.metric)
            if metric is not None and metric.needs_good:
                return True
            continue
        table = table_of(query, model, one.table)
        names = [one.column, *(f.column for f in one.where)]
        for name in names:
            column = table.columns.get(name or "") if table else None
            if column is not None and column.needs_good:
                return True
    return False
