"""Rows of two statements side by side."""

import re

from core.execution.dialect import to_duckdb

#: What a fix says that changes no row.
SAME = re.compile(r": the same (rows|figures)$")


def rows(connection, sql: str) -> list[str]:
    """Rows in any order; sums to nine digits, as rows are added up in any order too."""
    found = connection.execute(to_duckdb(sql)).fetchall()
    return sorted(repr([f"{v:.9g}" if isinstance(v, float) else v for v in row]) for row in found)
