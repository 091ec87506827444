"""StarRocks' EXPLAIN as an estimate of what would be read.

EXPLAIN VERBOSE writes, under each OlapScanNode, `actualRows` (rows stored in the tablets that are
left after pruning, before any filter) and `partitionsRatio=read/there`. `cardinality` estimates
what comes out of the scan, after its filters, so it stands for the rows read only where the scan
has none; a filtered scan without `actualRows` (plain EXPLAIN, EXPLAIN LOGICAL) has no figure.

A plan quotes the query's own literals, newlines in them too, so a figure counts only where a line
begins with it, and the largest one counts: words of a query can make an estimate larger, never
smaller. The forms are those of StarRocks' documentation and of its tests (STARROCKS.md section 7).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.types import Estimate, Scan

_UNNAMED = "(unnamed)"
_START = r"^[\s|\-]*"
_NODE = re.compile(_START + r"\d+:(\w+)")
_LOGICAL_NODE = re.compile(
    r"^[\s|]*-\s+(?P<node>[A-Z][\w\-/ ]*?)\s*(?:\[(?P<inside>[^\]]*)\]|=>|$)"
)
_TABLE = re.compile(_START + r"table:\s*([^\s,]+)", re.IGNORECASE)
_PARTITIONS = re.compile(_START + r"partitions?(?:Ratio)?\s*[=:]\s*(\d+)/(\d+)")
_ACTUAL = re.compile(_START + r"actualRows\s*[=:]\s*(\d+)")
_CARDINALITY = re.compile(_START + r"cardinality\s*[=:]\s*(\d+)")
_LOGICAL_ROWS = re.compile(_START + r"Estimates:\s*\{row:\s*(\d+)")
_FILTER = re.compile(_START + r"[\w\-/ ]*predicates?\s*:", re.IGNORECASE)


@dataclass(slots=True)
class _Reading:
    """One scan as its lines come."""

    table: str = ""
    parts: tuple[int, int] = (1, 1)
    actual: int | None = None
    estimate: int | None = None
    is_filtered: bool = False

    def scan(self) -> Scan:
        rows = self.actual
        if rows is None and not self.is_filtered:
            rows = self.estimate
        return Scan(self.table or _UNNAMED, rows, *self.parts)


def read_plan(lines: Sequence[str]) -> Estimate:
    """The estimate of a plan's lines; a scan whose figures cannot be read has no rows."""
    scans: list[_Reading] = []
    is_open = False
    # One row of the reply may hold several lines: a literal with a line break.
    for line in "\n".join(lines).splitlines():
        opened = _opened(line)
        if isinstance(opened, _Reading):
            scans.append(opened)
        if opened is not None:
            is_open = isinstance(opened, _Reading)
        if scans:
            _read(line, scans[-1], is_open=is_open)
    # Rows without a table stay: a query's words may have come between the two.
    found = tuple(s.scan() for s in scans if s.table or s.actual is not None)
    return Estimate(found, "\n".join(lines))


def _opened(line: str) -> _Reading | str | None:
    """A reading where a scan begins, a name where another node does, else None."""
    node = _NODE.match(line)
    if node is not None:
        return _Reading() if node[1].endswith("ScanNode") else node[1]
    logical = _LOGICAL_NODE.match(line)
    if logical is None:
        return None
    if logical["node"].endswith("SCAN") and logical["inside"]:
        return _Reading(table=_bare(logical["inside"]))
    return logical["node"]


def _read(line: str, scan: _Reading, *, is_open: bool) -> None:
    """is_open: no line that looks like another node's has come since. Only `actualRows` is read
    after one: scans alone have it, and the other node may be a query's own text."""
    if actual := _ACTUAL.match(line):
        scan.actual = max(scan.actual or 0, int(actual[1]))
    if not is_open:
        return
    if _FILTER.match(line):
        scan.is_filtered = True
    if not scan.table and (table := _TABLE.match(line)):
        scan.table = _bare(table[1])
    if parts := _PARTITIONS.match(line):
        scan.parts = (int(parts[1]), int(parts[2]))
    if rows := _CARDINALITY.match(line) or _LOGICAL_ROWS.match(line):
        scan.estimate = max(scan.estimate or 0, int(rows[1]))


def _bare(name: str) -> str:
    """The table's own name, without catalog, database and quotes."""
    return name.rpartition(".")[2].strip("`")
