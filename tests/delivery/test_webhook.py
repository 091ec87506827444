"""Webhooks and Teams against real web servers: each fault has one plain outcome."""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.delivery.channels import open_channels
from core.delivery.message import ChannelName, Notice
from core.delivery.outbox import Outbox
from core.delivery.outcome import Channel, Outcome
from core.delivery.post import outcome_of
from core.delivery.sender import Sender
from core.delivery.signing import SignatureRefused, sign, verify
from core.delivery.teams import body_of
from core.errors import Unavailable
from core.settings import Settings
from tests.delivery.certificates import Certificates
from tests.delivery.receivers import (
    Answering,
    Receiver,
    closed_port,
    cut_body,
    cut_off,
    dripping,
    endless,
    hang_up,
    serving,
    silent,
    status,
)
from tests.delivery.told import ADMIN, Clock, alert, message

SIGNING_KEY = "a key of enough letters"
TIMEOUT_S = 0.3


def channel_to(
    receiver: Receiver,
    name: ChannelName = "webhook",
    clock: Clock | None = None,
    ca: str = "",
    timeout_s: float = TIMEOUT_S,
) -> Channel:
    named = f"scada={receiver.url()}"
    settings = Settings(
        webhooks=named, teams=named, webhook_key=SIGNING_KEY, webhook_hosts=receiver.host,
        delivery_timeout_s=timeout_s, webhook_ca=ca,
    )  # fmt: skip
    return open_channels(settings, clock or Clock())[name]


def outcome(channel: Channel, name: ChannelName = "webhook") -> Outcome:
    """As the sender sees it: a call that is out of time is one to try later."""
    try:
        return channel.send(message(channel=name, to="scada"))
    except Unavailable as error:
        return Outcome("later", str(error), is_down=True)


def test_a_call_is_signed_and_says_what_happened() -> None:
    clock = Clock()
    with serving() as receiver:
        assert outcome(channel_to(receiver, clock=clock)).verdict == "sent"
    (call,) = receiver.calls
    verify(call.body, call.headers, [SIGNING_KEY], clock().replace(tzinfo=dt.UTC).timestamp())
    told = json.loads(call.body)
    assert call.path == "/hooks/secret-token"
    assert call.headers["Gemba-Message"] == told["key"] == "k1"
    assert (told["version"], told["kind"], told["plant"]) == (1, "raised", "HAM")
    (alert,) = told["alerts"]
    assert (alert["asset"], alert["value"], alert["limit"]) == ("HAM-PMP-03", 7.25, 4.5)
    assert alert["raised_at"] == "2026-03-10T08:00:00Z"
    assert "7.25 mm/s" in told["text"].replace("\u00a0", " ")


def test_each_try_sends_the_same_body_with_a_time_of_its_own() -> None:
    clock = Clock()
    with serving() as receiver:
        channel = channel_to(receiver, clock=clock)
        outcome(channel)
        clock.on(600)
        outcome(channel)
    first, second = receiver.calls
    assert first.body == second.body
    assert int(second.headers["Gemba-Timestamp"]) - int(first.headers["Gemba-Timestamp"]) == 600


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        (status(200), "sent", ""),
        (status(202), "sent", ""),
        (status(204), "sent", ""),
        (status(302, Location="http://localhost/"), "never", "302 Found: it points elsewhere"),
        (status(308, Location="http://localhost/"), "never", "308"),
        (status(400), "never", "400 Bad Request"),
        (status(401), "never", "401"),
        (status(404), "never", "404 Not Found"),
        (status(410), "never", "410"),
        (status(408), "later", "408"),
        (status(429), "later", "429 Too Many Requests"),
        (status(500), "later", "500 Internal Server Error"),
        (status(503), "later", "503"),
        (status(599), "later", "599"),
        (endless, "sent", ""),
        (cut_body, "sent", ""),
        (cut_off, "later", "before its answer was complete"),
        (hang_up, "later", "before its answer was complete"),
    ],
)
def test_each_answer_has_its_outcome(answer: Answering, verdict: str, said: str) -> None:
    with serving(answer) as receiver:
        found = outcome(channel_to(receiver))
    assert found.verdict == verdict
    assert said in found.why
    assert len(receiver.calls) == 1, "a redirect is not followed, nothing is tried twice"


@pytest.mark.parametrize("kind", [silent, dripping])
def test_a_slow_receiver_is_left_at_the_deadline(kind: Callable[[Receiver], Answering]) -> None:
    with serving() as receiver:
        receiver.answers = [kind(receiver)]
        began = time.monotonic()
        found = outcome(channel_to(receiver))
    assert time.monotonic() - began < TIMEOUT_S + 2
    assert (found.verdict, found.is_down) == ("later", True)
    assert "did not answer in 0.3 s" in found.why


def test_an_answer_without_an_end_is_not_read_to_its_end() -> None:
    with serving(endless) as receiver:
        began = time.monotonic()
        assert outcome(channel_to(receiver, timeout_s=60)).verdict == "sent"
    assert time.monotonic() - began < 20


