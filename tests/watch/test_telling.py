"""People are told of what stands: in the alert's own transaction, once a step, not of history."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.alerting.lifecycle import Event
from core.alerting.reading import Filter
from core.delivery.links import links_of
from core.delivery.message import ChannelName
from core.delivery.outbox import Kept, Outbox
from core.errors import Unavailable
from core.semantic.said import said
from core.translation import speaking
from core.watch.telling import Plans, Teller, times_of
from core.watch.watch import Options, Source, Watch
from tests.watch.small import ANN, Site, at, model, publish, threshold

EMAIL: tuple[ChannelName, ...] = ("email",)
PLAN = """
people:
  anna: {name: Anna, email: anna@plant.example, language: de}
  lead: {name: Lead, email: lead@plant.example}
default: [lead]
plants:
  HAM:
    default: [lead]
    duty:
      - {people: [anna]}
      - {people: [lead], role: supervisor}
routes:
  - steps:
      - {who: [duty], by: [email]}
      - {who: [supervisor], by: [email], wait_min: 15}
"""


class Told(Site):
    """A site with a plan and a mail channel; `now` is the time by which people are told."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.outbox, self.now = Outbox(folder), at(0)
        self.file = folder / "delivery.yaml"
        self.file.write_text(PLAN, "utf-8")
        self.plans = Plans(folder, times_of(model()))
        self.plan = self.plans.of("default")
        self.teller = Teller(
            self.plans, model, EMAIL, lambda *_: "Look at it.", lambda: self.now,
            links_of("https://gemba.plant.example"),
        )  # fmt: skip
        source = Source(model(), self.store.fetch)
        self.watch.close()
        self.watch = Watch(
            folder, lambda: source, self.alerts, self.thresholds, options=Options(30.0),
            outbox=(self.teller,),
        )  # fmt: skip

    def goes(self, first: int, last: int, shake: float) -> None:
        self.store.add([(at(s), "PMP-01", 20.0, shake, "GOOD") for s in range(first, last)])
        self.now = at(last)
        self.watch.run_once()

    def tick(self, minutes: float) -> None:
        self.now += dt.timedelta(minutes=minutes)
        self.alerts.end_shelves(self.now, outbox=(self.teller,))

    def messages(self) -> list[Kept]:
        return sorted(self.outbox.page("waiting", ANN), key=lambda one: one.number)

    def close(self) -> None:
        super().close()
        self.outbox.close()


@pytest.fixture
def told(tmp_path: Path) -> Told:
    found = Told(tmp_path)
    publish(found.thresholds, [threshold(severity="critical")])
    return found


def test_an_alert_and_its_message_are_kept_together(told: Told) -> None:
    told.goes(0, 5, 4.0)
    assert told.messages() == []
    told.goes(5, 6, 9.0)
    (message,) = told.messages()
    assert (message.to, message.plant) == ("anna@plant.example", "HAM")
    assert message.notice is not None
    (alert,) = message.notice.alerts
    assert (alert.asset, alert.value) == ("PMP-01", 9.0)
    assert message.notice.link == f"https://gemba.plant.example/alerts?alert={alert.alert_id}"
    with speaking("de"):
        said_so = said(model()).tables["plant_obt"].columns["vibration_mm_s"].label
    assert alert.measure == said_so
    assert (alert.place, alert.action) == ("HAM, Line 1", "Look at it.")
    told.close()


def test_steps_follow_without_anything_new_in_the_data(told: Told) -> None:
    told.goes(0, 6, 9.0)
    told.tick(1)
    assert len(told.messages()) == 1
    told.tick(15)
    told.tick(1)
    assert [one.to for one in told.messages()] == ["anna@plant.example", "lead@plant.example"]
    told.tick(600)
    assert len(told.messages()) == 2
    told.close()


def test_who_acknowledges_ends_the_chain(told: Told) -> None:
    told.goes(0, 6, 9.0)
    (alert,) = told.alerts.reading.alerts(ANN, Filter()).alerts
    told.alerts.act(alert.id, Event.ACKNOWLEDGE, ANN, outbox=(told.teller,))
    told.tick(60)
    assert len(told.messages()) == 1
    told.close()


def test_who_takes_it_back_from_the_shelf_has_people_told_in_the_same_act(told: Told) -> None:
    told.goes(0, 6, 9.0)
    (alert,) = told.alerts.reading.alerts(ANN, Filter()).alerts
    until = told.now + dt.timedelta(hours=2)
    told.alerts.act(
        alert.id, Event.SHELVE, ANN, reason="r", until=until, now=told.now, outbox=(told.teller,)
    )
    told.now += dt.timedelta(minutes=1)
    told.alerts.act(alert.id, Event.UNSHELVE, ANN, now=told.now, outbox=(told.teller,))
    first, again = told.messages()
    assert (first.to, again.to) == ("anna@plant.example", "anna@plant.example")
    assert again.notice is not None
    assert again.notice.kind == "again"
    told.close()


def test_what_is_over_by_then_is_told_to_nobody(told: Told) -> None:
    told.goes(0, 6, 9.0)
    (alert,) = told.alerts.reading.alerts(ANN, Filter()).alerts
    until = told.now + dt.timedelta(hours=2)
    told.alerts.act(alert.id, Event.SHELVE, ANN, reason="r", until=until, now=told.now)
    told.goes(6, 8, 3.0)
    told.alerts.act(alert.id, Event.UNSHELVE, ANN, now=told.now, outbox=(told.teller,))
    assert len(told.messages()) == 1
    told.close()


def test_of_history_only_what_stands_is_told(told: Told) -> None:
    told.store.add(
        [(at(s), "PMP-01", 20.0, 9.0 if s % 50 < 20 else 3.0, "GOOD") for s in range(515)]
    )
    told.now = at(515)
    run = told.watch.run_once()
    assert run.raised == 11
    assert len(told.messages()) == 1
    told.close()


def test_a_step_that_cannot_be_told_is_not_kept(told: Told) -> None:
    def broken(_connection: sa.Connection, _changes: object) -> None:
        raise Unavailable("no outbox")

    told.goes(0, 5, 4.0)
    source = Source(model(), told.store.fetch)
    watch = Watch(
        told.folder, lambda: source, told.alerts, told.thresholds, options=Options(30.0),
        outbox=(broken,),
    )  # fmt: skip
    told.store.add([(at(5), "PMP-01", 20.0, 9.0, "GOOD")])
    assert watch.run_once().error == "no outbox"
    assert told.alerts.reading.alerts(ANN, Filter()).total == 0
    assert told.alerts.watermark("default", "plant") == at(5)
    watch.close()
    told.watch.run_once()
    assert len(told.messages()) == 1
    told.close()


def test_a_plan_with_mistakes_leaves_the_one_before(told: Told) -> None:
    told.goes(0, 5, 4.0)
    told.file.write_text("people: 3\n", "utf-8")
    told.goes(5, 6, 9.0)
    assert told.plan.trouble
    assert len(told.messages()) == 1
    told.file.write_text(PLAN + "\n", "utf-8")
    told.plan.now()
    assert told.plan.trouble == ""
    told.close()
