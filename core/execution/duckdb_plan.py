"""What DuckDB would read for a query: its plan's scans against the row groups' lowest and highest
values.

DuckDB keeps the lowest and highest value of each column in each row group (122,880 rows) and skips
the groups that a scan's filter cannot match. Its EXPLAIN names the scans and the filters that were
pushed into them; which groups they leave is worked out here in the same way. The plan's own
"estimated cardinality" counts rows *after* filters by rule of thumb, so it says nothing of cost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.types import Estimate, Scan

Bound = str | float
#: Bounds of texts may be cut after so many characters; compared no further.
_TEXT_BOUND = 8

#: One row a segment: lowest and highest value of a column in a part of a row group.
ROW_GROUPS_SQL = """
SELECT row_group_id, column_name, segment_type, "count" AS n,
    json_extract_string(CAST(stats AS JSON), '$.min') AS lowest,
    json_extract_string(CAST(stats AS JSON), '$.max') AS highest
FROM pragma_storage_info({table}) WHERE segment_type <> 'VALIDITY'
"""
_NUMBERS = frozenset(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "FLOAT", "DOUBLE")
)
_TEXTS = frozenset(("VARCHAR", "DATE", "TIMESTAMP"))


@dataclass(frozen=True, slots=True)
class RowGroup:
    """One row group. bounds: column -> its lowest and highest value; a column whose values are not
    known is missing. Dates and times are ISO texts."""

    rows: int
    bounds: Mapping[str, tuple[Bound, Bound]]


def row_groups(table: pa.Table) -> tuple[RowGroup, ...]:
    """Row groups from the rows of ROW_GROUPS_SQL."""
    rows: dict[int, dict[str, int]] = {}
    bounds: dict[int, dict[str, tuple[Bound, Bound] | None]] = {}
    for row in table.to_pylist():
        group, column = row["row_group_id"], row["column_name"]
        counts = rows.setdefault(group, {})
        counts[column] = counts.get(column, 0) + row["n"]
        found = _bounds(row["segment_type"], row["lowest"], row["highest"])
        known = bounds.setdefault(group, {})
        before = known.get(column, found)
        known[column] = _wider(before, found) if found and before else None
    return tuple(
        RowGroup(max(rows[group].values()), {k: v for k, v in bounds[group].items() if v})
        for group in sorted(rows)
    )


def _bounds(kind: str, lowest: str | None, highest: str | None) -> tuple[Bound, Bound] | None:
    if lowest is None or highest is None:
        return None
    if kind in _TEXTS:
        return lowest, highest
    if kind in _NUMBERS:
        return float(lowest), float(highest)
    return None


def _wider(a: tuple[Bound, Bound], b: tuple[Bound, Bound]) -> tuple[Bound, Bound]:
    if isinstance(a[0], str):
        return min(str(a[0]), str(b[0])), max(str(a[1]), str(b[1]))
    return min(float(a[0]), float(b[0])), max(float(a[1]), float(b[1]))


def tables_read(plan: str) -> tuple[str, ...]:
    """Names of the tables that the plan scans, each once."""
    return tuple(dict.fromkeys(_table(node) for node in _scans(json.loads(plan))))


def read_plan(plan: str, groups: Mapping[str, Sequence[RowGroup]]) -> Estimate:
    """The estimate of a plan (the text of EXPLAIN with FORMAT JSON). groups: by table; a table
    that is missing there is a scan without a figure."""
    roots = json.loads(plan)
    scans = []
    for node in _scans(roots):
        name = _table(node)
        there = groups.get(name)
        if there is None:
            scans.append(Scan(name, None, 1, 1))
            continue
        filters = _filters(node)
        read = [group for group in there if all(_may_match(f, group) for f in filters)]
        scans.append(Scan(name, sum(group.rows for group in read), len(read), len(there)))
    lines = [line for root in roots for line in _lines(root, 0)]
    return Estimate(tuple(scans), "\n".join(lines))


def _scans(roots: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in roots:
        if "Table" in (node.get("extra_info") or {}):
            yield node
        yield from _scans(node.get("children") or [])


def _table(node: dict[str, Any]) -> str:
    """The table's bare name; the plan writes `database.schema.table`, quoted where needed."""
    return exp.to_table(str(node["extra_info"]["Table"]), dialect="duckdb").name


