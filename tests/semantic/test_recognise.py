"""SQL is read back as the query that it says, or not at all."""

import pytest
from hypothesis import HealthCheck, assume, given, settings

from core.errors import UserFixable
from core.semantic.compile import canonical, compile_query
from core.semantic.query import Order, Transform
from core.semantic.recognise import recognise
from tests.semantic.queries import HOT, JUNE, SHAPES, agg, by, metric, query, where, window
from tests.semantic.small_model import MODEL
from tests.semantic.strategies import queries

PUMPS = canonical(SHAPES["top_pumps"], MODEL)
OEE = query(measures=(metric("oee"),), dimensions=(by("line_name"),), time=JUNE)


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_is_read_back(name):
    sql = compile_query(SHAPES[name], MODEL)
    assert recognise(sql, MODEL) == canonical(SHAPES[name], MODEL)


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(queries())
def test_any_query_is_read_back(asked):
    try:
        sql = compile_query(asked, MODEL)
    except UserFixable:
        assume(False)
    assert recognise(sql, MODEL) == canonical(asked, MODEL), sql


@pytest.mark.parametrize(
    "sql",
    [
        # any order of conditions, an alias for the table, positions, no tie-break
        """select p.asset_id, avg(p.vibration_mm_s) as v from plant_obt as p
           where p.signal_quality = 'GOOD' and p.plant_id in ('HAM', 'AUS')
             and p.event_date < '2026-07-01' and p.asset_class = 'pump'
             and p.event_date >= '2026-06-01'
           group by 1 order by 2 desc limit 5""",
        # BETWEEN days, the alias in ORDER BY, OR in place of IN, rounding, brackets
        """SELECT asset_id, ROUND(AVG(vibration_mm_s), 2) AS mean
           FROM plant_obt
           WHERE (event_date BETWEEN DATE '2026-06-01' AND '2026-06-30')
             AND (plant_id = 'HAM' OR plant_id = 'AUS') AND 'pump' = asset_class
             AND signal_quality IN ('GOOD')
           GROUP BY asset_id ORDER BY mean DESC, asset_id LIMIT 5""",
        # no names, a window on the moment, the aggregate in ORDER BY
        """SELECT asset_id, AVG(vibration_mm_s) FROM plant_obt
           WHERE event_ts >= '2026-06-01' AND event_ts < CAST('2026-07-01' AS DATETIME)
             AND asset_class = 'pump' AND plant_id IN ('HAM', 'AUS') AND signal_quality = 'GOOD'
           GROUP BY asset_id ORDER BY AVG(vibration_mm_s) DESC LIMIT 5""",
    ],
)
def test_hand_written_aggregates_are_read(sql):
    found = recognise(sql, MODEL)
    assert set(found.filters) == set(PUMPS.filters)
    assert found.with_(filters=PUMPS.filters) == PUMPS


@pytest.mark.parametrize(
    "expression",
    [
        "SUM(good_units) * SUM(run_min) / NULLIF(SUM(ideal_units) * SUM(planned_min), 0)",
        "(SUM(run_min) * SUM(good_units)) / (SUM(planned_min) * SUM(ideal_units))",
        "1.0 * SUM(good_units) * SUM(run_min) / (SUM(ideal_units) * SUM(planned_min))",
        "ROUND(SUM(good_units) * SUM(run_min) / NULLIF((SUM(ideal_units)*SUM(planned_min)), 0), 3)",
    ],
)
def test_a_metric_is_known_by_its_expression(expression):
    sql = f"""SELECT line_name, {expression} AS x FROM plant_obt
              WHERE event_date >= '2026-06-01' AND event_date < '2026-07-01' GROUP BY line_name"""
    assert recognise(sql, MODEL) == canonical(OEE, MODEL)


def test_hours_above_a_limit_are_known():
    sql = """SELECT asset_id, SUM(CASE WHEN vibration_mm_s > 4.5 THEN 10 ELSE 0 END) / 60.0 AS h
             FROM plant_obt WHERE signal_quality = 'GOOD' GROUP BY asset_id"""
    wanted = query(measures=(agg("duration", where=(HOT,)),), dimensions=(by("asset_id"),))
    assert recognise(sql, MODEL) == canonical(wanted, MODEL)


