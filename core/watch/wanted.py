"""What numbers are asked for, and pieces of SQL that all of them need."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Wanted:
    """One column of numbers. over: a statistic; of a metric, which is one itself, empty. steps: the
    length of its window, which ends with the step. per: the level of the places that it is of;
    empty: of each asset."""

    measure: str
    over: str
    steps: int
    per: str = ""


def numbers(count: int) -> str:
    """Rows 0 .. count - 1."""
    digit = "SELECT 0 AS d" + "".join(f" UNION ALL SELECT {number}" for number in range(1, 10))
    tens = [f"({digit}) {name}" for name in "abc"]
    number = "a.d + 10 * b.d + 100 * c.d"
    return f"SELECT {number} AS n FROM {' CROSS JOIN '.join(tens)} WHERE {number} < {count}"
