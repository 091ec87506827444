"""The tab of what is out of service, over the real services."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.services import Services
from tests.alert_desk.feed import fill
from tests.ui.test_alerts import lines, told
from tests.ui.test_boards import opened, said


@pytest.fixture
def fed(services: Services) -> Services:
    fill(services.settings.state_dir)
    return services


def looked(name: str = "engineer") -> AppTest:
    app = opened(name, "alerts")
    app.session_state["alerts.tab"] = "Out of service"
    app.run()
    assert not app.exception, app.exception
    return app


def put(app: AppTest, asset: str, reason: str, minutes: int = 0) -> None:
    app.session_state["outage.new"] = True
    app.run()
    app.selectbox(key="outage.asset").set_value(asset).run()
    app.selectbox(key="outage.for").set_value(minutes)
    app.text_input(key="outage.reason").set_value(reason)
    app.button(key="outage.put").click().run()
    assert not app.exception, app.exception


def test_out_and_back(fed: Services) -> None:
    app = looked()
    assert "Nothing is out of service." in said(app)
    put(app, "PMP-03", "bearing is changed", 240)
    text = said(app)
    assert "**PMP-03** \u2002the whole asset" in text
    assert "“bearing is changed”" in text
    assert "HAM · by engineer · since" in text
    assert "· until " in text
    assert app.session_state["outage.new"] is False
    user = fed.policy.user("engineer")
    (made,) = fed.outages.in_force(user)
    # the list of alerts says so, and the pump's alert is put away
    listed = opened("engineer", "alerts")
    assert "Out of service: PMP-03. Nothing is raised there." in said(listed)
    assert "PMP-03" not in lines(listed)
    app.button(key=f"outage.end.{made.number}").click().run()
    assert "Nothing is out of service." in said(app)
    assert "PMP-03" in lines(opened("engineer", "alerts"))


def test_a_reason_is_needed_and_the_menu_stays_open(fed: Services) -> None:
    app = looked()
    put(app, "PMP-05", "  ")
    assert "Say why" in told(app)
    assert app.session_state["outage.new"] is True
    assert fed.outages.in_force(fed.policy.user("admin")) == ()


def test_a_line_is_taken_out_with_all_that_is_in_it(fed: Services) -> None:
    app = looked()
    app.session_state["outage.new"] = True
    app.run()
    offered = app.selectbox(key="outage.asset").options
    assert "HAM/Line 3 · Line · 6 assets" in offered
    assert not any("HPH" in one for one in offered)
    put(app, "HAM/Line 3", "overhaul", 240)
    assert "**HAM/Line 3** \u2002all that is in it" in said(app)
    listed = opened("engineer", "alerts")
    assert "Out of service: HAM/Line 3. Nothing is raised there." in said(listed)
    assert "PMP-03" not in lines(listed)
    (made,) = fed.outages.in_force(fed.policy.user("engineer"))
    app.button(key=f"outage.end.{made.number}").click().run()
    assert "PMP-03" in lines(opened("engineer", "alerts"))


def test_until_it_is_put_back(fed: Services) -> None:
    app = looked()
    put(app, "PMP-05", "pump is sold")
    assert "until it is put back" in said(app)


def test_who_only_looks_has_nothing_to_press(fed: Services) -> None:
    admin = fed.policy.user("admin")
    fed.outages.put("OVN-03", admin, "burner")
    fed.outages.put("PMP-03", admin, "bearing")
    app = looked("viewer")
    text = said(app)
    assert "OVN-03" in text
    assert "PMP-03" not in text
    assert not [b for b in app.button if str(b.key).startswith("outage.")]


def test_somebody_else_put_it_back(fed: Services) -> None:
    admin = fed.policy.user("admin")
    made = fed.outages.put("PMP-03", admin, "bearing")
    app = looked()
    fed.outages.end(made.number, admin)
    app.button(key=f"outage.end.{made.number}").click().run()
    assert "This is back in service already." in told(app)
