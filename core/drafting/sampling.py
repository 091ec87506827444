"""A bounded sample of each table, and what it says of each column."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from core.drafting.found import FoundColumn, FoundTable, Profile, Sampled
from core.drafting.sources import Source
from core.drafting.words import is_figure
from core.drafting.written import written
from core.semantic.model import ColumnType

ROWS: Final = 20_000
CELLS: Final = 1_000_000
COUNTED: Final = 1_000_001
_TEXT: Final = 200  # characters that are looked at
_KEPT: Final = 30
_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?"
)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def sampled(source: Source, table: FoundTable, *, reads_texts: bool = False) -> Sampled:
    """The table as a sample of it shows it. Types that the database leaves open are read from the
    values. reads_texts: whether texts that hold dates and numbers will be copied as such."""
    columns = [c.name for c in table.columns if c.type is not None]
    rows = max(100, min(ROWS, CELLS // max(1, len(columns))))
    found = source.sample(table.name, columns, rows) if columns else []
    sample = {name: [_plain(row[k]) for row in found] for k, name in enumerate(columns)}
    seen = tuple(
        replace(c, type=_seen_type(c, sample[c.name])) if c.type is not None else c
        for c in table.columns
    )
    if reads_texts:
        seen = tuple(_read(column, sample) for column in seen)
    count = len(found) if len(found) < rows else source.count(table.name, COUNTED)
    return Sampled(
        replace(table, columns=seen),
        count,
        count >= COUNTED,
        {name: profile_of(values) for name, values in sample.items()},
        sample,
    )


def _read(column: FoundColumn, sample: dict[str, list[Any]]) -> FoundColumn:
    """The column as what its texts hold, and its values in the sample as that."""
    if column.type != "string":
        return column
    values = sample[column.name]
    texts = [v for v in values if v is not None]
    if not texts or not all(isinstance(v, str) for v in texts):
        return column
    found = written(texts, is_figure=is_figure(column.name, column.comment))
    if found is None:
        return column
    sample[column.name] = [None if v is None else found.value(v) for v in values]
    return replace(column, type=found.type, written=found)


def _plain(value: Any) -> Any:
    """A value as Python's own, short."""
    if isinstance(value, str):
        return value[:_TEXT]
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC).replace(tzinfo=None)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)[:_TEXT].decode("utf-8", "replace")
    if value is None or isinstance(value, int | float | dt.date):
        return value
    return str(value)[:_TEXT]


def profile_of(values: list[Any]) -> Profile:
    """Counts, range and most frequent values of a column's sample."""
    filled = [v for v in values if v is not None and not (isinstance(v, float) and math.isnan(v))]
    if not filled:
        return Profile(rows=len(values))
    counts = Counter(filled)
    try:
        first, last = min(filled), max(filled)
    except TypeError:  # SQLite lets a column hold numbers and texts
        first = last = None
    texts = [len(v) for v in filled if isinstance(v, str)]
    return Profile(
        rows=len(values),
        filled=len(filled),
        distinct=len(counts),
        first=first,
        last=last,
        values=tuple(value for value, _ in counts.most_common(_KEPT)),
        length=sum(texts) / len(texts) if texts else 0.0,
    )


def _seen_type(column: FoundColumn, values: list[Any]) -> ColumnType | None:
    """What the values are where the declared type does not hold them, as in SQLite and in tables
    of imported texts."""
    filled = [v for v in values if v is not None]
    if not filled:
        return column.type
    kinds = {type(v) for v in filled}
    if kinds == {str}:
        if _all(filled, _DAY.fullmatch) and _all(filled, _is_day):
            return "date"
        if _all(filled, _MOMENT.fullmatch) and _all(filled, _is_moment):
            return "datetime"
        return "string"
    if str in kinds:
        return "string"
    if column.type == "boolean" and kinds <= {int, bool}:
        return "boolean"
    if kinds == {int} and column.type in ("integer", "double", "boolean"):
        return "double" if column.type == "double" else "integer"
    if kinds <= {int, float} and column.type in ("integer", "double", "string", "boolean"):
        return "double" if float in kinds else "integer"
    if dt.datetime in kinds:
        return "datetime"
    return column.type


def _all(values: list[Any], holds: Callable[[str], object]) -> bool:
    return all(holds(v) for v in values)


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    return moment(text) is not None


def moment(value: Any) -> dt.datetime | None:
    """A value as a moment; None for one that is none."""
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    if not isinstance(value, str):
        return None
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(dt.UTC).replace(tzinfo=None) if found.tzinfo else found
