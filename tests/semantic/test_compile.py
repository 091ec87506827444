"""Each shape compiles to the SQL in tests/sql/compile, runs, and is described as it comes out."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
import sqlglot

from core.errors import UserFixable
from core.semantic.columns import describe
from core.semantic.compile import canonical, compile_query
from core.semantic.model import Label, Labels
from core.semantic.query import Anchor, Comparison, Grain, Having, Measure, Op, Transform
from core.translation import retold, speaking
from tests.semantic.queries import (
    HOT,
    JUNE,
    MAY,
    SHAPES,
    WEEK_1,
    WEEK_2,
    agg,
    by,
    metric,
    query,
    where,
    window,
)
from tests.semantic.small_model import MODEL
from tests.semantic.small_plant import SmallPlant

FIXTURES = Path(__file__).parents[1] / "sql" / "compile"
ARROW = {
    "string": ("string", "large_string"),
    "integer": ("int64", "int32", "decimal128(38, 0)"),
    "double": ("double",),
    "date": ("date32[day]",),
    "datetime": ("timestamp[us]", "timestamp[ns]"),
}


@pytest.fixture(scope="module")
def plant():
    return SmallPlant()


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_compiles_to_its_sql(name):
    assert compile_query(SHAPES[name], MODEL) + "\n" == (FIXTURES / f"{name}.sql").read_text()


def test_every_fixture_has_a_shape():
    assert {p.stem for p in FIXTURES.glob("*.sql")} == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_columns_are_described_as_they_come_out(name, plant):
    sql = compile_query(SHAPES[name], MODEL)
    described = describe(SHAPES[name], MODEL)
    table = plant.connection.sql(
        sqlglot.parse_one(sql, read="starrocks").sql("duckdb")
    ).to_arrow_table()
    assert table.num_rows > 0
    assert [c.name for c in described] == table.column_names
    for column, kind in zip(described, table.schema.types, strict=True):
        assert str(kind) in ARROW[column.type], column


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_depends_on_the_moment_of_running(name):
    text = compile_query(SHAPES[name], MODEL).lower()
    assert not any(word in text for word in ("now(", "current_date", "curdate", "--", "/*"))


@pytest.mark.parametrize("name", SHAPES)
def test_the_same_question_gives_the_same_rows_in_the_same_order(name, plant):
    first, second = plant.rows(SHAPES[name]), plant.rows(SHAPES[name])
    assert [tuple(r.values())[:1] for r in first] == [tuple(r.values())[:1] for r in second]


def test_compiling_is_quick():
    times = []  # the best of five, so that a busy machine is not what is measured
    for _ in range(5):
        begin = time.perf_counter()
        for shape in SHAPES.values():
            compile_query(shape, MODEL)
        times.append((time.perf_counter() - begin) / len(SHAPES))
    assert min(times) < 0.02


def test_an_anchor_must_be_resolved_first():
    with pytest.raises(ValueError, match="anchor"):
        compile_query(query(anchor=Anchor("work_orders", "last", "before")), MODEL)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (query(measures=(metric("oe"),)), "Did you mean 'oee'"),
        (query(measures=(agg("avg", "vibration"),)), "Did you mean 'vibration_mm_s'"),
        (query("nowhere"), "no table 'nowhere'"),
        (query(), "nothing to show"),
        (
            query(measures=(metric("mtbf"),), filters=(where("shift_name", "=", "Night"),)),
            "Work orders has no column 'shift_name'",
        ),
        (
            query(
                measures=(
                    agg("percentile", "power_kw", percentile=0.5, transform=Transform.RUNNING),
                ),
                dimensions=(by("day"),),
            ),
            "hides the single values",
        ),
        (
            query(
                measures=(metric("oee", transform=Transform.SHARE),), dimensions=(by("line_name"),)
            ),
            "has no share of a total",
        ),
        (
            query(
                measures=(metric("oee", transform=Transform.RUNNING),),
                dimensions=(by("line_name"),),
            ),
            "needs a step of time",
        ),
        (
            query(
                measures=(metric("oee"),),
                dimensions=(by("day"),),
                time=JUNE,
                comparison=Comparison("window", window("2026-06-15", "2026-07-15")),
            ),
            "overlap",
        ),
        (
            query(measures=(metric("oee"),), comparison=Comparison("window", MAY)),
            "needs two periods",
        ),
        (
            query("work_orders", dimensions=(by("shift"),), measures=(metric("orders"),)),
            "in which shift",
        ),
        (
            query(measures=(metric("alarm_count", per=Grain.DAY),)),
            "must come from the period",
        ),
        (query("alarm_events", measures=(agg("count"),), readings="bad"), "does not grade"),
        (query("work_orders", measures=(agg("count"),), limit=0), "1 or more"),
    ],
)
def test_what_cannot_be_asked_says_why(asked, words):
    with pytest.raises(UserFixable, match=words):
        compile_query(asked, MODEL)
    for language in ("de", "vi"):
        with speaking(language), pytest.raises(UserFixable) as caught:
            compile_query(asked, MODEL)
        with speaking(language):
            assert words not in retold(caught.value)


def test_what_cannot_be_asked_names_the_models_things_in_the_language_and_is_english_to_a_model():
    share = query(
        measures=(metric("alarm_count", per=Grain.DAY),),
    )
    model = replace(
        MODEL, labels={"de": Labels(tables={"alarm_events": Label("Alarme", "Alarme")})}
    )
    with speaking("de"), pytest.raises(UserFixable) as caught:
        compile_query(share, model)
    assert str(caught.value).startswith("Alarms has rows only where something happened")
    with speaking("de"):
        said = retold(caught.value)
    assert said.startswith("Alarme: Zeilen gibt es nur, wo etwas geschah")
    assert "(Tag)" in said


def test_whole_days_filter_on_the_date_alone_and_hours_prune_by_it():
    days = compile_query(query(measures=(agg("count"),), time=WEEK_2), MODEL)
    assert "event_ts" not in days
    hours = compile_query(
        query(measures=(agg("count"),), time=window("2026-06-01T22:00", "2026-06-02T06:00")), MODEL
    )
    assert "event_ts >= '2026-06-01 22:00:00'" in hours
    assert "event_date < '2026-06-03'" in hours


def test_good_readings_filter_all_rows_only_when_all_figures_mind():
    alone = compile_query(query(measures=(agg("avg", "power_kw"),)), MODEL)
    assert "WHERE\n  signal_quality = 'GOOD'" in alone
    beside = compile_query(
        query(measures=(agg("avg", "power_kw"), agg("sum", "energy_kwh"))), MODEL
    )
    assert "AVG(CASE WHEN signal_quality = 'GOOD' THEN power_kw END)" in beside
    assert "SUM(energy_kwh)" in beside
    every = compile_query(query(measures=(agg("avg", "power_kw"),), readings="all"), MODEL)
    assert "signal_quality" not in every


def test_a_count_over_a_sensor_condition_takes_good_readings():
    filtered = query(measures=(agg("count"),), filters=(HOT,))
    assert "signal_quality = 'GOOD'" in compile_query(filtered, MODEL)
    inside = query(measures=(agg("count", where=(HOT,)),))
    assert "signal_quality = 'GOOD'" in compile_query(inside, MODEL)


def test_names_are_told_apart():
    asked = query(
        measures=(agg("avg", "power_kw"), agg("avg", "power_kw", where=(HOT,)), agg("count")),
        dimensions=(by("line_name"),),
        time=WEEK_2,
        comparison=Comparison("window", WEEK_1),
    )
    names = [c.name for c in describe(asked, MODEL)]
    assert names[1:9] == [
        "avg_power_kw",
        "avg_power_kw_previous",
        "avg_power_kw_change",
        "avg_power_kw_change_pct",
        "avg_power_kw_2",
        "avg_power_kw_2_previous",
        "avg_power_kw_2_change",
        "avg_power_kw_2_change_pct",
    ]
    assert len(set(names)) == len(names)


def test_percentiles_are_named_by_rank():
    asked = query(measures=tuple(agg("percentile", "power_kw", percentile=p) for p in (0.5, 0.999)))
    assert [c.name for c in describe(asked, MODEL)] == ["p50_power_kw", "p99_9_power_kw"]


def test_canonical_is_a_fixed_point_that_compiles_alike():
    for shape in SHAPES.values():
        once = canonical(shape, MODEL)
        assert canonical(once, MODEL) == once
        assert compile_query(once, MODEL) == compile_query(shape, MODEL)


def test_weeks_start_where_the_plant_says(plant):
    from dataclasses import replace

    sunday = replace(MODEL, week_start=7)
    rows = plant.rows(query(dimensions=(by("week"),), time=WEEK_2), sunday)
    assert [str(r["week"]) for r in rows] == ["2026-05-31", "2026-06-07"]


def test_having_compares_the_figure(plant):
    asked = query(
        measures=(Measure(metric="energy_kwh"),),
        dimensions=(by("asset_id"),),
        having=(Having(0, Op.BETWEEN, (0.0, 500.0)),),
    )
    frame = plant.readings.groupby("asset_id").energy_kwh.sum()
    expected = {a for a, v in frame.items() if 0 <= v <= 500}
    assert {r["asset_id"] for r in plant.rows(asked)} == expected
