"""Figures of several tables are those of each table alone."""

import pytest

from core.services import Services
from core.settings import Settings
from tests.semantic.queries import WEEK_2, by, metric, query
from tests.semantic.small_plant import SmallPlant
from tests.soundness.frames import close, within

pytestmark = pytest.mark.soundness


@pytest.fixture(scope="module")
def plant():
    return SmallPlant()


def test_tables_are_grouped_before_they_are_joined(plant):
    asked = query(
        measures=(metric("energy_kwh"), metric("alarm_count"), metric("orders")),
        dimensions=(by("asset_id"),),
    )
    energy = plant.readings.groupby("asset_id").energy_kwh.sum()
    alarm_count = plant.alarms.groupby("asset_id").size()
    orders = plant.orders.groupby("asset_id").size()
    rows = {r["asset_id"]: r for r in plant.rows(asked)}
    assert set(rows) == set(energy.index)
    for asset, row in rows.items():
        assert row["energy_kwh"] == close(energy[asset])
        assert row["alarm_count"] == alarm_count.get(asset, 0)
        assert row["orders"] == orders.get(asset, 0)


def test_a_group_that_one_table_lacks_is_kept(plant):
    only = plant.readings[plant.readings.asset_id == "PMP-05"]
    rows = SmallPlant(only).rows(
        query(measures=(metric("energy_kwh"), metric("alarm_count")), dimensions=(by("asset_id"),))
    )
    assert {r["asset_id"]: r["alarm_count"] for r in rows} == {
        "PMP-05": 0, "PMP-01": 20, "PMP-02": 20, "CMP-01": 20,
    }  # fmt: skip


def test_no_failure_gives_no_mtbf_and_not_infinity(plant):
    rows = plant.rows(query(measures=(metric("mtbf"),), dimensions=(by("asset_id"),)))
    found = {r["asset_id"]: r["mtbf"] for r in rows}
    hours = plant.readings.groupby("asset_id").run_min.sum() / 60
    failed = plant.orders[plant.orders.order_type == "corrective"].groupby("asset_id").size()
    assert found["PMP-05"] is None
    assert found["PMP-01"] == close(hours["PMP-01"] / failed["PMP-01"])


def test_a_window_holds_in_every_table(plant):
    rows = plant.rows(query(measures=(metric("energy_kwh"), metric("alarm_count")), time=WEEK_2))
    assert rows[0]["energy_kwh"] == close(within(plant.readings, WEEK_2).energy_kwh.sum())
    assert rows[0]["alarm_count"] == len(within(plant.alarms, WEEK_2))


@pytest.fixture
def services(plant_folder, tmp_path):
    opened = Services.open(Settings(data_dir=plant_folder(tmp_path / "plant")))
    yield opened
    opened.close()


def test_written_sql_whose_figure_a_join_repeats_says_so(services):
    joined = (
        "plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date "
        "WHERE r.event_date >= '2026-06-22'"
    )

    def doubts(sql):
        *_, answer = services.run_sql(sql, services.policy.user("admin"))
        assert answer.status == "answered", answer.message
        return [d for d in answer.doubts if "for every row of" in d]

    (said,) = doubts(f"SELECT SUM(r.down_min) AS d FROM {joined}")
    assert "SUM(r.down_min) takes each row of r once for every row of w" in said
    assert doubts(f"SELECT SUM(x.down_min) AS d FROM (SELECT r.down_min FROM {joined}) x")
    assert not doubts(f"SELECT COUNT(DISTINCT w.work_order_no) AS n FROM {joined}")
    assert not doubts(f"SELECT MAX(r.vibration_mm_s) AS n FROM {joined}")
