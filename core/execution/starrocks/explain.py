"""StarRocks' EXPLAIN as an estimate of what would be read.

EXPLAIN VERBOSE writes, under each OlapScanNode, `actualRows` (rows of the tablets that would be
scanned, before any filter) and `partitionsRatio=read/there`. Where `actualRows` is missing (the
plain form, older servers) `cardinality` stands in, which is after the filters and so a lower bound.
The forms are those of StarRocks' documentation and of its tests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.types import Estimate, Scan

_NODE = re.compile(r"^[\s|\-]*\d+:(\w+)")
_TABLE = re.compile(r"\btable:\s*(?:\w+\.)?([^\s,]+)", re.IGNORECASE)
_PARTITIONS = re.compile(r"\bpartitions?(?:Ratio)?\s*[=:]\s*(\d+)/(\d+)")
_ACTUAL = re.compile(r"\bactualRows\s*[=:]\s*(\d+)")
_CARDINALITY = re.compile(r"\bcardinality\s*[=:]\s*(\d+)")


def read_plan(lines: Sequence[str]) -> Estimate:
    """The estimate of a plan's lines; a scan whose figures cannot be read has no rows."""
    scans: list[Scan] = []
    block: list[str] | None = None
    for line in lines:
        node = _NODE.match(line)
        if node:
            _close(block, scans)
            block = [] if node[1].endswith("ScanNode") else None
        elif block is not None:
            block.append(line)
    _close(block, scans)
    return Estimate(tuple(scans), "\n".join(lines))


def _close(block: list[str] | None, scans: list[Scan]) -> None:
    if block is None:
        return
    text = "\n".join(block)
    table = _TABLE.search(text)
    if table is None:
        return
    rows = _ACTUAL.search(text) or _CARDINALITY.search(text)
    parts = _PARTITIONS.search(text)
    scans.append(
        Scan(
            table=table[1].rpartition(".")[2],
            rows=int(rows[1]) if rows else None,
            parts=int(parts[1]) if parts else 1,
            parts_total=int(parts[2]) if parts else 1,
        )
    )
