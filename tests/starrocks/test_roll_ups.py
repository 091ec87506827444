"""The roll-ups, run on the demo plant: what they add up to is what the tables say."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from core.execution.dialect import MACROS, to_duckdb
from core.semantic.load import load_model
from core.semantic.model import Metric
from data.starrocks.__main__ import FOLDER, MODELS
from data.starrocks.statements import statements_in

MODEL = load_model(MODELS / "plant.yaml")
OF_TABLE = {
    "kpi_daily": "plant_obt",
    "kpi_shift": "plant_obt",
    "alarms_daily": "alarm_events",
    "work_orders_daily": "work_orders",
}
LEVELS = {
    "kpi_daily": ("1", "plant_id", "event_date", "asset_class", "product_family, line_name"),
    "kpi_shift": ("1", "production_date", "plant_id, shift_name", "crew", "event_date, asset_id"),
    "alarms_daily": ("1", "plant_id, shift_name", "production_date, priority", "asset_id"),
    "work_orders_daily": ("1", "plant_id", "failure_mode", "event_date", "area_name, asset_class"),
}
# Figures whose expression is not the same over a roll-up: what stands in for it there.
SAID_OTHERWISE = {
    "unplanned_downtime": "SUM(unplanned_down_min)",
    "planned_downtime": "SUM(planned_down_min)",
    "utilisation": "SUM(run_min) / NULLIF(SUM(reading_count) * 10, 0)",
    "good_reading_share": "SUM(good_readings) / NULLIF(SUM(reading_count), 0)",
    "bad_reading_share": "SUM(bad_readings) / NULLIF(SUM(reading_count), 0)",
    "reading_count": "SUM(reading_count)",
    "alarm_count": "SUM(alarm_count)",
    "time_to_acknowledge": "SUM(acknowledge_s) / NULLIF(SUM(acknowledged_count), 0) / 60",
    "alarm_duration": "SUM(active_s) / NULLIF(SUM(cleared_count), 0) / 60",
    "alarm_hours": "SUM(active_s) / 3600",
    "standing_alarms": "SUM(alarm_count - cleared_count)",
    "unacknowledged_alarms": "SUM(alarm_count - acknowledged_count)",
    "work_order_count": "SUM(order_count)",
    "open_work_orders": "SUM(order_count - closed_count)",
    "failures": "SUM(CASE WHEN order_type = 'corrective' THEN order_count ELSE 0 END)",
    "mttr": "SUM(CASE WHEN order_type = 'corrective' THEN downtime_min END) / 60 / "
    "NULLIF(SUM(CASE WHEN order_type = 'corrective' THEN order_count END), 0)",
    "time_to_close": "SUM(open_s) / NULLIF(SUM(closed_count), 0) / 3600",
    "cost_per_work_order": "SUM(parts_cost_eur) / NULLIF(SUM(order_count), 0)",
    "preventive_share": "SUM(CASE WHEN order_type = 'preventive' THEN order_count ELSE 0 END) / "
    "NULLIF(SUM(order_count), 0)",
}
DOES_NOT_ADD_UP = {"observed_hours"}  # distinct intervals: 03_materialized_views.sql says so


@pytest.fixture(scope="module")
def store(demo_plant: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The demo plant, read-only, under the database name that the roll-ups read from."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{demo_plant}' AS plant (READ_ONLY)")
        for macro in MACROS:
            connection.execute(macro)
        connection.execute("CREATE SCHEMA gemba_store")
        for table in MODEL.tables:
            connection.execute(f"CREATE VIEW gemba_store.{table} AS FROM plant.main.{table}")
        for name, query in queries().items():
            connection.execute(f"CREATE TABLE gemba_store.{name} AS {to_duckdb(query)}")
        yield connection


def queries() -> dict[str, str]:
    """Name of each roll-up and its SELECT."""
    found = {}
    for statement in statements_in(FOLDER / "03_materialized_views.sql"):
        head, query = statement.sql.split("\nAS\n")
        found[head.split("gemba_store.")[1].split("\n")[0]] = query
    return found


def rows(
    store: duckdb.DuckDBPyConnection, what: str, source: str, by: str, where: str = ""
) -> object:
    sql = f"SELECT {by}, {what} FROM gemba_store.{source} {where} GROUP BY ALL"
    by_count = len(by.split(","))
    found = store.execute(f"{to_duckdb(sql)} ORDER BY ALL").fetchall()
    return {tuple(row[:by_count]): row[by_count:] for row in found}


def assert_equal(left: object, right: object) -> None:
    assert isinstance(left, dict)
    assert isinstance(right, dict)
    assert left
    assert left.keys() == right.keys()
    for key, values in left.items():
        wanted = [None if v is None else pytest.approx(float(v), rel=1e-9) for v in right[key]]
        assert [None if v is None else float(v) for v in values] == wanted, key


def figures(table: str) -> list[Metric]:
    return [m for m in MODEL.metrics.values() if m.table == table and m.expression is not None]


def test_the_roll_ups_are_those() -> None:
    assert set(queries()) == set(OF_TABLE)


@pytest.mark.parametrize("name", OF_TABLE)
def test_every_figure_of_the_model_can_be_formed(
    name: str, store: duckdb.DuckDBPyConnection
) -> None:
    checked = 0
    for metric in figures(OF_TABLE[name]):
        if metric.name in DOES_NOT_ADD_UP:
            continue
        assert metric.expression is not None
        rolled = SAID_OTHERWISE.get(metric.name, metric.expression)
        for by in LEVELS[name]:
            where = f"WHERE {metric.condition}" if metric.condition else ""
            base = rows(store, metric.expression, OF_TABLE[name], by, where)
            assert isinstance(base, dict)
            over = rows(store, rolled, name, by)
            assert isinstance(over, dict)
            # A group without a row of the condition is missing there, and 0 or NULL here.
            assert all(not over[key][0] for key in over.keys() - base.keys()), metric.name
            assert_equal({key: over[key] for key in base}, base)
            checked += 1
    assert checked >= 4 * len(LEVELS[name])


def test_oee_of_a_month_is_made_of_sums(store: duckdb.DuckDBPyConnection) -> None:
    """The parts of OEE by plant and month, and not the mean of the days' OEE."""
    parts = "SUM(run_min), SUM(planned_min), SUM(good_units), SUM(scrap_units), SUM(ideal_units)"
    by = "plant_id, YEAR(event_date), MONTH(event_date)"
    base = rows(store, parts, "plant_obt", by)
    assert isinstance(base, dict)
    assert len(base) == 18
    assert_equal(rows(store, parts, "kpi_daily", by), base)
    assert_equal(rows(store, parts, "kpi_shift", by), base)
    oee = MODEL.metrics["oee"].expression
    assert oee is not None
    right = rows(store, oee, "kpi_daily", "plant_id")
    daily = f"SELECT plant_id, event_date, {oee} AS oee FROM gemba_store.kpi_daily GROUP BY ALL"
    means = store.execute(
        f"SELECT plant_id, avg(oee) FROM ({to_duckdb(daily)}) GROUP BY 1"
    ).fetchall()
    assert isinstance(right, dict)
    assert any(abs(right[(plant,)][0] - mean) > 1e-4 for plant, mean in means)


