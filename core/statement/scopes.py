"""A statement taken apart for the rules: its SELECTs, what each reads, and where a column is from.

Nothing here judges or refuses: a name that the model does not know has no origin, and rules leave
it alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from core.semantic.model import Column, SemanticModel, Table
from core.statement.trees import SETS, aggregates_in, arms_of, bare, limit_of, value_of

Place = Literal["root", "with", "derived", "subquery"]


#: Groups of several depths at once.
GROUPINGS = (exp.Rollup, exp.Cube, exp.GroupingSets)


@dataclass(frozen=True, slots=True)
class Origin:
    """A column of the model that a value comes from unchanged."""

    table: Table
    column: Column


@dataclass(slots=True)
class Source:
    """Something in FROM. table: of the model; arms: the SELECTs behind a WITH query or a
    subquery; both empty for a table that the model does not know. join: None for the first."""

    name: str
    node: exp.Expr
    table: Table | None = None
    arms: tuple[Scope, ...] = ()
    columns: tuple[str, ...] = ()  # names given to a WITH query's columns
    join: exp.Join | None = None
    is_nullable: bool = False  # an outer join may fill its columns with NULL


@dataclass(slots=True)
class Scope:
    """One SELECT. place: where its rows go; name: of its WITH query or subquery; is_arm: one of
    several SELECTs of a set operation."""

    select: exp.Select
    place: Place
    name: str = ""
    is_arm: bool = False
    outer: Scope | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    _origins: dict[tuple[str, str], Origin | None] = field(default_factory=dict)
    _outputs: dict[str, str] | None = None
    _aggregates: list[exp.Expr] | None = None

    # -- names ----------------------------------------------------------------------------------

    def owner(self, column: exp.Column) -> Source | None:
        """The source in this SELECT that a column belongs to."""
        qualifier = column.text("table").casefold()
        if qualifier:
            return self.sources.get(qualifier)
        sources = list(self.sources.values())
        if len(sources) == 1:
            return sources[0]
        key = column.name.casefold()
        return next((s for s in sources if key in outputs_of(s)), None)

    def origin(self, node: exp.Expr | None) -> Origin | None:
        """The model's column behind a plain column, through subqueries and WITH queries."""
        node = bare(node)
        if not isinstance(node, exp.Column) or isinstance(node.this, exp.Star):
            return None
        source = self.owner(node)
        if source is None:
            return self.outer.origin(node) if self.outer is not None else None
        return self._origin_in(source, node.name.casefold())

    def _origin_in(self, source: Source, key: str) -> Origin | None:
        if source.table is not None:
            column = column_named(source.table, key)
            return Origin(source.table, column) if column is not None else None
        known = (source.name.casefold(), key)
        if known not in self._origins:
            found = [scope.origin(item) for item, scope in definitions(source, key)]
            same = bool(found) and all(o == found[0] for o in found)
            self._origins[known] = found[0] if same else None
        return self._origins[known]

    def behind(self, node: exp.Expr | None) -> list[tuple[exp.Expr, Scope]]:
        """The expressions that a column of a subquery or WITH query stands for, one for each
        SELECT of it; none for a column of a table."""
        node = bare(node)
        if not isinstance(node, exp.Column):
            return []
        source = self.owner(node)
        return definitions(source, node.name.casefold()) if source is not None else []

    # -- clauses --------------------------------------------------------------------------------

    @property
    def where(self) -> exp.Expr | None:
        clause = self.select.args.get("where")
        return clause.this if clause is not None else None

    @property
    def group(self) -> exp.Group | None:
        group = self.select.args.get("group")
        return group if isinstance(group, exp.Group) else None

    def items(self) -> list[tuple[str, exp.Expr]]:
        """(name, expression) of the SELECT list."""
        return [(item.alias_or_name, value_of(item)) for item in self.select.expressions]

    def aliases(self) -> dict[str, exp.Expr]:
        """Folded name -> expression of what the SELECT list gives a name of its own."""
        return {
            item.alias.casefold(): item.this
            for item in self.select.expressions
            if isinstance(item, exp.Alias)
        }

    def group_keys(self) -> list[exp.Expr]:
        """What it groups by, positions and names of the SELECT list resolved."""
        group = self.group
        if group is None:
            return []
        keys: list[exp.Expr] = []
        for key in group.iter_expressions():
            parts = key.find_all(exp.Column) if isinstance(key, GROUPINGS) else (key,)
            keys += [self._resolved(part) for part in parts]
        return keys

    def _resolved(self, key: exp.Expr) -> exp.Expr:
        if isinstance(key, exp.Literal) and not key.is_string:
            at = int(key.name) - 1 if key.name.isdecimal() else -1
            items = self.select.expressions
            return value_of(items[at]) if 0 <= at < len(items) else key
        if isinstance(key, exp.Column) and not key.table and self.owner_of_name(key) is None:
            return self.aliases().get(key.name.casefold(), key)
        return key

    def owner_of_name(self, column: exp.Column) -> Source | None:
        """The source that surely has a column of that name."""
        key = column.name.casefold()
        return next((s for s in self.sources.values() if key in outputs_of(s)), None)

    def aggregates(self) -> list[exp.Expr]:
        """Aggregates of the SELECT list, HAVING and ORDER BY, outside windows and subqueries."""
        if self._aggregates is None:
            parts = [*self.select.expressions]
            parts += [self.select.args[n] for n in ("having", "order") if self.select.args.get(n)]
            self._aggregates = [one for part in parts for one in aggregates_in(part)]
        return list(self._aggregates)

    def joins(self) -> list[exp.Join]:
        return list(self.select.args.get("joins") or ())

    def outputs(self) -> dict[str, str]:
        """Folded name -> name of the columns that it gives, a `*` written out."""
        if self._outputs is None:
            self._outputs = {}
            for item in self.select.expressions:
                if item.is_star:
                    for inner in starred(item, self):
                        self._outputs |= outputs_of(inner)
                elif item.alias_or_name:
                    self._outputs[item.alias_or_name.casefold()] = item.alias_or_name
        return self._outputs

    def is_single_row(self) -> bool:
        """Whether it gives one row at most: aggregates without groups, or LIMIT 1."""
        limit = limit_of(self.select)
        return limit == 1 or (self.group is None and bool(self.aggregates()))


