"""A batch that fails reaches the store only when somebody who may releases it, and then once."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.alerting.data_alerts import QUARANTINE, DataAlerts, is_of_data
from core.alerting.lifecycle import State
from core.alerting.store import AlertStore
from core.errors import Refused, Unavailable, UserFixable
from core.gates import Batches, Gates
from core.gates.quarantine import batch_id
from core.semantic.model import SemanticModel
from core.types import User
from tests.gates.small import row, rows, small_model

_ADMIN = User("ann", plants=("N", "S"), role="admin")
_VIEWER = User("bob", plants=("N", "S"), role="viewer")


@dataclass
class World:
    """Gates over a store, with the audit that they write."""

    folder: Path
    model: SemanticModel = field(init=False)
    audit: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.model = small_model(self.folder)
        self.store = self.folder / "works.duckdb"
        self.alerts = AlertStore(self.folder / "state")
        self.batches = Batches(self.folder / "state", self.folder / "quarantine")
        self.gates = Gates(
            self.batches,
            DataAlerts(self.alerts, {"default": None}, ("N", "S")),
            lambda event, **body: self.audit.append((event, body)),
            lambda _model: self.store,
            may=lambda user: user.role == "admin",
        )

    def admit(self, *given: dict[str, Any], label: str = "one", mode: Any = "append") -> bool:
        batch = rows(self.model, *given)
        report = self.gates.admit(
            batch, self.model, "readings", label=label, source="week.csv", mode=mode
        )
        return report.passed

    def held(self) -> list[str]:
        return [one.id for one in self.batches.held("works")]

    def stored(self) -> int:
        if not self.store.exists():
            return 0
        with closing(duckdb.connect(str(self.store), read_only=True)) as connection:
            found = connection.execute("SELECT count(*) FROM readings").fetchone()
        return int(found[0]) if found else 0

    def open_alerts(self) -> list[tuple[str, str, str, float | None]]:
        found = self.alerts.open_of("default", "works")
        return [(a.kind, a.plant, a.asset, a.value) for a in found if a.returned_at is None]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


_WRONG = row(0, heat=500.0)


def test_what_passes_is_written_down_and_left_to_its_loader(world: World) -> None:
    assert world.admit()
    (kept,) = world.batches.newest("works")
    assert (kept.state, kept.report.rows, kept.report.source) == ("passed", 4, "week.csv")
    assert not world.held()
    assert not world.open_alerts()
    assert not world.batches.folder.exists()


def test_what_fails_is_held_back_with_an_alert(world: World) -> None:
    assert not world.admit(_WRONG)
    assert world.held() == [batch_id("one")]
    assert world.stored() == 0
    assert world.open_alerts() == [(QUARANTINE, "N", "readings", 4.0)]
    (alert,) = world.alerts.open_of("default", "works")
    assert is_of_data(alert.pair)
    assert "Rows outside 0 … 100 °C: 1" in alert.note
    # the same batch again is the same batch
    assert not world.admit(_WRONG)
    assert len(world.batches.newest("works")) == 1


def test_batches_of_one_second_stand_in_the_order_they_came_in(world: World) -> None:
    came = [f"batch {number}" for number in range(8)]
    for label in came:
        world.admit(_WRONG, label=label)
    assert world.held() == [batch_id(label) for label in came]
    newest = [one.id for one in world.batches.newest("works", "readings")]
    assert newest == [batch_id(label) for label in reversed(came)]


def test_a_release_brings_it_in_once(world: World) -> None:
    world.admit(_WRONG)
    (batch,) = world.held()
    after = world.gates.release(batch, world.model, _ADMIN, "the sensor was changed")
    assert (after.state, after.decided_by, after.why) == (
        "released", "ann", "the sensor was changed",
    )  # fmt: skip
    assert world.stored() == 4
    assert world.open_alerts() == []
    ((event, body),) = world.audit
    assert event == "gate_release"
    assert (body["user"], body["rows"], body["failed"]) == ("ann", 4, ["range:heat"])
    assert not world.batches.file(batch).exists()
    with pytest.raises(UserFixable, match="not held back any more"):
        world.gates.release(batch, world.model, _ADMIN, "again")
    assert world.stored() == 4


def test_a_release_that_was_cut_off_is_not_loaded_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.admit(_WRONG)
    (batch,) = world.held()

    def killed(*_: Any) -> None:
        raise Unavailable("killed")

    with monkeypatch.context() as patch:
        patch.setattr(world.batches, "decide", killed)
        with pytest.raises(Unavailable):
            world.gates.release(batch, world.model, _ADMIN, "why")
    assert world.stored() == 4
    world.gates.release(batch, world.model, _ADMIN, "why")
    assert world.stored() == 4


def test_a_batch_in_the_place_of_the_table(world: World) -> None:
    world.admit(_WRONG, label="old")
    world.gates.release(world.held()[0], world.model, _ADMIN, "why")
    world.admit(row(0, heat=101.0), row(1), label="new", mode="replace")
    world.gates.release(world.held()[0], world.model, _ADMIN, "why")
    assert world.stored() == 4


def test_what_is_discarded_is_gone_and_its_report_stays(world: World) -> None:
    world.admit(_WRONG)
    world.admit(row(0, shift="x"), label="two")
    first, second = world.held()
    world.gates.discard(first, world.model, _ADMIN, "a test of the sensor")
    assert world.open_alerts()  # one is held back still
    world.gates.discard(second, world.model, _ADMIN, "the same")
    assert world.open_alerts() == []
    assert world.stored() == 0
    assert [one.state for one in world.batches.newest("works")] == ["discarded"] * 2
    assert not any(world.batches.folder.iterdir())


def test_who_may_not_decide_and_without_a_reason(world: World) -> None:
    world.admit(_WRONG)
    (batch,) = world.held()
    with pytest.raises(Refused, match="for administrators"):
        world.gates.release(batch, world.model, _VIEWER, "why")
    for act in (world.gates.release, world.gates.discard):
        with pytest.raises(UserFixable, match="Say why"):
            act(batch, world.model, _ADMIN, "  ")
    assert world.held() == [batch]
    assert not world.audit


def test_a_store_of_another_shape_leaves_it_held_back(world: World) -> None:
    world.admit(_WRONG)
    with closing(duckdb.connect(str(world.store))) as connection:
        connection.execute("CREATE TABLE readings (other INTEGER)")
    with pytest.raises(Unavailable, match="held back as before"):
        world.gates.release(world.held()[0], world.model, _ADMIN, "why")
    assert len(world.held()) == 1


def test_a_full_disk_holds_nothing_half_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Unavailable, match="Make room"):
        world.admit(_WRONG)
    assert not world.held()
    assert not list(world.batches.folder.iterdir())


def test_the_alert_can_be_acknowledged_and_comes_back(world: World) -> None:
    world.admit(_WRONG)
    (alert,) = world.alerts.open_of("default", "works")
    assert alert.state is State.UNACKNOWLEDGED
    world.gates.discard(world.held()[0], world.model, _ADMIN, "why")
    world.admit(row(1, heat=500.0), label="three")
    (again,) = world.alerts.open_of("default", "works")
    assert again.returned_at is None
