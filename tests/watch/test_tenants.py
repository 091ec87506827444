"""Each tenant is watched by its own thresholds, on its own plants, and sees nothing of another."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.alerting.lifecycle import Event
from core.alerting.outages import Wanted
from core.alerting.reading import Filter
from core.alerting.step import Committed, Step
from core.alerting.store import AlertStore
from core.alerting.store import Outbox as Put
from core.assistant.parts import ModelParts
from core.delivery.outbox import Outbox
from core.errors import ConfigError, Unavailable, UserFixable
from core.governance.policy import POLICY_FILE, load_policy
from core.settings import Settings
from core.thresholds.record import Scope
from core.thresholds.store import ThresholdStore
from core.types import User
from core.watch.lease import Lease
from core.watch.telling import Plans, Teller, times_of
from core.watch.watch import Options, Source, Watch
from core.watching import Watching
from tests.watch.small import ANN, Row, Store, at, model, publish_as, threshold

NORTH = replace(ANN, name="nora", tenant="north", plants=("HAM",))
SOUTH = replace(ANN, name="sami", tenant="south", plants=("HAM", "AUS"))
TENANTS = {"north": frozenset({"HAM"}), "south": frozenset({"HAM", "AUS"})}
PLAN = """
people:
  {name}: {{name: {name}, email: {name}@plant.example}}
default: [{name}]
routes:
  - steps:
      - {{who: [default], by: [email]}}
"""


class Both:
    """Two tenants on one folder and one store of rows; Hamburg is of both."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, Store()
        self.alerts, self.thresholds = AlertStore(folder), ThresholdStore(folder)
        self.outbox = Outbox(folder)
        for name in ("north", "south"):
            (folder / f"delivery.{name}.yaml").write_text(PLAN.format(name=name), "utf-8")
        teller = Teller(
            Plans(folder, times_of(model()), tuple(TENANTS)),
            model,
            ("email",),
            lambda *_: "",
            lambda: at(20),
        )
        source = Source(model(), self.store.fetch)
        self.watch = Watch(
            folder, lambda: source, self.alerts, self.thresholds, tenants=TENANTS,
            options=Options(30.0), outbox=(teller,),
        )  # fmt: skip
        publish_as(NORTH, self.thresholds, [threshold(high=5.0)])
        compressors = Scope((("asset_class", "compressor"),))
        wanted = [threshold(high=8.0), threshold(high=8.0, scope=compressors)]
        publish_as(SOUTH, self.thresholds, wanted)

    def goes(self, first: int, last: int, shake: float) -> None:
        assets = ("PMP-01", "CMP-01")
        self.store.add(
            [(at(s), a, 20.0, shake, "GOOD") for s in range(first, last) for a in assets]
        )
        self.run = self.watch.run_once()

    def seen(self, user: User) -> list[tuple[str, str]]:
        found = self.alerts.reading.alerts(user, Filter()).alerts
        return sorted((one.tenant, one.asset) for one in found)

    def close(self) -> None:
        self.watch.close()
        self.alerts.close()
        self.thresholds.close()
        self.outbox.close()


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    found = Both(tmp_path)
    yield found
    found.close()


def test_each_by_its_own_thresholds_on_its_own_plants(both: Both) -> None:
    both.goes(0, 10, 6.0)
    assert both.seen(NORTH) == [("north", "PMP-01")]
    assert both.seen(SOUTH) == []
    both.goes(10, 12, 9.0)
    assert both.seen(NORTH) == [("north", "PMP-01")]
    assert both.seen(SOUTH) == [("south", "CMP-01"), ("south", "PMP-01")]
    assert both.alerts.watermarks("north", "plant") == {"HAM": at(12)}
    assert set(both.alerts.watermarks("south", "plant")) == {"HAM", "AUS"}
    assert both.run.raised == 2


def test_nothing_of_another_tenant_is_seen_or_touched(both: Both) -> None:
    both.goes(0, 10, 9.0)
    (mine,) = both.alerts.reading.alerts(NORTH, Filter()).alerts
    assert both.alerts.reading.alert(mine.id, SOUTH) is None
    assert both.alerts.reading.story(mine.id, SOUTH) == ()
    for event in (Event.ACKNOWLEDGE, Event.SHELVE):
        with pytest.raises(UserFixable, match="no such alert"):
            both.alerts.act(mine.id, event, SOUTH, reason="r", until=dt.datetime(2100, 1, 1),
                            now=dt.datetime(2099, 12, 31, 20))  # fmt: skip
    long = dt.datetime(2000, 1, 1)
    assert {a.alert.tenant for a in both.alerts.reading.activations(SOUTH, long, at(99))} == {
        "south"
    }


def test_what_is_out_of_service_for_one_is_watched_for_the_other(both: Both) -> None:
    both.goes(0, 10, 4.0)
    both.alerts.outages.put(Wanted("plant", "HAM", "PMP-01", "r"), NORTH, now=at(10))
    both.goes(10, 12, 9.0)
    assert both.seen(NORTH) == []
    assert ("south", "PMP-01") in both.seen(SOUTH)
    assert both.alerts.outages.in_force(SOUTH, "plant") == ()


