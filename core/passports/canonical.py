"""Rows in one form, whatever way they came: chunks, dictionaries, last digits of parallel sums.

A store that sums in parallel adds in another order each time, so the last of a double's sixteen
digits mean nothing. Here a double has its first NINE digits, and none below a PART of the largest
figure of its unit: a difference of two large sums keeps no more than they have. What is exact
(whole numbers, DECIMALs, texts, times) keeps all it has.

A figure that stands where the ninth digit is rounded up or down may come out on either side. So
there are two hashes, which round at other places: rows are the same where one of them is.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.semantic.exact import digits
from core.semantic.result import ResultColumn

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
#: Significant digits of a double.
DIGITS: Final = 9
#: Powers of ten between the largest figure of a unit and the least that counts.
DEPTH: Final = 12
_NO_FLOOR: Final = -400
#: Exponents that stand for what is no finite number.
_ODD: Final = {"nan": 10_001, "inf": 10_002, "-inf": 10_003}


#: Where the two hashes round: parts of the last digit.
_ROUND_AT: Final = (0.5, 0.25)


@dataclass(frozen=True, slots=True)
class Hashes:
    """content: of the rows in an order of our own; order: of the rows as they stand. Two each."""

    content: tuple[str, ...]
    order: tuple[str, ...]

    def are_of(self, content: tuple[str, ...]) -> bool:
        """Whether these are the same rows, in whatever order."""
        return any(one == other for one, other in zip(self.content, content, strict=False))

    def stand_as(self, order: tuple[str, ...]) -> bool:
        """Whether they come in the same order too."""
        return any(one == other for one, other in zip(self.order, order, strict=False))


def plain(table: pa.Table) -> pa.Table:
    """The same cells in one chunk, without dictionaries."""
    columns = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names).combine_chunks()


def hashes(table: pa.Table, columns: Sequence[ResultColumn]) -> Hashes:
    """Of rows with the columns of an answer, which say the units."""
    rows = plain(table)
    floors = floors_of(rows, columns)
    head = "\n".join([str(rows.num_rows), *(repr(name) for name in rows.column_names)])
    every = np.arange(rows.num_rows)
    content, order = [], []
    for limit in _ROUND_AT:
        cells = [_cells(column, floors[at], limit) for at, column in enumerate(rows.columns)]
        content.append(_digest(head, cells, _sorted(cells, every)))
        order.append(_digest(head, cells, every))
    return Hashes(tuple(content), tuple(order))


def _sorted(cells: Sequence[_Cells], every: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Places of the rows, in an order that follows from their cells alone."""
    keys = {f"{at}.{part}": values for at, c in enumerate(cells) for part, values in c.order_by()}
    if not keys or len(every) < 2:
        return every
    found = pc.sort_indices(pa.table(keys), [(name, "ascending") for name in keys])
    places: npt.NDArray[Any] = found.to_numpy(zero_copy_only=False)
    return places


def floors_of(table: pa.Table, columns: Sequence[ResultColumn]) -> list[int]:
    """For each column the least power of ten that counts: DEPTH below the largest figure of its
    unit in these rows. table: as of `plain`."""
    largest: dict[object, float] = {}
    units: list[object] = []
    for at, column in enumerate(table.columns):
        unit = columns[at].unit if at < len(columns) else None
        units.append(unit or at)
        if not pa.types.is_floating(column.type):
            continue
        values = np.abs(_floats(column))
        finite = values[np.isfinite(values)]
        top = float(finite.max()) if finite.size else 0.0
        largest[units[at]] = max(largest.get(units[at], 0.0), top)
    return [_floor_of(largest.get(unit, 0.0)) for unit in units]


def are_same(one: object, other: object, floor: int) -> bool:
    """Whether two cells are the same figure, or the same text or time."""
    if one is None or other is None:
        return one is other
    if not (isinstance(one, float) or isinstance(other, float)):
        return one == other
    if not (isinstance(one, int | float | Decimal) and isinstance(other, int | float | Decimal)):
        return False
    left, right = float(one), float(other)
    if not (math.isfinite(left) and math.isfinite(right)):
        return left == right or (math.isnan(left) and math.isnan(right))
    apart = max(abs(left), abs(right)) * 10.0**-DIGITS
    return abs(left - right) <= max(apart, 10.0**floor if floor > _NO_FLOOR else 0.0)


def _floor_of(largest: float) -> int:
    return math.floor(math.log10(largest)) - DEPTH if largest > 0 else _NO_FLOOR


