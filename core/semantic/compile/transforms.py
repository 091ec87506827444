"""What is done to a figure after it is aggregated: shares, running and moving figures, changes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from core.errors import UserFixable
from core.semantic.compile.figures import NO_SHARE, Figure
from core.semantic.compile.trees import divided, wrapped
from core.semantic.query import Transform
from core.translation import gettext as _
from core.translation import marked, told


@dataclass(frozen=True, slots=True)
class Axes:
    """The expressions of the grouped rows that windows are cut along.

    first: those of the first dimension; time: sort keys of the first time dimension, oldest
    first, or None without one; others: those of every dimension but that one.
    """

    first: tuple[exp.Expression, ...]
    time: tuple[exp.Expression, ...] | None
    others: tuple[exp.Expression, ...]


def ascending(keys: tuple[exp.Expression, ...]) -> exp.Order:
    """`ORDER BY keys`, NULL smallest as StarRocks has it."""
    return exp.Order(expressions=[exp.Ordered(this=k.copy(), nulls_first=True) for k in keys])


def windowed(
    function: exp.Expression,
    partition: tuple[exp.Expression, ...] = (),
    order: tuple[exp.Expression, ...] = (),
    rows_before: int | None = None,
    *,
    is_framed: bool = False,
) -> exp.Window:
    """`function OVER (...)`. A frame runs from `rows_before` (None: the first row) to here."""
    spec = None
    if is_framed:
        start = "UNBOUNDED" if rows_before is None else exp.Literal.number(rows_before)
        spec = exp.WindowSpec(kind="ROWS", start=start, start_side="PRECEDING", end="CURRENT ROW")
    return exp.Window(
        this=function,
        partition_by=[p.copy() for p in partition],
        order=ascending(order) if order else None,
        spec=spec,
        over="OVER",
    )


#: What a figure over time says where there is no step of time.
_NEEDS_STEPS = {
    Transform.RUNNING: marked(
        "A running figure of {figure} needs a step of time. Add 'by day' or 'by week'."
    ),
    Transform.MOVING: marked(
        "A moving figure of {figure} needs a step of time. Add 'by day' or 'by week'."
    ),
    Transform.CHANGE: marked(
        "A change of {figure} from step to step needs a step of time. Add 'by day' or 'by week'."
    ),
}


def transformed(figure: Figure, value: exp.Expression, axes: Axes) -> exp.Expression:
    """The figure under its measure's transform; UserFixable where that makes no sense."""
    measure = figure.measure
    match measure.transform:
        case Transform.NONE:
            return value
        case Transform.SHARE if measure.where:
            return value  # the figure is a part over its whole already
        case Transform.SHARE | Transform.SHARE_WITHIN:
            if not figure.is_additive:
                raise UserFixable(told(NO_SHARE, figure=figure.label))
            within = measure.transform is Transform.SHARE_WITHIN
            total = windowed(exp.Sum(this=value.copy()), axes.first if within else ())
            return divided(value, total)
    if axes.time is None:
        raise UserFixable(told(_NEEDS_STEPS[measure.transform], figure=figure.label))
    if measure.transform is Transform.CHANGE:
        before = windowed(exp.Lag(this=value.copy()), axes.others, axes.time)
        return exp.Sub(this=value, expression=before)
    rows_before = None
    if measure.transform is Transform.MOVING:
        if measure.window is None or measure.window < 1:
            raise UserFixable(_("A moving figure needs the number of steps that it is taken over."))
        rows_before = measure.window - 1
    spread = _spread(figure, value, axes, rows_before)
    if measure.transform is Transform.MOVING and figure.is_additive:
        # The moving mean of an amount is its mean a step; a ratio is pooled already.
        steps = windowed(
            exp.Count(this=exp.Star()), axes.others, axes.time, rows_before, is_framed=True
        )
        return divided(spread, steps)
    return spread


def _spread(
    figure: Figure, value: exp.Expression, axes: Axes, rows_before: int | None
) -> exp.Expression:
    """The value with each aggregate taken over the window's rows, so that a ratio is the ratio
    of sums and not a mean of ratios."""

    def over(function: exp.Expression) -> exp.Expression:
        return windowed(function, axes.others, axes.time or (), rows_before, is_framed=True)

    holder = exp.Paren(this=value)
    joined = [c for c in holder.find_all(exp.Column) if c.table]
    if joined:
        if not all(leaf.is_additive for leaf in figure.leaves):
            raise UserFixable(_no_spread(figure))
        for part in joined:
            part.replace(over(exp.Sum(this=part.copy())))
    for node in [] if joined else list(holder.find_all(exp.AggFunc)):
        if node.find_ancestor(exp.AggFunc) is not None:
            continue
        is_distinct = isinstance(node.this, exp.Distinct)
        if is_distinct or not isinstance(node, exp.Sum | exp.Count | exp.Avg | exp.Min | exp.Max):
            raise UserFixable(_no_spread(figure))
        if isinstance(node, exp.Avg):
            total = over(exp.Sum(this=exp.Sum(this=node.this.copy())))
            rows = over(exp.Sum(this=exp.Count(this=node.this.copy())))
            node.replace(exp.Paren(this=divided(total, rows)))
            continue
        outer = type(node) if isinstance(node, exp.Min | exp.Max) else exp.Sum
        node.replace(over(outer(this=node.copy())))
    found: exp.Expression = holder.this
    return found.pop()


def _no_spread(figure: Figure) -> str:
    return told(
        "{figure} cannot be added up over several steps of time: each step's figure hides the "
        "single values that a running or moving figure needs. Ask for it over the whole period, "
        "or use a mean, a sum or a count.",
        figure=figure.label,
    )


def difference(value: exp.Expression, other: exp.Expression) -> exp.Expression:
    """`value - other`."""
    return exp.Sub(this=wrapped(value), expression=wrapped(other))
