"""Keeping an answer as a card of a board."""

from __future__ import annotations

import streamlit as st

from core.errors import GembaError
from core.translation import gettext as _
from core.translation import retold
from core.types import Answer
from core.ui import guard, links
from core.ui.guard import Visit
from core.ui.text import plain

_NEW = ""
_TITLE_CHARS = 160


def action(visit: Visit, answer: Answer, *, key: str) -> None:
    """The button under an answer that can be kept, for who has the page of boards."""
    if not guard.may_open(visit.parts, visit.user, "boards") or not answer.sql:
        return
    note = st.session_state.get(f"pin.note.{key}")
    if note:
        _done(key, *note)
        return
    opened = st.popover(
        _("Pin"), icon=":material/keep:", type="tertiary", key=f"pin.{key}", on_change="rerun"
    )
    if opened.open:
        with opened:
            _form(visit, answer, key)


def _done(key: str, is_good: bool, text: str) -> None:
    if not is_good:
        st.markdown(f":orange[:material/warning: {plain(text)}]", width="content")
        st.session_state.pop(f"pin.note.{key}", None)
        return
    page = links.to("boards")
    if page is None:
        st.markdown(f":gray[:material/keep: {plain(text)}]", width="content")
        return
    board = st.session_state.get(f"pin.board.{key}", "")
    st.page_link(page, label=text, icon=":material/keep:", query_params={"b": board})


def _form(visit: Visit, answer: Answer, key: str) -> None:
    desk = visit.parts.services.boards
    boards = {board.id: board.name for board in desk.boards(visit.user)}

    def save() -> None:
        if not visit.holds:
            return
        state = st.session_state
        try:
            board = str(state.get(f"pin.which.{key}") or _NEW)
            if board == _NEW:
                board = desk.make(str(state.get(f"pin.name.{key}") or _("My board")), visit.user).id
            desk.pin(
                board, answer, visit.user,
                title=str(state.get(f"pin.title.{key}") or ""),
                time=str(state.get(f"pin.time.{key}") or ""),
            )  # fmt: skip
        except GembaError as error:
            state[f"pin.note.{key}"] = (False, retold(error))
            return
        state[f"pin.board.{key}"] = board
        state[f"pin.note.{key}"] = (True, _("Pinned: open the board"))

    # A form would not show the name of a new board when it is chosen.
    with st.container(width=320):
        which = st.selectbox(
            _("Board"),
            [*boards, _NEW],
            format_func=lambda one: boards.get(one, _("A new board")),
            key=f"pin.which.{key}",
        )
        if which == _NEW:
            st.text_input(_("Its name"), _("My board"), max_chars=80, key=f"pin.name.{key}")
        title = answer.question or _("From SQL")
        st.text_input(
            _("Title"), title[:_TITLE_CHARS], max_chars=_TITLE_CHARS, key=f"pin.title.{key}"
        )
        st.caption(
            ":material/schedule: "
            + _("Time: {time}").format(time=f"**{plain(desk.kept_time(answer, visit.user))}**")
        )
        if answer.plan is not None:
            st.text_input(
                _("Another time (optional)"),
                placeholder=_("last week, yesterday, last 7 days"),
                max_chars=80,
                key=f"pin.time.{key}",
            )
        st.button(_("Pin"), key=f"pin.save.{key}", type="primary", on_click=save)
