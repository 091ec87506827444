"""Laying a previous window over this one, so that both stand on one time axis."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlglot import exp

from core.errors import UserFixable
from core.semantic.compile.dimensions import Clock, as_date, days_later
from core.semantic.compile.names import time_of
from core.semantic.compile.predicates import day_column, window_conditions
from core.semantic.compile.trees import column, conjunction
from core.semantic.model import Table
from core.semantic.phrases import say
from core.semantic.query import Grain, SemanticQuery, TimeWindow
from core.translation import gettext as _

_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the previous window's rows are moved to lie over this one; never negative parts:
    `count` units of DAY, MINUTE or MONTH, negative when the other window comes later."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Windows:
    """Conditions of this window and of the other one on a table, and the moved clock where the
    result has a time axis."""

    this: exp.Expression
    other: exp.Expression
    either: exp.Expression
    clock: Clock | None


def windows_of(q: SemanticQuery, table: Table) -> Windows | None:
    """Both windows of a window comparison on the table; None for any other query."""
    if q.comparison is None or q.comparison.kind != "window":
        return None
    other_window = q.comparison.window
    this = conjunction(window_conditions(q.time, table))
    other = conjunction(window_conditions(other_window, table))
    if this is None or other is None or q.time is None or other_window is None:
        raise UserFixable(
            _("A comparison over time needs two periods. Name both, such as June and May.")
        )
    either = exp.Or(this=_enclosed(this), expression=_enclosed(other))
    shift = shift_of(q)
    clock = None if shift is None else _moved(shift, other, q, table)
    return Windows(this, other, either, clock)


def _enclosed(condition: exp.Expression) -> exp.Expression:
    copy = condition.copy()
    return exp.Paren(this=copy) if isinstance(copy, exp.And) else copy


def shift_of(q: SemanticQuery) -> Shift | None:
    """How the other window's rows are moved; None where no calendar grain is on the axis.

    Days and finer grains move by the distance of the windows' starts, weeks by the nearest whole
    number of weeks, months and longer grains by calendar months. UserFixable where the windows
    overlap, have no start, or do not fit the grain.
    """
    assert q.comparison is not None
    grains = [d.grain for d in q.dimensions if d.grain and not d.grain.is_recurring]
    this, other = q.time, q.comparison.window
    if not grains:
        return None
    if len(set(grains)) > 1:
        raise UserFixable(_("Two periods can be laid over each other at one step of time only."))
    if this is None or other is None or this.start is None or other.start is None:
        raise UserFixable(
            _(
                "Two periods can be laid over each other only when both have a "
                "beginning. Name both periods."
            )
        )
    if this.axis != other.axis:
        raise UserFixable(_("One period is of production days and the other of calendar days."))
    if _overlap(this, other):
        raise UserFixable(
            _(
                "The two periods overlap, so they cannot be laid over each other step by "
                "step. Compare them as totals, or name periods that do not overlap."
            )
        )
    return _fitted(grains[0], this.start, other.start)


def _overlap(a: TimeWindow, b: TimeWindow) -> bool:
    def begins_before_end(one: TimeWindow, two: TimeWindow) -> bool:
        return one.start is None or two.end is None or one.start < two.end

    return begins_before_end(a, b) and begins_before_end(b, a)


def _fitted(grain: Grain, this: dt.datetime, other: dt.datetime) -> Shift:
    if grain in _MONTHS:
        months = (this.year - other.year) * 12 + this.month - other.month
        if months % _MONTHS[grain]:
            raise UserFixable(
                _(
                    "The two periods do not begin at the same place of a {step}, so they "
                    "cannot be laid over each other. Use months, or compare the totals."
                ).format(step=say(f"grain_{grain}"))
            )
        return Shift(months, "MONTH")
    distance = this - other
    minutes = int(distance.total_seconds() // 60)
    if distance == dt.timedelta(days=distance.days):
        days = distance.days
        return Shift(round(days / 7) * 7 if grain is Grain.WEEK else days, "DAY")
    if grain is Grain.INTERVAL or (grain is Grain.HOUR and minutes % 60 == 0):
        return Shift(minutes, "MINUTE")
    raise UserFixable(
        _(
            "The two periods begin at different times of the day, so their days "
            "cannot be laid over each other. Compare them by hour, or as totals."
        )
    )


def _moved(shift: Shift, other: exp.Expression, q: SemanticQuery, table: Table) -> Clock:
    assert q.time is not None
    moment = column(time_of(table).timestamp)
    moved_moment = _either(other, days_later(moment.copy(), shift.count, shift.unit), moment)
    has_shift = any(d.grain is Grain.SHIFT for d in q.dimensions)
    day = day_column(table, "production" if has_shift else q.time.axis)
    if shift.unit == "MINUTE":
        return Clock(None, moved_moment)
    moved_day = as_date(days_later(day.copy(), shift.count, shift.unit))
    return Clock(_either(other, moved_day, day), moved_moment)


def _either(other: exp.Expression, moved: exp.Expression, own: exp.Expression) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=other.copy(), true=moved)], default=own)