@dataclass(frozen=True, slots=True)
class _Cells:
    """A column as arrays of one form. kind: of its values, so that 1 is not "1"."""

    kind: str
    is_null: npt.NDArray[np.bool_]
    parts: tuple[Ints, ...] = ()
    texts: pa.Array | None = None

    def order_by(self) -> list[tuple[str, pa.Array]]:
        """What the rows are put in order by."""
        values = [pa.array(part) for part in self.parts]
        if self.texts is not None:
            values.append(self.texts)
        return [
            (str(at), v) for at, v in enumerate([pa.array(self.is_null.view(np.int8)), *values])
        ]

    def feed(self, digest: Any, order: npt.NDArray[Any]) -> None:
        digest.update(self.kind.encode())
        digest.update(self.is_null[order].tobytes())
        for part in self.parts:
            digest.update(part[order].astype("<i8").tobytes())
        if self.texts is not None:
            texts = [
                text.encode("utf-8", "surrogatepass") for text in self.texts.take(order).to_pylist()
            ]
            digest.update(np.array([len(t) for t in texts], dtype="<i8").tobytes())
            digest.update(b"".join(texts))


def _digest(head: str, cells: Sequence[_Cells], order: npt.NDArray[Any]) -> str:
    digest = hashlib.sha256(head.encode("utf-8", "surrogatepass"))
    for column in cells:
        column.feed(digest, order)
    return digest.hexdigest()


def _cells(column: pa.ChunkedArray, floor: int, limit: float) -> _Cells:
    kind, is_null = column.type, _nulls(column)
    if pa.types.is_floating(kind):
        return _Cells("double", is_null, _digits(_floats(column), floor, limit))
    whole = _whole(column)
    if whole is not None:
        name, values = whole
        return _Cells(name, is_null, (values,))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _Cells(
            "text", is_null, texts=column.cast(pa.large_string()).fill_null("").combine_chunks()
        )
    texts = [_text(value) for value in column.to_pylist()]
    name = "decimal" if pa.types.is_decimal(kind) else "other"
    return _Cells(name, is_null, texts=pa.array(texts, pa.large_string()))


def _text(value: object) -> str:
    if value is None:
        return ""
    return digits(value) if isinstance(value, Decimal) and value.is_finite() else str(value)


def _whole(column: pa.ChunkedArray) -> tuple[str, Ints] | None:
    """Values that are whole numbers, or are stored as such; None for others."""
    kind = column.type
    if pa.types.is_boolean(kind):
        name, values = "boolean", column.cast(pa.int64())
    elif pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
        name, values = "integer", column.cast(pa.int64())
    elif pa.types.is_date32(kind):
        name, values = "date", column.cast(pa.int32()).cast(pa.int64())
    elif pa.types.is_timestamp(kind):
        micros = column.cast(pa.timestamp("us", kind.tz), safe=False)
        name, values = f"time {'utc' if kind.tz else 'local'}", micros.cast(pa.int64())
    else:
        return None
    filled: Ints = values.fill_null(0).to_numpy()
    return name, filled


def _nulls(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = column.is_null().to_numpy()
    return found


def _floats(column: pa.ChunkedArray) -> Floats:
    found: Floats = column.cast(pa.float64()).fill_null(0.0).to_numpy()
    return found


def _digits(values: Floats, floor: int, limit: float) -> tuple[Ints, Ints]:
    """Each number as exponent and whole multiple of that power of ten. limit: the part of a
    multiple from which the next one is meant."""
    size = np.abs(values)
    counts = np.isfinite(values) & (size > 0)
    exponent = np.full(values.shape, floor, dtype=np.int64)
    exponent[counts] = np.maximum(np.floor(np.log10(size[counts])) - (DIGITS - 1), floor)
    exponent[~counts] = 0
    whole = np.zeros(values.shape)
    whole[counts] = _in_steps(size[counts], exponent[counts], limit)
    # log10 may be off by one at a power of ten, and rounding may reach the next one.
    low = counts & (whole < 10.0 ** (DIGITS - 1)) & (exponent > floor)
    exponent[low] -= 1
    whole[low] = _in_steps(size[low], exponent[low], limit)
    high = counts & (whole >= 10.0**DIGITS)
    exponent[high] += 1
    whole[high] = np.rint(whole[high] / 10)
    exponent[whole == 0] = 0
    for name, mark in _ODD.items():
        is_odd = np.isnan(values) if name == "nan" else values == float(name)
        exponent[is_odd] = mark
    return exponent, (np.sign(np.where(counts, values, 0.0)) * whole).astype(np.int64)


def _in_steps(size: Floats, exponent: Ints, limit: float) -> Floats:
    # In two steps: 10 ** -323 alone has no digits left.
    half = exponent // 2
    found: Floats = np.floor(size / 10.0**half / 10.0 ** (exponent - half) + (1 - limit))
    return found
