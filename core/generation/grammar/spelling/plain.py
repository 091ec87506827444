"""SELECTs over one table, clause by clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from core.generation.grammar.matching import matches
from core.generation.grammar.nodes import ROOT, Rule, Rules
from core.generation.grammar.offer import OfferedTable
from core.generation.grammar.spelling.text import written
from core.generation.grammar.spelling.trees import (
    FIRST_BY,
    NotSpelled,
    conjuncts,
    dimension_name,
    group_keys,
    has_aggregate,
    only,
    order_by,
    resolved,
    sort_keys,
    value_of,
)


class PlainSpelling:
    """Spells SELECTs over one table. row_cap: the LIMIT of a statement that has none."""

    def __init__(self, rules: Rules, tables: Mapping[str, OfferedTable], row_cap: int) -> None:
        self._rules, self._tables, self._row_cap = rules, tables, row_cap

    def _table(self, source: exp.Table) -> OfferedTable:
        table = self._tables.get(source.name)
        if table is None:
            raise NotSpelled(f"no table: {source.name}")
        return table

    def _plain(self, tree: exp.Select, table: OfferedTable) -> str:
        only(tree, "where", "group", "having", "order", "limit", "offset", "distinct")
        group = group_keys(tree)
        named = {item.alias_or_name: value_of(item) for item in tree.expressions}
        has_figures = any(item.find(exp.AggFunc) for item in tree.expressions)
        where = self._where(tree)
        source = f" FROM {table.name}{where}"
        having = self._having(tree, named)
        limit = self._limit(tree)
        if not has_figures and not group and not tree.args.get("distinct"):
            sorted_by = [self._row_key(key, named) for key in sort_keys(tree)]
            fields = [self._field(item) for item in tree.expressions]
            return f"SELECT {', '.join(fields)}{source}{order_by(sorted_by)}{limit}"
        keys = [value_of(item) for item in tree.expressions if not has_aggregate(item)]
        keys += [key for key in group if key not in keys]
        figures = [item for item in tree.expressions if has_aggregate(item)]
        items = [self._dimension(key, table) for key in keys]
        items += [self._figure(item) for item in figures]
        order = [self._key(k, keys, figures, named) for k in sort_keys(tree)] if keys else []
        distinct = "DISTINCT " if tree.args.get("distinct") else ""
        by = ", ".join(str(n + 1) for n in range(len(keys)))
        grouped = f" GROUP BY {by}" if by and not distinct else ""
        return (
            f"SELECT {distinct}{', '.join(items)}{source}{grouped}{having}{order_by(order)}{limit}"
        )

    # -- clauses ------------------------------------------------------------------------------

    def _where(self, tree: exp.Select) -> str:
        where = tree.args.get("where")
        if where is None:
            return ""
        parts = sorted(conjuncts(where.this), key=lambda part: part.find(exp.Select) is not None)
        shown = [self._condition(part, top=len(parts) == 1) for part in parts]
        return " WHERE " + " AND ".join(shown)

    def _condition(self, tree: exp.Expr, *, top: bool) -> str:
        text = written(tree)
        inner = tree.unnest()
        if isinstance(inner, exp.Or):
            text = " OR ".join(
                f"({written(part)})" if isinstance(part, exp.And) else written(part)
                for part in (each.unnest() for each in inner.flatten())
            )
            return text if top else f"({text})"
        return text

    def _having(self, tree: exp.Select, named: dict[str, exp.Expr]) -> str:
        having = tree.args.get("having")
        if having is None:
            return ""
        parts = [written(resolved(part, named)) for part in conjuncts(having.this)]
        return " HAVING " + " AND ".join(parts)

    def _limit(self, tree: exp.Select) -> str:
        limit = tree.args.get("limit")
        count = int(limit.expression.name) if limit is not None else self._row_cap
        offset = tree.args.get("offset")
        skipped = int(offset.expression.name) if offset is not None else 0
        if skipped > self._row_cap:
            raise NotSpelled("OFFSET")
        behind = f" OFFSET {skipped}" if skipped else ""
        return f" LIMIT {min(count, self._row_cap)}{behind}"

    def _row_key(self, key: exp.Expr, named: dict[str, exp.Expr]) -> str:
        column = resolved(key.this, named)
        text = written(column)
        return f"{text} DESC" if key.args.get("desc") else text

    def _key(
        self,
        key: exp.Expr,
        keys: Sequence[exp.Expr],
        figures: Sequence[exp.Expr],
        named: dict[str, exp.Expr],
    ) -> str:
        tree = resolved(key.this, named)
        bare = [value_of(item) for item in figures]
        if tree in keys:
            text = str(list(keys).index(tree) + 1)
        elif bare and tree == bare[0]:
            text = str(len(keys) + 1)
        else:
            text = written(tree)
        return f"{text} DESC" if key.args.get("desc") else text

    # -- items --------------------------------------------------------------------------------

    def _field(self, item: exp.Expr) -> str:
        tree = value_of(item)
        if isinstance(tree, exp.Column):
            return written(tree)
        return f"{written(tree)} AS {self._label(item.alias)}"

    def _dimension(self, tree: exp.Expr, table: OfferedTable) -> str:
        text = written(tree)
        name = dimension_name(tree, table)
        return f"{text} AS {name}" if name else text

    def _figure(self, item: exp.Expr) -> str:
        tree = value_of(item)
        text = written(tree)
        if isinstance(tree, exp.Window) and isinstance(tree.this, FIRST_BY):
            return f"{text} AS place"
        return f"{text} AS {self._label(item.alias)}"

    def _label(self, name: str) -> str:
        is_known = name and matches({**self._rules, ROOT: Rule("label")}, name)
        return name if is_known else "value"
