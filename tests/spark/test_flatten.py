"""The Spark job on a local Spark: a day is whole, runs again, and doubles or loses nothing."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pyspark = pytest.importorskip("pyspark", reason="needs pyspark: make test-spark")
job = pytest.importorskip("data.spark.flatten")
if shutil.which("java") is None:
    pytest.skip("needs Java: openjdk-17-jre-headless", allow_module_level=True)

_DAY, _NEXT = dt.date(2026, 6, 29), dt.date(2026, 6, 30)
_FACT = "event_date date, plant_id string, asset_id string, order_no string, power_kw double"
_ASSET = "plant_id string, asset_id string, asset_name string, area_name string"
_ORDER = "order_no string, product_code string"
_PRODUCT = "product_code string, product_name string"


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    session = (
        pyspark.sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture
def tables(spark: Any) -> dict[str, Any]:
    return {
        "facts": spark.createDataFrame(
            [
                (_DAY, "HAM", "P1", "O1", 1.0),
                (_DAY, "HAM", "P2", None, 2.0),
                (_DAY, "AUS", "P1", "O9", 3.0),
                (_NEXT, "HAM", "P1", "O1", 4.0),
            ],
            _FACT,
        ),
        "assets": spark.createDataFrame(
            [("HAM", "P1", "Pump", "U"), ("HAM", "P2", "Fan", "U"), ("AUS", "P1", "Press", "M")],
            _ASSET,
        ),
        "orders": spark.createDataFrame([("O1", "A")], _ORDER),
        "products": spark.createDataFrame([("A", "Apple")], _PRODUCT),
    }


@pytest.fixture
def places(tables: dict[str, Any], tmp_path: Path) -> tuple[str, str, str]:
    facts, dimensions, out = (tmp_path / name for name in ("facts", "dimensions", "out"))
    tables["facts"].write.partitionBy("event_date").parquet(str(facts))
    for name in ("assets", "orders", "products"):
        tables[name].write.parquet(str(dimensions / name))
    return str(facts), str(dimensions), str(out)


def rows_of(frame: Any) -> list[tuple[Any, ...]]:
    columns = ("event_date", "plant_id", "asset_id", "asset_name", "product_name", "power_kw")
    return sorted(tuple(row) for row in frame.select(*columns).collect())


def test_one_row_a_fact_with_its_dimensions(tables: dict[str, Any]) -> None:
    flat = job.flatten(tables["facts"], tables)
    found = [(r.plant_id, r.asset_id, r.asset_name, r.product_name) for r in flat.collect()]
    assert sorted(found, key=str) == [
        ("AUS", "P1", "Press", None),
        ("HAM", "P1", "Pump", "Apple"),
        ("HAM", "P1", "Pump", "Apple"),
        ("HAM", "P2", "Fan", None),
    ]
    assert flat.columns[:5] == tables["facts"].columns


def test_a_day_that_runs_again_is_the_same_and_leaves_others(
    spark: Any, places: tuple[str, str, str]
) -> None:
    assert job.flatten_day(spark, *places, _DAY) == 3
    assert job.flatten_day(spark, *places, _NEXT) == 1
    before = rows_of(spark.read.parquet(places[2]))
    assert len(before) == 4
    assert job.flatten_day(spark, *places, _DAY) == 3
    assert rows_of(spark.read.parquet(places[2])) == before


def test_a_correction_takes_the_place_of_what_was(spark: Any, places: tuple[str, str, str]) -> None:
    job.flatten_day(spark, *places, _DAY)
    job.flatten_day(spark, *places, _NEXT)
    shutil.rmtree(Path(places[0]) / f"event_date={_DAY}")
    spark.createDataFrame([("HAM", "P2", None, 9.0)], _FACT.split(", ", 1)[1]).write.parquet(
        str(Path(places[0]) / f"event_date={_DAY}")
    )
    spark.catalog.clearCache()
    assert job.flatten_day(spark, *places, _DAY) == 1
    spark.catalog.refreshByPath(places[2])
    found = rows_of(spark.read.parquet(places[2]))
    assert [(row[0], row[-1]) for row in found] == [(_DAY, 9.0), (_NEXT, 4.0)]


def test_what_would_double_or_lose_rows_is_not_written(
    spark: Any, tables: dict[str, Any], places: tuple[str, str, str]
) -> None:
    twice = {**tables, "assets": tables["assets"].union(tables["assets"].limit(1))}
    with pytest.raises(job.FlattenError, match="more than once"):
        job.flatten(tables["facts"], twice)
    fewer = {**tables, "assets": tables["assets"].where("asset_id <> 'P2'")}
    with pytest.raises(job.FlattenError, match="HAM, P2, which assets does not have"):
        job.flatten(tables["facts"], fewer)
    job.flatten_day(spark, *places, _DAY)
    with pytest.raises(job.FlattenError, match="no facts of 2026-07-01"):
        job.flatten_day(spark, *places, dt.date(2026, 7, 1))
    assert len(rows_of(spark.read.parquet(places[2]))) == 3


def test_the_job(places: tuple[str, str, str], capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--facts", places[0], "--dimensions", places[1], "--out", places[2], "--day"]
    assert job.main([*given, "2026-06-29"]) == 0
    assert capsys.readouterr().out == "2026-06-29: 3 rows\n"
    assert job.main([*given, "2026-07-09"]) == 1
    assert "There are no facts of 2026-07-09" in capsys.readouterr().err


_DDL = Path(__file__).parents[2] / "data" / "starrocks" / "01_tables.sql"


def plant_columns() -> dict[str, str]:
    """Column -> type of Spark, by the DDL of the one big table."""
    return {column.name: column.kind for column in job.declared(_DDL.read_text(), "plant_obt")}


@pytest.fixture
def plant(spark: Any, tmp_path: Path) -> list[str]:
    """Facts and dimensions that make the one big table, and the job's arguments for them."""
    kinds = plant_columns()
    assets = ["plant_name", "country", "area_name", "line_name", "asset_name", "asset_class",
              "criticality", "manufacturer", "asset_model", "installed_on"]  # fmt: skip
    products = ["product_name", "product_family"]
    facts = [name for name in kinds if name not in {*assets, *products, "product_code"}]
    values = {"plant_id": "HAM", "asset_id": "P1", "order_no": "O1", "product_code": "A"}
    of = {
        "date": _DAY,
        "timestamp_ntz": dt.datetime(2026, 6, 29, 6, 10),
        "double": 1.5,
        "bigint": 3,
    }

    def write(names: list[str], path: str, by: str = "", **other: Any) -> None:
        row = [other.get(n, values.get(n, of.get(kinds[n], "x"))) for n in names]
        schema = ", ".join(f"{name} {kinds[name]}" for name in names)
        writer = spark.createDataFrame([tuple(row)], schema).write
        (writer.partitionBy(by) if by else writer).parquet(str(tmp_path / path))

    write(facts, "facts", "event_date")
    write(["plant_id", "asset_id", *assets], "dimensions/assets")
    write(["order_no", "product_code"], "dimensions/orders")
    write(["product_code", *products], "dimensions/products")
    places = [f"--{n}={tmp_path / n}" for n in ("facts", "dimensions", "out")]
    return [*places, "--day=2026-06-29", f"--ddl={_DDL}"]