def test_people_of_one_are_told_of_nothing_of_the_other(both: Both) -> None:
    both.goes(0, 10, 6.0)
    assert [one.to for one in both.outbox.page("waiting", NORTH)] == ["north@plant.example"]
    assert both.outbox.page("waiting", SOUTH) == ()
    both.goes(10, 12, 9.0)
    assert {one.to for one in both.outbox.page("waiting", SOUTH)} == {"south@plant.example"}
    assert len(both.outbox.page("waiting", NORTH)) == 1


def test_each_has_a_lease_and_a_record_of_its_own(both: Both) -> None:
    other = Lease(both.watch._engine, "watch:plant:north", holder="elsewhere:1:x")
    assert other.take() == ""
    both.goes(0, 10, 9.0)
    assert both.seen(NORTH) == []
    assert len(both.seen(SOUTH)) == 2
    assert not both.run.is_elsewhere
    other.give_back()
    both.watch.run_once()
    assert both.seen(NORTH) == [("north", "PMP-01")]
    runs = both.watch.runs
    assert [run.raised for run in runs.newest("plant", tenant="north")] == [1]
    assert [run.raised for run in runs.newest("plant", tenant="south")] == [0, 2]
    assert runs.newest("plant") == ()


def test_what_fails_for_one_goes_on_for_the_other(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = both.alerts.commit

    def full(step: Step, outbox: Iterable[Put] = ()) -> Committed:
        if step.tenant == "north":
            raise Unavailable("no space")
        return commit(step, outbox)

    monkeypatch.setattr(both.alerts, "commit", full)
    both.goes(0, 10, 9.0)
    assert both.run.error == "no space"
    assert len(both.seen(SOUTH)) == 2


# -- where tenants come from -------------------------------------------------------------------


def policy_of(folder: Path, *accounts: str) -> Path:
    roles = POLICY_FILE.read_text("utf-8").partition("\naccounts:")[0]
    file = folder / "policy.yaml"
    file.write_text(roles + "\naccounts:\n" + "\n".join(f"  {one}" for one in accounts), "utf-8")
    return file


def test_tenants_are_those_of_the_accounts(tmp_path: Path) -> None:
    one = load_policy(policy_of(tmp_path, "a: {role: admin, plants: [HAM]}"))
    assert one.tenants() == {"default": None}
    two = load_policy(
        policy_of(
            tmp_path, "a: {role: admin, plants: [HAM]}",
            "b: {role: admin, plants: [AUS], tenant: south}",
            "c: {role: viewer, plants: [HPH], tenant: south}",
        )
    )  # fmt: skip
    assert two.tenants() == {"default": frozenset({"HAM"}), "south": frozenset({"AUS", "HPH"})}
    assert (two.user("a").tenant, two.user("c").tenant) == ("default", "south")


@pytest.mark.parametrize("name", ["../x", "South", "'a b'", "''", "x" * 65])
def test_a_tenants_name_is_part_of_a_files(tmp_path: Path, name: str) -> None:
    file = policy_of(tmp_path, f"a: {{role: admin, plants: [HAM], tenant: {name}}}")
    with pytest.raises(ConfigError, match="no name of a tenant"):
        load_policy(file)


def test_the_app_watches_those_of_its_policy(tmp_path: Path) -> None:
    def none(_name: str | None) -> ModelParts:
        raise AssertionError

    made = Watching(Settings(data_dir=tmp_path), none, TENANTS)
    assert made.watch._tenants == TENANTS
    made.close()


def test_a_file_of_before_gets_the_column(tmp_path: Path) -> None:
    store = Store()
    with sqlite3.connect(tmp_path / "gemba.db") as file:
        file.execute(
            "CREATE TABLE watch_runs (number INTEGER PRIMARY KEY, model VARCHAR(64) NOT NULL, "
            "started_at DATETIME, seconds FLOAT, began DATETIME, until DATETIME, steps INTEGER, "
            "raised INTEGER, returned INTEGER, late INTEGER, holder VARCHAR, error TEXT, "
            "notes TEXT, is_behind BOOLEAN, is_over BOOLEAN)"
        )
        file.execute(
            "INSERT INTO watch_runs VALUES (1, 'plant', '2026-06-01 00:00:00.000000', 1, NULL, "
            "NULL, 1, 2, 3, 4, 'h', '', '[]', 0, 1)"
        )
    file.close()
    alerts, thresholds = AlertStore(tmp_path), ThresholdStore(tmp_path)
    watch = Watch(tmp_path, lambda: Source(model(), store.fetch), alerts, thresholds)
    (run,) = watch.runs.newest("plant")
    assert (run.tenant, run.raised) == ("default", 2)
    rows: list[Row] = [(at(0), "PMP-01", 20.0, 4.0, "GOOD")]
    store.add(rows)
    assert watch.run_once().error == ""
    watch.close()
    alerts.close()
    thresholds.close()
