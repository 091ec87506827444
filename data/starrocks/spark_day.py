"""The SQL that brings a day which Spark flattened to StarRocks.

    python -m data.starrocks.spark_day --day 2026-06-30 --files s3://BUCKET/obt > day.sql
    mysql -h FE -P 9030 -u LOADER -p < day.sql

The table is partitioned by month, and what StarRocks swaps at once is a partition. So the month is
written anew: its other days as they are, and that day from the files. Readers see the month as it
was until it is all there. Sent again it gives the same rows, whatever came of the first time; with
the day flattened anew, those.

Partitions that rows fall into are replaced and made where they are not there (`dynamic_overwrite`,
StarRocks 3.4). An older server does not know that variable and stops at it, before anything is
written: without it INSERT OVERWRITE would empty every other month.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Mapping, Sequence

from data.starrocks.names import BadNameError, identifier, literal
from data.starrocks.tables import COLUMNS, GRADE, GRADED, STORE, STORED


def day_query(table: str, day: dt.date, source: str) -> str:
    """The rows that the day's month is to have: those of the table of its other days, and those of
    the source. source: what stands after FROM; it lacks the day, which is its folder's name."""
    columns = [name for name, _ in COLUMNS[table]]
    listed = ", ".join(identifier(name) for name in columns)
    came = ", ".join(_from_files(table, name, day) for name in columns)
    first, after = day.replace(day=1), (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    place, at = identifier(f"{STORE}.{table}"), identifier(_day_of(table))
    return (
        f"SELECT {listed}\nFROM {place}\nWHERE {at} >= {_date(first)} AND {at} < {_date(after)} "
        f"AND {at} <> {_date(day)}\nUNION ALL\nSELECT {came}\nFROM {source}"
    )


def day_sql(table: str, day: dt.date, files: str, properties: Mapping[str, str]) -> str:
    """The statements. files: the folder that Spark wrote to. properties: of FILES, such as those
    of the storage's account. Raises BadNameError for what may not stand in SQL."""
    place = identifier(f"{STORE}.{table}")
    at = identifier(_day_of(table))
    path = f"{files.rstrip('/')}/{_day_of(table)}={day.isoformat()}/*.parquet"
    given = {"path": path, "format": "parquet", **properties}
    pairs = ",\n    ".join(f"{_quoted(name)} = {_quoted(value)}" for name, value in given.items())
    columns = ", ".join(identifier(name) for name, _ in COLUMNS[table])
    source = f"FILES (\n    {pairs}\n)"
    return f"""\
-- {day} of {table}, in the place of what it was. Nothing else may load that month meanwhile.
SET time_zone = 'UTC';
SET enable_insert_strict = true;
SET dynamic_overwrite = true;
INSERT OVERWRITE {place} ({columns})
{day_query(table, day, source)};
SELECT {at}, count(*) FROM {place} WHERE {at} = {_date(day)} GROUP BY {at};
"""


def _from_files(table: str, column: str, day: dt.date) -> str:
    if column == _day_of(table):
        return f"CAST({_date(day)} AS DATE) AS {identifier(column)}"
    if column == GRADED.get(table):
        return f"{GRADE.format(sent=identifier(column))} AS {identifier(column)}"
    return identifier(column)


def _day_of(table: str) -> str:
    """The column of its days, by which the table is partitioned."""
    return STORED[table].key[0]


def _date(day: dt.date) -> str:
    return literal(day.isoformat())


def _quoted(text: str) -> str:
    return '"' + literal(text)[1:-1].replace("''", "'").replace('"', '\\"') + '"'


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the statements; 2 for what may not stand in SQL."""
    parser = argparse.ArgumentParser(
        prog="python -m data.starrocks.spark_day",
        description="The SQL that brings a day which Spark flattened to StarRocks.",
    )
    parser.add_argument("--day", required=True, type=dt.date.fromisoformat)
    parser.add_argument("--files", required=True, help="the folder of the job's --out")
    parser.add_argument("--table", choices=tuple(STORED), default="plant_obt")
    parser.add_argument(
        "--property", action="append", default=[], metavar="NAME=VALUE",
        help="of FILES, such as aws.s3.region=eu-central-1",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    properties = dict(one.partition("=")[::2] for one in given.property)
    try:
        sys.stdout.write(day_sql(given.table, given.day, given.files, properties))
    except BadNameError as error:
        print(str(error), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
