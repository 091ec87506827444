"""Queries at once of one person, over several processes."""

import contextlib
import threading
import time
from collections.abc import Callable

import pytest

from core.assistant.turnstile import Turnstile
from core.errors import QueryCancelled, Unavailable
from core.sessions.keys import running
from core.sessions.leases import Leases
from core.sessions.link import Link
from tests.sessions.conftest import ANN, BEN, quick_link
from tests.sessions.redis_server import RedisServer


def test_so_many_places_and_no_more(link: Link) -> None:
    leases = Leases(link)
    first, second = (leases.take(ANN, 2, for_s=30) for _ in range(2))
    assert first
    assert second
    assert leases.take(ANN, 2, for_s=30) is None
    assert leases.take(BEN, 2, for_s=30)
    leases.give_back(ANN, first)
    assert leases.take(ANN, 2, for_s=30)
    assert leases.take(ANN, 2, for_s=30) is None


def test_a_process_that_died_gives_its_places_back(link: Link) -> None:
    leases = Leases(link)
    assert leases.take(ANN, 1, for_s=-1)
    assert leases.take(ANN, 1, for_s=30)
    assert leases.take(ANN, 1, for_s=30) is None


def test_the_key_ends_with_its_queries(server: RedisServer) -> None:
    with contextlib.closing(quick_link(server.url())) as link:
        Leases(link).take(ANN, 1, for_s=30)
        with server.admin() as admin:
            assert 30 <= admin.ttl(running(ANN)) <= 31
            admin.delete(running(ANN))


def test_of_many_at_once_never_more_than_there_are_places(server: RedisServer) -> None:
    with server.admin() as admin:
        admin.flushall()
    inside, most, lock = [0], [0], threading.Lock()
    links = [quick_link(server.url()) for _ in range(3)]

    def use(turnstile: Turnstile) -> None:
        for _ in range(4):
            with turnstile.pass_through(ANN, 2, wait_s=30):
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                time.sleep(0.01)
                with lock:
                    inside[0] -= 1

    threads = [threading.Thread(target=use, args=(Turnstile(Leases(link)),)) for link in links * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    assert not any(t.is_alive() for t in threads)
    assert 1 <= most[0] <= 2
    with server.admin() as admin:
        assert admin.zcard(running(ANN)) == 0
    for link in links:
        link.close()


def test_who_waits_for_another_process_can_stop_and_is_told(server: RedisServer) -> None:
    with server.admin() as admin:
        admin.flushall()
    with contextlib.closing(quick_link(server.url())) as link:
        leases = Leases(link)
        elsewhere = leases.take(ANN, 1, for_s=30)
        turnstile, stop = Turnstile(leases), threading.Event()
        full = pytest.raises(
            Unavailable, match=r"You have 1 query running.* within \d+ s at the latest"
        )
        with full, turnstile.pass_through(ANN, 1, wait_s=0.1):
            pass
        assert turnstile.running(ANN) == 0
        stop.set()
        stopped = pytest.raises(QueryCancelled)
        with stopped, turnstile.pass_through(ANN, 1, wait_s=30, cancel=stop):
            pass
        assert elsewhere is not None
        leases.give_back(ANN, elsewhere)
        with turnstile.pass_through(ANN, 1, wait_s=1):
            assert leases.take(ANN, 1, for_s=1) is None
        assert leases.take(ANN, 1, for_s=1) is not None


def test_a_lost_redis_holds_nobody_up(own_server: Callable[..., RedisServer]) -> None:
    server = own_server()
    with contextlib.closing(quick_link(server.url())) as link:
        turnstile = Turnstile(Leases(link))
        with turnstile.pass_through(ANN, 1, wait_s=5):
            server.kill()
        here, full = turnstile.pass_through(ANN, 1, wait_s=5), pytest.raises(Unavailable)
        with here, full, turnstile.pass_through(ANN, 1, wait_s=0.1):
            pass
