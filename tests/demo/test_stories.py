"""Each story of STORIES.md is visible by a query that a plant engineer would write."""

from collections.abc import Callable
from datetime import date, datetime

from tests.demo.conftest import Ask

One = Callable[[str], object]


def _value(found: object) -> float:
    return float(str(found))


def test_worn_pump_leads_the_pumps_in_its_last_week(rows: Ask) -> None:
    found = rows(
        "SELECT asset_id, avg(vibration_mm_s) AS v FROM plant_obt WHERE asset_class = 'pump' AND "
        "signal_quality = 'GOOD' AND event_date BETWEEN '2026-06-22' AND '2026-06-28' "
        "GROUP BY 1 ORDER BY v DESC LIMIT 2"
    )
    assert found[0][0] == "PMP-03"
    assert _value(found[0][1]) > 1.8 * _value(found[1][1])


def test_worn_pump_rises_and_fails(rows: Ask, one: One) -> None:
    mean = (
        "SELECT avg(vibration_mm_s) FROM plant_obt WHERE asset_id = 'PMP-03' "
        "AND signal_quality = 'GOOD' AND event_date = '{}'"
    )
    assert _value(one(mean.format("2026-05-01"))) < 2.2
    assert _value(one(mean.format("2026-06-24"))) > 7.0
    assert _value(one(mean.format("2026-06-29"))) < 2.2
    assert rows(
        "SELECT order_type, failure_mode, downtime_min FROM work_orders "
        "WHERE asset_id = 'PMP-03' AND event_date = '2026-06-25'"
    ) == [("corrective", "Bearing wear", 1540.0)]


def test_worn_pump_raises_alarms(rows: Ask) -> None:
    found = rows("SELECT DISTINCT message FROM alarm_events WHERE tag = 'VT-PMP03' ORDER BY 1")
    assert found == [("Vibration high",), ("Vibration very high",)]


def test_the_other_bearings(one: One) -> None:
    assert one(
        "SELECT opened_ts::DATE FROM work_orders WHERE asset_id = 'PMP-06' "
        "AND failure_mode = 'Bearing wear' AND order_type = 'corrective'"
    ) == date(2026, 3, 19)
    assert (
        one(
            "SELECT order_type FROM work_orders WHERE asset_id = 'CMP-05' "
            "AND failure_mode = 'Bearing wear'"
        )
        == "predictive"
    )


def test_scrap_is_higher_after_changeovers(one: One) -> None:
    after = _value(
        one(
            "WITH changes AS (SELECT asset_id, event_ts_utc FROM plant_obt "
            "WHERE downtime_reason = 'Changeover' AND run_min > 0) "
            "SELECT sum(scrap_units) / sum(good_units + scrap_units) FROM plant_obt AS p "
            "SEMI JOIN changes AS c ON p.asset_id = c.asset_id AND p.event_ts_utc = "
            "c.event_ts_utc + INTERVAL 10 MINUTE WHERE asset_class = 'cnc'"
        )
    )
    overall = _value(
        one(
            "SELECT sum(scrap_units) / sum(good_units + scrap_units) FROM plant_obt "
            "WHERE asset_class = 'cnc'"
        )
    )
    assert after > 2.5 * overall


def test_weak_night_shift_from_april(rows: Ask) -> None:
    found = rows(
        "SELECT event_date >= '2026-04-02' AS late, shift_name = 'Night' AS night, "
        "sum(good_units + scrap_units) / sum(ideal_units), "
        "sum(scrap_units) / sum(good_units + scrap_units) FROM plant_obt "
        "WHERE plant_id = 'AUS' AND line_name = 'Line 2' AND ideal_units > 0 GROUP BY 1, 2"
    )
    by_case = {(late, night): (_value(p), _value(s)) for late, night, p, s in found}
    assert by_case[True, True][0] < by_case[True, False][0] - 0.12
    assert by_case[True, True][1] > 2 * by_case[True, False][1]
    assert abs(by_case[False, True][0] - by_case[False, False][0]) < 0.03


