"""Flattens facts and dimension tables into the one big table, a day at a time.

    spark-submit data/spark/flatten.py --facts F --dimensions D --out O --day 2026-06-30

Running a day again gives the same partition again: it is overwritten as a whole and other days are
left alone, so a job that was killed, or a correction of the facts, needs no cleaning up. Joins are
left joins on keys that are unique, so there is exactly one row for each fact; that is checked
before anything is written.

With `--ddl` the rows are those of a table as it is declared in StarRocks: its columns in its order,
of its types, none missing, none more, and none empty that may not be. `python -m
data.starrocks.spark_day` says how they get there.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

#: By what days are kept apart, in the facts and in the table.
DAY: Final = "event_date"


_TABLE: Final = r"CREATE TABLE IF NOT EXISTS `?[\w`.]*?\b{name}` \((.*?)^\) ENGINE"
_COLUMN: Final = re.compile(r"^ {4}`(\w+)` (\w+)(?:\(\d+\))? (NOT NULL|NULL)\b", re.MULTILINE)
#: Types of StarRocks as Spark's. A time without a zone stays the clock of its plant.
_TYPES: Final = {
    "DATE": "date", "DATETIME": "timestamp_ntz", "DOUBLE": "double", "BIGINT": "bigint",
    "VARCHAR": "string",
}  # fmt: skip


class FlattenError(Exception):
    """The day was not written; the message says why."""


@dataclass(frozen=True)
class Dimension:
    """A table that facts point to. keys: columns of the same names on both sides. is_required: a
    fact whose keys are filled has to find its row."""

    name: str
    keys: tuple[str, ...]
    is_required: bool = True


@dataclass(frozen=True)
class Column:
    """A column as the table declares it. kind: Spark's type."""

    name: str
    kind: str
    is_required: bool


DIMENSIONS: Final = (
    Dimension("assets", ("plant_id", "asset_id")),
    Dimension("orders", ("order_no",), is_required=False),
    Dimension("products", ("product_code",)),
)


def flatten(facts: DataFrame, dimensions: dict[str, DataFrame]) -> DataFrame:
    """One row a fact, with the columns of every dimension that it points to; NULL where it points
    to none. A column that the fact has itself wins over a dimension's. Raises FlattenError for a
    dimension that names a key twice, and for a fact that points to what is not there."""
    flat = facts
    for dimension in DIMENSIONS:
        other = dimensions[dimension.name]
        _check_unique(other, dimension)
        if dimension.is_required:
            _check_known(flat, other, dimension)
        new = [name for name in other.columns if name not in flat.columns]
        keyed = other.select(*dimension.keys, *new)
        flat = flat.join(keyed, on=list(dimension.keys), how="left")
    first = [*facts.columns]
    return flat.select(*first, *(name for name in flat.columns if name not in first))


def declared(ddl: str, table: str) -> tuple[Column, ...]:
    """The columns of a table in a text of CREATE TABLE statements. Raises FlattenError for a table
    that is not there."""
    found = re.search(_TABLE.format(name=re.escape(table)), ddl, re.DOTALL | re.MULTILINE)
    columns = _COLUMN.findall(found[1]) if found else []
    if not columns or any(kind not in _TYPES for _name, kind, _null in columns):
        raise FlattenError(f"The columns of {table} cannot be read from the DDL.")
    return tuple(Column(name, _TYPES[kind], null == "NOT NULL") for name, kind, null in columns)


