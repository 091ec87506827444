"""Whose sales somebody sees, and that a role which may not use a model meets that at every door."""

import dataclasses
from collections.abc import Callable, Iterable

import pytest

from core.errors import Refused
from core.governance.govern import govern
from core.governance.policy import Role
from core.semantic.model import SemanticModel
from core.services import Services
from core.types import Answer, User

SQL = "SELECT tenant_name, SUM(revenue_eur) AS r FROM analytics_obt GROUP BY tenant_name"


def last(events: Iterable[object]) -> Answer:
    *_, answer = events
    assert isinstance(answer, Answer)
    return answer


def tenants(answer: Answer) -> set[object]:
    assert answer.result is not None
    return set(answer.result.table.column(0).to_pylist())


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("admin", {"Nordwind", "Casa Verde", "Lotus Mart"}),
        ("engineer", {"Nordwind", "Casa Verde"}),
        ("viewer", {"Lotus Mart"}),
    ],
)
def test_a_person_sees_the_retailers_of_the_policy(
    services: Services, name: str, seen: set[object]
) -> None:
    user = services.policy.user(name)
    answer = services.answer("revenue by tenant in June", user, model="retail")
    assert tenants(answer) == seen
    assert answer.user.plants == user.of("retail").plants
    assert tenants(last(services.run_sql(SQL, user, model="retail"))) == seen
    assert answer.governed is not None
    assert all(p.column == "tenant_id" for p in answer.governed.predicates)


def test_the_plants_are_as_they_were(services: Services) -> None:
    user = services.policy.user("engineer")
    answer = services.answer("energy by plant last week", user)
    assert answer.governed is not None
    assert answer.governed.predicates[0].values == ("AUS", "HAM")


def test_governance_alone_takes_the_values_of_the_model(services: Services) -> None:
    """Whoever hands it a person over another model: the rows are those of this one."""
    model = services.model("retail")
    for user in (services.policy.user("viewer"), services.policy.user("viewer").of("plant")):
        assert govern(SQL, user, services.policy, model).predicates[0].values == ("LOT",)


def test_another_retailer_is_outside_ones_own(services: Services) -> None:
    viewer = services.policy.user("viewer")
    answer = services.answer("revenue of Nordwind in June", viewer, model="retail")
    assert answer.status == "empty"
    assert not answer.result


def test_personal_columns_are_masked(services: Services) -> None:
    sql = "SELECT customer_name, customer_email, agent_name FROM analytics_obt LIMIT 5"
    for name, shown in (("viewer", False), ("admin", True)):
        user = services.policy.user(name)
        answer = last(services.run_sql(sql, user, model="retail"))
        assert answer.result is not None
        cells = [c for column in answer.result.table.columns for c in column.to_pylist()]
        assert any(cells) == shown


def test_a_conversation_goes_on_over_its_own_data(services: Services) -> None:
    user = services.policy.user("engineer")
    first = services.answer("revenue by store in May", user, session="s-retail", model="retail")
    then = services.answer("only Casa Verde", user, session="s-retail", model="retail")
    assert first.status == then.status == "answered"
    assert then.result is not None
    assert then.result.table.num_rows == 6


def test_an_answer_has_a_passport_that_can_be_run_again(services: Services) -> None:
    user = services.policy.user("viewer")
    answer = services.answer("revenue by store in May", user, model="retail")
    kept = services.passport(answer.id, user)
    assert kept is not None
    assert kept.scope.plants == ("LOT",)
    assert services.rerun(answer.id, user).verdict == "same"


# -- roles that may not use a model --------------------------------------------------------------

DOORS: dict[str, Callable[[Services, User, str], object]] = {
    "ask": lambda s, u, m: list(s.ask("revenue in May", u, model=m)),
    "answer": lambda s, u, m: s.answer("revenue in May", u, model=m),
    "sql": lambda s, u, m: list(s.run_sql("SELECT 1 AS a", u, model=m)),
    "inspect": lambda s, u, m: s.inspect_sql("SELECT 1 AS a", u, model=m),
    "save": lambda s, u, m: s.save_question("q", "SELECT 1 AS a", u, model=m),
    "suggestions": lambda s, u, m: s.suggestions(u, m),
    "catalogue": lambda s, u, m: s.catalogue(u, m),
    "corpus": lambda s, u, m: s.desk(u, m),
    "kept question": lambda s, u, m: list(s.turns.run_verified("revenue in May", u, model=m)),
    "kept sql": lambda s, u, m: list(s.turns.run_kept_sql("SELECT 1 AS a", u, model=m)),
    "alerts": lambda s, u, m: s.alerts.is_watched(u, m),
    "thresholds": lambda s, u, m: s.thresholds.is_watched(u, m),
    "risk": lambda s, u, m: s.risk.model(u, m),
}


def limited(services: Services, name: str, *models: str) -> dict[str, Role]:
    role = services.policy.roles[name]
    return {**services.policy.roles, name: dataclasses.replace(role, models=models)}


def with_roles(services: Services, roles: dict[str, Role]) -> None:
    object.__setattr__(services.policy, "roles", roles)


@pytest.mark.parametrize("door", DOORS)
def test_a_model_that_the_role_may_not_use_is_refused(services: Services, door: str) -> None:
    user, before = services.policy.user("admin"), services.policy.roles
    with_roles(services, limited(services, "admin", "plant"))
    try:
        with pytest.raises(Refused, match="may not use the model"):
            DOORS[door](services, user, "retail")
    finally:
        with_roles(services, dict(before))


def test_governance_refuses_it_too(services: Services) -> None:
    user, before = services.policy.user("admin"), services.policy.roles
    model: SemanticModel = services.model("retail")
    with_roles(services, limited(services, "admin", "plant"))
    try:
        with pytest.raises(Refused):
            govern(SQL, user, services.policy, model)
    finally:
        with_roles(services, dict(before))


def test_a_role_is_offered_its_own_models(services: Services) -> None:
    """And without a name its first one is asked, where it may not use the default."""
    user, before = services.policy.user("viewer"), services.policy.roles
    assert services.model_names(user) == ("plant", "retail")
    with_roles(services, limited(services, "viewer", "retail"))
    try:
        assert services.model_names(user) == ("retail",)
        assert services.answer("revenue in May", user).model == "retail"
        assert {table.model for table in services.access(user)[0].tables} == {"retail"}
        with pytest.raises(Refused):
            services.answer("OEE in May", user, model="plant")
    finally:
        with_roles(services, dict(before))


def test_a_passport_of_it_hides_its_figures(services: Services) -> None:
    user, before = services.policy.user("viewer"), services.policy.roles
    answer = services.answer("revenue in May", user, model="retail")
    with_roles(services, limited(services, "viewer", "plant"))
    try:
        kept = services.passport(answer.id, user)
        assert kept is not None
        assert not kept.headline
        assert services.rerun(answer.id, user).verdict == "cannot"
    finally:
        with_roles(services, dict(before))


# -- a model without assets ----------------------------------------------------------------------


def test_a_model_that_nothing_watches_says_so(services: Services) -> None:
    user = services.policy.user("admin")
    assert not services.alerts.is_watched(user, "retail")
    assert not services.thresholds.is_watched(user, "retail")
    assert services.handover.plants(user.of("retail"), "retail") == ()
    for question in ("which assets are at risk?", "is PMP-03 drifting?", "list open alarms"):
        answer = services.answer(question, user, model="retail")
        assert answer.status in ("clarify", "refused"), question
        assert answer.message or answer.clarification
