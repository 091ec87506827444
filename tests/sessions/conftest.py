"""The kinds of Redis that every test of what is kept runs on."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.circuit import Breaker, Pauses
from core.sessions.address import read_address
from core.sessions.link import Link
from core.types import User
from tests.sessions.redis_server import NEEDS, RedisServer, server_path

ANN = User("ann", "engineer", ("North",))
BEN = User("ben", "engineer", ("North",))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A real server that no test may break."""
    if server_path() is None:
        pytest.skip(NEEDS)
    made = RedisServer(tmp_path_factory.mktemp("redis"))
    yield made
    made.kill()


@pytest.fixture(scope="session")
def tls_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """The same, reached with TLS alone."""
    if server_path() is None:
        pytest.skip(NEEDS)
    made = RedisServer(tmp_path_factory.mktemp("redis-tls"), tls=True)
    yield made
    made.kill()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., RedisServer]]:
    """Makes servers for one test alone."""
    if server_path() is None:
        pytest.skip(NEEDS)
    made: list[RedisServer] = []

    def make(*options: str, **more: Any) -> RedisServer:
        made.append(RedisServer(tmp_path / f"redis{len(made)}", *options, **more))
        return made[-1]

    yield make
    for one in made:
        one.kill()


def quick_link(url: str, *, timeout_s: float = 2.0, ca: str = "", pause_s: float = 0.05) -> Link:
    """A link that looks again soon."""
    pauses = Pauses(failures=1, first_s=pause_s, growth=1.0, most_s=pause_s)
    return Link(read_address(url, ca), timeout_s=timeout_s, connections=4, breaker=Breaker(pauses))


#: Each by its fixture. An account of a server has the rights that the page names, and no more.
_KINDS = {"in this process": "", "a server": "server", "a server with TLS": "tls_server"}


@pytest.fixture(params=[*_KINDS])
def on_server(request: pytest.FixtureRequest) -> RedisServer | None:
    """Each kind, with nothing in it; None for the one in this process."""
    name = _KINDS[request.param]
    if not name:
        return None
    found: RedisServer = request.getfixturevalue(name)
    with found.admin() as admin:
        admin.flushall()
    return found


@pytest.fixture
def link(on_server: RedisServer | None) -> Iterator[Link]:
    """The link to each kind."""
    url, ca = "", ""
    if on_server is not None:
        url, ca = on_server.url(), str(on_server.authority.path) if on_server.uses_tls else ""
    with contextlib.closing(quick_link(url, ca=ca)) as made:
        yield made


@pytest.fixture
def raw(link: Link, on_server: RedisServer | None) -> Iterator[Any]:
    """A client on the same data that may do everything."""
    if on_server is None:
        yield link.run(lambda client: client)
    else:
        with on_server.admin() as admin:
            yield admin
