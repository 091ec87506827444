"""A Redis that goes, hangs, turns away or fills up costs a turn its memory and nothing else."""

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.dialogue.past import Past
from core.sessions.link import Link, NotKept
from core.sessions.sessions import Sessions
from tests.faults.proxy import FaultProxy, Kind
from tests.sessions.conftest import ANN, quick_link
from tests.sessions.redis_server import PASSWORD, RedisServer, free_port
from tests.sessions.test_frames import _noise
from tests.sessions.turns import ROWS, turn

Make = Callable[..., RedisServer]
#: How late a call may come back behind its own time, on a busy machine.
_SLACK_S = 1.5


def _until(true: Callable[[], bool], limit_s: float = 10.0) -> bool:
    limit = time.monotonic() + limit_s
    while time.monotonic() < limit:
        if true():
            return True
        time.sleep(0.02)
    return False


def _took(call: Callable[[], object]) -> float:
    start = time.monotonic()
    call()
    return time.monotonic() - start


def test_one_that_is_killed_in_mid_conversation_comes_back_by_itself(own_server: Make) -> None:
    server = own_server()
    with contextlib.closing(quick_link(server.url())) as link:
        sessions = Sessions(link)
        assert sessions.keep(ANN, "c", turn(ANN), ROWS).is_kept
        assert sessions.state() == f"Redis at localhost:{server.port}"
        server.kill()
        assert sessions.past(ANN, "c") == Past(is_away=True)
        kept = sessions.keep(ANN, "c", turn(ANN, 2), ROWS)
        assert not kept.is_kept
        assert "does not answer" in kept.why
        assert sessions.rows(ANN, "c", "a1") is None
        assert not sessions.forget(ANN, "c")
        assert sessions.state().endswith("which does not answer")
        server.start()
        assert _until(lambda: not sessions.past(ANN, "c").is_away)
        assert sessions.past(ANN, "c") == Past()  # it kept nothing on disk
        assert sessions.keep(ANN, "c", turn(ANN, 3), ROWS).is_kept
        assert sessions.past(ANN, "c").turns == (turn(ANN, 3),)
        assert sessions.state() == f"Redis at localhost:{server.port}"


def test_a_restart_between_two_turns_is_not_even_noticed(own_server: Make) -> None:
    """Connections that ended while nobody used them."""
    server = own_server("--save", "1 1")
    with contextlib.closing(quick_link(server.url())) as link:
        sessions = Sessions(link)
        assert sessions.keep(ANN, "c", turn(ANN), ROWS).is_kept
        with server.admin() as admin:
            admin.save()
        server.kill()
        server.start()
        assert sessions.past(ANN, "c").turns == (turn(ANN),)
        assert sessions.rows(ANN, "c", "a1") is not None


def test_a_lost_one_is_asked_once_in_a_while_and_not_by_every_turn(own_server: Make) -> None:
    server = own_server()
    with FaultProxy("127.0.0.1", server.port) as proxy:
        url = server.url(port=proxy.port)
        with contextlib.closing(quick_link(url, timeout_s=1.0, pause_s=30)) as link:
            sessions = Sessions(link)
            assert sessions.keep(ANN, "c", turn(ANN), None).is_kept
            proxy.inject("black_hole")
            assert _took(lambda: sessions.past(ANN, "c")) < 1.0 + _SLACK_S
            seen = proxy.accepted
            assert _took(lambda: [sessions.past(ANN, "c") for _ in range(50)]) < 2 * 1.0
            assert proxy.accepted == seen


@pytest.mark.parametrize(
    ("kind", "after", "delay_s"),
    [("black_hole", 0, 0.0), ("refused", 0, 0.0), ("reset", 3, 0.0), ("truncated", 3, 0.0),
     ("latency", 0, 5.0), ("trickle", 0, 0.1), ("corrupt", 1, 0.0)],
)  # fmt: skip
def test_each_fault_ends_in_time_and_mends(
    server: RedisServer, kind: Kind, after: int, delay_s: float
) -> None:
    with FaultProxy("127.0.0.1", server.port) as proxy:
        url = server.url(port=proxy.port)
        with contextlib.closing(quick_link(url, timeout_s=0.4)) as link:
            sessions = Sessions(link)
            assert _until(lambda: sessions.keep(ANN, kind, turn(ANN), _noise(2_000)).is_kept)
            proxy.inject(kind, after=after, delay_s=delay_s)
            for use in (
                lambda: sessions.rows(ANN, kind, "a1"),
                lambda: sessions.past(ANN, kind),
                lambda: sessions.keep(ANN, kind, turn(ANN, 2), ROWS),
            ):
                assert _took(use) < 0.4 * 2 + _SLACK_S
            proxy.heal()
            assert _until(lambda: sessions.past(ANN, kind).turns[:1] == (turn(ANN),))
            assert _until(lambda: sessions.rows(ANN, kind, "a1") is not None)


