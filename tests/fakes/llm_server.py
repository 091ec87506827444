"""An OpenAI-compatible server on a real socket that answers, and fails, as a test says.

    with FaultyServer() as server:
        server.script(status(503), answer("SELECT 1"))
        model = ServerModel(roles(server.url))
        ...
        assert server.hung_up.wait(1)      # the client closed its connection within a reply

Acts are taken in order, one a request for a completion; the last one stays. It knows HTTP/1.1 with
connections kept open, chunked streams and TLS; it proves nothing about vLLM's own answers.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

#: Longer than a client waits between two looks at its clock.
_MOMENT_S = 0.05
#: Nobody waits so long for a server: it waits for its client to go.
_LONG_S = 10.0
_STREAM = "text/event-stream; charset=utf-8"


@dataclass
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class HungUp(Exception):
    """The client closed its connection."""


@dataclass
class Wire:
    """A connection within a reply to `asked`."""

    connection: socket.socket
    stopping: threading.Event
    asked: Asked
    passes: Callable[[float], None] | None = None

    def send(self, data: bytes) -> None:
        """Raises HungUp."""
        self.look()
        try:
            self.connection.sendall(data)
        except OSError as error:
            raise HungUp from error

    def look(self) -> None:
        """Raises HungUp when the client is gone."""
        if isinstance(self.connection, ssl.SSLSocket):
            return
        ready, _, _ = select.select([self.connection], [], [], 0)
        if ready:
            with contextlib.suppress(OSError):
                if self.connection.recv(1, socket.MSG_PEEK):
                    return
            raise HungUp

    def head(self, code: int = 200, kind: str = _STREAM, **headers: str) -> None:
        lines = [f"HTTP/1.1 {code} Said", f"content-type: {kind}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    def start(self, kind: str = _STREAM) -> None:
        self.head(200, kind, transfer_encoding="chunked")

    def chunk(self, data: bytes) -> None:
        self.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def event(self, value: Any) -> None:
        self.chunk(b"data: " + json.dumps(value).encode() + b"\n\n")

    def piece(self, text: str | None, finish: str | None = None, **delta: Any) -> None:
        parts = {"content": text, **delta}
        choice = {"index": 0, "delta": parts, "finish_reason": finish}
        self.event({"id": "x", "object": "chat.completion.chunk", "choices": [choice]})

    def finish(self, usage: Mapping[str, Any] | None = None) -> None:
        if usage is not None:
            self.event({"object": "chat.completion.chunk", "choices": [], "usage": dict(usage)})
        self.chunk(b"data: [DONE]\n\n")
        self.send(b"0\r\n\r\n")

    def pause(self, seconds: float) -> None:
        """Raises HungUp when the client goes meanwhile. On a clock of the test's the time passes at
        once; then the client has a moment to see it, and as long as it likes to go from a long one.
        """
        until = time.monotonic() + seconds
        if self.passes is not None:
            self.passes(seconds)
            until = time.monotonic() + (seconds if seconds >= _LONG_S else _MOMENT_S)
        while time.monotonic() < until and not self.stopping.is_set():
            self.look()
            time.sleep(0.005)
        if self.stopping.is_set():
            raise HungUp


Act = Callable[[Wire], None]


def _pieces(text: str, size: int = 5) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def answer(
    text: str, *, finish: str = "stop", usage: Mapping[str, Any] | None = None, **delta: Any
) -> Act:
    """A whole reply in small pieces. delta: further fields of the first piece."""

    def act(wire: Wire) -> None:
        wire.start()
        wire.piece("", role="assistant", **delta)
        for piece in _pieces(text):
            wire.piece(piece)
        wire.piece(None, finish)
        wire.finish(usage)

    return act


def status(code: int, message: str = "said by the test", **headers: str) -> Act:
    """An answer that is an error of the API."""

    def act(wire: Wire) -> None:
        body = json.dumps({"error": {"message": message, "type": "Said", "code": code}}).encode()
        wire.head(code, "application/json", content_length=str(len(body)), **headers)
        wire.send(body)

    return act


def raw(kind: str, body: bytes, code: int = 200, **headers: str) -> Act:
    """An answer of any kind."""

    def act(wire: Wire) -> None:
        wire.head(code, kind, content_length=str(len(body)), **headers)
        wire.send(body)

    return act


def stream_of(data: bytes) -> Act:
    """An event stream of these bytes."""
    return raw(_STREAM, data)


def black_hole(wire: Wire) -> None:
    """Takes the request and says nothing."""
    wire.pause(30)


def silent_after(text: str) -> Act:
    """Begins a reply and says no more."""

    def act(wire: Wire) -> None:
        wire.start()
        wire.piece(text)
        wire.pause(30)

    return act


def reset(wire: Wire) -> None:
    """Ends the connection with RST before anything is said."""
    linger = struct.pack("ii", 1, 0)
    wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    raise ConnectionResetError


def reset_after(text: str, finish: str | None = None) -> Act:
    """The same in the middle of a reply."""

    def act(wire: Wire) -> None:
        wire.start()
        wire.piece(text, finish)
        wire.pause(0.05)  # what was sent is there before the reset
        reset(wire)

    return act


def cut_after(text: str) -> Act:
    """The stream ends in good order, without a reason and without [DONE]."""

    def act(wire: Wire) -> None:
        wire.start()
        wire.piece(text)
        wire.send(b"0\r\n\r\n")

    return act


def error_after(text: str) -> Act:
    """An error object within the stream."""

    def act(wire: Wire) -> None:
        wire.start()
        wire.piece(text)
        wire.event({"error": {"message": "EngineCore died", "type": "InternalError", "code": 500}})
        wire.finish()

    return act


def trickle(text: str, every_s: float) -> Act:
    """Byte by byte, the headers too."""

    def act(wire: Wire) -> None:
        event = json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]})
        for byte in f"HTTP/1.1 200 OK\r\ncontent-type: {_STREAM}\r\n\r\ndata: {event}".encode():
            wire.send(bytes((byte,)))
            wire.pause(every_s)

    return act


def slow(text: str, every_s: float) -> Act:
    """A piece now and then, without an end in sight."""

    def act(wire: Wire) -> None:
        wire.start()
        while True:
            wire.piece(text)
            wire.pause(every_s)

    return act


def never_stops(wire: Wire) -> None:
    """The same piece again and again, as fast as it is taken."""
    wire.start()
    while not wire.stopping.is_set():
        wire.piece("again and again, ")


def huge_line(wire: Wire) -> None:
    """One line that does not end."""
    wire.start()
    wire.chunk(b"data: ")
    while not wire.stopping.is_set():
        wire.chunk(b"x" * 262_144)


@dataclass
class FaultyServer:
    """models: what it lists, with the tokens of each one's context. tls: certificate and key.
    passes: moves the clock of its clients, who then wait for nothing; None where that is real."""

    models: Mapping[str, int] = field(default_factory=lambda: {"coder": 16_384})
    tls: tuple[Path, Path] | None = None
    asked: list[Asked] = field(default_factory=list)
    looks: list[Asked] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    on_models: Act | None = None
    passes: Callable[[float], None] | None = None
    connections: int = 0

    def __post_init__(self) -> None:
        self._acts: list[Act] = [answer("SELECT 1")]
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.port = 0
        self.listen()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self.refuse()

    @property
    def url(self) -> str:
        scheme, host = ("https", "localhost") if self.tls else ("http", "127.0.0.1")
        return f"{scheme}://{host}:{self.port}/v1"

    def script(self, *acts: Act) -> None:
        """What the next requests for a completion get."""
        with self._lock:
            self._acts = list(acts)

    def refuse(self) -> None:
        """Nobody listens from here on, and what was open is closed."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
        with self._lock:
            open_, self._open = self._open, set()
        for connection in open_:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def listen(self) -> None:
        """Listen, on the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        context = None
        if self.tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.tls)
        while listener is self._listener and not self._stopping.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            connection.settimeout(30)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.add(connection)
                self.connections += 1
            threading.Thread(target=self._serve, args=(connection, context), daemon=True).start()

    def _serve(self, plain: socket.socket, context: ssl.SSLContext | None) -> None:
        connection = plain
        try:
            if context is not None:
                connection = context.wrap_socket(plain, server_side=True)
            with connection:
                while (request := _read(connection)) is not None:
                    self._reply(request, connection)
        except HungUp:
            self.hung_up.set()
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(plain)

    def _reply(self, request: Asked, connection: socket.socket) -> None:
        wire = Wire(connection, self._stopping, request, self.passes)
        if request.path.endswith("/models"):
            self.looks.append(request)
            (self.on_models or self._list)(wire)
            return
        with self._lock:
            self.asked.append(request)
            act = self._acts.pop(0) if len(self._acts) > 1 else self._acts[0]
        act(wire)

    def _list(self, wire: Wire) -> None:
        rows: Sequence[dict[str, Any]] = [
            {"id": name, "object": "model", "created": 1, "owned_by": "x", "max_model_len": length}
            for name, length in self.models.items()
        ]
        raw("application/json", json.dumps({"object": "list", "data": rows}).encode())(wire)


def _read(connection: socket.socket) -> Asked | None:
    """The next request; None when the client closed the connection between two."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more:
            return None
        data += more
        if data.startswith(b"\x16"):  # TLS, where none is spoken
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
            return None
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", "0"))
    while len(body) < length:
        body += connection.recv(65_536)
    return Asked(first.split(" ")[1], headers, json.loads(body) if body else {})
