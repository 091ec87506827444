"""Another kind of chart or other columns for the same rows, where they fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.charts.case import Case
from core.charts.fits import BARS, figures_of, has_order, is_ordered, is_upright, misfit, splits_of
from core.charts.misfit import ChartMisfit, refused_as
from core.charts.shape import axis_unit
from core.charts.summed import are_apart
from core.charts.wish import of_type
from core.charts.words import chart_name, say
from core.errors import did_you_mean
from core.translation import gettext as _
from core.types import ChartEdit, ChartSpec, ChartType

_EACH: tuple[ChartType, ...] = ("scatter", "kpi", "box", "table")


def focused(case: Case, spec: ChartSpec) -> Case:
    """The case as a chart has it: its figure first, and without the splits that it adds up over."""
    first = [m for m in case.shape.measures if m.name in spec.y[:1]]
    others = [m for m in case.shape.measures if m not in first]
    splits = case.shape.splits
    if spec.summed:
        splits = tuple(s for s in splits if s.name in (spec.x, spec.series))
    return replace(case, shape=replace(case.shape, measures=(*first, *others), splits=splits))


def settled(case: Case, spec: ChartSpec) -> ChartSpec:
    """The chart with what follows from its kind and columns: which way bars lie, whether rows are
    added up, in which order categories stand."""
    by = [name for name in (spec.x, spec.series) if name]
    is_summed = spec.type not in _EACH and bool(by) and set(by) <= splits_of(case).keys()
    order = spec.order if has_order(case, spec) else "given"
    return replace(
        spec,
        summed=is_summed and not are_apart(case.table, by),
        horizontal=spec.horizontal and spec.type in BARS and not is_upright(case, spec),
        order="highest" if spec.type == "pie" and order == "given" else order,
    )


def typed(case: Case, spec: ChartSpec, kind: ChartType) -> ChartSpec:
    """The chart as another kind, with its columns where they fit and else with those that the kind
    needs. Raises ChartMisfit."""
    if kind == spec.type:
        return spec
    if kind == "table":
        return replace(spec, type=kind)
    x = splits_of(case).get(spec.x or "")
    lies = spec.horizontal if spec.type in BARS else x is not None and not is_ordered(x)
    kept = replace(spec, type=kind, y2=spec.y2 if kind == "line" else (), horizontal=lies)
    tries = [kept, replace(kept, y=kept.y[:1])]
    reason = ""
    for own in (focused(case, spec), case):
        made, why = of_type(own, kind)
        reason = reason or why
        if made is not None:
            columns = replace(kept, x=made.x, y=made.y, y2=made.y2, series=made.series)
            tries.append(replace(columns, type=made.type, horizontal=made.horizontal))
    for one in tries:
        found = settled(case, one)
        if found.type == kind and not misfit(case, found):
            return found
    raise refused_as(kind, reason or misfit(case, settled(case, kept)))


def columned(case: Case, spec: ChartSpec, edit: ChartEdit) -> ChartSpec:
    """The chart over other columns, as its own kind or as the nearest one that shows them. What is
    put where another one is changes places with it. Raises ChartMisfit."""
    figures, splits = figures_of(case), splits_of(case)
    x = spec.x if edit.x is None else edit.x
    series = spec.series if edit.series is None else edit.series or None
    if x is not None and x == series:
        if edit.series is None:
            series = spec.x if spec.x in splits else None
        elif edit.x is None:
            x = spec.series
    names = (*spec.y, *spec.y2) if edit.y is None else tuple(dict.fromkeys(edit.y))
    _known([n for n in (x, series) if n], [*splits, *figures])
    _known(names, figures)
    if not names:
        raise ChartMisfit(_("A chart needs a figure."))
    units = list(dict.fromkeys(axis_unit(figures[n]) for n in names))
    first = tuple(n for n in names if axis_unit(figures[n]) == units[0])
    second = tuple(n for n in names if n not in first)
    if edit.y is None:
        first, second = spec.y, spec.y2
    placed = replace(spec, x=x, series=series, y=first, y2=second)
    if spec.type == "table":
        return placed
    reason = ""
    stands = x in splits and is_ordered(splits[x])
    lies = placed.horizontal if spec.type in BARS and spec.x == x else not stands
    for kind in _kinds(case, placed):
        found = settled(case, replace(placed, type=kind, horizontal=lies))
        why = misfit(case, found)
        if not why:
            return found
        reason = reason or why
    raise ChartMisfit(say("not_these_columns", type=chart_name(spec.type), reason=say(reason)))


def _kinds(case: Case, spec: ChartSpec) -> Iterable[ChartType]:
    """Kinds that may show those columns, its own first."""
    x = splits_of(case).get(spec.x or "")
    along: tuple[ChartType, ...] = ("line", "bar", "stacked_bar", "grouped_bar")
    across: tuple[ChartType, ...] = ("bar", "stacked_bar", "grouped_bar", "line")
    order = along if x is not None and is_ordered(x) else across
    return dict.fromkeys((spec.type, *order, "heatmap", "scatter", "kpi"))


def _known(names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise ChartMisfit(f"The rows have no column {name!r}.{did_you_mean(name, known)}")
