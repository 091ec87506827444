"""E-mail against a real SMTP server: encryption, sign-in, faults, and what a mail looks like."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.delivery.addresses import mail_address
from core.delivery.channels import open_channels
from core.delivery.mail import mail_of
from core.delivery.outbox import Outbox
from core.delivery.outcome import Channel, Outcome
from core.delivery.sender import Sender
from core.errors import Unavailable
from core.settings import Settings
from tests.delivery.certificates import Certificates
from tests.delivery.receivers import closed_port, mail_serving, talking
from tests.delivery.told import ADMIN, START, Clock, message

PASSWORD = "p4ss-w0rd of the plant"
TIMEOUT_S = 2.0
#: Texts that would end a line, or are more than one character of UTF-8.
TROUBLE = st.text(alphabet="aé\r\n\t\0\x0b\x85\u2028:<>@, ủ\u202e\U0001f600\ud800", max_size=40)


def channel_at(port: int, security: str = "plain", **others: object) -> Channel:
    values: dict[str, object] = {
        "smtp_host": "localhost", "smtp_port": port, "smtp_security": security,
        "smtp_sender": "gemba@plant.example", "delivery_timeout_s": TIMEOUT_S,
    }  # fmt: skip
    return open_channels(Settings(**{**values, **others}), Clock())["email"]


def outcome(channel: Channel, **others: str) -> Outcome:
    try:
        return channel.send(message(**others))
    except Unavailable as error:
        return Outcome("later", str(error), is_down=True)


def test_a_mail_arrives_in_both_forms_under_the_messages_own_id() -> None:
    with mail_serving() as box:
        assert outcome(channel_at(box.port)).verdict == "sent"
        assert outcome(channel_at(box.port)).verdict == "sent"
    mail, again = box.mails
    assert box.envelopes[0] == ("gemba@plant.example", ["anna@plant.example"])
    assert mail["From"] == "Gemba <gemba@plant.example>"
    assert mail["To"] == "anna@plant.example"
    assert mail["Subject"] == "[Gemba] Critical: HAM-PMP-03, Vibration, above the limit"
    assert mail["Message-ID"] == again["Message-ID"] == "<k1@plant.example>"
    assert mail["Gemba-Message"] == "k1"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Tue, 10 Mar 2026 08:00:00 +0000"
    text = mail.get_body(("plain",))
    page = mail.get_body(("html",))
    assert text is not None
    assert page is not None
    for body in (text.get_content(), page.get_content()):
        plain = body.replace("\u00a0", " ")
        assert "7.25 mm/s" in plain
        assert "10 Mar 2026 09:00 CET" in plain
        assert "https://gemba.plant.example/a1" in plain
        assert "neither a safety system nor a control alarm" in plain


def test_it_is_encrypted_and_signed_in_by_starttls(certs: Certificates) -> None:
    with mail_serving(starttls=certs.context, password=PASSWORD) as box:
        given = {"smtp_user": "gemba", "smtp_password": PASSWORD, "smtp_ca": str(certs.ca)}
        assert outcome(channel_at(box.port, "starttls", **given)).verdict == "sent"
        assert box.was_encrypted == [True]
        assert box.sign_ins == [("gemba", PASSWORD)]

        wrong = outcome(channel_at(box.port, "starttls", **{**given, "smtp_password": "wrong"}))
        assert wrong.verdict == "never"
        assert "535" in wrong.why

        unsigned = outcome(channel_at(box.port, "starttls", smtp_ca=str(certs.ca)))
        assert unsigned.verdict == "never"
        assert "530" in unsigned.why

        box.sign_ins.clear()
        distrusted = outcome(channel_at(box.port, "starttls", **{**given, "smtp_ca": ""}))
        assert (distrusted.verdict, distrusted.is_down) == ("later", True)
        assert "certificate is not trusted" in distrusted.why
        assert not box.sign_ins, "nothing is said to a server that is not trusted"


def test_it_is_encrypted_from_the_first_byte(certs: Certificates) -> None:
    with mail_serving(tls=certs.context, password=PASSWORD) as box:
        given = {"smtp_user": "gemba", "smtp_password": PASSWORD}
        good = channel_at(box.port, "tls", smtp_ca=str(certs.ca), **given)
        assert outcome(good).verdict == "sent"
        assert box.sign_ins == [("gemba", PASSWORD)]
        assert "not trusted" in outcome(channel_at(box.port, "tls", **given)).why
        assert len(box.sign_ins) == 1


def test_a_server_without_starttls_gets_nothing(certs: Certificates) -> None:
    with mail_serving() as box:
        found = outcome(
            channel_at(
                box.port, "starttls", smtp_ca=str(certs.ca),
                smtp_user="gemba", smtp_password=PASSWORD,
            )
        )  # fmt: skip
    assert found.verdict == "never"
    assert "does not offer" in found.why
    assert not box.mails
    assert not box.sign_ins


def test_a_server_that_demands_encryption_gets_nothing_in_the_clear(certs: Certificates) -> None:
    with mail_serving(starttls=certs.context) as box:
        found = outcome(channel_at(box.port, "plain"))
    assert found.verdict == "never"
    assert not box.mails


@pytest.mark.parametrize(
    ("command", "reply", "verdict"),
    [
        ("RCPT", "550 5.1.1 no such user here", "never"),
        ("RCPT", "450 4.2.1 mailbox busy", "later"),
        ("DATA", "554 5.7.1 looks like spam", "never"),
        ("DATA", "451 4.3.0 try again", "later"),
        ("DATA", "452 4.3.1 disk full", "later"),
    ],
)
def test_what_the_server_says_is_told(command: str, reply: str, verdict: str) -> None:
    with mail_serving() as box:
        box.replies[command] = reply
        found = outcome(channel_at(box.port))
    assert found.verdict == verdict
    assert reply in found.why
    assert not found.is_down


def test_a_mail_that_may_have_been_taken_is_sent_again_under_the_same_id() -> None:
    with mail_serving() as box:
        box.hangs_up = True
        found = outcome(channel_at(box.port))
        assert (found.verdict, found.is_down) == ("later", True)
        box.hangs_up = False
        assert outcome(channel_at(box.port)).verdict == "sent"
    assert [mail["Message-ID"] for mail in box.mails] == ["<k1@plant.example>"] * 2


def test_a_server_that_is_not_there_is_tried_later() -> None:
    found = outcome(channel_at(closed_port()))
    assert (found.verdict, found.is_down) == ("later", True)
    assert "cannot be reached" in found.why


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (b"421 4.3.2 too many connections\r\n", "421 4.3.2 too many connections"),
        (b"554 go away\r\n", "554 go away"),
        (b"", "ended the connection"),
        (b"220 here\r\n", "ended the connection"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ""),
        (b"\xff\xfe\r\n", ""),
    ],
)
def test_a_server_that_speaks_otherwise_is_not_a_crash(script: bytes, said: str) -> None:
    with talking(script) as port:
        found = outcome(channel_at(port))
    assert found.verdict == ("never" if script.startswith(b"554") else "later")
    assert said in found.why


def test_a_server_that_drips_is_left_at_the_deadline() -> None:
    left = threading.Event()
    with talking(b"220", left) as port:
        began = time.monotonic()
        found = outcome(channel_at(port, delivery_timeout_s=0.2))
        assert left.wait(5), "the connection is closed, so that nothing waits on it any more"
    assert time.monotonic() - began < 5
    assert (found.verdict, found.is_down) == ("later", True)


def test_a_reply_that_holds_the_password_is_not_shown(certs: Certificates) -> None:
    with mail_serving(starttls=certs.context, password=PASSWORD) as box:
        box.replies["RCPT"] = f"550 you are gemba with {PASSWORD}"
        found = outcome(
            channel_at(
                box.port, "starttls", smtp_user="gemba", smtp_password=PASSWORD,
                smtp_ca=str(certs.ca),
            )
        )  # fmt: skip
    assert found.why == "The mail server answered 550."


def test_the_password_is_told_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
    certs: Certificates,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    clock, outbox = Clock(), Outbox(tmp_path)
    with mail_serving(starttls=certs.context, password="another") as box:
        channel = channel_at(
            box.port, "starttls", smtp_user="gemba", smtp_password=PASSWORD, smtp_ca=str(certs.ca)
        )
        outbox.put(message(), clock())
        Sender(outbox, {"email": channel}, clock=clock).send_due()
    (dead,) = outbox.page("dead", ADMIN)
    settings = repr(Settings(smtp_password=PASSWORD, smtp_user="gemba"))
    own = [r.getMessage() for r in caplog.records if not r.name.startswith("mail.log")]
    seen = [repr(channel), repr(dead), settings, *own, *capfd.readouterr()]
    assert box.sign_ins
    assert not [text for text in seen if PASSWORD in text]


@pytest.mark.parametrize(
    "address",
    [
        "", "anna", "@plant.example", "anna@", "a b@plant.example", "anna@plant..example",
        "anna@plant.example\r\nBcc: all@plant.example", "anna@plant.example,eve@evil.example",
        "Anna <anna@plant.example>", '"anna\\" x"@plant.example', "anna@plant.example ",
        "anna@-plant.example", "ánna@plant.example", "a" * 250 + "@plant.example",
        "anna@plant.example\0", "anna@[127.0.0.1]",
    ],
)  # fmt: skip
def test_what_is_no_address_is_not_mailed_to(address: str) -> None:
    assert mail_address(address) is None
    with mail_serving() as box:
        assert outcome(channel_at(box.port), to=address).verdict == "never"
    assert not box.envelopes


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("anna.vogt+night@plant.example", "anna.vogt+night@plant.example"),
        ("o'neil@plant.example", "o'neil@plant.example"),
        ("anna@münchen.example", "anna@xn--mnchen-3ya.example"),
        ("ops@localhost", "ops@localhost"),
    ],
)
def test_plain_addresses_are_taken(address: str, sent: str) -> None:
    assert mail_address(address) == sent


@given(asset=TROUBLE, measure=TROUBLE, action=TROUBLE, alert_id=TROUBLE)
def test_no_text_makes_a_header_of_its_own(
    asset: str, measure: str, action: str, alert_id: str
) -> None:
    told = message(asset=asset, measure=measure, action=action, alert_id=alert_id)
    lines = bytes(mail_of(told, "anna@plant.example", "gemba@plant.example", START)).split(b"\r\n")
    names = {
        line.partition(b":")[0] for line in lines[: lines.index(b"")] if line[:1] not in b" \t"
    }
    assert names == {
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Gemba-Message", b"References",
        b"Content-Language", b"Auto-Submitted", b"X-Auto-Response-Suppress", b"MIME-Version",
        b"Content-Type",
    }  # fmt: skip


def test_no_text_is_markup() -> None:
    told = message(asset="<script>alert(1)</script>", action='"><img src=x>')
    mail = mail_of(told, "anna@plant.example", "gemba@plant.example", START)
    page = mail.get_body(("html",))
    assert page is not None
    assert "<script>" not in page.get_content()
    assert "<img" not in page.get_content()


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://x\r\nBcc: y", "", "ftp://x"])
def test_a_link_is_of_the_web_or_none(link: str) -> None:
    told = message()
    told = replace(told, notice=replace(told.notice, link=link))
    page = mail_of(told, "a@b.example", "gemba@plant.example", START).get_body(("html",))
    assert page is not None
    assert "<a " not in page.get_content()
