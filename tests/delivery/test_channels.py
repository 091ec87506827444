"""The settings: nothing is sent by default, only listed hosts are called, what is wrong is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.delivery.channels import open_channels, open_sender, out_of_reach
from core.delivery.outbox import Outbox
from core.delivery.roster import Person, Roster
from core.errors import SettingsError
from core.settings import Settings
from tests.delivery.receivers import serving, status
from tests.delivery.told import Clock, message

KEY = "k" * 16
TOKEN = "t0ken-in-the-path"


def opened(**values: object) -> dict[str, object]:
    return dict(open_channels(Settings(**values), Clock()))


def test_nothing_is_sent_by_default() -> None:
    assert opened() == {}


def test_each_setting_opens_its_own_channel() -> None:
    hosts = {"webhook_hosts": "hooks.plant.example 10.0.0.5:8443"}
    assert set(opened(smtp_host="mail.plant.example", smtp_sender="g@plant.example")) == {"email"}
    assert set(opened(webhooks=f"a=https://10.0.0.5:8443/{TOKEN}", webhook_key=KEY, **hosts)) == {
        "webhook"
    }
    assert set(opened(teams=f"b=https://hooks.plant.example/{TOKEN}", **hosts)) == {"teams"}


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.plant.example/{}",
        "https://HOOKS.plant.example./{}",
        "https://hooks.plant.example:443/{}",
        "http://hooks.plant.example/{}",
        "https://10.0.0.5:8443/{}",
        "https://[fd00::1]:8443/{}",
        "https://münchen.example/{}",
    ],
)
def test_a_listed_host_may_be_called(url: str) -> None:
    hosts = "hooks.plant.example 10.0.0.5:8443 [fd00::1]:8443 münchen.example"
    assert opened(teams=f"a={url.format(TOKEN)}", webhook_hosts=hosts)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/{}",
        "https://hooks.plant.example.evil.example/{}",
        "https://sub.hooks.plant.example/{}",
        "https://hooks.plant.example:8443/{}",
        "https://hooks.plant.example@evil.example/{}",
        "https://hooks.plant.example:x@evil.example/{}",
        "https://evil.example#hooks.plant.example/{}",
        "https://hooks.plant.example/#{}",
        "https://evil.example\\@hooks.plant.example/{}",
        "https://10.0.0.5/{}",
        "ftp://hooks.plant.example/{}",
        "file:///etc/{}",
        "//hooks.plant.example/{}",
        "hooks.plant.example/{}",
        "https:///{}",
        "https://:443/{}",
        "https://hooks.plant.example:99999/{}",
        "https://hooks.plant.example:x/{}",
        "https://127.0.0.1/{}",
        "https://[::1]/{}",
        "",
    ],
)
def test_another_one_stops_the_start_without_telling_the_url(url: str) -> None:
    with pytest.raises(SettingsError, match="GEMBA_TEAMS") as caught:
        opened(teams=f"a={url.format(TOKEN)}", webhook_hosts="hooks.plant.example 10.0.0.5:8443")
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"webhooks": f"https://hooks/{TOKEN}"}, "GEMBA_WEBHOOKS is made of NAME=URL"),
        (
            {"webhooks": "a=https://h/x a=https://h/y", "webhook_hosts": "h"},
            "GEMBA_WEBHOOKS names 'a' twice",
        ),
        ({"webhooks": f"a=https://h/{TOKEN}", "webhook_hosts": "h"}, "GEMBA_WEBHOOK_KEY"),
        (
            {"webhooks": "a=https://h/", "webhook_hosts": "h", "webhook_key": "short-secret"},
            "GEMBA_WEBHOOK_KEY",
        ),
        ({"teams": "a=https://h/", "webhook_hosts": "https://h/"}, "GEMBA_WEBHOOK_HOSTS"),
        ({"teams": "a=https://h/", "webhook_hosts": "h *"}, "GEMBA_WEBHOOK_HOSTS"),
        (
            {"teams": "a=https://h/", "webhook_hosts": "h", "webhook_ca": "/none.pem"},
            "GEMBA_WEBHOOK_CA",
        ),
        ({"smtp_host": "mail"}, "GEMBA_SMTP_SENDER"),
        ({"smtp_host": "mail", "smtp_sender": "Gemba <g@plant.example>"}, "GEMBA_SMTP_SENDER"),
        (
            {"smtp_host": "mail", "smtp_sender": "g@plant.example", "smtp_user": "gemba"},
            "belong together",
        ),
        (
            {
                "smtp_host": "mail", "smtp_sender": "g@plant.example", "smtp_user": "gemba",
                "smtp_password": TOKEN, "smtp_security": "plain",
            },
            "would be sent for anyone to read",
        ),
        (
            {"smtp_host": "mail", "smtp_sender": "g@plant.example", "smtp_ca": "/none.pem"},
            "GEMBA_SMTP_CA",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(values: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        opened(**values)
    assert TOKEN not in str(caught.value)
    assert "short-secret" not in str(caught.value)


def test_secrets_are_not_in_what_settings_show() -> None:
    shown = repr(Settings(webhooks=TOKEN, webhook_key=TOKEN, teams=TOKEN, smtp_password=TOKEN))
    assert TOKEN not in shown


def test_what_a_roster_asks_for_and_the_settings_lack_is_said() -> None:
    people = [
        Person("anna", "Anna", {"email": "anna@plant.example"}),
        Person("room", "Room", {"teams": "ham"}),
        Person("scada", "SCADA", {"webhook": "scada"}),
    ]
    roster = Roster({person.id: person for person in people})
    values = Settings(teams="ham=https://h/ aus=https://h/", webhook_hosts="h")
    assert out_of_reach(roster, open_channels(values)) == (
        "Anna has an address for email, which is not set up.",
        "SCADA has an address for webhook, which is not set up.",
    )
    values = Settings(teams="aus=https://h/", webhook_hosts="h")
    assert "Room: the settings name no 'ham' for teams." in out_of_reach(
        roster, open_channels(values)
    )


def test_the_settings_say_how_often_it_is_tried(tmp_path: Path) -> None:
    clock = Clock()
    outbox = Outbox(tmp_path)
    with serving(status(500)) as receiver:
        values = Settings(
            teams=f"ham={receiver.url()}", webhook_hosts=receiver.host, delivery_attempts=2
        )
        sender = open_sender(values, outbox, clock)
        outbox.put(message(channel="teams", to="ham"), clock())
        assert sender.send_due().later == 1
        clock.on(3_600)
        assert sender.send_due().dead == 1
