"""A measure as arithmetic over leaves; a leaf is an aggregate expression over one table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlglot import exp

from core.errors import UserFixable, nearest
from core.semantic.compile.names import measure_name, require_column, table_of, time_of, unknown
from core.semantic.compile.trees import case, column, divided, number, parsed, wrapped
from core.semantic.model import Metric, SemanticModel, Table, TimeAxis
from core.semantic.query import Agg, Filter, Measure, Op, Transform
from core.semantic.units import line
from core.translation import gettext as _
from core.translation import marked, told

_MAX_FORMULA_DEPTH = 8
_NUMBERS = ("integer", "double", "boolean")
_ARITHMETIC = (Agg.SUM, Agg.AVG, Agg.PERCENTILE, Agg.STDDEV)


@dataclass(frozen=True, slots=True)
class Leaf:
    """An aggregate expression over one table and the conditions that its rows are under.

    name: what its column is called where several tables are joined. condition: SQL text of the
    metric, or None. is_count: no rows mean 0. is_additive: figures of groups add up to the
    figure of all.
    """

    name: str
    table: str
    expression: exp.Expression
    condition: str | None
    where: tuple[Filter, ...]
    needs_good: bool
    is_count: bool
    is_additive: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's tree; `Placeholder` k stands for leaf k. is_number: it can be subtracted, as a
    moment or a text cannot."""

    measure: Measure
    tree: exp.Expression
    leaves: tuple[Leaf, ...]
    is_additive: bool
    label: str
    is_number: bool = True

    def filled(self, fill: Callable[[Leaf], exp.Expression]) -> exp.Expression:
        """The tree with every leaf replaced by what `fill` makes of it."""
        if isinstance(self.tree, exp.Placeholder):
            return fill(self.leaves[0])
        tree = self.tree.copy()
        for hole in list(tree.find_all(exp.Placeholder)):
            hole.replace(wrapped(fill(self.leaves[int(hole.name)])))
        return tree


def figure_of(measure: Measure, main: str, model: SemanticModel) -> Figure:
    """The figure behind a measure; UserFixable when the model lacks its metric or column.

    A share with conditions of its own is the part under them over the whole of the same group, and
    a ratio one figure over another of the same group, each from all of its rows.
    """
    if measure.over is not None:
        return _ratio(measure, measure.over, main, model)
    if measure.where and measure.transform is Transform.SHARE:
        return _part_of_whole(measure, main, model)
    if measure.metric is not None:
        metric = _metric(measure.metric, model)
        leaves: list[Leaf] = []
        tree = _metric_tree(metric, measure.where, model, leaves, 0)
        return Figure(measure, tree, tuple(leaves), metric.additive, metric.label)
    table = table_of(model, measure.table or main)
    leaf = _aggregate_leaf(measure, table)
    kind = table.columns[measure.column].type if measure.column else "integer"
    keeps_type = measure.agg in (Agg.MIN, Agg.MAX, Agg.LATEST)
    is_number = measure.agg not in (Agg.FIRST_TIME, Agg.LAST_TIME)
    if keeps_type and kind not in _NUMBERS:
        is_number = False
    if measure.agg in _ARITHMETIC and kind not in _NUMBERS:
        raise UserFixable(
            told("{figure} cannot be computed: it holds no numbers.", figure=_words(measure, table))
        )
    return Figure(
        measure,
        exp.Placeholder(this="0"),
        (leaf,),
        leaf.is_additive,
        _words(measure, table),
        is_number,
    )


NO_SHARE: Final = marked(
    "{figure} does not add up over groups, so it has no share of a total. "
    "Ask for a share of an amount or a count."
)
NO_RATIO: Final = marked(
    "{figure} does not add up, so nothing can be divided by it, nor it by anything. Ask for a "
    "ratio of two amounts or counts."
)
_NO_RATIO_OF: Final = marked(
    "{figure} over {other} is a ratio of two sums. Ask for it without a share, a running total or "
    "another figure of it."
)
_RATIO: Final = marked("{figure} over {other}")
#: What a figure is called in a message, by how it is aggregated.
_CALLED: Final = {
    Agg.SUM: marked("The sum of {what}"),
    Agg.AVG: marked("The mean of {what}"),
    Agg.MIN: marked("The lowest {what}"),
    Agg.MAX: marked("The highest {what}"),
    Agg.COUNT: marked("The number of {what}"),
    Agg.COUNT_DISTINCT: marked("The number of different {what}"),
    Agg.PERCENTILE: marked("The percentile of {what}"),
    Agg.STDDEV: marked("The standard deviation of {what}"),
    Agg.LATEST: marked("The latest {what}"),
    Agg.FIRST_TIME: marked("The first time of {what}"),
    Agg.LAST_TIME: marked("The last time of {what}"),
    Agg.DURATION: marked("The duration of {what}"),
}


