"""Reading a SemanticQuery back out of SQL.

    layers      the SELECT taken apart
    conditions  WHERE: filters, windows, grades
    measures    aggregates, metrics, transforms
    reading     the queries that it may be
    normal      one form of expressions that give the same values

A reading counts only when compiling it again gives the same SELECT. For the plain shapes (one
table, aggregates or rows) that is: the same table, columns, conditions and groups up to the order
of conditions, names, positions, BETWEEN, rounding and the like, and every sort key, HAVING and
LIMIT read. For every other shape the trees must be equal. Anything else is None.
"""

from __future__ import annotations

from collections.abc import Hashable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.errors import UserFixable
from core.semantic.borrowed import taken_back
from core.semantic.compile import canonical, compile_unjoined
from core.semantic.compile.trees import DIALECT
from core.semantic.model import SemanticModel
from core.semantic.query import Op, Order, SemanticQuery, TimeWindow
from core.semantic.recognise.conditions import read_where
from core.semantic.recognise.layers import Part, layers_of, limit_of, part_of, resolved, skip_of
from core.semantic.recognise.normal import normal, parts_of, unwrapped
from core.semantic.recognise.reading import queries_of

__all__ = ["recognise"]

_MAX_LENGTH = 20_000


def recognise(sql: str, model: SemanticModel) -> SemanticQuery | None:
    """The canonical query that the SQL says, or None when it says anything more or else."""
    if len(sql) > _MAX_LENGTH:
        return None
    try:
        trees = sqlglot.parse(sql, read=DIALECT)
        tree = trees[0] if len(trees) == 1 else None
        if not isinstance(tree, exp.Select):
            return None
        tree = taken_back(tree, model)
        if not isinstance(tree, exp.Select):
            return None
        part = part_of(tree, model)
        if part is not None and not tree.find(exp.Window) and not tree.find(exp.Subquery):
            return _plain(tree, part, model)
        return _built(tree, model)
    except (SqlglotError, UserFixable, ValueError, LookupError, AttributeError, TypeError):
        # SQL of any shape comes in here; whatever does not fit the reader is not recognised.
        return None


def _built(tree: exp.Select, model: SemanticModel) -> SemanticQuery | None:
    layers = layers_of(tree, model)
    if layers is None:
        return None
    for query in queries_of(layers, model):
        found = _canonical(query, model)
        if found is None:
            continue
        again = sqlglot.parse_one(compile_unjoined(found, model), read=DIALECT)
        if again == tree:
            return found
    return None


def _canonical(query: SemanticQuery, model: SemanticModel) -> SemanticQuery | None:
    try:
        found = canonical(query, model)
        compile_unjoined(found, model)
    except (UserFixable, ValueError):
        return None
    return found


def _plain(tree: exp.Select, part: Part, model: SemanticModel) -> SemanticQuery | None:
    select = resolved(tree, part)
    if select is None:
        return None
    part = Part(part.table, select, {c.alias: c.this for c in select.expressions})
    if len(part.columns) != len(select.expressions):
        return None
    has_figures = any(c.find(exp.AggFunc) for c in part.columns.values())
    if select.args.get("distinct"):
        if has_figures or select.args.get("group") or select.args["distinct"].args.get("on"):
            return None
        groups = [c.copy() for c in part.columns.values()]
        select.set("group", exp.Group(expressions=groups))
        select.set("distinct", None)
    if not has_figures and not select.args.get("group"):
        return _records(part, model)
    wanted = _essence(part)
    layers = layers_of(select, model)
    if layers is None:
        return None
    for query in queries_of(layers, model):
        found = _canonical(query, model)
        if found is None:
            continue
        again = sqlglot.parse_one(compile_unjoined(found, model), read=DIALECT)
        other = part_of(again, model)
        if other is None or not isinstance(again, exp.Select):
            continue
        meant = resolved(again, other)
        if meant is None:
            continue
        columns = {c.alias: c.this for c in meant.expressions}
        if _essence(Part(other.table, meant, columns)) == wanted:
            return found
    return None


def _essence(part: Part) -> Hashable:
    """What a plain SELECT shows, from which rows, by which groups."""
    table = part.table
    said = read_where(part.where, table, None)
    group = part.select.args.get("group")
    return (
        table.name,
        tuple(_ordered(normal(c, table)) for c in part.columns.values()),
        said.time,
        frozenset(
            (f.column, f.op, f.values if f.op is Op.BETWEEN else frozenset(f.values))
            for f in said.filters
        ),
        frozenset(said.rest),
        said.is_bad,
        frozenset(normal(g, table) for g in group.expressions) if group else frozenset(),
    )


def _ordered(tree: exp.Expr) -> exp.Expr:
    """The tree with the conditions of each CASE in one order."""
    holder = exp.Paren(this=tree)
    for node in list(holder.find_all(exp.If)):
        conditions = sorted(parts_of(node.this), key=lambda c: c.sql())
        joined = conditions[0]
        for condition in conditions[1:]:
            joined = exp.And(this=joined, expression=condition)
        node.set("this", joined)
    found: exp.Expr = holder.this
    return found.pop()


def _records(part: Part, model: SemanticModel) -> SemanticQuery | None:
    """Rows as they are: plain columns, filters, sort by columns, limit."""
    table, select = part.table, part.select
    columns = [unwrapped(c) for c in part.columns.values()]
    said = read_where(part.where, table, None)
    time = said.time
    if said.rest and time is None and table.time and table.time.production_date:
        said = read_where(part.where, table, "production")
        time = TimeWindow(None, None, "production")
    is_plain = all(isinstance(c, exp.Column) and c.name in table.columns for c in columns)
    if not is_plain or said.rest or said.other_time or select.args.get("having"):
        return None
    order: list[Order] = []
    keys = select.args["order"].expressions if select.args.get("order") else []
    for key in keys:
        name = unwrapped(key.this)
        if isinstance(name, exp.Case):
            continue
        if not isinstance(name, exp.Column) or name.name not in table.columns:
            return None
        order.append(Order("column", 0, bool(key.args.get("desc")), name.name))
    skip = skip_of(select)
    if skip and not keys:
        return None
    query = SemanticQuery(
        model=model.name,
        table=table.name,
        kind="records",
        fields=tuple(c.name for c in columns),
        filters=tuple(said.filters),
        time=time,
        order=tuple(order),
        limit=limit_of(select),
        skip=skip,
        readings="bad" if said.is_bad else "good",
    )
    return _canonical(query, model)
