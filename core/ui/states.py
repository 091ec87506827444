"""Pages and cards for what is not an answer: each says what happened and what to do."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.types import EmptyReason
from core.ui.text import paragraphs, plain


@dataclass(frozen=True, slots=True)
class Look:
    """Icon, colour of the icon and title of a state."""

    icon: str
    colour: str
    title: str


EMPTIES: dict[EmptyReason, Look] = {
    EmptyReason.NO_ROWS: Look("filter_list_off", "gray", "No rows match"),
    EmptyReason.OUT_OF_SCOPE: Look("domain_disabled", "gray", "Outside your plants"),
    EmptyReason.NOT_LOADED: Look("hourglass_empty", "gray", "Not loaded yet"),
    EmptyReason.SENSOR_BAD: Look("sensors_off", "yellow", "No usable readings"),
    EmptyReason.NOT_ANSWERABLE: Look("data_loss_prevention", "gray", "Not in this data"),
}
REFUSED = Look("shield", "gray", "Not allowed")
FAILED = Look("error", "red", "No answer")
STOPPED = Look("stop_circle", "gray", "Stopped")
GONE = Look("history_toggle_off", "gray", "Not kept")


def heading(look: Look) -> None:
    """Icon and title of a state, as one line."""
    st.markdown(f"##### :{look.colour}[:material/{look.icon}:] {plain(look.title)}", anchors=False)


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
        say(Look("build", "orange", "Gemba cannot start yet"), message)
        st.caption("Mend that, then reload this page. Nothing has to be restarted.")


def signed_out() -> None:
    """Instead of a page that was opened without a sign-in."""
    with st.container(width=480):
        say(Look("lock", "gray", "Sign in first"), "This page is for people with an account.")
        st.link_button("Go to sign-in", "/", icon=":material/login:")


def no_rights(page: str) -> None:
    """Instead of a page that the role does not have."""
    with st.container(width=480):
        say(
            Look("lock", "gray", "Not for your role"),
            f"Your role does not have the page {page!r}. Ask an admin for the right one.",
        )


def no_pages() -> None:
    """For a role that has no page at all."""
    with st.container(width=480):
        say(
            Look("lock", "gray", "Nothing here for your role"),
            "Your account works, but its role has no page. Ask an admin for a role that has.",
        )
