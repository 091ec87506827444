"""Whether rows that were kept are those of a query, by their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pyarrow as pa

from core.semantic.result import ResultColumn

_Kinds = tuple[Callable[[pa.DataType], bool], ...]
_t = pa.types
_NUMBER: Final[_Kinds] = (_t.is_integer, _t.is_floating, _t.is_decimal)
_TIME: Final[_Kinds] = (_t.is_date, _t.is_timestamp)
_TEXT: Final[_Kinds] = (_t.is_string, _t.is_large_string, _t.is_dictionary)
#: What holds the values of a column of each type; any may hold nothing but NULL.
_HOLDS: Final[Mapping[str, _Kinds]] = {
    "string": _TEXT,
    "integer": _NUMBER,
    "double": _NUMBER,
    "date": _TIME,
    "datetime": _TIME,
    "boolean": (_t.is_boolean, _t.is_integer),
}


def is_of(rows: pa.Table, columns: Sequence[ResultColumn]) -> bool:
    """Whether a table has these columns, in their order, each with values of its type."""
    if rows.column_names != [column.name for column in columns]:
        return False
    kinds = zip(rows.schema.types, columns, strict=True)
    return all(_is_held(kind, column.type) for kind, column in kinds)


def _is_held(kind: pa.DataType, type_: str) -> bool:
    tests = _HOLDS.get(type_)
    return tests is None or _t.is_null(kind) or any(test(kind) for test in tests)
