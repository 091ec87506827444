"""What stands first in every page: nobody passes who is not signed in and entitled."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.governance.policy import ADMIN_PAGES
from core.types import User
from core.ui import identity, spoken, states
from core.ui.runtime import Runtime, StartFailure, runtime

#: Where the frame keeps the chosen model.
MODEL = "frame.model"
_WANTED = "frame.wanted_model"


@dataclass(frozen=True, slots=True)
class Visit:
    """A person on a page, with the parts that serve them. model: the data that they have chosen
    to ask; None for the default."""

    user: User
    parts: Runtime
    page: str
    model: str | None = None

    @property
    def holds(self) -> bool:
        """Whether this is still so. What a button does runs before its page, and so before the
        page's guard: a sign-in that has ended since the page was drawn must not act once more."""
        user = identity.current(self.parts)
        return user == self.user and may_open(self.parts, self.user, self.page)


def may_open(parts: Runtime, user: User, page: str) -> bool:
    """Whether the policy gives that page to this person's role; a role that it lacks has none."""
    role = parts.services.policy.role(user)
    if role is None or page not in role.pages:
        return False
    return role.administers or page not in ADMIN_PAGES


def enter(page: str) -> Visit:
    """Return the visit, or draw why there is none and stop the script.

    Checked here and not only by the navigation: a page's file may be run without it.
    """
    spoken.listen()
    try:
        parts = runtime()
    except StartFailure as failure:
        states.cannot_start(str(failure))
        st.stop()
    user = identity.current(parts)
    spoken.take_up(parts, user)
    if user is None:
        states.signed_out()
        st.stop()
    if not may_open(parts, user, page):
        states.no_rights(page)
        st.stop()
    return Visit(user, parts, page, chosen_model(parts))


@st.cache_data(ttl=60, show_spinner=False)
def models(_parts: Runtime) -> tuple[str, ...]:
    """The semantic models whose data is loaded, the default first; looked up once a minute."""
    return _parts.services.model_names()


def want_model(name: str) -> None:
    """Have the frame choose that model from the next run on: a page runs after the frame, which
    keeps its choice for that run."""
    st.session_state[_WANTED] = name


def take_wanted(names: tuple[str, ...]) -> None:
    """Choose the wanted model, while there is one of that name. Before the frame is drawn."""
    wanted = st.session_state.pop(_WANTED, None)
    if wanted in names:
        st.session_state[MODEL] = wanted


def chosen_model(parts: Runtime) -> str | None:
    """The model chosen in the frame, while there is one of that name."""
    chosen = st.session_state.get(MODEL)
    return chosen if chosen in models(parts) else None
