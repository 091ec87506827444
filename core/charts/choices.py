"""What may be changed of a chart, so that nothing else is offered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

from core.charts.columns import columned, typed
from core.charts.control import is_one_line
from core.charts.edit import case_of, categories
from core.charts.fits import (
    BARS,
    LINED,
    coloured_by,
    figures_of,
    has_order,
    is_upright,
    splits_of,
)
from core.charts.misfit import ChartMisfit
from core.charts.own_lines import axis_column, with_limits
from core.charts.tops import can_sum_rest, limited, most
from core.semantic.display import unit_of
from core.semantic.limits import Known
from core.semantic.model import SemanticModel
from core.semantic.query import SemanticQuery
from core.types import ChartEdit, ChartSpec, ChartType, Result, ResultColumn


@dataclass(frozen=True, slots=True)
class Choices:
    """types: kinds that show the rows. along, figures, series: names of columns for the axis, the
    values and the split, each with its label; an empty name is none. can_lie, can_order: whether
    bars may lie, categories stand in another order. most: categories or series that can be kept;
    0 where nothing is left out. can_sum_rest: whether those left out may be one more. column,
    categories: what colours can be given a meaning; empty for nothing. has_lines: whether lines
    can be drawn, in `unit`. has_limits: whether the model has some. can_control: whether it is one
    line over time, which mean and control limits may be drawn of."""

    types: tuple[ChartType, ...]
    along: dict[str, str]
    figures: dict[str, str]
    series: dict[str, str]
    can_lie: bool
    can_order: bool
    most: int
    can_sum_rest: bool
    column: str
    categories: tuple[str, ...]
    has_lines: bool
    has_limits: bool
    unit: str
    can_control: bool


def choices(
    spec: ChartSpec,
    result: Result,
    columns: Sequence[ResultColumn],
    query: SemanticQuery | None,
    model: SemanticModel,
    known: Known | None = None,
) -> Choices:
    """What a chart of these rows may be changed to. known: as for `choose_chart`."""
    case = case_of(result, columns, query, model)
    splits = {name: s.column.label for name, s in splits_of(case).items()}
    figures = {name: c.label for name, c in figures_of(case).items()}
    along = splits | (figures if spec.type == "scatter" else {})
    split = limited(case, spec)
    axis = axis_column(case, spec)
    has_lines = spec.type in LINED and axis is not None
    limits = with_limits(case, result, spec, known).lines if has_lines else ()
    return Choices(
        types=tuple(t for t in get_args(ChartType) if _fits(typed, case, spec, t)),
        along={
            n: t
            for n, t in along.items()
            if n == spec.x or _fits(columned, case, spec, ChartEdit(x=n))
        },
        figures=figures,
        series={
            n: t
            for n, t in ({"": ""} | splits).items()
            if n == (spec.series or "") or _fits(columned, case, spec, ChartEdit(series=n))
        },
        can_lie=spec.type in BARS and not is_upright(case, spec),
        can_order=has_order(case, spec),
        most=min(most(case, spec), split.count) if split is not None and split.count > 1 else 0,
        can_sum_rest=can_sum_rest(case, spec),
        column=coloured_by(case, spec) or "",
        categories=categories(case, spec),
        has_lines=has_lines,
        has_limits=any(not line.is_own for line in limits),
        unit=unit_of(axis) if axis is not None else "",
        can_control=is_one_line(case, spec),
    )


def _fits(change: Callable[..., ChartSpec], *given: object) -> bool:
    try:
        change(*given)
    except ChartMisfit:
        return False
    return True
