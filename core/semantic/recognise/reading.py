"""From the layers of a SELECT to the queries that it may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Literal

from sqlglot import exp

from core.errors import UserFixable
from core.semantic.compile.dimensions import group_of
from core.semantic.compile.figures import unit_of
from core.semantic.compile.grouped import dropped_nulls
from core.semantic.compile.sheet import SHIFT_START
from core.semantic.model import SemanticModel, Table
from core.semantic.other_time import has_steps
from core.semantic.query import (
    Comparison,
    Dimension,
    Filter,
    Grain,
    Having,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
)
from core.semantic.recognise.conditions import Conditions, read_where, value_of
from core.semantic.recognise.layers import Layers
from core.semantic.recognise.measures import (
    measures_of,
    stem_of,
    unspread,
    untransformed,
)
from core.semantic.recognise.normal import normal, parts_of, unwrapped
from core.semantic.units import same_dimension

_MAX_TRIALS = 48
#: Between the names of a ratio's two figures.
_OVER = "_over_"
#: Units of time in which what divides may be counted.
_TIMES = ("h", "d", "min", "s")
_HAVING_OPS: dict[type[exp.Expr], Op] = {
    exp.EQ: Op.EQ,
    exp.NEQ: Op.NE,
    exp.LT: Op.LT,
    exp.LTE: Op.LE,
    exp.GT: Op.GT,
    exp.GTE: Op.GE,
}


def queries_of(layers: Layers, model: SemanticModel) -> Iterator[SemanticQuery]:
    """The aggregate queries that the layers may be; the caller compiles and compares them."""
    main = next(iter(layers.parts.values()))
    table = main.table
    first = unwrapped(_unmoved(main.columns.get("day", exp.Null())))
    is_production = table.time is not None and first.name == table.time.production_date
    for axis in ("production", "clock") if is_production else ("clock", "production"):
        said = read_where(main.where, table, None)
        used = said.time.axis if said.time else axis
        if said.time is not None and axis != used:
            continue
        time = said.time
        if time is None and axis == "production":
            if table.time is None or table.time.production_date is None:
                continue
            said = read_where(main.where, table, "production")
            time = TimeWindow(None, None, "production")
        yield from _queries(layers, model, said, time, used)


def _queries(
    layers: Layers,
    model: SemanticModel,
    said: Conditions,
    time: TimeWindow | None,
    axis: str,
) -> Iterator[SemanticQuery]:
    main = next(iter(layers.parts.values()))
    table = main.table
    has_starts = layers.has_shift_start or any(_is_start(key.this, table) for key in layers.order)
    names = [n for n, e in layers.columns.items() if _is_dimension(e, layers)]
    dimensions, spans = _dimensions(names, layers, table, axis, model, has_starts=has_starts)
    if dimensions is None:
        return
    figures = [n for n in layers.columns if n not in names]
    if said.other_time is not None:
        if len(figures) % 2:
            return
        figures = figures[::2]
    windows: set[exp.Expr] = set()
    if said.other_time is not None:
        both = [p for part in parts_of(main.where) for p in parts_of(part)]
        for p in both:
            either = unwrapped(p)
            if isinstance(either, exp.Or):
                for side in (either.left, either.right):
                    windows |= {normal(c, table) for c in parts_of(side)}
    choices = [_measures(layers.columns[n], n, layers, model, axis, windows) for n in figures]
    if any(not choice for choice in choices):
        return
    if layers.skip and not (dimensions and layers.order):
        return  # places of what nobody put in order
    order = _orders(layers, spans, figures, table)
    having = _having(layers, figures, table)
    if order is None or having is None:
        return
    filters = _filters(layers, said, dimensions, axis)
    comparison = _comparison(layers, said, dimensions, axis)
    is_bad = any(read_where(p.where, p.table, axis).is_bad for p in layers.parts.values())
    grades: tuple[Literal["good", "all", "bad"], ...] = ("good", "all")
    for measures in islice(product(*choices), _MAX_TRIALS):
        for readings in ("bad",) if is_bad else grades:
            yield SemanticQuery(
                model=model.name,
                table=table.name,
                measures=tuple(measures),
                dimensions=dimensions,
                filters=filters,
                time=time,
                comparison=comparison,
                having=having,
                order=order,
                limit=layers.limit,
                skip=layers.skip,
                every=layers.every,
                per_group=layers.per_group,
                readings=readings,
            )


def _is_dimension(tree: exp.Expr, layers: Layers) -> bool:
    if layers.is_joined:
        return isinstance(tree, exp.Column) and tree.table == "grouped"
    return tree.find(exp.AggFunc) is None


def _is_start(tree: exp.Expr, table: Table) -> bool:
    """Whether a sort key is the first moment of a shift."""
    if isinstance(tree, exp.Column) and tree.name == SHIFT_START:
        return True
    moment = table.time.timestamp if table.time else None
    return isinstance(tree, exp.Min) and any(c.name == moment for c in tree.find_all(exp.Column))


def _dimensions(
    names: list[str],
    layers: Layers,
    table: Table,
    axis: str,
    model: SemanticModel,
    *,
    has_starts: bool,
) -> tuple[tuple[Dimension, ...] | None, list[tuple[str, ...]]]:
    """The dimensions and the result names of each; None when an expression is none."""
    main = next(iter(layers.parts.values()))
    found: list[Dimension] = []
    spans: list[tuple[str, ...]] = []
    k = 0
    while k < len(names):
        trees = [_unmoved(main.columns[n]) for n in names[k : k + 2] if n in main.columns]
        if not trees:
            return None, []
        is_shift = (has_starts or names[k].startswith("day")) and _is_shift(trees, table)
        if is_shift and (has_starts or layers.is_joined):
            found.append(Dimension(grain=Grain.SHIFT))
            spans.append(tuple(names[k : k + 2]))
            k += 2
            continue
        dimension = _dimension(trees[0], table, axis, model)
        if dimension is None:
            return None, []
        found.append(dimension)
        spans.append((names[k],))
        k += 1
    return tuple(found), spans


def _is_shift(trees: list[exp.Expr], table: Table) -> bool:
    time = table.time
    return (
        time is not None
        and len(trees) == 2
        and all(isinstance(t, exp.Column) for t in trees)
        and trees[0].name == time.production_date
        and trees[1].name == time.shift
    )


def _unmoved(tree: exp.Expr) -> exp.Expr:
    """A dimension without the CASE that lays another window over this one."""
    holder = exp.Paren(this=tree.copy())
    for node in list(holder.find_all(exp.Case)):
        default = node.args.get("default")
        if default is not None:
            node.replace(default.copy())
    found: exp.Expr = holder.this
    return found.pop()


def _dimension(tree: exp.Expr, table: Table, axis: str, model: SemanticModel) -> Dimension | None:
    wanted = normal(tree, table)
    for grain in Grain:
        if grain is Grain.SHIFT or table.time is None:
            continue
        dimension = Dimension(grain=grain)
        try:
            group = group_of(dimension, ("",), table, axis, model.week_start, None)
        except UserFixable:
            continue
        if normal(group.expressions[0], table) == wanted:
            return dimension
    for name, column in table.own.items():
        if column.type not in ("date", "datetime") or isinstance(wanted, exp.Column):
            continue
        for grain in Grain:
            if has_steps(table, name, grain):
                dimension = Dimension(column=name, grain=grain)
                group = group_of(dimension, ("",), table, axis, model.week_start, None)
                if normal(group.expressions[0], table) == wanted:
                    return dimension
    if isinstance(wanted, exp.Column):
        return Dimension(column=wanted.name) if wanted.name in table.columns else None
    width = _bin_width(wanted)
    if width is not None:
        return Dimension(column=width[0], bin_width=width[1])
    return None


def _bin_width(tree: exp.Expr) -> tuple[str, float] | None:
    """Column and width of `FLOOR(column / width) * width`."""
    for floor in tree.find_all(exp.Floor):
        ratio = unwrapped(floor.this)
        if not isinstance(ratio, exp.Div) or not isinstance(ratio.left, exp.Column):
            continue
        if isinstance(ratio.right, exp.Literal):
            return ratio.left.name, float(ratio.right.name)
    return None


def _measures(
    tree: exp.Expr,
    name: str,
    layers: Layers,
    model: SemanticModel,
    axis: str,
    windows: set[exp.Expr],
) -> list[Measure]:
    """The measures that a figure's tree may be, the likeliest first."""
    found = _plain_measures(tree, name, layers, model, axis, windows)
    top, over, under = name.partition(_OVER)
    bare = unwrapped(tree)
    if not over or not isinstance(bare, exp.Div):
        return found
    tops = _plain_measures(unwrapped(bare.left), top, layers, model, axis, windows)
    ratios = [
        replace(one, over=other)
        for right, unit in _divisors(unwrapped(bare.right))
        for other in _in_unit(
            _plain_measures(right, under, layers, model, axis, windows), unit, layers, model
        )
        for one in tops
    ]
    return [*ratios, *found]


