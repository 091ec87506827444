"""Rows of two statements side by side."""

import math
import re

from core.execution.dialect import to_duckdb

#: What a fix says that changes no row.
SAME = re.compile(r": the same (rows|figures)$")


class _Sum(float):
    """Equal to what differs by the order in which it was added up."""

    def __eq__(self, other):
        return isinstance(other, float) and math.isclose(self, other, rel_tol=1e-9, abs_tol=1e-9)

    __hash__ = None


def rows(connection, sql: str) -> list[list[object]]:
    """Rows in any order."""
    found = connection.execute(to_duckdb(sql)).fetchall()
    plain = [[_Sum(v) if isinstance(v, float) else v for v in row] for row in found]
    return sorted(plain, key=_place)


def _place(row: list[object]) -> str:
    """What else is in the row first: figures decide only between rows that are alike else."""
    others = [repr(v) for v in row if not isinstance(v, _Sum)]
    return repr([others, [f"{v:.6g}" for v in row if isinstance(v, _Sum)]])
