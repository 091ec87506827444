"""What differs between the rows of then and of now: by key where there is one, else row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import pyarrow as pa

from core.passports import canonical
from core.passports.passport import Difference, RowChange, Sum
from core.semantic.display import format_value
from core.semantic.exact import is_number, total
from core.semantic.result import ResultColumn

#: Rows that are told of one difference.
MOST_ROWS: Final = 20
_KEY_ROLES = ("dimension", "time")
Row = tuple[Any, ...]


def difference(
    before: pa.Table, after: pa.Table, columns: Sequence[ResultColumn]
) -> Difference | None:
    """None where no row differs. Both tables have the columns of the answer, by place."""
    old, new = canonical.plain(before), canonical.plain(after)
    floors = [
        max(pair)
        for pair in zip(
            canonical.floors_of(old, columns), canonical.floors_of(new, columns), strict=True
        )
    ]
    left, right = _rows(old), _rows(new)
    keys = _keys(columns, left, right)
    if keys or len(left) == len(right) == 1:
        changes = list(_by_key(left, right, keys, floors))
    else:
        changes = list(_row_by_row(left, right, floors))
    if not changes:
        return None
    counts = Counter(kind for kind, _, _ in changes)
    told = [_told(change, columns, keys, floors) for change in changes[:MOST_ROWS]]
    return Difference(
        keys=tuple(columns[at].label for at in keys),
        changed=counts["changed"],
        came=counts["came"],
        went=counts["went"],
        rows=tuple(told),
        sums=tuple(_sums(left, right, columns)),
    )


def is_as_ordered(before: pa.Table, after: pa.Table, columns: Sequence[ResultColumn]) -> bool:
    """Whether equal rows stand in the same order."""
    old, new = canonical.plain(before), canonical.plain(after)
    floors = canonical.floors_of(old, columns)
    pairs = zip(_rows(old), _rows(new), strict=True)
    return not any(_differing(one, other, floors) for one, other in pairs)


#: Kind, the row before and the row after.
_Change = tuple[str, Row | None, Row | None]


def _rows(table: pa.Table) -> list[Row]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _keys(columns: Sequence[ResultColumn], left: list[Row], right: list[Row]) -> tuple[int, ...]:
    """Places of the columns that name a row, empty where they do not name one alone."""
    keys = tuple(at for at, column in enumerate(columns) if column.role in _KEY_ROLES)
    for rows in (left, right):
        if len({_key(row, keys) for row in rows}) < len(rows):
            return ()
    return keys


def _key(row: Row, keys: tuple[int, ...]) -> Row:
    return tuple(_hashable(row[at]) for at in keys)


def _hashable(cell: Any) -> Any:
    return repr(cell) if isinstance(cell, list | dict) else cell


def _by_key(
    left: list[Row], right: list[Row], keys: tuple[int, ...], floors: list[int]
) -> Iterable[_Change]:
    now = {_key(row, keys): row for row in right}
    then = {_key(row, keys) for row in left}
    for row in left:
        other = now.get(_key(row, keys))
        if other is None:
            yield ("went", row, None)
        elif _differing(row, other, floors):
            yield ("changed", row, other)
    for row in right:
        if _key(row, keys) not in then:
            yield ("came", None, row)


def _row_by_row(left: list[Row], right: list[Row], floors: list[int]) -> Iterable[_Change]:
    """Rows of then that are not there now, and the other way round; equal rows count."""
    if len(left) == len(right) and not any(
        _differing(one, other, floors) for one, other in zip(left, right, strict=True)
    ):
        return
    then = Counter(tuple(map(_hashable, row)) for row in left)
    now = Counter(tuple(map(_hashable, row)) for row in right)
    gone, new = list((then - now).elements()), list((now - then).elements())
    # Last digits: what is left over may still be the same figures.
    for row in list(gone) if len(gone) <= _FEW and len(new) <= _FEW else ():
        same = next((other for other in new if not _differing(row, other, floors)), None)
        if same is not None:
            gone.remove(row)
            new.remove(same)
    yield from (("went", row, None) for row in gone)
    yield from (("came", None, row) for row in new)


#: Rows among which pairs are looked for one by one.
_FEW: Final = 500


def _differing(row: Row, other: Row, floors: list[int]) -> list[int]:
    return [
        at
        for at, (one, two) in enumerate(zip(row, other, strict=True))
        if not canonical.are_same(one, two, floors[at])
    ]


def _told(
    change: _Change, columns: Sequence[ResultColumn], keys: tuple[int, ...], floors: list[int]
) -> RowChange:
    kind, before, after = change
    row = before if before is not None else after
    assert row is not None
    if before is not None and after is not None:
        places = _differing(before, after, floors)
    else:
        places = [at for at in range(len(row)) if at not in keys]
    cells = tuple(_cells(before, after, at, columns[at]) for at in places)
    key = tuple(_cell(row, at, columns[at]) for at in keys)
    if kind == "changed":
        return RowChange("changed", key, cells)
    return RowChange("came" if kind == "came" else "went", key, cells)


def _cell(row: Row | None, at: int, column: ResultColumn) -> str:
    return format_value(row[at], column) if row is not None else ""


def _cells(
    before: Row | None, after: Row | None, at: int, column: ResultColumn
) -> tuple[str, str, str]:
    """A column's label with both cells; with all their digits where they would look the same."""
    old, new = _cell(before, at, column), _cell(after, at, column)
    if before is not None and after is not None and old == new:
        old, new = str(before[at]), str(after[at])
    return column.label, old, new


def _sums(left: list[Row], right: list[Row], columns: Sequence[ResultColumn]) -> Iterable[Sum]:
    for at, column in enumerate(columns):
        if column.additive and column.role not in _KEY_ROLES:
            before, after = (
                total(row[at] for row in rows if is_number(row[at])) for rows in (left, right)
            )
            yield Sum(column.label, format_value(before, column), format_value(after, column))
