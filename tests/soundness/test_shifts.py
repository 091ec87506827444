"""A shift belongs to the production day on which it starts, and shifts keep their order."""

import datetime as dt

import pytest

from core.semantic.query import Transform
from tests.semantic.queries import agg, by, query, where, window
from tests.semantic.small_plant import SmallPlant

pytestmark = pytest.mark.soundness


@pytest.fixture(scope="module")
def plant():
    return SmallPlant()


def test_a_night_shift_belongs_to_the_day_on_which_it_starts(plant):
    asked = query(
        measures=(agg("count"),),
        dimensions=(by("shift"),),
        time=window("2026-06-01", "2026-06-02", "production"),
        filters=(where("shift_name", "=", "Night"),),
    )
    night = plant.readings[
        (plant.readings.event_ts >= "2026-06-01 22:00")
        & (plant.readings.event_ts < "2026-06-02 06:00")
    ]
    assert plant.rows(asked) == [
        {"day": dt.date(2026, 6, 1), "shift_name": "Night", "row_count": len(night)}
    ]


def test_shifts_come_in_the_order_in_which_they_begin(plant):
    frame = plant.readings.copy()
    frame["shift_name"] = frame.shift_name.map({"Early": "Z", "Late": "M", "Night": "A"})
    asked = query(
        measures=(agg("sum", "good_units", transform=Transform.RUNNING),),
        dimensions=(by("shift"),),
        time=window("2026-06-01", "2026-06-03", "production"),
    )
    rows = SmallPlant(frame).rows(asked)
    assert [r["shift_name"] for r in rows] == ["Z", "M", "A"] * 2
    figures = [r["sum_good_units_running"] for r in rows]
    assert figures == sorted(figures)


def test_days_of_a_production_window_are_production_days(plant):
    asked = query(
        measures=(agg("count"),),
        dimensions=(by("day"),),
        time=window("2026-06-01", "2026-06-04", "production"),
    )
    rows = plant.rows(asked)
    assert [r["day"].day for r in rows] == [1, 2, 3]
    assert len({r["row_count"] for r in rows}) == 1
