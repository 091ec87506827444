"""Looking at statements and taking them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlglot import exp

from core.generation.grammar.offer import OfferedTable
from core.generation.grammar.rows import CLOCK_PARTS, DAY_PARTS, column_name
from core.generation.grammar.spelling.text import written

#: Functions that give a row its place.
FIRST_BY = (exp.RowNumber, exp.Rank, exp.DenseRank)
_PART_NAMES = dict((*DAY_PARTS, *CLOCK_PARTS))
_STEP = re.compile(r"(?:CAST\()?DATE_TRUNC\('(\w+)'")


class NotSpelled(ValueError):
    """The statement has a shape, or a part, that the grammar has not."""


def dimension_name(tree: exp.Expr, table: OfferedTable) -> str:
    """What the grammar calls a dimension; empty for a column under its own name."""
    if isinstance(tree, exp.Column):
        return column_name(table.table, tree.name)
    if isinstance(tree, exp.Case):
        return "band"
    text = written(tree)
    step = _STEP.match(text)
    return step[1] if step else _PART_NAMES.get(text.partition("(")[0], "bin")


def only(tree: exp.Select, *clauses: str) -> None:
    """NotSpelled where a SELECT has clauses beside these, its list and what it reads."""
    known = (*clauses, "expressions", "from_")
    more = [name for name, value in tree.args.items() if value and name not in known]
    if more:
        raise NotSpelled(f"a clause of a part: {', '.join(more)}")


def parts_of(tree: exp.Select) -> tuple[dict[str, exp.Expr], list[exp.Join], exp.Expr]:
    """The WITH queries by name, the joins, and what is selected from; NotSpelled without."""
    with_ = tree.args.get("with_")
    parts = {cte.alias: cte.this for cte in with_.expressions} if with_ else {}
    source = tree.args.get("from_")
    if source is None:
        raise NotSpelled("no table")
    return parts, list(tree.args.get("joins") or ()), source.this


def tidied(tree: exp.Select) -> exp.Select:
    """Without what the grammar says in another way."""
    for node in list(tree.find_all(exp.TimestampTrunc)):
        unit = node.text("unit").lower()
        if unit != "hour" and not isinstance(node.parent, exp.Cast):
            holder = exp.Cast(this=exp.Null(), to=exp.DataType.build("date"))
            node.replace(holder)
            holder.set("this", node)
    for case in list(tree.find_all(exp.Case)):
        if case.this is not None:  # CASE x WHEN v: its conditions are written out
            for arm in case.args["ifs"]:
                arm.set("this", exp.EQ(this=case.this.copy(), expression=arm.this))
            case.set("this", None)
        if isinstance(case.args.get("default"), exp.Null):
            case.set("default", None)
    return tree


def write_stars(tree: exp.Select, inner: exp.Select) -> None:
    """`*` over a part becomes its columns."""
    if any(isinstance(item, exp.Star) for item in tree.expressions):
        names = [item.alias_or_name for item in inner.expressions]
        tree.set("expressions", [exp.column(name) for name in names])


def is_total(window: exp.Window) -> bool:
    """Whether a window is over all groups: no frame, and no order but that of a place."""
    return not window.args.get("spec") and (
        not window.args.get("order") or isinstance(window.this, FIRST_BY)
    )


def is_key(tree: exp.Expr) -> bool:
    """Whether it is a column k1, k2 ... of a part."""
    return isinstance(tree, exp.Column) and re.fullmatch(r"k\d", tree.name) is not None


def is_place(item: exp.Expr) -> bool:
    """Whether an item of a SELECT list is a row's place."""
    tree = value_of(item)
    return isinstance(tree, exp.Window) and isinstance(tree.this, FIRST_BY)


def value_of(item: exp.Expr) -> exp.Expr:
    """An item of a SELECT list without its name."""
    found = item.this if isinstance(item, exp.Alias) else item
    assert isinstance(found, exp.Expr)
    return found


def has_aggregate(item: exp.Expr, *, windows: bool = True) -> bool:
    """Whether an expression is a figure of a group."""
    if windows and item.find(exp.Window):
        return True
    found = [n for n in item.find_all(exp.AggFunc, exp.Anonymous) if is_aggregate(n)]
    if windows:
        return bool(found)
    return any(not isinstance(n.parent, exp.Window) for n in found)


def is_aggregate(node: exp.Expr) -> bool:
    """Whether the node itself takes many rows to one value."""
    return isinstance(node, exp.AggFunc) or node.name.upper() == "PERCENTILE_APPROX"


def group_keys(tree: exp.Select) -> list[exp.Expr]:
    """What a SELECT is grouped by, positions and names written out."""
    group = tree.args.get("group")
    found: list[exp.Expr] = []
    for key in group.expressions if group else []:
        if isinstance(key, exp.Literal):
            found.append(value_of(tree.expressions[int(key.name) - 1]))
            continue
        aliases = {i.alias: i.this for i in tree.expressions if isinstance(i, exp.Alias)}
        is_alias = isinstance(key, exp.Column) and key.name in aliases and not key.table
        found.append(aliases[key.name] if is_alias and key.name in aliases else key)
    return found