def _divisors(tree: exp.Expr) -> list[tuple[exp.Expr, bool]]:
    """What a figure is divided by, as it stands and, where it is counted in another unit, before
    that; with whether it is so."""
    found = [(tree, False)]
    if isinstance(tree, exp.Div | exp.Mul) and isinstance(tree.right, exp.Literal):
        found.append((unwrapped(tree.left), True))
    return found


def _in_unit(
    measures: list[Measure], is_counted: bool, layers: Layers, model: SemanticModel
) -> list[Measure]:
    if not is_counted:
        return measures
    main = layers.parts[""].table.name if not layers.is_joined else ""
    found = []
    for one in measures:
        own = unit_of(one, main or next(iter(layers.parts.values())).table.name, model)
        found += [
            replace(one, unit=u) for u in _TIMES if own and u != own and same_dimension(own, u)
        ]
    return found


def _plain_measures(
    tree: exp.Expr,
    name: str,
    layers: Layers,
    model: SemanticModel,
    axis: str,
    windows: set[exp.Expr],
) -> list[Measure]:
    if not layers.is_joined:
        table = layers.parts[""].table
        return list(measures_of(tree, name, table, model, axis, windows))
    bare, transform, steps = untransformed(tree)
    bare, per = unspread(bare, stem_of(name))
    if isinstance(bare, exp.Coalesce):
        bare = bare.this
    found: list[Measure] = []
    if isinstance(bare, exp.Column) and bare.table in layers.parts:
        part = layers.parts[bare.table]
        leaf = part.columns.get(bare.name)
        if leaf is not None:
            leaves = measures_of(leaf, bare.name, part.table, model, axis, windows)
            found += [
                replace(
                    m,
                    transform=transform,
                    window=steps,
                    per=per,
                    table=part.table.name if m.metric is None else None,
                )
                for m in leaves
            ]
    stems = [name, stem_of(name), stem_of(name).removesuffix(f"_per_{per.value}" if per else "")]
    formulas = [Measure(metric=s, transform=transform, window=steps, per=per) for s in stems]
    found += [m for m in dict.fromkeys(formulas) if m.metric in model.metrics]
    return sorted(found, key=lambda m: m.metric not in stems)


