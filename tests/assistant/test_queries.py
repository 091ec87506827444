"""The one door to the data: budgets of a role, a record of everything, and what is said when no."""

import contextlib
import dataclasses
import threading
from collections.abc import Iterator

import pytest

from core.assistant.queries import Errand, Queries, reads_at_most
from core.assistant.turnstile import Turnstile
from core.errors import OverBudget, QueryCancelled, QueryTimeout, Unavailable
from core.governance.policy import Policy
from core.types import Answer, CancelToken, Estimate, Governed, Result, Scan, User
from tests.assistant.bakehouse import Bakehouse


@pytest.fixture
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


def _limited(house: Bakehouse, **limits: object) -> Policy:
    roles = {
        name: dataclasses.replace(role, **limits)  # type: ignore[arg-type]
        for name, role in house.policy.roles.items()
    }
    return dataclasses.replace(house.policy, roles=roles)


def _use(house: Bakehouse, policy: Policy) -> None:
    house.queries._policy = policy


def _total(house: Bakehouse) -> int:
    found = house.store.fetch("SELECT COUNT(*) AS n FROM bakes").column(0)[0].as_py()
    assert isinstance(found, int)
    return found


def test_a_query_over_the_budget_is_not_run_and_says_both_figures(house: Bakehouse) -> None:
    budget = _total(house) - 1
    _use(house, _limited(house, scan_budget_rows=budget))
    answer = house.ask("loaves by shop")
    assert (answer.status, answer.rule) == ("refused", "BUDGET")
    assert f"{_total(house):,} rows" in answer.message
    assert f"{budget:,}" in answer.message
    assert house.store.ran == []
    assert house.recorded == []


def test_the_budget_itself_is_still_allowed(house: Bakehouse) -> None:
    _use(house, _limited(house, scan_budget_rows=_total(house)))
    answer = house.ask("loaves by shop")
    assert answer.status == "answered"
    assert answer.estimate is not None
    assert answer.estimate.rows == _total(house)


def test_no_query_outlives_the_turn(house: Bakehouse) -> None:
    user = house.policy.user("owner")
    given: list[float] = []

    def run(governed: Governed, *, timeout_s: float, cancel: CancelToken | None = None) -> Result:
        given.append(timeout_s)
        return house.store.__class__.run(house.store, governed, timeout_s=timeout_s, cancel=cancel)

    house.store.run = run  # type: ignore[method-assign]
    governed = house.queries.govern("SELECT COUNT(*) AS n FROM bakes", user, house.parts.model)
    house.queries.run(governed, house.store, Errand("a", user, "q", None, lambda: 0.7))
    assert given == [0.7]
    with pytest.raises(QueryTimeout, match="time for this question is over"):
        house.queries.run(governed, house.store, Errand("a", user, "q", None, lambda: 0.0))
    assert given == [0.7]


def test_a_role_has_so_many_queries_at_once(house: Bakehouse) -> None:
    policy = _limited(house, concurrent_queries=1, time_budget_s=0.2)
    queries = Queries(policy, lambda *_: None)
    user = policy.user("owner")
    governed = queries.govern("SELECT COUNT(*) AS n FROM bakes", user, house.parts.model)
    with queries._turnstile.pass_through(user, 1, wait_s=1):
        with pytest.raises(
            Unavailable, match=r"You have 1 query running.* within \d+ s at the latest"
        ):
            queries.run(governed, house.store, Errand("a", user, "q"))
        other = dataclasses.replace(user, name="somebody else")
        assert queries.run(governed, house.store, Errand("b", other, "q")).result.row_count == 1
    assert queries.run(governed, house.store, Errand("c", user, "q")).result.row_count == 1
    assert queries._turnstile.running(user) == 0


def test_a_failed_query_gives_its_place_back(house: Bakehouse) -> None:
    _use(house, _limited(house, scan_budget_rows=1, concurrent_queries=1))
    for _ in range(3):
        assert house.ask("loaves by shop").rule == "BUDGET"


def test_the_smaller_of_two_time_limits_holds(house: Bakehouse) -> None:
    user = house.policy.user("owner")
    for role_s, site_s, holds in ((5.0, 10.0, 5.0), (60.0, 10.0, 10.0)):
        queries = Queries(_limited(house, time_budget_s=role_s), lambda *_: None, timeout_s=site_s)
        assert queries.timeout_s(user) == holds


