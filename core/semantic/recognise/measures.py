"""Reading measures back: transforms, conditions inside aggregates, metrics, aggregates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from core.errors import UserFixable
from core.semantic.compile.figures import figure_of
from core.semantic.compile.names import measure_name
from core.semantic.compile.predicates import good_readings
from core.semantic.compile.trees import parsed
from core.semantic.model import SemanticModel, Table
from core.semantic.query import Agg, Filter, Grain, Measure, Transform
from core.semantic.recognise.conditions import filter_of
from core.semantic.recognise.normal import normal, parts_of, unwrapped

_COLUMN_AGGS: dict[type[exp.Expr], Agg] = {
    exp.Sum: Agg.SUM,
    exp.Avg: Agg.AVG,
    exp.Min: Agg.MIN,
    exp.Max: Agg.MAX,
    exp.Count: Agg.COUNT,
    exp.StddevSamp: Agg.STDDEV,
}
SUFFIXES = ("_share", "_running", "_moving", "_change")


def untransformed(
    tree: exp.Expr,
) -> tuple[exp.Expr, Transform, int | None]:
    """The figure before its transform, the transform, and its number of steps."""
    tree = unwrapped(tree)
    if not tree.find(exp.Window):
        return tree, Transform.NONE, None
    if isinstance(tree, exp.Div) and isinstance(tree.right, exp.Window):
        window = tree.right
        if isinstance(window.this, exp.Sum) and not window.args.get("order"):
            within = bool(window.args.get("partition_by"))
            return (
                unwrapped(tree.left),
                (Transform.SHARE_WITHIN if within else Transform.SHARE),
                None,
            )
    before = tree.right if isinstance(tree, exp.Sub) else None
    if isinstance(tree, exp.Sub) and isinstance(before, exp.Window):
        is_lag = isinstance(before.this, exp.Lag)
        if is_lag:
            return unwrapped(tree.left), Transform.CHANGE, None
    frame = next((w.args.get("spec") for w in tree.find_all(exp.Window)), None)
    start = frame.args.get("start") if frame else None
    if isinstance(start, exp.Literal) and start.name.isdigit():
        steps, transform = int(start.name) + 1, Transform.MOVING
    else:
        steps, transform = None, Transform.RUNNING
    if isinstance(tree, exp.Div) and isinstance(tree.right, exp.Window):
        counted = tree.right.this
        if isinstance(counted, exp.Count) and isinstance(counted.this, exp.Star):
            tree = tree.left
    return _gathered(unwrapped(tree)), transform, steps


def stem_of(name: str) -> str:
    """A result name without its number and what its transform appended."""
    name = re.sub(r"_\d+$", "", name)
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def unspread(tree: exp.Expr, stem: str) -> tuple[exp.Expr, Grain | None]:
    """A figure named `..._per_day` before it was divided by the number of days, and the unit."""
    per = next((g for g in Grain if stem.endswith(f"_per_{g.value}")), None)
    if per is None or not isinstance(tree, exp.Div):
        return tree, None
    return unwrapped(tree.left), per


def _gathered(tree: exp.Expr) -> exp.Expr:
    """The aggregates in place of the windows that spread them."""
    holder = exp.Paren(this=tree.copy())
    for node in list(holder.find_all(exp.Div)):
        left, right = unwrapped(node.left), unwrapped(node.right)
        if not (isinstance(left, exp.Window) and isinstance(right, exp.Window)):
            continue
        total, rows = left.this.this, right.this.this
        if isinstance(total, exp.Sum) and isinstance(rows, exp.Count) and total.this == rows.this:
            node.replace(exp.Avg(this=total.this.copy()))
    for window in list(holder.find_all(exp.Window)):
        window.replace(window.this.this.copy())
    found: exp.Expr = holder.this
    return unwrapped(found.pop())


def lifted(
    tree: exp.Expr,
) -> tuple[exp.Expr, list[exp.Expr]] | None:
    """The figure without the conditions that all its aggregates are under, and those conditions;
    None where they differ."""
    holder = exp.Paren(this=tree.copy())
    seen: list[list[exp.Expr]] = []
    for node in list(holder.find_all(exp.AggFunc)):
        if node.find_ancestor(exp.AggFunc) is not None:
            continue
        if isinstance(node, exp.ArgMax):
            seen.append(_lift_key(node))
            continue
        held = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
        held = unwrapped(held)
        if not _is_condition(held):
            seen.append([])
            continue
        test = held.args["ifs"][0]
        seen.append(parts_of(test.this))
        is_row = isinstance(node, exp.Count) and test.args["true"] == exp.Literal.number(1)
        bare = exp.Star() if is_row else test.args["true"]
        if isinstance(node.this, exp.Distinct):
            node.this.set("expressions", [bare])
        else:
            node.set("this", bare)
    if any(parts != seen[0] for parts in seen[1:]):
        return None
    found: exp.Expr = holder.this
    return found.pop(), seen[0] if seen else []


def _is_condition(tree: exp.Expr) -> bool:
    return (
        isinstance(tree, exp.Case)
        and not tree.this
        and len(tree.args["ifs"]) == 1
        and tree.args.get("default") is None
    )


def _lift_key(node: exp.ArgMax) -> list[exp.Expr]:
    """MAX_BY's key says first that there is a value, then the conditions."""
    key = unwrapped(node.expression)
    if not _is_condition(key):
        return []
    first, *rest = parts_of(key.args["ifs"][0].this)
    key.args["ifs"][0].set("this", first.copy())
    return rest