def _orders(
    layers: Layers, spans: list[tuple[str, ...]], figures: list[str], table: Table
) -> tuple[Order, ...] | None:
    """The sort keys as orders; None when one is neither a figure nor a dimension."""
    by_tree = {normal(e, table): n for n, e in reversed(layers.shown.items())}
    has_shift = any(len(names) > 1 for names in spans)
    found: list[Order] = []
    for key in layers.order:
        tree, descending = key.this, bool(key.args.get("desc"))
        if (has_shift and _is_start(tree, table)) or _is_null_test(tree):
            continue
        name = by_tree.get(normal(tree, table))
        if name is None and isinstance(tree, exp.Column) and tree.name in layers.shown:
            name = tree.name
        if name is None:
            return None
        dimension = next((k for k, names in enumerate(spans) if name in names), None)
        if dimension is not None:
            if not any(o.by == "dimension" and o.index == dimension for o in found):
                found.append(Order("dimension", dimension, descending))
        elif name in figures:
            found.append(Order("measure", figures.index(name), descending))
        else:
            k = _changed(name, figures, layers)
            if k is None:
                return None
            found.append(Order("change", k, descending))
    return tuple(found)


def _changed(name: str, figures: list[str], layers: Layers) -> int | None:
    """Which figure the column is the change of: the third of its four columns."""
    after = [n for n in layers.shown if n not in figures]
    shown = list(layers.shown)
    place = shown.index(name) if name in after else -1
    owner = shown[place - 2] if place >= 2 else ""
    return figures.index(owner) if owner in figures else None


