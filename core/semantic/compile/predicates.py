"""Conditions: filters, time parts, time windows, grades of reading, values that are left out."""

from __future__ import annotations

import datetime as dt

from sqlglot import exp

from core.errors import UserFixable
from core.semantic.compile.names import require_column, time_of
from core.semantic.compile.trees import column, literal
from core.semantic.model import ColumnType, Table
from core.semantic.query import Filter, Op, Scalar, TimeWindow
from core.translation import gettext as _
from core.translation import told

_BINARY: dict[Op, type[exp.EQ | exp.NEQ | exp.LT | exp.LTE | exp.GT | exp.GTE]] = {
    Op.EQ: exp.EQ,
    Op.NE: exp.NEQ,
    Op.LT: exp.LT,
    Op.LE: exp.LTE,
    Op.GT: exp.GT,
    Op.GE: exp.GTE,
}


def day_column(table: Table, axis: str) -> exp.Expression:
    """The day of a row: the production day on the production axis, else the table's own date."""
    time = time_of(table)
    if axis == "production":
        if time.production_date is None:
            raise UserFixable(
                told(
                    "{table} has no production day, so a shift's days cannot be applied to it. Ask "
                    "without the shift.",
                    table=table.label,
                )
            )
        return column(time.production_date)
    if time.date is not None:
        return column(time.date)
    return exp.Cast(this=column(time.timestamp), to=exp.DataType.build("date"))


def time_part(name: str, table: Table, axis: str) -> exp.Expression:
    """`@weekday` (1 Monday .. 7 Sunday), `@hour`, `@month` or `@minute_of_day` of a row."""
    moment = time_of(table).timestamp
    match name:
        case "@hour":
            return exp.Hour(this=column(moment))
        case "@weekday":
            return exp.DayOfWeekIso(this=day_column(table, axis))
        case "@month":
            return exp.Month(this=day_column(table, axis))
        case "@minute_of_day":
            return exp.Add(
                this=exp.Mul(this=exp.Hour(this=column(moment)), expression=exp.Literal.number(60)),
                expression=exp.Minute(this=column(moment)),
            )
        case _:
            raise UserFixable(
                told("{name} is no part of the time that can be filtered.", name=repr(name))
            )


def compared(
    left: exp.Expression, op: Op, values: tuple[Scalar, ...], kind: ColumnType | None = None
) -> exp.Expression:
    """`left op values`; ValueError when the number of values does not fit the operator."""
    needed = {Op.BETWEEN: 2, Op.IS_NULL: 0, Op.NOT_NULL: 0}.get(op, 1)
    if len(values) != needed and not (op in (Op.IN, Op.NOT_IN) and values):
        raise ValueError(f"{op.value!r} takes {needed} value(s), not {len(values)}")
    literals = [literal(value, kind) for value in values]
    if op in (Op.IN, Op.NOT_IN) and len(literals) == 1:
        op = Op.EQ if op is Op.IN else Op.NE
    if op in _BINARY:
        return _BINARY[op](this=left, expression=literals[0])
    match op:
        case Op.IN:
            return exp.In(this=left, expressions=literals)
        case Op.NOT_IN:
            return exp.Not(this=exp.In(this=left, expressions=literals))
        case Op.BETWEEN:
            return exp.Between(this=left, low=literals[0], high=literals[1])
        case Op.CONTAINS:
            # LOCATE and not LIKE: the value's own % and _ are no wildcards, on any engine.
            found = exp.StrPosition(this=exp.Lower(this=left), substr=exp.Lower(this=literals[0]))
            return exp.GT(this=found, expression=exp.Literal.number(0))
        case Op.IS_NULL:
            return exp.Is(this=left, expression=exp.Null())
        case _:
            return exp.Not(this=exp.Is(this=left, expression=exp.Null()))


def filter_condition(condition: Filter, table: Table, axis: str) -> exp.Expression:
    """The SQL of a filter on the table's column or time part."""
    if condition.column.startswith("@"):
        return compared(time_part(condition.column, table, axis), condition.op, condition.values)
    name = require_column(table, condition.column)
    left: exp.Expression = column(name)
    if condition.op in (Op.NE, Op.NOT_IN) and keeps_empty(table, name):
        left = exp.Coalesce(this=left, expressions=[exp.Literal.string("")])
    return compared(left, condition.op, condition.values, table.columns[name].type)


def keeps_empty(table: Table, name: str) -> bool:
    """Whether "other than X" also means rows without a value: a reason that is empty in the
    intervals in which nothing happened. SQL's own `<>` would drop them without a word."""
    known = table.columns[name]
    is_interval = table.time is not None and table.time.interval_min is not None
    return known.drop_null and known.type == "string" and is_interval


def window_conditions(window: TimeWindow | None, table: Table) -> list[exp.Expression]:
    """Half-open window: on the date column alone for whole days, else on the timestamp, with the
    dates that it implies beside it so that partitions are pruned."""
    if window is None or (window.start is None and window.end is None):
        return []
    time = time_of(table)
    if window.axis == "production":
        if not window.is_whole_days:
            raise UserFixable(_("Production days cannot be cut by the clock. Name whole days."))
        return _edges(day_column(table, "production"), window.start, window.end, "date")
    if window.is_whole_days and time.date is not None:
        return _edges(column(time.date), window.start, window.end, "date")
    conditions = _edges(column(time.timestamp), window.start, window.end, "datetime")
    if time.date is not None:
        conditions += _edges(
            column(time.date), _midnight(window.start), _midnight_after(window.end), "date"
        )
    return conditions


def _midnight(moment: dt.datetime | None) -> dt.datetime | None:
    return moment and dt.datetime.combine(moment.date(), dt.time(0))


def _midnight_after(moment: dt.datetime | None) -> dt.datetime | None:
    day = _midnight(moment)
    if moment is None or day is None or moment == day:
        return day
    return day + dt.timedelta(days=1)


def _edges(
    left: exp.Expression, start: dt.datetime | None, end: dt.datetime | None, kind: ColumnType
) -> list[exp.Expression]:
    found: list[exp.Expression] = []
    if start is not None:
        found.append(exp.GTE(this=left.copy(), expression=literal(start, kind)))
    if end is not None:
        found.append(exp.LT(this=left.copy(), expression=literal(end, kind)))
    return found


def good_readings(table: Table) -> exp.Expression | None:
    """Rows whose reading is graded good; None where the table grades nothing."""
    if table.quality is None:
        return None
    return compared(column(table.quality.column), Op.IN, table.quality.good)


def other_readings(table: Table) -> exp.Expression:
    """Rows whose reading is not good, those without a grade included."""
    if table.quality is None:
        raise UserFixable(
            told("{table} does not grade its readings, so none of them is bad.", table=table.label)
        )
    grade = table.quality.column
    return exp.Or(
        this=compared(column(grade), Op.NOT_IN, table.quality.good),
        expression=exp.Is(this=column(grade), expression=exp.Null()),
    )


def not_null(name: str) -> exp.Expression:
    """`name IS NOT NULL`."""
    return exp.Not(this=exp.Is(this=column(name), expression=exp.Null()))
