"""A model as far as somebody may see it, so that what is not visible is not there to be named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from core.semantic.compile.trees import parsed
from core.semantic.model import Metric, SemanticModel, Table


def narrowed(model: SemanticModel, visible: Mapping[str, frozenset[str]]) -> SemanticModel:
    """The model without the tables and columns that are not in `visible` (names of columns, by
    table), and without every metric, state, limit and relation that rests on one of them."""
    tables = {n: _table(t, visible[n]) for n, t in model.tables.items() if n in visible}
    metrics = {m.name: m for m in model.metrics.values() if _is_metric_of(m, tables, model, ())}
    first = next(iter(tables), "")
    names = {name for table in tables.values() for name in table.columns}
    return replace(
        model,
        tables=tables,
        metrics=metrics,
        default_table=model.default_table if model.default_table in tables else first,
        hierarchies=tuple(
            replace(h, levels=tuple(level for level in h.levels if level in names))
            for h in model.hierarchies
        ),
        relations=tuple(
            r
            for r in model.relations
            if r.left in tables
            and r.right in tables
            and all(
                mine in tables[r.left].columns and theirs in tables[r.right].columns
                for mine, theirs in r.pairs
            )
        ),
        limits=tuple(
            limit for limit in model.limits if {limit.column, *limit.applies.keys()} <= names
        ),
        entity=model.entity if model.entity in names else None,
        suggestions=(),
    )


def _table(table: Table, columns: frozenset[str]) -> Table:
    """Without its time where the column of that is not visible."""
    time = table.time if table.time is not None and table.time.timestamp in columns else None
    return replace(
        table,
        columns={n: c for n, c in table.columns.items() if n in columns},
        time=time,
        times=tuple(axis for axis in table.times if axis.timestamp in columns),
        default_fields=tuple(n for n in table.default_fields if n in columns),
        states=tuple(s for s in table.states if s.column in columns),
        key=table.key if columns.issuperset(table.key) else (),
    )


def _is_metric_of(
    metric: Metric, tables: Mapping[str, Table], model: SemanticModel, above: tuple[str, ...]
) -> bool:
    """Whether all columns that the metric reads are there; `above`: metrics that it is part of."""
    if metric.formula is not None:
        parts = {column.name for column in parsed(metric.formula).find_all(exp.Column)}
        inside = (*above, metric.name)
        return all(
            name in model.metrics
            and name not in inside
            and _is_metric_of(model.metrics[name], tables, model, inside)
            for name in parts
        )
    if metric.table not in tables:
        return False
    texts = [text for text in (metric.expression, metric.condition) if text]
    read = {column.name for text in texts for column in parsed(text).find_all(exp.Column)}
    return read <= tables[metric.table].columns.keys()
