"""Figures of whole places: of which levels a metric can be one figure, and over which windows.

A metric that comes from the watched table alone is taken at each asset, or of a place as a whole
(`Threshold.per`). One that needs rows of other tables is taken over a window, as answers take it:
of the level that a threshold names, else of each asset, as far as all of its tables know it.
"""

from __future__ import annotations

from sqlglot import exp

from core.semantic.compile.figures import Figure, figure_of
from core.semantic.compile.trees import parsed
from core.semantic.model import SemanticModel, Table, Watch
from core.semantic.query import Measure as Asked
from core.semantic.said import said
from core.translation import gettext as _


def figure_behind(metric: str, model: SemanticModel) -> Figure:
    """The arithmetic of a metric of the model over its tables."""
    return figure_of(Asked(metric=metric), model.metrics[metric].table, model)


def tables_of(metric: str, model: SemanticModel) -> frozenset[str]:
    """The tables whose rows a metric of the model is made of."""
    return frozenset(leaf.table for leaf in figure_behind(metric, model).leaves)


def keys_of(per: str, model: SemanticModel, watch: Watch) -> tuple[str, ...]:
    """The columns whose values name a place of a level, the operating position first; of no level
    that of assets. A level before the position, such as a class, is one of each position."""
    if per in ("", watch.asset):
        return (watch.asset,)
    scope = model.tables[watch.table].scope
    first = watch.levels.index(scope) if scope in watch.levels else 0
    at = watch.levels.index(per)
    return watch.levels[first : at + 1] if at >= first else (watch.levels[first], per)


def levels_of(metric: str, model: SemanticModel, watch: Watch) -> tuple[str, ...]:
    """The levels of which all tables of a metric know each place, from the general to the
    particular; the last one may be that of assets."""
    tables = [model.tables[name] for name in tables_of(metric, model)]
    return tuple(
        level
        for level in watch.levels
        if all(
            key in table.own and not table.columns[key].personal
            for table in tables
            for key in keys_of(level, model, watch)
        )
    )


def interval_of(metric: str, model: SemanticModel) -> int:
    """The longest interval, in minutes, that a row of the metric's tables covers; 0 where all are
    events."""
    times = (model.tables[name].time for name in tables_of(metric, model))
    return max((time.interval_min or 0 for time in times if time is not None), default=0)


def coarse_tables(metric: str, model: SemanticModel, watch: Watch) -> tuple[str, ...]:
    """Its other tables of intervals, which a step of the watch has to wait for, by name."""
    return tuple(
        sorted(
            name
            for name in tables_of(metric, model) - {watch.table}
            if (time := model.tables[name].time) is not None and time.interval_min is not None
        )
    )


def why_not(metric: str, model: SemanticModel, watch: Watch) -> str:
    """Why no threshold can be put on a metric that needs other tables than the watched one; empty
    where one can."""
    spoken = said(model)
    one = spoken.metrics[metric]
    if one.additive:
        return _(
            "{name} grows with the time that it is summed over. Take a ratio or a mean, such as "
            "a rate or a duration."
        ).format(name=one.label)
    for leaf in figure_behind(metric, model).leaves:
        table = model.tables[leaf.table]
        label = spoken.tables[leaf.table].label
        time = table.own_time
        if time is None:
            return _("{table} says no time, so it has no window.").format(table=label)
        if time.utc is None and table.scope is None and model.timezones:
            return _(
                "Rows of {table} say neither UTC nor their plant, so nobody knows when they were."
            ).format(table=label)
        if time.interval_min and time.interval_min % watch.interval_min:
            return _(
                "A row of {table} covers {n} minutes, which is no whole number of steps of {step}."
            ).format(table=label, n=time.interval_min, step=watch.interval_min)
        if names := sorted(_borrowed(leaf.expression, leaf.condition, table)):
            return _("{table} has {column} by another table alone, which is not watched.").format(
                table=label, column=spoken.tables[leaf.table].columns[names[0]].label
            )
    if not levels_of(metric, model, watch):
        return _("Its tables have no level in common at which it could be watched.")
    return ""


def _borrowed(expression: exp.Expression, condition: str | None, table: Table) -> set[str]:
    """Columns that the table's own store does not hold."""
    trees = [expression, *([parsed(condition)] if condition else [])]
    names = {column.name for tree in trees for column in tree.find_all(exp.Column)}
    return names & (set(table.columns) - set(table.own))
