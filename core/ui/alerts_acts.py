"""What a person can do with an alert, as buttons in its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

import streamlit as st

from core.alerting.alert import Alert
from core.alerting.lifecycle import Event
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked, ngettext
from core.ui import alerts_state
from core.ui.guard import Visit

_MOST_REASON: Final = 400
#: Lengths of a shelf that are offered, in minutes.
_SHELVES: Final = {
    30: marked("30 minutes"),
    60: marked("1 hour"),
    240: marked("4 hours"),
    480: marked("8 hours"),
    1_440: marked("24 hours"),
}
_MENUS: Final = ("acknowledge", "shelve", "service")


def buttons(visit: Visit, alert: Alert, *, is_whole: bool = False) -> None:
    """Those acts that this person can do with it as it is. is_whole: the rare ones too."""
    can, desk = visit.parts.services.alerts.can, visit.parts.services.alerts
    user = visit.user
    if can(Event.ACKNOWLEDGE, alert, user):
        _acknowledge(visit, alert)
    if can(Event.RESET, alert, user):
        _button(visit, alert, "reset", _("Reset"), lambda: desk.reset(alert, user))
    if can(Event.UNSHELVE, alert, user):
        _button(visit, alert, "unshelve", _("Take it back"), lambda: desk.unshelve(alert, user))
    if can(Event.INTO_SERVICE, alert, user):
        label = _("Into service")
        _button(visit, alert, "into", label, lambda: desk.into_service(alert, user))
    if can(Event.SHELVE, alert, user):
        _shelve(visit, alert)
    if is_whole and can(Event.OUT_OF_SERVICE, alert, user):
        _out_of_service(visit, alert)


def is_busy(ids: tuple[str, ...]) -> bool:
    """Whether a menu of one of these is open: then nothing moves under the hand."""
    state = st.session_state
    return any(state.get(_key(menu, one)) for one in ids for menu in _MENUS)


def acting(visit: Visit, change: Callable[[], object]) -> Callable[[], None]:
    """What a button does, for as long as the visit holds; an error is said at the top."""

    def act() -> None:
        if not visit.holds:
            return
        try:
            change()
        except GembaError as error:
            alerts_state.note(str(error))

    return act


def acknowledge_picked(visit: Visit, alerts: tuple[Alert, ...]) -> None:
    """One reason and one press for all that are ticked."""
    ids = alerts_state.picked([alert.id for alert in alerts])
    chosen = [alert for alert in alerts if alert.id in ids]

    def acknowledge() -> None:
        reason = str(st.session_state.get("alerts.reason") or "")
        acted = visit.parts.services.alerts.acknowledge_all(chosen, visit.user, reason)
        for alert in chosen:
            st.session_state.pop(alerts_state.tick(alert.id), None)
        st.session_state[alerts_state.SEVERAL] = False
        if acted.refused:
            said = "; ".join(f"{alert.asset}: {why}" for alert, why in acted.refused)
            alerts_state.note(
                ngettext(
                    "{n} alert was left as it is: {why}",
                    "{n} alerts were left as they are: {why}",
                    len(acted.refused),
                ).format(n=len(acted.refused), why=said)
            )

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(_reason_label(visit), max_chars=_MOST_REASON, key="alerts.reason", width=320)
        st.button(
            ngettext("Acknowledge {n} alert", "Acknowledge {n} alerts", len(chosen)).format(
                n=len(chosen)
            ),
            key="alerts.acknowledge",
            icon=":material/done_all:",
            disabled=not chosen,
            on_click=acting(visit, acknowledge),
        )


# -- one alert ----------------------------------------------------------------------------------


def _key(menu: str, alert_id: str) -> str:
    return f"alert.{menu}.{alert_id}"


def _button(
    visit: Visit, alert: Alert, name: str, label: str, change: Callable[[], object]
) -> None:
    st.button(label, key=_key(name, alert.id), on_click=acting(visit, change))


def _menu(visit: Visit, alert: Alert, name: str, label: str, icon: str, width: int = 300) -> bool:
    """A menu whose content is drawn where it is open."""
    made = st.popover(
        label, icon=f":material/{icon}:", key=_key(name, alert.id), on_change="rerun",
        type="secondary" if name == "acknowledge" else "tertiary",
    )  # fmt: skip
    if made.open:
        with made, st.container(width=width):
            _MENU_FORMS[name](visit, alert)
    return bool(made.open)


def _acknowledge(visit: Visit, alert: Alert) -> None:
    _menu(visit, alert, "acknowledge", _("Acknowledge"), "check")


def _shelve(visit: Visit, alert: Alert) -> None:
    _menu(visit, alert, "shelve", _("Shelve"), "snooze")


def _out_of_service(visit: Visit, alert: Alert) -> None:
    _menu(visit, alert, "service", _("Out of service"), "build")


def _reason_label(visit: Visit) -> str:
    if visit.parts.services.alerts.is_reason_required:
        return _("Reason")
    return _("Reason (optional)")


def _form(visit: Visit, alert: Alert, name: str, label: str, change: Callable[[], object]) -> None:
    """The press that ends a menu; it is closed whatever comes of it."""

    def act() -> None:
        st.session_state[_key(name, alert.id)] = False
        change()

    st.form_submit_button(
        label, key=f"{_key(name, alert.id)}.do", type="primary", on_click=acting(visit, act)
    )


def _text(name: str, alert: Alert) -> str:
    return str(st.session_state.get(f"{_key(name, alert.id)}.reason") or "")


def _acknowledge_form(visit: Visit, alert: Alert) -> None:
    desk, user, name = visit.parts.services.alerts, visit.user, "acknowledge"
    with st.form(f"{_key(name, alert.id)}.form", border=False):
        st.text_input(
            _reason_label(visit), max_chars=_MOST_REASON, key=f"{_key(name, alert.id)}.reason"
        )
        _form(
            visit, alert, name, _("Acknowledge"),
            lambda: desk.acknowledge(alert, user, _text(name, alert)),
        )  # fmt: skip


def _shelve_form(visit: Visit, alert: Alert) -> None:
    desk, user, name = visit.parts.services.alerts, visit.user, "shelve"
    most = desk.most_shelved / dt.timedelta(minutes=1)
    offered = [minutes for minutes in _SHELVES if minutes <= most] or [int(most)]
    key = _key(name, alert.id)

    def shelve() -> None:
        minutes = int(st.session_state.get(f"{key}.for") or offered[0])
        # a little less than the longest: the press itself takes time
        until = desk.utc_now() + dt.timedelta(minutes=minutes)
        desk.shelve(alert, user, until, _text(name, alert))

    with st.form(f"{key}.form", border=False):
        st.selectbox(
            _("For"), offered, key=f"{key}.for",
            format_func=lambda minutes: _(_SHELVES.get(minutes, "{minutes} min")).format(
                minutes=minutes
            ),
        )  # fmt: skip
        st.text_input(_("Reason"), max_chars=_MOST_REASON, key=f"{key}.reason")
        st.caption(_("It is watched all the same, and comes back by itself."))
        _form(visit, alert, name, _("Shelve"), shelve)


def _service_form(visit: Visit, alert: Alert) -> None:
    desk, user, name = visit.parts.services.alerts, visit.user, "service"
    with st.form(f"{_key(name, alert.id)}.form", border=False):
        st.text_input(_("Reason"), max_chars=_MOST_REASON, key=f"{_key(name, alert.id)}.reason")
        st.caption(_("Nobody is told of it until somebody brings it back into service."))
        _form(
            visit, alert, name, _("Out of service"),
            lambda: desk.out_of_service(alert, user, _text(name, alert)),
        )  # fmt: skip


_MENU_FORMS: Final[dict[str, Callable[[Visit, Alert], None]]] = {
    "acknowledge": _acknowledge_form,
    "shelve": _shelve_form,
    "service": _service_form,
}