def counts_different(tree: exp.Expression, leaves: Sequence[Leaf]) -> bool:
    """Whether a figure is a count of different things: parts of it may overlap, so that groups do
    not add up, and one part is never more than the whole."""
    only = leaves[0].expression if len(leaves) == 1 else None
    is_bare = isinstance(tree, exp.Placeholder)
    return is_bare and isinstance(only, exp.Count) and isinstance(only.this, exp.Distinct)


def _part_of_whole(measure: Measure, main: str, model: SemanticModel) -> Figure:
    part = figure_of(replace(measure, transform=Transform.NONE), main, model)
    table = table_of(model, measure.table or main)
    measured = tuple(
        Filter(f.column, Op.NOT_NULL)
        for f in measure.where
        if f.column in table.columns and table.columns[f.column].needs_good
    )  # the whole of "readings above 5 mm/s" is the good readings that there are
    whole = figure_of(replace(measure, transform=Transform.NONE, where=measured), main, model)
    if not part.is_additive and not counts_different(part.tree, part.leaves):
        raise UserFixable(told(NO_SHARE, figure=part.label))
    return _over(measure, part, whole, "total", part.label)


def _ratio(measure: Measure, under: Measure, main: str, model: SemanticModel) -> Figure:
    part = figure_of(replace(measure, over=None, unit=None), main, model)
    whole = figure_of(under, main, model)
    if measure.transform is not Transform.NONE or measure.per is not None:
        raise UserFixable(told(_NO_RATIO_OF, figure=part.label, other=whole.label))
    for one in (part, whole):
        if not one.is_additive and not counts_different(one.tree, one.leaves):
            raise UserFixable(told(NO_RATIO, figure=one.label))
    label = told(_RATIO, figure=part.label, other=whole.label)
    return _over(measure, part, _in_unit(whole, under, main, model), "over", label)


def _in_unit(figure: Figure, measure: Measure, main: str, model: SemanticModel) -> Figure:
    """A figure counted in the unit that its measure names."""
    own = unit_of(measure, main, model)
    if measure.unit is None or measure.unit == own:
        return figure
    factor, _nought = line(own, measure.unit)
    whole, parts = wrapped(figure.tree.copy()), round(1 / factor)
    if parts > 1 and math.isclose(parts * factor, 1):  # minutes as hours are a sixtieth
        return replace(figure, tree=divided(whole, number(parts)))
    return replace(figure, tree=exp.Mul(this=whole, expression=number(factor)))


def unit_of(measure: Measure, main: str, model: SemanticModel) -> str | None:
    """The UCUM unit in which a plain figure is computed; None for none, as of a count."""
    if measure.metric is not None:
        return model.metrics[measure.metric].unit
    if measure.agg is Agg.DURATION:
        return "h"
    if measure.agg in (Agg.COUNT, Agg.COUNT_DISTINCT) or measure.column is None:
        return None
    return model.tables[measure.table or main].columns[measure.column].unit


def _over(measure: Measure, part: Figure, whole: Figure, suffix: str, label: str) -> Figure:
    """One figure divided by another; the leaves of the second have names of their own."""
    leaves = [*part.leaves, *(replace(one, name=f"{one.name}_{suffix}") for one in whole.leaves)]
    total = exp.Paren(this=whole.tree.copy())
    for hole in list(total.find_all(exp.Placeholder)):
        hole.replace(exp.Placeholder(this=str(int(hole.name) + len(part.leaves))))
    tree = divided(part.tree.copy(), total.this.pop())
    return Figure(measure, tree, tuple(leaves), False, label)


def _words(measure: Measure, table: Table) -> str:
    """What the figure is called in a message."""
    if measure.column is None:
        return told(_CALLED[measure.agg or Agg.COUNT], what=table.label)
    return told(_CALLED[measure.agg or Agg.COUNT], what=table.columns[measure.column].label)


def tables_of(measure: Measure, main: str, model: SemanticModel) -> tuple[str, ...]:
    """Names of the tables that the measure reads, each once, in the order of its leaves."""
    leaves = figure_of(measure, main, model).leaves
    return tuple(dict.fromkeys(leaf.table for leaf in leaves))


def _metric(name: str, model: SemanticModel) -> Metric:
    metric = model.metrics.get(name)
    if metric is None:
        raise UserFixable(
            unknown(
                told(
                    "The model {model} has no metric {name}.",
                    model=repr(model.name),
                    name=repr(name),
                ),
                nearest(name, model.metrics),
            )
        )
    return metric