def sort_keys(tree: exp.Select) -> list[exp.Expr]:
    """The keys of ORDER BY, none without one."""
    order = tree.args.get("order")
    return list(order.expressions) if order else []


def order_by(keys: Iterable[str]) -> str:
    """` ORDER BY ...` of these keys, each once; empty without any."""
    shown = ", ".join(dict.fromkeys(keys))
    return f" ORDER BY {shown}" if shown else ""


def is_sorting(node: exp.Expr) -> bool:
    """Whether the node stands in an ORDER BY."""
    return node.find_ancestor(exp.Order) is not None


def conjuncts(tree: exp.Expr) -> list[exp.Expr]:
    """The conditions that must all hold."""
    if isinstance(tree, exp.And):
        return [part for each in tree.flatten() for part in conjuncts(each)]
    if isinstance(tree, exp.Paren) and isinstance(tree.this, exp.And):
        return conjuncts(tree.this)
    return [tree]


def resolved(tree: exp.Expr, named: dict[str, exp.Expr], *, only_new: bool = False) -> exp.Expr:
    """The tree with the names of the SELECT list written out."""
    holder = exp.Paren(this=tree.copy())
    for node in list(holder.find_all(exp.Column)):
        known = named.get(node.name)
        if known is None or node.table or known == node:
            continue
        node.replace(known.copy())
    found: exp.Expr = holder.this
    if isinstance(found, exp.Literal) and found.is_int and not only_new:
        return list(named.values())[int(found.name) - 1]
    return found.pop()


def unqualify(tree: exp.Select, source: exp.Expr) -> None:
    """Takes the name of the one table off its columns."""
    for node in tree.find_all(exp.Column):
        if node.table and node.table == source.alias_or_name:
            node.set("table", None)


def set_column(node: exp.Column, name: str, table: str | None = None) -> None:
    """Makes a column another one."""
    node.set("this", exp.to_identifier(name))
    node.set("table", exp.to_identifier(table) if table else None)


def rename_columns(tree: exp.Expr, names: dict[str, str]) -> None:
    """Gives columns their new names."""
    for node in tree.find_all(exp.Column):
        if node.name in names:
            set_column(node, names[node.name])


def parted(tree: exp.Select, *, whole: bool) -> tuple[exp.Select, exp.Select]:
    """A grouped SELECT with windows, parted into the grouped one and one with the windows."""
    keys = group_keys(tree)
    inner: list[exp.Expr] = []
    known: dict[exp.Expr, str] = {}
    for n, key in enumerate(keys):
        known[key] = f"key_{n}"
        inner.append(exp.alias_(key.copy(), f"key_{n}"))

    def lifted(node: exp.Expr) -> exp.Expr:
        if node in known:
            return exp.column(known[node])
        if is_figure(node) if whole else is_aggregate(node) and not is_window_call(node):
            known[node.copy()] = f"value_{len(known)}"
            inner.append(exp.alias_(node.copy(), known[node]))
            return exp.column(known[node])
        return node

    named = {i.alias_or_name: value_of(i) for i in tree.expressions}
    outer = exp.Select(
        expressions=[
            exp.alias_(value_of(i).transform(lifted), i.alias_or_name or f"item_{n}")
            for n, i in enumerate(tree.expressions)
        ]
    )
    keys_of = [
        exp.Ordered(this=resolved(k.this, named).transform(lifted), desc=k.args.get("desc"))
        for k in sort_keys(tree)
    ]
    if keys_of:
        outer.set("order", exp.Order(expressions=keys_of))
    outer.set("limit", tree.args.get("limit"))
    outer.set("offset", tree.args.get("offset"))
    grouped = tree.copy()
    grouped.set("order", None)
    grouped.set("limit", None)
    grouped.set("offset", None)
    grouped.set("expressions", inner)
    return grouped, outer


def is_window_call(node: exp.Expr) -> bool:
    """Whether the node is the function of a window."""
    return isinstance(node.parent, exp.Window) and node.arg_key == "this"


def is_figure(node: exp.Expr) -> bool:
    """Whether it is a figure of a group as a whole, to be named in the inner SELECT. What puts
    rows without a value last is none."""
    is_value = isinstance(node, exp.Condition) and not isinstance(node, exp.Predicate | exp.Window)
    if not is_value or is_window_call(node) or node.find(exp.Window):
        return False
    is_branch = isinstance(node, exp.If) and isinstance(node.parent, exp.Case)
    is_order = isinstance(node, exp.Case) and node.args.get("default") is not None
    return not (is_order or is_branch) and has_aggregate(node, windows=False)
