"""The report of a statement: its cost where the plan is silent, over budget, or gone."""

import contextlib
import dataclasses
from collections.abc import Iterator

import pytest

from core.assistant import Queries
from core.errors import Unavailable
from core.inspection.inspector import report_on
from core.inspection.report import Report, as_json, as_text
from core.types import Estimate, Scan
from tests.assistant.bakehouse import Bakehouse

SQL = "SELECT oven, AVG(heat) AS h FROM bakes GROUP BY oven"


@pytest.fixture
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


def _report(house: Bakehouse, sql: str = SQL, queries: Queries | None = None) -> Report:
    user = house.policy.user("owner")
    return report_on(sql, user, house.parts.model, queries or house.queries, house.parts)


def test_nothing_is_run_and_nothing_recorded(house: Bakehouse) -> None:
    report = _report(house)
    assert report.may_run
    assert report.cost is not None
    assert report.cost.estimate is not None
    assert house.store.ran == []
    assert house.recorded == []


def test_over_budget_says_what_would_fit(house: Bakehouse) -> None:
    roles = {n: dataclasses.replace(r, scan_budget_rows=900) for n, r in house.policy.roles.items()}
    policy = dataclasses.replace(house.policy, roles=roles)
    report = _report(house, queries=Queries(policy, lambda *_: None))
    assert report.inspection.governed is not None
    assert not report.may_run
    assert report.cost is not None
    assert report.cost.is_over
    assert "your role may read 900 in one query" in report.cost.advice
    assert as_json(report)["cost"]["is_over"] is True
    assert as_text(report).startswith("over budget\n")


@pytest.mark.parametrize("said", ["no figure", "no plan"])
def test_a_silent_plan_is_said_to_be_silent(
    house: Bakehouse, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    def explain(*_: object, **__: object) -> Estimate:
        if said == "no plan":
            raise Unavailable("The store is gone.")
        return Estimate((Scan("bakes", None, 1, 1),), "a plan")

    monkeypatch.setattr(house.store, "explain", explain)
    report = _report(house)
    assert report.cost is not None
    if said == "no plan":
        assert report.may_run
        assert "gone" in report.cost.trouble
        assert report.cost.trouble in as_text(report)
    else:
        assert not report.may_run
        assert "how many rows of bakes" in report.cost.advice
        assert as_text(report).startswith("cost not known\n")
        assert report.cost.advice in as_text(report)
        assert as_json(report)["cost"]["is_over"] is True


def test_a_refused_statement_has_rules_and_nothing_else(house: Bakehouse) -> None:
    report = _report(house, "DELETE FROM bakes")
    assert not report.may_run
    assert (report.cost, report.findings, report.lines) == (None, (), ())
    found = as_json(report)
    assert (found["allowed"], found["rule"]) == (False, "Q2")
    assert as_text(report).startswith("refused (Q2): ")
