"""What holds for every row: columns, time, identities between columns, and masks of sensors."""

from collections.abc import Callable

import pytest

from data.demo.schema import TABLES
from tests.demo.conftest import Ask

One = Callable[[str], object]


@pytest.mark.parametrize("table", list(TABLES))
def test_columns_and_types_are_as_designed(rows: Ask, table: str) -> None:
    found = rows(f"SELECT column_name, column_type FROM (DESCRIBE {table})")
    assert found == list(TABLES[table])


def test_main_holds_the_three_tables_only(rows: Ask) -> None:
    found = rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'")
    assert sorted(str(name) for (name,) in found) == ["alarm_events", "plant_obt", "work_orders"]


def test_daylight_saving_days_have_23_hours(rows: Ask) -> None:
    found = rows(
        "SELECT plant_id, event_date::VARCHAR, count(DISTINCT event_ts) FROM plant_obt "
        "GROUP BY ALL HAVING count(DISTINCT event_ts) <> 144 ORDER BY 1"
    )
    assert found == [("AUS", "2026-03-08", 138), ("HAM", "2026-03-29", 138)]


def test_utc_advances_by_ten_minutes_for_each_asset(one: One) -> None:
    assert (
        one(
            "SELECT count(*) FROM (SELECT event_ts_utc - lag(event_ts_utc) OVER "
            "(PARTITION BY asset_id ORDER BY event_ts_utc) AS step FROM plant_obt) "
            "WHERE step <> INTERVAL 10 MINUTE"
        )
        == 0
    )


def test_local_time_is_utc_in_the_plants_zone(rows: Ask) -> None:
    found = rows(
        "SELECT plant_id, min(date_diff('hour', event_ts_utc, event_ts)), "
        "max(date_diff('hour', event_ts_utc, event_ts)) FROM plant_obt GROUP BY 1 ORDER BY 1"
    )
    assert found == [("AUS", -6, -5), ("HAM", 1, 2), ("HPH", 7, 7)]


@pytest.mark.parametrize(
    ("table", "moment"), [("plant_obt", "event_ts"), ("alarm_events", "raised_ts")]
)
def test_shift_and_production_day_follow_the_clock(one: One, table: str, moment: str) -> None:
    assert (
        one(
            f"SELECT count(*) FROM {table} WHERE event_date <> {moment}::DATE "
            f"OR production_date <> ({moment} - CASE WHEN hour({moment}) < 6 "
            "THEN INTERVAL 1 DAY ELSE INTERVAL 0 DAY END)::DATE "
            f"OR shift_name <> CASE WHEN hour({moment}) BETWEEN 6 AND 13 THEN 'Early' "
            f"WHEN hour({moment}) BETWEEN 14 AND 21 THEN 'Late' ELSE 'Night' END"
        )
        == 0
    )


def test_minutes_and_units_add_up(one: One) -> None:
    assert (
        one(
            "SELECT count(*) FROM plant_obt WHERE run_min + down_min <> planned_min "
            "OR planned_min NOT BETWEEN 0 AND 10 OR least(run_min, down_min) < 0 "
            "OR good_units + scrap_units > ideal_units OR least(good_units, scrap_units) < 0 "
            "OR (run_min = 0 AND ideal_units > 1) "
            "OR (down_min > 0) <> (downtime_reason IS NOT NULL) "
            "OR (scrap_units > 0) <> (scrap_reason IS NOT NULL)"
        )
        == 0
    )


def test_energy_is_power_over_ten_minutes(one: One) -> None:
    assert (
        one(
            "SELECT count(*) FROM plant_obt WHERE (energy_kwh IS NULL) <> (power_kw IS NULL) "
            "OR abs(energy_kwh - power_kw / 6) > 0.0001"
        )
        == 0
    )


def test_utilities_make_nothing_and_have_no_order(one: One) -> None:
    assert (
        one(
            "SELECT count(*) FROM plant_obt WHERE asset_class IN ('pump', 'compressor', 'chiller')"
            " AND (ideal_units + good_units + scrap_units > 0 OR product_code IS NOT NULL"
            " OR order_no IS NOT NULL OR planned_min <> 10)"
        )
        == 0
    )


