"""A ratio over a group is the ratio of its sums, never a mean of ratios."""

import pytest

from core.semantic.query import Transform
from tests.semantic.queries import agg, by, metric, query
from tests.semantic.small_plant import SmallPlant
from tests.soundness.frames import close, good, oee

pytestmark = pytest.mark.soundness


@pytest.fixture(scope="module")
def plant():
    return SmallPlant()


@pytest.mark.parametrize("grain", ["day", "week"])
def test_a_ratio_rolls_up_by_its_sums(plant, grain):
    rows = plant.rows(query(measures=(metric("oee"),), dimensions=(by(grain),)))
    starts = plant.readings.event_date.dt.to_period(
        "D" if grain == "day" else "W-SUN"
    ).dt.start_time
    expected = {k.date(): oee(f) for k, f in plant.readings.groupby(starts)}
    assert {r[grain]: r["oee"] for r in rows} == {k: close(v) for k, v in expected.items()}


def test_a_moving_ratio_pools_its_parts(plant):
    asked = query(
        measures=(
            metric("scrap_rate", transform=Transform.MOVING, window=3),
            agg("avg", "power_kw", transform=Transform.MOVING, window=3),
            agg("sum", "scrap_units", transform=Transform.MOVING, window=3),
            metric("scrap_rate", transform=Transform.RUNNING),
        ),
        dimensions=(by("day"),),
    )
    daily = plant.readings.groupby("event_date")[["scrap_units", "good_units"]].sum()
    three = daily.rolling(3, min_periods=1).sum()
    ratio = three.scrap_units / (three.scrap_units + three.good_units)
    fine = good(plant.readings).groupby("event_date").power_kw
    power = (
        fine.sum().rolling(3, min_periods=1).sum() / fine.count().rolling(3, min_periods=1).sum()
    )
    mean = daily.scrap_units.rolling(3, min_periods=1).mean()
    whole = daily.cumsum()
    running = whole.scrap_units / (whole.scrap_units + whole.good_units)
    for row, *expected in zip(plant.rows(asked), ratio, power, mean, running, strict=True):
        assert list(row.values())[1:] == [close(v) for v in expected]
