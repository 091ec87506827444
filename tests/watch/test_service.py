"""The watch beside the answers, and its command: what it finds, what it says when it fails."""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.__main__ import main
from core.alerting.alert import Alert
from core.alerting.reading import Filter
from core.alerting.tables import utc_now
from core.commands.watch import run_watch
from core.errors import Unavailable
from core.services import Services
from core.settings import Settings
from core.types import User
from tests.alert_desk import feed
from tests.delivery.receivers import closed_port

ADMIN = User("admin", "admin", ("HAM", "AUS", "HPH"))


@pytest.fixture
def folder(tmp_path: Path, demo_plant: Path, begun_state: Path) -> Path:
    (tmp_path / "demo").mkdir()
    shutil.copy2(demo_plant, tmp_path / "demo" / "plant.duckdb")
    shutil.copytree(begun_state, tmp_path / "state")
    return tmp_path


@pytest.fixture
def services(folder: Path) -> Iterator[Services]:
    found = Services.open(Settings(data_dir=folder, watch_days=2.0, watch_seconds=0.2))
    yield found
    found.close()


def run(services: Services, *words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    for flag in ("--once", "--json", "--install-starter"):
        parser.add_argument(flag, action="store_true")
    parser.set_defaults(user=None)
    out = io.StringIO()
    return run_watch(parser.parse_args(["--once", *words]), services, out), out.getvalue()


def test_the_command_says_what_it_did(services: Services) -> None:
    status, text = run(services)
    assert (status, "nothing is new" in text) == (0, True)
    assert services.watching.publish_starter(ADMIN, dt.datetime(2026, 1, 1))
    status, text = run(services, "--json")
    found = json.loads(text)
    assert status == 0
    assert found["steps"] > 600
    assert found["raised"] == sum(one["count"] for one in found["alerts_raised"])
    assert {"asset", "measure", "raised_at", "state", "limit"} <= found["alerts_raised"][0].keys()
    status, text = run(services, "--json")
    assert (json.loads(text)["steps"], json.loads(text)["alerts_raised"]) == (0, [])


def test_starter_sets_are_put_in_force_once(services: Services) -> None:
    _status, text = run(services, "--install-starter")
    assert text.startswith("28 thresholds")
    _status, text = run(services, "--install-starter")
    assert text.startswith("0 thresholds")


def test_it_looks_by_itself_and_is_well(services: Services) -> None:
    services.watching.publish_starter(ADMIN, dt.datetime(2026, 1, 1))
    services.watching.start()
    until = time.monotonic() + 30
    while not (newest := services.watch.newest) or not newest.is_over or not newest.steps:
        assert time.monotonic() < until
        if newest and newest.is_over and not newest.steps:
            break
        time.sleep(0.05)
    assert services.watching.alert_store.reading.alerts(ADMIN, Filter()).total > 0
    assert services.status()["watch_ok"]


def test_a_watch_that_fails_says_so_and_the_app_goes_on(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise Unavailable("the state folder is full")

    monkeypatch.setattr(services.watch, "run_once", away)
    services.watching.start()
    until = time.monotonic() + 20
    while services.status()["watch_ok"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    found = services.status()
    assert found["ok"]
    assert found["watch_state"] == "the state folder is full"


PLAN = """
people:
  anna: {name: Anna, email: anna@plant.example}
default: [anna]
routes:
  - steps:
      - {who: [default], by: [email]}
"""


@pytest.fixture
def told(folder: Path) -> Iterator[Services]:
    """Alerts that a watch left, a plan, and a mail server that is not there."""
    feed.fill(folder / "state")
    (folder / "delivery.yaml").write_text(PLAN, "utf-8")
    settings = Settings(
        data_dir=folder, watch_seconds=600.0, smtp_host="localhost", smtp_port=closed_port(),
        smtp_security="plain", smtp_sender="gemba@plant.example", watch_days=0.1,
    )  # fmt: skip
    found = Services.open(settings)
    yield found
    found.close()


def shelved(services: Services, seconds: float) -> Alert:
    """The compressor's alert, which stands, put on the shelf."""
    alert = services.alerts.alert(feed.alerts()[3].id, ADMIN)
    assert alert is not None
    until = utc_now() + dt.timedelta(seconds=seconds)
    return services.alerts.shelve(alert, ADMIN, until, "fitter comes")


def about(services: Services, alert: Alert) -> int:
    """Messages about it."""
    found = services.watching.outbox.page(("waiting", "sending", "dead"), ADMIN, size=200)
    notices = [one.notice for one in found if one.notice is not None]
    return sum(alert.id == told.alert_id for notice in notices for told in notice.alerts)


def test_who_takes_an_alert_back_has_people_told_at_once(told: Services) -> None:
    alert = shelved(told, 3_600)
    assert about(told, alert) == 0
    told.alerts.unshelve(alert, ADMIN)
    assert about(told, alert) == 1


def test_the_end_of_a_shelf_is_told_within_seconds(
    told: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.watching._SEND_S", 0.2)
    tell, has_told = told.watching.tell, threading.Event()

    def telling() -> None:
        tell()
        has_told.set()

    monkeypatch.setattr(told.watching, "tell", telling)
    told.watching.start()
    assert has_told.wait(20)  # what comes once a minute has been, and does not come again here
    alert = shelved(told, 1.0)
    until = time.monotonic() + 20
    while not about(told, alert):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_the_demo_plant_begins_with_thresholds(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(folder))
    monkeypatch.setattr("data.demo.plant.is_current", lambda *_args, **_more: True)
    assert main(["demo", "--model", "plant"]) == 0
    assert "28 thresholds are in force" in capsys.readouterr().out
    assert main(["demo", "--model", "plant"]) == 0
    assert "in force" not in capsys.readouterr().out
