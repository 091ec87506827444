"""How many queries run at once is the role's, over all that its person does at the time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.execution.engine import DuckDBEngine
from core.governance.policy import Policy
from core.services import Services
from core.types import Answer
from tests.plant_services import plant_services

MOST = {"viewer": 1, "engineer": 2, "admin": 3}


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    with plant_services(plant_folder, tmp_path_factory.mktemp("at-once")) as built:
        yield built


class Held:
    """An engine whose queries wait until they are let go. most: as many as ran at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go = threading.Event()
        self._lock = threading.Lock()
        self.now = self.most = 0
        run = DuckDBEngine.run

        def held(*args: Any, **more: Any) -> Any:
            with self._lock:
                self.now += 1
                self.most = max(self.most, self.now)
            self.go.wait(20)
            try:
                return run(*args, **more)
            finally:
                with self._lock:
                    self.now -= 1

        monkeypatch.setattr(DuckDBEngine, "run", held)


def limited(policy: Policy, budget_s: float) -> Policy:
    roles = {
        name: replace(role, concurrent_queries=MOST[name], time_budget_s=budget_s)
        for name, role in policy.roles.items()
        if name in MOST
    }
    return replace(policy, roles={**policy.roles, **roles})


def asked(services: Services, name: str, number: int) -> Answer:
    return services.answer(f"energy by line on {number} June", services.policy.user(name))


@pytest.mark.parametrize("name", MOST)
def test_a_role_has_its_number_and_the_rest_wait(
    services: Services, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(services._queries, "_policy", limited(services.policy, 20.0))
    engine = Held(monkeypatch)
    with ThreadPoolExecutor(MOST[name] + 2) as pool:
        running = [pool.submit(asked, services, name, n) for n in range(1, MOST[name] + 3)]
        until(lambda: engine.now == MOST[name])
        user = services.policy.user(name)
        assert services._queries._turnstile.running(user) == MOST[name]
        engine.go.set()
        assert {one.result(30).status for one in running} <= {"answered", "empty"}
    assert engine.most == MOST[name]


def test_two_roles_at_once_take_nothing_from_one_another_and_who_waits_too_long_is_told(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services._queries, "_policy", limited(services.policy, 1.5))
    engine = Held(monkeypatch)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(asked, services, "viewer", 11)
        until(lambda: engine.now == 1)
        others = [pool.submit(asked, services, "engineer", n) for n in (12, 13)]
        until(lambda: engine.now == 3)  # those of the other role run beside it
        turned_away = asked(services, "viewer", 14)
        engine.go.set()
        for one in (first, *others):
            assert one.result(30).status in ("answered", "empty", "failed")
    assert turned_away.status == "failed"
    assert "You have 1 query running, as many as your role may have at once" in turned_away.message
    assert engine.most == 3
    # its place is free again
    assert asked(services, "viewer", 15).status in ("answered", "empty")


def until(true: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(1_000):
        if true():
            return
        waiting.wait(0.02)
    raise AssertionError("it did not come to that")
