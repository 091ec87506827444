"""Reading conditions back: filters, time windows, grades of reading."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlglot import exp

from core.errors import UserFixable
from core.semantic.compile.predicates import (
    keeps_empty,
    other_readings,
    time_part,
    window_conditions,
)
from core.semantic.model import ColumnType, Table
from core.semantic.query import TIME_PARTS, Filter, Op, Scalar, TimeWindow
from core.semantic.recognise.normal import normal, parts_of

_OPS: dict[type[exp.Expr], Op] = {
    exp.EQ: Op.EQ,
    exp.NEQ: Op.NE,
    exp.LT: Op.LT,
    exp.LTE: Op.LE,
    exp.GT: Op.GT,
    exp.GTE: Op.GE,
}
_FLIPPED = {Op.LT: Op.GT, Op.GT: Op.LT, Op.LE: Op.GE, Op.GE: Op.LE}
_DAY = dt.timedelta(days=1)


def value_of(tree: exp.Expr, kind: ColumnType | None) -> Scalar | None:
    """The literal as a value of a column of that type; None when it is none."""
    if isinstance(tree, exp.Boolean):
        return bool(tree.this)
    if isinstance(tree, exp.Neg):
        positive = value_of(tree.this, kind)
        return -positive if isinstance(positive, int | float) else None
    if not isinstance(tree, exp.Literal):
        return None
    text = tree.name
    if not tree.is_string:
        return int(text) if text.isdigit() else float(text)
    try:
        if kind == "datetime":
            return dt.datetime.fromisoformat(text)
        if kind == "date":
            moment = dt.datetime.fromisoformat(text)
            return moment.date() if moment.time() == dt.time(0) else None
    except ValueError:
        return None
    return text


def _left_side(tree: exp.Expr, table: Table, axis: str) -> str | None:
    """The column's name or the time part that the expression is; None for anything else."""
    if isinstance(tree, exp.Column):
        return tree.name if tree.name in table.columns else None
    if table.time is None:
        return None
    for name in TIME_PARTS:
        try:
            part = time_part(name, table, axis)
        except UserFixable:
            continue
        if normal(part, table) == normal(tree, table):
            return name
    return None


def filter_of(condition: exp.Expr, table: Table, axis: str) -> Filter | None:
    """The filter that a normal condition says; None when it is no filter."""
    negated = isinstance(condition, exp.Not)
    tree = condition.this if negated else condition
    if isinstance(tree, exp.Is) and isinstance(tree.expression, exp.Null):
        name = _left_side(tree.this, table, axis)
        return Filter(name, Op.NOT_NULL if negated else Op.IS_NULL) if name else None
    if isinstance(tree, exp.In):
        return _filter(tree.this, Op.NOT_IN if negated else Op.IN, tree.expressions, table, axis)
    if negated:
        return None
    if isinstance(tree, exp.Between):
        ends = [tree.args["low"], tree.args["high"]]
        return _filter(tree.this, Op.BETWEEN, ends, table, axis)
    op = _OPS.get(type(tree))
    if op is None:
        return _containing(tree)
    contains = _containing(tree)
    if contains is not None:
        return contains if contains.column in table.columns else None
    left, right = tree.this, tree.expression
    if isinstance(left, exp.Literal | exp.Neg) and not isinstance(right, exp.Literal):
        left, right, op = right, left, _FLIPPED.get(op, op)
    return _filter(left, op, [right], table, axis)


def _filter(
    left: exp.Expr, op: Op, values: list[exp.Expr], table: Table, axis: str
) -> Filter | None:
    name = _left_side(_without_empty(left, op, table), table, axis)
    if name is None or not values:
        return None
    kind = table.columns[name].type if name in table.columns else None
    found = [value_of(v, kind) for v in values]
    if any(v is None for v in found):
        return None
    return Filter(name, op, tuple(v for v in found if v is not None))


def _without_empty(left: exp.Expr, op: Op, table: Table) -> exp.Expr:
    """The column of `COALESCE(column, '') <> x` where that is how the filter is written."""
    if op not in (Op.NE, Op.NOT_IN) or not isinstance(left, exp.Coalesce):
        return left
    inner, rest = left.this, left.expressions
    is_plain = isinstance(inner, exp.Column) and inner.name in table.columns
    is_empty = len(rest) == 1 and rest[0] == exp.Literal.string("")
    return inner if is_plain and is_empty and keeps_empty(table, inner.name) else left


