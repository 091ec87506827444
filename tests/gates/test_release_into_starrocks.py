"""Released rows reach StarRocks by Stream Load, once, also when the way there was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.errors import Unavailable, UserFixable
from core.gatekeeping import DataDesk, open_gates
from core.gates import Gates
from core.governance.policy import load_policy
from core.semantic.model import SemanticModel
from core.settings import Settings
from core.streaming.sinks import StarRocksSink
from tests.gates.small import row, rows, small_model
from tests.starrocks.cluster import PASSWORD, USER, Cluster, running_cluster

ADMIN = load_policy().user("admin")
WRONG = row(0, heat=500.0)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited between attempts, in seconds; nobody waits for it."""
    waited: list[float] = []
    sink = partial(StarRocksSink, pause=waited.append)
    monkeypatch.setattr("core.streaming.sinks.StarRocksSink", sink)
    return waited


@pytest.fixture
def cluster(pauses: list[float]) -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture
def model(tmp_path: Path) -> SemanticModel:
    return small_model(tmp_path)


@pytest.fixture
def settings(cluster: Cluster, tmp_path: Path) -> Settings:
    said = PASSWORD.replace(" ", "%20").replace("ü", "%C3%BC").replace(":", "%3A")
    place = cluster.front_url.removeprefix("http://")
    return Settings(
        data_dir=tmp_path, model="works", store_url="starrocks://reader:x@127.0.0.1:9030/works",
        stream_load_url=f"http://{USER}:{said}@{place}/gemba_store#{cluster.back_address}",
    )  # fmt: skip


@pytest.fixture
def gates(settings: Settings) -> Iterator[Gates]:
    opened = open_gates(settings, load_policy(), lambda *_, **__: None)
    yield opened
    opened.batches.close()


def held(gates: Gates, model: SemanticModel, label: str = "one", mode: Any = "append") -> str:
    report = gates.admit(
        rows(model, WRONG), model, "readings", label=label, source="stream", mode=mode
    )
    assert not report.passed
    return gates.batches.held("works")[0].id


def test_a_release_loads_the_rows_once(
    gates: Gates, model: SemanticModel, cluster: Cluster
) -> None:
    batch = held(gates, model)
    gates.release(batch, model, ADMIN, "the sensor was changed")
    assert sum(cluster.stored("readings").values()) == 4
    (headers,) = cluster.loads
    assert (headers["label"], headers["strict_mode"]) == (f"gate_{batch}_0", "true")
    with pytest.raises(UserFixable, match="not held back any more"):
        gates.release(batch, model, ADMIN, "again")
    assert sum(cluster.stored("readings").values()) == 4


@pytest.mark.parametrize("mishap", ["lost_after", "publish_timeout", "lost_amid"])
def test_a_mishap_on_the_way_costs_no_row_and_doubles_none(
    gates: Gates, model: SemanticModel, cluster: Cluster, pauses: list[float], mishap: str
) -> None:
    cluster.plan = [mishap]
    gates.release(held(gates, model), model, ADMIN, "the sensor was changed")
    assert sum(cluster.stored("readings").values()) == 4
    assert pauses == ([] if mishap == "publish_timeout" else [1.0])


def test_a_load_that_is_still_at_work_is_waited_for(
    gates: Gates, model: SemanticModel, cluster: Cluster
) -> None:
    batch = held(gates, model)
    cluster.plan = ["running"]
    with pytest.raises(Unavailable, match="still running"):
        gates.release(batch, model, ADMIN, "the sensor was changed")
    assert [one.id for one in gates.batches.held("works")] == [batch]
    gates.release(batch, model, ADMIN, "the sensor was changed")
    assert sum(cluster.stored("readings").values()) == 4


def test_what_is_loaded_and_not_written_down_is_not_loaded_again(
    gates: Gates, model: SemanticModel, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = held(gates, model)

    def killed(*_: Any) -> None:
        raise Unavailable("killed")

    with monkeypatch.context() as patch:
        patch.setattr(gates.batches, "decide", killed)
        with pytest.raises(Unavailable, match="killed"):
            gates.release(batch, model, ADMIN, "the sensor was changed")
    gates.release(batch, model, ADMIN, "the sensor was changed")
    assert sum(cluster.stored("readings").values()) == 4


def test_rows_that_starrocks_refuses_stay_held_back(
    gates: Gates, model: SemanticModel, cluster: Cluster
) -> None:
    batch = held(gates, model)
    cluster.plan = ["bad_rows"]
    with pytest.raises(Unavailable, match="StarRocks has not taken the batch"):
        gates.release(batch, model, ADMIN, "the sensor was changed")
    assert [one.id for one in gates.batches.held("works")] == [batch]
    assert not cluster.rows


@pytest.mark.parametrize("mode", ["replace", "merge"])
def test_rows_of_files_are_not_put_beside_those_of_a_server(
    gates: Gates, model: SemanticModel, cluster: Cluster, mode: str
) -> None:
    with pytest.raises(UserFixable, match="came by files, and the store is a server"):
        gates.release(held(gates, model, mode=mode), model, ADMIN, "the sensor was changed")
    assert not cluster.rows


def test_without_an_account_that_may_write_nothing_is_loaded(
    settings: Settings, gates: Gates, model: SemanticModel
) -> None:
    batch = held(gates, model)
    bare = open_gates(replace(settings, stream_load_url=""), load_policy(), lambda *_, **__: None)
    with pytest.raises(UserFixable, match="GEMBA_STREAM_LOAD_URL"):
        bare.release(batch, model, ADMIN, "the sensor was changed")
    bare.batches.close()


def test_checking_now_is_for_files(settings: Settings, gates: Gates, model: SemanticModel) -> None:
    class Parts:
        pass

    parts: Any = Parts()
    parts.model = model
    desk = DataDesk(gates, settings, load_policy(), lambda *_: parts)
    with pytest.raises(UserFixable, match="The store is a server"):
        desk.check_now(ADMIN, "readings", "works")


def test_all_rows_come_in_parts_with_labels_of_their_own(
    gates: Gates, model: SemanticModel, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.gatekeeping._ROWS_A_LOAD", 3)
    batch = held(gates, model)
    with duckdb.connect(str(gates.batches.file(batch)), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM readings").fetchall() == [(4,)]
    cluster.plan = ["ok", "bad_rows"]
    with pytest.raises(Unavailable):
        gates.release(batch, model, ADMIN, "the sensor was changed")
    gates.release(batch, model, ADMIN, "the sensor was changed")
    assert sum(cluster.stored("readings").values()) == 4
    assert set(cluster.labels) == {f"gate_{batch}_0", f"gate_{batch}_1"}
