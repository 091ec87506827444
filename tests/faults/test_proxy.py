"""The proxy does what it says, so that a test on it proves something."""

import socket
import threading
import time

import pytest

from tests.faults.proxy import FaultProxy

ANSWER = bytes(range(256)) * 8


@pytest.fixture
def echo():
    """A server that gives ANSWER for each byte that it is sent."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(connection: socket.socket) -> None:
        with connection:
            try:
                while connection.recv(1):
                    connection.sendall(ANSWER)
            except OSError:
                pass

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.fixture
def proxy(echo: int):
    with FaultProxy("127.0.0.1", echo) as made:
        yield made


def dial(proxy: FaultProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), 2)


def ask(connection: socket.socket, size: int = len(ANSWER)) -> bytes:
    connection.sendall(b"?")
    got = b""
    while len(got) < size:
        piece = connection.recv(65_536)
        if not piece:
            break
        got += piece
    return got


def ask_on(connection: socket.socket) -> None:
    """Until it fails: an answer's first bytes may come through."""
    for _ in range(20):
        ask(connection)


def test_passes_everything_on(proxy: FaultProxy):
    with dial(proxy) as connection:
        assert ask(connection) == ANSWER
        assert ask(connection) == ANSWER
    assert proxy.accepted == 1


def test_refused_and_back_on_the_same_port(proxy: FaultProxy):
    with dial(proxy) as connection:
        assert ask(connection) == ANSWER
        proxy.inject("refused")
        with pytest.raises(ConnectionError):
            ask_on(connection)
    with pytest.raises(ConnectionRefusedError):
        dial(proxy)
    proxy.heal()
    with dial(proxy) as connection:
        assert ask(connection) == ANSWER


def test_black_hole(proxy: FaultProxy):
    proxy.inject("black_hole")
    with dial(proxy) as connection:
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            ask(connection)


def test_reset(proxy: FaultProxy):
    proxy.inject("reset", after=100)
    with dial(proxy) as connection, pytest.raises(ConnectionResetError):
        ask_on(connection)


def test_truncated(proxy: FaultProxy):
    proxy.inject("truncated", after=100)
    with dial(proxy) as connection:
        assert ask(connection) == ANSWER[:100]


def test_corrupt(proxy: FaultProxy):
    with dial(proxy) as connection:
        assert ask(connection) == ANSWER
        proxy.inject("corrupt", after=100)
        assert ask(connection) == ANSWER[:100] + bytes(b ^ 0xFF for b in ANSWER[100:])


def test_latency(proxy: FaultProxy):
    proxy.inject("latency", delay_s=0.2)
    with dial(proxy) as connection:
        started = time.perf_counter()
        assert ask(connection) == ANSWER
        assert time.perf_counter() - started > 0.19


def test_trickle(proxy: FaultProxy):
    proxy.inject("trickle", after=10, delay_s=0.02)
    with dial(proxy) as connection:
        started = time.perf_counter()
        assert ask(connection, 20) == ANSWER[:20]
        assert time.perf_counter() - started > 0.15
