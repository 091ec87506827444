"""From an address to the source that reads it."""

from __future__ import annotations

from core.drafting.sources.address import Where
from core.drafting.sources.files import DuckDBFile, SQLiteFile
from core.drafting.sources.source import Source


def open_source(where: Where) -> Source:
    """Raises UserFixable or Unavailable with what to do."""
    if where.kind == "duckdb":
        return DuckDBFile(where)
    if where.kind == "sqlite":
        return SQLiteFile(where)
    from core.drafting.sources.servers import MySQLServer, PostgreSQLServer  # drivers load slowly

    return PostgreSQLServer(where) if where.kind == "postgresql" else MySQLServer(where)
