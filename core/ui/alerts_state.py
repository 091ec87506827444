"""What a visit keeps of the page of alerts: which one is open, what is wanted, what is to be
said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import streamlit as st

from core.alert_desk import View
from core.alert_desk.listing import Which
from core.alerting.alert import Severity
from core.ui.guard import Visit

PARAM = "alert"
WHICH, SEVERITIES, PLANTS, ASSETS = (
    "alerts.which", "alerts.severities", "alerts.plants", "alerts.assets"
)  # fmt: skip
PLACES, SEVERAL = "alerts.places", "alerts.several"
_OPEN, _NOTE, _SHOWN, _MOST = "alerts.open", "alerts.note", "alerts.shown", "alerts.most"
#: Alerts that are listed at first, and how many more each time.
STEP = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """The list as it was drawn last. key: for whom and of what."""

    key: tuple[object, ...]
    ids: tuple[str, ...]


def opened() -> str:
    """Id of the alert on the page; empty for the list. The address wins: a link says it."""
    asked = st.query_params.get(PARAM, "")
    if asked:
        st.session_state[_OPEN] = asked
    return str(st.session_state.get(_OPEN, ""))


def open_alert(alert_id: str) -> None:
    """Show that alert; an empty id shows the list."""
    st.session_state[_OPEN] = alert_id
    if alert_id:
        st.query_params[PARAM] = alert_id
    elif PARAM in st.query_params:
        del st.query_params[PARAM]


def note(text: str) -> None:
    """Say something at the top of the next run."""
    st.session_state[_NOTE] = text


def take_note() -> str:
    """What is to be said, once."""
    return str(st.session_state.pop(_NOTE, ""))


def view() -> View:
    """What the fields above the list want."""
    state = st.session_state
    return View(
        which=cast("Which", state.get(WHICH) or "open"),
        plants=tuple(state.get(PLANTS) or ()),
        places=tuple(state.get(PLACES) or ()),
        assets=tuple(state.get(ASSETS) or ()),
        severities=cast("tuple[Severity, ...]", tuple(state.get(SEVERITIES) or ())),
    )


def clear_filter() -> None:
    """Take every filter away; the kind of list stays."""
    for name in (PLANTS, PLACES, ASSETS, SEVERITIES):
        st.session_state[name] = []


def most() -> int:
    """How many are listed."""
    return int(st.session_state.get(_MOST, STEP))


def more() -> None:
    """List more of them."""
    st.session_state[_MOST] = most() + STEP


def shown(visit: Visit, wanted: View) -> tuple[str, ...] | None:
    """The ids that are on the screen, while they are of the same list."""
    kept = st.session_state.get(_SHOWN)
    return kept.ids if isinstance(kept, Shown) and kept.key == _key(visit, wanted) else None


def show(visit: Visit, wanted: View, ids: Iterable[str]) -> None:
    """What is on the screen from now on."""
    st.session_state[_SHOWN] = Shown(_key(visit, wanted), tuple(ids))


def _key(visit: Visit, wanted: View) -> tuple[object, ...]:
    return (visit.user.name, visit.user.tenant, visit.user.plants, visit.model, wanted, most())


def picked(ids: Iterable[str]) -> tuple[str, ...]:
    """Those that are ticked, of the listed ones."""
    return tuple(one for one in ids if st.session_state.get(tick(one)))


def tick(alert_id: str) -> str:
    """Key of an alert's box."""
    return f"alert.tick.{alert_id}"