def _info(node: dict[str, Any], name: str) -> list[str]:
    value = (node.get("extra_info") or {}).get(name) or []
    return [value] if isinstance(value, str) else [str(v) for v in value if v]


def _filters(node: dict[str, Any]) -> list[exp.Expr]:
    """The scan's filters that can be read; one that cannot rules nothing out."""
    found = []
    for text in _info(node, "Filters"):
        try:
            found.append(sqlglot.parse_one(text.removeprefix("optional: "), read="duckdb"))
        except SqlglotError:
            continue
    return found


def _may_match(node: exp.Expr, group: RowGroup) -> bool:
    """Whether a row of the group may meet the condition; True where that cannot be told."""
    match node:
        case exp.Paren():
            return _may_match(node.this, group)
        case exp.And():
            return _may_match(node.this, group) and _may_match(node.expression, group)
        case exp.Or():
            return _may_match(node.this, group) or _may_match(node.expression, group)
        case exp.In() if node.expressions:
            return any(_overlaps(node.this, v, v, group) for v in node.expressions)
        case exp.Between():
            return _overlaps(node.this, node.args["low"], node.args["high"], group)
        case exp.EQ():
            return _overlaps(node.this, node.expression, node.expression, group)
        case exp.GT() | exp.GTE():
            return _overlaps(node.this, node.expression, None, group, strict=_is_strict(node))
        case exp.LT() | exp.LTE():
            return _overlaps(node.this, None, node.expression, group, strict=_is_strict(node))
    return True


def _is_strict(node: exp.Expr) -> bool:
    return isinstance(node, exp.GT | exp.LT)


def _overlaps(
    column: exp.Expr,
    low: exp.Expr | None,
    high: exp.Expr | None,
    group: RowGroup,
    *,
    strict: bool = False,
) -> bool:
    """Whether values of the column from low to high (None: without end; `strict`: without the
    ends themselves) may be in the group."""
    known = group.bounds.get(column.name) if isinstance(column, exp.Column) else None
    if known is None:
        return True
    lowest, highest = known
    return not (
        _is_outside(low, highest, 1, strict=strict) or _is_outside(high, lowest, -1, strict=strict)
    )


def _is_outside(literal: exp.Expr | None, bound: Bound, side: int, *, strict: bool) -> bool:
    """Whether the literal is surely above the bound (side 1) or below it (side -1)."""
    value = None if literal is None else _value(literal)
    if isinstance(value, str) and isinstance(bound, str):
        is_cut = not bound[:4].isdecimal()
        if is_cut:
            value, bound = value[:_TEXT_BOUND], bound[:_TEXT_BOUND]
        order = (value > bound) - (value < bound)
        return order == side or (strict and not is_cut and order == 0)
    if isinstance(value, float) and isinstance(bound, float):
        order = (value > bound) - (value < bound)
        return order == side or (strict and order == 0)
    return False


def _value(node: exp.Expr) -> Bound | None:
    if isinstance(node, exp.Cast | exp.Paren):
        return _value(node.this)
    if isinstance(node, exp.Literal):
        return str(node.this) if node.is_string else float(node.this)
    if isinstance(node, exp.Neg):
        inner = _value(node.this)
        return -inner if isinstance(inner, float) else None
    return None


_SHOWN = ("Table", "Filters", "Expression", "Groups", "Aggregates", "Conditions", "Order By", "Top")


def _lines(node: dict[str, Any], depth: int) -> Iterator[str]:
    """The plan as indented lines, the last step first, as DuckDB draws it."""
    parts = [str(node.get("name", "")).strip()]
    for name in _SHOWN:
        values = [_table(node)] if name == "Table" and _info(node, name) else _info(node, name)
        if values:
            parts.append(f"{name.lower()}: {' and '.join(values)}")
    yield "  " * depth + " | ".join(parts)
    for child in node.get("children") or []:
        yield from _lines(child, depth + 1)
