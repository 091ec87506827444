"""The example's plan, real servers: an alert in Hamburg at night, until somebody acknowledges."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

from core.delivery.channels import open_sender
from core.delivery.escalation import Standing
from core.delivery.outbox import Outbox
from core.delivery.plan import tell
from core.delivery.plan_file import load_plan
from core.delivery.roster import PlantTimes
from core.settings import Settings
from tests.delivery.receivers import mail_serving, serving, status
from tests.delivery.test_plan import Told
from tests.delivery.told import ADMIN, Clock
from tests.scaffold.tree import ROOT

HOURS = {"Early": (360, 840), "Late": (840, 1320), "Night": (1320, 360)}
TIMES = {"HAM": PlantTimes("Europe/Berlin", HOURS), "HPH": PlantTimes("Asia/Ho_Chi_Minh", HOURS)}
#: Between Wednesday and Thursday, 01:00 on the wall.
NIGHT = dt.datetime(2026, 6, 10, 23)


def test_an_alert_reaches_who_is_on_duty_then_the_lead_then_the_desk(tmp_path: Path) -> None:
    plan = load_plan(ROOT / "data" / "delivery.example.yaml", TIMES)
    clock, outbox = Clock(NIGHT), Outbox(tmp_path)
    critical = Standing("a1", "critical", "HAM", NIGHT)
    warning = Standing("a2", "warning", "HAM", NIGHT)
    with serving(status(202)) as receiver, mail_serving() as box:
        box.replies["RCPT"] = "451 not now"
        settings = Settings(
            smtp_host="localhost", smtp_port=box.port, smtp_security="plain",
            smtp_sender="gemba@plant.example", webhooks=f"scada={receiver.url('/scada')}",
            webhook_key="a key of enough letters", teams=f"hamburg={receiver.url('/room')}",
            webhook_hosts=receiver.host,
        )  # fmt: skip
        sender = open_sender(settings, outbox, clock)
        for minute in range(6 * 60):
            clock.now = NIGHT + dt.timedelta(minutes=minute)
            if minute == 5:
                box.replies.clear()
            if minute == 50:
                critical = replace(critical, is_acknowledged=True)
            found = tell(
                plan, (critical, warning), TIMES, Told(), clock(), ("email", "webhook", "teams")
            )
            assert found.notes == ()
            for message in found.messages:
                assert outbox.put(message, clock())
            told = dict(found.told)
            if "a1" in told:
                critical = replace(critical, told={**critical.told, told["a1"]: clock()})
            if "a2" in told:
                warning = replace(warning, told={**warning.told, told["a2"]: clock()})
            sender.send_due()
    mails = [(envelope[1][0], mail["Subject"]) for envelope, mail in
             zip(box.envelopes, box.mails, strict=True)]  # fmt: skip
    assert [to for to, _ in mails] == [
        "ben.krueger@plant.example",  # the night shift, after the mail server came back
        "maintenance.lead@plant.example",  # 15 min later
        "control.room@plant.example",  # 30 min after that
        "anna.vogt@plant.example",  # the early shift gets what was held back
    ]
    assert "Ruhezeiten" in mails[-1][1]
    assert [call.path for call in receiver.calls] == ["/scada", "/room"]
    assert json.loads(receiver.calls[0].body)["kind"] == "raised"
    assert outbox.counts(ADMIN) == {"waiting": 0, "sending": 0, "sent": 6, "dead": 0, "left": 0}