@pytest.mark.parametrize("name", ["kpi_daily", "kpi_shift"])
def test_sensors_count_good_readings_only(name: str, store: duckdb.DuckDBPyConnection) -> None:
    table = MODEL.tables["plant_obt"]
    sensors = [column.name for column in table.columns.values() if column.needs_good]
    assert len(sensors) == 7
    good = "WHERE signal_quality = 'GOOD'"
    for sensor in sensors:
        base = rows(
            store,
            f"AVG({sensor}), COUNT({sensor}), MIN({sensor}), MAX({sensor})",
            "plant_obt",
            "asset_id, plant_id",
            good,
        )
        over = rows(
            store,
            f"SUM({sensor}_sum) / NULLIF(SUM({sensor}_count), 0), SUM({sensor}_count), "
            f"MIN({sensor}_min), MAX({sensor}_max)",
            name,
            "asset_id, plant_id",
        )
        assert_equal(over, base)
        everything = rows(store, f"COUNT({sensor})", "plant_obt", "1")
        only_good = rows(store, f"SUM({sensor}_count)", name, "1")
        assert everything != only_good, "the demo plant has readings that are not good"


def test_a_night_shift_over_two_months_is_one_shift(store: duckdb.DuckDBPyConnection) -> None:
    night = "WHERE production_date = '2026-01-31' AND shift_name = 'Night'"
    days = rows(store, "SUM(run_min)", "kpi_shift", "event_date", night)
    assert isinstance(days, dict)
    assert len(days) == 2
    assert_equal(
        rows(store, "SUM(run_min)", "kpi_shift", "plant_id", night),
        rows(store, "SUM(run_min)", "plant_obt", "plant_id", night),
    )


def test_a_roll_up_is_much_smaller(store: duckdb.DuckDBPyConnection) -> None:
    sizes = {}
    for name in ("plant_obt", "kpi_daily", "kpi_shift"):
        row = store.execute(f"SELECT count(*) FROM gemba_store.{name}").fetchone()
        assert row is not None
        sizes[name] = row[0]
    assert sizes["kpi_daily"] * 20 < sizes["plant_obt"]
    assert sizes["kpi_shift"] * 10 < sizes["plant_obt"]


@pytest.mark.parametrize("name", OF_TABLE)
def test_partitions_can_follow_the_table(name: str) -> None:
    """The partition column is the table's own and one of the roll-up's columns."""
    statement = next(
        s.sql for s in statements_in(FOLDER / "03_materialized_views.sql") if f".{name}\n" in s.sql
    )
    assert "PARTITION BY date_trunc('month', event_date)" in statement
    assert "REFRESH ASYNC EVERY (INTERVAL 10 MINUTE)" in statement
    assert statement.split("SELECT\n")[1].split(",")[0].strip() == "event_date"
