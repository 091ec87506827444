"""Accounts whose rows belong to other things in another model."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.governance.access import unknown_scopes
from core.governance.policy import POLICY_FILE, load_policy
from core.types import User


def test_an_account_has_values_for_a_model_and_for_all_others() -> None:
    user = load_policy().user("engineer")
    assert user.plants == user.of("plant").plants == user.of("steel").plants == ("HAM", "AUS")
    over = user.of("retail")
    assert over.plants == ("NOR", "CAS")
    assert over.of("plant") == user
    assert over.of("retail") is over


def test_whoever_is_given_other_plants_has_those() -> None:
    moved = replace(load_policy().user("engineer"), plants=("HPH",))
    assert moved.of("plant") is moved
    assert moved.of("retail").of("plant").plants == ("HPH",)


def test_without_values_of_its_own_a_model_changes_nothing() -> None:
    user = User("ann", "viewer", ("HAM",))
    assert user.of("retail") is user


def test_the_values_of_a_model_and_the_tenants_in_it() -> None:
    policy = load_policy()
    assert policy.scope_values() == policy.scope_values("plant") == ("AUS", "HAM", "HPH")
    assert policy.scope_values("retail") == ("CAS", "LOT", "NOR")


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    text = POLICY_FILE.read_text("utf-8").replace(
        "scopes: {retail: [LOT]}", "scopes: {retial: [LOT]}"
    )
    file = tmp_path / "policy.yaml"
    file.write_text(text, "utf-8")
    assert unknown_scopes(load_policy(file), ("plant", "retail")) == (
        "account 'viewer' names the model 'retial', which is not there",
    )


@pytest.mark.parametrize("wrong", ["[NOR]", "{retail: NOR}", "{retail: [NOR, NOR]}"])
def test_what_is_no_list_by_model_is_refused_with_its_line(tmp_path: Path, wrong: str) -> None:
    text = POLICY_FILE.read_text("utf-8").replace("scopes: {retail: [LOT]}", f"scopes: {wrong}")
    file = tmp_path / "policy.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"policy\.yaml:\d+: "):
        load_policy(file)
