"""Compare an answer's rows with the rows that are right, by value and not by column name.

Each column of the right rows must be met by a column of its own in the answer, which may have
more of them. Numbers are equal within 1e-6 of their size (or 1e-9), whole
numbers exactly; a date equals its midnight;
text is compared without regard to case and outer blanks; NULL equals NULL.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa

REL_TOLERANCE = 1e-6
ABS_TOLERANCE = 1e-9

Cell = int | float | str | dt.datetime | dt.time | None
_Column = tuple[Cell, ...]
_ISO = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?")


def difference(right: pa.Table, answer: pa.Table, *, ordered: bool = False) -> str | None:
    """None when the answer holds the right rows, otherwise one sentence on what differs."""
    wanted = [_cells(column) for column in right.columns]
    given = [_cells(column) for column in answer.columns]
    if right.num_rows != answer.num_rows:
        return f"{answer.num_rows} rows, expected {right.num_rows}{_example(right, answer)}"
    if right.num_rows == 0:
        return None
    near = [[i for i, col in enumerate(given) if _same_values(want, col)] for want in wanted]
    missing = [j for j, candidates in enumerate(near) if not candidates]
    if not missing:
        coded = [_code(want, [given[i] for i in near[j]]) for j, want in enumerate(wanted)]
        if _assign(coded, near, ordered=ordered):
            return None
    return _reason(right, answer, wanted, given, near, missing, ordered=ordered)


def _cells(column: pa.ChunkedArray) -> _Column:
    return tuple(_cell(value) for value in column.to_pylist())


def _cell(value: object) -> Cell:
    """A value in the form that is compared. A boolean counts as 0 or 1, NaN as NULL."""
    if value is None:
        return None
    if isinstance(value, bool | int | float | Decimal):
        if math.isnan(value):
            return None
        # A whole number stays one: as a double it would lose what lies beyond the 15th digit.
        is_whole = not isinstance(value, float) and value == int(value)
        return int(value) if is_whole else float(value)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, dt.time):
        return value
    text = unicodedata.normalize("NFC", str(value)).strip()
    if _ISO.fullmatch(text):
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            return text
    return text.casefold()


def _is_close(a: int | float, b: int | float) -> bool:
    """Equal for this purpose. Two whole numbers are counts: those never differ by rounding."""
    if float(a).is_integer() and float(b).is_integer():
        return a == b
    return math.isclose(a, b, rel_tol=REL_TOLERANCE, abs_tol=ABS_TOLERANCE)


def _same_values(a: _Column, b: _Column) -> bool:
    """Whether two columns hold the same values, in any order."""
    numbers_a = sorted(v for v in a if isinstance(v, int | float))
    numbers_b = sorted(v for v in b if isinstance(v, int | float))
    if len(numbers_a) != len(numbers_b):
        return False
    if not all(map(_is_close, numbers_a, numbers_b)):
        return False
    return Counter(v for v in a if not isinstance(v, int | float)) == Counter(
        v for v in b if not isinstance(v, int | float)
    )


def _code(want: _Column, candidates: Sequence[_Column]) -> list[list[object]]:
    """The wanted column and its candidates with numbers that are close replaced by one number,
    so that rows can be counted exactly."""
    columns = [want, *candidates]
    numbers = sorted({v for column in columns for v in column if isinstance(v, int | float)})
    label: dict[int | float, int | float] = {}
    head: int | float = 0
    for i, number in enumerate(numbers):
        if i == 0 or not _is_close(numbers[i - 1], number):
            head = number
        label[number] = head
    return [[label[v] if isinstance(v, int | float) else v for v in column] for column in columns]


def _assign(coded: list[list[list[object]]], near: list[list[int]], *, ordered: bool) -> bool:
    """Whether the wanted columns can be given answer columns of their own so that whole rows
    agree. Columns with the fewest candidates go first; a choice is kept only while the rows
    built so far agree."""
    order = sorted(range(len(coded)), key=lambda j: len(near[j]))

    def agree(wanted: list[list[object]], chosen: list[list[object]]) -> bool:
        if ordered:
            return wanted == chosen
        return Counter(zip(*wanted, strict=True)) == Counter(zip(*chosen, strict=True))

    def extend(depth: int, used: frozenset[int], chosen: list[list[object]]) -> bool:
        if depth == len(order):
            return True
        wanted = [coded[j][0] for j in order[: depth + 1]]
        j = order[depth]
        for position, column in enumerate(near[j], 1):
            if column in used:
                continue
            tried = [*chosen, coded[j][position]]
            if agree(wanted, tried) and extend(depth + 1, used | {column}, tried):
                return True
        return False

    return extend(0, frozenset(), [])


def _reason(
    right: pa.Table,
    answer: pa.Table,
    wanted: list[_Column],
    given: list[_Column],
    near: list[list[int]],
    missing: list[int],
    *,
    ordered: bool,
) -> str:
    if not missing:
        what = "order of the rows or values" if ordered else "values"
        return f"{what} belong to other rows; first expected {_row(right, 0)}"
    if len(given) < len(wanted):
        return (
            f"{len(given)} columns, expected {len(wanted)}: first row {_row(answer, 0)}, "
            f"expected {_row(right, 0)}"
        )
    j = missing[0]
    name = right.column_names[j]
    keys = [(k, columns[0]) for k, columns in enumerate(near) if columns and _is_key(wanted[k])]
    taken = {columns[0] for columns in near if columns}
    rest = [i for i in range(len(given)) if i not in taken and _alike(given[i], wanted[j])]
    if not rest:
        return f"no column holds {name!r}: first row {_row(answer, 0)}, expected {_row(right, 0)}"
    by_key = {
        tuple(given[i][row] for _, i in keys): given[rest[0]][row] for row in range(len(given[0]))
    }
    if keys:
        for row in range(len(wanted[j])):
            key = tuple(wanted[k][row] for k, _ in keys)
            want, got = wanted[j][row], by_key.get(key)
            if key in by_key and not _equal(want, got):
                told = ", ".join(_show(part) for part in key)
                return f"{name!r} of {told} is {_show(got)}, expected {_show(want)}"
    return f"{name!r} differs: first row {_row(answer, 0)}, expected {_row(right, 0)}"


def _is_key(column: _Column) -> bool:
    return not all(isinstance(v, int | float) for v in column)


def _alike(a: _Column, b: _Column) -> bool:
    kinds = [{_kind(v) for v in column if v is not None} for column in (a, b)]
    return not kinds[0] or not kinds[1] or bool(kinds[0] & kinds[1])


def _kind(value: Cell) -> type:
    return float if isinstance(value, int) else type(value)


def _equal(a: Cell, b: Cell) -> bool:
    if isinstance(a, int | float) and isinstance(b, int | float):
        return _is_close(a, b)
    return a == b


def _example(right: pa.Table, answer: pa.Table) -> str:
    parts = [
        f"{label} {_row(table, 0)}"
        for label, table in (("first row", answer), ("expected", right))
        if table.num_rows
    ]
    return f": {', '.join(parts)}" if parts else ""


def _row(table: pa.Table, index: int) -> str:
    cells = [_show(column[index].as_py()) for column in table.columns[:8]]
    return "(" + ", ".join(cells) + (", ...)" if table.num_columns > len(cells) else ")")


def _show(value: object) -> str:
    if isinstance(value, float | Decimal):
        return f"{value:.7g}"
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    return "NULL" if value is None else str(value)
