"""Before a server has proved itself, and after the one who asked has gone."""

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import pytest

from core.errors import ConfigError, GembaError, QueryCancelled, Unavailable
from core.execution.starrocks.address import Address
from core.execution.starrocks.engine import StarRocksEngine
from core.execution.starrocks.server import STARROCKS, SessionLimits
from tests.conftest import ROOT
from tests.execution.mariadb import PASSWORD, MariaDB, raw

SECRET = "s3cret-of-the-plant"


def packet(number: int, body: bytes) -> bytes:
    return struct.pack("<I", len(body))[:3] + bytes([number]) + body


GREETING = (
    b"\x0a5.1.0\0" + struct.pack("<I", 7) + b"12345678\0" + struct.pack("<H", 0xF7FF & ~0x0800)
    + b"\x21\x02\0" + struct.pack("<H", 0x003F) + b"\x15" + bytes(10) + b"123456789012\0"
    + b"mysql_native_password\0"
)  # fmt: skip


@pytest.mark.parametrize("way", [b"mysql_clear_password", b"dialog"])
def test_a_server_on_a_plain_line_never_gets_the_password(way: bytes):
    got: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = server.accept()
        line.settimeout(5)
        with line:
            line.sendall(packet(0, GREETING))
            got.append(line.recv(4096))
            line.sendall(packet(2, b"\xfe" + way + b"\0\x02Password: "))
            got.append(line.recv(4096))

    thread = threading.Thread(target=serve)
    thread.start()
    engine = StarRocksEngine(
        Address("127.0.0.1", server.getsockname()[1], "u", "d", SECRET, uses_tls=False)
    )
    with pytest.raises(GembaError, match="password in clear") as told:
        engine.fetch("SELECT 1 AS a", timeout_s=5)
    thread.join(5)
    server.close()
    assert len(got) == 2  # the server did ask
    assert SECRET.encode() not in b"".join(got)
    assert SECRET not in str(told.value)


@pytest.fixture
def lookups_hang(monkeypatch: pytest.MonkeyPatch):
    """The name service does not answer until the test is over."""
    over = threading.Event()

    def hang(*_: object, **__: object) -> None:
        over.wait(10)
        raise socket.gaierror(socket.EAI_AGAIN, "no name service")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    yield
    over.set()


def away() -> StarRocksEngine:
    return StarRocksEngine(Address("db.plant", 9030, "u", "d", "pw", uses_tls=False))


def test_a_look_up_that_hangs_ends_at_the_deadline(lookups_hang: None):
    started = time.perf_counter()
    with pytest.raises(Unavailable, match=r"db\.plant:9030"):
        away().fetch("SELECT 1 AS a", timeout_s=0.5)
    assert time.perf_counter() - started < 1.0


def test_a_look_up_that_hangs_ends_on_stop(lookups_hang: None):
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    started = time.perf_counter()
    with pytest.raises(QueryCancelled):
        away().run(raw("SELECT 1 AS a"), timeout_s=8, cancel=stop)
    assert time.perf_counter() - started < 0.7


def test_an_account_is_proved_even_when_the_server_was_away_at_the_start(
    mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch
):
    engine = mariadb.engine("w")
    with monkeypatch.context() as patch:
        patch.setattr(socket, "create_connection", lambda *_: (_ for _ in ()).throw(OSError(111)))
        engine.warm()
    asks = (
        lambda: engine.fetch("SELECT COUNT(*) AS n FROM readings"),
        lambda: engine.run(raw("SELECT COUNT(*) AS n FROM readings"), timeout_s=5),
        lambda: engine.explain(raw("SELECT COUNT(*) AS n FROM readings"), timeout_s=5),
        engine.stamp,
    )
    for ask in asks:
        with pytest.raises(ConfigError, match="may do more than read"):
            ask()
    engine.close()


def test_ctrl_c_ends_the_query_on_the_server(mariadb: MariaDB):
    # whoever runs the tests may have it ignored, which a child takes over
    code = f"""
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from core.execution.starrocks.address import Address
from core.execution.starrocks.engine import StarRocksEngine
from tests.execution.mariadb import MARIADB, raw
address = Address("localhost", {mariadb.port}, "r", "mill", {PASSWORD!r}, uses_tls=False)
StarRocksEngine(address, server=MARIADB).run(raw("SELECT SLEEP(25) AS s"), timeout_s=60)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        limit = time.perf_counter() + 20
        while not mariadb.running("SLEEP(25)"):
            assert time.perf_counter() < limit, "the query never ran"
            time.sleep(0.02)  # a process list can only be asked for
        started = time.perf_counter()
        process.send_signal(signal.SIGINT)
        while mariadb.running("SLEEP(25)"):
            assert time.perf_counter() - started < 10, "the query runs on after Ctrl-C"
            time.sleep(0.01)
        print(f"Ctrl-C: gone after {(time.perf_counter() - started) * 1000:.0f} ms")
        assert process.wait(10) != 0
    finally:
        process.kill()
        process.wait()


def test_a_session_leaves_nothing_to_the_servers_own_settings():
    said = "; ".join(STARROCKS.session(SessionLimits(memory_mb=2, rows=7)))
    for setting in (
        "time_zone = 'UTC'",
        "sql_mode = 'ONLY_FULL_GROUP_BY'",
        "query_mem_limit = 2097152",
        "sql_select_limit = 7",
    ):
        assert setting in said
