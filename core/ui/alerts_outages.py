"""What is out of service: listed, taken out, put back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.alert_desk.clocks import to_local
from core.alert_desk.outages import Spot
from core.alert_desk.words import measured
from core.alerting.outages import Outage
from core.errors import GembaError
from core.semantic.model import SemanticModel
from core.semantic.said import said
from core.thresholds.record import KINDS, Threshold
from core.translation import gettext as _
from core.translation import marked, ngettext
from core.ui import alerts_acts, alerts_state, states
from core.ui.guard import Visit
from core.ui.text import moment, plain

#: Seconds after which the list is read anew.
_EVERY_S: Final = 10
_MOST_REASON: Final = 400
_TEXT_PX: Final = 560
_MENU, _ASSET, _WHAT, _FOR, _REASON = (
    "outage.new", "outage.asset", "outage.what", "outage.for", "outage.reason"
)  # fmt: skip
#: Lengths that are offered, in minutes; 0: until it is put back.
_LENGTHS: Final = {
    60: marked("1 hour"),
    240: marked("4 hours"),
    480: marked("8 hours"),
    1_440: marked("24 hours"),
    4_320: marked("3 days"),
    10_080: marked("7 days"),
    0: marked("Until it is put back"),
}
#: Assets that one line names.
_NAMED: Final = 4


def draw(visit: Visit) -> None:
    """The tab."""
    live = st.fragment(_live, key="outages.live", run_every=_EVERY_S)
    live(visit)


def line(found: Sequence[Outage]) -> None:
    """In the list of alerts: what is out of service, where anything is."""
    if not found:
        return
    names = list(dict.fromkeys(one.asset for one in found))
    shown = ", ".join(names[:_NAMED])
    if len(names) > _NAMED:
        shown = _("{names} and {n} more").format(names=shown, n=len(names) - _NAMED)
    words = _("Out of service: {names}. Nothing is raised there.").format(names=shown)
    st.markdown(f":small[:gray[:material/build: {plain(words)}]]")


def _live(visit: Visit) -> None:
    if not visit.holds or alerts_state.opened():  # a run of this part alone has no other guard
        st.rerun()
    note = alerts_state.take_note()
    services = visit.parts.services
    desk = services.outages
    try:
        found = desk.in_force(visit.user, visit.model)
        model = services.model(visit.data)
        if note:
            st.warning(plain(note), icon=":material/info:")
        if desk.may_act(visit.user):
            _menu(visit, model)
    except GembaError as error:
        states.say(states.FAILED, str(error))
        return
    if not found:
        none = _("Nothing is out of service.")
        st.markdown(f":gray[{plain(none)}]")
    for one in found:
        _row(visit, one, model)


def _row(visit: Visit, one: Outage, model: SemanticModel) -> None:
    desk, zone = visit.parts.services.outages, model.timezones.get(one.plant, "UTC")
    with (
        st.container(border=True, key=f"outagerow-{one.number}"),
        st.container(
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
            gap="small",
        ),
    ):
        with st.container(gap=None, width=_TEXT_PX, key=f"outagetext-{one.number}"):
            what = desk.subject(one, visit.user) or _whole(bool(one.place))
            st.markdown(f":material/build: **{plain(one.asset)}** \u2002{plain(what)}")
            st.markdown(plain(f"“{one.reason}”"))
            st.markdown(f":small[:gray[{plain(_standing(one, zone))}]]")
        if desk.may_act(visit.user):
            st.button(
                _("Put back into service"), key=f"outage.end.{one.number}",
                on_click=alerts_acts.acting(visit, lambda: desk.end(one.number, visit.user)),
            )  # fmt: skip


def _standing(one: Outage, zone: str) -> str:
    """`HAM · by ann · since 1 Jul 2026, 06:00 · until 10:00`."""
    since = _("since {moment}").format(moment=moment(to_local(one.put_at, zone)))
    parts = [one.plant, _("by {who}").format(who=one.by), since]
    if one.until is not None:
        parts.append(_("until {moment}").format(moment=moment(to_local(one.until, zone))))
    else:
        parts.append(_("until it is put back"))
    return " · ".join(part for part in parts if part)


# -- taking out ---------------------------------------------------------------------------------


def _menu(visit: Visit, model: SemanticModel) -> None:
    made = st.popover(
        _("Take out of service"), icon=":material/build:", key=_MENU, on_change="rerun"
    )
    if made.open:
        with made, st.container(width=340):
            _form(visit, model)


def _form(visit: Visit, model: SemanticModel) -> None:
    desk, user = visit.parts.services.outages, visit.user
    spots = {one.name: one for one in desk.spots(user, visit.model)}
    if not spots:
        st.markdown(plain(_("There are no assets in your plants.")))
        return
    name = st.selectbox(
        _("Asset or place"), list(spots), index=None, key=_ASSET,
        placeholder=_("Choose an asset or a place"),
        format_func=lambda name: _where(spots[name], model),
    )  # fmt: skip
    here = {one.id: one for one in desk.thresholds_at(name or "", user, visit.model)}
    st.selectbox(
        _("What"), ["", *here], key=_WHAT,
        format_func=lambda one: _what(here[one], model) if one in here else _("all of it"),
    )  # fmt: skip

    def put() -> None:
        state = st.session_state
        minutes = int(state.get(_FOR) or 0)
        until = visit.parts.services.alerts.utc_now() + dt.timedelta(minutes=minutes)
        desk.put(
            str(state.get(_ASSET) or ""), user, str(state.get(_REASON) or ""),
            until=until if minutes else None, threshold_id=str(state.get(_WHAT) or ""),
            model=visit.model,
        )  # fmt: skip
        state[_MENU] = False

    with st.form("outage.form", border=False):
        st.selectbox(_("For"), list(_LENGTHS), key=_FOR, format_func=lambda n: _(_LENGTHS[n]))
        st.text_input(_("Reason"), max_chars=_MOST_REASON, key=_REASON)
        st.caption(
            _(
                "It is watched all the same, but nothing is raised and nobody is told. Alerts that "
                "stand there are put away with it."
            )
        )
        st.form_submit_button(
            _("Take out of service"), key="outage.put", type="primary", disabled=name is None,
            on_click=alerts_acts.acting(visit, put),
        )  # fmt: skip


def _whole(is_place: bool) -> str:
    return _("all that is in it") if is_place else _("the whole asset")


def _where(one: Spot, model: SemanticModel) -> str:
    """`PMP-03 · pump · HAM · Line 3`, `HAM/Line 3 · Line · 6 assets`."""
    assert model.watch is not None
    if one.per:
        level = said(model).tables[model.watch.table].columns[one.per].label
        held = ngettext("{n} asset", "{n} assets", one.assets).format(n=one.assets)
        return f"{one.name} · {level} · {held}"
    rest = [value for level, value in one.at.items() if level != model.watch.asset and value]
    return " · ".join([one.name, *rest])


def _what(one: Threshold, model: SemanticModel) -> str:
    seen = measured(one.measure, model)
    return f"{seen.label if seen is not None else one.measure}: {_(KINDS[one.kind].words)}"
