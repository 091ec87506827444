"""E-mail: the notice as text and HTML to one receiver, over SMTP."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import html
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final, Literal

from core.deadlines import Bounded
from core.delivery.addresses import mail_address
from core.delivery.message import Message
from core.delivery.outcome import SENT, Outcome, later, never
from core.delivery.signing import KEY
from core.delivery.wording import Words, one_line, said
from core.translation import gettext as _

Security = Literal["starttls", "tls", "plain"]
_SPARE_S: Final = 1.0
_NOT_NOW: Final = 421
_MOST_REPLY: Final = 200
_POLICY: Final = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. security: `starttls`, encrypted from the first command on or not at
    all; `tls`, encrypted from the first byte; `plain`. sender: an address as `mail_address` gives
    it. timeout_s: of handing in one message as a whole."""

    host: str
    port: int
    security: Security
    sender: str
    trust: ssl.SSLContext = field(repr=False)
    timeout_s: float
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


class Mail:
    """Thread-safe: each message has a connection of its own. clock: UTC, naive."""

    def __init__(self, server: MailServer, clock: Callable[[], dt.datetime]) -> None:
        self._server = server
        self._clock = clock
        self._bounded = Bounded(_("The mail server"), 4)

    @property
    def longest_s(self) -> float:
        """Seconds after which `send` is over."""
        return self._server.timeout_s + 2 * _SPARE_S

    def server(self, _message: Message, /) -> str:
        """The one mail server."""
        return f"{self._server.host}:{self._server.port}"

    def send(self, message: Message) -> Outcome:
        """Try once. Raises Unavailable at the deadline."""
        to = mail_address(message.to)
        if to is None:
            return never(_("{address!r} is no e-mail address.").format(address=message.to))
        text = bytes(mail_of(message, to, self._server.sender, self._clock()))
        return self._bounded.run(lambda: self._hand_in(to, text), self._server.timeout_s + _SPARE_S)

    def _hand_in(self, to: str, text: bytes) -> Outcome:
        try:
            with self._connected() as smtp:
                smtp.sendmail(self._server.sender, [to], text)
        except smtplib.SMTPRecipientsRefused as error:
            return self._refused(*next(iter(error.recipients.values())))
        except smtplib.SMTPResponseException as error:
            return self._refused(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError:
            return never(
                _("The mail server does not offer the encryption or sign-in of the settings.")
            )
        except ssl.SSLCertVerificationError:
            return later(
                _("The mail server's certificate is not trusted. Check GEMBA_SMTP_CA."),
                is_down=True,
            )
        except TimeoutError:
            return later(_("The mail server did not answer in time."), is_down=True)
        except smtplib.SMTPServerDisconnected:
            return later(_("The mail server ended the connection."), is_down=True)
        except smtplib.SMTPException:
            return later(_("The mail server and Gemba do not understand one another."))
        except OSError:
            return later(_("The mail server cannot be reached."), is_down=True)
        return SENT

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A connection that is ready to take a message, cut off at the deadline. What goes wrong
        at its end is passed over: by then the message is taken or refused."""
        server = self._server
        domain = server.sender.rpartition("@")[2]
        smtp = _Encrypted(server, domain) if server.security == "tls" else _Open(server, domain)
        guard = threading.Timer(server.timeout_s, _cut, (smtp,))
        guard.daemon = True
        guard.start()
        try:
            code, reply = smtp.connect(server.host, server.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, reply)
            if server.security == "starttls":
                smtp.starttls(context=server.trust)
            if server.user:
                smtp.login(server.user, server.password)
            yield smtp
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()
        finally:
            guard.cancel()
            smtp.close()

    def _refused(self, code: int, reply: bytes | str) -> Outcome:
        text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        shown = one_line(text, _MOST_REPLY)
        said_ = f"{code} {shown}" if not self._is_telling(text) else str(code)
        why = _("The mail server answered {reply}.").format(reply=said_.rstrip(" ."))
        if 500 <= code < 600:
            return never(why)
        return later(why, is_down=code == _NOT_NOW)

    def _is_telling(self, reply: str) -> bool:
        """Whether a server's reply holds the password, plain or as it was sent."""
        server = self._server
        if not server.password:
            return False
        sent = (server.password, f"\0{server.user}\0{server.password}")
        coded = [base64.b64encode(part.encode()).decode().rstrip("=") for part in sent]
        return any(part in reply for part in (server.password, *coded))

    def knows(self, to: str, /) -> bool:
        """Whether it is an address."""
        return mail_address(to) is not None


def mail_of(message: Message, to: str, sender: str, now: dt.datetime) -> EmailMessage:
    """The mail. Its Message-ID is made of the message's key, so that it is the same for each try;
    mails about one alert refer to the same one, so that programs show them together."""
    words = said(message.notice, message.language)
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address("Gemba", addr_spec=sender)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = one_line(words.subject)
    mail["Date"] = format_datetime(now.replace(tzinfo=dt.UTC))
    mail["Message-ID"] = f"<{message.key}@{domain}>"
    mail[KEY] = message.key
    if len(message.notice.alerts) == 1:
        thread = message.notice.alerts[0].alert_id.encode("utf-8", "replace").hex()[:64]
        mail["References"] = f"<alert-{thread}@{domain}>"
    # No out-of-office note comes back to a machine.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(words.text)
    mail.add_alternative(html_of(words, message.language), subtype="html")
    mail["Content-Language"] = message.language
    return mail


def html_of(words: Words, language: str) -> str:
    """The same words as HTML that needs nothing from elsewhere."""
    say = html.escape
    rows = "".join(
        f'<tr><th style="text-align:left;padding:2px 12px 2px 0">{say(name)}</th>'
        f"<td>{say(value)}</td></tr>"
        for name, value in words.facts
    )
    items = "".join(f"<li>{say(item)}</li>" for item in words.items)
    parts = [
        f"<h2>{say(words.heading)}</h2>",
        f"<table>{rows}</table>" if rows else "",
        f"<ul>{items}</ul>" if items else "",
        f'<p><a href="{say(words.link)}">{say(words.link_label)}</a></p>' if words.link else "",
        *(f"<p>{say(note)}</p>" for note in words.notes),
    ]
    return (
        f'<!DOCTYPE html><html lang="{say(language)}"><head><meta charset="utf-8"></head>'
        f"<body>{''.join(parts)}</body></html>"
    )


class _Open(smtplib.SMTP):
    """Not connected yet, so that its end can be guarded from the first moment on. It knows its
    host, against which TLS checks the certificate."""

    def __init__(self, server: MailServer, domain: str) -> None:
        super().__init__(local_hostname=domain, timeout=server.timeout_s)
        self._host = server.host


class _Encrypted(smtplib.SMTP_SSL):
    """The same, encrypted from the first byte on."""

    def __init__(self, server: MailServer, domain: str) -> None:
        super().__init__(local_hostname=domain, timeout=server.timeout_s, context=server.trust)
        self._host = server.host


def _cut(smtp: smtplib.SMTP) -> None:
    """End a connection from another thread: what waits on it fails at once."""
    connection = smtp.sock
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
