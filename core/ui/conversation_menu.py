"""What can be done with a whole conversation: name it, take it along, delete it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import streamlit as st

from core.conversations.store import title_of
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import language, retold, speaking
from core.ui import guard
from core.ui.conversations import Conversation
from core.ui.guard import Visit
from core.ui.text import plain

#: Pixels of the menu; a narrow window has less.
_WIDTH: Final = 420
_TOLD: Final = "conversation.told"
_FORMS: Final[tuple[tuple[Literal["md", "json"], str, str], ...]] = (
    ("md", "Markdown", "text/markdown"),
    ("json", "JSON", "application/json"),
)


def draw(visit: Visit, conversation: Conversation, leave: Callable[[], None]) -> None:
    """The conversation's title and its menu. leave: called when it has been deleted."""
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        # one question says its own title
        title = plain(conversation.title) if _is_named(conversation) else ""
        about = f":small[:gray[{title}]]" if title else ""
        st.markdown(f"{_data(visit, conversation)}{about}", width="stretch")
        with (
            st.popover(
                _("Conversation"), icon=":material/more_horiz:", type="tertiary", width="content"
            ),
            st.container(width=_WIDTH),
        ):
            _menu(visit, conversation, leave)
    told = st.session_state.pop(_TOLD, "")
    if told:
        st.caption(f":material/info: {plain(told)}")


def _data(visit: Visit, conversation: Conversation) -> str:
    """What the conversation is about, where there are several data."""
    names = guard.models(visit.parts, visit.user)
    name = conversation.model or visit.data
    if len(names) < 2 or name not in names:
        return ""
    return f":gray-badge[:material/database: {plain(guard.label(visit.parts, name))}] "


def _is_named(conversation: Conversation) -> bool:
    turns = conversation.turns
    return len(turns) > 1 or conversation.title != title_of(turns[0].question if turns else "")


def _menu(visit: Visit, conversation: Conversation, leave: Callable[[], None]) -> None:
    spoken = language()  # a file is made outside of the page
    key, services, user = conversation.id, visit.parts.services, visit.user
    with st.form(f"rename.{key}", border=False):
        title = st.text_input(
            _("Title"), value=conversation.title, max_chars=80, key=f"title.{key}"
        )
        if st.form_submit_button(_("Rename"), icon=":material/edit:"):
            _tried(lambda: services.conversations.rename(user, key, title))
    with st.container(horizontal=True, gap="small"):
        for form, label, mime in _FORMS:

            def document(form: Literal["md", "json"] = form) -> bytes:
                with speaking(spoken):
                    return services.conversations.export(user, key, form)

            st.download_button(
                _("Export as {form}").format(form=label),
                data=document,
                file_name=f"conversation.{form}",
                mime=mime,
                key=f"take.{form}.{key}",
                icon=":material/download:",
                on_click="ignore",
            )
    st.caption(
        _(
            "Deleting takes questions, answers and rows away for good. The audit log stays, and "
            "what was sent to the review of answers."
        )
    )
    if st.button(_("Delete this conversation"), key=f"delete.{key}", icon=":material/delete:"):

        def delete() -> None:
            visit.parts.conversations.delete(services, user, key)
            leave()

        _tried(delete)


def _tried(change: Callable[[], None]) -> None:
    """Make the change and draw the page again; what went wrong is said on it."""
    try:
        change()
    except GembaError as error:
        st.session_state[_TOLD] = retold(error)
    st.rerun()
