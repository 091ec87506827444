"""The page Models: what tables, columns and figures mean, and the way from a draft to what is in
force."""

from __future__ import annotations

from typing import Final, Literal

import streamlit as st

from core.errors import GembaError
from core.model_desk import Listed, Sheet, drafted_in
from core.translation import gettext as _
from core.translation import marked, ngettext, retold
from core.ui import models_columns, models_metrics, models_publish, models_text, models_try, states
from core.ui import models_state as state
from core.ui.guard import Visit
from core.ui.states import outcome
from core.ui.text import number

_STATES = {
    "published": marked("In force"),
    "draft": marked("Draft"),
    "broken": marked("Broken"),
}
_BADGES: Final[dict[str, tuple[str, Literal["green", "blue", "red"]]]] = {
    "published": ("check", "green"),
    "draft": ("edit", "blue"),
    "broken": ("error", "red"),
}


def draw(visit: Visit) -> None:
    """The page."""
    st.markdown("# " + _("Models"), anchors=False)
    try:
        listed = {one.name: one for one in state.desk(visit).listed(visit.user)}
        state.take_address(tuple(listed), _first(listed, visit))
        name = _choice(listed)
        _facts(listed[name])
        sheet = state.desk(visit).open(name, visit.user)
        _views()
        _note()
        _problems(sheet)
        _draw_view(visit, sheet)
        state.give_address(name)
    except GembaError as error:
        states.say(
            states.Look("cloud_off", "orange", marked("Not available")),
            retold(error),
            then=_("Reload this page to try again."),
        )


def _first(listed: dict[str, Listed], visit: Visit) -> str:
    """The model that is shown where none was chosen: a draft, which waits for somebody, else the
    one that is asked."""
    drafts = [name for name, one in listed.items() if one.state == "draft"]
    asked = visit.model if visit.model in listed else next(iter(listed))
    return drafts[0] if drafts else asked


def _choice(listed: dict[str, Listed]) -> str:
    """The model that is shown."""

    def shown(name: str) -> str:
        return f"{listed[name].label} ({name}) · {_(_STATES[listed[name].state])}"

    return str(
        st.selectbox(
            _("Model"),
            list(listed),
            format_func=shown,
            key=state.MODEL,
            on_change=state.hush,
            persist_state="session",
        )
    )


def _facts(one: Listed) -> None:
    """Its state, and what nobody confirmed yet, on one line."""
    icon, colour = _BADGES[one.state]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.badge(_(_STATES[one.state]), icon=f":material/{icon}:", color=colour)
        if one.state == "draft" and one.in_force:
            st.badge(_("An earlier version is in force"), color="gray")
        if one.is_shipped:
            st.badge(_("Ships with Gemba"), icon=":material/lock:", color="gray")
        if one.drafted:
            said = ngettext("{n} to confirm", "{n} to confirm", one.drafted)
            st.badge(
                said.format(n=number(one.drafted, 0)),
                icon=":material/auto_awesome:",
                color="orange",
            )
    if one.is_shipped:
        st.caption(
            _(
                "This model comes with Gemba and is changed with it. It can be looked at and tried "
                "here."
            )
        )


def _views() -> None:
    st.segmented_control(
        _("View"),
        list(state.VIEWS),
        format_func=lambda name: _(state.VIEWS[name]),
        default="columns" if state.VIEW not in st.session_state else None,
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
        outcome("models", note.text, is_trouble=note.is_trouble, hush=state.hush)


def _problems(sheet: Sheet) -> None:
    """What keeps the text from being a model, each with its line."""
    if not sheet.problems or st.session_state.get(state.VIEW) == "text":
        return
    states.say(
        states.Look("error", "red", marked("The text has problems")),
        "\n".join(sheet.problems[:5]),
        then=_("Mend them under Text; nothing else can be edited until then."),
    )


def _draw_view(visit: Visit, sheet: Sheet) -> None:
    view = st.session_state.get(state.VIEW, "columns")
    if view == "text":
        models_text.draw(visit, sheet)
    elif view == "publish":
        models_publish.draw(visit, sheet)
    elif sheet.model is None:
        return
    elif view == "metrics":
        models_metrics.draw(visit, sheet, sheet.model)
    elif view == "try":
        models_try.draw(visit, sheet, sheet.model)
    else:
        if drafted_in(sheet.model) and not sheet.is_shipped:
            st.button(
                _("Confirm all of the model"),
                key="models.confirm_all",
                icon=":material/done_all:",
                on_click=state.act,
                args=(
                    visit,
                    lambda desk: desk.confirm(sheet.name, visit.user),
                    _("Confirmed. Publish the draft to put it in force."),
                ),
            )
        models_columns.draw(visit, sheet, sheet.model)
