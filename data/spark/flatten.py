"""Flattens facts and dimension tables into the one big table, a day at a time.

    spark-submit data/spark/flatten.py --facts F --dimensions D --out O --day 2026-06-30

Running a day again gives the same partition again: it is overwritten as a whole and other days are
left alone, so a job that was killed, or a correction of the facts, needs no cleaning up. Joins are
left joins on keys that are unique, so there is exactly one row for each fact; that is checked
before anything is written.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from dataclasses import dataclass
from typing import Final

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

#: By what days are kept apart, in the facts and in the table.
DAY: Final = "event_date"


class FlattenError(Exception):
    """The day was not written; the message says why."""


@dataclass(frozen=True)
class Dimension:
    """A table that facts point to. keys: columns of the same names on both sides. is_required: a
    fact whose keys are filled has to find its row."""

    name: str
    keys: tuple[str, ...]
    is_required: bool = True


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
    spark: SparkSession, facts_path: str, dimensions_path: str, out_path: str, day: dt.date
) -> int:
    """Write one day's partition in the place of what it was; how many rows. Raises FlattenError."""
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
    given = parser.parse_args(arguments)
    spark = SparkSession.builder.appName(f"flatten {given.day}").getOrCreate()
    try:
        rows = flatten_day(spark, given.facts, given.dimensions, given.out, given.day)
    except FlattenError as error:
        print(str(error), file=sys.stderr)
        return 1
    print(f"{given.day}: {rows} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
