"""Sentinels and a cluster, each real, with the rights that docs/sessions.md names and no more."""

import contextlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import redis

from core.sessions.leases import Leases
from core.sessions.link import Link
from core.sessions.rates import Rates
from core.sessions.sessions import Sessions
from core.types import User
from tests.scaffold.tree import ROOT
from tests.sessions.conftest import ANN, quick_link
from tests.sessions.redis_server import NEEDS, PASSWORD, RedisServer, free_port, server_path
from tests.sessions.turns import ROWS, turn

Make = Callable[..., RedisServer]


def _rights(of: str) -> str:
    """What docs/sessions.md gives beside the rest `on NODES`, `on sentinels`."""
    text = re.sub(r"\s+", " ", (ROOT / "docs" / "sessions.md").read_text("utf-8"))
    found = re.search(rf"{of}[^`]*`([^`]+)`", text)
    assert found is not None
    return found[1]


def _all_is_kept(link: Link) -> None:
    sessions = Sessions(link)
    assert sessions.keep(ANN, "c", turn(ANN), ROWS).rows == 2
    assert sessions.past(ANN, "c").turns == (turn(ANN),)
    assert sessions.rows(ANN, "c", "a1") is not None
    people = [User(f"p{n}", "r", ()) for n in range(20)]
    for person in people:
        assert sessions.keep(person, "c", turn(person), ROWS).rows == 2
    assert all(sessions.past(p, "c").turns == (turn(p),) for p in people)
    assert sessions.forget(ANN, "c")
    leases = Leases(link)
    assert leases.take(ANN, 1, for_s=9)
    assert leases.take(ANN, 1, for_s=9) is None
    Rates(link, user="5/minute").admit(ANN)
    assert link.ping()
    assert link.trouble is None


def _bus_port() -> int:
    """A port whose cluster bus (10,000 above) exists and is free too."""
    while True:
        port = free_port()
        if port + 10_000 < 65_536:
            with socket.socket() as probe, contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port + 10_000))
                return port


def test_a_cluster(own_server: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.sessions.redis_server.free_port", _bus_port)
    more = _rights("On the nodes of a cluster")
    nodes = [
        own_server("--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1", more=more)
        for _ in range(2)
    ]
    half = 8_192
    for node, (first, last) in zip(nodes, ((0, half - 1), (half, 16_383)), strict=True):
        with node.admin() as admin:
            admin.execute_command("CLUSTER", "ADDSLOTSRANGE", first, last)
            admin.execute_command("CLUSTER", "SET-CONFIG-EPOCH", nodes.index(node) + 1)
    with nodes[0].admin() as admin:
        admin.execute_command("CLUSTER", "MEET", "127.0.0.1", nodes[1].port)
    for node in nodes:
        with node.admin() as admin:
            limit = time.monotonic() + 20
            while b"cluster_state:ok" not in admin.execute_command("CLUSTER", "INFO"):
                assert time.monotonic() < limit
                time.sleep(0.05)
    url = f"redis+cluster://gemba:{quote(PASSWORD, safe='')}@localhost:{nodes[1].port}"
    with contextlib.closing(quick_link(url)) as link:
        _all_is_kept(link)
        for node in nodes:
            with node.admin() as admin:
                assert admin.dbsize() > 3, "both hold some"
        nodes[0].kill()
        for _ in range(3):
            start = time.monotonic()
            Sessions(link).past(ANN, "c")
            assert time.monotonic() - start < 3.0
        assert link.words()


class Sentinel:
    """One that watches one server under the name `plant`."""

    def __init__(self, folder: Path, watched: RedisServer) -> None:
        self.port = free_port()
        folder.mkdir()
        file = folder / "sentinel.conf"
        file.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {folder}\n"
            f"sentinel monitor plant 127.0.0.1 {watched.port} 1\n"
            "sentinel auth-pass plant admin\n"
            f"user default on >admin ~* &* +@all\nuser looker on >word {_rights('on sentinels')}\n"
        )
        binary = shutil.which("redis-server")
        assert binary is not None
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [binary, str(file), "--sentinel"], stdout=log, stderr=log, start_new_session=True
            )
        limit = time.monotonic() + 10
        while True:
            try:
                redis.Redis(port=self.port, password="admin", socket_timeout=1).ping()
                return
            except redis.RedisError:
                assert time.monotonic() < limit
                time.sleep(0.02)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def sentinel(own_server: Make, tmp_path: Path) -> Iterator[tuple[Sentinel, RedisServer]]:
    if server_path() is None:
        pytest.skip(NEEDS)
    server = own_server()
    made = Sentinel(tmp_path / "sentinel", server)
    yield made, server
    made.stop()


def test_sentinels_with_an_account_of_their_own(sentinel: tuple[Sentinel, RedisServer]) -> None:
    watch, server = sentinel
    account = f"gemba:{quote(PASSWORD, safe='')}"
    dead = free_port()
    places = f"localhost:{dead},localhost:{watch.port}"
    more = "sentinel_user=looker&sentinel_password=word"
    url = f"redis+sentinel://{account}@{places}/plant/0?{more}"
    with contextlib.closing(quick_link(url)) as link:
        _all_is_kept(link)
        server.kill()
        assert Sessions(link).past(ANN, "c").is_away
        server.start()
        limit = time.monotonic() + 10
        while Sessions(link).past(ANN, "c").is_away:
            assert time.monotonic() < limit
            time.sleep(0.05)
    with contextlib.closing(quick_link(url.replace("/plant/", "/mill/"))) as link:
        assert Sessions(link).past(ANN, "c").is_away
    with contextlib.closing(quick_link(url.replace("=word", "=wrong"))) as link:
        assert Sessions(link).past(ANN, "c").is_away
