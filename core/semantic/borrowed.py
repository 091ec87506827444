"""Columns that a table has through a many-to-one relation: the city of an order's store.

Each row of the many-side goes with one row of the one-side at most, so the one-side's splits can
split the many-side's figures. Its figures cannot be taken over: they would be counted once for each
row of the many-side. The one-side is grouped by its key before it is joined, so that no row is
ever counted twice, whatever its data hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from core.semantic.model import Column, Relation, SemanticModel, Table, Via

_ONE = "one"


def with_borrowed(model: SemanticModel) -> SemanticModel:
    """The model whose tables have the splits of the tables that they name one row of. A name that
    the table has already, or gets from two tables, is said with the other table's."""
    tables = dict(model.tables)
    for name, table in model.tables.items():
        found: dict[str, Column] = {}
        offered = list(_offered(table, model))
        for relation, column in offered:
            is_taken = column.name in table.columns or (
                sum(c.name == column.name for _, c in offered) > 1
            )
            made = _borrowed(relation, column, model.tables[relation.right], is_taken)
            if made.name not in table.columns:
                found.setdefault(made.name, made)
        if found:
            tables[name] = replace(table, columns={**table.columns, **found})
    return replace(model, tables=tables)


def _offered(table: Table, model: SemanticModel) -> Iterator[tuple[Relation, Column]]:
    """What may be taken over from each table that this one names a row of."""
    seen: set[str] = set()
    for relation in model.relations:
        if relation.kind != "many_to_one" or relation.left != table.name:
            continue
        if relation.right in seen or relation.right not in model.tables:
            continue  # two ways to one table: which one is meant, no name would say
        seen.add(relation.right)
        keys = {theirs for _, theirs in relation.pairs}
        for column in model.tables[relation.right].columns.values():
            if column.role in ("dimension", "text") and column.name not in keys and not column.via:
                yield relation, column


def _borrowed(relation: Relation, column: Column, right: Table, is_taken: bool) -> Column:
    via = Via(right.name, column.name, relation.pairs)
    if not is_taken:
        return replace(column, via=via)
    label = f"{right.entity.replace('_', ' ').capitalize()} {column.label.casefold()}"
    name = f"{right.name}_{column.name}"
    return replace(column, name=name, label=label, plural="", synonyms=(), via=via)


def joined_in(tree: exp.Expression, model: SemanticModel) -> exp.Expression:
    """The SELECT with each table whose borrowed columns it reads replaced by that table with them:
    `FROM t` by `FROM (SELECT t.a, one.b FROM t LEFT JOIN (... GROUP BY key) AS one ...) AS t`."""
    for select in list(tree.find_all(exp.Select)):
        source = select.args.get("from_")
        node = source.this if source is not None else None
        if not isinstance(node, exp.Table) or node.alias or select.args.get("joins"):
            continue
        table = model.tables.get(node.name)
        if table is None:
            continue
        used = [c for c in _columns_of(select) if c in table.columns]
        borrowed = [table.columns[c] for c in used if table.columns[c].via is not None]
        if borrowed:
            plain = [c for c in used if table.columns[c].via is None]
            node.replace(_with_them(table, plain, borrowed))
    return tree


def _columns_of(select: exp.Select) -> list[str]:
    """Names of the columns that a SELECT itself reads, in their order, each once."""
    own = (c for c in select.find_all(exp.Column) if c.find_ancestor(exp.Select) is select)
    return sorted({c.name for c in own})


def _with_them(table: Table, plain: list[str], borrowed: list[Column]) -> exp.Subquery:
    """The table with these of its own columns and these of others, under its own name."""
    sides = sorted({c.via.table for c in borrowed if c.via is not None})
    keys = {k for c in borrowed if c.via is not None for k, _ in c.via.pairs}
    read: list[exp.Expression] = [_column(name, table.name) for name in sorted({*plain, *keys})]
    for column in borrowed:
        assert column.via is not None
        read.append(
            exp.Alias(
                this=_column(column.name, _side(column.via.table)),
                alias=exp.to_identifier(column.name),
            )
        )
    inner = exp.Select(expressions=read).from_(exp.to_table(table.name), copy=False)
    for side in sides:
        columns = [c for c in borrowed if c.via is not None and c.via.table == side]
        inner = _join(inner, table, side, columns)
    return exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(table.name)))


def _join(inner: exp.Select, table: Table, side: str, columns: list[Column]) -> exp.Select:
    """The one-side, grouped by its key; the key is called as it is on the many-side."""
    first = columns[0].via
    assert first is not None
    read: list[exp.Expression] = []
    for mine, theirs in first.pairs:
        key = exp.column(theirs)
        read.append(key if mine == theirs else exp.Alias(this=key, alias=exp.to_identifier(mine)))
    for column in columns:
        assert column.via is not None
        read.append(
            exp.Alias(
                this=exp.Max(this=exp.column(column.via.column)),
                alias=exp.to_identifier(column.name),
            )
        )
    one = exp.Select(expressions=read).from_(exp.to_table(side), copy=False)
    one.set("group", exp.Group(expressions=[exp.column(theirs) for _, theirs in first.pairs]))
    same: exp.Expression | None = None
    for mine, _ in first.pairs:
        pair = exp.EQ(this=_column(mine, table.name), expression=_column(mine, _side(side)))
        same = pair if same is None else exp.And(this=same, expression=pair)
    alias = exp.TableAlias(this=exp.to_identifier(_side(side)))
    return inner.join(exp.Subquery(this=one, alias=alias), on=same, join_type="left", copy=False)


def _side(table: str) -> str:
    return f"{table}_{_ONE}"


def _column(name: str, table: str) -> exp.Column:
    return exp.column(name, table=table)


def taken_back(tree: exp.Expression, model: SemanticModel) -> exp.Expression:
    """The SELECT with what `joined_in` wrote taken back, where it is just that."""
    for node in list(tree.find_all(exp.Subquery)):
        table = model.tables.get(node.alias)
        select = node.parent_select
        if table is None or select is None or not isinstance(node.parent, exp.From):
            continue
        plain = exp.to_table(table.name)
        written = node.copy()
        node.replace(plain)
        probe = joined_in(exp.Select(expressions=[
            exp.column(c) for c in _columns_of(select)
        ]).from_(plain.copy()), model)  # fmt: skip
        source = probe.args["from_"].this
        if not isinstance(source, exp.Subquery) or source.sql() != written.sql():
            plain.replace(written)
    return tree


def doubles_sql(relation: Relation, model: SemanticModel) -> str:
    """SQL that gives a row where a key of the one-side stands more than once."""
    keys = [exp.column(theirs, quoted=True) for _, theirs in relation.pairs]
    found = (
        exp.select(*keys)
        .from_(exp.table_(model.tables[relation.right].name, quoted=True))
        .where(*(key.is_(exp.null()).not_() for key in keys))
        .group_by(*keys)
        .having(exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1)))
        .limit(1)
    )
    return found.sql("starrocks")
