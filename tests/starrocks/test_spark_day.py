"""A day from Spark takes the place of what it was: the statements, and what their rows are."""

from __future__ import annotations

import datetime as dt
import logging
import re
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlfluff.core import Linter
from sqlglot import exp

from data.demo.schema import create_table
from data.starrocks.__main__ import FOLDER, WRITTEN
from data.starrocks.spark_day import day_query, day_sql, main
from data.starrocks.statements import statements
from data.starrocks.tables import COLUMNS, STORE, STORED

DAY = dt.date(2026, 6, 30)


@pytest.mark.parametrize("table", STORED)
def test_the_statements_parse_and_name_each_column_twice_in_one_order(table: str) -> None:
    logging.getLogger("sqlfluff").setLevel(logging.CRITICAL)
    text = day_sql(table, DAY, "s3://bucket/obt/", {"aws.s3.region": "eu-central-1"})
    said = [one.sql for one in statements(text)]
    assert [one.split()[0] for one in said] == ["SET", "SET", "SET", "INSERT", "SELECT"]
    # An older server stops here, and has written nothing.
    assert said[2] == "SET dynamic_overwrite = true"
    (insert,) = sqlglot.parse(said[3], read="starrocks")
    assert isinstance(insert, exp.Insert)
    assert insert.args["overwrite"]
    columns = [name for name, _ in COLUMNS[table]]
    assert [one.name for one in insert.this.expressions] == columns
    for part in (insert.expression.left, insert.expression.right):
        assert part.named_selects == columns
    day = STORED[table].key[0]
    assert f"s3://bucket/obt/{day}=2026-06-30/*.parquet" in text
    # sqlfluff has no rule for INSERT OVERWRITE and FILES.
    query = day_query(table, DAY, "`flat`")
    assert not Linter(dialect="starrocks").parse_string(f"{query};\n").violations


@pytest.fixture
def store(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """The table as it stands, over two months, two rows a day."""
    con = duckdb.connect()
    con.execute(f"CREATE SCHEMA {STORE}")
    con.execute(create_table("plant_obt").replace("plant_obt", f"{STORE}.plant_obt", 1))
    for day in ("2026-05-31", "2026-06-01", "2026-06-30", "2026-07-01"):
        _add(con, f"{STORE}.plant_obt", day, 1.0)
        _add(con, f"{STORE}.plant_obt", day, 2.0)
    return con


def _add(con: duckdb.DuckDBPyConnection, table: str, day: str, power: float) -> None:
    con.execute(
        f"INSERT INTO {table} (event_date, plant_id, event_ts, event_ts_utc, asset_id, "
        "signal_quality, power_kw) VALUES (?, 'HAM', ?, ?, 'P1', 'good ', ?)",
        [day, f"{day} 10:00:00", f"{day} 08:00:00", power],
    )


def _flat(con: duckdb.DuckDBPyConnection, folder: Path, *powers: float) -> str:
    """A day as the job writes it: without the day, which is the folder's name."""
    con.execute(create_table("plant_obt").replace("plant_obt", "flat", 1))
    for power in powers:
        _add(con, "flat", "2026-06-30", power)
    path = folder / "event_date=2026-06-30"
    path.mkdir(exist_ok=True)
    con.execute(f"COPY (SELECT * EXCLUDE event_date FROM flat) TO '{path}/part.parquet'")
    con.execute("DROP TABLE flat")
    return f"read_parquet('{path}/*.parquet', hive_partitioning = false)"


def _sent(con: duckdb.DuckDBPyConnection, source: str) -> None:
    """What dynamic_overwrite does: partitions that the rows fall into have these rows alone."""
    query = day_query("plant_obt", DAY, source).replace("`", '"')
    con.execute(f"CREATE OR REPLACE TEMP TABLE came AS {query}")
    con.execute(
        f"DELETE FROM {STORE}.plant_obt WHERE date_trunc('month', event_date) IN "
        "(SELECT date_trunc('month', event_date) FROM came)"
    )
    con.execute(f"INSERT INTO {STORE}.plant_obt SELECT * FROM came")


def _rows(con: duckdb.DuckDBPyConnection) -> list[tuple[str, float, str]]:
    return con.execute(
        f"SELECT event_date::VARCHAR, power_kw, signal_quality FROM {STORE}.plant_obt ORDER BY ALL"
    ).fetchall()


def test_a_day_that_is_sent_twice_is_there_once_and_no_other_day_changes(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    before = _rows(store)
    source = _flat(store, tmp_path, 7.0, 8.0, 9.0)
    _sent(store, source)
    after = _rows(store)
    day = [("2026-06-30", power, "GOOD") for power in (7.0, 8.0, 9.0)]
    assert after == sorted([row for row in before if row[0] != "2026-06-30"] + day)
    _sent(store, source)
    assert _rows(store) == after
    _sent(store, _flat(store, tmp_path, 5.0))
    assert [row for row in _rows(store) if row[0] == "2026-06-30"] == [("2026-06-30", 5.0, "GOOD")]
    assert len(_rows(store)) == 7


def test_the_first_day_of_a_month_makes_its_partition(
    store: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    store.execute(
        f"DELETE FROM {STORE}.plant_obt WHERE event_date BETWEEN '2026-06-01' AND '2026-06-30'"
    )
    _sent(store, _flat(store, tmp_path, 7.0))
    assert [row[0] for row in _rows(store)] == [
        "2026-05-31", "2026-05-31", "2026-06-30", "2026-07-01", "2026-07-01",
    ]  # fmt: skip


def test_a_path_ends_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--day", "2026-06-30", "--files", 's3://a"), ("b', "--property", "k=v\\"]) == 0
    said = capsys.readouterr().out
    assert r'"s3://a\"), (\"b/event_date=2026-06-30/*.parquet"' in said
    assert r'"k" = "v\\"' in said
    assert main(["--day", "2026-06-30", "--files", "a\nb"]) == 2


def test_the_sales_come_from_kafka_too() -> None:
    assert "retail/03_routine_load.sql" in WRITTEN
    (load,) = statements((FOLDER / "retail" / "03_routine_load.sql").read_text("utf-8"))
    listed = re.findall(r"^    `(\w+)`,?$", load.sql.split("PROPERTIES")[0], re.MULTILINE)
    assert listed == [name for name, _ in COLUMNS["analytics_obt"]]
    paths = re.findall(r"\$\.(\w+)", load.sql)
    assert paths == listed
    assert '"kafka_topic" = "gemba.analytics_obt"' in load.sql
