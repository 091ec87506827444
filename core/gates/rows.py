"""Checks of single rows: by SQL over all of them at once, and by pandera over those that fail.

SQL finds the rows that break a check in one scan of any size; pandera, from the same declaration,
judges those rows, a chunk at a time, and says which value failed what. The two have to agree: where
they do not, the larger count holds, and the difference is an error in the log.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb

from core.semantic.model import Checks, Table
from core.semantic.units import display_unit

if TYPE_CHECKING:
    import pandas as pd

_LOG: Final = logging.getLogger(__name__)
CHUNK: Final = 50_000
#: Failing rows that are judged one by one at most; beyond them counts are SQL's.
JUDGED: Final = 500_000


@dataclass(frozen=True, slots=True)
class RowCheck:
    """One check of one column. kind: as in `CheckResult`. broken: SQL that is true of a row that
    fails it, never NULL."""

    kind: str
    column: str
    broken: str
    limit: str = ""


def row_checks(checks: Checks, table: Table) -> tuple[RowCheck, ...]:
    """All that can be said of a row alone. A NULL breaks `not_null` alone."""
    found = [RowCheck("not_null", c, f"{quoted(c)} IS NULL") for c in checks.not_null]
    for column, (low, high) in checks.ranges.items():
        name = quoted(column)
        parts = [f"isnan({name}::DOUBLE)"]
        parts += [] if low is None else [f"{name} < {low!r}"]
        parts += [] if high is None else [f"{name} > {high!r}"]
        broken = f"coalesce({' OR '.join(parts)}, false)"
        unit = display_unit(table.columns[column].unit)
        found.append(RowCheck("range", column, broken, _span(low, high, unit)))
    for column, words in checks.values.items():
        listed = ", ".join(text(word) for word in words)
        broken = f"coalesce({quoted(column)} NOT IN ({listed}), false)"
        found.append(RowCheck("values", column, broken, ", ".join(words)))
    return tuple(found)


def counts(
    connection: duckdb.DuckDBPyConnection, relation: str, checks: tuple[RowCheck, ...]
) -> tuple[int, list[int]]:
    """Rows of a relation, and of each check those that fail it."""
    parts = ["count(*)", *(f"count(*) FILTER (WHERE {one.broken})" for one in checks)]
    (row,) = connection.execute(f"SELECT {', '.join(parts)} FROM {relation}").fetchall()
    return int(row[0]), [int(n) for n in row[1:]]


def judged(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    checks: tuple[RowCheck, ...],
    found: list[int],
    declared: Checks,
) -> list[int]:
    """How many rows fail each check, by pandera too. found: by SQL."""
    if not any(found):
        return found
    columns = sorted({one.column for one in checks})
    schema = _schema(declared, columns)
    seen: Counter[tuple[str, str]] = Counter()
    rows = 0
    for frame in _suspects(connection, relation, checks, columns):
        rows += len(frame)
        seen.update(_failures(schema, frame))
    if rows >= JUDGED:
        return found
    by_rows = [seen[one.kind, one.column] for one in checks]
    if by_rows != found:
        _LOG.error(
            "gates: SQL finds %s rows and pandera %s; the larger count holds", found, by_rows
        )
    return [max(pair) for pair in zip(found, by_rows, strict=True)]


def _suspects(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    checks: tuple[RowCheck, ...],
    columns: list[str],
) -> Iterator[pd.DataFrame]:
    """Rows that fail anything, as frames of at most CHUNK rows."""
    wanted = ", ".join(quoted(column) for column in columns)
    broken = " OR ".join(f"({one.broken})" for one in checks)
    reader = connection.sql(
        f"SELECT {wanted} FROM {relation} WHERE {broken} LIMIT {JUDGED}"
    ).to_arrow_reader(CHUNK)
    for batch in reader:
        yield batch.to_pandas(types_mapper=_nullable)


def _nullable(kind: Any) -> Any:
    """pandas types that hold NULL beside NaN: the one is missing, the other no number."""
    import pandas as pd
    import pyarrow as pa

    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pd.ArrowDtype(pa.float64())
    return pd.ArrowDtype(kind)


def _schema(declared: Checks, columns: list[str]) -> Any:
    import pandera.pandas as pa

    made = {}
    for name in columns:
        checks = []
        if name in declared.ranges:
            low, high = declared.ranges[name]
            checks.append(
                pa.Check(_within(low, high), name="range", ignore_na=False, raise_warning=False)
            )
        if name in declared.values:
            allowed = declared.values[name]
            checks.append(
                pa.Check(lambda s, allowed=allowed: s.isna() | s.isin(allowed), name="values")
            )
        made[name] = pa.Column(nullable=name not in declared.not_null, checks=checks)
    return pa.DataFrameSchema(made)


def _within(low: float | None, high: float | None) -> Any:
    """NULL is in every range, NaN in none."""

    def check(series: pd.Series[Any]) -> Any:
        import numpy as np
        import pandas as pd

        missing = series.isna().to_numpy(dtype=bool)
        plain = series.to_numpy(dtype="float64", na_value=0.0)
        fits = ~np.isnan(plain)
        fits &= True if low is None else plain >= low
        fits &= True if high is None else plain <= high
        return pd.Series(fits | missing, index=series.index)

    return check


def _failures(schema: Any, frame: pd.DataFrame) -> Mapping[tuple[str, str], int]:
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        kinds = cases["check"].astype(str).map(_kind)
        pairs = zip(kinds, cases["column"].astype(str), strict=True)
        return Counter(pairs)
    return {}


def _kind(check: str) -> str:
    return "not_null" if check == "not_nullable" else check


def quoted(name: str) -> str:
    """A column's or table's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in SQL."""
    return "'" + value.replace("'", "''") + "'"


def _span(low: float | None, high: float | None, unit: str) -> str:
    ends = [f"{end:g}" for end in (low, high) if end is not None]
    if low is None:
        shown = f"≤ {ends[0]}"
    else:
        shown = f"≥ {ends[0]}" if high is None else f"{ends[0]} … {ends[1]}"
    return f"{shown} {unit}".rstrip()
