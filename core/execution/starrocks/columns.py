"""Columns of the MySQL protocol as Arrow columns, each value exactly, or a named error.

BOOLEAN                       booleans: the protocol has none, but the server says that a TINYINT
                              is one sign wide where it is a BOOLEAN, and four where it is not
TINYINT ... BIGINT            64-bit integers, unsigned ones too; BIT
LARGEINT                      whole numbers of up to 39 digits: the server sends them as text of
                              40 signs in the binary character set, which no text has
DECIMAL                       DECIMAL with its scale, up to 76 digits
DATE, DATETIME                dates, microsecond datetimes; `0000-00-00` is NULL
TIME                          text
JSON, ARRAY, MAP, STRUCT      text, as StarRocks writes them
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pymysql.constants import FIELD_TYPE, FLAG

from core.errors import Unavailable
from core.execution.types import NARROW_DIGITS, WIDE_DIGITS

_INTEGERS = frozenset((
    FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.INT24, FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG,
    FIELD_TYPE.YEAR,
))  # fmt: skip
_DECIMALS = frozenset((FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL))
_DATES = frozenset((FIELD_TYPE.DATE, FIELD_TYPE.NEWDATE))
_MOMENTS = frozenset((FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP))
_DOUBLES = frozenset((FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE))
_ZERO_DATE = "0000-00-00"
_TEXTS = frozenset((FIELD_TYPE.STRING, FIELD_TYPE.VAR_STRING, FIELD_TYPE.VARCHAR))
_BINARY = 63  # the number of the character set that numbers have
_BOOLEAN_SIGNS, _LARGEINT_SIGNS = 1, 40


@dataclass(frozen=True, slots=True)
class WireColumn:
    """A column as the server describes it. type_code: FIELD_TYPE; signs: longest value as text;
    charset: number of its character set; flags: FLAG; scale: digits after the point."""

    name: str
    type_code: int
    signs: int
    charset: int
    flags: int
    scale: int


def arrow_schema(described: Sequence[WireColumn]) -> pa.Schema:
    """The Arrow types of a result."""
    return pa.schema([pa.field(d.name, _kind(d)) for d in described])


def arrow_batch(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows as one batch. Raises Unavailable naming the column of a value that does not fit."""
    columns = []
    for at, field in enumerate(schema):
        convert = _converter(field.type)
        values = [row[at] for row in rows]
        try:
            columns.append(
                pa.array([None if v is None else convert(v) for v in values], field.type)
            )
        except (pa.ArrowException, ValueError, TypeError, OverflowError, ArithmeticError) as error:
            raise Unavailable(
                f"The column {field.name!r} holds a value that cannot be read as {field.type}: "
                f"{error}. Ask for other columns, or tell an admin."
            ) from error
    return pa.record_batch(columns, schema=schema)


def _kind(column: WireColumn) -> pa.DataType:
    code = column.type_code
    if code == FIELD_TYPE.TINY and column.signs == _BOOLEAN_SIGNS:
        return pa.bool_()
    if code == FIELD_TYPE.LONGLONG and column.flags & FLAG.UNSIGNED:
        return pa.uint64()
    if code in _INTEGERS or code == FIELD_TYPE.BIT:
        return pa.int64()
    if code in _DOUBLES:
        return pa.float64()
    if code in _DECIMALS:
        return _decimal(column.scale, column.signs or NARROW_DIGITS)
    if code in _DATES:
        return pa.date32()
    if code in _MOMENTS:
        return pa.timestamp("us")
    if code == FIELD_TYPE.NULL:
        return pa.null()
    if code in _TEXTS and column.charset == _BINARY and column.signs == _LARGEINT_SIGNS:
        return pa.decimal256(WIDE_DIGITS, 0)
    return pa.string()


def _decimal(scale: int, width: int) -> pa.DataType:
    """Of at least 38 digits: what servers say of a decimal's width varies, its scale does not."""
    if width <= NARROW_DIGITS + 2:
        return pa.decimal128(NARROW_DIGITS, min(scale, NARROW_DIGITS))
    return pa.decimal256(WIDE_DIGITS, min(scale, WIDE_DIGITS))


def _converter(kind: pa.DataType) -> Callable[[Any], Any]:
    if pa.types.is_boolean(kind):
        return _truth
    if pa.types.is_integer(kind):
        return _integer
    if pa.types.is_floating(kind):
        return float
    if pa.types.is_decimal(kind):
        return _exact
    if pa.types.is_date(kind):
        return _date
    if pa.types.is_timestamp(kind):
        return _moment
    return _text


def _integer(value: Any) -> int:
    return int.from_bytes(value) if isinstance(value, bytes) else int(value)


def _truth(value: Any) -> bool:
    if int(value) not in (0, 1):
        raise ValueError(f"{value!r} is no truth value")
    return bool(int(value))


def _exact(value: Any) -> Decimal:
    # Text in the binary character set comes as bytes.
    return Decimal(value.decode("ascii") if isinstance(value, bytes) else value)


def _date(value: Any) -> dt.date | None:
    if isinstance(value, dt.date):
        return value
    _require_zero(value)
    return None


def _moment(value: Any) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):  # what the driver makes of a moment that came without a time
        return dt.datetime.combine(value, dt.time())
    _require_zero(value)
    return None


def _require_zero(value: Any) -> None:
    """The driver leaves a date that it cannot hold as its text; only the zero date is NULL."""
    if not str(value).startswith(_ZERO_DATE):
        raise ValueError(f"{value!r} is no date between the years 1 and 9999")


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, dt.timedelta):
        return _clock(value)
    return str(value)


def _clock(value: dt.timedelta) -> str:
    """A TIME as StarRocks writes it; it may be negative and beyond 24 hours."""
    sign = "-" if value < dt.timedelta(0) else ""
    whole = abs(value)
    seconds = whole.days * 86_400 + whole.seconds
    text = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{whole.microseconds:06}" if whole.microseconds else text
