"""The page of alerts: the list, what is out of service, messages, the load, or one story."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.translation import gettext as _
from core.translation import marked
from core.ui import (
    alerts_delivery,
    alerts_health,
    alerts_list,
    alerts_outages,
    alerts_state,
    alerts_story,
    links,
    states,
    stay,
)
from core.ui.guard import Visit

_TABS: Final = {
    "list": marked("Alerts"),
    "outages": marked("Out of service"),
    "delivery": marked("Deliveries"),
    "health": marked("Alert health"),
}


def draw(visit: Visit) -> None:
    """The page."""
    ask = links.to("ask")
    if st.session_state.pop(alerts_story.TO_CHAT, False) and ask is not None:
        st.switch_page(ask)
    alert_id = alerts_state.opened()
    if alert_id:
        alerts_story.draw(visit, alert_id)
        return
    st.markdown("## " + _("Alerts"), anchors=False)
    st.caption(
        _(
            "For people who look at the data. These are no safety or control alarms, and nothing "
            "here acts on a plant."
        )
    )
    if not visit.parts.services.alerts.is_watched(visit.user, visit.model):
        states.say(
            states.Look("notifications_off", "gray", marked("Nothing is watched here")),
            _("The data that you have chosen do not say what is watched, so no alert comes up."),
        )
        return
    tabs = stay.tabs({name: _(label) for name, label in _TABS.items()}, key="alerts.tab")
    if tabs["list"].open:
        with tabs["list"]:
            alerts_list.draw(visit)
    if tabs["outages"].open:
        with tabs["outages"]:
            alerts_outages.draw(visit)
    if tabs["delivery"].open:
        with tabs["delivery"]:
            alerts_delivery.draw(visit)
    if tabs["health"].open:
        with tabs["health"]:
            alerts_health.draw(visit)
