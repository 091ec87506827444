"""What a person may see is said as the policy has it, and nobody reads another's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.governance.policy import PAGES
from core.ui import access, frame
from tests.ui.conftest import ROOT, Site
from tests.ui.test_chat import text
from tests.ui.test_signin import run_alone, said


def opened(site: Site, name: str) -> AppTest:
    app = site.signed_in(name)
    app.switch_page("../../pages/access.py").run()
    assert not app.exception, app.exception
    return app


def tables(app: AppTest) -> str:
    return "\n".join(table.value.to_string() for table in app.table).replace("\\", "")


def test_the_frame_lists_the_pages_that_a_policy_may_give() -> None:
    assert sorted(entry.name for entry in frame.ENTRIES) == sorted(PAGES)
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == set(PAGES)


@pytest.mark.parametrize(
    ("name", "role", "plants", "operator"),
    [
        ("viewer", "Viewer", "HPH", "never shown (personal)"),
        ("engineer", "Engineer", "HAM, AUS", "as a pseudonym (personal)"),
    ],
)
def test_a_person_reads_role_plants_budgets_and_masks(
    site: Site, name: str, role: str, plants: str, operator: str
) -> None:
    app = opened(site, name)
    shown = tables(app)
    assert role in shown
    assert plants in shown
    assert "at most 10,000" in shown
    assert operator in shown
    assert ("Inspect SQL" in shown) is (name == "engineer")
    assert "data/policy/policy.yaml" in text(app)
    assert f"Rows only where plant_id is {plants}." in text(app)
    assert not app.selectbox
    assert not app.text_input


def test_who_administers_chooses_an_account(site: Site) -> None:
    app = opened(site, "admin")
    assert app.selectbox[0].options == [
        "Admin (admin), Administrator",
        "Engineer (engineer), Engineer",
        "Viewer (viewer), Viewer",
    ]
    assert "at most 1,000,000,000" in tables(app)
    app.selectbox[0].set_value("viewer").run()
    assert "at most 20,000,000" in tables(app)
    assert "this account" in text(app)
    assert "Rows only where plant_id is HPH." in text(app)


def test_an_account_without_plants_is_told_so(site: Site) -> None:
    users = site.services.policy.users
    users["viewer"] = replace(users["viewer"], plants=())
    assert "none, so no rows of any plant" in tables(opened(site, "viewer"))


def test_special_columns_stand_in_the_title(site: Site) -> None:
    engineer = site.services.access(site.services.policy.user("engineer"))[0]
    (records,) = [t for t in engineer.tables if t.name == "plant_obt"]
    assert access.summary(records) == f"{len(records.columns)} columns; Operator as a pseudonym"
    plain = replace(records, columns=records.columns[:2])
    assert access.summary(plain) == "2 columns, all as stored"
    assert access.summary(replace(records, readable=False)) == "not for this role"


def test_a_role_without_the_page_is_stopped(site: Site) -> None:
    roles = site.services.policy.roles
    roles["viewer"] = replace(roles["viewer"], pages=("ask",))
    app = run_alone("access", site.signed_in("viewer"))
    assert "Not for your role" in said(app)
    assert not app.table
