"""Arrow types of results: integer, double, string, date, datetime and boolean, and no other."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def plain_types(table: pa.Table) -> pa.Table:
    """The table in 64-bit integers and doubles, text, dates, microsecond datetimes, booleans.

    DuckDB gives sums of integers as HUGEINT, which Arrow holds as DECIMAL(38, 0), and literals
    such as 1.5 as DECIMAL. Whole decimals become integers (doubles when they do not fit), the
    others doubles.
    """
    columns = [_plain(column) for column in table.columns]
    return pa.table(columns, schema=pa.schema(
        [pa.field(name, c.type) for name, c in zip(table.column_names, columns, strict=True)]
    ))  # fmt: skip


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_decimal(kind):
        if kind.scale == 0:
            try:
                return pc.cast(column, pa.int64())
            except pa.ArrowInvalid:
                return pc.cast(column, pa.float64())
        return pc.cast(column, pa.float64())
    if pa.types.is_uint64(kind):
        try:
            return pc.cast(column, pa.int64())
        except pa.ArrowInvalid:
            return pc.cast(column, pa.float64())
    if pa.types.is_integer(kind):
        return pc.cast(column, pa.int64())
    if pa.types.is_floating(kind):
        numbers = pc.cast(column, pa.float64())
        # A number that is none (NaN) or beyond all bounds is NULL in StarRocks.
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
