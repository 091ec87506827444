"""What became of the messages about alerts: what waits, what was sent, what was put aside."""

from __future__ import annotations

from typing import Final, cast

import streamlit as st

from core.alert_desk.clocks import to_local
from core.alert_desk.deliveries import Deliveries, Delivery, Stage
from core.delivery.message import ChannelName
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked, ngettext
from core.ui import alerts_acts, alerts_state, states, stay
from core.ui.guard import Visit
from core.ui.text import moment, plain

#: Seconds after which the list is read anew.
_EVERY_S: Final = 10
_STEP: Final = 30
_STAGE, _MOST = "deliveries.stage", "deliveries.most"
_TEXT_PX: Final = 560
STAGES: Final[dict[Stage, str]] = {
    "dead": marked("Put aside"),
    "pending": marked("Waiting"),
    "sent": marked("Sent"),
    "left": marked("Let be"),
}
_EMPTY: Final[dict[Stage, str]] = {
    "dead": marked("No message was put aside."),
    "pending": marked("No message waits to be sent."),
    "sent": marked("No message was sent yet."),
    "left": marked("No message was let be."),
}
CHANNELS: Final[dict[ChannelName, tuple[str, str]]] = {
    "email": ("mail", marked("E-mail")),
    "webhook": ("webhook", marked("Webhook")),
    "teams": ("groups", marked("Teams")),
}


def draw(visit: Visit) -> None:
    """The tab."""
    live = st.fragment(_live, key="deliveries.live", run_every=_EVERY_S)
    live(visit)


def _live(visit: Visit) -> None:
    if not visit.holds or alerts_state.opened():  # a run of this part alone has no other guard
        st.rerun()
    note = alerts_state.take_note()
    desk = visit.parts.services.deliveries
    most = int(st.session_state.get(_MOST, _STEP))
    chosen = cast("Stage | None", st.session_state.get(_STAGE))
    try:
        stage = chosen or _first(desk.overview(visit.user, most=1))
        found = desk.overview(visit.user, stage, most)
    except GembaError as error:
        states.say(states.FAILED, str(error))
        return
    if note:
        st.warning(plain(note), icon=":material/info:")
    if found.trouble:
        st.warning(plain(found.trouble), icon=":material/rule:")
    if not found.channels and not any(found.counts.values()):
        states.say(
            states.Look("notifications_off", "gray", marked("Nothing is sent")),
            _("No channel is set up, so alerts stand on this page and reach nobody elsewhere."),
            then=_("E-mail, webhooks and Teams are set up by who runs Gemba (docs/delivery.md)."),
        )
        return
    st.segmented_control(
        _("Which messages"), list(STAGES), default=stage, key=_STAGE, required=True,
        format_func=lambda name: _label(name, found), label_visibility="collapsed",
    )  # fmt: skip
    if not found.channels:
        none = _("No channel is set up any more: what waits is put aside.")
        st.markdown(f":orange[:material/warning: {plain(none)}]")
    if not found.messages:
        st.space("small")
        st.markdown(f":gray[{plain(_(_EMPTY[stage]))}]")
    for one in found.messages:
        _row(visit, one)
    left = found.counts[stage] - len(found.messages)
    if left > 0:
        st.button(
            _("Show more ({n})").format(n=left), key="deliveries.more", type="tertiary",
            icon=":material/expand_more:", on_click=_more,
        )  # fmt: skip


def _first(found: Deliveries) -> Stage:
    """What needs somebody comes first, until somebody chooses."""
    return next((name for name in ("dead", "pending") if found.counts[name]), "sent")


def _label(stage: Stage, found: Deliveries) -> str:
    count = found.counts[stage]
    return f"{_(STAGES[stage])} ({count})" if count and stage != "sent" else _(STAGES[stage])


def _more() -> None:
    st.session_state[_MOST] = int(st.session_state.get(_MOST, _STEP)) + _STEP


def _row(visit: Visit, one: Delivery) -> None:
    with st.container(border=True, key=f"deliveryrow-{one.number}"):
        with st.container(
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
            gap="small",
        ):
            with st.container(gap=None, width=_TEXT_PX, key=f"deliverytext-{one.number}"):
                _text(one)
            with st.container(horizontal=True, gap="small", width="content"):
                _buttons(visit, one)
        if one.text:
            words = stay.expander(
                _("What it says"), key=f"delivery.text.{one.number}", is_compact=True
            )
            if words.open:
                with words:
                    st.text(one.text)


def _text(one: Delivery) -> None:
    icon, channel = CHANNELS[one.channel]
    st.markdown(f":material/{icon}: {plain(_(channel))} \u2002**{plain(one.to)}**")
    st.markdown(plain(one.subject or _("What was kept of this message cannot be read.")))
    st.markdown(f":small[:gray[{plain(_standing(one))}]]")
    if one.error:
        colour = "orange" if one.status == "dead" else "gray"
        st.markdown(f":small[:{colour}[:material/warning: {plain(one.error)}]]")


def _standing(one: Delivery) -> str:
    """`HAM · since 1 Jul 2026, 06:00 · 3 tries · next at 06:15`."""
    put_at = _local(one, "put_at")
    parts = [one.plant, _("put in at {moment}").format(moment=put_at)]
    if one.tries:
        parts.append(ngettext("{n} try", "{n} tries", one.tries).format(n=one.tries))
    if one.status == "waiting":
        parts.append(_("next at {moment}").format(moment=_local(one, "due_at")))
    elif one.status == "sending":
        parts.append(_("being sent now"))
    elif one.ended_at is not None:
        words = _("sent at {moment}") if one.status == "sent" else _("put aside at {moment}")
        parts.append(words.format(moment=_local(one, "ended_at")))
    return " · ".join(part for part in parts if part)


def _local(one: Delivery, name: str) -> str:
    return moment(to_local(getattr(one, name), one.zone))


def _buttons(visit: Visit, one: Delivery) -> None:
    desk, user = visit.parts.services.deliveries, visit.user
    if one.status == "dead" and desk.may_act(user):
        st.button(
            _("Send again"), key=f"delivery.again.{one.number}", icon=":material/send:",
            on_click=alerts_acts.acting(visit, lambda: desk.send_again(one.number, user)),
        )  # fmt: skip
        st.button(
            _("Let it be"), key=f"delivery.let.{one.number}", type="tertiary",
            on_click=alerts_acts.acting(visit, lambda: desk.let_be(one.number, user)),
        )  # fmt: skip
    if one.alert_id:
        st.button(
            _("Story"), key=f"delivery.open.{one.number}", type="tertiary",
            icon=":material/chevron_right:", on_click=alerts_state.open_alert,
            args=(one.alert_id,),
        )  # fmt: skip
