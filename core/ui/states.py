"""Pages and cards for what is not an answer: each says what happened and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.translation import gettext as _
from core.translation import marked
from core.types import EmptyReason
from core.ui.text import paragraphs, plain


@dataclass(frozen=True, slots=True)
class Look:
    """Icon, colour of the icon and title of a state, looked up when it is shown."""

    icon: str
    colour: str
    title: str


EMPTIES: dict[EmptyReason, Look] = {
    EmptyReason.NO_ROWS: Look("filter_list_off", "gray", marked("No rows match")),
    EmptyReason.OUT_OF_SCOPE: Look("domain_disabled", "gray", marked("Outside your plants")),
    EmptyReason.NOT_LOADED: Look("hourglass_empty", "gray", marked("Not loaded yet")),
    EmptyReason.SENSOR_BAD: Look("sensors_off", "yellow", marked("No usable readings")),
    EmptyReason.NOT_ANSWERABLE: Look("data_loss_prevention", "gray", marked("Not in this data")),
}
REFUSED = Look("shield", "gray", marked("Not allowed"))
FAILED = Look("error", "red", marked("No answer"))
STOPPED = Look("stop_circle", "gray", marked("Stopped"))
NOTHING = Look("inbox", "gray", marked("Empty"))
GONE = Look("history_toggle_off", "gray", marked("Not kept"))


def heading(look: Look) -> None:
    """Icon and title of a state, as one line."""
    title(look.icon, look.colour, _(look.title))


def title(icon: str, colour: str, text: str) -> None:
    """The same line with a text that is in the reader's language already."""
    st.markdown(f"##### :{colour}[:material/{icon}:] {plain(text)}", anchors=False)


def say(look: Look, message: str, *, then: str = "") -> None:
    """A state as a card's content. `then`: what to do next, quieter."""
    heading(look)
    if message:
        st.markdown(paragraphs(message))
    if then:
        st.caption(paragraphs(then))


def cannot_start(message: str) -> None:
    """The whole page when the services could not be built."""
    with st.container(width=640):
        say(Look("build", "orange", marked("Gemba cannot start yet")), message)
        st.caption(_("Mend that, then reload this page. Nothing has to be restarted."))


def signed_out() -> None:
    """Instead of a page that was opened without a sign-in."""
    with st.container(width=480):
        say(
            Look("lock", "gray", marked("Sign in first")),
            _("This page is for people with an account."),
        )
        st.link_button(_("Go to sign-in"), "/", icon=":material/login:")


def no_rights(page: str) -> None:
    """Instead of a page that the role does not have."""
    with st.container(width=480):
        say(
            Look("lock", "gray", marked("Not for your role")),
            _("Your role does not have the page {page}. Ask an admin for the right one.").format(
                page=repr(page)
            ),
        )


def no_pages() -> None:
    """For a role that has no page at all."""
    with st.container(width=480):
        say(
            Look("lock", "gray", marked("Nothing here for your role")),
            _("Your account works, but its role has no page. Ask an admin for a role that has."),
        )


def outcome(page: str, text: str, *, is_trouble: bool, hush: Callable[[], None]) -> None:
    """What came of the last act on a page, until it is dismissed. page: begins the keys."""
    with st.container(
        border=True, key=f"{page}-note", horizontal=True, vertical_alignment="center"
    ):
        look = ":orange[:material/warning:]" if is_trouble else ":material/check:"
        st.markdown(f"{look} {plain(text)}", width="stretch")
        st.button(
            _("Dismiss"),
            key=f"{page}.note_close",
            type="tertiary",
            icon=":material/close:",
            on_click=hush,
        )
