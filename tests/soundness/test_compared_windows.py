"""Figures of another window or a reference are those windows' own figures."""

import pandas as pd
import pytest

from core.semantic.query import Comparison, Grain
from tests.semantic.queries import WEEK_1, WEEK_2, agg, by, metric, query, where
from tests.semantic.small_plant import SmallPlant
from tests.soundness.frames import close, oee, within

pytestmark = pytest.mark.soundness


@pytest.fixture(scope="module")
def plant():
    return SmallPlant()


def test_another_window_is_compared_group_by_group(plant):
    asked = query(
        measures=(metric("oee"),),
        dimensions=(by("line_name"),),
        time=WEEK_2,
        comparison=Comparison("window", WEEK_1),
    )
    now = {k: oee(f) for k, f in within(plant.readings, WEEK_2).groupby("line_name")}
    before = {k: oee(f) for k, f in within(plant.readings, WEEK_1).groupby("line_name")}
    for row in plant.rows(asked):
        line = row["line_name"]
        assert row["oee"] == close(now[line])
        assert row["oee_previous"] == close(before[line])
        assert row["oee_change"] == close(now[line] - before[line])
        assert row["oee_change_pct"] == close(now[line] / before[line] - 1)


def test_another_window_lies_day_over_day(plant):
    asked = query(
        measures=(agg("sum", "energy_kwh"),),
        dimensions=(by("day"),),
        time=WEEK_2,
        comparison=Comparison("window", WEEK_1),
    )
    daily = plant.readings.groupby("event_date").energy_kwh.sum()
    rows = plant.rows(asked)
    assert len(rows) == 7
    for row in rows:
        day = pd.Timestamp(row["day"])
        assert row["sum_energy_kwh"] == close(daily[day])
        assert row["sum_energy_kwh_previous"] == close(daily[day - pd.Timedelta(days=7)])


def test_a_reference_is_over_everything_that_was_not_dropped(plant):
    asked = query(
        measures=(metric("oee"),),
        dimensions=(by("day"),),
        filters=(where("line_name", "=", "Line 1"), where("plant_id", "=", "HAM")),
        comparison=Comparison("reference", drop=("line_name",)),
    )
    ham = plant.readings[plant.readings.plant_id == "HAM"]
    for row in plant.rows(asked):
        day = ham[ham.event_date == pd.Timestamp(row["day"])]
        assert row["oee"] == close(oee(day[day.line_name == "Line 1"]))
        assert row["oee_reference"] == close(oee(day))


def test_a_mean_per_day_counts_days_without_an_event(plant):
    asked = query(
        "alarm_events",
        measures=(metric("alarm_count", per=Grain.DAY),),
        dimensions=(by("asset_id"),),
        time=WEEK_2,
    )
    counts = within(plant.alarms, WEEK_2).groupby("asset_id").size() / 7
    rows = plant.rows(asked)
    assert {r["asset_id"]: r["alarm_count_per_day"] for r in rows} == {
        k: close(v) for k, v in counts.items()
    }


def test_a_reference_is_of_the_same_kind_of_rows(plant):
    """Reasons are set against rows that have a reason, bins against good readings."""
    asked = query(
        measures=(agg("avg", "down_min"),),
        dimensions=(by("downtime_reason"),),
        comparison=Comparison("reference"),
    )
    mean = plant.readings.dropna(subset=["downtime_reason"]).down_min.mean()
    rows = plant.rows(asked)
    assert [r["avg_down_min_reference"] for r in rows] == [close(mean)] * 2
