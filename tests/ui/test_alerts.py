"""The page of alerts over the real services, in process, with alerts written to their store."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.alerting.lifecycle import Event, State
from core.alerting.step import Happening, Step
from core.services import Services
from core.ui import guard
from tests.alert_desk.feed import alerts, fill
from tests.alert_desk.scene import MODEL, TENANT, new
from tests.ui.test_boards import opened, said

PUMP = alerts()[0].id


@pytest.fixture
def fed(services: Services) -> Services:
    fill(services.settings.state_dir)
    return services


def looked(services: Services, name: str = "engineer", alert: str = "") -> AppTest:
    app = opened(name, "alerts")
    if alert:
        app.query_params["alert"] = alert
        app.run()
    assert not app.exception, app.exception
    return app


def lines(app: AppTest) -> list[str]:
    """Assets in the order of the list."""
    heads = [m.value for m in app.markdown if "\u2002**" in m.value]
    return [head.split("\u2002**")[1].split("**")[0].replace("\\", "") for head in heads]


def told(app: AppTest) -> str:
    """What is said at the top."""
    return " ".join(w.value for w in app.warning).replace("\\", "")


def test_an_empty_list_is_calm_and_honest(services: Services) -> None:
    text = said(looked(services))
    assert "Nothing is open" in text
    assert "The watch has not looked yet, so nothing says that all is well." in text
    assert "These are no safety or control alarms" in text


def test_nothing_needs_you_says_when_it_was_checked(services: Services) -> None:
    fill(services.settings.state_dir, is_calm=True)
    text = said(looked(services))
    assert "Nothing needs you." in text
    assert "Last checked " in text
    assert " s ago. Data to 1 Jul 2026, 00:00." in text


def test_a_watch_that_has_not_looked_for_long_is_said(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(services.settings.state_dir, is_calm=True)
    late = dt.datetime.now(dt.UTC).replace(tzinfo=None) - dt.timedelta(hours=2)
    monkeypatch.setattr(services, "alerts", replace(services.alerts, checked=lambda *_a: late))
    text = said(looked(services))
    assert "Last checked 2 h ago." in text
    assert "The watch has not looked for a while" in text


def test_one_list_by_severity_then_age_of_ones_own_plants(fed: Services) -> None:
    assert lines(looked(fed, "admin")) == ["PMP-05", "PMP-03", "OVN-03", "CMP-01", "PMP-02"]
    assert lines(looked(fed, "engineer")) == ["PMP-05", "PMP-03", "CMP-01", "PMP-02"]
    app = looked(fed, "viewer")
    assert lines(app) == ["OVN-03"]
    text = said(app)
    assert "Temperature high" in text
    assert "186.4 °C, limit 180 °C" in text
    assert "by admin: burner is being looked at" in text
    # who only looks has nothing to press but the story
    assert [b.key for b in app.button if str(b.key).startswith("alert.")] == [
        f"alert.open.{alerts()[2].id}"
    ]


def test_acknowledge_in_place(fed: Services) -> None:
    app = looked(fed)
    app.session_state[f"alert.acknowledge.{PUMP}"] = True
    app.run()
    app.text_input(key=f"alert.acknowledge.{PUMP}.reason").set_value("bearing is ordered")
    next(b for b in app.button if b.key == f"alert.acknowledge.{PUMP}.do").click().run()
    assert not app.exception, app.exception
    alert = fed.alerts.alert(PUMP, fed.policy.user("engineer"))
    assert alert is not None
    assert alert.state is State.LATCHED
    assert (alert.acknowledged_by, alert.acknowledged_reason) == ("engineer", "bearing is ordered")
    assert app.session_state[f"alert.acknowledge.{PUMP}"] is False


def test_somebody_else_was_quicker(fed: Services) -> None:
    app = looked(fed)
    app.session_state[f"alert.acknowledge.{PUMP}"] = True
    app.run()
    admin = fed.policy.user("admin")
    seen = fed.alerts.alert(PUMP, admin)
    assert seen is not None
    fed.alerts.acknowledge(seen, admin)
    app.button(key=f"alert.acknowledge.{PUMP}.do").click().run()
    assert "This changed meanwhile: Acknowledged by admin" in told(app)
    assert "latched, acknowledged · by admin" in said(app)


def test_a_shelf_needs_a_reason_and_can_be_taken_back(fed: Services) -> None:
    app = looked(fed)
    app.session_state[f"alert.shelve.{PUMP}"] = True
    app.run()
    app.button(key=f"alert.shelve.{PUMP}.do").click().run()
    assert "Say why" in told(app)
    app.session_state[f"alert.shelve.{PUMP}"] = True
    app.run()
    app.text_input(key=f"alert.shelve.{PUMP}.reason").set_value("fitter comes at 10")
    app.selectbox(key=f"alert.shelve.{PUMP}.for").set_value(1_440)
    app.button(key=f"alert.shelve.{PUMP}.do").click().run()
    assert "PMP-03" not in lines(app)
    app.segmented_control(key="alerts.which").set_value("away").run()
    assert lines(app) == ["PMP-03"]
    assert "fitter comes at 10" in said(app)
    app.button(key=f"alert.unshelve.{PUMP}").click().run()
    assert lines(app) == []
    assert "Nothing is shelved" in said(app)


def test_several_at_once(fed: Services) -> None:
    app = looked(fed)
    app.toggle(key="alerts.several").set_value(True).run()
    for one in (alerts()[1], alerts()[3]):
        app.checkbox(key=f"alert.tick.{one.id}").check().run()
    button = app.button(key="alerts.acknowledge")
    assert button.label == "Acknowledge 2 alerts"
    app.text_input(key="alerts.reason").set_value("shift round").run()
    app.button(key="alerts.acknowledge").click().run()
    user = fed.policy.user("engineer")
    after = fed.alerts.alerts([alerts()[1].id, alerts()[3].id], user)
    assert [a.state for a in after] == [State.NORMAL, State.ACKNOWLEDGED]
    assert {a.acknowledged_by for a in after} == {"engineer"}
    assert not app.toggle(key="alerts.several").value


def test_lines_stay_where_they_are_while_a_menu_is_open(fed: Services) -> None:
    app = looked(fed)
    before = lines(app)
    app.session_state[f"alert.acknowledge.{PUMP}"] = True
    app.run()
    worse = new("PMP-05", dt.datetime(2026, 6, 30, 21), severity="critical", threshold_id="new")
    upto = dt.datetime(2026, 6, 30, 22)
    raise_ = Happening(Event.RAISE, worse.pair, worse.opened_at, alert=worse)
    step = Step(TENANT, MODEL, upto, upto + dt.timedelta(minutes=10), (raise_,))
    assert fed.alerts.store.commit(step).is_done
    app.run()
    assert lines(app) == before
    assert "1 more alert came" in said(app)
    app.session_state[f"alert.acknowledge.{PUMP}"] = False
    app.run()
    assert lines(app) == ["PMP-05", *before]


def test_filters(fed: Services) -> None:
    app = looked(fed, "admin")
    app.multiselect(key="alerts.plants").set_value(["HAM"]).run()
    assert lines(app) == ["PMP-03", "CMP-01", "PMP-02"]
    app.multiselect(key="alerts.severities").set_value(["critical"]).run()
    assert lines(app) == []
    assert "No alert fits the filter." in said(app)
    app.button(key="alerts.clear_all").click().run()
    assert len(lines(app)) == 5


def test_a_story_by_its_link(fed: Services) -> None:
    app = looked(fed, alert=PUMP)
    text = said(app)
    assert "What happened" in text
    assert text.index("Raised") < text.index("Back to normal; it stays until somebody resets it")
    assert "Work order: WO-" in text
    assert "ISO 10816-7:2009" in text
    assert "Times are the plant's own (Europe/Berlin)." in text
    app.button(key="alerts.back").click().run()
    assert len(lines(app)) == 4


def test_a_link_leads_to_the_data_that_its_alert_is_of(
    fed: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "models", lambda _parts, _user: ("steel", "plant"))
    monkeypatch.setattr(fed, "model_names", lambda _user: ("steel", "plant"))
    plant = fed.parts("plant")
    steel = replace(plant, model=replace(plant.model, name="steel"))
    monkeypatch.setitem(fed.models._built, "steel", steel)
    app = opened("engineer", "alerts")
    app.query_params["alert"] = PUMP
    app.session_state[guard.MODEL] = "steel"
    app.run()
    assert not app.exception, app.exception
    assert app.session_state[guard.MODEL] == "plant"
    assert "What happened" in said(app)


def test_another_plants_story_is_not_there(fed: Services) -> None:
    for wrong in (alerts()[2].id, "0" * 32, "'; drop table alerts"):
        assert "This alert is not there" in said(looked(fed, alert=wrong))


def test_ask_about_it_opens_the_chat_with_the_question(fed: Services) -> None:
    app = looked(fed, alert=PUMP)
    app.button(key="alert.ask").click().run()
    assert not app.exception, app.exception
    assert "vibration of PMP-03 from 17 June 2026 to 25 June 2026 by hour" in said(app)


def test_alert_health_of_both(fed: Services) -> None:
    app = looked(fed)
    app.session_state["alerts.tab"] = "Alert health"
    app.run()
    text = said(app)
    assert "AUS: 1 alert in 30 days" in text
    assert "Figures from ANSI/ISA-18.2, IEC 62682, EEMUA 191; as quoted in public" in text
    app.segmented_control(key="alerts.whose").set_value("plant").run()
    text = said(app)
    assert "1,159 alarms in 30 days" in text or "alarms in 30 days" in text
    figures = app.table[0].value
    assert list(figures.columns) == ["Figure", "Measured", "Target", "Maximum", "Verdict"]
    assert "Alerts per day" in set(figures["Figure"])
    app.segmented_control(key="alerts.days").set_value(7).run()
    assert "meant for 30 days or more" in said(app)
