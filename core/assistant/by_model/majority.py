"""Which of several answers gave the rows that most of them gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from core.types import Result

_DIGITS: Final = 6


def majority(results: Sequence[Result | None]) -> tuple[int, int]:
    """The place of the first result with the rows that most have, and how many have them. Names
    and order of columns and rows say nothing; figures are compared to six digits. None: no rows."""
    keys = [rows_key(result) for result in results]
    counts = Counter(keys)
    best = max(range(len(keys)), key=lambda i: (counts[keys[i]], -i))
    return best, counts[keys[best]]


def rows_key(result: Result | None) -> tuple[tuple[str, ...], ...]:
    """The rows in a form on which results agree that say the same."""
    if result is None:
        return ()
    return tuple(sorted(tuple(sorted(map(_cell, r.values()))) for r in result.table.to_pylist()))


def _cell(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, int | float | Decimal):
        return f"{float(value):.{_DIGITS}g}"
    return str(value)