@dataclass(slots=True)
class Statement:
    """A whole statement. scopes: its SELECTs, those that feed others first; last: the newest
    moment in the data; visible: table -> columns that the reader may see, None for all."""

    tree: exp.Expr
    model: SemanticModel
    last: dt.datetime | None = None
    visible: Mapping[str, frozenset[str]] | None = None
    scopes: list[Scope] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._query(self.tree, {}, None, "root", "")

    def _query(
        self,
        node: exp.Expr,
        ctes: Mapping[str, tuple[Scope, ...]],
        outer: Scope | None,
        place: Place,
        name: str,
    ) -> tuple[Scope, ...]:
        while isinstance(node, exp.Subquery):
            node = node.this
        ctes = self._with(node, ctes)
        if isinstance(node, SETS):
            arms: list[Scope] = []
            for arm in arms_of(node):
                arms += self._query(arm, ctes, outer, place, name)
            for scope in arms:
                scope.is_arm = True
            return tuple(arms)
        if not isinstance(node, exp.Select):
            return ()
        return (self._select(node, ctes, outer, place, name),)

    def _with(
        self, node: exp.Expr, ctes: Mapping[str, tuple[Scope, ...]]
    ) -> Mapping[str, tuple[Scope, ...]]:
        clause = node.args.get("with_")
        if clause is None:
            return ctes
        known = dict(ctes)
        for cte in clause.expressions:
            known[cte.alias.casefold()] = self._query(cte.this, known, None, "with", cte.alias)
        return known

    def _select(
        self,
        node: exp.Select,
        ctes: Mapping[str, tuple[Scope, ...]],
        outer: Scope | None,
        place: Place,
        name: str,
    ) -> Scope:
        scope = Scope(node, place, name, outer=outer)
        clause = node.args.get("from_")
        if clause is not None:
            self._source(scope, clause.this, ctes, None)
        for join in scope.joins():
            self._source(scope, join.this, ctes, join)
        _mark_nullable(scope)
        for inner in _subqueries(node):
            self._query(inner, ctes, scope, "subquery", "")
        self.scopes.append(scope)
        return scope

    def _source(
        self,
        scope: Scope,
        node: exp.Expr,
        ctes: Mapping[str, tuple[Scope, ...]],
        join: exp.Join | None,
    ) -> None:
        name = node.alias_or_name
        source = Source(name, node, join=join)
        if isinstance(node, exp.Subquery):
            source.arms = self._query(node.this, ctes, None, "derived", name)
        elif isinstance(node, exp.Table):
            key = node.name.casefold()
            if key in ctes:
                source.arms = ctes[key]
                source.columns = _renames(node, key)
            else:
                source.table = table_named(self.model, key)
        scope.sources.setdefault(name.casefold(), source)


