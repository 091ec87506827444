"""The demo plant, built once for all tests of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from data.demo.plant import DemoSummary, build

Ask = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture(scope="session")
def summary(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return build(tmp_path_factory.mktemp("demo") / "plant.duckdb")


@pytest.fixture(scope="session")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return build(tmp_path_factory.mktemp("demo-3") / "plant.duckdb", days=3)


@pytest.fixture(scope="session")
def rows(summary: DemoSummary) -> Iterator[Ask]:
    with duckdb.connect(str(summary.path), read_only=True) as connection:
        yield lambda query: connection.execute(query).fetchall()


@pytest.fixture(scope="session")
def one(rows: Ask) -> Callable[[str], object]:
    return lambda query: rows(query)[0][0]


def fingerprint(path: Path, since: str) -> list[tuple[object, ...]]:
    """Count and order-free hash of each table's rows from a day on."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found: list[tuple[object, ...]] = []
        for table in ("plant_obt", "alarm_events", "work_orders"):
            found += connection.execute(
                f"SELECT '{table}', count(*), sum(hash(t)::HUGEINT) FROM {table} AS t "
                f"WHERE event_date >= DATE '{since}'"
            ).fetchall()
    return found
