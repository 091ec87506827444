"""How often one may ask: in any span, for a person and for a tenant, in one process or several."""

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.api import error_response
from core.errors import (
    GembaError,
    RateLimited,
    Refused,
    SettingsError,
    Unavailable,
    UserFixable,
)  # fmt: skip
from core.services import Services
from core.sessions.link import Link
from core.sessions.rates import Rates
from core.settings import Settings, of_the_app
from core.types import User
from tests.sessions.conftest import ANN, BEN, quick_link
from tests.sessions.redis_server import RedisServer, free_port


def _asked(rates: Rates, user: User, times: int) -> int:
    """How many of so many questions were let through."""
    let = 0
    for _ in range(times):
        with contextlib.suppress(RateLimited):
            rates.admit(user)
            let += 1
    return let


def test_so_many_and_no_more(link: Link) -> None:
    rates = Rates(link, user="5/minute")
    assert _asked(rates, ANN, 9) == 5
    assert _asked(rates, BEN, 2) == 2, "everybody has their own"
    assert _asked(rates, User("ann", "engineer", (), "other"), 2) == 2
    with pytest.raises(RateLimited) as caught:
        rates.admit(ANN)
    assert caught.value.rule == "RATE"
    assert 55 < caught.value.retry_after_s <= 60
    assert str(caught.value).startswith(
        "You may ask 5 questions in any minute, and that many were asked. Ask again in "
    )


def test_a_tenant_shares_a_limit(link: Link) -> None:
    rates = Rates(link, user="3/minute", tenant="4/minute")
    assert _asked(rates, ANN, 5) == 3
    assert _asked(rates, BEN, 5) == 1
    with pytest.raises(RateLimited, match="All of your organisation together may ask 4 questions"):
        rates.admit(BEN)
    assert _asked(rates, User("ann", "engineer", (), "other"), 5) == 3


