"""The sample sales are the same each time, and tell what STORIES.md says."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from data.building import DemoBuildError
from data.retail import shop, stories
from data.retail.schema import COLUMNS
from tests.retail.conftest import Ask

LATE = "order_date >= DATE '2026-01-01'"


def one(rows: Ask, query: str) -> float:
    value = rows(query)[0][0]
    assert isinstance(value, int | float)
    return float(value)


def test_there_are_two_years_of_three_retailers(rows: Ask) -> None:
    assert rows(
        "SELECT min(order_date), max(order_date), count(DISTINCT tenant_id), "
        "count(DISTINCT store_id) FROM analytics_obt"
    ) == [(date(2024, 7, 1), date(2026, 6, 30), 3, 20)]
    assert 300_000 < one(rows, "SELECT count(*) FROM analytics_obt") < 400_000


def test_amounts_are_one_another(rows: Ask) -> None:
    odd = rows(
        "SELECT count(*) FROM analytics_obt WHERE abs(gross_eur - discount_eur - revenue_eur) > "
        "0.006 OR abs(revenue_eur - cost_eur - margin_eur) > 0.006 OR returned_quantity > quantity "
        "OR (returned_quantity > 0) <> (return_reason IS NOT NULL) "
        "OR (returned_on IS NULL) <> (return_reason IS NULL) OR returned_on <= order_date"
    )
    assert odd == [(0,)]


def test_a_store_opens_late(rows: Ask) -> None:
    first = rows("SELECT min(order_date) FROM analytics_obt WHERE city = 'Munich'")
    assert first == [(date(2025, 3, 3),)]


@pytest.mark.parametrize("year", [2024, 2025])
def test_december_is_the_highest_month(rows: Ask, year: int) -> None:
    found = rows(
        "SELECT month(order_date) FROM analytics_obt "
        f"WHERE order_date BETWEEN DATE '{year}-07-01' AND DATE '{year}-12-31' "
        "GROUP BY 1 ORDER BY sum(revenue_eur) DESC LIMIT 1"
    )
    assert found == [(12,)]


def test_a_recalled_product_comes_back_and_is_not_sold_any_more(rows: Ask) -> None:
    of_it = f"FROM analytics_obt WHERE product_code = '{stories.RECALLED}'"
    rate = f"SELECT sum(returned_quantity) / sum(quantity) {of_it} AND {LATE}"
    assert one(rows, rate) > 0.4
    assert one(rows, rate.replace(">=", "<")) < 0.08
    assert rows(f"SELECT max(order_date) {of_it}") == [(stories.RECALL_DAY,)]


def test_one_agent_gives_the_margin_away(rows: Ask) -> None:
    found = rows(
        "SELECT agent_name, sum(discount_eur) / sum(gross_eur) AS d FROM analytics_obt "
        f"WHERE {LATE} AND agent_id IS NOT NULL GROUP BY 1 ORDER BY d DESC LIMIT 2"
    )
    (first, most), (_, next_most) = found
    assert first == stories.GENEROUS
    assert isinstance(most, float)
    assert isinstance(next_most, float)
    assert most > 3 * next_most


def test_a_retailers_day_without_tills(rows: Ask) -> None:
    of_day = f"FROM analytics_obt WHERE order_date = DATE '{stories.OUTAGE_DAY}'"
    found = rows(f"SELECT DISTINCT tenant_id {of_day} ORDER BY 1")
    assert found == [("CAS",), ("NOR",)]


def test_a_supplier_gets_dearer(rows: Ask) -> None:
    margin = (
        "SELECT sum(margin_eur) / sum(revenue_eur) FROM analytics_obt "
        "WHERE category = 'Footwear' AND promotion_name IS NULL AND order_date"
    )
    assert one(rows, f"{margin} < DATE '2026-03-01'") - one(
        rows, f"{margin} >= DATE '2026-03-01'"
    ) == pytest.approx(0.072, abs=0.02)


def test_a_few_days_are_those_of_the_whole(tmp_path: Path, sample_sales: Path) -> None:
    """The same rows, however many days are kept, and built twice they are the same."""
    summary = shop.build(tmp_path / "days.duckdb", days=3)
    assert shop.is_current(summary.path, days=3)
    assert not shop.is_current(summary.path)
    names = ", ".join(name for name, _ in COLUMNS)
    sql = f"SELECT count(*), sum(hash({names})::HUGEINT) FROM analytics_obt "
    with duckdb.connect(str(summary.path), read_only=True) as kept:
        few = kept.execute(sql).fetchone()
    with duckdb.connect(str(sample_sales), read_only=True) as whole:
        late = whole.execute(sql + "WHERE order_date >= DATE '2026-06-28'").fetchone()
    assert few == late
    assert few is not None
    assert few[0] == summary.rows


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "sales").mkdir()
    with pytest.raises(DemoBuildError, match="is a folder"):
        shop.build(tmp_path / "sales", days=1)
    with pytest.raises(ValueError, match="at least 1 day"):
        shop.build(tmp_path / "x.duckdb", days=0)