def test_a_reading_of_every_grade_is_told():
    sql = "SELECT AVG(power_kw) FROM plant_obt"
    assert recognise(sql, MODEL) == query(measures=(agg("avg", "power_kw"),), readings="all")


def test_time_steps_are_known():
    sql = """SELECT DATE_TRUNC('week', event_ts) AS w, DATE(event_ts) d, SUM(energy_kwh) e
             FROM plant_obt GROUP BY 1, 2 ORDER BY w"""
    found = recognise(sql, MODEL)
    assert found.dimensions == (by("week"), by("day"))
    assert found.order == ()


def test_distinct_values_and_having():
    found = recognise("SELECT DISTINCT line_name FROM plant_obt", MODEL)
    assert found == query(dimensions=(by("line_name"),))
    sql = """SELECT line_name, SUM(energy_kwh) AS e FROM plant_obt
             GROUP BY line_name HAVING e > 10 ORDER BY e"""
    found = recognise(sql, MODEL)
    assert found.having[0].values == (10,)
    assert found.order == (Order("measure", 0, descending=False),)


def test_rows_are_read():
    sql = """SELECT event_ts, asset_id, vibration_mm_s FROM plant_obt t
             WHERE t.vibration_mm_s >= 9 AND LOWER(asset_id) LIKE '%pmp%'
             ORDER BY event_ts DESC LIMIT 20"""
    assert recognise(sql, MODEL) == query(
        kind="records",
        fields=("event_ts", "asset_id", "vibration_mm_s"),
        filters=(where("vibration_mm_s", ">=", 9), where("asset_id", "contains", "pmp")),
        order=(Order("column", column="event_ts"),),
        limit=20,
    )


def test_a_place_of_a_ranking_is_read():
    sql = """SELECT asset_id, COUNT(*) AS n FROM alarm_events GROUP BY asset_id
             ORDER BY n DESC, asset_id LIMIT {end}"""
    for end in ("1 OFFSET 2", "2, 1"):
        found = recognise(sql.format(end=end), MODEL)
        assert found is not None
        assert (found.limit, found.skip) == (1, 2)