def _metric_tree(
    metric: Metric,
    where: tuple[Filter, ...],
    model: SemanticModel,
    leaves: list[Leaf],
    depth: int,
) -> exp.Expression:
    if depth > _MAX_FORMULA_DEPTH:
        raise UserFixable(told("The formula of {figure} refers to itself.", figure=metric.label))
    if metric.formula is None:
        table = table_of(model, metric.table)
        expression = parsed(metric.expression or "NULL")
        leaf = Leaf(
            name=metric.name,
            table=table.name,
            expression=expression,
            condition=metric.condition,
            where=where,
            needs_good=metric.needs_good or _any_needs_good(where, table),
            is_count=isinstance(expression, exp.Count),
            is_additive=metric.additive,
        )
        for k, known in enumerate(leaves):
            if known.name == leaf.name:
                return exp.Placeholder(this=str(k))
        leaves.append(leaf)
        return exp.Placeholder(this=str(len(leaves) - 1))
    tree = parsed(metric.formula)
    holder = exp.Paren(this=tree)
    for name in list(holder.find_all(exp.Column)):
        part = _metric_tree(_metric(name.name, model), where, model, leaves, depth + 1)
        name.replace(wrapped(part))
    found: exp.Expression = holder.this
    return found.pop()


def _any_needs_good(where: tuple[Filter, ...], table: Table) -> bool:
    columns = (table.columns.get(condition.column) for condition in where)
    return any(known is not None and known.needs_good for known in columns)


def _aggregate_leaf(measure: Measure, table: Table) -> Leaf:
    name = measure.column
    if name is not None:
        require_column(table, name)
    known = table.columns[name] if name is not None else None
    agg = measure.agg
    return Leaf(
        name=measure_name(replace(measure, per=None, transform=Transform.NONE)),
        table=table.name,
        expression=_aggregate(measure, table),
        condition=None,
        where=measure.where,
        needs_good=(known is not None and known.needs_good)
        or _any_needs_good(measure.where, table),
        is_count=agg in (Agg.COUNT, Agg.COUNT_DISTINCT)
        or (agg is Agg.DURATION and time_of(table).interval_min is not None),
        is_additive=agg in (Agg.SUM, Agg.COUNT, Agg.DURATION),
    )


def _aggregate(measure: Measure, table: Table) -> exp.Expression:
    agg, name = measure.agg, measure.column
    match agg:
        case None:
            raise ValueError("a measure needs a metric or an aggregate")
        case Agg.COUNT:
            return exp.Count(this=exp.Star() if name is None else column(name))
        case Agg.DURATION:
            return _hours(time_of(table), table)
        case Agg.FIRST_TIME:
            return exp.Min(this=column(time_of(table).timestamp))
        case Agg.LAST_TIME:
            return exp.Max(this=column(time_of(table).timestamp))
    if name is None:
        raise ValueError(f"{agg.value!r} needs a column")
    match agg:
        case Agg.SUM:
            return exp.Sum(this=column(name))
        case Agg.AVG:
            return exp.Avg(this=column(name))
        case Agg.MIN:
            return exp.Min(this=column(name))
        case Agg.MAX:
            return exp.Max(this=column(name))
        case Agg.COUNT_DISTINCT:
            return exp.Count(this=exp.Distinct(expressions=[column(name)]))
        case Agg.PERCENTILE:
            if measure.percentile is None or not 0 <= measure.percentile <= 1:
                raise UserFixable(_("A percentile lies between 0 and 100."))
            return exp.PercentileCont(this=column(name), expression=number(measure.percentile))
        case Agg.STDDEV:
            # One row has no sample deviation; engines disagree (0 or NULL), so it is said here.
            several = exp.GT(this=exp.Count(this=column(name)), expression=exp.Literal.number(1))
            return case(several, exp.StddevSamp(this=column(name)))
        case _:
            return _latest(name, time_of(table))


def _latest(name: str, time: TimeAxis) -> exp.Expression:
    has_value = exp.Not(this=exp.Is(this=column(name), expression=exp.Null()))
    key = case(has_value, column(time.utc or time.timestamp))
    return exp.ArgMax(this=column(name), expression=key)


def _hours(time: TimeAxis, table: Table) -> exp.Expression:
    """Hours as `count x minutes / 60`, or the seconds of the events / 3600; integers over
    integers are DOUBLE on every engine, decimals are not."""
    if time.interval_min is not None:
        minutes = exp.Mul(this=exp.Count(this=exp.Star()), expression=number(time.interval_min))
        return divided(minutes, exp.Literal.number(60))
    if time.end is None:
        raise UserFixable(told("{table} does not say when something ended.", table=table.label))
    seconds = exp.TimestampDiff(
        this=column(time.end), expression=column(time.timestamp), unit=exp.Var(this="SECOND")
    )
    return divided(exp.Sum(this=seconds), exp.Literal.number(3600))
