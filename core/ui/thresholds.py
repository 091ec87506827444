"""The page Thresholds: the plant as a tree, what is in force at a place, and the real curve."""

from __future__ import annotations

import streamlit as st

from core.errors import GembaError
from core.threshold_desk.bench import Bench
from core.translation import gettext as _
from core.translation import marked
from core.ui import (
    risk,
    states,
    thresholds_curve,
    thresholds_files,
    thresholds_one,
    thresholds_table,
    thresholds_tree,
)
from core.ui import thresholds_state as state
from core.ui import thresholds_words as words
from core.ui.guard import Visit
from core.ui.states import outcome
from core.ui.text import number, plain

_PARTS = (4, 13, 11)


def draw(visit: Visit) -> None:
    """The page."""
    st.markdown("# " + _("Thresholds"), anchors=False)
    try:
        if not visit.parts.services.thresholds.is_watched(visit.user, visit.model):
            states.say(
                states.Look("notifications_off", "gray", marked("No thresholds on these data")),
                _("The data model says in its section watch on what thresholds are put."),
            )
            return
        bench = state.bench(visit)
        st.caption(
            _(
                "From these values on people are alerted. Alerts are advice: never safety or "
                "control alarms, and no plant is run by them."
            )
        )
        _views(bench)
        _note()
        _draw_view(visit, bench)
    except GembaError as error:
        states.say(
            states.Look("cloud_off", "orange", marked("Not available")),
            str(error),
            then=_("Reload this page to try again."),
        )
    state.give_address()


def _views(bench: Bench) -> None:
    drafts = len(bench.drafts())

    def shown(name: str) -> str:
        label = _(state.VIEWS[name])
        return f"{label} {number(drafts, 0)}" if name == "drafts" and drafts else label

    st.segmented_control(
        _("View"),
        list(state.VIEWS),
        format_func=shown,
        default="limits" if state.VIEW not in st.session_state else None,
        required=True,
        key=state.VIEW,
        label_visibility="collapsed",
        on_change=state.hush,
        persist_state="session",
        wrap=True,
    )


def _note() -> None:
    """What came of the last act."""
    note = state.note()
    if note is not None:
        outcome("thresholds", note.text, is_trouble=note.is_trouble, hush=state.hush)


def _draw_view(visit: Visit, bench: Bench) -> None:
    view = st.session_state.get(state.VIEW, "limits")
    if view == "risk":
        risk.draw(visit)
        return
    if view == "files":
        thresholds_files.draw(visit, bench)
        return
    left, middle, right = st.columns(_PARTS, gap="medium")
    with left:
        thresholds_tree.draw(bench)
    if not bench.assets():
        with middle:
            states.say(
                states.Look("domain_disabled", "gray", marked("No assets for you")),
                _("None of your plants has assets in these data. Ask an admin for your plants."),
            )
        return
    with middle:
        _heading(bench)
        chosen = (
            thresholds_table.drafts(bench) if view == "drafts" else thresholds_table.limits(bench)
        )
        if bench.rights.may_edit:
            thresholds_one.new_button(bench)
        if len(chosen) > 1:
            thresholds_table.bulk(visit, bench, chosen)
        else:
            state.follow(chosen)
            thresholds_one.draw(visit, bench)
    with right:
        thresholds_curve.draw(bench)


def _heading(bench: Bench) -> None:
    place = state.path()
    count = words.assets(len(bench.assets(place)))
    name = words.where(bench, place) if place.at else _("All your plants")
    st.markdown(f"#### {plain(name)} :gray[:small[{plain(count)}]]", anchors=False)
