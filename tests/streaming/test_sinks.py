"""Where batches go: each once, whatever happens to the answers; nothing without its columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from core.errors import ConfigError, Unavailable
from core.settings import Settings
from core.streaming.batch import Batch
from core.streaming.sinks import DuckDBSink, Sink, StarRocksSink, open_sink
from tests.starrocks.cluster import PASSWORD, USER, Cluster, running_cluster
from tests.streaming.small import small_model

_ROW = {"site": "N", "machine": "M1", "ts": "2026-06-30 10:00:00", "day": "2026-06-30", "speed": 1}


def batch(label: str = "one", **other: object) -> Batch:
    return Batch(label, "minutes", ({**_ROW, **other},), "minute_values", ({"node": "n"},))


def test_a_label_is_loaded_once(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    sink = DuckDBSink(store, small_model(tmp_path).tables)
    sink.deliver([batch()])
    sink.deliver([batch(), batch("two")])
    sink.deliver([batch(), batch("two")])
    with closing(duckdb.connect(str(store), read_only=True)) as connection:
        assert connection.execute("SELECT count(*) FROM minutes").fetchone() == (2,)
        assert connection.execute("SELECT count(*) FROM minute_values").fetchone() == (2,)
        found = connection.execute("SELECT ts, day, temperature, speed FROM minutes").fetchone()
    assert [str(v) for v in found or ()] == ["2026-06-30 10:00:00", "2026-06-30", "None", "1.0"]


def test_a_table_of_another_shape_takes_nothing(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    with closing(duckdb.connect(str(store))) as connection:
        connection.execute("CREATE TABLE minutes (site VARCHAR)")
    sink = DuckDBSink(store, small_model(tmp_path).tables)
    with pytest.raises(Unavailable, match=r"takes no rows of 'minutes'.*They are kept"):
        sink.deliver([batch()])


def _sink(cluster: Cluster, pauses: list[float]) -> StarRocksSink:
    host = cluster.front_url.removeprefix("http://")
    login = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
    place = f"http://{login}@{host}/gemba#{cluster.back_address}"
    return StarRocksSink(place, pause=pauses.append)


@pytest.fixture
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    with running_cluster(plan=getattr(request, "param", [])) as made:
        yield made


@pytest.mark.parametrize("cluster", [["lost_after", "ok", "ok"]], indirect=True)
def test_stream_load_takes_a_label_once_though_its_answer_was_lost(
    cluster: Cluster,
) -> None:
    pauses: list[float] = []
    with closing(_sink(cluster, pauses)) as sink:
        sink.deliver([batch()])
        sink.deliver([batch()])
    assert sum(cluster.stored("minutes").values()) == 1
    assert sum(cluster.stored("minute_values").values()) == 1
    assert {"one", "one_readings"} == set(cluster.labels)
    assert pauses == [1.0]


@pytest.mark.parametrize("cluster", [["bad_rows"]], indirect=True)
def test_rows_that_starrocks_refuses_are_kept(cluster: Cluster) -> None:
    with closing(_sink(cluster, [])) as sink, pytest.raises(Unavailable, match="refused rows"):
        sink.deliver([batch()])


def test_which_sink(tmp_path: Path) -> None:
    model = small_model(tmp_path)
    assert isinstance(open_sink(Settings(data_dir=tmp_path), model), DuckDBSink)
    url = "starrocks://reader:pw@db:9030/gemba"
    with pytest.raises(ConfigError, match="set GEMBA_STREAM_LOAD_URL"):
        open_sink(Settings(store_url=url), model)
    for wrong in ("fe:8030/db", "http://fe:8030/db", "ftp://u:p@fe/db", "http://u:p@fe:8030"):
        with pytest.raises(ConfigError) as error:
            open_sink(Settings(store_url=url, stream_load_url=wrong), model)
        assert "u:p" not in str(error.value)
    sink: Sink = open_sink(Settings(store_url=url, stream_load_url="http://u:p@fe:8030/db"), model)
    sink.close()