def test_one_that_hangs_holds_no_thread_for_good(server: RedisServer) -> None:
    raised: list[BaseException] = []

    def use(sessions: Sessions) -> None:
        try:
            for _ in range(6):
                sessions.rows(ANN, "hang", "a1")
        except BaseException as error:
            raised.append(error)
            raise

    with FaultProxy("127.0.0.1", server.port) as proxy:
        url = server.url(port=proxy.port)
        with contextlib.closing(quick_link(url, timeout_s=0.2, pause_s=0.01)) as link:
            sessions = Sessions(link)
            sessions.keep(ANN, "hang", turn(ANN), _noise(2_000))
            proxy.inject("trickle", delay_s=0.05)
            threads = [threading.Thread(target=use, args=(sessions,)) for _ in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(10)
            assert raised == []
            assert not any(t.is_alive() for t in threads)
            proxy.heal()
            assert _until(lambda: sessions.rows(ANN, "hang", "a1") is not None)


def test_a_name_that_is_not_resolved() -> None:
    with contextlib.closing(quick_link("redis://no-such-host.invalid:1")) as link:
        assert Sessions(link).past(ANN, "c") == Past(is_away=True)
        assert link.trouble == "away"


def test_nobody_listens() -> None:
    with contextlib.closing(quick_link(f"redis://localhost:{free_port()}")) as link:
        assert _took(lambda: Sessions(link).past(ANN, "c")) < 1.0
        assert not link.ping()


def test_a_wrong_password_is_told_and_never_shown(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    with contextlib.closing(quick_link(server.url("falsch-↯"))) as link:
        sessions = Sessions(link)
        for _ in range(5):
            assert sessions.past(ANN, "c").is_away
        assert sessions.state().endswith("which turns the account down")
        with pytest.raises(NotKept) as caught:
            link.run(lambda client: client.ping())
        assert "falsch" not in f"{caught.value!r}{caught.value}{link.words()}{caplog.text}"
        assert caplog.text.count("turns the account down") == 1


def test_a_password_that_is_changed_back(own_server: Make) -> None:
    server = own_server()
    with contextlib.closing(quick_link(server.url())) as link:
        sessions = Sessions(link)
        assert sessions.keep(ANN, "c", turn(ANN), None).is_kept
        with server.admin() as admin:
            admin.execute_command("ACL", "SETUSER", "gemba", "resetpass", ">other")
            admin.client_kill_filter(_type="normal", skipme=True)
        assert sessions.past(ANN, "c").is_away
        with server.admin() as admin:
            admin.execute_command("ACL", "SETUSER", "gemba", f">{PASSWORD}")
        assert _until(lambda: sessions.past(ANN, "c").turns == (turn(ANN),))


def test_a_full_one_answers_reads_and_says_that_it_is_full(own_server: Make) -> None:
    server = own_server("--maxmemory-policy", "noeviction")
    with contextlib.closing(quick_link(server.url())) as link:
        sessions = Sessions(link)
        assert sessions.keep(ANN, "c", turn(ANN), ROWS).is_kept
        with server.admin() as admin:
            admin.config_set("maxmemory", "1mb")
        kept = sessions.keep(ANN, "c", turn(ANN, 2), ROWS)
        assert not kept.is_kept
        assert "is full" in kept.why
        assert sessions.state().endswith("which is full")
        assert sessions.past(ANN, "c") == Past((turn(ANN),))
        assert sessions.rows(ANN, "c", "a1") is not None
        with server.admin() as admin:
            admin.config_set("maxmemory", "0")
        assert sessions.keep(ANN, "c", turn(ANN, 3), ROWS).is_kept


def test_rows_that_fill_it_leave_the_turn(own_server: Make) -> None:
    server = own_server("--maxmemory", "6mb", "--maxmemory-policy", "noeviction")
    with contextlib.closing(quick_link(server.url())) as link:
        sessions = Sessions(link)
        for number in range(4):
            kept = sessions.keep(ANN, "c", turn(ANN, number), _noise(60_000, 48))
            if not kept.rows:
                break
        # Redis looks at its memory before a command, so one may still go over.
        assert not kept.rows
        assert "full" in kept.why
        with server.admin() as admin:
            assert all(admin.ttl(key) > 0 for key in admin.keys("*"))


def test_an_account_that_may_not_do_all(own_server: Make, caplog: pytest.LogCaptureFixture) -> None:
    server = own_server(more="-hset")
    with contextlib.closing(quick_link(server.url())) as link:
        sessions = Sessions(link)
        for _ in range(3):
            assert not sessions.keep(ANN, "c", turn(ANN), ROWS).is_kept
            assert sessions.past(ANN, "c") == Past()
        assert link.trouble == "barred"
        assert "hset" in caplog.text
        assert caplog.text.count("does not let the account") == 1


def test_tls_with_our_own_authority(own_server: Make, tmp_path: Path) -> None:
    server = own_server(tls=True)
    ca = str(server.authority.path)
    with contextlib.closing(quick_link(server.url(), ca=ca)) as link:
        assert Sessions(link).keep(ANN, "c", turn(ANN), ROWS).is_kept
    url = server.url()
    for wrong, file in (
        (url, ""),  # the system's authorities do not know it
        (url.replace("localhost", "127.0.0.1"), ca),  # it is another's certificate
        (url.replace("rediss", "redis"), ""),  # no TLS at all
    ):
        with contextlib.closing(quick_link(wrong, ca=file, timeout_s=1.0)) as link:
            assert Sessions(link).past(ANN, "c").is_away
            assert link.trouble == "away"


def test_a_certificate_that_ended(own_server: Make, tmp_path: Path) -> None:
    server = own_server(tls=True)
    ca = str(server.authority.path)
    certificate, key = server.authority.issue("localhost", days=-1)
    with server.admin() as admin:
        admin.config_set("tls-key-file", str(key), "tls-cert-file", str(certificate))
    with contextlib.closing(quick_link(server.url(), ca=ca)) as link:
        assert Sessions(link).past(ANN, "c").is_away


def test_the_foot_looks_whether_it_is_back(own_server: Make) -> None:
    server = own_server()
    with contextlib.closing(quick_link(server.url())) as link:
        server.kill()
        assert not link.ping()
        assert link.words().endswith("does not answer")
        server.start()
        assert _until(lambda: not link.words().endswith("does not answer"))


def test_a_closed_link_raises_what_is_expected() -> None:
    link: Link = quick_link(f"redis://localhost:{free_port()}")
    link.close()
    assert Sessions(link).past(ANN, "c").is_away
