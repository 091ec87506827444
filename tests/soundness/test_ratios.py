"""One figure over another: each summed over all rows of the group, in its own table."""

from __future__ import annotations

import pytest

from core.errors import UserFixable
from core.semantic.columns import describe
from core.semantic.compile import compile_query
from core.semantic.query import Comparison, Having, Op, Transform
from core.semantic.units import PERCENT
from tests.semantic.queries import JUNE, MAY, agg, by, metric, query, where
from tests.semantic.small_model import MODEL
from tests.semantic.small_plant import SmallPlant
from tests.soundness.frames import close

pytestmark = pytest.mark.soundness


@pytest.fixture(scope="module")
def plant():
    return SmallPlant()


def only(row, *keys):
    """The figure of a row, which has these keys beside it."""
    (name,) = set(row) - set(keys)
    return row[name]


def test_a_ratio_is_of_the_sums_of_the_group(plant):
    ratio = agg("sum", "scrap_units", over=agg("sum", "good_units"))
    rows = plant.rows(query(measures=(ratio,), dimensions=(by("asset_id"),)))
    sums = plant.readings.groupby("asset_id")[["scrap_units", "good_units"]].sum()
    expected = sums.scrap_units / sums.good_units
    assert {r["asset_id"]: only(r, "asset_id") for r in rows} == {
        k: close(v) for k, v in expected.items()
    }


def test_both_figures_are_under_the_conditions_of_the_question(plant):
    ratio = agg("sum", "scrap_units", over=agg("sum", "good_units"))
    (row,) = plant.rows(
        query(measures=(ratio,), filters=(where("plant_id", "=", "HAM"),), time=JUNE)
    )
    there = plant.readings[
        (plant.readings.plant_id == "HAM") & (plant.readings.event_date >= "2026-06-01")
    ]
    assert only(row) == close(there.scrap_units.sum() / there.good_units.sum())


def test_figures_of_two_tables_are_summed_before_they_are_divided(plant):
    ratio = agg("sum", "down_min", over=agg("count", table="alarm_events"))
    rows = plant.rows(query(measures=(ratio,), dimensions=(by("plant_id"),)))
    down = plant.readings.groupby("plant_id").down_min.sum()
    count = plant.alarms.groupby("plant_id").size()
    found = {r["plant_id"]: only(r, "plant_id") for r in rows}
    assert count.index.size
    for name, number in count.items():
        assert found[name] == close(down[name] / number)


def test_over_nothing_there_is_no_figure(plant):
    nothing = agg("count", where=(where("asset_id", "=", "no such"),))
    (row,) = plant.rows(query(measures=(agg("sum", "energy_kwh", over=nothing),)))
    assert only(row) is None


def test_an_hour_is_sixty_minutes(plant):
    minutes = agg("sum", "energy_kwh", over=agg("sum", "run_min"))
    hours = agg("sum", "energy_kwh", over=agg("sum", "run_min", unit="h"))
    (row,) = plant.rows(query(measures=(minutes,)))
    (other,) = plant.rows(query(measures=(hours,)))
    assert only(other) == close(only(row) * 60)


def test_a_ratio_is_compared_and_limited_like_any_figure(plant):
    ratio = agg("sum", "scrap_units", over=agg("sum", "good_units"))
    rows = plant.rows(
        query(
            measures=(ratio,),
            dimensions=(by("plant_id"),),
            time=JUNE,
            comparison=Comparison("window", MAY),
            having=(Having(0, Op.GT, (0.0,)),),
        )
    )
    for row in rows:
        now, before, change = list(row.values())[1:4]
        assert change == close(now - before)


@pytest.mark.parametrize(
    "measure",
    [
        agg("avg", "vibration_mm_s", over=agg("sum", "good_units")),
        agg("sum", "energy_kwh", over=agg("avg", "vibration_mm_s")),
        metric("oee", over=agg("sum", "good_units")),
        agg("sum", "energy_kwh", over=agg("sum", "good_units"), transform=Transform.SHARE),
        agg("sum", "energy_kwh", over=agg("sum", "good_units"), transform=Transform.RUNNING),
    ],
)
def test_what_does_not_add_up_is_in_no_ratio(measure):
    with pytest.raises(UserFixable):
        compile_query(query(measures=(measure,), dimensions=(by("day"),)), MODEL)


@pytest.mark.parametrize(
    ("measure", "label", "unit", "display"),
    [
        (
            agg("sum", "down_min", over=agg("sum", "run_min"), unit=PERCENT),
            "as a share of",
            None,
            "percent",
        ),
        (
            agg("sum", "energy_kwh", over=agg("sum", "run_min", unit="h")),
            " per h of ",
            "kW.h/h",
            "",
        ),
        (agg("count", over=agg("sum", "good_units")), " per ", None, "number"),
    ],
)
def test_it_says_what_it_is(measure, label, unit, display):
    column = describe(query(measures=(measure,)), MODEL)[-1]
    assert label in column.label
    assert column.unit == unit
    assert column.display == (display or "number")
    assert not column.additive