def _is_null_test(tree: exp.Expr) -> bool:
    """`CASE WHEN x IS NULL THEN 1 ELSE 0 END` or `x IS NULL`, which only moves NULLs."""
    bare = unwrapped(tree)
    if isinstance(bare, exp.Case) and len(bare.args["ifs"]) == 1:
        bare = unwrapped(bare.args["ifs"][0].this)
    return isinstance(bare, exp.Is) and isinstance(bare.expression, exp.Null)


def _having(layers: Layers, figures: list[str], table: Table) -> tuple[Having, ...] | None:
    by_tree: dict[exp.Expr, int] = {}
    for k, name in enumerate(figures):
        by_tree.setdefault(normal(layers.shown[name], table), k)
    found: list[Having] = []
    for part in parts_of(layers.kept):
        negated = isinstance(part, exp.Not)
        tree = unwrapped(part.this) if negated else part
        index = by_tree.get(normal(tree.this, table))
        if isinstance(tree, exp.Between):
            op, values = Op.BETWEEN, [tree.args["low"], tree.args["high"]]
        elif isinstance(tree, exp.In):
            op, values = Op.NOT_IN if negated else Op.IN, tree.expressions
        elif isinstance(tree, exp.Is) and isinstance(tree.expression, exp.Null):
            op, values = Op.NOT_NULL if negated else Op.IS_NULL, []
        elif type(tree) in _HAVING_OPS:
            op, values = _HAVING_OPS[type(tree)], [tree.expression]
        else:
            return None
        numbers = [value_of(v, "double") for v in values]
        kept = tuple(n for n in numbers if isinstance(n, int | float))
        if index is None or len(kept) < len(values) or (negated and op not in _NEGATED):
            return None
        found.append(Having(index, op, kept))
    return tuple(found)


_NEGATED = (Op.NOT_IN, Op.NOT_NULL)


def _filters(
    layers: Layers, said: Conditions, dimensions: tuple[Dimension, ...], axis: str
) -> tuple[Filter, ...]:
    filters = list(said.filters)
    if not layers.is_joined:
        return tuple(filters)
    for part in layers.parts.values():
        others = read_where(part.where, part.table, axis).filters
        filters = [f for f in filters if f in others]
    table = next(iter(layers.parts.values())).table
    probe = SemanticQuery("", table.name, dimensions=dimensions)
    implied = {Filter(name, Op.NOT_NULL) for name in dropped_nulls(probe, table)}
    return tuple(f for f in filters if f not in implied)


def _comparison(
    layers: Layers, said: Conditions, dimensions: tuple[Dimension, ...], axis: str
) -> Comparison | None:
    if said.other_time is not None:
        return Comparison("window", said.other_time)
    if layers.reference is None:
        return None
    wide = layers.reference
    kept = read_where(wide.where, wide.table, axis).filters
    drop = {f.column for f in said.filters if f not in kept}
    names = set(wide.columns)
    if drop:
        drop |= {d.column for d in dimensions if d.column and d.column not in names}
    return Comparison("reference", drop=tuple(sorted(drop)))