def test_oven_sensor_drifts_and_turns_uncertain(rows: Ask, one: One) -> None:
    weeks = rows(
        "SELECT avg(temperature_c) FROM plant_obt WHERE asset_id = 'OVN-03' AND run_min = 10 "
        "AND signal_quality <> 'BAD' AND event_date >= '2026-05-25' "
        "GROUP BY date_trunc('week', event_date) ORDER BY date_trunc('week', event_date)"
    )
    means = [_value(mean) for (mean,) in weeks]
    assert means[-1] - means[0] > 6
    assert (
        _value(
            one(
                "SELECT avg((signal_quality = 'UNCERTAIN')::INT) FROM plant_obt "
                "WHERE asset_id = 'OVN-03' AND event_date >= '2026-06-20'"
            )
        )
        > 0.5
    )


def test_communication_loss_on_one_line_for_six_hours(rows: Ask) -> None:
    found = rows(
        "SELECT line_name, count(DISTINCT asset_id), min(event_ts), max(event_ts), "
        "count(power_kw) FILTER (event_ts >= '2026-06-17 09:50') FROM plant_obt "
        "WHERE plant_id = 'HAM' AND signal_quality = 'BAD' AND "
        "event_ts BETWEEN '2026-06-17 09:10' AND '2026-06-17 15:00' "
        "GROUP BY 1 HAVING count(*) > 100"
    )
    assert found == [("Line 2", 7, datetime(2026, 6, 17, 9, 10), datetime(2026, 6, 17, 15, 0), 0)]


def test_compressor_leak_shows_at_night_and_on_weekends(rows: Ask) -> None:
    found = rows(
        "SELECT shift_name = 'Night' OR isodow(event_date) > 5 AS quiet, "
        "avg(power_kw) FILTER (event_date >= '2026-04-20' AND event_date < '2026-06-01') / "
        "avg(power_kw) FILTER (event_date >= '2026-02-01' AND event_date < '2026-04-01') "
        "FROM plant_obt WHERE asset_id = 'CMP-02' AND signal_quality = 'GOOD' GROUP BY 1"
    )
    growth = {quiet: _value(ratio) for quiet, ratio in found}
    assert 1.13 < growth[True] < 1.23
    assert growth[False] < 1.06


def test_hot_week_raises_chiller_power(one: One) -> None:
    mean = (
        "SELECT avg(power_kw) FROM plant_obt WHERE asset_id = 'CHL-02' AND "
        "signal_quality = 'GOOD' AND event_date >= DATE '{}' AND event_date < DATE '{}'"
    )
    hot = _value(one(mean.format("2026-06-08", "2026-06-15")))
    before = _value(one(mean.format("2026-06-01", "2026-06-08")))
    after = _value(one(mean.format("2026-06-15", "2026-06-22")))
    assert hot > 1.12 * max(before, after)


def test_bad_batch_of_one_product(rows: Ask) -> None:
    found = rows(
        "SELECT product_code, sum(scrap_units) / sum(good_units + scrap_units) AS share "
        "FROM plant_obt WHERE plant_id = 'HPH' AND line_name = 'Line 2' AND ideal_units > 0 AND "
        "event_ts >= '2026-02-03' AND event_ts < '2026-02-11' GROUP BY 1 ORDER BY share DESC"
    )
    assert found[0][0] == "GH20"
    assert _value(found[0][1]) > 4 * _value(found[1][1])


def test_alarm_flood_and_chattering(rows: Ask, one: One) -> None:
    assert (
        _value(
            one(
                "SELECT count(*) FROM alarm_events WHERE plant_id = 'AUS' AND raised_ts >= "
                "'2026-05-12 13:40' AND raised_ts < '2026-05-12 14:00'"
            )
        )
        > 100
    )
    found = rows("SELECT tag FROM alarm_events GROUP BY 1 ORDER BY count(*) DESC LIMIT 3")
    assert {tag for (tag,) in found} == {"ZS-PCK01", "FT-PMP07", "ZS-CNV11"}
