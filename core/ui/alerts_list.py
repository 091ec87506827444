"""The list of alerts: by severity and age, live, with what can be done in its place."""

from __future__ import annotations

import datetime as dt
from typing import Final

import streamlit as st

from core.alert_desk import Overview, View
from core.alert_desk.clocks import to_local
from core.alerting.alert import SEVERITIES, SEVERITY_NAMES, Alert
from core.alerting.lifecycle import Event
from core.errors import GembaError
from core.semantic.model import SemanticModel
from core.semantic.said import said
from core.translation import gettext as _
from core.translation import marked, ngettext
from core.ui import alerts_acts, alerts_outages, alerts_state, alerts_words, states
from core.ui.alerts_state import ASSETS, PLACES, PLANTS, SEVERAL, WHICH
from core.ui.guard import Visit
from core.ui.text import moment, plain

#: Seconds after which the list is read anew.
_EVERY_S: Final = 10
#: A watch that has not looked for so long may have stopped.
_LATE_S: Final = 900
#: As wide as a line's text at most; the buttons stand beside it, or below where it is narrow.
_TEXT_PX: Final = 520
_WHICH: Final = {
    "open": marked("Open"),
    "unseen": marked("To acknowledge"),
    "away": marked("Put away"),
    "past": marked("Over"),
}


def draw(visit: Visit) -> None:
    """The list, and what is asked of it."""
    live = st.fragment(_live, key="alerts.live", run_every=_EVERY_S)
    live(visit)


def _live(visit: Visit) -> None:
    if not visit.holds or alerts_state.opened():  # a run of this part alone has no other guard
        st.rerun()
    services = visit.parts.services
    note = alerts_state.take_note()
    view = alerts_state.view()
    try:
        found = services.alerts.overview(
            visit.user, view, model=visit.model, most=alerts_state.most()
        )
        alerts, came = _steady(visit, view, found)
        away = services.outages.in_force(visit.user, visit.model)
    except GembaError as error:
        states.say(states.FAILED, str(error))
        return
    model = services.model(visit.data)
    if note:
        st.warning(plain(note), icon=":material/info:")
    _fields(visit, found, model)
    alerts_outages.line(away)
    if not found.total and view.which in ("open", "unseen") and not _is_filtered(view):
        _nothing(found)
        return
    _counts(found)
    if came:
        more = ngettext("{n} more alert came", "{n} more alerts came", came).format(n=came)
        shown = _("it is shown when you are done here")
        st.markdown(f":material/update: {plain(more)}, {plain(shown)}.")
    if st.session_state.get(SEVERAL):
        alerts_acts.acknowledge_picked(visit, alerts)
    if not alerts:
        _none_fits(view)
    for alert in alerts:
        _row(visit, alert, found, model)
    if found.total > len(alerts):
        left = found.total - len(alerts)
        st.button(
            _("Show more ({n})").format(n=left), key="alerts.more", type="tertiary",
            icon=":material/expand_more:", on_click=alerts_state.more,
        )  # fmt: skip


def _steady(visit: Visit, view: View, found: Overview) -> tuple[tuple[Alert, ...], int]:
    """The alerts to draw, and how many more came. While somebody has a menu open or is choosing,
    the lines stay where they are, each as it is by now: a press must not hit another one."""
    kept = alerts_state.shown(visit, view)
    is_held = bool(st.session_state.get(SEVERAL)) or (kept and alerts_acts.is_busy(kept))
    if kept and is_held:
        now = {alert.id for alert in found.alerts}
        alerts = visit.parts.services.alerts.alerts(kept, visit.user, visit.model)
        return alerts, len(now - set(kept))
    alerts_state.show(visit, view, [alert.id for alert in found.alerts])
    return found.alerts, 0


# -- above the list -----------------------------------------------------------------------------


def _fields(visit: Visit, found: Overview, model: SemanticModel) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            _("Which alerts"), list(_WHICH), default="open", key=WHICH, required=True,
            format_func=lambda which: _which_words(which, found), label_visibility="collapsed",
        )  # fmt: skip
        menu = st.popover(
            _("Filter"), icon=":material/filter_list:", type="tertiary", key="alerts.filter"
        )
        with menu, st.container(width=320):
            _filters(found, model, visit)
        desk = visit.parts.services.alerts
        if any(desk.can(Event.ACKNOWLEDGE, a, visit.user) for a in found.alerts):
            st.toggle(_("Choose several"), key=SEVERAL)


def _which_words(which: str, found: Overview) -> str:
    counts = {"unseen": found.unseen, "away": found.away}
    label = _(_WHICH[which])
    return f"{label} ({counts[which]})" if counts.get(which) else label