def test_the_rows_are_those_of_the_table_in_starrocks(
    spark: Any, plant: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert job.main(plant) == 0, capsys.readouterr().err
    written = spark.read.parquet(str(tmp_path / "out" / "event_date=2026-06-29"))
    wanted = {name: kind for name, kind in plant_columns().items() if name != "event_date"}
    assert {one.name: one.dataType.simpleString() for one in written.schema} == wanted
    assert list(wanted) == written.columns
    row = written.collect()[0]
    assert (row.event_ts, row.product_name) == (dt.datetime(2026, 6, 29, 6, 10), "x")


def test_rows_that_the_table_would_not_take_are_not_written(
    spark: Any, plant: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    products = tmp_path / "dimensions" / "products"
    spark.createDataFrame(
        [("A", "x", 1)], "product_code string, product_name string, weight int"
    ).write.mode("overwrite").parquet(str(products))
    assert job.main(plant) == 1
    told = capsys.readouterr().err
    assert "the rows lack product_family; the table has no weight. Nothing was written" in told
    columns = job.declared(_DDL.read_text(), "plant_obt")
    bare = spark.createDataFrame(
        [tuple(None for _ in columns)], ", ".join(f"{one.name} {one.kind}" for one in columns)
    )
    with pytest.raises(job.FlattenError, match="nothing empty: event_date in 1 rows, plant_id"):
        job.fitted(bare, columns)
    with pytest.raises(job.FlattenError, match="columns of nothing cannot be read"):
        job.declared(_DDL.read_text(), "nothing")
    assert not (tmp_path / "out").exists()
