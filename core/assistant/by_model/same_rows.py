"""Rows of an answer in a form that can be compared with another's."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from core.types import Result

_DIGITS: Final = 6


def rows_key(result: Result | None) -> tuple[tuple[str, ...], ...]:
    """The rows in a form on which results agree that say the same: names and order of columns and
    rows say nothing; figures are compared to six digits. None: no rows."""
    if result is None:
        return ()
    return tuple(sorted(tuple(sorted(map(_cell, r.values()))) for r in result.table.to_pylist()))


def _cell(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, int | float | Decimal):
        return f"{float(value):.{_DIGITS}g}"
    return str(value)