def _filters(found: Overview, model: SemanticModel, visit: Visit) -> None:
    view, plants = alerts_state.view(), sorted(visit.user.plants)
    lines = _levels(found)
    spoken = said(model)
    labels = spoken.tables[spoken.watch.table].columns if spoken.watch else {}
    nothing = _("all")
    st.multiselect(_("Plant"), plants, key=PLANTS, placeholder=nothing)
    st.multiselect(
        _("Place"), lines, key=PLACES, placeholder=nothing, disabled=not lines,
        format_func=lambda at: f"{labels[at[0]].label}: {at[1]}" if at[0] in labels else at[1],
    )  # fmt: skip
    assets = sorted({p.asset for p in found.places if p.asset} | set(view.assets))
    st.multiselect(_("Asset"), assets, key=ASSETS, placeholder=nothing, disabled=not assets)
    st.multiselect(
        _("Severity"), SEVERITIES, key=alerts_state.SEVERITIES, placeholder=nothing,
        format_func=lambda name: _(SEVERITY_NAMES[name]),
    )  # fmt: skip
    st.button(_("Clear"), key="alerts.clear", on_click=alerts_state.clear_filter)


def _levels(found: Overview) -> list[tuple[str, str]]:
    """Lines, classes and whatever else places have beside plant and asset."""
    pairs = {
        (level, value)
        for place in found.places
        for level, value in place.at
        if value not in (place.plant, place.asset)
    }
    chosen = st.session_state.get(PLACES) or ()
    return sorted(pairs | {(level, value) for level, value in chosen})


def _is_filtered(view: View) -> bool:
    return bool(view.plants or view.places or view.assets or view.severities)


def _counts(found: Overview) -> None:
    """How many are open, by severity, and how old the list is; always in the same place."""
    parts = [f"{alerts_words.severity(name)} {n}" for name, n in found.by_severity.items() if n]
    st.markdown(" \u2003".join([*parts, f":small[:gray[{plain(_checked(found))}]]"]))
    _late(found)


def _nothing(found: Overview) -> None:
    st.space("small")
    if found.checked_at is None:
        states.say(
            states.Look("notifications_paused", "gray", marked("Nothing is open")),
            _("The watch has not looked yet, so nothing says that all is well."),
        )
        return
    calm = _("Nothing needs you.")
    st.markdown(f"##### :gray[:material/check:] {plain(calm)}", anchors=False)
    st.markdown(f":gray[{plain(_checked(found))}]")
    _late(found)


def _checked(found: Overview) -> str:
    """`Last checked 12 s ago, data to 23:50`."""
    if found.checked_at is None:
        return _("The watch has not looked yet.")
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    age = alerts_words.ago((now - found.checked_at).total_seconds())
    words = _("Last checked {ago}.").format(ago=age)
    if found.watched_to is not None:
        plant, upto = found.watched_to
        zone = found.zones.get(plant) or next(iter(found.zones.values()), "UTC")
        words += " " + _("Data to {moment}.").format(moment=moment(to_local(upto, zone)))
    return words


def _late(found: Overview) -> None:
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    if found.checked_at is not None and (now - found.checked_at).total_seconds() > _LATE_S:
        late = _("The watch has not looked for a while: what came since is not here.")
        st.markdown(f":orange[:material/warning: {plain(late)}]")


def _none_fits(view: View) -> None:
    words = {
        "away": marked("Nothing is shelved, suppressed or out of service."),
        "past": marked("Nothing ended in the last 7 days."),
    }
    st.space("small")
    if _is_filtered(view):
        none = _("No alert fits the filter.")
        st.markdown(f":gray[{plain(none)}]")
        st.button(
            _("Clear the filter"), key="alerts.clear_all", type="tertiary",
            on_click=alerts_state.clear_filter,
        )  # fmt: skip
        return
    empty = words.get(view.which, marked("Nothing is open."))
    st.markdown(f":gray[{plain(_(empty))}]")


# -- one line -----------------------------------------------------------------------------------


def _row(visit: Visit, alert: Alert, found: Overview, model: SemanticModel) -> None:
    zone = found.zones.get(alert.plant, "UTC")
    now = found.now.get(alert.plant, alert.raised_at)
    is_choosing = bool(st.session_state.get(SEVERAL))
    with (
        st.container(border=True, key=f"alertrow-{alert.id}"),
        st.container(
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
            gap="small",
        ),
    ):
        with st.container(gap=None, width=_TEXT_PX, key=f"alerttext-{alert.id}"):
            head = alerts_words.head(alert, model)
            can_be_chosen = visit.parts.services.alerts.can(Event.ACKNOWLEDGE, alert, visit.user)
            if is_choosing and can_be_chosen:
                st.checkbox(head, key=alerts_state.tick(alert.id))
            else:
                st.markdown(head)
            st.markdown(alerts_words.reading(alert, model, now, zone))
            st.markdown(f":small[:gray[{alerts_words.standing(alert, zone)}]]")
            under = found.grouped.get(alert.id)
            if under:
                words = ngettext("stands for {n} alert", "stands for {n} alerts", under)
                st.markdown(f":small[:material/stacks: {plain(words.format(n=under))}]")
        with st.container(horizontal=True, gap="small", width="content"):
            if not is_choosing:
                alerts_acts.buttons(visit, alert)
            st.button(
                _("Story"), key=f"alert.open.{alert.id}", type="tertiary",
                icon=":material/chevron_right:", on_click=alerts_state.open_alert, args=(alert.id,),
            )  # fmt: skip
