"""SELECTs over grouped SELECTs."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from core.generation.grammar.matching import matches
from core.generation.grammar.nodes import ROOT, Rule, Rules
from core.generation.grammar.offer import OfferedTable
from core.generation.grammar.spelling.plain import PlainSpelling
from core.generation.grammar.spelling.text import written
from core.generation.grammar.spelling.trees import (
    NotSpelled,
    conjuncts,
    group_keys,
    has_aggregate,
    is_key,
    is_place,
    is_sorting,
    is_total,
    only,
    order_by,
    parted,
    parts_of,
    rename_columns,
    resolved,
    set_column,
    sort_keys,
    unqualify,
    value_of,
    write_stars,
)


class Spelling(PlainSpelling):
    """Spells any SELECT. whole: the inner SELECT of two computes each figure as a whole, else the
    aggregates that it is made of."""

    def __init__(
        self, rules: Rules, tables: Mapping[str, OfferedTable], row_cap: int, *, whole: bool
    ) -> None:
        super().__init__(rules, tables, row_cap)
        self._whole = whole

    def statement(self, tree: exp.Select) -> str:
        """The statement, which may not be in the language yet: what it cannot be, NotSpelled."""
        if tree.args.get("from_") is None:
            items = [f"{written(value_of(i))} AS {self._label(i.alias)}" for i in tree.expressions]
            return f"SELECT {', '.join(items)}{self._limit(tree)}"
        parts, joins, source = parts_of(tree)
        if isinstance(source, exp.Table) and not parts and not joins:
            table = self._table(source)
            unqualify(tree, source)
            if any(
                w.args.get("partition_by") or not is_total(w) for w in tree.find_all(exp.Window)
            ):
                return self._outer(*parted(tree, whole=self._whole), ())
            return self._plain(tree, table)
        if isinstance(source, exp.Subquery) and not joins and not parts:
            return self._over(tree, source)
        return self._pair(tree, parts, joins, source)

    def _inner(self, tree: exp.Select) -> tuple[str, dict[str, str]]:
        """A grouped SELECT with its columns called k1 ... and v1 ...: its text, and the new name
        of each column."""
        parts, joins, source = parts_of(tree)
        if parts or joins or not isinstance(source, exp.Table):
            raise NotSpelled("a part reads several tables")
        only(tree, "where", "group", "having")
        table = self._table(source)
        unqualify(tree, source)
        named = {item.alias_or_name: value_of(item) for item in tree.expressions}
        group = group_keys(tree)
        if not group and not any(has_aggregate(item) for item in tree.expressions):
            raise NotSpelled("a part that is not grouped")
        names: dict[str, str] = {}
        keys: list[exp.Expr] = list(group)
        figures: list[exp.Expr] = []
        for item in tree.expressions:
            bare = value_of(item)
            if bare in keys:
                names[item.alias_or_name] = f"k{keys.index(bare) + 1}"
            else:
                figures.append(bare)
                names[item.alias_or_name] = f"v{len(figures)}"
        items = [f"{written(key)} AS k{n + 1}" for n, key in enumerate(keys)]
        items += [f"{written(tree)} AS v{n + 1}" for n, tree in enumerate(figures)]
        by = ", ".join(str(n + 1) for n in range(len(keys)))
        text = f"SELECT {', '.join(items)} FROM {table.name}{self._where(tree)}"
        return f"{text}{f' GROUP BY {by}' if by else ''}{self._having(tree, named)}", names

    def _over(self, tree: exp.Select, source: exp.Subquery) -> str:
        inner = source.this
        if not isinstance(inner, exp.Select):
            raise NotSpelled("a part is a set operation")
        unqualify(tree, source)
        write_stars(tree, inner)
        if not inner.find(exp.Window):
            return self._outer(inner, tree, ())
        # Windows, and a SELECT that keeps the first rows by them.
        grouped, middle = parted(inner, whole=self._whole)
        places = {i.alias: value_of(i) for i in middle.expressions if is_place(i)}
        named = {i.alias_or_name: value_of(i) for i in middle.expressions}
        where = tree.args.get("where")
        kept: list[exp.Expr] = []
        rest: list[exp.Expr] = []
        for part in conjuncts(where.this) if where else []:
            (kept if {c.name for c in part.find_all(exp.Column)} & places.keys() else rest).append(
                part
            )
        if len(kept) > 1 or any(resolved(r, named).find(exp.Window) for r in rest):
            raise NotSpelled("a condition on a window that is no place")
        middle.set("expressions", [
            exp.alias_(resolved(value_of(i), named), i.alias_or_name) for i in tree.expressions
        ])  # fmt: skip
        middle.set(
            "where",
            exp.Where(this=exp.and_(*(resolved(r, named) for r in rest), copy=False))
            if rest
            else None,
        )
        keys: list[exp.Expr] = []
        for key in sort_keys(tree):
            sorted_by = resolved(key.this, named)
            # The order of the places within their groups is the order that gave them.
            more = sorted_by.args["order"].expressions if is_place(sorted_by) else [key]
            keys += [k for k in more if k not in keys]
        middle.set("order", exp.Order(expressions=keys) if keys else None)
        middle.set("limit", tree.args.get("limit"))
        middle.set("offset", tree.args.get("offset"))
        return self._outer(grouped, middle, tuple(resolved(k, named) for k in kept))

    def _outer(self, inner: exp.Select, tree: exp.Select, ranked: tuple[exp.Expr, ...]) -> str:
        only(tree, "where", "group", "order", "limit", "offset")
        text, names = self._inner(inner)
        named = {item.alias_or_name: value_of(item) for item in tree.expressions}
        for node in (tree, *ranked, *named.values()):
            rename_columns(node, names)
        named = {item.alias_or_name: value_of(item) for item in tree.expressions}
        where = tree.args.get("where")
        kept = ""
        if where is not None:
            kept = " WHERE " + " AND ".join(
                written(resolved(part, named, only_new=True)) for part in conjuncts(where.this)
            )
        items = list(tree.expressions)
        keys = [
            i for i in items if value_of(i).name[:1] == "k" and isinstance(value_of(i), exp.Column)
        ]
        figures = [i for i in items if i not in keys]
        shown = [f"{written(value_of(i))} AS {self._key_name(i.alias_or_name)}" for i in keys]
        shown += [f"{written(value_of(i))} AS {self._label(i.alias)}" for i in figures]
        group = group_keys(tree)
        is_again = bool(group) or any(has_aggregate(i, windows=False) for i in figures)
        bare = [value_of(i) for i in keys]
        order = [self._key(k, bare, figures, named) for k in sort_keys(tree)] if keys else []
        first = "".join(f" QUALIFY {written(r)}" for r in ranked)
        by = ", ".join(str(n + 1) for n in range(len(keys))) if is_again else ""
        grouped = f" GROUP BY {by}" if by else ""
        return (
            f"SELECT {', '.join(shown)} FROM ({text}) AS g{kept}{grouped}{first}"
            f"{order_by(order)}{self._limit(tree)}"
        )

    def _key_name(self, name: str) -> str:
        is_known = matches({**self._rules, ROOT: Rule("key_name")}, name)
        return name if is_known else "day"

    def _pair(
        self,
        tree: exp.Select,
        parts: dict[str, exp.Expr],
        joins: list[exp.Join],
        source: exp.Expr,
    ) -> str:
        """Two grouped parts side by side."""
        sources = [source, *(join.this for join in joins)]
        bodies: dict[str, exp.Select] = {}
        united = ""
        for each in sources:
            body = parts.get(each.name) if isinstance(each, exp.Table) else each.this
            if isinstance(body, exp.Union):
                united = each.alias_or_name
            elif isinstance(body, exp.Select):
                bodies[each.alias_or_name] = body
            else:
                raise NotSpelled("a row-by-row join")
        if len(bodies) != 2:
            raise NotSpelled(f"{len(bodies)} parts")
        texts: list[str] = []
        names: dict[str, dict[str, str]] = {}
        inside = {id(n) for body in bodies.values() for n in body.find_all(exp.Column)}
        own = [node for node in tree.find_all(exp.Column) if id(node) not in inside]
        meant: dict[int, tuple[str, str]] = {}
        for letter, (alias, body) in zip("ab", bodies.items(), strict=True):
            text, columns = self._inner(body)
            texts.append(text)
            names[alias] = columns
            for node in own:
                if node.table == alias or (not node.table and node.name in columns):
                    meant[id(node)] = (letter, columns.get(node.name, node.name))
        keys = ["k1" for c in names.values() if "k1" in c.values()]
        is_inner = bool(joins) and not joins[0].side
        aliases = {item.alias for item in tree.expressions}
        for node in own:
            table, name = meant.get(id(node), ("", ""))
            if node.table == united and united:
                set_column(node, "k1", "g")
            elif table and not (not node.table and node.name in aliases and is_sorting(node)):
                is_either = name == "k1" and len(keys) == 2 and is_inner
                set_column(node, name, "a" if is_either else table)
        named = {item.alias_or_name: value_of(item) for item in tree.expressions}
        items = list(tree.expressions)
        shown_keys = [i for i in items if is_key(value_of(i))]
        figures = [i for i in items if i not in shown_keys]
        shown = [f"{written(value_of(i))} AS {self._key_name(i.alias_or_name)}" for i in shown_keys]
        shown += [f"{written(value_of(i))} AS {self._label(i.alias)}" for i in figures]
        only(tree, "joins", "with_", "order", "limit", "offset")
        if len(keys) == 2:
            sign = "<=>" if tree.find(exp.NullSafeEQ) else "="
            side = "LEFT JOIN" if joins[0].side == "LEFT" else "JOIN"
            joined = f"a {side} b ON a.k1 {sign} b.k1"
            if united:
                joined = (
                    "(SELECT k1 FROM a UNION SELECT k1 FROM b) AS g"
                    " LEFT JOIN a ON g.k1 <=> a.k1 LEFT JOIN b ON g.k1 <=> b.k1"
                )
        else:
            joined = "a CROSS JOIN b"
        bare = [value_of(i) for i in shown_keys]
        order = [self._key(k, bare, figures, named) for k in sort_keys(tree)] if bare else []
        return (
            f"WITH a AS ({texts[0]}), b AS ({texts[1]}) SELECT {', '.join(shown)} FROM {joined}"
            f"{order_by(order)}{self._limit(tree)}"
        )
