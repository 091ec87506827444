"""Short ways to write queries, and one query of each shape."""

from __future__ import annotations

import datetime as dt

from core.semantic.query import (
    Agg,
    Comparison,
    Dimension,
    Filter,
    Grain,
    Having,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
    Transform,
)


def window(start, end, axis="clock"):
    def edge(text):
        return text and dt.datetime.fromisoformat(text)

    return TimeWindow(edge(start), edge(end), axis)


def by(name, bin_width=None):
    if name in Grain.__members__.values():
        return Dimension(grain=Grain(name))
    return Dimension(column=name, bin_width=bin_width)


def metric(name, **more):
    return Measure(metric=name, **more)


def agg(kind, column=None, **more):
    return Measure(agg=Agg(kind), column=column, **more)


def where(column, op, *values):
    return Filter(column, Op(op), values)


def query(table="plant_obt", **parts):
    return SemanticQuery("small", table, **parts)


JUNE = window("2026-06-01", "2026-07-01")
MAY = window("2026-05-01", "2026-06-01")
WEEK_1 = window("2026-05-25", "2026-06-01")
WEEK_2 = window("2026-06-01", "2026-06-08")
HOT = where("vibration_mm_s", ">", 4.5)

SHAPES = {
    "top_pumps": query(
        measures=(agg("avg", "vibration_mm_s"),),
        dimensions=(by("asset_id"),),
        time=JUNE,
        filters=(where("asset_class", "=", "pump"), where("plant_id", "in", "HAM", "AUS")),
        order=(Order("measure"),),
        limit=5,
    ),
    "third_pump": query(
        measures=(agg("avg", "vibration_mm_s"),),
        dimensions=(by("asset_id"),),
        time=JUNE,
        filters=(where("asset_class", "=", "pump"),),
        order=(Order("measure"),),
        limit=1,
        skip=2,
    ),
    "assets_without_alarms": query(
        "alarm_events",
        measures=(agg("count"),),
        dimensions=(by("asset_id"),),
        filters=(where("plant_id", "=", "HAM"),),
        time=window("2025-06-02", "2025-06-03"),
        having=(Having(0, Op.EQ, (0.0,)),),
        every="plant_obt",
    ),
    "second_within_each_plant": query(
        measures=(agg("sum", "energy_kwh"),),
        dimensions=(by("plant_id"), by("asset_id")),
        order=(Order("measure"),),
        limit=1,
        skip=1,
        per_group=True,
    ),
    "worst_first_within_a_day": query(
        measures=(metric("oee"), metric("mean_vibration")),
        dimensions=(by("line_name"), by("week")),
        time=window("2026-06-01T06:00", "2026-06-02T14:00"),
        order=(Order("measure", descending=False),),
    ),
    "running_over_shifts": query(
        measures=(metric("oee", transform=Transform.RUNNING),),
        dimensions=(by("shift"), by("line_name")),
        time=window("2026-06-01", "2026-06-03", "production"),
    ),
    "conditions_in_aggregates": query(
        measures=(
            agg("duration", where=(HOT,)),
            agg("percentile", "power_kw", percentile=0.95),
            agg("latest", "temperature_c"),
            agg("stddev", "temperature_c"),
            agg("first_time", where=(HOT,)),
            agg("sum", "energy_kwh"),
        ),
        dimensions=(by("asset_id"),),
        time=JUNE,
    ),
    "share_with_having": query(
        measures=(metric("downtime_hours", transform=Transform.SHARE), metric("downtime_hours")),
        dimensions=(by("downtime_reason"),),
        having=(Having(1, Op.GT, (1.0,)),),
    ),
    "ratio": query(
        measures=(
            agg("sum", "scrap_units", over=agg("sum", "good_units")),
            agg("sum", "energy_kwh", over=metric("downtime_hours")),
        ),
        dimensions=(by("asset_id"), by("day")),
        order=(Order("measure", 0),),
    ),
    "ratio_of_two_tables": query(
        measures=(agg("sum", "down_min", over=agg("count", table="alarm_events")),),
        dimensions=(by("plant_id"),),
    ),
    "share_within": query(
        measures=(agg("sum", "energy_kwh", transform=Transform.SHARE_WITHIN),),
        dimensions=(by("plant_id"), by("asset_id")),
    ),
    "moving_and_change": query(
        measures=(
            metric("scrap_rate", transform=Transform.MOVING, window=7),
            agg("sum", "scrap_units", transform=Transform.MOVING, window=7),
            agg("avg", "power_kw", transform=Transform.CHANGE),
        ),
        dimensions=(by("day"), by("line_name")),
    ),
    "against_another_window": query(
        measures=(metric("oee"), agg("avg", "power_kw")),
        dimensions=(by("line_name"),),
        time=WEEK_2,
        comparison=Comparison("window", WEEK_1),
        order=(Order("change", descending=False),),
        limit=3,
    ),
    "another_window_by_day": query(
        measures=(metric("oee"),),
        dimensions=(by("day"),),
        time=WEEK_2,
        comparison=Comparison("window", WEEK_1),
    ),
    "against_a_reference": query(
        measures=(metric("oee"),),
        dimensions=(by("week"),),
        filters=(where("line_name", "=", "Line 1"),),
        comparison=Comparison("reference", drop=("line_name",)),
    ),
    "lines_against_the_plant": query(
        measures=(metric("oee"),),
        dimensions=(by("line_name"),),
        comparison=Comparison("reference"),
        order=(Order("change"),),
    ),
    "two_tables": query(
        "work_orders",
        measures=(metric("mtbf"), metric("inherent_availability")),
        dimensions=(by("asset_class"),),
        time=WEEK_2,
        order=(Order("measure"),),
    ),
    "two_tables_one_row": query("work_orders", measures=(metric("mtbf"),), time=WEEK_2),
    "two_tables_two_windows": query(
        measures=(metric("energy_kwh"), metric("alarm_count")),
        dimensions=(by("day"),),
        time=WEEK_2,
        comparison=Comparison("window", WEEK_1),
    ),
    "best_within_each_plant": query(
        measures=(agg("sum", "energy_kwh"),),
        dimensions=(by("plant_id"), by("asset_id")),
        order=(Order("measure"),),
        limit=2,
        per_group=True,
    ),
    "distinct_values": query(dimensions=(by("line_name"),)),
    "records": query(
        kind="records",
        filters=(
            where("vibration_mm_s", ">", 5),
            where("@weekday", "<=", 5),
            where("@minute_of_day", "between", 0, 1000),
        ),
        order=(Order("column", column="vibration_mm_s"),),
        limit=20,
    ),
    "histogram": query(
        measures=(agg("count"),), dimensions=(by("vibration_mm_s", 0.5),), time=WEEK_2
    ),
    "bad_readings": query(
        measures=(agg("count"),),
        dimensions=(by("hour_of_day"), by("day_of_week"), by("month_of_year")),
        readings="bad",
    ),
    "alarms": query(
        "alarm_events",
        measures=(agg("duration"), metric("open_alarms"), agg("count_distinct", "asset_id")),
        dimensions=(by("priority"),),
        filters=(where("message", "contains", "SEAL"),),
    ),
    "alarms_per_day": query(
        "alarm_events",
        measures=(metric("alarm_count", per=Grain.DAY),),
        dimensions=(by("line_name"),),
        time=WEEK_2,
    ),
}
