"""A batch: rows of intervals that are over, as they go to the store.

As text it is JSON, the same for the same rows, so that its checksum and label are too.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from core.semantic.model import ColumnType, Table
from core.streaming.mapping import StreamMapping
from core.streaming.reading import Reading
from core.streaming.rows import Held, reading_row, row_of

ARROW: Final[dict[ColumnType, pa.DataType]] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "double": pa.float64(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "boolean": pa.bool_(),
}
#: The table of single values, where a mapping names one.
READINGS: Final = pa.schema(
    [
        ("source_ts_utc", pa.timestamp("us")),
        ("asset", pa.string()),
        ("column_name", pa.string()),
        ("node", pa.string()),
        ("value", pa.float64()),
        ("text_value", pa.string()),
        ("unit", pa.string()),
        ("quality", pa.string()),
        ("status_code", pa.int64()),
        ("stream", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Batch:
    """label: the store takes it once. rows: of `table`, as JSON holds them, times as ISO texts.
    readings: of the table of single values; empty where there is none."""

    label: str
    table: str
    rows: tuple[Mapping[str, Any], ...]
    readings_table: str = ""
    readings: tuple[Mapping[str, Any], ...] = ()


def made(
    mapping: StreamMapping,
    table: Table,
    held: Mapping[str, Held],
    readings: Mapping[str, Sequence[Reading]],
    start_us: int,
    end_us: int,
) -> tuple[bytes, dict[str, Held], int]:
    """The text of a batch of all intervals in [start_us, end_us), what each node is at its end, and
    how many rows it has. Readings: of that time, by node, in order."""
    step = mapping.interval_us
    rows: list[dict[str, Any]] = []
    now = dict(held)
    places = dict.fromkeys(readings, 0)
    for start in range(start_us, end_us, step):
        within: dict[str, Sequence[Reading]] = {}
        for node, all_of_it in readings.items():
            first = last = places[node]
            while last < len(all_of_it) and all_of_it[last].at_us < start + step:
                last += 1
            within[node], places[node] = all_of_it[first:last], last
        rows += [row_of(asset, table, now, within, start, start + step) for asset in mapping.assets]
        for node, some in within.items():
            if some:
                now[node] = now[node].then(some) if node in now else Held(some[0], None).then(some)
    singles = []
    if mapping.readings:
        singles = [
            reading_row(mapping, asset, source, one)
            for asset in mapping.assets
            for source in asset.sources
            for one in readings.get(source.node, ())
        ]
    text = json.dumps(
        {
            "table": mapping.table, "rows": rows, "readings_table": mapping.readings,
            "readings": singles,
        },
        default=_iso, ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip
    return text.encode(), now, len(rows)


def read_batch(label: str, body: bytes) -> Batch:
    """A batch from its text."""
    plain = json.loads(body)
    return Batch(
        label, plain["table"], tuple(plain["rows"]), plain["readings_table"],
        tuple(plain["readings"]),
    )  # fmt: skip


def schema_of(table: Table) -> pa.Schema:
    """The table's columns as Arrow has them."""
    return pa.schema([(name, ARROW[column.type]) for name, column in table.own.items()])


def as_arrow(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Rows as Arrow holds them; columns that a row lacks are NULL."""
    columns = [
        pa.array([_value(r.get(field.name), field.type) for r in rows], field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _value(value: Any, kind: pa.DataType) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if pa.types.is_timestamp(kind):
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if pa.types.is_date(kind) else value


def _iso(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    assert isinstance(value, dt.date)
    return value.isoformat()
