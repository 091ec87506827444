"""Who changes the weights of a plant, with whose approval, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import Refused, UserFixable
from core.risk.desk import RiskDesk
from core.risk.outlook import outlook
from core.risk.weights import Weights
from core.semantic.model import RISK_PARTS
from core.services import Services
from core.types import User

EVEN = Weights(1, 1, 1, 1, 1)
Make = Callable[..., RiskDesk]


@pytest.fixture
def audit() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def make(services: Services, tmp_path: Path, audit: list[dict[str, Any]]) -> Make:
    def made(*, four_eyes: bool = False) -> RiskDesk:
        def record(event: str, **body: Any) -> None:
            audit.append({"event": event, **body})

        return RiskDesk(
            tmp_path, services._parts_for, services._queries, services.policy, record,
            four_eyes=four_eyes,
        )  # fmt: skip

    return made


@pytest.fixture
def admin(services: Services) -> User:
    return services.policy.user("admin")


@pytest.fixture
def engineer(services: Services) -> User:
    return services.policy.user("engineer")


def test_what_each_role_may_do(make: Make, services: Services, admin: User, engineer: User) -> None:
    desk = make()
    viewer = services.policy.user("viewer")
    rights = [
        (s.may_propose, s.may_save, s.may_approve, s.may_dismiss)
        for s in (
            desk.standing("HPH", viewer),
            desk.standing("HAM", engineer),
            desk.standing("HAM", admin),
        )
    ]
    assert rights == [
        (False, False, False, False), (True, False, False, False), (True, True, False, False),
    ]  # fmt: skip
    for who in (viewer, engineer):
        with pytest.raises(Refused):
            desk.save(who.plants[0], EVEN, who, seen=0, note="why")
    with pytest.raises(Refused):
        desk.propose("HPH", EVEN, viewer, seen=0, note="why")
    with pytest.raises(Refused):
        desk.propose("HPH", EVEN, engineer, seen=0, note="why")
    with pytest.raises(Refused):
        desk.standing("HPH", engineer)


def test_a_change_needs_a_reason(make: Make, admin: User) -> None:
    desk = make()
    for note in ("", "  \n"):
        with pytest.raises(UserFixable, match="why"):
            desk.save("HAM", EVEN, admin, seen=0, note=note)
        with pytest.raises(UserFixable, match="why"):
            desk.propose("HAM", EVEN, admin, seen=0, note=note)
    with pytest.raises(UserFixable, match="500"):
        desk.save("HAM", EVEN, admin, seen=0, note="x" * 501)


def test_who_may_write_proposes_and_who_may_publish_approves(
    make: Make, admin: User, engineer: User, audit: list[dict[str, Any]]
) -> None:
    desk = make()
    before = desk.assess(admin)
    made = desk.propose("HAM", EVEN, engineer, seen=0, note="after the audit")
    assert desk.assess(admin).scores.score.tolist() == before.scores.score.tolist()
    own, other = desk.standing("HAM", engineer), desk.standing("HAM", admin)
    assert own.proposal == other.proposal == made
    assert (own.may_propose, own.may_approve, own.may_dismiss) == (False, False, True)
    assert (other.may_save, other.may_approve, other.may_dismiss) == (False, True, True)
    for waits in (
        lambda: desk.save("HAM", EVEN, admin, seen=0, note="quicker"),
        lambda: desk.propose("HAM", EVEN, admin, seen=0, note="another"),
    ):
        with pytest.raises(UserFixable, match="waits"):
            waits()
    with pytest.raises(Refused):
        desk.approve(made, engineer)
    kept = desk.approve(made, admin)
    assert (kept.version, kept.weights, kept.by, kept.approver) == (1, EVEN, "engineer", "admin")
    assert desk.history("HAM", admin) == (kept,)
    assert desk.standing("HAM", admin).current.weights == EVEN
    assert desk.standing("HAM", admin).proposal is None
    assert [row["act"] for row in audit if row["event"] == "risk_weights"] == ["propose", "approve"]
    assert audit[-1]["author"] == "engineer"
    with pytest.raises(UserFixable, match="wait"):
        desk.approve(made, admin)


def test_with_four_eyes_nobody_approves_what_they_wrote(
    make: Make, admin: User, engineer: User
) -> None:
    desk = make(four_eyes=True)
    assert not desk.standing("HAM", admin).may_save
    with pytest.raises(UserFixable, match="somebody else"):
        desk.save("HAM", EVEN, admin, seen=0, note="alone")
    own = desk.propose("HAM", EVEN, admin, seen=0, note="mine")
    assert not desk.standing("HAM", admin).may_approve
    with pytest.raises(UserFixable, match="Somebody else"):
        desk.approve(own, admin)
    assert desk.standing("HAM", admin).may_dismiss
    desk.dismiss(own, admin)
    assert [one.state for one in desk.proposals("HAM", admin)] == ["dismissed"]
    again = desk.propose("HAM", None, engineer, seen=0, note="the model's")
    kept = desk.approve(again, admin)
    assert (kept.weights, kept.by, kept.approver) == (None, "engineer", "admin")


def test_a_proposal_of_weights_that_changed_meanwhile_does_not_count(
    make: Make, admin: User, engineer: User, tmp_path: Path
) -> None:
    desk = make()
    with pytest.raises(UserFixable, match="meanwhile"):
        desk.propose("HAM", EVEN, engineer, seen=3, note="old")
    made = desk.propose("HAM", EVEN, engineer, seen=0, note="one")
    assert desk.standing("AUS", engineer).proposal is None
    other = replace(admin, tenant="other")
    assert desk.standing("HAM", other).proposal is None
    with pytest.raises(UserFixable, match="wait"):
        desk.approve(made, other)


def test_an_older_version_is_brought_back_as_another_one(make: Make, admin: User) -> None:
    desk = make()
    desk.save("HAM", EVEN, admin, seen=0, note="even")
    desk.save("HAM", Weights(0, 0, 0, 0, 5), admin, seen=1, note="critical alone")
    old = desk.history("HAM", admin)[-1]
    desk.save("HAM", old.weights, admin, seen=2, note="as before")
    assert [one.version for one in desk.history("HAM", admin)] == [3, 2, 1]
    assert desk.standing("HAM", admin).current.weights == EVEN


def test_before_and_after_are_told_of_one_look_at_the_data(make: Make, admin: User) -> None:
    desk = make()
    found = desk.assess(admin)
    moved = outlook(found, "HAM", Weights(0, 0, 0, 0, 5))
    assert len(moved) == 24
    for one in moved:
        assert sum(one.parts_before) == one.score_before
        assert sum(one.parts_after) == one.score_after
        assert one.parts_after[RISK_PARTS.index("criticality")] == one.score_after
    assert sum(one.moves for one in moved) == 0
    assert all(one.moves == 0 for one in outlook(found, "HAM", None))
    assert outlook(found, "nowhere", None) == ()
