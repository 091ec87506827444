"""The policy as its page shows it, and names in it that nothing has."""

import dataclasses

import pytest

from core.governance.access import access_of, unknown_names
from core.governance.govern import govern
from core.governance.policy import Account
from core.types import User
from tests.governance import mill


def _shown(role: str, table: str) -> dict[str, str]:
    account = Account("x", role, ("N",))
    access = access_of(account, mill.POLICY, [mill.MODEL])
    (found,) = [t for t in access.tables if t.name == table]
    return {c.name: c.shown for c in found.columns}


def test_masks_and_hidden_columns_are_said() -> None:
    assert _shown("reader", "readings")["worker"] == "never"
    assert _shown("admin", "readings")["worker"] == "as stored"
    assert _shown("hasher", "readings")["load"] == "in steps of 10"
    assert _shown("hasher", "orders")["fitter"] == "as a pseudonym"
    assert _shown("partial", "orders")["hours"] == "hidden"
    assert _shown("partial", "readings")["worker"] == "first letter"


@pytest.mark.parametrize("role", list(mill.POLICY.roles))
@pytest.mark.parametrize("table", list(mill.MODEL.tables))
def test_what_the_page_says_is_what_governance_does(role: str, table: str) -> None:
    access = access_of(Account("x", role, ("N",)), mill.POLICY, [mill.MODEL])
    (found,) = [t for t in access.tables if t.name == table]
    user = User("x", role, ("N",))
    if not found.readable:
        with pytest.raises(Exception, match="not run"):
            govern(f"SELECT COUNT(*) AS n FROM {table}", user, mill.POLICY, mill.MODEL)
        return
    governed = govern(f"SELECT * FROM {table}", user, mill.POLICY, mill.MODEL)
    seen = [c.name for c in found.columns if c.shown != "hidden"]
    masked = {f"{table}.{c.name}" for c in found.columns if c.shown not in ("hidden", "as stored")}
    assert list(governed.columns) == seen
    assert set(governed.masked) == masked
    assert bool(governed.predicates) is bool(found.scope)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"hidden": ("orders.hourz",)}, "orders.hourz"),
        ({"masks": {"worcker": mill.POLICY.roles["reader"].personal}}, "worcker"),
        ({"models": ("mil",)}, "'mil'"),
        ({"tables": {"mill": ("readingz",)}}, "readingz"),
        ({"tables": {"mall": ("readings",)}}, "'mall'"),
    ],
)
def test_a_name_that_nothing_has_is_found(change: dict, wrong: str) -> None:
    assert (
        unknown_names(
            dataclasses.replace(
                mill.POLICY, roles={k: v for k, v in mill.POLICY.roles.items() if k != "elsewhere"}
            ),
            [mill.MODEL],
        )
        == ()
    )
    roles = {"reader": dataclasses.replace(mill.POLICY.roles["reader"], **change)}
    (found,) = unknown_names(dataclasses.replace(mill.POLICY, roles=roles), [mill.MODEL])
    assert wrong in found
