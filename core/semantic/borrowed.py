"""SQL that joins in the columns that a table has by many-to-one relations (`ways`), and that
reckons those which are reckoned from others of their row.

Each table on the way is grouped by its key before it is joined, so that no row is ever counted
twice, whatever its data hold; a row that goes with none keeps counting, without a value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from core.semantic.model import Column, Relation, SemanticModel, Table
from core.semantic.reckoned import reckoned
from core.semantic.ways import Way

_ONE = "one"


def joined_in(tree: exp.Expression, model: SemanticModel) -> exp.Expression:
    """The SELECT with each table whose borrowed or reckoned columns it reads replaced by that table
    with them:
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
        figures = [table.columns[c] for c in used if table.columns[c].expression]
        if borrowed or figures:
            plain = [c for c in used if c in table.own]
            node.replace(_with_them(table, plain, borrowed, figures))
    return tree


def _columns_of(select: exp.Select) -> list[str]:
    """Names of the columns that a SELECT itself reads, in their order, each once."""
    own = (c for c in select.find_all(exp.Column) if c.find_ancestor(exp.Select) is select)
    return sorted({c.name for c in own})


@dataclass(slots=True)
class _Side:
    """The end of a way as one row for each key. alias: what the join calls it; columns: those that
    are taken from it; onward: its columns by which further ways go on, and what each is called."""

    way: Way
    alias: str
    columns: list[Column] = field(default_factory=list)
    onward: dict[str, str] = field(default_factory=dict)


def _with_them(
    table: Table, plain: list[str], borrowed: list[Column], figures: list[Column]
) -> exp.Subquery:
    """The table with these of its own columns, these of others and these that are reckoned, under
    its own name."""
    sides = _sides(table, borrowed)
    keys = {mine for way in sides if len(way) == 1 for mine, _ in way[0].pairs}
    read: list[exp.Expression] = [_column(name, table.name) for name in sorted({*plain, *keys})]
    for column in borrowed:
        assert column.via is not None
        held = _column(column.name, sides[column.via.steps].alias)
        read.append(exp.Alias(this=held, alias=exp.to_identifier(column.name)))
    for column in figures:
        held_as = exp.to_identifier(column.name)
        read.append(exp.Alias(this=reckoned(column, table.name), alias=held_as))
    inner = exp.Select(expressions=read).from_(exp.to_table(table.name), copy=False)
    for way, side in sides.items():
        before = sides.get(way[:-1])
        inner = _join(inner, side, before.alias if before else table.name, _names(way, sides))
    return exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(table.name)))


def _sides(table: Table, borrowed: Iterable[Column]) -> dict[Way, _Side]:
    """Every way that is gone for these columns, each after the one that it goes on from."""
    columns: dict[Way, list[Column]] = {}
    for column in borrowed:
        assert column.via is not None
        steps = column.via.steps
        for length in range(1, len(steps) + 1):
            columns.setdefault(steps[:length], [])
        columns[steps].append(column)
    sides: dict[Way, _Side] = {}
    taken = {table.name}
    for way in sorted(columns, key=_order):
        alias = _free(f"{way[-1].table}_{_ONE}", taken)
        taken.add(alias)
        sides[way] = _Side(way, alias, columns[way])
    names = {column.name for column in borrowed}
    for way in sides:
        if len(way) > 1:
            _lead_on(sides[way[:-1]], way, names | set(_names(way[:-1], sides).values()))
    return sides


def _order(way: Way) -> tuple[object, ...]:
    return len(way), tuple(step.table for step in way), tuple(step.pairs for step in way)


def _lead_on(side: _Side, way: Way, taken: set[str]) -> None:
    """Hand on the columns by which a way goes on from a side."""
    keys = {theirs for _, theirs in side.way[-1].pairs}
    for mine, _ in way[-1].pairs:
        if mine not in keys and mine not in side.onward:
            side.onward[mine] = _free(mine, taken | set(side.onward.values()))


def _names(way: Way, sides: dict[Way, _Side]) -> dict[str, str]:
    """What each key of a way's end is called: as it is where the way comes from."""
    *before, last = way
    if not before:
        return {theirs: mine for mine, theirs in last.pairs}
    side = sides[tuple(before)]
    known = {**_names(side.way, sides), **side.onward}
    return {theirs: known[mine] for mine, theirs in last.pairs}


def _free(name: str, taken: set[str]) -> str:
    n = 2
    found = name
    while found in taken:
        found, n = f"{name}_{n}", n + 1
    return found


def _join(inner: exp.Select, side: _Side, before: str, names: dict[str, str]) -> exp.Select:
    """The side, grouped by its key, beside the source that names its rows."""
    read: list[exp.Expression] = []
    for theirs, name in names.items():
        key = exp.column(theirs)
        read.append(key if name == theirs else exp.Alias(this=key, alias=exp.to_identifier(name)))
    held = [(c.via.column, c.name) for c in side.columns if c.via is not None]
    for column, name in [*held, *side.onward.items()]:
        one = exp.Max(this=exp.column(column))
        read.append(exp.Alias(this=one, alias=exp.to_identifier(name)))
    grouped = exp.Select(expressions=read).from_(exp.to_table(side.way[-1].table), copy=False)
    grouped.set("group", exp.Group(expressions=[exp.column(theirs) for theirs in names]))
    same: exp.Expression | None = None
    for name in names.values():
        pair = exp.EQ(this=_column(name, before), expression=_column(name, side.alias))
        same = pair if same is None else exp.And(this=same, expression=pair)
    alias = exp.TableAlias(this=exp.to_identifier(side.alias))
    return inner.join(
        exp.Subquery(this=grouped, alias=alias), on=same, join_type="left", copy=False
    )


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
