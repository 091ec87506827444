"""What stands first in every page: nobody passes who is not signed in and entitled."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import streamlit as st

from core.errors import Unavailable
from core.governance.policy import ADMIN_PAGES
from core.semantic.said import said
from core.translation import language, speaking
from core.types import User
from core.ui import identity, spoken, states
from core.ui.runtime import Runtime, StartFailure, runtime

_LOG = logging.getLogger(__name__)
#: Where the frame keeps the chosen model.
MODEL = "frame.model"
_WANTED = "frame.wanted_model"
_RECALLED = "frame.recalled_model"
#: Under which a person's model is kept.
PREFERENCE = "model"


@dataclass(frozen=True, slots=True)
class Visit:
    """A person on a page, with the parts that serve them. model: the data that they have chosen
    to ask, which `user` is over; None for the default. data: its name; empty where they may use
    none."""

    user: User
    parts: Runtime
    page: str
    model: str | None = None
    data: str = ""

    @property
    def holds(self) -> bool:
        """Whether this is still so. What a button does runs before its page, and so before the
        page's guard: a sign-in that has ended since the page was drawn must not act once more."""
        user = identity.current(self.parts)
        if user is not None:
            user = user.of(self.data)
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
    chosen = chosen_model(parts, user)
    data = chosen or next(iter(models(parts, user)), "")
    return Visit(user.of(data), parts, page, chosen, data)


@st.cache_data(ttl=60, max_entries=512, show_spinner=False, hash_funcs={User: hash})
def models(_parts: Runtime, user: User) -> tuple[str, ...]:
    """The semantic models whose data is loaded and which this person's role may use, the default
    first; looked up once a minute."""
    return _parts.services.model_names(user)


def label(parts: Runtime, name: str) -> str:
    """What a model is called on the page."""
    return _label(parts, name, language())


@st.cache_data(ttl=60, max_entries=512, show_spinner=False)
def _label(_parts: Runtime, name: str, spoken_in: str) -> str:
    with speaking(spoken_in):
        return said(_parts.services.model(name)).label


def want_model(name: str) -> None:
    """Have the frame choose that model from the next run on: a page runs after the frame, which
    keeps its choice for that run."""
    st.session_state[_WANTED] = name


def take_wanted(names: tuple[str, ...]) -> None:
    """Choose the wanted model, while there is one of that name. Before the frame is drawn."""
    wanted = st.session_state.pop(_WANTED, None)
    if wanted in names:
        st.session_state[MODEL] = wanted


def recall_model(parts: Runtime, user: User) -> None:
    """Once for whoever has signed in: the model that they chose last. Before the frame is drawn."""
    if st.session_state.get(_RECALLED) == (user.tenant, user.name):
        return
    st.session_state[_RECALLED] = (user.tenant, user.name)
    if MODEL in st.session_state:
        return
    try:
        kept = parts.preferences.get(user, PREFERENCE)
    except Unavailable as error:
        _LOG.warning("the model of %s: %s", user.name, error)
        return
    if kept in models(parts, user):
        st.session_state[MODEL] = kept


def keep_model(parts: Runtime, user: User, name: str) -> None:
    """Remember a choice for this person's next visits."""
    try:
        parts.preferences.put(user, PREFERENCE, name)
    except Unavailable as error:  # it holds for this visit
        _LOG.warning("the model of %s: %s", user.name, error)


def chosen_model(parts: Runtime, user: User) -> str | None:
    """The model chosen in the frame, while there is one of that name for this person."""
    chosen = st.session_state.get(MODEL)
    return chosen if chosen in models(parts, user) else None
