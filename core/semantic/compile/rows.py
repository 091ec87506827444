"""Single rows of a table: fields, filters, order, limit."""

from __future__ import annotations

from sqlglot import exp

from core.semantic.compile.grouped import axis_of
from core.semantic.compile.names import require_column, table_of
from core.semantic.compile.predicates import filter_condition, other_readings, window_conditions
from core.semantic.compile.trees import column, conjunction, cut_off
from core.semantic.model import SemanticModel, Table
from core.semantic.query import SemanticQuery


def fields_of(q: SemanticQuery, table: Table) -> tuple[str, ...]:
    """The columns shown: those named, else the table's own choice, else all of them."""
    return q.fields or table.default_fields or tuple(table.columns)


def tie_breaks(table: Table, model: SemanticModel) -> tuple[str, ...]:
    """Columns that put rows in order after the query's own: the table's own time, then the
    entity."""
    found = [table.own_time.timestamp] if table.own_time else []
    if model.entity and model.entity in table.columns:
        found.append(model.entity)
    return tuple(found)


def records(q: SemanticQuery, model: SemanticModel) -> exp.Expression:
    """The SELECT of rows as they are; every grade of reading is shown unless `bad` is asked."""
    table = table_of(model, q.table)
    fields = [column(require_column(table, name)) for name in fields_of(q, table)]
    select = exp.Select(expressions=fields).from_(exp.to_table(table.name), copy=False)
    conditions = window_conditions(q.time, table)
    conditions += [filter_condition(f, table, axis_of(q)) for f in q.filters]
    if q.readings == "bad":
        conditions.append(other_readings(table))
    where = conjunction(conditions)
    if where is not None:
        select.set("where", exp.Where(this=where))
    keys: dict[str, bool] = {}
    for order in q.order:
        if order.by != "column" or order.column is None:
            raise ValueError("rows are sorted by their columns")
        keys.setdefault(require_column(table, order.column), order.descending)
    for name in tie_breaks(table, model):
        keys.setdefault(name, False)
    if keys:
        select.set("order", exp.Order(expressions=_sorted(keys, table)))
    cut_off(select, q.limit, q.skip)
    return select


def _sorted(keys: dict[str, bool], table: Table) -> list[exp.Expression]:
    """Sort keys; a measure's rows without a value come last in either direction."""
    found: list[exp.Expression] = []
    for name, descending in keys.items():
        if not descending and table.columns[name].role == "measure":
            missing = exp.Is(this=column(name), expression=exp.Null())
            last = exp.Case(
                ifs=[exp.If(this=missing, true=exp.Literal.number(1))],
                default=exp.Literal.number(0),
            )
            found.append(exp.Ordered(this=last, nulls_first=True))
        found.append(
            exp.Ordered(this=column(name), desc=descending or None, nulls_first=not descending)
        )
    return found
