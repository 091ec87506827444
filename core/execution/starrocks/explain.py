"""StarRocks' EXPLAIN as an estimate of what would be read.

EXPLAIN VERBOSE writes, under each OlapScanNode, `actualRows` (rows stored in the tablets that are
left after pruning, before any filter) and `partitionsRatio=read/there`. `cardinality` estimates
what comes out of the scan, after its filters, so it stands for the rows read only where the scan
of a stored table has none; a filtered scan without `actualRows` (plain EXPLAIN, EXPLAIN LOGICAL)
and a scan of anything but a stored table have no figure. Front ends hear of rows some minutes
late, so the larger of the two counts. A scan of no partition reads nothing, and so does a plan
whose sources are all empty sets or constants; a plan without any source is not understood.

A plan quotes the query's own literals, newlines in them too, so a figure counts only where a line
begins with it, and the largest one counts: words of a query can make an estimate larger, never
smaller. The forms are those of StarRocks' documentation and of its tests (STARROCKS.md section 7).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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
_EMPTY = re.compile(
    _START + r"(?:\d+:EMPTYSET\b|constant exprs:|-\s+(?:EMPTY|VALUES)\b)", re.IGNORECASE
)
#: Scans of tables that StarRocks stores itself; files and other databases say less.
_STORED = frozenset(("OlapScanNode", "LakeScanNode"))
_FILTER = re.compile(_START + r"[\w\-/ ]*predicates?\s*:", re.IGNORECASE)


@dataclass(slots=True)
class _Reading:
    """One scan as its lines come."""

    table: str = ""
    parts: tuple[int, int] | None = None
    actual: int | None = None
    estimate: int | None = None
    is_filtered: bool = False
    is_stored: bool = True

    def scan(self) -> Scan:
        name, parts = self.table or _UNNAMED, self.parts or (1, 1)
        if self.is_stored and parts[0] == 0 and not self.actual:
            return Scan(name, 0, *parts)
        if self.actual is not None and self.is_stored:
            return Scan(name, max(self.actual, self.estimate or 0), *parts)
        if self.estimate is not None and self.is_stored and not self.is_filtered:
            return Scan(name, self.estimate, *parts, "estimated")
        return Scan(name, None, *parts)


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


def with_bounds(estimate: Estimate, read: Sequence[str], there: Mapping[str, int]) -> Estimate:
    """Scans without a figure with all rows of their table, and tables that the query reads but
    the plan does not show. read: the query's tables; there: rows by table, as the store tells."""
    scans = list(estimate.scans)
    if not scans and not _reads_nothing(estimate.plan):
        scans = [Scan(table, None, 1, 1) for table in read]
    bounded = tuple(
        replace(scan, rows=there[scan.table], basis="table")
        if scan.rows is None and scan.table in there
        else scan
        for scan in scans
    )
    return replace(estimate, scans=bounded)


def _reads_nothing(plan: str) -> bool:
    """Whether the plan's sources are empty sets or constants, at least one."""
    return any(_EMPTY.match(line) for line in plan.splitlines())


def _opened(line: str) -> _Reading | str | None:
    """A reading where a scan begins, a name where another node does, else None."""
    node = _NODE.match(line)
    if node is not None:
        if node[1].endswith(("ScanNode", "MetaScan")):
            return _Reading(is_stored=node[1] in _STORED)
        return node[1]
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
        scan.parts = max(scan.parts or (0, 0), (int(parts[1]), int(parts[2])))
    if rows := _CARDINALITY.match(line) or _LOGICAL_ROWS.match(line):
        scan.estimate = max(scan.estimate or 0, int(rows[1]))


def _bare(name: str) -> str:
    """The table's own name, without catalog, database and quotes."""
    return name.rpartition(".")[2].strip("`")