def test_the_window_slides(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    """At no edge are there more than the limit in any span."""
    now = [1_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    rates = Rates(link, user="10/minute")
    let: list[float] = []
    for step in range(200):
        now[0] = 1_000_000.0 + step * 1.7
        if _asked(rates, ANN, 1):
            let.append(now[0])
    assert len(let) > 40
    for at in let:
        assert sum(at <= other < at + 60 for other in let) <= 10


def test_the_wait_that_is_told_is_the_wait(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [2_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    rates = Rates(link, user="2/minute")
    rates.admit(ANN)
    now[0] += 20
    rates.admit(ANN)
    now[0] += 10
    with pytest.raises(RateLimited, match="in 30 seconds") as caught:
        rates.admit(ANN)
    now[0] += caught.value.retry_after_s - 0.5
    assert _asked(rates, ANN, 1) == 0
    now[0] += 0.7
    assert _asked(rates, ANN, 1) == 1


def test_several_limits_hold_together(link: Link) -> None:
    rates = Rates(link, user="3/second; 4/hour")
    assert _asked(rates, ANN, 9) == 3
    rates = Rates(link, user="100/second; 4/hour")
    _asked(rates, BEN, 9)
    with pytest.raises(RateLimited, match=r"in any hour, .* in \d\d minutes\."):
        rates.admit(BEN)


def test_no_limit_asks_nothing_of_the_redis(link: Link, raw: Any) -> None:
    rates = Rates(link, user="0", tenant=" ")
    assert _asked(rates, ANN, 500) == 500
    assert raw.dbsize() == 0


@pytest.mark.parametrize("text", ["many", "-1/minute", "0/minute", "5", "5/fortnight", "1e9", ";"])
def test_what_is_no_limit_is_told(text: str) -> None:
    with pytest.raises(SettingsError, match="GEMBA_RATE_USER"):
        Rates(quick_link(""), user=text)


def test_many_at_once_get_no_more(link: Link) -> None:
    rates, let = Rates(link, user="20/minute"), []

    def ask() -> None:
        let.append(_asked(rates, ANN, 15))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(let) == 20


def test_two_processes_share_it_and_keys_end(server: RedisServer) -> None:
    with server.admin() as admin:
        admin.flushall()
    links = [quick_link(server.url()) for _ in range(2)]
    first, second = (Rates(link, user="6/minute", tenant="50/minute") for link in links)
    assert _asked(first, ANN, 4) + _asked(second, ANN, 9) == 6
    for link in links:
        link.close()
    with server.admin() as admin:
        keys = admin.keys("*")
        assert len(keys) == 2
        assert all(k.startswith(b"rl:") and 0 < admin.ttl(k) <= 60 for k in keys)


def test_a_lost_redis_leaves_a_limit_in_each_process(
    own_server: Callable[..., RedisServer],
) -> None:
    server = own_server()
    with contextlib.closing(quick_link(server.url())) as link:
        rates = Rates(link, user="3/minute")
        assert _asked(rates, ANN, 2) == 2
        server.kill()
        assert _asked(rates, ANN, 9) == 3
    with contextlib.closing(quick_link(f"redis://localhost:{free_port()}")) as link:
        assert _asked(Rates(link, user="3/minute"), ANN, 9) == 3


def test_the_account_has_all_rights_that_it_needs(server: RedisServer) -> None:
    with contextlib.closing(quick_link(server.url())) as link:
        with server.admin() as admin:
            admin.script_flush()
        rates = Rates(link, user="1/minute")
        assert _asked(rates, User("rights", "r", ()), 3) == 1
        assert link.trouble is None


def test_a_turn_over_the_limit_is_refused_before_anything_runs(
    plant_folder: Callable[[Path], Path], tmp_path: Path
) -> None:
    plant_folder(tmp_path)
    settings = Settings(data_dir=tmp_path, rate_user="2/minute")
    with contextlib.closing(Services.open(settings)) as services:
        user = services.policy.user("engineer")
        assert services.answer("energy by plant last week", user).status == "answered"
        (last,) = [e for e in services.run_sql("SELECT 1 AS n", user) if hasattr(e, "status")]
        assert last.status != "failed"
        audited, runs = len(services.audit.entries()), len(services.history(user))
        refused = services.answer("energy by plant last week", user)
        assert (refused.status, refused.rule, refused.result) == ("refused", "RATE", None)
        assert "Ask again in" in refused.message
        (refused,) = services.run_sql("SELECT 1 AS n", user)  # type: ignore[assignment]
        assert (refused.status, refused.rule, refused.source) == ("refused", "RATE", "sql")
        assert (len(services.audit.entries()), len(services.history(user))) == (audited, runs)
        assert (
            services.answer("energy last week", services.policy.user("viewer")).status != "refused"
        )


@pytest.mark.parametrize(
    ("error", "code", "after"),
    [
        (RateLimited("Wait.", retry_after_s=12.2), 429, "13"),
        (RateLimited("Wait.", retry_after_s=0.0), 429, "1"),
        (Refused("No.", rule="Q2"), 403, None),
        (UserFixable("What?"), 400, None),
        (Unavailable("Later."), 503, None),
        (GembaError("Oh."), 500, None),
    ],
)
def test_errors_over_http(error: GembaError, code: int, after: str | None) -> None:
    response = error_response(error)
    assert (response.status_code, response.headers.get("Retry-After")) == (code, after)
    assert str(error).encode() in response.body


def test_the_app_limits_who_says_nothing_and_the_command_line_does_not(
    link: Link, tmp_path: Path
) -> None:
    said = Settings(data_dir=tmp_path)
    assert (said.rate_user, said.rate_tenant) == ("", "")
    app = of_the_app(said)
    assert (app.rate_user, app.rate_tenant) == ("120/minute", "3000/minute")
    assert of_the_app(Settings(data_dir=tmp_path, rate_user="0")).rate_user == "0"
    assert of_the_app(Settings(data_dir=tmp_path, rate_tenant="9/hour")).rate_tenant == "9/hour"
    assert _asked(Rates(link, user=said.rate_user), User("free", "r", ()), 200) == 200
    assert _asked(Rates(link, user=app.rate_user), User("many", "r", ()), 200) == 120
