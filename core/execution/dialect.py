"""From StarRocks SQL to DuckDB SQL with StarRocks' values."""

from __future__ import annotations

from functools import lru_cache

import sqlglot

MACROS: tuple[str, ...] = ()


@lru_cache(maxsize=512)
def to_duckdb(sql: str) -> str:
    """The same query for DuckDB; raises ModelFixable for what it cannot hold."""
    tree = sqlglot.parse_one(sql, read="starrocks")
    return tree.sql("duckdb", identify=True, comments=False)