def fitted(flat: DataFrame, columns: tuple[Column, ...]) -> DataFrame:
    """The rows as the table takes them. Raises FlattenError for columns that only one of both has,
    and for what is empty where the table takes nothing empty. A value that is none of its column's
    type fails the job, as Spark casts it."""
    names = [column.name for column in columns]
    missing = [name for name in names if name not in flat.columns]
    extra = [name for name in flat.columns if name not in names]
    if missing or extra:
        said = [f"the rows lack {', '.join(missing)}"] if missing else []
        said += [f"the table has no {', '.join(extra)}"] if extra else []
        raise FlattenError(f"Rows and table differ: {'; '.join(said)}. Nothing was written.")
    made = flat.select(*(sql.col(c.name).cast(c.kind).alias(c.name) for c in columns))
    empty = [c.name for c in columns if c.is_required]
    counts = made.select(*(sql.count_if(sql.col(name).isNull()).alias(name) for name in empty))
    lost = {name: n for name, n in counts.first().asDict().items() if n} if empty else {}
    if lost:
        told = ", ".join(f"{name} in {n} rows" for name, n in lost.items())
        raise FlattenError(f"The table takes nothing empty: {told}. Nothing was written.")
    return made


def _check_unique(other: DataFrame, dimension: Dimension) -> None:
    twice = other.groupBy(*dimension.keys).count().where(sql.col("count") > 1).limit(3).collect()
    if twice:
        keys = "; ".join(", ".join(str(row[key]) for key in dimension.keys) for row in twice)
        raise FlattenError(
            f"{dimension.name} names {keys} more than once: facts would be doubled. Nothing was "
            "written."
        )


def _check_known(flat: DataFrame, other: DataFrame, dimension: Dimension) -> None:
    filled = flat
    for key in dimension.keys:
        filled = filled.where(sql.col(key).isNotNull())
    keys = list(dimension.keys)
    lost = filled.select(*keys).distinct().join(other.select(*keys), on=keys, how="left_anti")
    some = lost.limit(3).collect()
    if some:
        named = "; ".join(", ".join(str(row[key]) for key in keys) for row in some)
        raise FlattenError(
            f"Facts name {named}, which {dimension.name} does not have. Nothing was written: load "
            "the dimension first."
        )


def flatten_day(
    spark: SparkSession,
    facts_path: str,
    dimensions_path: str,
    out_path: str,
    day: dt.date,
    columns: tuple[Column, ...] = (),
) -> int:
    """Write one day's partition in the place of what it was; how many rows. columns: of the table
    that they are for, unchecked where empty. Raises FlattenError."""
    facts = spark.read.parquet(facts_path).where(sql.col(DAY) == sql.lit(day)).cache()
    rows = facts.count()
    if not rows:
        raise FlattenError(
            f"There are no facts of {day}. Nothing was written; what the table has of that day "
            "stays."
        )
    dimensions = {
        one.name: spark.read.parquet(f"{dimensions_path}/{one.name}") for one in DIMENSIONS
    }
    flat = flatten(facts, dimensions).cache()
    if flat.count() != rows:
        raise FlattenError(f"{rows} facts became {flat.count()} rows. Nothing was written.")
    if columns:
        flat = fitted(flat, columns)
    # only the partitions that are in the rows are replaced, and each as a whole
    flat.write.mode("overwrite").option("partitionOverwriteMode", "dynamic").partitionBy(
        DAY
    ).parquet(out_path)
    return rows


def main(arguments: list[str]) -> int:
    """The job; 1 where the day was not written."""
    parser = argparse.ArgumentParser(description="Flatten one day into the one big table.")
    parser.add_argument("--facts", required=True, help="Parquet of facts, by event_date")
    parser.add_argument("--dimensions", required=True, help="folder with assets, orders, products")
    parser.add_argument("--out", required=True, help="the one big table, Parquet by event_date")
    parser.add_argument("--day", required=True, type=dt.date.fromisoformat)
    parser.add_argument("--ddl", type=Path, help="CREATE TABLE of the table in StarRocks")
    parser.add_argument("--table", default="plant_obt", help="its name there")
    given = parser.parse_args(arguments)
    spark = SparkSession.builder.appName(f"flatten {given.day}").getOrCreate()
    try:
        columns = declared(given.ddl.read_text("utf-8"), given.table) if given.ddl else ()
        rows = flatten_day(spark, given.facts, given.dimensions, given.out, given.day, columns)
    except FlattenError as error:
        print(str(error), file=sys.stderr)
        return 1
    print(f"{given.day}: {rows} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
