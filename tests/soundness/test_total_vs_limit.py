"""Totals are over all groups, whatever a limit shows."""

import pytest

from core.semantic.query import Order, Transform
from tests.semantic.queries import agg, by, query
from tests.semantic.small_plant import SmallPlant
from tests.soundness.frames import close

pytestmark = pytest.mark.soundness


@pytest.fixture(scope="module")
def plant():
    return SmallPlant()


def test_a_share_is_of_all_groups_whatever_is_shown(plant):
    asked = query(
        measures=(agg("sum", "energy_kwh", transform=Transform.SHARE),),
        dimensions=(by("asset_id"),),
        order=(Order("measure"),),
        limit=2,
    )
    energy = plant.readings.groupby("asset_id").energy_kwh.sum().sort_values(ascending=False)
    rows = plant.rows(asked)
    assert [r["sum_energy_kwh_share"] for r in rows] == [
        close(v) for v in (energy / energy.sum()).head(2)
    ]


def test_a_limit_holds_within_each_group(plant):
    asked = query(
        measures=(agg("sum", "energy_kwh"),),
        dimensions=(by("plant_id"), by("asset_id")),
        order=(Order("measure"),),
        limit=1,
        per_group=True,
    )
    energy = plant.readings.groupby(["plant_id", "asset_id"]).energy_kwh.sum()
    best = energy.groupby("plant_id").idxmax()
    assert [(r["plant_id"], r["asset_id"]) for r in plant.rows(asked)] == list(best)
