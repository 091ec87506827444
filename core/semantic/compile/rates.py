"""How many calendar units a figure is spread over ("alarms per day")."""

from __future__ import annotations

import calendar
import datetime as dt

from sqlglot import exp

from core.errors import UserFixable
from core.semantic.compile.dimensions import group_of
from core.semantic.compile.figures import Figure
from core.semantic.compile.trees import divided, number
from core.semantic.model import Table
from core.semantic.phrases import say
from core.semantic.query import Dimension, Grain, SemanticQuery, TimeWindow
from core.translation import named, told


def spread_over(
    figure: Figure,
    value: exp.Expression,
    q: SemanticQuery,
    window: TimeWindow | None,
    table: Table,
    week_start: int,
) -> exp.Expression:
    """The figure divided by the number of its `per` units.

    The number is that of the window, whether or not each unit has rows; parts of a unit count as
    parts. Where a step of time splits the result, or the window has no edges, it is the number of
    units that have readings, which needs a table of intervals. UserFixable for events there, and
    for a figure that does not add up.
    """
    unit = figure.measure.per
    if unit is None:
        return value
    if not figure.is_additive or unit.is_recurring or unit is Grain.INTERVAL:
        raise UserFixable(
            told(
                "{figure} is not an amount that can be spread over time, so there is no figure per "
                "{step}. Ask for it without 'per {step}'.",
                figure=figure.label,
                step=named(unit.value, say(f"grain_{unit}")),
            )
        )
    is_split = any(d.grain and not d.grain.is_recurring for d in q.dimensions)
    length = None if is_split or unit is Grain.SHIFT else units_in(window, unit)
    if length is not None:
        return divided(value, number(length))
    if table.time is None or table.time.interval_min is None:
        raise UserFixable(
            told(
                "{table} has rows only where something happened, so the number of steps ({step}) "
                "must come from the period. Name one, such as 'in June', and do not split it by "
                "time.",
                table=table.label,
                step=named(unit.value, say(f"grain_{unit}")),
            )
        )
    axis = q.time.axis if q.time else "clock"
    group = group_of(Dimension(grain=unit), ("",) * 2, table, axis, week_start, None)
    counted = exp.Count(this=exp.Distinct(expressions=list(group.expressions)))
    return divided(value, counted)


def units_in(window: TimeWindow | None, unit: Grain) -> float | None:
    """Length of the window in units, to the ninth decimal; None when it has an open end.

    Months and longer units count each day as its part of its own month or year.
    """
    if window is None or window.start is None or window.end is None:
        return None
    days = (window.end - window.start) / dt.timedelta(days=1)
    match unit:
        case Grain.HOUR:
            found = days * 24
        case Grain.DAY:
            found = days
        case Grain.WEEK:
            found = days / 7
        case Grain.MONTH:
            found = _months(window.start, window.end)
        case Grain.QUARTER:
            found = _months(window.start, window.end) / 3
        case _:
            found = _months(window.start, window.end) / 12
    return round(found, 9)


def _months(start: dt.datetime, end: dt.datetime) -> float:
    def position(moment: dt.datetime) -> float:
        length = calendar.monthrange(moment.year, moment.month)[1]
        midnight = dt.datetime.combine(moment.date(), dt.time(0))
        within = moment.day - 1 + (moment - midnight) / dt.timedelta(days=1)
        return moment.year * 12 + moment.month + within / length

    return position(end) - position(start)