def test_a_free_place_is_taken_at_once_and_stop_ends_the_waiting() -> None:
    turnstile, user = Turnstile(), User("a", "r", ("N",))
    entered, leave, stop = threading.Event(), threading.Event(), threading.Event()
    outcome: list[object] = []

    def hold() -> None:
        with turnstile.pass_through(user, 1, wait_s=5):
            entered.set()
            leave.wait(10)

    def wait(cancel: threading.Event | None) -> None:
        try:
            with turnstile.pass_through(user, 1, wait_s=20, cancel=cancel):
                outcome.append("in")
        except QueryCancelled:
            outcome.append("stopped")

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(5)
    waiter = threading.Thread(target=wait, args=(stop,))
    waiter.start()
    stop.set()
    waiter.join(5)
    assert outcome == ["stopped"]
    waiter = threading.Thread(target=wait, args=(None,))
    waiter.start()
    leave.set()
    waiter.join(5)
    assert outcome == ["stopped", "in"]
    holder.join(5)


def test_an_over_budget_error_carries_its_figures(house: Bakehouse) -> None:
    policy = _limited(house, scan_budget_rows=3)
    queries = Queries(policy, lambda *_: None)
    user = policy.user("owner")
    governed = queries.govern("SELECT COUNT(*) AS n FROM bakes", user, house.parts.model)
    with pytest.raises(OverBudget) as caught:
        queries.run(governed, house.store, Errand("a", user, "q"))
    assert (caught.value.rows, caught.value.budget) == (_total(house), 3)
    assert caught.value.rule == "BUDGET"


def test_a_plan_without_a_figure_is_no_free_pass(
    house: Bakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = (Scan("bakes", None, 1, 12), Scan("complaints", 3, 1, 1))
    monkeypatch.setattr(house.store, "explain", lambda *_, **__: Estimate(scans, "a plan"))
    answer = house.ask("loaves by shop")
    assert (answer.status, answer.rule) == ("refused", "BUDGET")
    assert "how many rows of bakes it would read" in answer.message
    assert "ANALYZE TABLE" in answer.message
    assert house.store.ran == []
    assert house.recorded == []


def test_a_bound_from_the_table_is_weighed_and_said(
    house: Bakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = (Scan("bakes", _total(house), 1, 12, "table"),)
    monkeypatch.setattr(house.store, "explain", lambda *_, **__: Estimate(scans, "a plan"))
    assert house.ask("loaves by shop").status == "answered"
    _use(house, _limited(house, scan_budget_rows=_total(house) - 1))
    answer = house.ask("loaves by shop")
    assert (answer.status, answer.rule) == ("refused", "BUDGET")
    assert "all of its rows, since the plan has no figure" in answer.message


def test_a_narrower_window_without_a_figure_is_not_offered(
    house: Bakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = iter([Estimate((Scan("bakes", 10**13, 1, 1),), "a plan")])
    silent = Estimate((Scan("bakes", None, 1, 1),), "a plan")
    monkeypatch.setattr(house.store, "explain", lambda *_, **__: next(said, silent))
    answer = house.ask("loaves by shop")
    assert (answer.status, answer.rule) == ("refused", "BUDGET")
    assert "would fit" not in answer.message


def test_an_estimate_that_fails_stops_the_query(
    house: Bakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable("The store is gone.")

    monkeypatch.setattr(house.store, "explain", fail)
    answer = house.ask("loaves by shop")
    assert isinstance(answer, Answer)
    assert (answer.status, answer.message) == ("failed", "The store is gone.")
    assert house.store.ran == []


def test_the_plan_of_evidence_is_asked_for_only_near_the_budget(
    house: Bakehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    explain = house.store.explain

    def counting(governed: Governed, **more: float) -> Estimate:
        asked.append(governed.sql)
        return explain(governed, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(house.store, "explain", counting)
    assert house.ask("loaves by shop").status == "answered"
    assert asked == house.store.ran[:1], "far within the budget the answer's own query alone"
    asked.clear()
    house.store.ran.clear()
    _use(house, _limited(house, scan_budget_rows=_total(house) + 1))
    assert house.ask("loaves by shop").status == "answered"
    assert asked == house.store.ran


def test_each_read_of_a_table_counts(house: Bakehouse) -> None:
    user = house.policy.user("owner")
    twice = (
        "SELECT COUNT(*) AS n FROM bakes WHERE oven IN (SELECT oven FROM bakes) "
        "UNION ALL SELECT COUNT(*) FROM complaints"
    )
    governed = house.queries.govern(twice, user, house.parts.model)
    most = reads_at_most(governed, house.parts.facts)
    rows = {name: t.overall.rows for name, t in house.parts.facts.tables.items()}
    assert most.rows == 2 * rows["bakes"] + rows["complaints"]