def test_each_class_has_its_own_sensors(rows: Ask) -> None:
    sensors = {
        "vibration_mm_s": {
            "pump",
            "compressor",
            "chiller",
            "press",
            "cnc",
            "packager",
            "conveyor",
        },
        "pressure_bar": {"pump", "compressor", "chiller", "press"},
        "speed_rpm": {"pump", "compressor", "cnc", "conveyor"},
        "flow_m3_h": {"pump", "chiller"},
    }
    for sensor, classes in sensors.items():
        found = rows(f"SELECT DISTINCT asset_class FROM plant_obt WHERE {sensor} IS NOT NULL")
        assert {name for (name,) in found} == classes
    missing = rows(
        "SELECT DISTINCT asset_class FROM plant_obt GROUP BY ALL HAVING count(motor_current_a) = 0"
    )
    assert missing == [("oven",)]


def test_signal_quality_shares(rows: Ask) -> None:
    found = rows("SELECT signal_quality, count(*) / 1876320 FROM plant_obt GROUP BY 1")
    shares = {name: float(str(share)) for name, share in found}
    assert 0.97 < shares["GOOD"] < 0.98
    assert 0.015 < shares["UNCERTAIN"] < 0.02
    assert 0.004 < shares["BAD"] < 0.01


def test_ids_and_names_belong_to_one_asset_and_plant(one: One) -> None:
    assert one("SELECT count(DISTINCT asset_id) FROM plant_obt") == 72
    assert one("SELECT count(DISTINCT asset_name) FROM plant_obt") == 72
    assert (
        one(
            "SELECT max(n) FROM (SELECT count(DISTINCT (plant_id, line_name, asset_name)) AS n "
            "FROM plant_obt GROUP BY asset_id)"
        )
        == 1
    )


def test_an_order_makes_one_product_on_one_line(one: One) -> None:
    assert (
        one(
            "SELECT max(n) FROM (SELECT count(DISTINCT (plant_id, line_name, product_code)) AS n "
            "FROM plant_obt WHERE order_no IS NOT NULL GROUP BY order_no)"
        )
        == 1
    )


def test_rows_lie_by_plant_and_day(one: One) -> None:
    for table in TABLES:
        assert (
            one(
                "SELECT count(*) FROM (SELECT (plant_id, event_date) < "
                f"lag((plant_id, event_date)) OVER (ORDER BY rowid) AS back FROM {table}) "
                "WHERE back"
            )
            == 0
        )


def test_oee_is_believable_and_differs_by_plant(rows: Ask) -> None:
    found = rows(
        "SELECT plant_id, sum(run_min) / sum(planned_min) * sum(good_units) / sum(ideal_units) "
        "FROM plant_obt WHERE asset_class NOT IN ('pump', 'compressor', 'chiller') "
        "GROUP BY 1 ORDER BY 2"
    )
    assert [plant for plant, _ in found] == ["HPH", "AUS", "HAM"]
    assert all(0.5 < float(str(oee)) < 0.85 for _, oee in found)


def test_event_times_are_in_order(one: One) -> None:
    assert (
        one(
            "SELECT count(*) FROM alarm_events WHERE acknowledged_ts < raised_ts "
            "OR cleared_ts < raised_ts OR cleared_ts > TIMESTAMP '2026-07-01'"
        )
        == 0
    )
    assert one("SELECT count(*) FROM work_orders WHERE closed_ts <= opened_ts") == 0
    assert one("SELECT count(*) FROM alarm_events WHERE cleared_ts IS NULL") != 0
    assert one("SELECT count(*) - count(DISTINCT alarm_id) FROM alarm_events") == 0
    assert one("SELECT count(*) - count(DISTINCT work_order_no) FROM work_orders") == 0


def test_alarm_priorities_are_about_80_15_5(rows: Ask) -> None:
    found = rows("SELECT priority, count(*) / sum(count(*)) OVER () FROM alarm_events GROUP BY 1")
    shares = {name: float(str(share)) for name, share in found}
    assert 0.75 < shares["low"] < 0.87
    assert 0.10 < shares["medium"] < 0.20
    assert 0.02 < shares["high"] < 0.07


def test_corrective_orders_explain_the_breakdown_minutes(rows: Ask) -> None:
    found = rows(
        "SELECT o.plant_id, o.minutes, w.minutes FROM (SELECT plant_id, sum(down_min) AS minutes "
        "FROM plant_obt WHERE downtime_reason = 'Breakdown' GROUP BY 1) AS o JOIN "
        "(SELECT plant_id, sum(downtime_min) AS minutes FROM work_orders "
        "WHERE order_type = 'corrective' GROUP BY 1) AS w ON o.plant_id = w.plant_id"
    )
    assert len(found) == 3
    for _, lost, ordered in found:
        assert float(str(lost)) == pytest.approx(float(str(ordered)), rel=0.02)
