"""The steel works' real records: skipped where the file is not there (docs/steel.md)."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from core.ingest import import_files
from core.semantic.load import load_model

ROOT = Path(__file__).resolve().parents[2]
PLACES = [os.environ.get("STEEL_CSV", ""), ROOT.parent / "shared" / "data" / "steel_energy.csv"]


@pytest.fixture(scope="module")
def steel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    source = next((Path(place) for place in PLACES if place and Path(place).is_file()), None)
    if source is None:
        pytest.skip("needs the steel works' records: name the file with STEEL_CSV (docs/steel.md)")
    store = tmp_path_factory.mktemp("steel") / "steel.duckdb"
    report = import_files([source], load_model(ROOT / "data" / "models" / "steel.yaml"), store)
    assert (report.rows, report.missing, report.repeated, report.empty_cells) == (35_040, 0, 0, {})
    with duckdb.connect(str(store), read_only=True) as con:
        yield con


def test_every_day_is_whole(steel: duckdb.DuckDBPyConnection) -> None:
    days = "SELECT event_date, count(*) AS n FROM steel_energy GROUP BY 1"
    found = steel.execute(f"SELECT count(*), min(n), max(n) FROM ({days})").fetchone()
    assert found == (365, 96, 96)
    odd = "SELECT count(*) FROM steel_energy WHERE CAST(event_ts AS DATE) <> event_date"
    assert steel.execute(odd).fetchone() == (0,)


def test_what_the_file_says_of_a_row_agrees_with_its_time(steel: duckdb.DuckDBPyConnection) -> None:
    """Weekday and weekend in the file follow from the date, the midnight row's too."""
    sql = (
        "SELECT count(*) FROM steel_energy WHERE (isodow(event_date) > 5) <> (day_type = 'Weekend')"
    )
    assert steel.execute(sql).fetchone() == (0,)


def test_the_power_factor_is_of_lagging_energy(steel: duckdb.DuckDBPyConnection) -> None:
    """The file's own factors follow P / sqrt(P^2 + Q^2), as the model's metric does."""
    sql = (
        "SELECT max(abs(lagging_power_factor_pct - 100 * energy_kwh / "
        "sqrt(energy_kwh ** 2 + lagging_reactive_kvarh ** 2))) FROM steel_energy "
        "WHERE energy_kwh > 0"
    )
    found = steel.execute(sql).fetchone()
    assert found is not None
    assert found[0] < 0.2
