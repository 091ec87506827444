"""The tab of deliveries over the real services, with messages that a sender left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.delivery.message import Message, Notice, ToldAlert, message_key
from core.delivery.outbox import Outbox
from core.services import Services
from tests.alert_desk.feed import alerts, fill
from tests.delivery.told import START
from tests.ui.test_alerts import told
from tests.ui.test_boards import opened, said

PUMP = alerts()[0]
WHY = "550 no such user ben@plant.example"


def message(name: str, to: str = "ben@plant.example") -> Message:
    """About the pump of Hamburg."""
    about = ToldAlert(PUMP.id, "warning", "PMP-03", "Vibration", PUMP.raised_at, kind="high",
                      value=6.61, limit=5.1, unit="mm/s")  # fmt: skip
    channel = "email" if "@" in to else "webhook"
    notice = Notice("raised", (about,), "Europe/Berlin")
    return Message(message_key(name), channel, to, notice, plant="HAM")


def put(folder: Path, outbox: Outbox) -> None:
    """Alerts; one message put aside, one sent, one that waits."""
    fill(folder)
    for name, to in (("dead", "ben@plant.example"), ("sent", "scada"), ("waits", "scada")):
        assert outbox.put(message(name, to), START)
    dead, sent = outbox.claim(START, 60, most=2)
    outbox.dead(dead, START, WHY)
    outbox.sent(sent, START)


@pytest.fixture
def fed(services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    put(services.settings.state_dir, services.watching.outbox)
    desk = replace(services.deliveries, channels=("email", "webhook"))
    monkeypatch.setattr(services, "deliveries", desk)
    return services


def looked(name: str = "engineer") -> AppTest:
    app = opened(name, "alerts")
    app.session_state["alerts.tab"] = "Deliveries"
    app.run()
    assert not app.exception, app.exception
    return app


def test_nothing_is_sent_by_default_and_that_is_said(services: Services) -> None:
    fill(services.settings.state_dir)
    text = said(looked())
    assert "Nothing is sent" in text
    assert "No channel is set up, so alerts stand on this page" in text


def test_what_was_put_aside_comes_first_with_its_reason(fed: Services) -> None:
    app = looked()
    text = said(app)
    assert "E-mail \u2002**ben@plant.example**" in text
    assert WHY in text
    assert "HAM · put in at 10 Mar 2026, 09:00 · 1 try · put aside at 10 Mar 2026, 09:00" in text
    stages = app.segmented_control(key="deliveries.stage")
    assert stages.value == "dead"
    assert stages.options == ["Put aside (1)", "Waiting (1)", "Sent", "Let be"]
    stages.set_value("sent").run()
    assert "Webhook \u2002**scada**" in said(app)
    assert WHY not in said(app)


def test_send_again_and_let_be(fed: Services) -> None:
    app = looked()
    (dead,) = fed.deliveries.overview(fed.policy.user("engineer"), "dead").messages
    app.button(key=f"delivery.again.{dead.number}").click().run()
    assert "No message was put aside." in said(app)
    app.segmented_control(key="deliveries.stage").set_value("pending").run()
    assert "ben@plant.example" in said(app)
    outbox = fed.watching.outbox
    (claim,) = [c for c in outbox.claim(START.replace(year=2030), 60, most=5)
                if c.number == dead.number]  # fmt: skip
    outbox.dead(claim, START, WHY)
    app.segmented_control(key="deliveries.stage").set_value("dead").run()
    app.button(key=f"delivery.let.{dead.number}").click().run()
    app.segmented_control(key="deliveries.stage").set_value("left").run()
    assert WHY in said(app)
    assert not [b for b in app.button if str(b.key).startswith("delivery.again")]


def test_somebody_else_was_quicker(fed: Services) -> None:
    app = looked()
    (dead,) = fed.deliveries.overview(fed.policy.user("admin"), "dead").messages
    fed.deliveries.let_be(dead.number, fed.policy.user("admin"))
    app.button(key=f"delivery.again.{dead.number}").click().run()
    assert "somebody else was here first" in told(app)


def test_who_only_looks_sees_nothing_of_another_plant(fed: Services) -> None:
    text = said(looked("viewer"))
    assert "plant.example" not in text
    assert "No message" in text


def test_to_the_alerts_story(fed: Services) -> None:
    app = looked()
    (dead,) = fed.deliveries.overview(fed.policy.user("engineer"), "dead").messages
    app.button(key=f"delivery.open.{dead.number}").click().run()
    assert "What happened" in said(app)


def test_trouble_with_the_plan_is_said(fed: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = replace(fed.deliveries, trouble=lambda _tenant: "delivery.yaml:3: no such role")
    monkeypatch.setattr(fed, "deliveries", desk)
    assert "delivery.yaml:3: no such role" in told(looked())