def measures_of(
    tree: exp.Expr,
    name: str,
    table: Table,
    model: SemanticModel,
    axis: str,
    windows: set[exp.Expr],
) -> Iterator[Measure]:
    """The measures that an expression of one table may be, the likeliest first.

    windows: normal conditions of a comparison's windows, which are no measure's own. The caller
    compiles each again and compares.
    """
    bare, transform, steps = untransformed(tree)
    stem = stem_of(name)
    bare, per = unspread(bare, stem)
    found: list[Measure] = []
    split = lifted(normal(bare, table))
    if split is not None:
        expression, conditions = split
        good = good_readings(table)
        implied = set(windows)
        if good is not None:
            implied |= set(parts_of(normal(good, table)))
        for base in _bases(normal(expression, table), table, model):
            own = implied | _own_condition(base, table, model)
            where = _where(conditions, own, table, axis)
            if where is not None:
                found.append(replace(base, where=where))
    stem = stem.removesuffix(f"_per_{per.value}") if per else stem
    found += [Measure(metric=m) for m in (name, stem) if m in model.metrics]
    found = [replace(m, transform=transform, window=steps, per=per) for m in dict.fromkeys(found)]
    yield from sorted(found, key=lambda m: not name.startswith(measure_name(m)))


def _where(
    conditions: list[exp.Expr], implied: set[exp.Expr], table: Table, axis: str
) -> tuple[Filter, ...] | None:
    filters = [
        filter_of(normal(c, table), table, axis)
        for c in conditions
        if normal(c, table) not in implied
    ]
    if any(f is None for f in filters):
        return None
    return tuple(f for f in filters if f is not None)


def _own_condition(measure: Measure, table: Table, model: SemanticModel) -> set[exp.Expr]:
    metric = model.metrics.get(measure.metric or "")
    if metric is None or metric.condition is None:
        return set()
    whole = normal(parsed(metric.condition), table)
    return {whole, *(normal(p, table) for p in parts_of(whole))}


def _bases(expression: exp.Expr, table: Table, model: SemanticModel) -> Iterator[Measure]:
    yield from _aggregates(expression, table)
    for agg in (Agg.DURATION, Agg.FIRST_TIME, Agg.LAST_TIME):
        if _same(Measure(agg=agg), expression, table, model):
            yield Measure(agg=agg)
    for metric in model.metrics.values():
        if metric.table != table.name or metric.expression is None:
            continue
        if normal(parsed(metric.expression), table) == expression:
            yield Measure(metric=metric.name)


def _same(measure: Measure, expression: exp.Expr, table: Table, model: SemanticModel) -> bool:
    try:
        leaf = figure_of(measure, table.name, model).leaves[0]
    except UserFixable:
        return False
    return normal(leaf.expression, table) == expression


def _aggregates(tree: exp.Expr, table: Table) -> Iterator[Measure]:
    if isinstance(tree, exp.Case):
        spread = tree.args["ifs"][0].args["true"]
        if isinstance(spread, exp.StddevSamp):
            tree = spread
    agg = _COLUMN_AGGS.get(type(tree))
    inner = tree.this
    if agg is Agg.COUNT and isinstance(inner, exp.Star):
        yield Measure(agg=Agg.COUNT)
    elif agg is Agg.COUNT and isinstance(inner, exp.Distinct):
        if len(inner.expressions) == 1 and _known(inner.expressions[0], table):
            yield Measure(agg=Agg.COUNT_DISTINCT, column=inner.expressions[0].name)
    elif agg is not None and _known(inner, table):
        yield Measure(agg=agg, column=inner.name)
    elif isinstance(tree, exp.PercentileCont) and _known(inner, table):
        yield Measure(agg=Agg.PERCENTILE, column=inner.name, percentile=float(tree.expression.name))
    elif isinstance(tree, exp.ArgMax) and _known(inner, table):
        yield Measure(agg=Agg.LATEST, column=inner.name)


def _known(tree: object, table: Table) -> bool:
    return isinstance(tree, exp.Column) and tree.name in table.columns