def _containing(tree: exp.Expr) -> Filter | None:
    """`LOCATE(LOWER('x'), LOWER(c)) > 0` or `LOWER(c) LIKE '%x%'` for x in small letters."""
    if isinstance(tree, exp.GT) and isinstance(tree.this, exp.StrPosition):
        searched, found = tree.this.this, tree.this.args["substr"]
        if (
            isinstance(searched, exp.Lower)
            and isinstance(found, exp.Lower)
            and isinstance(found.this, exp.Literal)
            and isinstance(searched.this, exp.Column)
            and tree.expression == exp.Literal.number(0)
        ):
            return Filter(searched.this.name, Op.CONTAINS, (found.this.name,))
    if isinstance(tree, exp.Like) and isinstance(tree.this, exp.Lower):
        text = tree.expression.name if isinstance(tree.expression, exp.Literal) else ""
        core = text[1:-1]
        is_plain = text[:1] == "%" == text[-1:] and core and not set(core) & set("%_\\")
        if is_plain and core == core.lower() and isinstance(tree.this.this, exp.Column):
            return Filter(tree.this.this.name, Op.CONTAINS, (core,))
    return None


@dataclass(slots=True)
class Conditions:
    """A WHERE clause read back. rest: normal conditions that are no filters and no window."""

    time: TimeWindow | None = None
    other_time: TimeWindow | None = None
    filters: list[Filter] = field(default_factory=list)
    rest: list[exp.Expr] = field(default_factory=list)
    is_bad: bool = False


def read_where(where: exp.Expr | None, table: Table, axis: str | None) -> Conditions:
    """What the clause says. axis: the one that windows are looked for on, None for any."""
    found = Conditions()
    parts = [normal(part, table) for part in parts_of(where)]
    bad = normal(other_readings(table), table) if table.quality else None
    plain: list[exp.Expr] = []
    for part in parts:
        if part == bad:
            found.is_bad = True
        elif isinstance(part, exp.Or) and found.other_time is None:
            sides = [window_of(parts_of(side), table, axis) for side in (part.left, part.right)]
            if all(window is not None and not rest for window, rest in sides):
                found.time, found.other_time = sides[0][0], sides[1][0]
            else:
                plain.append(part)
        else:
            plain.append(part)
    if found.other_time is None:
        found.time, plain = window_of(plain, table, axis)
    used = found.time.axis if found.time else axis or "clock"
    for part in plain:
        read = filter_of(part, table, used)
        if read is None:
            found.rest.append(part)
        else:
            found.filters.append(read)
    return found


@dataclass(slots=True)
class _Span:
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    used: list[exp.Expr] = field(default_factory=list)


def window_of(
    parts: list[exp.Expr], table: Table, axis: str | None
) -> tuple[TimeWindow | None, list[exp.Expr]]:
    """The time window that some of the normal conditions make, and the other conditions."""
    time = table.time
    if time is None:
        return None, parts
    spans = {
        name: _span(parts, name, table)
        for name in (time.timestamp, time.date, time.production_date)
        if name is not None
    }
    moment = spans[time.timestamp]
    day = spans.get(time.date) if time.date else None
    production = spans.get(time.production_date) if time.production_date else None
    if moment.used and axis != "production":
        window = TimeWindow(moment.start, moment.end)
        implied = {normal(c, table) for c in window_conditions(window, table)}
        rest = [p for p in parts if p not in moment.used and p not in implied]
        return window, rest
    if day is not None and day.used and axis != "production":
        return TimeWindow(day.start, day.end), [p for p in parts if p not in day.used]
    if production is not None and production.used and axis != "clock":
        window = TimeWindow(production.start, production.end, "production")
        return window, [p for p in parts if p not in production.used]
    return None, parts


def _span(parts: list[exp.Expr], name: str, table: Table) -> _Span:
    """The half-open edges that conditions on a date or moment give, each taken once."""
    kind = table.columns[name].type if name in table.columns else "date"
    span = _Span()
    for part in parts:
        for start, end in _edges(part, name, kind):
            is_free = (start is None or span.start is None) and (end is None or span.end is None)
            if is_free:
                span.start, span.end = start or span.start, end or span.end
                span.used.append(part)
    return span


def _edges(
    part: exp.Expr, name: str, kind: ColumnType
) -> list[tuple[dt.datetime | None, dt.datetime | None]]:
    def moment(tree: exp.Expr) -> dt.datetime | None:
        value = value_of(tree, kind)
        if isinstance(value, dt.datetime):
            return value
        return dt.datetime.combine(value, dt.time(0)) if isinstance(value, dt.date) else None

    if not isinstance(part.this, exp.Column) or part.this.name != name:
        return []
    is_date = kind == "date"
    if isinstance(part, exp.Between) and is_date:
        low, high = moment(part.args["low"]), moment(part.args["high"])
        return [(low, high + _DAY)] if low and high else []
    value = moment(part.expression) if isinstance(part, exp.Binary) else None
    if value is None:
        return []
    match part:
        case exp.GTE():
            return [(value, None)]
        case exp.LT():
            return [(None, value)]
        case exp.GT() if is_date:
            return [(value + _DAY, None)]
        case exp.LTE() if is_date:
            return [(None, value + _DAY)]
        case exp.EQ() if is_date:
            return [(value, value + _DAY)]
    return []
