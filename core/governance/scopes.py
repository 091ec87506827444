"""Names resolved by scope, `*` written out, joins checked, tables replaced (rules Q5-Q8, JOIN).

A table's name means what its scope says: a WITH query of an enclosing SELECT, else a table of the
model, else nothing. WITH queries may not carry a table's name, so the two can never be confused by
an engine that resolves them in another order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from sqlglot import exp

from core.errors import nearest
from core.governance.columns import expand_stars, unknown_column, use_column
from core.governance.decisions import refuse
from core.governance.dialect import snippet
from core.governance.joins import Pair, check_join, conditions_of, equalities, only_tests
from core.governance.scan import Viewer, identifier, scoped_select
from core.governance.sources import (
    Origin,
    Proof,
    Scope,
    Shape,
    Source,
    has_aggregate,
    origin_of,
    renamed,
)
from core.semantic.model import Column, Table
from core.translation import marked, told

_SETS = (exp.Union, exp.Intersect, exp.Except)
_RANKING = (exp.RowNumber, exp.Rank, exp.DenseRank)


class Resolver:
    """Resolves one statement for one viewer, rewriting its tree in place.

    With `rewrite=False` nothing may be left to do: a base table outside a scoped subquery, or a
    `*`, is refused (the second look of rule Q10).
    """

    def __init__(self, viewer: Viewer, *, rewrite: bool = True) -> None:
        self.proof = Proof()
        self._viewer = viewer
        self._rewrite = rewrite
        self._tables = viewer.tables()

    def resolve(self, tree: exp.Expr) -> Shape:
        """The root's shape; raises Refusal."""
        return self._query(tree, {}, ())

    # -- queries --------------------------------------------------------------------------------

    def _query(self, node: exp.Expr, ctes: Mapping[str, Shape], outer: tuple[Scope, ...]) -> Shape:
        while isinstance(node, exp.Subquery):
            node = node.this
        if isinstance(node, _SETS):
            return self._set_operation(node, self._with(node, ctes), outer)
        if not isinstance(node, exp.Select):
            refuse("Q2", marked("only SELECT may run, anywhere in the statement"), snippet(node))
        return self._select(node, self._with(node, ctes), outer)

    def _with(self, node: exp.Expr, ctes: Mapping[str, Shape]) -> Mapping[str, Shape]:
        with_ = node.args.get("with_")
        if with_ is None:
            return ctes
        known = dict(ctes)
        here: set[str] = set()
        for cte in with_.expressions:
            alias = cte.args["alias"]
            name = alias.name
            key = name.casefold()
            if key in here:
                refuse("Q6", marked("two WITH queries have one name"), name)
            if key in {t.casefold() for t in self._viewer.model.tables}:
                refuse(
                    "Q6",
                    marked("a WITH query may not carry the name of a table"),
                    name,
                    marked("another name for the WITH query"),
                )
            here.add(key)
            shape = self._query(cte.this, known, ())
            known[key] = renamed(shape, alias)
            known[key].name = alias.this
        return known

    def _set_operation(
        self, node: exp.Expr, ctes: Mapping[str, Shape], outer: tuple[Scope, ...]
    ) -> Shape:
        # A long UNION is a chain on the left side: walk it without recursion.
        arms: list[exp.Expr] = []
        top: exp.Expr = node
        while isinstance(top, _SETS) and (top is node or top.args.get("with_") is None):
            if not isinstance(top, exp.Union) and top.args.get("distinct") is False:
                refuse("Q3", marked("INTERSECT and EXCEPT are not offered with ALL"), snippet(top))
            if top is not node and any(top.args.get(k) for k in ("order", "limit", "offset")):
                break
            arms.append(top.expression)
            top = top.this
        arms.append(top)
        shapes = [self._query(arm, ctes, outer) for arm in reversed(arms)]
        first = shapes[0]
        if any(len(s.names) != len(first.names) for s in shapes):
            refuse("Q7", marked("the SELECTs of a set operation need the same number of columns"))
        columns = {
            key: origin if all(s.columns.get(key) == origin for s in shapes) else None
            for key, origin in first.columns.items()
        }
        distinct = all(
            bool(n.args.get("distinct")) for n in node.find_all(*_SETS) if isinstance(n, _SETS)
        )
        raw = frozenset() if distinct else frozenset().union(*(s.raw for s in shapes))
        shape = Shape(first.names, columns, set(first.repeated), raw)
        self._tail(node, shape, Scope(), ctes, outer)
        return shape

    def _select(
        self, node: exp.Select, ctes: Mapping[str, Shape], outer: tuple[Scope, ...]
    ) -> Shape:
        scope = Scope()
        from_ = node.args.get("from_")
        if from_ is not None:
            self._add_source(scope, from_.this, ctes)
        for join in node.args.get("joins") or ():
            self._join(scope, join, conditions_of(join, node), ctes, outer)
        expand_stars(node, scope, self.proof, rewrite=self._rewrite)
        for item in node.expressions:
            self._expression(item, scope, ctes, outer)
        where = node.args.get("where")
        if where is not None:
            self._expression(where.this, scope, ctes, outer)
        shape = self._shape(node, scope)
        for part in ("group", "having", "qualify"):
            clause = node.args.get(part)
            if clause is not None:
                self._expression(clause, scope, ctes, outer, shape)
        qualify = node.args.get("qualify")
        if qualify is not None and not all(
            isinstance(w.this, _RANKING) for w in qualify.find_all(exp.Window)
        ):
            refuse(
                "Q3", marked("QUALIFY takes ROW_NUMBER, RANK and DENSE_RANK only"), snippet(qualify)
            )
        self._tail(node, shape, scope, ctes, outer)
        for source in (*scope.sources.values(), *scope.tested.values()):
            if source.table is not None:
                self._replace(source)
        return shape

    def _tail(
        self,
        node: exp.Expr,
        shape: Shape,
        scope: Scope,
        ctes: Mapping[str, Shape],
        outer: tuple[Scope, ...],
    ) -> None:
        order = node.args.get("order")
        if order is not None:
            self._expression(order, scope, ctes, outer, shape)
        limit = node.args.get("limit")
        if limit is not None and limit.expression.name == "1":
            shape.single_row = True

    def _shape(self, node: exp.Select, scope: Scope) -> Shape:
        names: list[str] = []
        columns: dict[str, Origin] = {}
        picked: dict[str, Origin] = {}
        repeated: set[str] = set()
        for item in node.expressions:
            name = item.alias_or_name if isinstance(item, exp.Alias | exp.Column) else ""
            names.append(name)
            key = name.casefold()
            if not key:
                continue
            if key in columns:
                repeated.add(key)
            value = item.this if isinstance(item, exp.Alias) else item
            columns[key] = origin_of(value, scope)
            if isinstance(value, exp.Max | exp.Min):
                picked[key] = origin_of(value.this, scope)
        group = node.args.get("group")
        aggregated = any(has_aggregate(item) for item in node.expressions) or (
            node.args.get("having") is not None
        )
        single = group is None and (
            aggregated or all(s.shape.single_row for s in scope.sources.values())
        )
        if single or group is not None or node.args.get("distinct") is not None:
            raw: frozenset[str] = frozenset()
        else:
            raw = frozenset().union(*(s.raw for s in scope.sources.values()))
        return Shape(names, columns, repeated, raw, single, picked=picked)

    # -- sources --------------------------------------------------------------------------------

    def _add_source(self, scope: Scope, node: exp.Expr, ctes: Mapping[str, Shape]) -> Source:
        if isinstance(node, exp.Table):
            source = self._table(node, ctes)
        elif isinstance(node, exp.Subquery):
            alias = node.args.get("alias")
            if alias is None or not alias.name:
                refuse(
                    "Q5",
                    marked("a subquery in FROM needs a name"),
                    snippet(node),
                    "(SELECT ...) AS x",
                )
            if alias.args.get("columns"):
                refuse(
                    "Q5", marked("columns are named inside the subquery"), snippet(alias), "a AS b"
                )
            shape = self._scoped(node) or self._query(node.this, ctes, ())
            source = Source(alias.name, shape)
        else:
            refuse("Q5", marked("tables are read by name, not through a function"), snippet(node))
        key = source.name.casefold()
        if key in scope.sources or key in scope.tested:
            refuse(
                "Q6",
                marked("two tables of one SELECT have one name"),
                source.name,
                marked("an alias for each"),
            )
        scope.sources[key] = source
        return source

    def _table(self, node: exp.Table, ctes: Mapping[str, Shape]) -> Source:
        if not isinstance(node.this, exp.Identifier):
            refuse("Q5", marked("tables are read by name, not through a function"), snippet(node))
        alias = node.args.get("alias")
        if alias is not None and alias.args.get("columns"):
            refuse("Q5", marked("a table's columns cannot be renamed here"), snippet(node))
        name = node.name
        label = alias.name if alias is not None else name
        key = name.casefold()
        if key in ctes:
            shape = ctes[key]
            if shape.name is not None and name != shape.name.name:
                # An engine that minds case would look for a table of the other spelling.
                node.set("this", shape.name.copy())
                label = label if alias is not None else shape.name.name
            return Source(label, Shape(shape.names, dict(shape.columns), set(shape.repeated),
                                       shape.raw, shape.single_row,
                                       picked=dict(shape.picked)))  # fmt: skip
        table = self._tables.get(key)
        if table is None:
            self._unknown_table(name, ctes)
        if not self._rewrite:
            refuse("Q10", marked("a table is read outside a scoped subquery"), name)
        known = self._viewer.columns(table)
        shape = Shape(
            [c.name for c in known.values()],
            {k: (table.name, c.name) for k, c in known.items()},
            raw=frozenset((table.name,)),
        )
        return Source(label, shape, table, node, known)

    def _unknown_table(self, name: str, ctes: Mapping[str, Shape]) -> NoReturn:
        known = sorted(t.name for t in self._tables.values())
        near = nearest(name, [*known, *ctes])
        none = marked("there is no table of that name for you")
        meant = marked("there is no table of that name for you. Did you mean {near}?")
        refuse(
            "Q6",
            told(meant, near=repr(near)) if near else none,
            name,
            ", ".join(known),
        )

    def _scoped(self, node: exp.Subquery) -> Shape | None:
        """The shape of a subquery that is exactly what we would write here, else None."""
        select = node.this
        if not isinstance(select, exp.Select):
            return None
        from_ = select.args.get("from_")
        if from_ is None or not isinstance(from_.this, exp.Table):
            return None
        table = self._tables.get(from_.this.name.casefold())
        if table is None:
            return None
        known = self._viewer.columns(table)
        columns: list[Column] = []
        for item in select.expressions:
            column = known.get(item.alias_or_name.casefold()) if item.alias_or_name else None
            if column is None:
                return None
            columns.append(column)
        if not columns or scoped_select(self._viewer, table, columns) != select:
            return None
        self._record(table, columns)
        return Shape(
            [c.name for c in columns],
            {c.name.casefold(): (table.name, c.name) for c in columns},
            raw=frozenset((table.name,)),
        )

    def _replace(self, source: Source) -> None:
        table, node = source.table, source.node
        assert table is not None
        assert node is not None
        columns = [column for key, column in source.known.items() if key in source.used]
        if not columns:
            # COUNT(*) needs rows and no column: the scope column, or the first one, stands in.
            scope_key = (table.scope or "").casefold()
            columns = [source.known.get(scope_key) or next(iter(source.known.values()))]
        self._record(table, columns)
        self.proof.replaced += 1
        node.replace(
            exp.Subquery(
                this=scoped_select(self._viewer, table, columns),
                alias=exp.TableAlias(this=identifier(source.name)),
            )
        )

    def _record(self, table: Table, columns: list[Column]) -> None:
        self.proof.tables[table.name] = None
        predicate = self._viewer.predicate(table)
        if predicate is not None:
            self.proof.predicates[predicate] = None
        for column in columns:
            if self._viewer.mask(table, column).kind != "show":
                self.proof.masked[f"{table.name}.{column.name}"] = None

    # -- joins ----------------------------------------------------------------------------------

    def _join(
        self,
        scope: Scope,
        join: exp.Join,
        conditions: list[exp.Expr],
        ctes: Mapping[str, Shape],
        outer: tuple[Scope, ...],
    ) -> None:
        before = dict(scope.sources)
        new = self._add_source(scope, join.this, ctes)
        on, using = join.args.get("on"), join.args.get("using")
        pairs: list[Pair] = []
        if using:
            for name in using:
                key = name.name.casefold()
                if key not in new.shape.columns:
                    unknown_column(name.name, scope)
                owners = {k for k, s in before.items() if key in s.shape.columns}
                if not owners:
                    unknown_column(name.name, scope)
                for owner in (*owners, new.name.casefold()):
                    scope.sources[owner].used.add(key)
                scope.merged.add(key)
                pairs.append((owners, key, key))
        if on is not None:
            self._expression(on, scope, ctes, outer)
        pairs += equalities(conditions, new, scope)
        check_join(join, new, before, pairs, self._viewer)
        if only_tests(join):
            key = new.name.casefold()
            scope.tested[key] = scope.sources.pop(key)

    # -- columns --------------------------------------------------------------------------------

    def _expression(
        self,
        node: exp.Expr,
        scope: Scope,
        ctes: Mapping[str, Shape],
        outer: tuple[Scope, ...],
        aliases: Shape | None = None,
    ) -> None:
        # ORDER BY means the SELECT list's name where there is one; other clauses the column.
        alias_first = isinstance(node, exp.Order)
        stack: list[exp.Expr] = [node]
        while stack:
            at = stack.pop()
            kind = type(at)
            if kind is exp.Column:
                if not isinstance(at.this, exp.Star):
                    use_column(at, scope, outer, aliases, alias_first=alias_first)
                continue
            if kind is exp.Select or kind is exp.Subquery or isinstance(at, _SETS):
                self._query(at, ctes, (scope, *outer))
                continue
            for value in at.args.values():
                children = value if isinstance(value, list) else (value,)
                stack.extend(child for child in children if isinstance(child, exp.Expr))
