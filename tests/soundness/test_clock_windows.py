"""Windows by the clock take exactly their rows, on days of 23 and 25 hours too."""

import pandas as pd
import pytest

from tests.semantic.queries import HOT, agg, by, query, window
from tests.semantic.small_plant import SmallPlant
from tests.soundness.frames import close, within

pytestmark = pytest.mark.soundness


@pytest.fixture(scope="module")
def plant():
    return SmallPlant()


def test_part_of_a_day_takes_exactly_its_rows(plant):
    edges = window("2026-06-01T22:00", "2026-06-02T06:00")
    rows = plant.rows(query(measures=(agg("count"),), time=edges))
    assert rows == [{"row_count": len(within(plant.readings, edges, "event_ts"))}]


def test_a_day_without_two_o_clock_has_one_hour_less():
    """Local time skips from 02:00 to 03:00; no row is invented and none is lost."""
    moments = pd.date_range("2026-03-29", "2026-03-29 23:50", freq="10min")
    local = moments[(moments.hour != 2)]
    base = SmallPlant().readings.head(1)
    frame = pd.concat([base] * len(local), ignore_index=True).assign(
        event_ts=local,
        event_ts_utc=local,
        event_date=pd.Timestamp("2026-03-29"),
        vibration_mm_s=5.0,
        signal_quality="GOOD",
    )
    plant = SmallPlant(frame)
    day = window("2026-03-29", "2026-03-30")
    row = plant.rows(query(measures=(agg("duration", where=(HOT,)), agg("count")), time=day))[0]
    assert row == {"hours": close(23), "row_count": 138}
    hours = plant.rows(query(measures=(agg("count"),), dimensions=(by("hour"),), time=day))
    assert len(hours) == 23
    assert all(r["row_count"] == 6 for r in hours)


def test_a_doubled_hour_keeps_the_newest_by_the_world_clock():
    """02:30 comes twice when clocks go back; the second one is the newest."""
    base = SmallPlant().readings.head(1).assign(signal_quality="GOOD")
    frame = pd.concat([base, base], ignore_index=True).assign(
        event_ts=pd.Timestamp("2026-10-25 02:30"),
        event_ts_utc=pd.to_datetime(["2026-10-25 01:30", "2026-10-25 00:30"]),
        temperature_c=[2.0, 1.0],
    )
    rows = SmallPlant(frame).rows(query(measures=(agg("latest", "temperature_c"),)))
    assert rows == [{"latest_temperature_c": 2.0}]
