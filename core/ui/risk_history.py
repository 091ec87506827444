"""Who changed the weights of a plant, when and why; and the way back to older ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from core.risk.desk import Standing
from core.risk.store import PlantWeights, Proposal
from core.translation import gettext as _
from core.ui import risk_form
from core.ui import risk_state as state
from core.ui.guard import Visit
from core.ui.text import moment, plain


@dataclass(frozen=True, slots=True)
class _Entry:
    """A version, or a proposal that was taken back."""

    at: dt.datetime
    version: PlantWeights | None = None
    proposal: Proposal | None = None


def draw(visit: Visit, standing: Standing) -> None:
    """All changes, the newest first."""
    desk = state.desk(visit)
    versions = desk.history(standing.plant, visit.user, visit.model)
    dismissed = [
        one
        for one in desk.proposals(standing.plant, visit.user, visit.model)
        if one.state == "dismissed"
    ]
    entries = [_Entry(one.at, version=one) for one in versions if one.at is not None]
    entries += [_Entry(one.decided_at or one.at, proposal=one) for one in dismissed]
    st.markdown("#### " + _("History"), anchors=False)
    if not entries:
        st.caption(_("Nobody has changed the weights of this plant: those of the model count."))
        return
    for entry in sorted(entries, key=lambda one: one.at, reverse=True):
        with st.container(border=True):
            if entry.version is not None:
                _version(standing, entry.version)
            elif entry.proposal is not None:
                _taken_back(entry.proposal)


def _version(standing: Standing, one: PlantWeights) -> None:
    title = _("Version {n}").format(n=one.version)
    is_current = one.version == standing.current.version
    counts = _("counts now")
    badge = f" :gray-badge[:material/check: {plain(counts)}]" if is_current else ""
    st.markdown(f"**{plain(title)}**{badge}")
    st.markdown(plain(risk_form.weighed(one.weights)))
    st.markdown(plain(f"“{one.note}”") if one.note else "–")
    when = f", {moment(one.at)} UTC" if one.at is not None else ""
    st.caption(plain(risk_form.who(one.by, one.approver) + when))
    if not is_current and (standing.may_save or standing.may_propose):
        reason = _("back to version {n}").format(n=one.version)
        st.button(
            _("Roll back to it"),
            key=f"risk.back.{one.version}",
            icon=":material/history:",
            help=_("Its weights come into the fields, to be tried and saved with a reason."),
            on_click=state.begin,
            args=(state.Fill(standing.plant, one.weights, reason),),
        )


def _taken_back(one: Proposal) -> None:
    title = _("Proposed and taken back")
    st.markdown(f"**:material/undo: {plain(title)}**")
    st.markdown(plain(risk_form.weighed(one.weights)))
    st.markdown(plain(f"“{one.note}”"))
    text = _("proposed by {name}, taken back by {other}")
    said = text.format(name=one.by, other=one.decided_by)
    st.caption(plain(f"{said}, {moment(one.decided_at or one.at)} UTC"))