def _renames(node: exp.Table, key: str) -> tuple[str, ...]:
    """The column names of `WITH x(a, b) AS`, for a reference to x."""
    at: exp.Expr | None = node
    while at is not None:
        clause = at.args.get("with_")
        for cte in clause.expressions if clause is not None else ():
            if cte.alias.casefold() == key:
                return tuple(c.name for c in cte.args["alias"].args.get("columns") or ())
        at = at.parent
    return ()


def _mark_nullable(scope: Scope) -> None:
    before: list[Source] = []
    for source in scope.sources.values():
        side = source.join.side.upper() if source.join is not None else ""
        if side in ("LEFT", "FULL"):
            source.is_nullable = True
        if side in ("RIGHT", "FULL"):
            for earlier in before:
                earlier.is_nullable = True
        before.append(source)


def _subqueries(select: exp.Select) -> Iterator[exp.Expr]:
    """Queries inside the SELECT's expressions, outermost only; not those of FROM and WITH."""
    stack: list[exp.Expr] = []
    for name, value in select.args.items():
        if name in ("from_", "with_"):
            continue
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, exp.Join):
                stack += [c for k, c in child.args.items() if k != "this" and _is_tree(c)]
            elif isinstance(child, exp.Expr):
                stack.append(child)
    while stack:
        node = stack.pop(0)
        if isinstance(node, exp.Query):
            yield node
        else:
            stack[:0] = list(node.iter_expressions())


def _is_tree(value: object) -> bool:
    return isinstance(value, exp.Expr)


# -- where columns are from ------------------------------------------------------------------------


def definitions(source: Source, key: str) -> list[tuple[exp.Expr, Scope]]:
    """What a column of a subquery is, in each of its SELECTs."""
    found: list[tuple[exp.Expr, Scope]] = []
    names = [n.casefold() for n in source.columns]
    first = source.arms[0].select.expressions if source.arms else []
    names = names or [item.alias_or_name.casefold() for item in first]
    star = any(item.is_star for item in first)
    for scope in source.arms:
        if star:
            found += _through_star(scope, key)
        elif key in names and names.index(key) < len(scope.select.expressions):
            found.append((value_of(scope.select.expressions[names.index(key)]), scope))
    return found


def _through_star(scope: Scope, key: str) -> list[tuple[exp.Expr, Scope]]:
    for name, value in scope.items():
        if name.casefold() == key:
            return [(value, scope)]
    if any(key in outputs_of(source) for source in scope.sources.values()):
        return [(exp.column(key), scope)]
    return []


def outputs_of(source: Source) -> dict[str, str]:
    """Folded name -> name of the columns that a source gives."""
    if source.table is not None:
        return {name.casefold(): name for name in source.table.own}
    if source.columns:
        return {name.casefold(): name for name in source.columns}
    return source.arms[0].outputs() if source.arms else {}


def starred(item: exp.Expr, scope: Scope) -> list[Source]:
    """The sources whose columns a `*` or `x.*` stands for."""
    qualifier = item.text("table").casefold() if isinstance(item, exp.Column) else ""
    if qualifier:
        return [s for s in (scope.sources.get(qualifier),) if s is not None]
    return list(scope.sources.values())


def table_named(model: SemanticModel, key: str) -> Table | None:
    """The model's table of that name, whatever its case."""
    return next((t for n, t in model.tables.items() if n.casefold() == key.casefold()), None)


def column_named(table: Table, key: str) -> Column | None:
    """The column that a table holds under that name, whatever its case."""
    return next((c for n, c in table.own.items() if n.casefold() == key.casefold()), None)