@pytest.mark.parametrize(
    "sql",
    [
        "not sql at all",
        "SELECT asset_id, COUNT(*) AS n FROM alarm_events GROUP BY asset_id OFFSET 2",
        "",
        "SELECT 1",
        "SELECT * FROM plant_obt",
        "SELECT COUNT(*) FROM plant_obt; SELECT COUNT(*) FROM plant_obt",
        "SELECT COUNT(*) FROM other_table",
        "SELECT COUNT(*) FROM db.plant_obt",
        "SELECT COUNT(*) FROM plant_obt, alarm_events",
        "SELECT COUNT(*) FROM plant_obt JOIN alarm_events USING (asset_id)",
        "SELECT COUNT(*) FROM (SELECT * FROM plant_obt) t",
        "SELECT COUNT(*) FROM plant_obt LIMIT 5 OFFSET 5",
        "SELECT COUNT(*) FROM plant_obt WHERE asset_id LIKE 'PMP%'",
        "SELECT COUNT(*) FROM plant_obt WHERE message LIKE '%Seal%'",
        "SELECT COUNT(*) FROM plant_obt WHERE run_min > down_min",
        "SELECT COUNT(*) FROM plant_obt WHERE line_name = 'a' OR asset_id = 'b'",
        "SELECT COUNT(*) FROM plant_obt WHERE NOT (line_name = 'a' AND asset_id = 'b')",
        "SELECT COUNT(*) FROM plant_obt WHERE event_date > NOW()",
        "SELECT COUNT(*) FROM plant_obt WHERE asset_id IN (SELECT asset_id FROM alarm_events)",
        "SELECT SUM(energy_kwh) + 1 FROM plant_obt",
        "SELECT SUM(DISTINCT energy_kwh) FROM plant_obt",
        "SELECT SUM(energy_kwh) FILTER (WHERE run_min > 0) FROM plant_obt",
        "SELECT COALESCE(SUM(energy_kwh), 0) FROM plant_obt",
        "SELECT ROUND(AVG(power_kw)) FROM plant_obt",
        "SELECT AVG(good_units / ideal_units) FROM plant_obt",
        "SELECT line_name, SUM(energy_kwh) FROM plant_obt GROUP BY line_name, asset_id",
        "SELECT line_name, SUM(energy_kwh) FROM plant_obt GROUP BY ROLLUP(line_name)",
        "SELECT line_name, SUM(energy_kwh) FROM plant_obt GROUP BY line_name ORDER BY MAX(run_min)",
        "SELECT asset_id, SUM(energy_kwh) FROM plant_obt GROUP BY asset_id HAVING MAX(run_min) > 1",
        "SELECT line_name, SUM(energy_kwh) FROM plant_obt GROUP BY line_name LIMIT 5 OFFSET 2",
        "SELECT downtime_reason, SUM(down_min) FROM plant_obt GROUP BY downtime_reason",
        "SELECT asset_id AS a, asset_id AS a, COUNT(*) FROM plant_obt GROUP BY asset_id",
        "SELECT asset_id, ROW_NUMBER() OVER (ORDER BY asset_id) FROM plant_obt",
        "SELECT event_ts FROM plant_obt FOR UPDATE",
        "SELECT COUNT(*) FROM plant_obt UNION SELECT COUNT(*) FROM plant_obt",
        "DELETE FROM plant_obt",
        "WITH t AS (SELECT * FROM plant_obt) SELECT COUNT(*) FROM t",
    ],
)
def test_what_says_anything_else_is_not_read(sql):
    assert recognise(sql, MODEL) is None


def test_a_changed_window_in_a_built_shape_is_not_read():
    sql = compile_query(SHAPES["against_another_window"], MODEL)
    assert recognise(sql.replace("'2026-06-08'", "'2026-06-09'", 1), MODEL) is None
    moved = compile_query(SHAPES["another_window_by_day"], MODEL)
    assert recognise(moved.replace("INTERVAL 7 DAY", "INTERVAL 6 DAY"), MODEL) is None
    frame = compile_query(SHAPES["moving_and_change"], MODEL)
    assert recognise(frame.replace("6 PRECEDING", "5 PRECEDING", 1), MODEL) is None


def test_a_closed_window_on_moments_stays_a_condition():
    sql = """SELECT COUNT(*) FROM plant_obt
             WHERE event_ts BETWEEN '2026-06-01 00:00:00' AND '2026-06-02 00:00:00'"""
    found = recognise(sql, MODEL)
    assert found.time is None
    assert found.filters[0].column == "event_ts"


def test_the_name_decides_between_figures_of_one_expression():
    sql = "SELECT AVG(vibration_mm_s) AS {} FROM plant_obt WHERE signal_quality = 'GOOD'"
    named = recognise(sql.format("mean_vibration"), MODEL)
    assert named.measures == (metric("mean_vibration"),)
    plain = recognise(sql.format("x"), MODEL)
    assert plain.measures == (agg("avg", "vibration_mm_s"),)


def test_moving_figures_keep_their_steps():
    asked = query(
        measures=(agg("avg", "power_kw", transform=Transform.MOVING, window=3),),
        dimensions=(by("day"),),
        time=window("2026-06-01", None),
    )
    assert recognise(compile_query(asked, MODEL), MODEL) == asked


@pytest.mark.parametrize("name", ["r", "rank", "place"])
def test_a_rank_of_another_name_is_not_read(name):
    """A subquery named as the compiler names its ranked one, with a rank that it does not name."""
    sql = (
        f"SELECT asset_id, vibration_mm_s FROM (SELECT asset_id, vibration_mm_s, RANK() OVER "
        f"(ORDER BY vibration_mm_s DESC) AS {name} FROM plant_obt) AS ranked WHERE {name} <= 3"
    )
    assert recognise(sql, MODEL) is None
