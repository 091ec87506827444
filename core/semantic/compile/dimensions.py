"""What a result is split by, as expressions of one table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp

from core.errors import UserFixable
from core.semantic.compile.names import require_column, time_of
from core.semantic.compile.predicates import day_column, time_part
from core.semantic.compile.trees import column, divided, number
from core.semantic.model import Table
from core.semantic.other_time import by_column, has_steps
from core.semantic.query import Dimension, Grain
from core.translation import told


@dataclass(frozen=True, slots=True)
class Group:
    """A dimension of one table: the expressions that are grouped by and their names.

    starts: an aggregate that sorts before the last expression (the first moment of a shift, for
    shifts' names do not sort by time), or None.
    """

    dimension: Dimension
    names: tuple[str, ...]
    expressions: tuple[exp.Expression, ...]
    starts: exp.Expression | None = None

    @property
    def is_time(self) -> bool:
        grain = self.dimension.grain
        return grain is not None and not grain.is_recurring


@dataclass(frozen=True, slots=True)
class Clock:
    """The columns that tell a row's time; where a previous window is laid over this one, both
    are moved."""

    day: exp.Expression | None
    moment: exp.Expression


def group_of(
    dimension: Dimension,
    names: tuple[str, ...],
    table: Table,
    axis: str,
    week_start: int,
    moved: Clock | None,
) -> Group:
    """The dimension over the table; `moved` replaces the table's clock for calendar grains."""
    if dimension.grain is None:
        return Group(dimension, names, (_column(dimension, table),))
    if dimension.column is not None:
        return _of_other_time(dimension, dimension.grain, names, table, week_start, moved)
    grain, time = dimension.grain, time_of(table)
    match grain:
        case Grain.HOUR_OF_DAY:
            return Group(dimension, names, (time_part("@hour", table, axis),))
        case Grain.DAY_OF_WEEK:
            return Group(dimension, names, (time_part("@weekday", table, axis),))
        case Grain.MONTH_OF_YEAR:
            return Group(dimension, names, (time_part("@month", table, axis),))
    moment = moved.moment if moved else column(time.timestamp)
    if grain is Grain.SHIFT:
        if time.shift is None:
            raise UserFixable(
                told("{table} does not say in which shift something falls.", table=table.label)
            )
        day = moved.day if moved and moved.day else day_column(table, "production")
        return Group(dimension, names, (day, column(time.shift)), exp.Min(this=moment.copy()))
    if grain is Grain.INTERVAL:
        return Group(dimension, names, (moment,))
    if grain is Grain.HOUR:
        return Group(dimension, names, (_truncated("HOUR", moment),))
    day = moved.day if moved and moved.day else day_column(table, axis)
    return Group(dimension, names, (_calendar(grain, day, week_start),))


def _of_other_time(
    dimension: Dimension,
    grain: Grain,
    names: tuple[str, ...],
    table: Table,
    week_start: int,
    moved: Clock | None,
) -> Group:
    """Steps of another time of the rows; what is laid over a window is not laid over that."""
    name = require_column(table, dimension.column or "")
    if moved is not None or not has_steps(table, name, grain):
        raise UserFixable(
            told("{column} cannot be cut into such steps here.", column=table.columns[name].label)
        )
    steps = Dimension(grain=grain)
    group = group_of(steps, names, by_column(table, name), "clock", week_start, None)
    return replace(group, dimension=dimension)


def _column(dimension: Dimension, table: Table) -> exp.Expression:
    if dimension.column is None:
        raise ValueError("a dimension needs a column or a grain")
    name = require_column(table, dimension.column)
    if dimension.bin_width is None:
        return column(name)
    if dimension.bin_width <= 0 or table.columns[name].type not in ("integer", "double"):
        raise UserFixable(
            told("{column} cannot be cut into bins.", column=table.columns[name].label)
        )
    bins = exp.Floor(this=divided(column(name), number(dimension.bin_width)))
    return exp.Mul(this=bins, expression=number(dimension.bin_width))


def _truncated(unit: str, moment: exp.Expression) -> exp.Expression:
    return exp.TimestampTrunc(this=moment, unit=exp.Var(this=unit))


def as_date(tree: exp.Expression) -> exp.Expression:
    """`CAST(tree AS DATE)`: engines disagree whether date functions give dates or moments."""
    return exp.Cast(this=tree, to=exp.DataType.build("date"))


def days_later(tree: exp.Expression, days: int, unit: str = "DAY") -> exp.Expression:
    """The date or moment so many units later, earlier for a negative number."""
    kind = exp.DateAdd if days >= 0 else exp.DateSub
    return kind(this=tree, expression=number(abs(days)), unit=exp.Var(this=unit))


def _calendar(grain: Grain, day: exp.Expression, week_start: int) -> exp.Expression:
    if grain is Grain.DAY:
        return day
    if grain is not Grain.WEEK or week_start == 1:
        return as_date(_truncated(grain.value.upper(), day))
    # The calendar's weeks start on Monday: move the plant's first weekday onto it and back.
    ahead = (8 - week_start) % 7
    return as_date(days_later(_truncated("WEEK", days_later(day, ahead)), -ahead))
