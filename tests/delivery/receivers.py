"""Real servers on this machine that take messages, or fail to in every way that servers do."""

from __future__ import annotations

import contextlib
import http.server
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

# -- HTTP ---------------------------------------------------------------------------------------


@dataclass
class Call:
    path: str
    headers: dict[str, str]
    body: bytes


Answering = Callable[[http.server.BaseHTTPRequestHandler], None]


@dataclass
class Receiver:
    """A web server. answers: taken in turn, the last one for good."""

    port: int
    answers: list[Answering]
    scheme: str = "http"
    calls: list[Call] = field(default_factory=list)
    #: Set at the end of a test, so that an answer that waits for ever ends with it.
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/hooks/secret-token") -> str:
        return f"{self.scheme}://localhost:{self.port}{path}"

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"


def status(code: int, body: bytes = b"", **headers: str) -> Answering:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def endless(handler: http.server.BaseHTTPRequestHandler) -> None:
    """200, and a body without an end."""
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(b"x" * 65_536)


def cut_off(handler: http.server.BaseHTTPRequestHandler) -> None:
    """Hang up in the middle of the status line."""
    handler.wfile.write(b"HTTP/1.1 2")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def cut_body(handler: http.server.BaseHTTPRequestHandler) -> None:
    """200, and hang up in the middle of the body."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def hang_up(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def silent(receiver: Receiver) -> Answering:
    def answer(_: http.server.BaseHTTPRequestHandler) -> None:
        receiver.over.wait(30)

    return answer


def dripping(receiver: Receiver) -> Answering:
    """A byte of the headers now and then, for ever."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        with contextlib.suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not receiver.over.wait(0.01):
                handler.wfile.write(b"z")
                handler.wfile.flush()

    return answer


@contextlib.contextmanager
def serving(*answers: Answering, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            receiver.calls.append(Call(self.path, dict(self.headers), body))
            taken = min(len(receiver.calls), len(receiver.answers)) - 1
            self.close_connection = True
            with contextlib.suppress(OSError):
                receiver.answers[taken](self)

        def log_message(self, *_: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass  # a client that does not trust the certificate hangs up

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "http" if tls is None else "https"
    receiver = Receiver(server.server_address[1], list(answers) or [status(200)], scheme)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


# -- SMTP ---------------------------------------------------------------------------------------


@dataclass
class Postbox:
    """What a mail server took, and how it answers. replies: at the command of that name."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    sign_ins: list[tuple[str, str]] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    #: Hang up after the mail was taken, before it is said so.
    hangs_up: bool = False

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.replies:
            return self.replies["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.replies:
            return self.replies["DATA"]
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=policy.SMTP))
        self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
        self.was_encrypted.append(session.ssl is not None)
        if self.hangs_up:
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"


@contextlib.contextmanager
def mail_serving(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    password: str = "",
) -> Iterator[Postbox]:
    """A mail server. starttls: offered and demanded; tls: from the first byte on. password: of the
    user `gemba`, demanded where there is one."""
    box = Postbox()

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        box.sign_ins.append(given)
        return AuthResult(success=given == ("gemba", password), handled=False)

    settings: dict[str, object] = {"auth_require_tls": tls is None}
    if password:
        settings |= {"authenticator": authenticate, "auth_required": True}
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=closed_port(),
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        **settings,
    )
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


@contextlib.contextmanager
def talking(script: bytes, left: threading.Event | None = None) -> Iterator[int]:
    """A port that says `script` to whoever calls and then hangs up; or, where there is `left`,
    drips spaces until the caller has gone, and sets it."""
    server, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def talk() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection, contextlib.suppress(OSError):
                    connection.sendall(script)
                    while left is not None and not over.wait(0.01):
                        try:
                            connection.sendall(b" ")
                        except OSError:
                            left.set()
                            break

    threading.Thread(target=talk, daemon=True).start()
    try:
        yield int(server.getsockname()[1])
    finally:
        over.set()
        server.close()