def test_a_receiver_that_is_not_there_is_tried_later() -> None:
    with serving() as receiver:
        pass
    receiver.port = closed_port()
    found = outcome(channel_to(receiver))
    assert (found.verdict, found.is_down) == ("later", True)
    assert "cannot be reached" in found.why


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("Tue, 10 Mar 2026 08:05:00 GMT", 300),
        ("Tue, 10 Mar 2026 07:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_read(text: str, seconds: float | None) -> None:
    with serving(status(429, Retry_After=text)) as receiver:
        assert outcome(channel_to(receiver)).retry_after_s == seconds


def test_every_status_has_an_outcome() -> None:
    for code in range(100, 600):
        found = outcome_of(code)
        assert (found.verdict == "sent") == (200 <= code < 300)
        assert (found.verdict == "never") == (300 <= code < 500 and code not in (408, 429))


def test_a_certificate_is_checked(certs: Certificates) -> None:
    with serving(tls=certs.context) as receiver:
        found = outcome(channel_to(receiver))
        assert found.verdict == "later"
        assert "certificate is not trusted" in found.why
        assert not receiver.calls
        assert outcome(channel_to(receiver, ca=str(certs.ca))).verdict == "sent"


def test_a_webhook_that_the_settings_do_not_name_is_not_called() -> None:
    with serving() as receiver:
        found = channel_to(receiver).send(message(channel="webhook", to="other"))
    assert found.verdict == "never"
    assert "'other'" in found.why
    assert not receiver.calls


@pytest.mark.parametrize("name", ["webhook", "teams"])
def test_neither_url_nor_key_is_told_anywhere(
    name: ChannelName, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    outbox, clock = Outbox(tmp_path), Clock()
    with serving(status(500), status(302, Location="/x"), hang_up, status(404)) as receiver:
        channel = channel_to(receiver, name, clock)
        sender = Sender(outbox, {name: channel}, clock=clock, chance=lambda: 0.0)
        seen = [repr(channel)]
        for key in ("a", "b", "c", "d"):
            outbox.put(message(key, channel=name, to="scada"), clock())
            sender.send_due()
    for kind in ("waiting", "dead"):
        seen += [repr(kept) for kept in outbox.page(kind, ADMIN)]
    seen += [record.getMessage() for record in caplog.records]
    seen.append((tmp_path / "gemba.db").read_bytes().decode("latin-1"))
    assert len(receiver.calls) >= 3
    for text in seen:
        assert "secret-token" not in text
        assert SIGNING_KEY not in text


# -- Teams --------------------------------------------------------------------------------------


def test_teams_gets_a_card_of_which_plant_data_is_no_markup() -> None:
    with serving(status(202)) as receiver:
        told = message(channel="teams", to="scada", asset="[click](http://evil) *bold*")
        assert channel_to(receiver, "teams").send(told).verdict == "sent"
    content = json.loads(receiver.calls[0].body)
    assert content["type"] == "message"
    (attachment,) = content["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}
    assert card["body"][0]["inlines"][0]["color"] == "attention"
    (action,) = card["actions"]
    assert (action["type"], action["url"]) == (
        "Action.OpenUrl", "https://gemba.plant.example/a1",
    )  # fmt: skip
    assert "Gemba-Signature" not in receiver.calls[0].headers


def test_teams_hides_an_error_in_its_text() -> None:
    text = b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP "
    with serving(status(200, text + b"error 429 with ContextId x")) as receiver:
        assert outcome(channel_to(receiver, "teams"), "teams").verdict == "later"
    with serving(status(200, text + b"error 413 with ContextId x")) as receiver:
        assert outcome(channel_to(receiver, "teams"), "teams").verdict == "never"
    with serving(status(200, b"1")) as receiver:
        assert outcome(channel_to(receiver, "teams"), "teams").verdict == "sent"


def test_a_long_summary_stays_below_what_teams_takes() -> None:
    alerts = tuple(
        alert(f"a{n}", asset="Bơm nước làm mát số " * 30, place="x" * 900) for n in range(500)
    )
    told = message(channel="teams", to="scada")
    notice = Notice("summary", alerts, "Asia/Ho_Chi_Minh", settled=3)
    for language in ("en", "de", "vi"):
        body = body_of(replace(told, notice=notice, language=language))
        assert len(body) < 28_000, language


# -- signatures ---------------------------------------------------------------------------------


def signed() -> tuple[bytes, dict[str, str]]:
    body = b'{"a": 1}'
    return body, sign(body, 1_000_000, SIGNING_KEY)


def test_a_signature_holds_in_any_spelling_of_its_headers_and_with_either_key() -> None:
    body, headers = signed()
    verify(body, headers, [SIGNING_KEY], 1_000_000)
    verify(body, {name.lower(): value for name, value in headers.items()}, [SIGNING_KEY], 999_700)
    verify(body, headers, ["the next key of them", SIGNING_KEY], 1_000_300)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"body": b'{"a": 2}'}, "not signed with a key"),
        ({"keys": ["another key of letters"]}, "not signed with a key"),
        ({"keys": []}, "not signed with a key"),
        ({"keys": [""]}, "not signed with a key"),
        ({"now": 1_000_301}, "more than 300 s"),
        ({"now": 999_699}, "more than 300 s"),
        ({"now": float("nan")}, "more than 300 s"),
        ({"Gemba-Timestamp": "1000001"}, "not signed with a key"),
        ({"Gemba-Timestamp": "٣"}, "no Gemba-Timestamp"),
        ({"Gemba-Timestamp": ""}, "no Gemba-Timestamp"),
        ({"Gemba-Signature": ""}, "no Gemba-Signature"),
        ({"Gemba-Signature": "v1="}, "not signed with a key"),
        ({"Gemba-Signature": "v1=\ud800"}, "not signed with a key"),
        ({"Gemba-Signature": "v0=00"}, "no Gemba-Signature"),
    ],
)
def test_what_is_not_signed_now_by_a_key_is_refused(change: dict[str, object], reason: str) -> None:
    body, headers = signed()
    given: dict[str, object] = {"body": body, "keys": [SIGNING_KEY], "now": 1_000_000.0}
    for name, value in change.items():
        target = given if name in given else headers
        target[name] = value
    with pytest.raises(SignatureRefused, match=reason):
        verify(given["body"], headers, given["keys"], given["now"])
