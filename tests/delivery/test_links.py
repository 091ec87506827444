"""The app's public address: checked at the start, and no link without it."""

from __future__ import annotations

import json

import pytest

from core.delivery.links import Links, links_of
from core.delivery.message import Notice
from core.delivery.teams import body_of as card_of
from core.delivery.webhook import body_of as call_of
from core.delivery.wording import said
from core.errors import SettingsError
from core.settings import load_settings
from tests.delivery.told import alert, message


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("", ""),
        ("  ", ""),
        ("https://gemba.plant.example", "https://gemba.plant.example"),
        ("https://gemba.plant.example/", "https://gemba.plant.example"),
        ("http://10.2.0.7:8501", "http://10.2.0.7:8501"),
        ("https://plant.example/tools/gemba/", "https://plant.example/tools/gemba"),
        ("http://[fd00::7]:8501/", "http://[fd00::7]:8501"),
    ],
)
def test_what_is_an_address(address: str, base: str) -> None:
    assert links_of(address) == Links(base)


@pytest.mark.parametrize(
    "address",
    [
        "gemba.plant.example", "ftp://gemba.plant.example", "javascript:alert(1)", "https://",
        "https://user:secret@gemba.plant.example", "https://gemba.plant.example?x=1",
        "https://gemba.plant.example/#a", "https://gemba.plant.example/?", "http://a b/",
        "https://gemba.plant.example/\r\nBcc: all@plant.example", 'https://x/"><script>', "//x",
        "https://gemba.plant.example:port",
    ],
)  # fmt: skip
def test_what_is_none_stops_the_start_without_its_secret(address: str) -> None:
    with pytest.raises(SettingsError, match="GEMBA_PUBLIC_URL") as found:
        links_of(address)
    assert "secret" not in str(found.value)


def test_a_link_leads_to_the_alert_or_to_the_list() -> None:
    links = links_of("https://plant.example/gemba/")
    assert links.alert("a1") == "https://plant.example/gemba/alerts?alert=a1"
    assert links.alert("") == "https://plant.example/gemba/alerts"
    assert links.alert("a&b=c") == "https://plant.example/gemba/alerts?alert=a%26b%3Dc"
    assert Links().alert("a1") == Links().alert("") == ""


def test_without_an_address_no_channel_shows_a_link() -> None:
    bare = Notice("raised", (alert(),), link=Links().alert("a1"))
    told = said(bare, "de")
    assert (told.link, told.link_label) == ("", "")
    assert "http" not in told.text
    one = message("k")
    without = type(one)(one.key, one.channel, one.to, bare)
    assert json.loads(call_of(without))["link"] == ""
    assert "actions" not in json.loads(card_of(without))["attachments"][0]["content"]


def test_it_is_a_setting() -> None:
    found = load_settings({"GEMBA_PUBLIC_URL": "https://gemba.plant.example"})
    assert found.public_url == "https://gemba.plant.example"
