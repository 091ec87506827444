"""The three plant tables and the sales as StarRocks DDL, and the plant's loads from Kafka.

Columns and types come from data/demo/schema.py and data/retail/schema.py, comments
from the semantic model; only how the rows are stored is said here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from core.semantic.model import SemanticModel, Table
from data.demo.schema import TABLES
from data.retail import schema as sales
from data.starrocks.names import identifier, literal

STORE: Final = "gemba_store"

_TYPES: Final = {
    "DATE": "DATE",
    "TIMESTAMP": "DATETIME",
    "DOUBLE": "DOUBLE",
    "BIGINT": "BIGINT",
}
_BYTES: Final = 128


@dataclass(frozen=True, slots=True)
class Storage:
    """How a table's rows lie in StarRocks.

    key: DUPLICATE KEY columns, the first columns of the table: rows are sorted by them.
    required: columns that are NOT NULL. bucket_by: hash column; buckets: a partition's.
    bloom: columns with a Bloom filter. text_bytes: length of text columns that need more, or
    less, than 128 bytes (a VARCHAR's length counts bytes of UTF-8).
    """

    key: tuple[str, ...]
    required: tuple[str, ...]
    bucket_by: str
    buckets: int
    bloom: tuple[str, ...]
    text_bytes: dict[str, int] = field(default_factory=dict)


STORAGE: Final = {
    "plant_obt": Storage(
        key=("event_date", "plant_id", "event_ts"),
        required=("event_date", "plant_id", "event_ts", "event_ts_utc", "asset_id"),
        bucket_by="asset_id",
        buckets=3,
        bloom=("asset_id", "order_no"),
        text_bytes={"plant_id": 64, "asset_id": 64, "operator_name": 256},
    ),
    "alarm_events": Storage(
        key=("event_date", "production_date", "plant_id"),
        required=("event_date", "production_date", "plant_id", "asset_id", "alarm_id", "raised_ts"),
        bucket_by="asset_id",
        buckets=1,
        bloom=("asset_id", "alarm_id"),
        text_bytes={"plant_id": 64, "asset_id": 64, "message": 1024, "operator_name": 256},
    ),
    "work_orders": Storage(
        key=("event_date", "production_date", "plant_id"),
        required=(
            *("event_date", "production_date", "plant_id"),
            *("asset_id", "work_order_no", "opened_ts"),
        ),
        bucket_by="asset_id",
        buckets=1,
        bloom=("asset_id", "work_order_no"),
        text_bytes={"plant_id": 64, "asset_id": 64, "technician_name": 256},
    ),
}

#: Column of a table that grades its readings.
GRADED: Final = {"plant_obt": "signal_quality"}
GRADE: Final = (
    "CASE upper(trim({sent})) WHEN 'GOOD' THEN 'GOOD' WHEN 'UNCERTAIN' THEN 'UNCERTAIN' "
    "ELSE 'BAD' END"
)

SALES: Final = Storage(
    key=("order_date", "tenant_id", "order_ts"),
    required=("order_date", "tenant_id", "order_ts", "store_id", "order_no", "product_code"),
    bucket_by="store_id",
    buckets=3,
    bloom=("order_no", "customer_id", "product_code"),
    text_bytes={"tenant_id": 64, "store_id": 64, "customer_name": 256, "customer_email": 320,
                "agent_name": 256},
)  # fmt: skip

_SALES_HEAD: Final = """\
-- The sales as one big table, in a database that no reader sees.
-- Written by `python -m data.starrocks --write` from data/retail/schema.py and the semantic model;
-- ../01_tables.sql says how rows lie and what a cluster with one back end needs first.
-- A line whose return comes in later is loaded again with its day: see docs/retail.md.
"""

_TABLES_HEAD: Final = """\
-- The plant's three tables, in a database that no reader sees (02_views.sql is what readers see).
-- Written by `python -m data.starrocks --write` from data/demo/schema.py and the semantic model.
--
-- Partitions by month are made by the load itself (StarRocks 3.1 or later). Rows lie sorted by the
-- DUPLICATE KEY columns, so a question about a plant and some days reads only those; an asset is
-- found by its bucket. One bucket does for some gigabytes a month: raise BUCKETS before the first
-- load where a month is larger, to one for each 1 to 10 GB and at least one a back end.
-- Copies: StarRocks keeps three. A cluster with one back end needs, before this file:
--     ADMIN SET FRONTEND CONFIG ("default_replication_num" = "1");
-- A row is a fact that is over: nothing here is updated in place. See docs/starrocks.md for alarms
-- and work orders that are closed later.
"""

_ROUTINE_HEAD: Final = """\
-- Rows from Kafka, one JSON object a message, with the tables' column names as keys.
-- Written by `python -m data.starrocks --write`. Before it runs, replace what begins with REPLACE_
-- (brokers, and the ways of signing in to them); run it as an account that may INSERT.
--
-- A message that does not fit stops the job and is not skipped: max_error_number and
-- max_filter_ratio are 0 and strict_mode turns a value of the wrong type into an error, not into
-- NULL. `SHOW ROUTINE LOAD` then gives the reason; mend the message, and `RESUME ROUTINE LOAD`.
-- Times are plant-local texts such as "2026-06-30 06:10:00" and are stored as they are written.
-- The offsets are kept by StarRocks with the rows, in one transaction, so a message is loaded once,
-- after a restart as well. A message that stands in the topic twice is two rows: have producers
-- write with enable.idempotence=true.
--
-- A job's name is taken while it runs, so this file is run once. To change a job:
--     PAUSE ROUTINE LOAD FOR gemba_store.load_plant_obt;
--     ALTER ROUTINE LOAD FOR gemba_store.load_plant_obt PROPERTIES ("max_batch_interval" = "30");
--     RESUME ROUTINE LOAD FOR gemba_store.load_plant_obt;
-- STOP ends it for good with its offsets: a job that is made again after that begins where
-- kafka_default_offsets says, so give it the offsets that SHOW ROUTINE LOAD told before, as
-- "kafka_partitions" = "0,1" and "kafka_offsets" = "1200,1180", or it loads everything once more.
--
-- A reading's grade may come as a word in any capitals; what is no word for Good or Uncertain is
-- Bad, never NULL: strict_mode does not look at columns that are computed.
"""


#: Columns and storage of every table here, of either trade.
COLUMNS: Final = {**TABLES, sales.TABLE: sales.COLUMNS}
STORED: Final = {**STORAGE, sales.TABLE: SALES}

_SALES_ROUTINE_HEAD: Final = """\
-- Order lines from Kafka, one JSON object a message, with the table's column names as keys.
-- Written by `python -m data.starrocks --write`. ../06_routine_load.sql says what to replace before
-- it runs, what stops a job, and how one is changed.
--
-- A message is a row, and a row is never updated: send a line once it is sold. What comes back
-- later (returned_quantity, refund_eur, return_reason, returned_on) is no second message, as that
-- would be a second line: load its day anew, while this job is paused, with
--     python -m data.starrocks.spark_day --table analytics_obt ...
"""


def _type(storage: Storage, column: str, kind: str) -> str:
    if kind == "VARCHAR":
        return f"VARCHAR({storage.text_bytes.get(column, _BYTES)})"
    return _TYPES[kind]


def _comment(table: Table, column: str) -> str:
    """Label, unit and description; the unit only where the model gives one."""
    known = table.columns[column]
    unit = f" [{known.unit}]" if known.unit else ""
    about = f": {known.description}" if known.description else ""
    personal = " (personal)" if known.personal else ""
    return literal(f"{known.label}{unit}{about}{personal}")


def create_table(name: str, table: Table) -> str:
    """CREATE TABLE of one plant table with its comments."""
    return _created(f"{STORE}.{name}", table, TABLES[name], STORAGE[name])


def retail_tables_sql(model: SemanticModel) -> str:
    """retail/01_tables.sql."""
    table = model.tables[sales.TABLE]
    created = _created(f"{STORE}.{sales.TABLE}", table, sales.COLUMNS, SALES)
    database = f"CREATE DATABASE IF NOT EXISTS {identifier(STORE)};\n"
    return f"{_SALES_HEAD}\n{database}\n{created}"


def _created(
    name: str, table: Table, columns_of: Sequence[tuple[str, str]], storage: Storage
) -> str:
    lines = []
    for column, kind in columns_of:
        null = "NOT NULL" if column in storage.required else "NULL"
        declared = f"{identifier(column)} {_type(storage, column, kind)} {null}"
        lines.append(f"    {declared} COMMENT {_comment(table, column)}")
    key = ", ".join(identifier(column) for column in storage.key)
    columns = ",\n".join(lines)
    return f"""\
CREATE TABLE IF NOT EXISTS {identifier(name)} (
{columns}
) ENGINE = OLAP
DUPLICATE KEY ({key})
COMMENT {literal(table.description or table.label)}
PARTITION BY date_trunc('month', {identifier(storage.key[0])})
DISTRIBUTED BY HASH ({identifier(storage.bucket_by)}) BUCKETS {storage.buckets}
PROPERTIES (
    "compression" = "ZSTD",
    "bloom_filter_columns" = "{", ".join(storage.bloom)}"
);
"""


def tables_sql(model: SemanticModel) -> str:
    """01_tables.sql."""
    parts = [_TABLES_HEAD, f"CREATE DATABASE IF NOT EXISTS {identifier(STORE)};\n"]
    parts += [create_table(name, model.tables[name]) for name in TABLES]
    return "\n".join(parts)


def routine_load(name: str) -> str:
    """CREATE ROUTINE LOAD of one table; `jsonpaths` and COLUMNS are in the same order."""
    columns = [column for column, _ in COLUMNS[name]]
    graded = GRADED.get(name, "")
    places = [f"sent_{column}" if column == graded else column for column in columns]
    paths = json.dumps([f"$.{column}" for column in columns], separators=(",", ":"))
    quoted = paths.replace("\\", "\\\\").replace('"', '\\"')
    listed = ",\n    ".join(identifier(column) for column in places)
    if graded:
        listed += f",\n    {identifier(graded)} = {GRADE.format(sent=identifier(f'sent_{graded}'))}"
    return f"""\
CREATE ROUTINE LOAD {identifier(f"{STORE}.load_{name}")} ON {identifier(name)}
COLUMNS (
    {listed}
)
PROPERTIES (
    "format" = "json",
    "jsonpaths" = "{quoted}",
    "desired_concurrent_number" = "3",
    "max_batch_interval" = "10",
    "max_error_number" = "0",
    "max_filter_ratio" = "0",
    "strict_mode" = "true",
    "timezone" = "UTC"
)
FROM KAFKA (
    "kafka_broker_list" = "REPLACE_BROKER_1:9093,REPLACE_BROKER_2:9093",
    "kafka_topic" = "gemba.{name}",
    "property.group.id" = "gemba_{name}",
    "property.kafka_default_offsets" = "OFFSET_BEGINNING",
    "property.security.protocol" = "sasl_ssl",
    "property.sasl.mechanism" = "SCRAM-SHA-512",
    "property.sasl.username" = "REPLACE_KAFKA_USER",
    "property.sasl.password" = "REPLACE_KAFKA_PASSWORD"
);
"""


def routine_load_sql() -> str:
    """06_routine_load.sql."""
    return "\n".join([_ROUTINE_HEAD, *(routine_load(name) for name in TABLES)])


def retail_routine_load_sql() -> str:
    """retail/03_routine_load.sql."""
    return f"{_SALES_ROUTINE_HEAD}\n{routine_load(sales.TABLE)}"
