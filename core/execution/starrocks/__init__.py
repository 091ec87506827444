"""StarRocks as an engine, over the MySQL protocol."""

from core.execution.starrocks.address import Address, parse_address
from core.execution.starrocks.engine import StarRocksEngine

__all__ = ["Address", "StarRocksEngine", "parse_address"]
