"""Conditions, and values of their column's type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from core.errors import did_you_mean
from core.semantic.model import Column, ColumnType, Table
from core.semantic.query import TIME_PARTS, Filter, Op, Scalar
from core.semantic.written.bounds import PARTS, VALUES, YEARS
from core.semantic.written.fields import Fields, chosen, items, number, shown, text, unfit, whole

_ORDERED = (Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN, Op.IN, Op.NOT_IN)
_NULLS = (Op.IS_NULL, Op.NOT_NULL)
#: Comparisons that make sense for each type, beside the null tests.
OPS: dict[ColumnType, tuple[Op, ...]] = {
    "string": (Op.EQ, Op.NE, Op.IN, Op.NOT_IN, Op.CONTAINS),
    "integer": _ORDERED,
    "double": _ORDERED,
    "date": _ORDERED,
    "datetime": _ORDERED,
    "boolean": (Op.EQ, Op.NE),
}
PART_OPS = _ORDERED
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{6})?)?)?", re.ASCII
)  # without a zone: times are the plant's own
_FORM = "a date such as '2000-01-31' or a time such as '2000-01-31T06:00', without a zone"


def known_column(value: object, path: str, tables: Sequence[Table]) -> Column:
    """The column, which each of the tables has; the first one's. There is at least one."""
    for table in tables:
        if not isinstance(value, str) or value not in table.columns:
            also = ", which the query reads too" if table is not tables[0] else ""
            problem = f"{shown(value)} is no column of {table.name}{also}."
            near = (
                did_you_mean(value[:60].casefold(), table.columns) if isinstance(value, str) else ""
            )
            raise unfit(path, problem + near)
    assert isinstance(value, str)
    return tables[0].columns[value]


def moment(value: object, path: str) -> dt.date:
    """A datetime where a time of the day is given, else a date."""
    if isinstance(value, str) and len(value) <= 26 and _MOMENT.fullmatch(value):
        try:
            found = (dt.datetime if len(value) > 10 else dt.date).fromisoformat(value)
        except ValueError:
            raise unfit(path, f"{shown(value)} is not in the calendar.") from None
        if YEARS[0] <= found.year <= YEARS[1]:
            return found
    raise unfit(path, f"{shown(value)} must be {_FORM}, in the years {YEARS[0]} to {YEARS[1]}.")


def edge(value: object, path: str) -> dt.datetime:
    """A window's edge; a date is its midnight."""
    found = moment(value, path)
    if isinstance(found, dt.datetime):
        return found
    return dt.datetime.combine(found, dt.time(0))


def conditions(listed: Sequence[tuple[str, object]], tables: Sequence[Table]) -> tuple[Filter, ...]:
    """Filters on columns that each of the tables has, or on parts of their time."""
    return tuple(_condition(value, path, tables) for path, value in listed)


def _condition(value: object, path: str, tables: Sequence[Table]) -> Filter:
    fields = Fields(value, path, ("column", "op", "values"))
    name = fields.get("column")
    op = Op(fields.choice("op", [o.value for o in Op]))
    if isinstance(name, str) and name.startswith("@"):
        part = chosen(name, TIME_PARTS, fields.at("column"), "part of the time")
        _require_op(op, PART_OPS, f"the part of the time {part}", fields)
        low, high = PARTS[part]
        found: list[Scalar] = [whole(v, at, low, high) for at, v in _values(fields, op)]
        name = part
    else:
        column = known_column(name, fields.at("column"), tables)
        _require_same_type(column, tables, fields)
        allowed = (*OPS[column.type], *_NULLS)
        _require_op(op, allowed, f"a column of type {column.type}", fields)
        found = [_scalar(v, at, column.type) for at, v in _values(fields, op)]
        name = column.name
    condition = Filter(name, op, tuple(found))
    if op is Op.BETWEEN:
        _require_ascending(found[0], found[1], fields.at("values"))
    return condition


def _require_op(op: Op, allowed: Sequence[Op], what: str, fields: Fields) -> None:
    if op not in allowed:
        known = ", ".join(repr(o.value) for o in allowed)
        raise unfit(fields.at("op"), f"{op.value!r} does not fit {what}. Fitting: {known}.")


def _require_same_type(column: Column, tables: Sequence[Table], fields: Fields) -> None:
    for table in tables:
        if table.columns[column.name].type != column.type:
            raise unfit(
                fields.at("column"),
                f"{column.name} is of another type in {table.name}, which the query reads too.",
            )


def _values(fields: Fields, op: Op) -> list[tuple[str, object]]:
    if op in _NULLS:
        fields.without(("values",), f"{op.value!r} takes no values.")
        return []
    low, high = {Op.BETWEEN: (2, 2), Op.IN: (1, VALUES), Op.NOT_IN: (1, VALUES)}.get(op, (1, 1))
    return items(fields.get("values"), fields.at("values"), low, high)


def _scalar(value: object, path: str, kind: ColumnType) -> Scalar:
    match kind:
        case "string":
            return text(value, path)
        case "integer" | "double":
            return number(value, path)
        case "boolean":
            if not isinstance(value, bool):
                raise unfit(path, f"{shown(value)} must be true or false.")
            return value
    found = moment(value, path)
    is_within = isinstance(found, dt.datetime) and found.time() != dt.time(0)
    if kind == "date" and is_within:
        raise unfit(path, f"{shown(value)} is within a day, and the column holds dates.")
    return found


def _require_ascending(low: Scalar, high: Scalar, path: str) -> None:
    """Numbers by size, dates and moments by their ISO text."""
    if isinstance(low, int | float) and isinstance(high, int | float):
        is_later = low > high
    else:
        is_later = str(low) > str(high)
    if is_later:
        raise unfit(path, "the first value must not be above the second.")
