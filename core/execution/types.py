"""Arrow types of results: the one contract of every engine.

64-bit integers, doubles, DECIMAL with the scale that the store declares, text, dates,
microsecond datetimes and booleans, and no other. Digits are never lost to a double:

DECIMAL(p, s)      decimal128(38, s) up to 38 digits, decimal256(76, s) above: the scale is the
                   store's, the digits are not, as servers differ in what they say of them
whole numbers      64-bit integers when every value fits, else DECIMAL of scale 0: decimal128 of
                   38 digits, decimal256 where a value has more. That holds for DECIMAL(p, 0), for
                   DuckDB's HUGEINT (its sums of integers), StarRocks' LARGEINT, unsigned BIGINT
DOUBLE, FLOAT      doubles; what is no number or beyond all bounds is NULL, as in StarRocks

Where two engines compute in different types their results do too: AVG and a quotient of DECIMALs
are doubles on DuckDB and DECIMALs on StarRocks.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

NARROW_DIGITS, WIDE_DIGITS = 38, 76


def plain_types(table: pa.Table) -> pa.Table:
    """The table in the types of the contract; NULLs and names stay as they are."""
    columns = [_plain(column) for column in table.columns]
    return pa.table(columns, schema=pa.schema(
        [pa.field(name, c.type) for name, c in zip(table.column_names, columns, strict=True)]
    ))  # fmt: skip


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_decimal(kind):
        return _whole(column) if kind.scale == 0 else _decimal(column)
    if pa.types.is_uint64(kind):
        return _whole(column)
    if pa.types.is_integer(kind):
        return pc.cast(column, pa.int64())
    if pa.types.is_floating(kind):
        numbers = pc.cast(column, pa.float64())
        if pc.all(pc.is_finite(numbers)).as_py() is not False:
            return numbers
        return pc.if_else(pc.is_finite(numbers), numbers, None)
    if pa.types.is_timestamp(kind):
        return pc.cast(column, pa.timestamp("us"))
    if pa.types.is_date(kind):
        return pc.cast(column, pa.date32())
    if pa.types.is_boolean(kind) or pa.types.is_null(kind):
        return column
    return pc.cast(column, pa.string())


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers in the narrowest type of the contract that holds them all."""
    try:
        return pc.cast(column, pa.int64())
    except pa.ArrowInvalid:
        # DuckDB gives a HUGEINT of 39 digits as DECIMAL(38, 0): only a wider type is checked.
        wide = pc.cast(column, pa.decimal256(WIDE_DIGITS, 0))
    try:
        return pc.cast(wide, pa.decimal128(NARROW_DIGITS, 0))
    except pa.ArrowInvalid:
        return wide


def _decimal(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The declared scale in the narrower of Arrow's widths that has the declared digits."""
    if column.type.precision > NARROW_DIGITS:
        return pc.cast(column, pa.decimal256(WIDE_DIGITS, column.type.scale))
    return pc.cast(column, pa.decimal128(NARROW_DIGITS, column.type.scale))
