"""Missing values and bad readings count where they should and nowhere else."""

import pytest

from core.semantic.query import Order
from tests.semantic.queries import agg, by, metric, query, where
from tests.semantic.small_plant import SmallPlant
from tests.soundness.frames import close, good

pytestmark = pytest.mark.soundness


@pytest.fixture(scope="module")
def plant():
    return SmallPlant()


def test_a_mean_leaves_out_missing_and_bad_readings(plant):
    rows = plant.rows(query(measures=(agg("avg", "temperature_c"),), dimensions=(by("asset_id"),)))
    expected = good(plant.readings).groupby("asset_id").temperature_c.mean()
    assert {r["asset_id"]: r["avg_temperature_c"] for r in rows} == {
        k: close(v) for k, v in expected.items()
    }


def test_a_reading_without_a_grade_is_neither_good_nor_lost(plant):
    counts = [
        plant.rows(query(measures=(agg("count", "power_kw"),), readings=grade))[0]["count_power_kw"]
        for grade in ("good", "bad", "all")
    ]
    assert counts[0] + counts[1] == counts[2] == len(plant.readings)


def test_an_amount_keeps_every_row_beside_a_sensor(plant):
    asked = query(measures=(agg("avg", "power_kw"), agg("sum", "energy_kwh")))
    row = plant.rows(asked)[0]
    assert row["sum_energy_kwh"] == close(plant.readings.energy_kwh.sum())
    assert row["avg_power_kw"] == close(good(plant.readings).power_kw.mean())


def test_groups_without_a_reason_are_left_out_of_reasons(plant):
    rows = plant.rows(
        query(measures=(agg("sum", "down_min"),), dimensions=(by("downtime_reason"),))
    )
    assert [r["downtime_reason"] for r in rows] == ["Breakdown", "Changeover"]


def test_figures_that_are_null_never_lead_the_worst(plant):
    frame = plant.readings.copy()
    frame.loc[frame.asset_id == "PMP-01", "ideal_units"] = 0
    asked = query(
        measures=(metric("oee"),),
        dimensions=(by("asset_id"),),
        order=(Order("measure", descending=False),),
    )
    rows = SmallPlant(frame).rows(asked)
    assert rows[-1] == {"asset_id": "PMP-01", "oee": None}
    assert rows[0]["oee"] == min(r["oee"] for r in rows[:-1])


def test_latest_is_the_newest_that_has_a_value(plant):
    rows = plant.rows(
        query(measures=(agg("latest", "temperature_c"),), dimensions=(by("asset_id"),))
    )
    seen = good(plant.readings).dropna(subset=["temperature_c"]).sort_values("event_ts")
    expected = seen.groupby("asset_id").temperature_c.last()
    assert {r["asset_id"]: r["latest_temperature_c"] for r in rows} == expected.to_dict()


def test_hours_count_intervals_and_are_zero_where_there_is_none(plant):
    rows = plant.rows(
        query(
            measures=(agg("duration", where=(where("vibration_mm_s", ">", 7.5),)),),
            dimensions=(by("asset_id"),),
        )
    )
    hot = good(plant.readings).assign(hot=lambda f: f.vibration_mm_s > 7.5)
    expected = hot.groupby("asset_id").hot.sum() * 10 / 60
    assert {r["asset_id"]: r["hours"] for r in rows} == {k: close(v) for k, v in expected.items()}


def test_the_sample_deviation_of_one_reading_is_unknown(plant):
    one = plant.readings[plant.readings.temperature_c.notna()].head(1).assign(signal_quality="GOOD")
    assert SmallPlant(one).rows(query(measures=(agg("stddev", "temperature_c"),))) == [
        {"stddev_temperature_c": None}
    ]


def test_searched_text_has_no_wildcards(plant):
    def count(text):
        asked = query(
            "alarm_events", measures=(agg("count"),), filters=(where("message", "contains", text),)
        )
        return plant.rows(asked)[0]["row_count"]

    assert count("SEAL") == 40
    assert count("100%") == 20
    assert count("d_1") == 20
    assert count("l_k") == 0
