"""The demo plant through the StarRocks engine: the same answers as from DuckDB's own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from core.errors import ConfigError
from core.services import Services
from core.settings import Settings
from tests.execution.wire_server import WireServer, serving

QUESTIONS = (
    ("admin", "Which pumps vibrated most last week?"),
    ("viewer", "scrap rate by shift last month"),
    ("engineer", "energy in June vs May"),
    ("engineer", "top 3 downtime reasons per plant in June"),
    ("viewer", "how many alarms other than low priority last week"),
    ("admin", "MTTR by asset class Q2 vs Q1"),
    ("viewer", "OEE in Hamburg"),
)


def _url(server: WireServer, user: str) -> str:
    address = server.address(user)
    password = quote(address.password, safe="")
    return f"starrocks://{user}:{password}@{address.host}:{address.port}/{address.database}"


@pytest.fixture(scope="module")
def server(demo_plant: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WireServer]:
    # A link of its own: DuckDB opens a file once a process.
    path = tmp_path_factory.mktemp("wire") / "plant.duckdb"
    path.write_bytes(demo_plant.read_bytes())
    with serving(path) as running:
        yield running


def test_the_same_answers(
    server: WireServer, demo_plant: Path, plant_folder: Callable[[Path], Path], tmp_path: Path
) -> None:
    wired = Services.open(
        Settings(data_dir=plant_folder(tmp_path / "wired"), store_url=_url(server, "reader"))
    )
    embedded = Services.open(
        Settings(data_dir=plant_folder(tmp_path / "own"), store_url=f"duckdb:///{demo_plant}")
    )
    try:
        for name, question in QUESTIONS:
            user = wired.policy.user(name)
            one, other = wired.answer(question, user), embedded.answer(question, user)
            assert (one.status, one.empty) == (other.status, other.empty), question
            assert (one.headline, one.sql, one.quality) == (
                other.headline, other.sql, other.quality,
            )  # fmt: skip
            if one.result is not None and other.result is not None:
                for mine, theirs in zip(
                    one.result.table.columns, other.result.table.columns, strict=True
                ):
                    assert mine.to_pylist() == pytest.approx(theirs.to_pylist()), question
        report = wired.inspect_sql("SELECT SUM(energy_kwh) AS e FROM plant_obt", user)
        assert report.cost is not None
        assert report.cost.estimate is not None
        assert report.cost.estimate.rows > 1_000_000
    finally:
        wired.close()
        embedded.close()


def test_an_account_that_may_write_stops_the_start(server: WireServer, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="may do more than read"):
        Services.open(Settings(data_dir=tmp_path, store_url=_url(server, "writer")))


def test_a_server_that_is_gone_is_told(tmp_path: Path) -> None:
    from core.errors import GembaError

    with pytest.raises(GembaError, match="cannot be reached") as caught:
        Services.open(
            Settings(data_dir=tmp_path, store_url="starrocks://reader:hush-9@127.0.0.1:9/plant")
        )
    assert "hush-9" not in str(caught.value)
