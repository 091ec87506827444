"""What a draft would change, putting it in force, and the way back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import streamlit as st

from core.drafting.shelf import Version
from core.errors import UserFixable
from core.model_desk import ModelDesk, Sheet, drafted_in
from core.translation import gettext as _
from core.translation import ngettext
from core.ui import code
from core.ui import models_state as state
from core.ui.guard import Visit
from core.ui.text import moment, number, plain


def draw(visit: Visit, sheet: Sheet) -> None:
    """The difference, Publish, and earlier versions."""
    desk = state.desk(visit)
    if sheet.is_draft:
        _draft(visit, sheet)
    else:
        st.caption(_("There is no draft: what is in force is as it stands here."))
    versions = desk.versions(sheet.name, visit.user)
    if versions:
        _versions(visit, sheet, versions)


def _draft(visit: Visit, sheet: Sheet) -> None:
    desk = state.desk(visit)
    st.markdown("##### " + _("What the draft changes"), anchors=False)
    try:
        found = desk.difference(sheet.name, visit.user)
    except UserFixable as error:
        st.markdown(f":red[:material/error:] {plain(error)}")
    else:
        for title, icon, names in (
            (_("Added"), "add", found.added),
            (_("Gone"), "remove", found.gone),
            (_("Changed"), "edit", found.changed),
        ):
            if names:
                _listed(title, icon, names)
        if not found:
            st.caption(_("Nothing is different from what is in force."))
    lines = desk.lines(sheet.name, visit.user)
    if lines:
        with st.expander(_("Line by line")):
            code.diff(lines, height=320)
    if sheet.model is not None and drafted_in(sheet.model):
        n = drafted_in(sheet.model)
        said = ngettext(
            "{n} thing was drafted and is confirmed by nobody yet. It may be published all the "
            "same, and keeps its mark.",
            "{n} things were drafted and are confirmed by nobody yet. They may be published all "
            "the same, and keep their marks.",
            n,
        )
        st.caption(said.format(n=number(n, 0)))
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Publish"),
            key="models.publish",
            type="primary",
            icon=":material/publish:",
            disabled=bool(sheet.problems),
            on_click=state.act,
            args=(
                visit,
                lambda desk: desk.publish(sheet.name, visit.user),
                _("In force. It can be asked from now on."),
            ),
        )
        st.button(
            _("Throw the draft away"),
            key="models.drop",
            icon=":material/delete:",
            type="tertiary",
            on_click=state.act,
            args=(
                visit,
                lambda desk: desk.drop_draft(sheet.name, visit.user),
                _("The draft is thrown away; what is in force stays."),
            ),
        )


def _listed(title: str, icon: str, names: Sequence[str]) -> None:
    with st.expander(
        f":material/{icon}: {title} ({number(len(names), 0)})", expanded=len(names) < 9
    ):
        st.markdown("\n".join(f"- {plain(name)}" for name in names[:200]))


def _versions(visit: Visit, sheet: Sheet, versions: Sequence[Version]) -> None:
    st.markdown("##### " + _("Versions"), anchors=False)
    for k, version in enumerate(versions[:20]):
        at = dt.datetime.fromisoformat(version.at).replace(tzinfo=None)
        said = _("Version {n}, {when}, by {name}").format(
            n=version.number, when=moment(at), name=version.by
        )
        if version.back_to:
            said += " · " + _("back to version {n}").format(n=version.back_to)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(plain(said), width="stretch")
            if k == 0:
                st.badge(_("In force"), color="green")
                continue
            st.button(
                _("Put in force again"),
                key=f"models.back.{version.number}",
                type="tertiary",
                icon=":material/undo:",
                on_click=state.act,
                args=(
                    visit,
                    _back(sheet.name, version.number, visit),
                    _("In force. It can be asked from now on."),
                ),
            )


def _back(name: str, version: int, visit: Visit) -> Callable[[ModelDesk], Version]:
    return lambda desk: desk.roll_back(name, version, visit.user)
